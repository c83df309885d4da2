"""The data as the pages of one build see it, and the facts that prose can ask for by name."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rapprochement import data, wording
from rapprochement.claims import judge
from rapprochement.counting import contacts


@dataclass(frozen=True, eq=False)
class Evidence:
    """Everything a page may refer to, validated."""

    events: pd.DataFrame
    places: pd.DataFrame
    claims: pd.DataFrame
    coastlines: list
    metadata: dict
    facts: dict[str, str]

    def place_name(self, place_id: str) -> str:
        return self.places.set_index("place_id")["name"].get(place_id, "")


def load(srcdir: str) -> Evidence:
    """The evidence of the book in *srcdir*, read once for each state of its data."""
    folder = Path(srcdir) / "data"
    return _load(folder, data.file_state(folder))


@functools.lru_cache(maxsize=2)
def _load(folder: Path, state: tuple) -> Evidence:
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
