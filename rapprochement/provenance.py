"""Whose word is it: which source supports which cell, whose outlets they are, and what rests on one side alone.

Every function takes frames as :mod:`rapprochement.data.door` loads them, or entries of the bibliography.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from rapprochement.counting import BOTH_SIDES, ONE_SIDE, SOMEBODY_ELSE

# What a source may support, the column of events.csv in which it stands, and the word with
# which a sentence of the note begins that says why it is held without support.
FACETS = {"date": "start", "place": "place", "participants": "participants", "third-parties": "mediators", "content": "summary"}
HELD_ALL_THE_SAME = {"place": "Place:", "participants": "Participants:", "third-parties": "Third parties:", "content": "Content:"}
# Facets that some events lack, whose support is therefore told as a share.
MEASURED = {"place": "place", "participants": "participants", "third-parties": "third parties"}
# An outlet of one of these kinds is enough for high confidence.
ENOUGH_ALONE = ("official", "court")
# Whose outlets speak for the one and for the other side of a track.
OWN_SIDES = {
    "AM-AZ": ({"Armenian"}, {"Azerbaijani"}),
    "AM-TR": ({"Armenian"}, {"Turkish"}),
    "AZ-KA": ({"Azerbaijani"}, {"Armenian", "Karabakh Armenian"}),
}
SHORT_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}


def short(name: str) -> str:
    """The name of a body less its office, series or own source.

    "Ministry of Foreign Affairs of Azerbaijan, Embassy in Sofia" would fill a line of
    the page, and its comma reads as the end of one source; the list has it in full.
    """
    return name.replace("{", "").replace("}", "").split(", ")[0].split(" (")[0]


def outlet_of(entry) -> str:
    """The outlet of a source: the short name of its first author; empty if it has none."""
    for person in entry.persons.get("author", []):
        return short(" ".join([*person.first_names, *person.middle_names, *person.prelast_names, *person.last_names]))
    return ""


def publication(entry) -> str:
    """The date of a source as YYYY, YYYY-MM or YYYY-MM-DD, as far as it is known; empty if not even the year is."""
    fields = {name: str(value).strip("{}") for name, value in entry.fields.items()}
    year = re.match(r"\d{4}", fields.get("year", ""))  # the build adds letters to some
    if not year:
        return ""
    parts = [year.group()]
    if month := SHORT_MONTHS.get(fields.get("month", "").lower()[:3]):
        parts.append(f"{month:02d}")
        if fields.get("day", "").isdigit():
            parts.append(f"{int(fields['day']):02d}")
    return "-".join(parts)


def archived(address: str, date: str) -> str:
    """Where the Internet Archive answers with its capture of a page nearest to a date.

    date: YYYY, YYYY-MM or YYYY-MM-DD; what is not known is taken for the first, of
    January or of the month. Computed, and not tested: the Archive may hold no capture.
    """
    year, month, day = (date.split("-") + ["01", "01"])[:3]
    return f"https://web.archive.org/web/{year}{month}{day}/{address}"


def days_of_reading(evidence: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """When each source of an event was last read."""
    return evidence.groupby("source")["read"].max().to_dict()


def held_all_the_same(note: str, facet: str) -> bool:
    """Whether a note has a sentence or clause that says why a facet is held without support."""
    word = HELD_ALL_THE_SAME.get(facet)
    return bool(word and re.search(rf"(?:^|[.;] ){re.escape(word)} ", note))


def filled(event: Mapping) -> list[str]:
    """The facets that an event has, so that a source must support them."""
    return [facet for facet, column in FACETS.items() if facet in ("date", "content") or len(event[column])]


def supported(events: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Each facet of each event, and whether a source supports it.

    In: ``event_id`` and the columns of :data:`FACETS`; ``event_id`` and ``supports`` (lists).
    Out: ``event_id``, ``facet``, ``supported`` (bool); no row for a facet that an event lacks.
    """
    found: dict[str, set[str]] = {}
    for event_id, facets in zip(evidence["event_id"], evidence["supports"]):
        found.setdefault(event_id, set()).update(facets)
    rows = [
        (event["event_id"], facet, facet in found.get(event["event_id"], ()))
        for event in events[["event_id", *(column for facet, column in FACETS.items() if facet in MEASURED)]].to_dict("records")
        for facet in filled(event)
    ]
    return pd.DataFrame(rows, columns=["event_id", "facet", "supported"])


