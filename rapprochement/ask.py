"""The data as the pages of one build see it, and the facts that prose can ask for by name."""

from __future__ import annotations

import functools
import string
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rapprochement import wording
from rapprochement.claims import judge
from rapprochement.counting import contacts
from rapprochement.data.files import load_coastlines, load_metadata, load_references, read_table
from rapprochement.query import QueryError, no_event, select


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
    events = read_table("events", folder)
    places = read_table("places", folder)
    metadata = load_metadata(folder)
    return Evidence(
        events=events,
        places=places,
        claims=judge(read_table("claims", folder), events),
        coastlines=load_coastlines(folder),
        metadata=metadata,
        facts=facts(events, metadata, sources=len(load_references(folder))),
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


def event_words(evidence: Evidence, event_id: str, template: str) -> str:
    """Fill a template of the role ``event`` from the row of an event."""
    return string.Formatter().vformat(template, (), _words_of(evidence.event(event_id), evidence))


def _words_of(event, evidence: Evidence) -> dict[str, str]:
    words = {
        "date": wording.event_date(event),
        "day": wording.day_month(event["start"]),
        "start": wording.day(event["start"]),
        "end": wording.day(event["end"]),
        "month": f"{event['start']:%B %Y}",
        "year": f"{event['start']:%Y}",
        "place": evidence.place_name(event["place"]),
        "title": event["title"],
    }
    if event["article_start"] == event["article_start"]:
        words["article_date"] = wording.day(event["article_start"])
    return {key: text for key, text in words.items() if text}


def count(evidence: Evidence, query: str) -> str:
    """``{count}`query``` prints how many events match."""
    return wording.number(len(select(evidence.events, query)))


def figures(evidence: Evidence, query: str) -> str:
    """``{figures}`query``` prints the same count in digits, for columns of a table."""
    return f"{len(select(evidence.events, query)):,}"


def count_upper(evidence: Evidence, query: str) -> str:
    """``{count-upper}`query``` begins a sentence."""
    return wording.capitalise(count(evidence, query))


def share(evidence: Evidence, queries: str) -> str:
    """``{share}`query of query``` prints the share of the second that the first makes, in per cent."""
    part, of, whole = queries.partition(" of ")
    if not of:
        raise QueryError("write: query of query")
    everything = select(evidence.events, whole)
    if everything.empty:
        raise QueryError(f"nothing matches {whole!r}")
    return wording.percent(len(select(everything, part)) / len(everything))


def gap(evidence: Evidence, ids: str) -> str:
    """``{gap}`first-id second-id``` prints the days from the end of one event to the start of another."""
    first, second = (evidence.event(name) for name in ids.split())
    return wording.days((second["start"] - first["end"]).days)


def fact(evidence: Evidence, name: str) -> str:
    """``{fact}`name``` prints a named fact of the data set, see :func:`facts`."""
    if name not in evidence.facts:
        raise QueryError(f"no fact {name!r}; there are: {', '.join(evidence.facts)}")
    return evidence.facts[name]


WORDS = {"count": count, "figures": figures, "count-upper": count_upper, "share": share, "gap": gap, "fact": fact}
