"""Show a figure or a table of a notebook: the one way, with everything a reader needs.

In the build the result becomes a numbered figure or table with caption, alt
text, counting rule and downloads; in Jupyter it shows as HTML.
"""

from __future__ import annotations

import functools
import hashlib
import html
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pandas as pd
from IPython.display import display

from rapprochement import marks
from rapprochement.answer import Answer
from rapprochement.marks import Mark
from rapprochement.output_types import ANSWERS, DRAWINGS, FIGURE_MIME, GLUE_PREFIX, SHAPES, TABLE_MIME
from rapprochement.style import IN_MARGIN, NARROW, WIDE, Size, drawing, for_print, svg



def payload(draw: Callable, frame: pd.DataFrame, *, name: str, alt: str, how: str, caption: str = "", shape: str = "") -> dict:
    """Everything a figure needs, as plain data.

    draw: a function of :mod:`rapprochement.figures`, called with the frame and a size.
    name: slug, unique in the book; the figure is referred to by it.
    alt: what a sighted reader takes from the picture. how: the counting rule, a sentence.
    caption: the finding, in MyST.
    shape: one of :data:`rapprochement.output_types.SHAPES`, or none for a figure as wide as the text.

    Raises ValueError if one of the texts is missing: a figure without them is not shown; or if there is no such shape.
    """
    for what, text in (("name", name), ("alt", alt), ("how", how)):
        if not text or not text.strip():
            raise ValueError(f"figure {name!r} lacks {what}")
    if shape not in ("", *SHAPES):
        raise ValueError(f"figure {name!r} has the unknown shape {shape!r}")
    ((wide, wide_size), (narrow, narrow_size)), shown = _drawn(draw, frame, (WIDE, IN_MARGIN if shape == "in-margin" else NARROW))
    return {
        "name": name,
        "alt": " ".join(alt.split()),
        "how": how,
        "caption": caption,
        "shape": shape,
        "svg": wide,
        "size": wide_size,
        "svg_narrow": narrow,
        "size_narrow": narrow_size,
        "marks": shown,
        "what": frame.attrs.get("what", "contacts"),
        "csv": as_csv(frame),
    }


def _drawn(draw: Callable, frame: pd.DataFrame, sizes: tuple[Size, Size]) -> tuple[list[tuple[str, tuple[int, int]]], list[Mark]]:
    """SVG and size of a figure in both *sizes*, wide and narrow, and the marks of both; taken from the folder :data:`DRAWINGS` where the same frame was drawn before.

    Raises ValueError if wide and narrow do not show the same.
    """
    folder, key = os.environ.get(DRAWINGS), _key_of_drawing(draw, frame, sizes)
    kept = Path(folder, f"{key}.json") if folder and key else None
    if kept and kept.is_file():
        pictures, known = json.loads(kept.read_text(encoding="utf-8"))
        return [(text, tuple(size)) for text, size in pictures], known
    pictures, of_both = [], []
    for size in sizes:
        with drawing(size):
            figure = draw(frame, size)
            pictures.append((svg(figure, size), tuple(round(inches * 96) for inches in figure.get_size_inches())))
            of_both.append(marks.of(figure))
    if of_both[0] != of_both[1]:
        raise ValueError("the wide and the narrow drawing of a figure show different rows")
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        partly = kept.with_suffix(f".{os.getpid()}")  # two notebooks may draw the same at once
        partly.write_text(json.dumps([pictures, of_both[0]]), encoding="utf-8")
        partly.replace(kept)
    return pictures, of_both[0]


