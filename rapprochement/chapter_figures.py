"""The figures of the narrative chapters: what each is made of, and what it says without eyes.

Each function takes the record, a query and names for events that stand over the
figure, by their ids; it returns the arguments of :func:`rapprochement.show.payload`
save name and caption.
"""

from __future__ import annotations

import functools

import pandas as pd

from rapprochement import figures, map_figures, maps, measures, wording
from rapprochement.article import article_window
from rapprochement.counted import MEDIATOR_RULE
from rapprochement.counting import CONTACT_KINDS, LEVELS, NOBODY, TRACKS, contacts
from rapprochement.query import QueryError, find, said, select
from rapprochement.record import Record
from rapprochement.style import MEDIATOR_COLOURS


def _named(record: Record, names: dict[str, str], shown: pd.Series | None = None) -> dict:
    """The attributes of a frame that name events over its figure.

    names: words by event_id. shown: the events that the figure shows, if each name needs a mark there.
    Raises QueryError for an event that the record or the figure does not have.
    """
    for event_id in names:
        if shown is not None and event_id not in set(shown):
            raise QueryError(f"the figure has no mark for {event_id!r}, which is to be named")
    return {"named": [(find(record.events, event_id)["start"], words) for event_id, words in names.items()], "named_ids": list(names)}


def thread_timeline(record: Record, query: str, names: dict[str, str]) -> dict:
    """All events of a thread: what the article tells of it, what it leaves out, and what came later."""
    events = record.events
    rows = select(events, f"kind=any {query}")
    window = article_window(events)
    told = rows["in_article"] != "no"
    frame = pd.DataFrame(
        {
            "event_id": rows["event_id"],
            "start": rows["start"],
            "contact": rows["kind"].isin(CONTACT_KINDS),
            "part": ["told" if known else "left out" if start <= window[1] else "later" for known, start in zip(told, rows["start"])],
            "title": rows["title"],
        }
    ).reset_index(drop=True)
    frame.attrs = {
        "window": window,
        "span": (events["start"].min(), events["end"].max()),
        "what": said(events, f"kind=any {query}"),
        **_named(record, names, frame["event_id"]),
    }
    parts = {part: int((frame["part"] == part).sum()) for part in ("told", "left out", "later")}
    return {
        "draw": figures.told_and_left_out,
        "frame": frame,
        "alt": f"Timeline of {wording.number(len(frame))} events from {frame['start'].min():%B %Y} to {frame['start'].max():%B %Y}. "
        f"Above the line the {wording.number(parts['told'])} that the article tells; below it {wording.number(parts['left out'])} "
        f"up to its last day that it leaves out, and {wording.number(parts['later'])} that came later.",
        "how": "Every event of the chronicle that belongs to this thread counts once, on its first day; the article tells it if it mentions it. "
        "Round: a meeting or a call. Square: anything else. Marks of nearby days are piled up. The shaded span is that of the article's list.",
    }


def contacts_by_level(record: Record, query: str, names: dict[str, str]) -> dict:
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
    frame.attrs = {
        "window": article_window(events),
        "marks": ("with a mediator", "without one"),
        "what": said(events, query),
        **_named(record, names, frame["event_id"]),
    }
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


def contacts_per_half_year(record: Record, query: str, names: dict[str, str]) -> dict:
    """Contacts in each half-year, from the first to the last day of the data."""
    events = record.events
    chosen = contacts(select(events, query))
    # The end of an event without a day says nothing about how far the data reaches.
    first, last = events["start"].min(), events.loc[events["precision"] == "day", "end"].max()
    frame = measures.contacts_per_half_year(chosen, first, last)
    frame.attrs = {"window": article_window(events), "span": (first, last), "what": said(events, query), **_named(record, names)}
    totals = frame.groupby("period_start")["contacts"].sum()
    told = "; ".join(f"{measures.period_label(start, 'half-year')}: {total:g}" for start, total in totals.items())
    return {
        "draw": figures.stacked_bars,
        "frame": frame,
        "alt": f"Bars of contacts in each half-year. {told}.",
        "how": "A contact is a meeting or a call and counts once, in the half-year of its first day; "
        f"half-years without any stand as zero. {figures.partial_periods(first, last)}",
    }


