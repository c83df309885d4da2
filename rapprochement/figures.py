"""Draw tidy frames: each function takes a frame and a size and returns a figure.

No function here reads a file or counts anything. Callers wrap them in
:func:`rapprochement.show.show_figure`, which sets the style of
:mod:`rapprochement.style`, draws both sizes and asks for caption and alt text.

What stands for rows of the data links to them (:mod:`rapprochement.marks`): a
frame of counts has their ids in ``event_ids``, a frame of events in
``event_id``. ``attrs["what"]`` says in plain words what a frame counts;
``attrs["named"]`` holds (day, words) of events to be named over a date axis.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rapprochement import mpl, wording
from rapprochement.counting import NOBODY, TRACKS
from rapprochement.flags import Flags, width
from rapprochement.marks import label, link
from rapprochement.style import (
    MEDIATOR_HATCHES,
    TRACK_COLOURS,
    TRACK_MARKERS,
    Size,
    colour,
    mediator_colour,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

# What a figure names without counting it.
TURN = "turning point"

TRACK_HATCHES = {"AM-AZ": "", "AM-TR": "//", "AZ-KA": "--"}


ARTICLE_SPAN = "span of the article’s list"
# Mean width of a letter of the figures' font, in parts of its size.
LETTER = 0.5


def _wrapped(text: str, width: int) -> str:
    """The text in lines of about this many letters, no word broken, with the apostrophes of print."""
    return textwrap.fill(text, width, break_long_words=False).replace("'", "’")


def _what(frame: pd.DataFrame, *parts: str) -> str:
    """What a mark of the frame counts, in plain words."""
    return f"{frame.attrs.get('what', 'contacts')}: {', '.join(parts)}"


def _flags(frame: pd.DataFrame, size: Size, first: pd.Timestamp, last: pd.Timestamp, beside: float = 20) -> Flags:
    """The names of the frame over its date axis; *beside*: points of the figure's width that the axis does not have."""
    return Flags(frame.attrs.get("named", []), first, last, size.width * 72 - beside, size)


def _beside(names: list[str], size: Size) -> float:
    """Points that the names of lanes take."""
    return max(width(line, size.font) for name in names for line in name.split("\n")) + 14


def _figure(size: Size, height: float) -> tuple[Figure, Axes]:
    figure = mpl.Figure(figsize=(size.width, height))
    return figure, figure.add_subplot()


def _date_axis(axes: Axes, size: Size, first: pd.Timestamp, last: pd.Timestamp) -> None:
    margin = (last - first) * 0.02
    axes.set_xlim(first - margin, last + margin)
    years = (last - first).days / 365.25
    if years <= 1.6:
        axes.xaxis.set_major_locator(mpl.MonthLocator(interval=6 if size.narrow else 3))
        axes.xaxis.set_major_formatter(mpl.DateFormatter("%b %Y"))
    else:
        axes.xaxis.set_major_locator(mpl.YearLocator())
        axes.xaxis.set_major_formatter(mpl.DateFormatter("’%y" if size.narrow else "%Y"))
    axes.tick_params(axis="x", length=3)


def mark_window(axes: Axes, window: tuple[pd.Timestamp, pd.Timestamp] | None) -> None:
    """Shade the span that the article's list covers."""
    if window is not None:
        axes.axvspan(*window, color=colour("window"), zorder=0, lw=0)


def _window_handle(label: str = ARTICLE_SPAN) -> Patch:
    return mpl.Patch(color=colour("window"), label=label)


def _stacked(days: pd.Series, span: pd.Timedelta, size: Size, steps: tuple[int, ...] = (0, 1, -1)) -> np.ndarray:
    """For each mark of a lane one of *steps* off its line, so that marks of nearby days do not hide each other."""
    width = span * (0.025 if size.narrow else 0.016)
    last = {step: pd.Timestamp.min for step in steps}
    taken = pd.Series(0, index=days.index)
    for index, day in days.sort_values(kind="stable").items():
        free = [step for step in last if last[step] + width <= day]
        taken[index] = step = free[0] if free else min(last, key=last.get)
        last[step] = day
    return taken.to_numpy()


