"""Sketch maps: places where they are, straight lines between them, names of lands and seas, and no state borders.

All that stands on a map is kept: labels are moved until none covers another
label or a mark, in the wide drawing as in the narrow one.
"""

from __future__ import annotations

import functools
import itertools
import math
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rapprochement import mpl
from rapprochement.flags import width
from rapprochement.maps import draw_land, project
from rapprochement.marks import link
from rapprochement.style import Size, colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

# Least and greatest height of the drawing in parts of its width; within them the corners decide.
WIDE_SHAPE, NARROW_SHAPE = (0.48, 0.62), (0.95, 1.08)
# Points between a mark and its label, and between two labels.
ASIDE, APART = 3.0, 1.5
# A proposed way has the colour of none of the mediators; each next one another.
WAYS = ("purple", "amber")
# Points that each of them lies below the line that they share.
BELOW = (4.5, 9.0)
# What a label must not do, and what it had better not, as costs.
OUTSIDE, COVERED, ON_A_MARK, NEARER_TO_ANOTHER, ON_A_LINE = 4000.0, 2000.0, 600.0, 300.0, 25.0
MOVED = 4.0
SWEEPS = 8
TRIED = 120  # places that a label without room tries to clear
# A line that rises more than this for each step aside has labels beside it, one that rises less above and below.
STEEP = 0.35
ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82, 0.08, 0.92)


@dataclass
class _Label:
    """Words, where they may stand (corners in points of the drawing, best first), and how they look."""

    words: str
    size: tuple[float, float]
    places: list[tuple[float, float]]
    look: dict
    own: int = -1  # the mark that it may touch
    each: float = 1.0  # what each next place costs
    chosen: int = 0

    def box(self, place: int | None = None) -> Bbox:
        x, y = self.places[self.chosen if place is None else place]
        return mpl.Bbox.from_bounds(x, y, *self.size)


@dataclass
class _Drawn:
    """What is on the map so far, in points."""

    frame: Bbox
    marks: list[Bbox] = field(default_factory=list)
    lines: list[tuple[float, float]] = field(default_factory=list)
    labels: list[_Label] = field(default_factory=list)


def sketch_map(frame: pd.DataFrame, size: Size, coastlines: list, corners: tuple, put: dict[str, dict]) -> Figure:
    """Places, routes and names of areas as a map without borders.

    frame: ``what`` (``place``, ``route`` or ``area``), ``id``, ``name`` (empty: no label), ``by``, ``kind``,
    ``latitude``, ``longitude``, ``course`` (ids of places), ``event_ids``. A place or area with events leads to
    them. corners: ((west, east), (south, north)) that the map must hold. put: by id the degrees north and east of
    labels that stand best at one place, under ``wide`` and ``narrow``; if another label is in the way, they move a little.
    """
    shape = _shape(corners, *(NARROW_SHAPE if size.narrow else WIDE_SHAPE))
    figure = mpl.Figure(figsize=(size.width, size.width * shape))
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1))
    centre = _fit(axes, corners, shape)
    draw_land(axes, coastlines, centre)
    x, y = project(frame["longitude"], frame["latitude"], centre)
    points = {row.id: at for row, *at in zip(frame.itertuples(), x, y) if row.what == "place"}
    drawn = _Drawn(mpl.Bbox.from_extents(0, 0, size.width * 72, size.width * shape * 72).padded(-3))
    what = frame.attrs.get("what", "events")
    _scale(axes, size, drawn)
    ways = itertools.cycle(WAYS)
    labels: dict[str, list] = {"area": [], "place": [], "route": []}
    for row in frame[frame["what"] == "route"].itertuples():
        url = link(figure, row.event_ids, f"{what}: {row.name or 'the agreed line'}, {row.by}")
        look = _route(axes, row, [points[place] for place in row.course], next(ways) if row.kind == "road-and-railway" else "ink", url, drawn)
        labels["route"].append((row, look))
    for row, *at in zip(frame.itertuples(), x, y):
        if row.what != "route":
            url = link(figure, row.event_ids, f"{what}: {row.name}") if row.event_ids else None
            if row.what == "place":
                _mark(axes, at, bool(row.event_ids), url, size, drawn)
            labels[row.what].append((row, at, url))
    given = {name: _points(axes, [each[0] for each in project([east], [north], centre)]) for name, (north, east) in put["narrow" if size.narrow else "wide"].items()}
    _write(axes, labels, size, drawn, given)
    return figure