def where_they_met(record: Record, query: str, names: dict[str, str]) -> dict:
    """On whose ground the two sides met, year by year."""
    if names:
        raise QueryError("the grid has no axis of days on which an event could be named")
    met = contacts(select(record.events, query))
    frame = measures.contacts_by_ground(met, record.places)
    frame.attrs = {"what": said(record.events, query)}
    told = "; ".join(
        f"{row}: " + ", ".join(f"{cell.column} {cell.contacts:g}" for cell in cells.itertuples() if cell.contacts) for row, cells in frame.groupby("row", sort=False)
    )
    return {
        "draw": figures.count_grid,
        "frame": frame,
        "alt": f"Grid of grounds by year. {told}.",
        "how": "A contact counts once, in the year of its first day, where it took place. Their own ground is that of the two sides, the border between them included.",
    }


def venue_map(record: Record, query: str, names: dict[str, str]) -> dict:
    """Where the talks took place; without the contacts that have no one point."""
    if names:
        raise QueryError("the map names its venues by itself")
    met, places = _by_place(record, query)
    everywhere = measures.with_rows(places, met.assign(place_id=met["place"]), ["place_id"])
    points = everywhere["latitude"].notna()
    frame = everywhere.loc[points, ["place", "country", "latitude", "longitude", "contacts", "main_mediator", "event_ids"]].reset_index(drop=True)
    frame.attrs = {"what": said(record.events, query)}
    most = wording.join([f"{row.place} {row.contacts:g}" for row in frame.head(6).itertuples()])
    spread, nowhere = not_on_the_map(record, query)
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