def stacked_bars(frame: pd.DataFrame, size: Size) -> Figure:
    """Contacts in each period, stacked by track; empty periods stay visible as gaps.

    A period that the data covers in part is drawn as wide as that part; a dashed line frames the rest.

    frame: ``period_start`` (datetime64), ``track``, ``contacts``, ``event_ids``, ``period`` (its name); ``attrs["window"]``
    may hold the first and last day of the article's list, ``attrs["span"]`` those of the data.
    """
    starts = sorted(frame["period_start"].unique())
    step = min((b - a).days for a, b in zip(starts, starts[1:]))
    ends = [*starts[1:], starts[-1] + pd.Timedelta(step, "D")]
    first, last = frame.attrs.get("span", (starts[0], ends[-1]))
    flags = _flags(frame, size, starts[0], ends[-1], 34)
    figure, axes = _figure(size, 3.3 + flags.height)
    mark_window(axes, frame.attrs.get("window"))
    gap = pd.Timedelta(step * 0.16, "D")
    covered = {start: (max(start, first), min(end - gap, max(last, start + gap))) for start, end in zip(starts, ends)}
    base = pd.Series(0.0, index=starts)
    for track in TRACKS:
        rows = frame[(frame["track"] == track) & (frame["contacts"] > 0)]
        for row in rows.itertuples():
            left, right = covered[row.period_start]
            axes.bar(
                left, row.contacts, width=right - left, align="edge", bottom=base[row.period_start],
                color=colour(TRACK_COLOURS[track]), hatch=TRACK_HATCHES[track], edgecolor=colour("paper"), lw=0.5,
                url=link(figure, row.event_ids, _what(frame, label(frame, TRACKS[track]), row.period)),
            )
            base[row.period_start] += row.contacts
    in_part = [start for start in starts if _in_part(start, step, first, last)]
    for start, end in zip(starts, ends):
        if start in in_part:
            axes.bar(start, max(base[start], base.max() * 0.04), width=end - gap - start, align="edge", color="none", edgecolor=colour("muted"), ls=(0, (2, 2)), lw=0.9, zorder=0.8)
        axes.annotate(
            f"{base[start]:g}", (start + pd.Timedelta(step * 0.42, "D"), base[start]), xytext=(0, 2),
            textcoords="offset points", ha="center", color=colour("ink") if base[start] else colour("muted"),
            fontsize=size.font if len(starts) < 14 else size.font * 0.9,
        )
    _date_axis(axes, size, starts[0], ends[-1])
    axes.set_ylabel(label(frame, "contacts"))
    axes.set_ylim(0, base.max() * 1.15)
    axes.yaxis.get_major_locator().set_params(integer=True)
    # Each line ends above the number of its bar.
    flags.draw(axes, [max(total for start, total in base.items() if start <= day < start + pd.Timedelta(step + 3, "D")) + base.max() * 0.11 for day, _ in flags.names])
    present = frame.loc[frame["contacts"] > 0, "track"].unique()
    handles: list[Patch] = [
        mpl.Patch(facecolor=colour(TRACK_COLOURS[track]), hatch=TRACK_HATCHES[track], edgecolor=colour("paper"), label=label(frame, TRACKS[track]))
        for track in TRACKS
        if track in present and len(present) > 1
    ]
    if in_part:
        handles.append(mpl.Patch(facecolor="none", edgecolor=colour("muted"), ls=(0, (2, 2)), label=label(frame, "outside of the data")))
    if "window" in frame.attrs:
        handles.append(_window_handle(label(frame, ARTICLE_SPAN)))
    figure.legend(handles=handles, loc="outside upper left", ncols=1 if size.narrow else 3, handlelength=1.4, columnspacing=1.2)
    return figure


def running_totals(frame: pd.DataFrame, size: Size) -> Figure:
    """Contacts added up over time, a stepped line for each track, labelled at its end.

    frame: ``event_id``, ``start``, ``track``, ``total``; ``attrs["window"]`` as in :func:`stacked_bars`.
    """
    first, last = frame["start"].min(), frame["start"].max()
    flags = _flags(frame, size, first, last, 34)
    figure, axes = _figure(size, (4.0 if size.narrow else 3.3) + flags.height)
    mark_window(axes, frame.attrs.get("window"))
    styles = {"AM-AZ": "-", "AM-TR": "--", "AZ-KA": ":"}
    # Named below its line, where no other line comes.
    lowest = frame.groupby("track")["total"].max().idxmin() if frame["track"].nunique() > 1 else None
    for track, rows in frame.groupby("track", sort=False):
        shade = colour(TRACK_COLOURS[track])
        url = link(figure, rows["event_id"], _what(frame, TRACKS[track]))
        axes.step([*rows["start"], last], [*rows["total"], rows["total"].iloc[-1]], where="post", color=shade, ls=styles[track], lw=2, url=url)
        axes.annotate(
            f"{TRACKS[track]}: {rows['total'].iloc[-1]:g}",
            (last, rows["total"].iloc[-1]), xytext=(0, -2 if track == lowest else 3),
            textcoords="offset points", ha="right", va="top" if track == lowest else "bottom", color=shade, url=url,
        )
    _date_axis(axes, size, first, last)
    axes.set_ylim(0, frame["total"].max() * 1.12)
    flags.draw(axes, [frame.loc[frame["start"] <= day, "total"].max() for day, _ in flags.names])
    axes.set_ylabel("contacts so far")
    return figure