def _shape(corners: tuple, least: float, greatest: float) -> float:
    (west, east), (south, north) = corners
    return min(max((north - south) / (east - west) / math.cos(math.radians((south + north) / 2)), least), greatest)


def _fit(axes: Axes, corners: tuple, shape: float) -> tuple[float, float]:
    """Set the limits so that the corners are inside; returns the middle, in degrees east and north."""
    (west, east), (south, north) = corners
    centre = ((west + east) / 2, (south + north) / 2)
    x, y = project([west, east, west, east, centre[0]], [south, south, north, north, north], centre)
    right, top = np.abs(x).max(), np.abs(y).max()
    right = max(right, top / shape)
    axes.set_xlim(-right, right)
    axes.set_ylim(-right * shape, right * shape)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(visible=True, color=colour("rule"))
    return centre


def _points(axes: Axes, at) -> tuple[float, float]:
    """A place of the map in points of the drawing."""
    across, up = axes.transData.transform(at)
    scale = 72 / axes.figure.dpi
    return across * scale, up * scale


def _mark(axes: Axes, at, full: bool, url: str | None, size: Size, drawn: _Drawn) -> None:
    radius = 3.6 if full else 2.2
    look = {"facecolor": colour("blue"), "edgecolor": colour("paper"), "zorder": 5} if full else {"facecolor": colour("paper"), "edgecolor": colour("ink"), "zorder": 4}
    axes.scatter(*at, s=math.pi * radius**2, lw=0.9, urls=[url], **look)
    x, y = _points(axes, at)
    drawn.marks.append(mpl.Bbox.from_extents(x - radius, y - radius, x + radius, y + radius))


