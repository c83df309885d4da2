"""The data as the pages of one build see it, and the facts that prose can ask for by name."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rapprochement import data, wording
from rapprochement.claims import judge
from rapprochement.counting import contacts
from rapprochement.query import no_event


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything a page may refer to, validated."""

    events: pd.DataFrame
    places: pd.DataFrame
    claims: pd.DataFrame
    coastlines: list
    metadata: dict
    facts: dict[str, str]

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


def load(srcdir: str | Path) -> Evidence:
    """The evidence of the book in *srcdir*; read once in a build, as pages ask for it thousands of times."""
    return _load(str(srcdir))


def forget() -> None:
    """Read the data again when it is next asked for; called when a build begins."""
    _load.cache_clear()


@functools.lru_cache(maxsize=1)
def _load(srcdir: str) -> Evidence:
    folder = Path(srcdir) / "data"
    # The build has validated the folder before anything else; doing so again would take a second.
    events = data.read_table("events", folder)
    places = data.read_table("places", folder)
    metadata = data.load_metadata(folder)
    return Evidence(
        events=events,
        places=places,
        claims=judge(data.read_table("claims", folder), events),
        coastlines=data.load_coastlines(folder),
        metadata=metadata,
        facts=facts(events, metadata, sources=len(data.load_references(folder))),
    )


def facts(events: pd.DataFrame, metadata: dict, sources: int) -> dict[str, str]:
    """What a page may ask for by name, as it is printed."""
    counted = contacts(events)
    # An event without a known day says nothing about how far the record reaches.
    reach = events.loc[events["precision"] == "day", "end"].max()
    return {
        "as-of": wording.day(reach),
        "contacts": wording.number(counted["weight"].sum()),
        "data-version": metadata["version"],
        "data-date": wording.day(pd.Timestamp(metadata["created"]).tz_localize(None)),
        "events": wording.number(len(events)),
        "first-date": wording.day(events["start"].min()),
        "last-contact": wording.event_date(counted.iloc[-1]),
        "sources": wording.number(sources),
    }