def lanes(frame: pd.DataFrame, size: Size) -> Figure:
    """Events as marks on lanes over time; long silences are drawn as lines with their days.

    frame: ``event_id``, ``start``, ``lane`` (in the order to draw), ``track``; optional
    ``hollow`` (bool): marks drawn open. ``attrs["silences"]`` may hold a frame
    with ``lane``, ``after``, ``before``, ``days``, ``event_ids``; ``attrs["window"]`` as above;
    ``attrs["marks"]`` what filled and open marks mean, two labels.
    """
    frame = _names_of_marks_alone(frame)
    names = list(dict.fromkeys(frame["lane"]))
    labels = [_wrapped(name, 14 if size.narrow else 26) for name in names]
    flags = _flags(frame, size, frame["start"].min(), frame["start"].max(), _beside(labels, size))
    figure, axes = _figure(size, 1.2 + (0.58 if size.narrow else 0.42) * len(names) + flags.height)
    mark_window(axes, frame.attrs.get("window"))
    hollow = frame["hollow"] if "hollow" in frame else pd.Series(False, index=frame.index)
    silences = frame.attrs.get("silences")
    span = frame["start"].max() - frame["start"].min()
    # The days of a silence are written above its lane.
    steps = (0, 1, -1) if silences is None else (0, 1)
    heights: dict[str, float] = {}
    for position, name in enumerate(names):
        axes.axhline(position, color=colour("rule"), lw=0.8, zorder=1)
        lane = frame[frame["lane"] == name]
        lane = lane.assign(position=position + (0.17 if size.narrow else 0.22) * _stacked(lane["start"], span, size, steps))
        for open_mark in (False, True):
            rows = lane[hollow[lane.index] == open_mark]
            if rows.empty:
                continue
            track = rows["track"].iloc[0]
            shade = colour(TRACK_COLOURS[track])
            axes.scatter(
                rows["start"], rows["position"], s=30 if open_mark else 42, marker=TRACK_MARKERS[track], zorder=3, lw=1.1,
                facecolor=colour("paper") if open_mark else shade, edgecolor=shade if open_mark else colour("paper"),
                urls=[link(figure, [event_id]) for event_id in rows["event_id"]],
            )
        heights |= dict(zip(lane["event_id"], lane["position"]))
    if silences is not None:
        for row in silences.itertuples():
            position = names.index(row.lane)
            axes.plot(
                [row.after, row.before], [position, position], color=colour("vermilion"), lw=2, zorder=2,
                url=link(figure, row.event_ids, f"the longest silence, {row.days} days: {row.lane}, the contacts before and after it"),
            )
            middle = row.after + (row.before - row.after) / 2
            axes.annotate(
                f"{row.days} days", (middle, position), xytext=(0, 4), textcoords="offset points",
                ha="center", va="bottom", color=colour("vermilion"), fontsize=size.font * 0.9,
            )
    _date_axis(axes, size, frame["start"].min(), frame["start"].max())
    axes.set_ylim(len(names) - 0.45, -0.75)
    axes.set_yticks(range(len(names)), labels)
    for tick, name in zip(axes.get_yticklabels(), names):
        tick.set_url(link(figure, frame.loc[frame["lane"] == name, "event_id"], _what(frame, name)))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    flags.draw(axes, _ends(flags, frame, heights))
    figure.legend(
        handles=_lanes_key(frame), loc="outside upper left", ncols=2 if size.narrow else 4, handlelength=1.4,
        handletextpad=0.5, columnspacing=1.2,
    )
    return figure


