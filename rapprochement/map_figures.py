"""The maps of the chapters: what each holds, and what it says without eyes.

Each takes the record, a query and names, as the figures of :mod:`chapter_figures`
do; the query chooses the events to which its places lead.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import pandas as pd

from rapprochement import sketches, wording
from rapprochement.query import QueryError, said, select
from rapprochement.record import Record

# Names of lands and seas with the point around which they stand, in degrees north and east. A part
# is smaller than a state; "place" is a key of places.csv that stands for the whole area.
AREAS = {
    "Armenia": (40.5, 44.6),
    "Azerbaijan": (40.75, 47.7),
    "Georgia": (42.0, 43.6),
    "Iran": (38.6, 46.9),
    "Russia": (42.6, 46.6),
    "Türkiye": (40.4, 43.3),
    "Caspian Sea": (41.2, 50.0),
    "Karabakh / Nagorno-Karabakh": (40.3, 46.75),
    "Nakhchivan": (39.4, 45.45),
    "Lake Sevan": (40.55, 45.62),
    "Lake Van": (38.62, 42.75),
    "Lake Urmia": (37.7, 45.45),
}
PARTS = {"Karabakh / Nagorno-Karabakh": "karabakh", "Nakhchivan": "", "Lake Sevan": "", "Lake Van": "", "Lake Urmia": ""}


@dataclass(frozen=True)
class Map:
    """What one map holds.

    about: what it shows, for its alt text. corners: ((west, east), (south, north)). areas: names of
    :data:`AREAS`, or with a point of their own where the map shows only a part of the land.
    places: keys of places.csv that it names; those of its routes are marked besides.
    routes: its name in the column ``maps`` of routes.csv. wide, narrow: labels that stand best at one
    point, by the id of what they name; the others find their places by themselves.
    """

    about: str
    corners: tuple
    areas: dict[str, tuple[float, float]]
    places: tuple[str, ...]
    routes: str = ""
    wide: dict[str, tuple[float, float]] = field(default_factory=dict)
    narrow: dict[str, tuple[float, float]] = field(default_factory=dict)


MAPS = {
    "map-region": Map(
        "the South Caucasus and its neighbours",
        ((42.9, 50.4), (38.3, 42.7)),
        AREAS,
        ("baku", "khankendi-stepanakert", "lachin", "margara-alican", "tbilisi", "yerevan"),
        narrow={
            "Karabakh / Nagorno-Karabakh": (39.2, 47.4), "Nakhchivan": (39.15, 45.2), "Armenia": (40.65, 44.3),
            "yerevan": (40.18, 45.5), "margara-alican": (39.72, 43.75), "lachin": (39.66, 45.75), "khankendi-stepanakert": (39.85, 47.95),
        },
    ),
    "map-lachin-road": Map(
        "the roads between Goris, Khankendi / Stepanakert and Aghdam / Akna",
        ((46.25, 47.0), (39.45, 40.03)),
        {"Armenia": (39.6, 46.33), "Azerbaijan": (39.55, 46.95), "Karabakh / Nagorno-Karabakh": (39.97, 46.6)},
        ("aghdam", "askeran", "goris", "khankendi-stepanakert", "khojaly", "kornidzor", "lachin", "lachin-checkpoint", "shusha-shushi", "tegh", "lachin-road"),
        "lachin-road",
        narrow={
            "askeran": (39.935, 46.76), "aghdam": (39.992, 46.82), "aghdam-road": (39.86, 46.87), "lachin-old-road": (39.725, 46.57), "lachin-new-road": (39.652, 46.735),
            "lachin": (39.62, 46.44), "lachin-checkpoint": (39.545, 46.77), "tegh": (39.575, 46.42), "khojaly": (39.925, 46.7), "lachin-road": (39.7, 46.83), "shusha-shushi": (39.757, 46.87), "Azerbaijan": (39.62, 46.93),
        },
    ),
    "map-delimitation": Map(
        "the stretch of border that was delimited in 2024",
        ((45.03, 45.2), (41.015, 41.12)),
        {"Armenia": (41.04, 45.04), "Azerbaijan": (41.1, 45.16)},
        ("ashaghi-askipara", "baghanis", "baghanis-ayrum", "berkaber", "gizilhajili", "kheyrimli", "kirants", "voskepar"),
        "delimitation",
        narrow={"berkaber": (41.036, 45.14), "voskepar": (41.057, 45.055)},
    ),
    "map-nakhchivan": Map(
        "the routes proposed between Türkiye, Armenia, Nakhchivan and the rest of Azerbaijan",
        ((42.95, 47.8), (38.6, 40.95)),
        {name: AREAS[name] for name in ("Armenia", "Lake Sevan", "Lake Van", "Lake Urmia")} | {"Azerbaijan": (40.45, 46.6), "Nakhchivan": (39.45, 45.65), "Iran": (38.6, 45.0), "Türkiye": (40.2, 43.1)},
        ("akhurik-akyaka", "dilucu", "gyumri", "horadiz", "igdir", "julfa", "kars", "meghri", "nakhchivan", "yeraskh", "yerevan"),
        "nakhchivan",
        wide={"kars-gyumri-railway": (40.92, 44.3), "zangezur-corridor": (38.88, 47.42), "railway-understanding": (39.65, 46.6), "tripp": (38.6, 46.3), "meghri": (39.03, 46.2)},
        narrow={
            "kars-gyumri-railway": (41.0, 43.75), "akhurik-akyaka": (40.43, 44.22), "Armenia": (40.5, 45.05), "Lake Sevan": (40.62, 45.95), "gyumri": (40.85, 44.27), "kars-dilucu-railway": (39.62, 43.75), "kars": (40.78, 43.15), "igdir": (39.85, 43.65),
            "zangezur-corridor": (38.45, 47.2), "Nakhchivan": (39.52, 45.75), "railway-understanding": (39.55, 46.55), "tripp": (38.5, 45.62), "meghri": (39.05, 46.1), "horadiz": (39.6, 47.45), "dilucu": (39.5, 44.6),
        },
    ),
    "map-border-opening": Map(
        "the closed border of Armenia and Türkiye, with its crossing and its railway",
        ((42.95, 44.9), (39.6, 40.95)),
        {"Armenia": (40.5, 44.35), "Türkiye": (40.15, 43.2), "Nakhchivan": (39.62, 44.9), "Lake Sevan": (40.3, 45.25)},
        ("akhurik-akyaka", "ani-bridge", "dilucu", "gyumri", "igdir", "kars", "margara-alican", "yerevan"),
        "border-opening",
        narrow={"kars-dilucu-railway": (40.0, 43.42), "kars-gyumri-railway": (40.8, 43.3)},
    ),
}


def drawn_map(kind: str, record: Record, query: str, names: dict[str, str]) -> dict:
    """The arguments of :func:`rapprochement.show.payload` save name and caption, for a map of :data:`MAPS`.

    Raises QueryError where the query is at fault, or names are given: a map names its places by itself.
    """
    if names:
        raise QueryError("the map names its places by itself")
    sketch = MAPS[kind]
    events = select(record.events, query if "kind=" in query else f"kind=any {query}")
    told = events.groupby("place")["event_id"].agg(list).to_dict()
    routes = record.routes[record.routes["maps"].map(lambda maps: sketch.routes in maps)]
    shown = dict.fromkeys([*sketch.places, *(place for course in routes["course"] for place in course)])
    places = record.places[record.places["place_id"].isin(list(shown))]
    rows = [
        _row("area", name, name, latitude=at[0], longitude=at[1], kind="part" if name in PARTS else "land", event_ids=told.get(PARTS.get(name) or None, []))
        for name, at in sketch.areas.items()
    ]
    rows += [
        _row(
            "place", place.place_id, place.name if place.place_id in sketch.places else "", latitude=place.latitude, longitude=place.longitude,
            event_ids=told.get(place.place_id, []) if place.place_id in sketch.places else [], source=place.coordinates,
        )
        for place in places.itertuples()
    ]
    rows += [
        _row("route", route["route_id"], route["name"], by=route["by"], kind=route["kind"], course=route["course"], event_ids=route["events"], source=";".join(route["sources"]))
        for _, route in routes.iterrows()
    ]
    frame = pd.DataFrame(rows)
    frame.attrs = {"what": said(record.events, query if "kind=" in query else f"kind=any {query}")}
    elsewhere = len(events) - int(frame.loc[frame["what"] != "route", "event_ids"].map(len).sum())
    return {
        "draw": functools.partial(sketches.sketch_map, coastlines=record.coastlines, corners=sketch.corners, put={"wide": sketch.wide, "narrow": sketch.narrow}),
        "frame": frame,
        "alt": _alt(sketch, frame, record),
        "how": _how(frame, elsewhere),
    }


def _row(what: str, name_id: str, name: str, **more) -> dict:
    blank = {"by": "", "kind": "", "latitude": float("nan"), "longitude": float("nan"), "course": [], "event_ids": [], "source": ""}
    return {"what": what, "id": name_id, "name": name} | blank | more


def _alt(sketch: Map, frame: pd.DataFrame, record: Record) -> str:
    named = frame[(frame["what"] == "place") & (frame["name"] != "")].sort_values("longitude")
    parts = [f"Sketch map of {sketch.about}. From west to east: {wording.join(list(named['name']))}."]
    borders = []
    for route in frame[frame["what"] == "route"].itertuples():
        course = [record.place_name(place) for place in route.course]
        if route.kind == "border":
            borders.append(f"{course[0]} and {course[1]}")
            continue
        through = f" through {wording.join(course[1:-1])}" if course[1:-1] else ""
        parts.append(f"{wording.capitalise(route.name)} ({route.by}): from {course[0]}{through} to {course[-1]}.")
    if borders:
        parts.append(f"A stroke for the agreed line lies between {wording.join(borders)}.")
    return " ".join(parts)


def _how(frame: pd.DataFrame, elsewhere: int) -> str:
    told = "A filled mark leads to the events at a place; their number stands in brackets. "
    if elsewhere:
        told += f"{wording.capitalise(wording.number(elsewhere))} more took place elsewhere, or at no one point. "
    lines = "Lines are schematic: they join places, follow no exact course, and say nothing on whose the ground is. " if (frame["what"] == "route").any() else ""
    borders = "Strokes stand where both states agreed on a line in 2024; no other border is drawn." if (frame["kind"] == "border").any() else "No state border is drawn."
    return f"{told}{lines}{borders} Coordinates: GeoNames (CC BY 4.0), Wikipedia, or set by hand, as the data says of each; coasts and lakes: Natural Earth."


FIGURES = {kind: functools.partial(drawn_map, kind) for kind in MAPS}