def _route(axes: Axes, row, course: list, shade: str, url: str | None, drawn: _Drawn) -> tuple[list, str]:
    """Draw a route; returns its corners in points, and its colour."""
    ink = colour(shade)
    if row.kind == "border":
        return _stroke(axes, course, url, drawn), shade
    # Ways that are proposed along the same ground lie beside each other.
    aside = -BELOW[WAYS.index(shade)] if shade in WAYS else 0.0
    moved = axes.transData + mpl.ScaledTranslation(0, aside / 72, axes.figure.dpi_scale_trans)
    look = {"color": ink, "transform": moved, "solid_capstyle": "round", "dash_capstyle": "butt", "url": url}
    columns = list(zip(*course))
    if row.kind == "railway":
        axes.plot(*columns, lw=1.1, zorder=2, **look)
        axes.plot(*columns, lw=4.6, ls=(0, (0.22, 1.3)), zorder=2, **look)  # its sleepers
    elif row.kind == "road":
        axes.plot(*columns, lw=1.7, zorder=2, ls=(0, (2.2, 1.3)) if "old" in row.name else "-", **look)
    else:
        axes.plot(*columns, lw=2.1, zorder=2.5, ls=(0, (3, 1.2)), **look)
    corners = [(x, y + aside) for x, y in (_points(axes, at) for at in course)]
    for (x0, y0), (x1, y1) in itertools.pairwise(corners):
        steps = max(2, round(math.hypot(x1 - x0, y1 - y0) / 4))
        drawn.lines += [(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(steps + 1)]
    return corners, shade


def _stroke(axes: Axes, pair: list, url: str | None, drawn: _Drawn) -> list:
    """A stretch of border: a stroke half-way between two villages, across the line that joins them."""
    (x0, y0), (x1, y1) = pair
    middle, half = ((x0 + x1) / 2, (y0 + y1) / 2), (axes.get_xlim()[1] - axes.get_xlim()[0]) * 0.045
    long = math.hypot(x1 - x0, y1 - y0)
    across = (-(y1 - y0) / long * half, (x1 - x0) / long * half)
    ends = [(middle[0] - across[0], middle[1] - across[1]), (middle[0] + across[0], middle[1] + across[1])]
    axes.plot([x0, x1], [y0, y1], color=colour("muted"), lw=0.9, ls=(0, (1, 1.5)), zorder=1.5)
    axes.plot(*zip(*ends), color=colour("ink"), lw=3.2, solid_capstyle="butt", zorder=3, url=url)
    corners = [_points(axes, at) for at in ends]
    (a, b), (c, d) = corners
    drawn.lines += [(a + (c - a) * i / 8, b + (d - b) * i / 8) for i in range(9)] * 3
    return corners


def _scale(axes: Axes, size: Size, drawn: _Drawn) -> None:
    """A bar with its length, as no line on the map is as long as the road it stands for."""
    kilometres = 6371 * (axes.get_xlim()[1] - axes.get_xlim()[0])
    long = max(step for step in (2, 5, 10, 20, 50, 100, 200) if step < kilometres * (0.3 if size.narrow else 0.2))
    across = long / kilometres * size.width * 72
    y, x = 9.0, size.width * 72 - 8 - across
    to_points = axes.figure.dpi_scale_trans
    axes.plot([x / 72, (x + across) / 72], [y / 72, y / 72], transform=to_points, color=colour("muted"), lw=1.2, solid_capstyle="butt")
    axes.text((x + across / 2) / 72, (y + 3) / 72, f"{long} km", transform=to_points, ha="center", va="bottom", color=colour("muted"), fontsize=size.font * 0.9)
    drawn.marks.append(mpl.Bbox.from_extents(x - 6, y - 4, x + across + 6, y + 18))


def _write(axes: Axes, rows: dict[str, list], size: Size, drawn: _Drawn, given: dict[str, tuple]) -> None:
    renderer = mpl.FigureCanvasAgg(axes.figure).get_renderer()
    marks_before = len(drawn.marks) - len(rows["place"])

    def label(name: str, words: str, places, look: dict, own: int = -1, points: float = size.font * 0.95, each: float = 1.0) -> _Label:
        if name in given:
            places, each = _around(given[name]), MOVED
        text = axes.text(0, 0, words, fontsize=points, linespacing=1.0)
        box = text.get_window_extent(renderer)
        text.remove()
        # Agg fits letters to its pixels; a page sets them where they belong.
        long, high = max(width(line, points) for line in words.split("\n")), box.height * 72 / axes.figure.dpi
        return _Label(words, (long, high), list(places(long, high)), look | {"fontsize": points}, own, each)

    # In the order in which they choose: a land has little room to move, a line the most.
    for row, at, url in rows["area"]:
        if url is None and not drawn.frame.contains(*_points(axes, at)):
            continue  # a land of which the drawing shows too little
        words = row.name.replace(" / ", " /\n") + _many(row)
        drawn.labels.append(label(row.id, words, _around(_points(axes, at)), {"color": colour("muted"), "url": url}, points=size.font * (1.0 if row.kind == "part" else 1.1), each=MOVED))
    lines = [
        label(row.id, "\n".join(_balanced(part, 20 if size.narrow else 26) for part in _told(row, size).split("\n")), _along(corners), {"color": colour("muted" if shade == "ink" else shade)}, points=size.font * 0.9, each=0.4)
        for row, (corners, shade) in rows["route"] if row.name
    ]
    drawn.labels += [each for each in lines if each.look["color"] != colour("muted")]
    for own, (row, at, url) in enumerate(rows["place"], marks_before):
        if row.name:
            words = row.name + _many(row)
            if size.narrow and len(words) > 16:
                words = words.replace(" / ", " /\n")
            drawn.labels.append(label(row.id, words, _beside(_points(axes, at), 3.6 if row.event_ids else 2.2), {"color": colour("ink"), "url": url}, own))
    drawn.labels += [each for each in lines if each.look["color"] == colour("muted")]
    _settle(drawn)
    for each in drawn.labels:
        box = each.box()
        axes.text(
            box.x0 / 72, box.y0 / 72, each.words, transform=axes.figure.dpi_scale_trans, ha="left", va="bottom", linespacing=1.0, zorder=6,
            **{key: value for key, value in each.look.items() if value is not None},
        )


def _beside(at: tuple[float, float], radius: float):
    """Places beside a mark, the right one first."""
    gap = radius + ASIDE

    def places(long: float, high: float):
        x, y = at
        for far in (1.0, 1.9, 3.2):
            for across, up in ((1, 0), (-1, 0), (0, 1), (0, -1), (0.75, 0.75), (0.75, -0.75), (-0.75, 0.75), (-0.75, -0.75), (0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1)):
                left = x + across * gap * far - (long if across < 0 else 0) if abs(across) > 0.6 else x - long / 2 + across * long * 0.8
                low = y + up * gap * far - (high if up < 0 else 0) if up else y - high / 2
                yield left, low

    return places


def _along(corners: list):
    """Places on all sides of a line, near the middle of its longest piece first."""

    def places(long: float, high: float):
        pieces = sorted(itertools.pairwise(corners), key=lambda piece: -math.dist(*piece))
        for (x0, y0), (x1, y1) in pieces:
            across, up = abs(x1 - x0), abs(y1 - y0)
            for along, far in itertools.product(ALONG, (4.0, 8.0, 13.0, 20.0, 30.0)):
                x, y = x0 + (x1 - x0) * along, y0 + (y1 - y0) * along
                # So far aside that the line does not cut a corner.
                if up > across * STEEP:
                    aside = far + high / 2 * across / up
                    yield x + aside, y - high / 2
                    yield x - aside - long, y - high / 2
                if across > up * STEEP:
                    above = far + long / 2 * up / across
                    yield x - long / 2, y + above
                    yield x - long / 2, y - above - high

    return places


def _around(at: tuple[float, float]):
    """Places around a point of a land or sea, the point itself first, and none far from it."""

    def places(long: float, high: float):
        shifts = [(across * 5, up * 5) for across, up in itertools.product(range(-6, 7), repeat=2) if math.hypot(across, up) <= 6]
        for across, up in sorted(shifts, key=lambda shift: (math.hypot(*shift), shift)):
            yield at[0] - long / 2 + across, at[1] - high / 2 + up

    return places


def _told(row, size: Size) -> str:
    """The name of a route and whose it is; on a phone only that of a proposed way, whose name is its owner's. What stands after a semicolon is for text alone."""
    return row.name.replace(" / ", " /\n") if size.narrow and row.kind != "road-and-railway" else f"{row.name}: {row.by.partition(';')[0]}"


def _many(row) -> str:
    return f"\u00a0({len(row.event_ids)})" if row.event_ids else ""


def _balanced(words: str, most: int) -> str:
    """The words in as few lines of so many letters as they need, none much shorter than the others."""
    wrapped = functools.partial(textwrap.wrap, words, break_long_words=False, break_on_hyphens=False)
    lines = len(wrapped(most))
    return "\n".join(next(found for width in range(math.ceil(len(words) / lines), most + 1) if len(found := wrapped(width)) <= lines))


def _settle(drawn: _Drawn) -> None:
    """Choose a place for each label: one after the other, then again until nothing gets better.

    A label that finds no room moves others aside, where they find room elsewhere.
    """
    labels = drawn.labels
    boxes = [np.array([(x, y, x + each.size[0], y + each.size[1]) for x, y in each.places]) for each in labels]
    alone = [_costs(drawn, each, candidates) for each, candidates in zip(labels, boxes)]
    chosen: dict[int, int] = {}

    def costs(index: int, without: tuple[int, ...] = (), extra: np.ndarray | None = None) -> np.ndarray:
        """What each place of a label costs beside the labels that stand, less some, and beside one more box."""
        found = alone[index].copy()
        for other, place in chosen.items():
            if other != index and other not in without:
                found += COVERED * _overlaps(boxes[index], boxes[other][place], APART)
        return found if extra is None else found + COVERED * _overlaps(boxes[index], extra, APART)

    def make_room(index: int, given: np.ndarray) -> None:
        """Take the place that costs least when the labels in its way move, and move them."""
        best, moves, plan = given.min(), {}, None
        for place in np.argsort(alone[index], kind="stable")[:TRIED]:
            box = boxes[index][place]
            in_the_way = tuple(other for other, at in chosen.items() if other != index and _overlaps(boxes[other][[at]], box, APART)[0])
            if len(in_the_way) > 2:
                continue
            total, moved = alone[index][place], {}
            for other in in_the_way:
                there = costs(other, (index, *in_the_way), box)
                moved[other] = int(there.argmin())
                total += there.min() - costs(other, (index,))[chosen[other]]
            if len(moved) == 2 and _overlaps(*(boxes[other][[at]] if first else boxes[other][at] for first, (other, at) in zip((True, False), moved.items())), APART)[0]:
                continue
            if total < best:
                best, moves, plan = total, moved, int(place)
        if plan is not None:
            chosen.update(moves)
            chosen[index] = plan

    for _ in range(SWEEPS):
        before = dict(chosen)
        for index in range(len(labels)):
            found = costs(index)
            chosen[index] = int(found.argmin())
            if found.min() >= COVERED:
                make_room(index, found)
        if chosen == before:
            break
    for index, each in enumerate(labels):
        each.chosen = chosen[index]


def _overlaps(boxes: np.ndarray, other, apart: float) -> np.ndarray:
    """Whether each box comes nearer than that to another; boxes as left, low, right, top."""
    left, low, right, top = other
    return (boxes[:, 0] < right + apart) & (left < boxes[:, 2] + apart) & (boxes[:, 1] < top + apart) & (low < boxes[:, 3] + apart)


def _apart(boxes: np.ndarray, other) -> np.ndarray:
    """How far each box is from another."""
    left, low, right, top = other
    across = np.maximum(0, np.maximum(left - boxes[:, 2], boxes[:, 0] - right))
    return np.hypot(across, np.maximum(0, np.maximum(low - boxes[:, 3], boxes[:, 1] - top)))


def _costs(drawn: _Drawn, label: _Label, boxes: np.ndarray) -> np.ndarray:
    """What each place of a label costs by itself, the first ones least."""
    costs = np.arange(len(boxes)) * label.each
    frame = drawn.frame
    outside = (boxes[:, 0] < frame.x0) | (boxes[:, 2] > frame.x1) | (boxes[:, 1] < frame.y0) | (boxes[:, 3] > frame.y1)
    costs += OUTSIDE * outside
    for index, mark in enumerate(drawn.marks):
        if index != label.own:
            costs += ON_A_MARK * _overlaps(boxes, mark.extents, 1.0)
    if label.own >= 0:
        apart = [_apart(boxes, mark.extents) for mark in drawn.marks]
        costs += NEARER_TO_ANOTHER * (np.min([far for index, far in enumerate(apart) if index != label.own], axis=0) < apart[label.own] + APART)
    if drawn.lines:
        x, y = np.array(drawn.lines).T
        costs += ON_A_LINE * ((boxes[:, [0]] < x) & (x < boxes[:, [2]]) & (boxes[:, [1]] < y) & (y < boxes[:, [3]])).sum(axis=1)
    return costs
