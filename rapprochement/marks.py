"""What the marks of a figure stand for: each bar, cell, circle or symbol knows the rows that it shows.

Drawing code asks :func:`link` for an address and gives it to the artist, which
matplotlib wraps in a link. The address is only a number in the list of marks
(:func:`of`); each edition puts its own in its place (:func:`resolved`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

ADDRESS = "#mark-"
_LINK = re.compile(rf'<a href="{ADDRESS}(\d+)">(.*?)</a>', re.DOTALL)

# rows: ids of the events. told: what they are, in plain words; empty where a mark is one event.
# beside: it names an event that is none of those that the figure counts.
Mark = dict


def link(figure: Figure, rows: Iterable[str], told: str = "", beside: bool = False) -> str | None:
    """The address for what stands for these rows; None where there are none."""
    rows = list(rows)
    if not rows:
        return None
    known = of(figure)
    known.append({"rows": rows, "told": told, "beside": beside})
    return f"{ADDRESS}{len(known) - 1}"


def of(figure: Figure) -> list[Mark]:
    """The marks of a figure, in the order in which they were drawn."""
    if not hasattr(figure, "marks"):
        figure.marks = []
    return figure.marks


def label(frame: pd.DataFrame, words: str) -> str:
    """A label of a figure in its language, which the frame's ``attrs["words"]`` holds by its English; without one, English."""
    return frame.attrs.get("words", {}).get(words, words)


def resolved(drawing: str, put: Callable[[int, str], str]) -> str:
    """The SVG with each mark as *put* makes it of its number and what is drawn for it."""
    return _LINK.sub(lambda found: put(int(found[1]), found[2]), drawing)


def without(drawing: str) -> str:
    """The SVG without links, for editions that have no page for a mark."""
    return resolved(drawing, lambda _, drawn: drawn)