@functools.lru_cache(maxsize=1)
def _by_place(record: Record, query: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The contacts of a query, and these by place; counted once for the map in each language and for what it leaves out."""
    met = contacts(select(record.events, query))
    return met, measures.contacts_by_place(met, record.places)


def not_on_the_map(record: Record, query: str) -> tuple[int, int]:
    """How many contacts of a query took place where no one point is, and how many at no known place."""
    met, everywhere = _by_place(record, query)
    return int(everywhere.loc[everywhere["latitude"].isna(), "contacts"].sum()), len(met) - int(everywhere["contacts"].sum())


def contacts_in_time(record: Record, query: str, names: dict[str, str]) -> dict:
    """All contacts on their days, a lane for each track, and the turning points that are named."""
    events = record.events
    met = contacts(select(events, query))
    turns = pd.DataFrame([find(events, event_id) for event_id in names], columns=events.columns)
    frame = pd.DataFrame(
        {
            "event_id": [*met["event_id"], *turns["event_id"]],
            "start": pd.to_datetime([*met["start"], *turns["start"]]),
            "lane": [*met["track"], *[figures.TURN] * len(turns)],
            "hollow": [*(met["with_mediator"].map(len) == 0), *[False] * len(turns)],
            "title": [*met["title"], *turns["title"]],
        }
    )
    frame.attrs = {"window": article_window(events), "what": f"{said(events, query)}, and the turning points named", **_named(record, names)}
    alone = met["with_mediator"].map(len) == 0
    told = "; ".join(f"{TRACKS[track]} {len(rows)}, {alone[rows.index].sum()} of them without a mediator" for track, rows in met.groupby("track", sort=False))
    return {
        "draw": figures.contacts_in_time,
        "frame": frame,
        "alt": f"All {len(met)} contacts as marks on a line of time from {met['start'].min():%B %Y} to {met['start'].max():%B %Y}, filled where somebody mediated, "
        f"in a lane for each track: {told}. Named above: {wording.join(list(names.values()))}.",
        "how": "A contact is a meeting or a call and stands once, on its first day. A filled mark means that a mediator or co-chair took part, "
        "an open one that none did. Marks of nearby days stand one above the other.",
    }


SPANS = {91: "three months", 182: "half-year", 365: "year"}


def last_and_before(record: Record, query: str, names: dict[str, str]) -> dict:
    """The contacts of the last span up to the end of the article, and of the equal span before it, for three spans."""
    events = record.events
    _, end = article_window(events)
    met = contacts(select(events, query))
    frame = pd.DataFrame(
        [
            {"span": span, "part": part, "contacts": len(rows), "event_ids": list(rows["event_id"])}
            for days, span in SPANS.items()
            for part, rows in zip(("before", "last"), measures.before_and_in(met, end, days), strict=True)
        ]
    )
    frame.attrs = {"what": said(events, query)}
    told = "; ".join(f"{span} {rows['contacts'].iloc[1]} against {rows['contacts'].iloc[0]}" for span, rows in frame.groupby("span", sort=False))
    return {
        "draw": figures.last_and_before,
        "frame": frame,
        "alt": f"Bars of contacts in the last span up to {wording.day(end)}, against the equal span before it: {told}.",
        "how": f"A contact counts once, on its first day. The last span ends with the article's last meeting, on {wording.day(end)}.",
    }


def leaders_and_all(record: Record, query: str, names: dict[str, str]) -> dict:
    """Who mediated among the leaders, and who over all levels: contacts by mediator."""
    events = record.events
    met = contacts(select(events, query))
    groups = {"Leaders": met[met["level"] == "leaders"], "All levels": met}
    parties = [party for party, _ in measures.ranked_mediators(met)]
    named = [party for party in MEDIATOR_COLOURS if party in parties]
    chosen = {party: [party] for party in named} | {"other mediators": [party for party in parties if party not in named]} | {NOBODY: [NOBODY]}

    def of(rows: pd.DataFrame, row: str) -> list[str]:
        if row == NOBODY:
            return list(measures.without_mediator(rows)["event_id"])
        return list(rows.loc[rows["with_mediator"].map(lambda with_whom: bool(set(with_whom) & set(chosen[row]))).astype(bool), "event_id"])

    cells = [{"row": row, "column": column, "event_ids": of(rows, row)} for row in chosen for column, rows in groups.items()]
    frame = pd.DataFrame([{**cell, "contacts": len(cell["event_ids"])} for cell in cells if chosen[cell["row"]]])
    frame.attrs = {"what": said(events, query)}
    told = ". ".join(
        f"{column} ({len(groups[column])} contacts): " + ", ".join(f"{row.row} {row.contacts}" for row in rows.itertuples() if row.contacts)
        for column, rows in frame.groupby("column", sort=False)
    )
    return {
        "draw": figures.count_grid,
        "frame": frame,
        "alt": f"Grid of mediators, contacts among leaders and at all levels. {told}.",
        "how": f"{MEDIATOR_RULE} A contact with several mediators stands in several rows.",
    }


def listed_by_level(record: Record, query: str, names: dict[str, str]) -> dict:
    """How many contacts of each level the article lists, and how many more the record holds."""
    met = contacts(select(record.events, query))
    frame = measures.listed_and_left_out(met, "level", ids=True)
    frame["group"] = frame["group"].map(LEVELS)
    frame.attrs = {"what": said(record.events, query)}
    told = "; ".join(f"{row.group} {row.listed} of {row.listed + row.left_out}" for row in frame.itertuples())
    return {
        "draw": figures.listed_and_left_out,
        "frame": frame,
        "alt": f"Bars by level, contacts that the article lists of all on record: {told}.",
        "how": "A contact counts once, on its first day. Sessions that the article counts without dates stand as record only.",
    }


def names_in(text: str) -> dict[str, str]:
    """What stands in the option ``named`` of a figure: ``event-id words; event-id words``, as words by event_id."""
    pairs = (part.split(None, 1) for part in text.split(";") if part.strip())
    return {event_id: " ".join(words).strip() for event_id, *words in pairs}


FIGURES = {
    "thread-timeline": thread_timeline,
    "venue-map": venue_map,
    "where-they-met": where_they_met,
    "contacts-by-level": contacts_by_level,
    "contacts-per-half-year": contacts_per_half_year,
    **map_figures.FIGURES,
    "contacts-in-time": contacts_in_time,
    "last-and-before": last_and_before,
    "leaders-and-all": leaders_and_all,
    "listed-by-level": listed_by_level,
}
