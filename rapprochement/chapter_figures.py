"""The figures of the narrative chapters: what each is made of, and what it says without eyes.

Each function takes the record and a query, and returns the arguments of
:func:`rapprochement.show.payload` save name and caption.
"""

from __future__ import annotations

import functools

import pandas as pd

from rapprochement import figures, maps, measures, wording
from rapprochement.article import article_window
from rapprochement.counting import CONTACT_KINDS, LEVELS, NOBODY, TRACKS, contacts
from rapprochement.query import select
from rapprochement.record import Record


def thread_timeline(record: Record, query: str) -> dict:
    """All events of a thread by kind."""
    events = record.events
    rows = select(events, f"kind=any {query}")
    frame = pd.DataFrame(
        {
            "event_id": rows["event_id"],
            "start": rows["start"],
            "lane": rows["kind"].map(lambda kind: "contact" if kind in CONTACT_KINDS else kind),
            "in_article": rows["in_article"] != "no",
            "title": rows["title"],
        }
    ).reset_index(drop=True)
    frame.attrs = {"window": article_window(events), "span": (events["start"].min(), events["end"].max())}
    counts = frame["lane"].value_counts()
    kinds = wording.join([f"{wording.number(n)} {kind if n == 1 else kind + 's'}" for kind, n in counts.items()])
    return {
        "draw": figures.thread_timeline,
        "frame": frame,
        "alt": f"Timeline of {wording.number(len(frame))} events from {frame['start'].min():%B %Y} to "
        f"{frame['start'].max():%B %Y}: {kinds}. The article mentions {wording.number(frame['in_article'].sum())} of them.",
        "how": "Every event of the chronicle that belongs to this thread counts once, on its first day; "
        "a filled mark means that the article mentions it. Marks of nearby days stand one above the other.",
    }


def contacts_by_level(record: Record, query: str) -> dict:
    """Contacts as marks on one lane for each level, hollow where no mediator took part."""
    events = record.events
    chosen = contacts(select(events, query))
    chosen = chosen.assign(order=chosen["level"].map(list(LEVELS).index)).sort_values(["order", "start"])
    several_tracks = chosen["track"].nunique() > 1
    lane = chosen["level"].map(LEVELS)
    if several_tracks:
        lane = chosen["track"].map(TRACKS) + ": " + lane.str.lower()
    frame = pd.DataFrame(
        {
            "event_id": chosen["event_id"],
            "start": chosen["start"],
            "lane": lane,
            "track": chosen["track"],
            "hollow": chosen["with_mediator"].map(len) == 0,
            "title": chosen["title"],
        }
    ).reset_index(drop=True)
    frame.attrs = {"window": article_window(events), "marks": ("with a mediator", "without one")}
    per_lane = wording.join([f"{name}: {wording.number(n)}" for name, n in frame["lane"].value_counts(sort=False).items()])
    alone = int(frame["hollow"].sum())
    return {
        "draw": figures.lanes,
        "frame": frame,
        "alt": f"{wording.capitalise(wording.number(len(frame)))} contacts from {frame['start'].min():%B %Y} to "
        f"{frame['start'].max():%B %Y} on lanes by level ({per_lane}); {wording.number(alone)} without a mediator.",
        "how": "A contact is a meeting or a call and counts once, on its first day. A filled mark means that a "
        "mediator or co-chair took part, an open one that none did. Marks of nearby days stand one above the other.",
    }


def contacts_per_half_year(record: Record, query: str) -> dict:
    """Contacts in each half-year, from the first to the last day of the data."""
    events = record.events
    chosen = contacts(select(events, query))
    frame = measures.contacts_per_period(chosen, "half-year", "track", events["start"].min(), events["end"].max())
    frame.attrs = {"window": article_window(events)}
    totals = frame.groupby("period_start")["contacts"].sum()
    told = "; ".join(f"{measures.period_label(start, 'half-year')}: {total:g}" for start, total in totals.items())
    return {
        "draw": figures.stacked_bars,
        "frame": frame,
        "alt": f"Bars of contacts in each half-year. {told}.",
        "how": "A contact is a meeting or a call and counts once, in the half-year of its first day; "
        "half-years without any stand as zero.",
    }


def venue_map(record: Record, query: str) -> dict:
    """Where the talks took place; without the contacts that have no one point."""
    met = contacts(select(record.events, query))
    everywhere = measures.contacts_by_place(met, record.places)
    points = everywhere["latitude"].notna()
    frame = everywhere.loc[points, ["place", "country", "latitude", "longitude", "contacts", "main_mediator"]].reset_index(drop=True)
    most = wording.join([f"{row.place} {row.contacts:g}" for row in frame.head(6).itertuples()])
    spread = int(everywhere.loc[~points, "contacts"].sum())
    nowhere = len(met) - int(everywhere["contacts"].sum())
    return {
        "draw": functools.partial(maps.venue_map, coastlines=record.coastlines),
        "frame": frame,
        "alt": f"Map of {wording.number(len(frame))} venues from Washington to Tianjin, as circles by number of contacts. "
        f"Most: {most}. In {wording.number((frame['main_mediator'] == NOBODY).sum())} of them no mediator took part in any contact.",
        "how": "A contact is a meeting or a call and counts once, where it took place; the colour is that of the mediator or "
        f"co-chair of most contacts there. Not on the map: {wording.number(spread)} contacts at places that are no one point, "
        f"such as the common border, and {wording.number(nowhere)} calls or contacts whose place the sources do not name. "
        "Coastlines: Natural Earth, public domain.",
    }


FIGURES = {
    "thread-timeline": thread_timeline,
    "venue-map": venue_map,
    "contacts-by-level": contacts_by_level,
    "contacts-per-half-year": contacts_per_half_year,
}
