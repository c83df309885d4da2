"""Names over a figure: a few events that its sentence speaks of, each with a thin line down to its mark."""

from __future__ import annotations

import itertools
import textwrap
from typing import TYPE_CHECKING

import pandas as pd

from rapprochement import mpl, typeface
from rapprochement.style import Size, colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALLER = 0.93  # than the other words of the figure
LINE = 1.2  # height of a row of names, in parts of their size
GAP = 7.0  # points between two names in a row
ASIDE = 2.0  # points between a name and its line

# Names that leave each other no place take more lines, on a phone (True) from the start.
MOST_LINES = 4
LETTERS_IN_A_LINE = {False: (1000, 20, 13), True: (13, 9, 1)}

# (day, words) in the order of the days.
Names = list[tuple[pd.Timestamp, str]]


def width(words: str, points: float) -> float:
    """How long words are in the face of the figures, in points."""
    font = mpl.get_font(typeface.file())
    font.set_size(points, 72)
    font.set_text(words, 0)
    return font.get_width_height()[0] / 64


class Flags:
    """Places for names over a date axis, in as few rows as they need.

    first, last: the ends of the axis. room: about how wide it is, in points.
    """

    def __init__(self, names: Names, first: pd.Timestamp, last: pd.Timestamp, room: float, size: Size):
        self.points = size.font * SMALLER
        self.room = room
        self.at = [(day - first) / (last - first) * room for day, _ in sorted(names)]
        for letters in LETTERS_IN_A_LINE[size.narrow]:
            self.names = sorted((day, textwrap.fill(words, letters, break_long_words=False)) for day, words in names)
            self.lines = max((words.count("\n") + 1 for _, words in self.names), default=0)
            self.widths = [max(width(line, self.points) for line in words.split("\n")) for _, words in self.names]
            fitting = (found for rows in range(1, len(names) + 2) if (found := self._fit(rows, [])) is not None)
            if self.lines <= MOST_LINES and (places := next(fitting, None)) is not None:
                self.places = places
                return
        raise ValueError(f"too long to stand over the figure: {', '.join(words for _, words in names)}")

    @property
    def height(self) -> float:
        """Of all rows of names, in inches."""
        rows = 1 + max((row for row, _ in self.places), default=-1)
        return rows * self.row / 72

    @property
    def row(self) -> float:
        """The height of a row, in points."""
        return self.lines * self.points * LINE

    def _fit(self, rows: int, placed: list[tuple[int, bool]]) -> list[tuple[int, bool]] | None:
        """Row and side (to the left of its line or not) of each name, so that no name is covered or crossed by a line."""
        if len(placed) == len(self.names):
            return placed
        for row, left in itertools.product(range(rows), (False, True)):
            if self._free((row, left), placed):
                found = self._fit(rows, [*placed, (row, left)])
                if found is not None:
                    return found
        return None

    def _reach(self, index: int, left: bool) -> tuple[float, float]:
        at, long = self.at[index], self.widths[index] + GAP
        return (at - long, at) if left else (at, at + long)

    def _free(self, place: tuple[int, bool], placed: list[tuple[int, bool]]) -> bool:
        index, (row, left) = len(placed), place
        start, end = self._reach(index, left)
        if start < -GAP or end > self.room + 2 * GAP:
            return False
        for other, (its_row, its_left) in enumerate(placed):
            its_start, its_end = self._reach(other, its_left)
            if row == its_row and start < its_end and its_start < end:
                return False
            if its_row > row and start < self.at[other] + GAP / 2 and self.at[other] - GAP / 2 < end:
                return False
            if its_row < row and its_start < self.at[index] + GAP / 2 and self.at[index] - GAP / 2 < its_end:
                return False
        return True

    def draw(self, axes: Axes, ends: list[float], urls: list[str | None] | None = None) -> None:
        """Write the names; *ends* are the heights, in the data of the axes, at which their lines end, *urls* where the names lead."""
        for (day, words), (row, left), end, url in zip(self.names, self.places, ends, urls or [None] * len(ends), strict=True):
            at, up = mpl.date2num(day), (2 + row * self.row) / 72
            over, aside = (axes.get_xaxis_transform() + mpl.ScaledTranslation(across, up, axes.figure.dpi_scale_trans) for across in (0, (1 - 2 * left) * ASIDE / 72))
            line = {"arrowstyle": "-", "shrinkA": 0, "shrinkB": 0, "color": colour("muted"), "lw": 0.7, "zorder": 0.9}
            axes.annotate("", xy=(at, end), xytext=(at, 1), textcoords=over, annotation_clip=False, arrowprops=line)
            axes.text(
                at, 1, words, transform=aside, ha="right" if left else "left", va="bottom", ma="right" if left else "left",
                linespacing=0.85, fontsize=self.points, color=colour("ink"), url=url,
            )