def supported_shares(events: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """For each facet of :data:`FACETS`: ``events`` that have it, and the ``share`` (0 to 1) of them in which a source supports it."""
    judged = supported(events, evidence).groupby("facet")["supported"]
    shares = pd.DataFrame({"events": judged.size(), "share": judged.mean()})
    return shares.reindex(list(FACETS)).rename_axis("facet").reset_index()


def with_outlets(evidence: pd.DataFrame, references: Mapping, outlets: pd.DataFrame) -> pd.DataFrame:
    """The evidence with the ``outlet``, ``side`` and ``kind`` of each source."""
    named = evidence.assign(outlet=[outlet_of(references[key]) for key in evidence["source"]])
    return named.merge(outlets[["outlet", "side", "kind"]], on="outlet", how="left", validate="many_to_one")


def sides(events: pd.DataFrame, voices: pd.DataFrame) -> pd.Series:
    """For each event, in the order of the events, the sides of its sources (a sorted list).

    voices: as :func:`with_outlets` gives them. A source that supports nothing of the event has no voice in it.
    """
    heard = voices[voices["supports"].map(len) > 0].groupby("event_id")["side"].agg(lambda names: sorted(set(names)))
    return pd.Series([heard.get(event_id, []) for event_id in events["event_id"]], index=events.index, dtype=object)


def rests_on(events: pd.DataFrame, voices: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """For each group of events: how many there are, and how many rest on sources of one side alone, of several, of both of its own.

    by: the group of each event. Out: ``group``, ``events``, ``one``, ``several``, ``both`` (counts), in the order in which the groups appear.
    An event none of whose sources has a voice stands in ``events`` alone.
    """
    number = sides(events, voices).map(len)
    counted = pd.DataFrame({"group": by, "events": 1, "one": number == 1, "several": number > 1, "both": told_by_both(events, voices)})
    return counted.groupby("group", sort=False, as_index=False).sum().astype({"one": int, "several": int, "both": int})


def speakers(voices: pd.DataFrame, by: str) -> pd.DataFrame:
    """For each ``side`` or ``kind``: how many outlets, sources, rows of evidence and events; most events first.

    Out: ``group``, ``outlets``, ``sources``, ``rows``, ``events``.
    """
    grouped = voices.groupby(by)
    counted = grouped.agg(outlets=("outlet", "nunique"), sources=("source", "nunique"), rows=("source", "size"), events=("event_id", "nunique"))
    return counted.rename_axis("group").reset_index().sort_values(["events", "group"], ascending=[False, True], ignore_index=True)


def told_by_both(events: pd.DataFrame, voices: pd.DataFrame) -> pd.Series:
    """Whether the sources of each event come from both of its own sides, see :data:`OWN_SIDES`."""
    both = [all(side & set(names) for side in OWN_SIDES[track]) for track, names in zip(events["track"], sides(events, voices))]
    return pd.Series(both, index=events.index, dtype=bool)


def with_tellers(events: pd.DataFrame, voices: pd.DataFrame) -> pd.DataFrame:
    """The events with ``told_by``, which a counting rule on sources asks for: whose outlets tell the event.

    "both sides": those of both sides of its track. "one side": those of one of the two alone.
    "somebody else": all others, so that an outlet of neither side tells it as well, or alone.
    An event that no source tells stands with one side.
    """
    both = told_by_both(events, voices)

    def teller(track: str, heard: list[str], by_both: bool) -> str:
        own = set().union(*OWN_SIDES[track])
        return BOTH_SIDES if by_both else SOMEBODY_ELSE if set(heard) - own else ONE_SIDE

    told_by = [teller(*each) for each in zip(events["track"], sides(events, voices), both)]
    return events.assign(told_by=pd.Series(told_by, index=events.index, dtype=object))
