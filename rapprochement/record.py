"""The data as one build sees it: every table, read once."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rapprochement.answer import Answer
from rapprochement.claims import judge
from rapprochement.data.files import load_coastlines, load_metadata, load_references, read_table
from rapprochement.query import no_event


@dataclass(frozen=True, eq=False)
class Record:
    """Everything a page may refer to, validated."""

    events: pd.DataFrame
    places: pd.DataFrame
    claims: pd.DataFrame
    coastlines: list
    metadata: dict
    folder: Path

    @functools.cached_property
    def answers(self) -> dict[tuple[str, str], Answer]:
        """What was asked of it so far (:func:`rapprochement.ask.answer`), as a build asks before it reads a page and again while it does."""
        return {}

    @functools.cached_property
    def judged(self) -> pd.DataFrame:
        """The claims with what each check found; their verdicts stand in the table as the checks compute them, else the data is at fault."""
        return judge(self.claims, self.events)

    @functools.cached_property
    def sources(self) -> Mapping:
        """The bibliography, from key to pybtex Entry; parsed when first asked for, as most builds do not need it."""
        return load_references(self.folder)

    @functools.cached_property
    def evidence(self) -> pd.DataFrame:
        """What each source says of each event; read when first asked for, as few pages need it."""
        return read_table("evidence", self.folder)

    @functools.cached_property
    def outlets(self) -> pd.DataFrame:
        """The authors of the sources; read when first asked for."""
        return read_table("outlets", self.folder)

    @functools.cached_property
    def names(self) -> pd.DataFrame:
        """Persons, countries, bodies and courts with their other spellings; read when first asked for."""
        return read_table("names", self.folder)

    @functools.cached_property
    def searches(self) -> pd.DataFrame:
        """What was searched for contacts that the record lacked; read when first asked for."""
        return read_table("searches", self.folder)

    @functools.cached_property
    def terms(self) -> pd.DataFrame:
        """The terms and names that other languages print; read when first asked for."""
        return read_table("terms", self.folder)

    def terms_in(self, code: str) -> dict[str, str]:
        """Each English term with its form in a language, by the code of that."""
        if code not in self._terms_in:
            self._terms_in[code] = dict(zip(self.terms["en"], self.terms[code]))
        return self._terms_in[code]

    @functools.cached_property
    def _terms_in(self) -> dict[str, dict[str, str]]:
        return {}

    @functools.cached_property
    def routes(self) -> pd.DataFrame:
        """The lines that maps draw; read when first asked for, as few pages have a map."""
        return read_table("routes", self.folder)

    @functools.cached_property
    def lengths(self) -> dict[str, int]:
        """The number of rows of each table, by its name."""
        return {resource["name"]: len(read_table(resource["name"], self.folder)) for resource in self.metadata["resources"]}

    @functools.cached_property
    def _place_names(self) -> dict[str, str]:
        return dict(zip(self.places["place_id"], self.places["name"]))

    @functools.cached_property
    def _events_by_id(self) -> dict[str, pd.Series]:
        return {event["event_id"]: event for _, event in self.events.iterrows()}

    def place_name(self, place_id: str) -> str:
        return self._place_names.get(place_id, "")

    def event(self, event_id: str) -> pd.Series:
        """One event by its id. Raises QueryError if there is none."""
        if event_id not in self._events_by_id:
            raise no_event(event_id)
        return self._events_by_id[event_id]


def load(srcdir: str | Path) -> Record:
    """The record of the book in *srcdir*; read once in a build, as pages ask for it thousands of times."""
    return _load(str(srcdir))


def forget() -> None:
    """Read the data again when it is next asked for; called when a build begins."""
    _load.cache_clear()


@functools.lru_cache(maxsize=1)
def _load(srcdir: str) -> Record:
    folder = Path(srcdir) / "data"
    # The build has validated the folder before anything else; doing so again would take a second.
    events = read_table("events", folder)
    places = read_table("places", folder)
    metadata = load_metadata(folder)
    return Record(
        events=events,
        places=places,
        claims=read_table("claims", folder),
        coastlines=load_coastlines(folder),
        metadata=metadata,
        folder=folder,
    )