def _key_of_drawing(draw: Callable, frame: pd.DataFrame, sizes: tuple[Size, Size]) -> str | None:
    """Changes with the frame, with how and in which sizes it is drawn, and with what draws it; None for a function that has no name of its own."""
    function, more = (draw.func, (draw.args, draw.keywords)) if isinstance(draw, functools.partial) else (draw, ())
    if not function.__module__.startswith("rapprochement.") or "<" in function.__qualname__:
        return None
    parts = [function.__module__, function.__qualname__, repr(more), repr(sizes), repr(frame.dtypes.to_dict()), frame.to_csv(), repr(frame.attrs), _what_draws()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@functools.cache
def _what_draws() -> str:
    package = Path(__file__).parent
    drawing = [package / f"{name}.py" for name in ("show", "style", "typeface", "marks", "mpl", "flags", "figures", "maps", "sketches", "measures", "counting")]
    sources = "".join(path.read_text(encoding="utf-8") for path in [*drawing, *sorted((package / "wording").glob("*.py"))])
    return f"{metadata.version('matplotlib')} {metadata.version('pandas')} {sources}"


def as_csv(frame: pd.DataFrame) -> str:
    """A frame as CSV text: ISO dates, lists joined by semicolons, whole numbers without point."""
    plain = frame.copy()
    for column in plain.columns:
        if plain[column].map(lambda value: isinstance(value, list)).any():
            plain[column] = plain[column].map(";".join)
        elif pd.api.types.is_float_dtype(plain[column]) and (plain[column].dropna() % 1 == 0).all():
            plain[column] = plain[column].astype("Int64")
    return plain.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n")


@dataclass(frozen=True)
class Shown:
    """An output that Jupyter shows as HTML and the book's build as its own node."""

    mime: str
    content: dict
    page: str

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {self.mime: self.content, "text/html": self.page, "text/plain": self.content["caption"]}


def show_figure(draw: Callable, frame: pd.DataFrame, *, name: str, caption: str, alt: str, how: str, shape: str = "") -> Shown:
    """Draw a frame and show it; the arguments are those of :func:`payload`, all but the shape required.

    Raises ValueError if a text is missing.
    """
    if not caption.strip():
        raise ValueError(f"figure {name!r} lacks caption")
    content = payload(draw, frame, name=name, alt=alt, how=how, caption=caption, shape=shape)
    page = f"<figure>{for_print(content['svg'])}<figcaption>{html.escape(caption)} {html.escape(how)}</figcaption></figure>"
    return Shown(FIGURE_MIME, content, page)


def show_table(frame: pd.DataFrame, *, name: str, caption: str, events: bool = False) -> Shown:
    """Show a frame as a numbered table with its column names as heads.

    Numbers are set flush right. events: the table looks like those of the directive ``events``,
    whose columns it has: date, what happened, third parties, whether it is in the article.
    Raises ValueError if the caption is missing.
    """
    if not caption.strip():
        raise ValueError(f"table {name!r} lacks caption")
    numeric = [bool(pd.api.types.is_numeric_dtype(frame[c])) for c in frame.columns]
    rows = list(map(list, zip(*(_cells(frame[c]) for c in frame.columns), strict=True)))
    content = {"name": name, "caption": caption, "heads": [str(c) for c in frame.columns], "rows": rows, "numeric": numeric, "events": events}
    return Shown(TABLE_MIME, content, frame.to_html(index=False, escape=True, border=0))


def _cells(column: pd.Series) -> list[str]:
    """A column as text; numbers with thousands apart, and all with a decimal if one needs it."""
    if not pd.api.types.is_numeric_dtype(column):
        return [str(value) for value in column]
    decimals = 0 if (column % 1 == 0).all() else 1
    return [f"{value:,.{decimals}f}" for value in column]


def say(**words: str | Answer | Sequence[str | Answer]) -> None:
    """Give words computed in a notebook to its prose: ``{glue:text}`name`` prints them.

    What :mod:`rapprochement.counted` made opens there; several numbers stand in a
    list, with the words between them.
    Writes the output that myst-nb's glue writes, so that a notebook needs no
    Sphinx to run; Jupyter shows nothing.
    """
    for name, said in words.items():
        pieces = [said] if isinstance(said, (str, Answer)) else said
        text = "".join(piece.words if isinstance(piece, Answer) else piece for piece in pieces)
        answers = [piece.as_json() for piece in pieces if isinstance(piece, Answer)]
        display(
            {GLUE_PREFIX + "text/plain": repr(text)},
            raw=True,
            metadata={"scrapbook": {"name": name, "mime_prefix": GLUE_PREFIX}, **({ANSWERS: answers} if answers else {})},
        )