def _names_of_marks_alone(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without the names of events that it has no mark for, as where a reader chose another track."""
    has_mark = frame["event_id"].to_numpy()
    kept = [(name, event_id) for name, event_id in zip(frame.attrs.get("named", []), frame.attrs.get("named_ids", [])) if event_id in has_mark]
    frame = frame.copy(deep=False)
    frame.attrs = frame.attrs | {"named": [name for name, _ in kept], "named_ids": [event_id for _, event_id in kept]}
    return frame


def _ends(flags: Flags, frame: pd.DataFrame, heights: dict[str, float], aside: float = 0.16) -> list[float]:
    """Where the line of each name ends: just above its mark, which is *aside* less on an axis that points down."""
    on_day = {(day, " ".join(words.split())): event_id for (day, words), event_id in zip(frame.attrs.get("named", []), frame.attrs.get("named_ids", []))}
    return [heights[on_day[day, " ".join(words.split())]] - aside for day, words in flags.names]


def _lanes_key(frame: pd.DataFrame) -> list[Line2D | Patch]:
    track = frame["track"].iloc[0]
    shade, marker = colour(TRACK_COLOURS[track]), TRACK_MARKERS[track]
    key: list[Line2D | Patch] = [
        mpl.Line2D([], [], marker=marker, ls="", mfc=face, mec=shade, label=label)
        for face, label in zip((shade, colour("paper")), frame.attrs.get("marks", ()))
    ]
    if "silences" in frame.attrs:
        key.append(mpl.Line2D([], [], color=colour("vermilion"), lw=2, label="longest silence"))
    if "window" in frame.attrs:
        key.append(_window_handle())
    return key


def partial_periods(first: pd.Timestamp, last: pd.Timestamp) -> str:
    """What a figure of :func:`stacked_bars` says of the periods that the data covers in part."""
    return f"The data reaches from {wording.day(first)} to {wording.day(last)}: a dashed frame shows what of the first and the last half-year lies outside of it."


def _in_part(start: pd.Timestamp, step: int, first: pd.Timestamp, last: pd.Timestamp) -> bool:
    """Whether the data covers so little of a period that one must see it: all but a week."""
    week = pd.Timedelta(7, "D")
    return start < first - week or last < start + pd.Timedelta(step, "D") - week


def labelled_bars(frame: pd.DataFrame, size: Size) -> Figure:
    """Horizontal bars with their number and share written out, longest first.

    frame: ``mediator``, ``contacts``, ``share``, ``event_ids``; the row :data:`NOBODY` is drawn hollow.
    """
    figure, axes = _figure(size, 0.5 + 0.34 * len(frame))
    for position, row in enumerate(frame.itertuples()):
        alone = row.mediator == NOBODY
        axes.barh(
            position, row.contacts, height=0.7,
            color="none" if alone else mediator_colour(row.mediator),
            edgecolor=colour("muted") if alone else colour("paper"),
            hatch="" if alone else MEDIATOR_HATCHES.get(row.mediator, ""), lw=1 if alone else 0.5,
            ls="--" if alone else "-", url=link(figure, row.event_ids, _what(frame, row.mediator if alone else f"with {row.mediator} as mediator")),
        )
        axes.annotate(
            f"{row.contacts:g} ({row.share:.0%})", (row.contacts, position), xytext=(4, 0),
            textcoords="offset points", va="center",
        )
    axes.set_ylim(len(frame) - 0.5, -0.5)
    axes.set_xlim(0, frame["contacts"].max() * (1.45 if size.narrow else 1.2))
    axes.set_yticks(range(len(frame)), [_wrapped(name, 18) for name in frame["mediator"]])
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    return figure


def count_grid(frame: pd.DataFrame, size: Size) -> Figure:
    """A grid of small counts written as numbers, shaded by size; zero is an empty cell.

    frame: ``row``, ``column`` (both in the order to draw), ``contacts``, ``event_ids``.
    """
    rows, columns = list(dict.fromkeys(frame["row"])), list(dict.fromkeys(frame["column"]))
    names = [_wrapped(row, 18 if size.narrow else 24) for row in rows]
    letter = size.font * LETTER
    room = (size.width * 72 - letter * max(len(line) for name in names for line in name.split("\n"))) / len(columns) / letter
    # Heads lie flat where their longest word fits over its column.
    slanted = max(len(word) for column in columns for word in column.split()) > room
    heads = columns if slanted else [_wrapped(column, int(room)) for column in columns]
    lines = max(len(head) * 0.3 if slanted else head.count("\n") + 1 for head in heads)
    figure, axes = _figure(size, 0.3 + 0.19 * lines + (0.36 if size.narrow else 0.33) * len(rows))
    most = frame["contacts"].max()
    for item in frame.itertuples():
        x, y = columns.index(item.column), rows.index(item.row)
        strength = item.contacts / most if most else 0
        if item.contacts:
            shade = colour("grey" if NOBODY in (item.row, item.column) else "blue")
            axes.add_patch(
                mpl.Rectangle(
                    (x - 0.46, y - 0.44), 0.92, 0.88, color=shade, alpha=0.12 + 0.33 * strength, lw=0,
                    url=link(figure, item.event_ids, _what(frame, item.row, item.column)),
                )
            )
        axes.annotate(
            f"{item.contacts:g}" if item.contacts else "·", (x, y), ha="center", va="center",
            color=colour("ink") if item.contacts else colour("muted"),
        )
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(columns)), heads, **({"rotation": 45, "ha": "left", "rotation_mode": "anchor"} if slanted else {}))
    axes.set_yticks(range(len(rows)), names)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return figure


def listed_and_left_out(frame: pd.DataFrame, size: Size) -> Figure:
    """For each group, how many contacts the article lists and how many more the record holds.

    frame: ``group`` (in the order to draw), ``listed``, ``left_out`` (counts), ``listed_ids``, ``left_out_ids``.
    """
    groups = [_wrapped(g, 19 if size.narrow else 28) for g in frame["group"]]
    lines = max(group.count("\n") + 1 for group in groups)
    figure, axes = _figure(size, 0.5 + (0.25 + 0.15 * lines if size.narrow else 0.4) * len(frame))
    positions = range(len(frame))
    for position, row in zip(positions, frame.itertuples()):
        if row.listed:
            axes.barh(
                position, row.listed, height=0.66, color=colour("blue"), edgecolor=colour("paper"),
                url=link(figure, row.listed_ids, _what(frame, row.group, "in the article")),
            )
        if row.left_out:
            axes.barh(
                position, row.left_out, left=row.listed, height=0.66, facecolor="none", edgecolor=colour("blue"), ls="--",
                url=link(figure, row.left_out_ids, _what(frame, row.group, "in the record only")),
            )
    for position, row in zip(positions, frame.itertuples()):
        axes.annotate(
            f"{row.listed:g} of {row.listed + row.left_out:g}", (row.listed + row.left_out, position),
            xytext=(4, 0), textcoords="offset points", va="center",
        )
    axes.set_xlim(0, (frame["listed"] + frame["left_out"]).max() * (1.4 if size.narrow else 1.15))
    axes.set_ylim(len(frame) - 0.5, -0.95)
    axes.set_yticks(positions, groups)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    first = frame.iloc[0]
    # A narrow bar is too short for both.
    end = axes.get_xlim()[1] if size.narrow else first["listed"] + first["left_out"]
    for words, at, align in (("in the article", 0, "left"), ("in the record only", end, "right")):
        axes.annotate(words, (at, -0.42), xytext=(0, 1), textcoords="offset points", ha=align, va="bottom", color=colour("blue"), fontsize=size.font * 0.93)
    return figure


def told_and_left_out(frame: pd.DataFrame, size: Size) -> Figure:
    """The events of a thread on their days: above the line those that the article tells, below it those that it does not.

    frame: ``event_id``, ``start``, ``contact`` (bool: drawn round, others as a diamond), ``part`` ("told", "left out"
    or "later", which is below the line as well). ``attrs["span"]``: first and last day of the data; ``attrs["window"]``
    as in :func:`stacked_bars`.
    """
    first, last = frame.attrs["span"]
    across = 6.2 if size.narrow else 8.4  # points from mark to mark
    room = size.width * 72 - 16
    flags = _flags(frame, size, first, last, 16)
    apart = (last - first) * 1.04 * across / room
    told = frame["part"] == "told"
    level = pd.Series(0, index=frame.index)
    for rows, up in ((frame[told], 1), (frame[~told], -1)):
        level[rows.index] = up * (1 + _piled(rows["start"], apart))
    words = size.font * 1.5 / across  # the height of a line of text
    top, low = max(level.max(), 0) + words + 0.6, min(level.min(), 0) - words - 0.6
    figure, axes = _figure(size, (top - low) * across / 72 + 0.35 + flags.height)
    window = frame.attrs.get("window")
    mark_window(axes, window)
    axes.axhline(0, color=colour("muted"), lw=0.8, zorder=1)
    looks = {"told": ("blue", True), "left out": ("vermilion", False), "later": ("muted", False)}
    for part, (shade, filled) in looks.items():
        for contact in (True, False):
            rows = frame[(frame["part"] == part) & (frame["contact"] == contact)]
            axes.scatter(
                rows["start"], level[rows.index], marker="o" if contact else "D", s=(across * (0.84 if contact else 0.66)) ** 2, zorder=3, lw=1.1,
                facecolor=colour(shade) if filled else colour("paper"), edgecolor=colour(shade),
                urls=[link(figure, [event_id]) for event_id in rows["event_id"]],
            )
    sayings = {"told": "the article tells", "left out": "it leaves out", "later": "came after it:"}
    for part, height in (("told", top), ("left out", low), ("later", low)):
        rows = frame[frame["part"] == part]
        if len(rows):
            words = f"{sayings[part]} {len(rows)}"
            # What the article tells stands where no line of a name crosses it: all its events are far from the right end.
            crossed = [sum(start < at < end for at in flags.at) for start, end in ((0, width(words, size.font) + 3), (room - width(words, size.font) - 3, room))]
            right = part == "later" or (part == "told" and crossed[0] > crossed[1])
            axes.annotate(
                words, (last if right else first, height), ha="right" if right else "left", va="top" if height > 0 else "bottom", color=colour(looks[part][0]),
                url=link(figure, rows["event_id"], _what(frame, sayings[part].rstrip(":"))),
            )
    _date_axis(axes, size, first, last)
    axes.set_ylim(low, top)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    flags.draw(axes, _ends(flags, frame, dict(zip(frame["event_id"], level)), aside=-0.55))
    return figure


def _piled(days: pd.Series, apart: pd.Timedelta) -> pd.Series:
    """For each day how many marks lie between it and the line, so that none covers another."""
    last: list[pd.Timestamp] = []
    found = pd.Series(0, index=days.index)
    for index, day in days.sort_values(kind="stable").items():
        place = next((place for place, before in enumerate(last) if before + apart <= day), len(last))
        last[place : place + 1] = [day]
        found[index] = place
    return found


def outcome_grid(frame: pd.DataFrame, size: Size) -> Figure:
    """Findings down, numbered counting rules across: a filled cell with "yes" or an open one with "no".

    frame: ``finding``, ``rule`` (both in the order to draw), ``holds`` ("yes", "no" or "cannot say"),
    ``event_ids`` and, in words, of what time they are, ``counted``.
    """
    findings, rules = list(dict.fromkeys(frame["finding"])), list(dict.fromkeys(frame["rule"]))
    names = [_wrapped(name, 20 if size.narrow else 44) for name in findings]
    heights = [0.1 + 0.17 * (name.count("\n") + 1) for name in names]
    key_columns = 1 if size.narrow else 3
    figure, axes = _figure(size, 0.55 + 0.19 * math.ceil(len(rules) / key_columns) + sum(max(h, 0.33) for h in heights))
    for item in frame.itertuples():
        x, y = rules.index(item.rule), findings.index(item.finding)
        yes = item.holds == "yes"
        url = link(figure, item.event_ids, _what(frame, item.counted, item.rule))
        axes.add_patch(
            mpl.Rectangle(
                (x - 0.46, y - 0.42), 0.92, 0.84, facecolor=colour("blue") if yes else "none",
                edgecolor=colour("rule") if item.holds == "cannot say" else colour("blue"), lw=1, url=url,
            )
        )
        word = {"yes": "yes", "no": "no"}.get(item.holds, "–")
        axes.annotate(word, (x, y), ha="center", va="center", color=colour("paper") if yes else colour("ink"))
    axes.set_xlim(-0.5, len(rules) - 0.5)
    axes.set_ylim(len(findings) - 0.5, -0.5)
    axes.xaxis.tick_top()
    # The names of the rules are too long to lie flat over their columns.
    axes.set_xticks(range(len(rules)), range(1, len(rules) + 1))
    axes.set_yticks(range(len(findings)), names)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    key = [mpl.Line2D([], [], ls="", label=_wrapped(f"{number} {rule}", 60)) for number, rule in enumerate(rules, 1)]
    figure.legend(handles=key, loc="outside upper left", ncols=key_columns, handlelength=0, handletextpad=0, labelspacing=0.3)
    return figure


def specification_curve(frame: pd.DataFrame, size: Size) -> Figure:
    """For each finding a bar of the combinations of rules under which it holds, fails or cannot be judged, and a cell for each rule.

    A cell has the number of combinations in which the rule alone breaks the finding, with a minus and in the colour
    of the share that they are; or that it mends, with a plus; "?" where it leaves nothing to judge; else a dot.

    frame: ``finding``, ``holds``, ``fails``, ``cannot_say``, ``rule`` (findings and rules in the order to draw),
    ``held``, ``broken``, ``silenced``, ``mended`` (counts).
    """
    findings, rules = list(dict.fromkeys(frame["finding"])), list(dict.fromkeys(frame["rule"]))
    # All lengths in points: names, bar and cells stand beside each other, or on a phone above each other.
    whole, line = size.width * 72, size.font * 1.25
    names = [_wrapped(name, 46 if size.narrow else 32).split("\n") for name in findings]
    cell = 27.0 if size.narrow else 23.0
    cells_at = whole - cell * len(rules) - 1
    bar_at, bar = (0.0, whole) if size.narrow else (176.0, cells_at - 176 - 14)
    key_columns = 1 if size.narrow else 3
    key_lines = math.ceil(len(rules) / key_columns)
    top = line * (key_lines + 1.9)
    below = {"bar": 16.0, "said": line + 4, "cells": 22.0}
    touched = (frame[["broken", "silenced", "mended"]].sum(axis=1) > 0).groupby(frame["finding"], sort=False).any().to_list()
    heights = [
        len(name) * line + below["bar"] + below["said"] + (below["cells"] + 16) * touches + 12 if size.narrow else max(len(name) * line, below["bar"] + below["said"]) + 13
        for name, touches in zip(names, touched)
    ]
    figure = mpl.Figure(figsize=(size.width, (top + sum(heights)) / 72), layout="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, whole)
    axes.set_ylim(top + sum(heights), 0)
    axes.axis("off")

    def write(x: float, y: float, words: str, **look) -> None:
        axes.text(x, y, words, **{"va": "center", "fontsize": size.font, "color": colour("ink")} | look)

    for number, rule in enumerate(rules):
        write(whole / key_columns * (number // key_lines), line * (number % key_lines + 0.7), f"{number + 1} {rule}".replace("'", "’"))
        if not size.narrow:
            write(cells_at + cell * (number + 0.5), top - line * 0.5, str(number + 1), ha="center", color=colour("muted"))
    write(0, top - line * 0.5, "− breaks it, + makes it hold, ? nothing to judge", color=colour("muted"), fontsize=size.font * 0.95)
    at = top
    for finding, name, height, touches in zip(findings, names, heights, touched):
        rows = frame[frame["finding"] == finding]
        axes.plot([0, whole], [at, at], color=colour("rule"), lw=0.8)
        for place, words in enumerate(name):
            write(0, at + 7 + line * (place + 0.5), words)
        y = at + 8 + (len(name) * line if size.narrow else 0)
        _bar_of_outcomes(axes, rows.iloc[0], bar_at, y, bar, below["bar"])
        parts = [("yes", rows["holds"].iloc[0]), ("no", rows["fails"].iloc[0]), ("cannot say", rows["cannot_say"].iloc[0])]
        write(bar_at, y + below["bar"] + line * 0.6, " · ".join(f"{words} {number}" for words, number in parts if number), fontsize=size.font * 0.95)
        y += below["bar"] + below["said"] if size.narrow else 0
        for number, row in enumerate(rows.itertuples() if touches or not size.narrow else ()):
            x = (cell * number) if size.narrow else cells_at + cell * number
            if size.narrow:
                write(x + cell / 2, y + 5, str(number + 1), ha="center", color=colour("muted"), fontsize=size.font * 0.9)
            _cell_of_rule(axes, row, x, y + (13 if size.narrow else 0), cell, write)
        at += height
    return figure


def _bar_of_outcomes(axes: Axes, row: pd.Series, x: float, y: float, width: float, height: float) -> None:
    looks = {
        "holds": {"facecolor": colour("blue")},
        "fails": {"facecolor": "none"},
        "cannot_say": {"facecolor": colour("rule"), "hatch": "///"},
    }
    total = sum(row[part] for part in looks)
    for part, look in looks.items():
        if row[part]:
            axes.add_patch(mpl.Rectangle((x, y), width * row[part] / total, height, edgecolor=colour("blue" if part != "cannot_say" else "muted"), lw=1, **look))
            x += width * row[part] / total


def _cell_of_rule(axes: Axes, row, x: float, y: float, width: float, write) -> None:
    said = f"−{row.broken}" if row.broken else f"+{row.mended}" if row.mended else "?" if row.silenced else "·"
    if said != "·":
        look = {"facecolor": colour("vermilion"), "alpha": 0.18 + 0.3 * row.broken / row.held, "lw": 0} if row.broken else {"facecolor": "none", "edgecolor": colour("green" if row.mended else "rule"), "lw": 1}
        axes.add_patch(mpl.Rectangle((x + 1, y), width - 2, 16, **look))
    write(x + width / 2, y + 8, said, ha="center", fontsize=9.75 if width < 25 else 9.5, color=colour("muted" if said in "·?" else "ink"))


def shares_in_parts(frame: pd.DataFrame, size: Size) -> Figure:
    """One bar for each group, split into parts that add up to the whole; counts are written in.

    frame: ``group`` (in the order to draw, with its total), ``part`` (in the order
    to draw, at most three), ``contacts``, ``share``, ``event_ids``.
    """
    groups, parts = list(dict.fromkeys(frame["group"])), list(dict.fromkeys(frame["part"]))
    # Dark, pale and open: apart in either theme and in grey print, and a number can be read on each.
    looks = [("blue", 1, "paper"), ("amber", 0.3, "ink"), (None, 1, "ink")]
    figure, axes = _figure(size, 0.75 + (0.62 if size.narrow else 0.46) * len(groups) + (0.35 if size.narrow else 0))
    left = pd.Series(0.0, index=groups)
    for part, (shade, strength, ink) in zip(parts, looks):
        rows = frame[frame["part"] == part].set_index("group").loc[groups]
        for position, (start, row) in enumerate(zip(left, rows.itertuples())):
            if row.contacts:
                axes.barh(
                    position, row.share, left=start, height=0.7, **_part_look(shade, strength),
                    url=link(figure, row.event_ids, _what(frame, row.Index, part)),
                )
                axes.annotate(f"{row.contacts:g}", (start + row.share / 2, position), ha="center", va="center", color=colour(ink))
        left = left + rows["share"]
    axes.set_xlim(0, 1)
    axes.set_ylim(len(groups) - 0.5, -0.5)
    # The total in brackets keeps to the word before it.
    axes.set_yticks(range(len(groups)), [_wrapped(g.replace(" (", "\u00a0("), 19 if size.narrow else 30) for g in groups])
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    key = [mpl.Patch(**_part_look(shade, strength), label=part) for part, (shade, strength, _) in zip(parts, looks)]
    figure.legend(handles=key, loc="outside upper left", ncols=1 if size.narrow else 3, handlelength=1.4)
    return figure


def _part_look(shade: str | None, strength: float) -> dict:
    return {"facecolor": colour(shade) if shade else "none", "edgecolor": colour("muted"), "lw": 0.8, "alpha": None if strength == 1 else strength}


def spans_open(frame: pd.DataFrame, size: Size) -> Figure:
    """How long questions stayed open: a line from the first day to the end, or to the last day with an arrow.

    frame: ``question`` (in the order to draw), ``start``, ``last`` (datetime64),
    ``open`` (bool), ``days``, ``marks`` (list of dates drawn as strokes across the line), ``mark_ids``
    (their events), ``ended_by`` (the event that ended it, or empty).
    """
    figure, axes = _figure(size, 0.95 + (0.62 if size.narrow else 0.4) * len(frame) + (0.3 if size.narrow else 0))
    for position, row in enumerate(frame.itertuples()):
        shade = colour("blue") if row.open else colour("muted")
        axes.plot([row.start, row.last], [position, position], color=shade, lw=2, ls="-" if row.open else "--", zorder=1)
        axes.scatter(
            row.last, position, marker=">" if row.open else "X", s=50, zorder=2, facecolor=shade, edgecolor=colour("paper"), lw=0.8,
            urls=[link(figure, filter(None, [row.ended_by]))],
        )
        marks = [pd.Timestamp(day) for day in row.marks]
        # Strokes are narrow and taller than the end: days that lie close together stay apart, and the end stays in sight.
        axes.scatter(
            marks, [position] * len(marks), marker="|", s=225, lw=2, zorder=1.5, color=colour("green"),
            urls=[link(figure, [event_id]) for event_id in row.mark_ids],
        )
        axes.annotate(
            f"{row.days:,} days", (row.last, position), xytext=(7, 0), textcoords="offset points", va="center",
        )
    first, last = frame["start"].min(), frame["last"].max()
    _date_axis(axes, size, first, last)
    # The room on the right is for the labels; a year written there would promise data.
    axes.set_xticks([tick for tick in axes.get_xticks() if tick <= mpl.date2num(last)])
    axes.set_xlim(first - (last - first) * 0.02, last + (last - first) * (0.42 if size.narrow else 0.16))
    axes.set_ylim(len(frame) - 0.5, -0.6)
    axes.set_yticks(range(len(frame)), [_wrapped(q, 17 if size.narrow else 34) for q in frame["question"]])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    handles = [
        mpl.Line2D([], [], color=colour("blue"), marker=">", lw=2, label="open on the last day of the data"),
        mpl.Line2D([], [], color=colour("muted"), marker="X", ls="--", lw=2, label="ended"),
        mpl.Line2D([], [], color=colour("green"), marker="|", ms=12, mew=2, ls="", label="agreement of the two sides"),
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=1 if size.narrow else 3, handletextpad=0.5, columnspacing=1.2)
    return figure


def contacts_in_time(frame: pd.DataFrame, size: Size) -> Figure:
    """Every contact as a mark on its day, in a lane for each track, marks of nearby days one above the other.

    frame: ``event_id``, ``start``, ``lane`` (a track, or :data:`TURN`), ``hollow`` (bool: nobody mediated).
    ``attrs["window"]`` as in :func:`stacked_bars`; each of ``attrs["named"]`` is a :data:`TURN` of the frame.
    """
    first, last = frame["start"].min(), frame["start"].max()
    across = 5.2 if size.narrow else 8.0  # points from mark to mark
    names = [track for track in TRACKS if (frame["lane"] == track).any()]
    labels = {track: _lane_label(track, int((frame["lane"] == track).sum()), size, frame) for track in names}
    room = size.width * 72 - _beside(list(labels.values()), size) - 6
    apart = (last - first) * 1.04 * across / room
    piles = {track: _piled(frame.loc[frame["lane"] == track, "start"], apart) for track in names}
    lines = {track: (label.count("\n") + 1) * size.font * 1.3 / across for track, label in labels.items()}
    # Between two labels stands half a line, else they would read as one.
    tall = {track: max(piles[track].max() + 1.6, lines[track] + size.font * 0.65 / across) + 0.4 for track in names}
    flags = _flags(frame, size, first, last, _beside(list(labels.values()), size) + 6)
    height = (sum(tall.values()) * across) / 72
    figure = mpl.Figure(figsize=(size.width, height + flags.height + (0.92 if size.narrow else 0.72)))
    axes = figure.add_subplot()
    mark_window(axes, frame.attrs.get("window"))
    total = sum(tall.values())
    floor = total
    floors = {}
    for track in names:
        floor -= tall[track]
        floors[track] = floor
        lane = frame[frame["lane"] == track]
        shade = colour(TRACK_COLOURS[track])
        axes.axhline(floor, color=colour("rule"), lw=0.8, zorder=1)
        for hollow in (True, False):
            rows = lane[lane["hollow"] == hollow]
            axes.scatter(
                rows["start"], floor + 0.6 + piles[track][rows.index], s=(across * (0.74 if hollow else 0.9)) ** 2, marker=TRACK_MARKERS[track],
                zorder=3, lw=1.0 if hollow else 0.4, facecolor=colour("paper") if hollow else shade, edgecolor=shade if hollow else colour("paper"),
                urls=[link(figure, [event_id]) for event_id in rows["event_id"]],
            )
    _date_axis(axes, size, first, last)
    axes.set_ylim(0, total)
    axes.set_yticks([floors[track] + lines[track] / 2 for track in names], [labels[track] for track in names])
    for tick, track in zip(axes.get_yticklabels(), names):
        tick.set_url(link(figure, frame.loc[frame["lane"] == track, "event_id"], _what(frame, label(frame, TRACKS[track]))))
        tick.set_color(colour(TRACK_COLOURS[track]))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    turns = frame[frame["lane"] == TURN].set_index("start")["event_id"]
    flags.draw(axes, [0] * len(flags.names), [link(figure, [turns[day]], beside=True) for day, _ in flags.names])
    handles = [
        mpl.Line2D([], [], marker="o", ls="", mfc=face, mec=colour("ink"), label=label(frame, words))
        for face, words in ((colour("ink"), "somebody mediated"), (colour("paper"), "nobody did"))
    ]
    if "window" in frame.attrs:
        handles.append(_window_handle(label(frame, ARTICLE_SPAN)))
    figure.legend(handles=handles, loc="outside upper left", ncols=2 if size.narrow else 3, handlelength=1.4, handletextpad=0.4, columnspacing=1.2)
    return figure


def _lane_label(track: str, contacts: int, size: Size, frame: pd.DataFrame) -> str:
    said = label(frame, TRACKS[track])
    name = said.replace("–", "–\n").replace(" ", "\n") if size.narrow else _wrapped(said, 20)
    # A noun behind a number would need a form of its own in other languages.
    alone = size.narrow or "words" in frame.attrs
    return f"{name}: {contacts}" if alone else f"{name}\n{contacts} contacts"


def last_and_before(frame: pd.DataFrame, size: Size) -> Figure:
    """For each span two bars: the contacts of the last one, and of the equal one before it.

    frame: ``span`` (in the order to draw), ``part`` ("last", "before"), ``contacts``, ``event_ids``.
    """
    spans = list(dict.fromkeys(frame["span"]))
    figure = mpl.Figure(figsize=(size.width, 0.55 + 0.56 * len(spans)))
    axes = figure.add_subplot()
    for row in frame.itertuples():
        is_last = row.part == "last"
        position = spans.index(row.span) + (0.2 if is_last else -0.2)
        axes.barh(
            position, row.contacts, height=0.36, facecolor=colour("blue") if is_last else "none", edgecolor=colour("paper" if is_last else "blue"),
            ls="-" if is_last else "--", url=link(figure, row.event_ids, _what(frame, f"{row.span}, {row.part}")),
        )
        axes.annotate(f"{row.contacts:g}", (row.contacts, position), xytext=(4, 0), textcoords="offset points", va="center")
    axes.set_xlim(0, frame["contacts"].max() * 1.15)
    axes.set_ylim(len(spans) - 0.5, -0.5)
    axes.set_yticks(range(len(spans)), [_wrapped(span, 16 if size.narrow else 30) for span in spans])
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    key = [
        mpl.Patch(facecolor="none", edgecolor=colour("blue"), ls="--", label="the one before"),
        mpl.Patch(facecolor=colour("blue"), edgecolor=colour("paper"), label="the last"),
    ]
    figure.legend(handles=key, loc="outside upper left", ncols=2, handlelength=1.4, columnspacing=1.2)
    return figure
