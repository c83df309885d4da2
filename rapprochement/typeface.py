"""The face of the figures, cut from the package that the PDF is set from.

The package brings one file for all weights. Neither matplotlib, which measures
the words of a figure, nor Typst, which sets an SVG, can choose one there, and
for a page it is ten times too heavy: so one weight with the letters of the
languages of the book is cut out of it, once for each machine.
"""

from __future__ import annotations

import functools
import hashlib
import os
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from rapprochement.output_types import DRAWINGS

PACKAGE = "fontpkg_source_sans_3"
# As the pages call it, and the one weight of it, which must not be taken for the whole family where both are at hand.
FAMILY, CUT = "Source Sans 3", "Source Sans 3 of figures"
WEIGHT = 400
# English, French, German, Azerbaijani, Turkish; dashes, quotation marks, arrows, minus.
LETTERS = (
    *range(0x20, 0x7F), *range(0xA0, 0x100), 0x11E, 0x11F, 0x130, 0x131, 0x15E, 0x15F, 0x18F, 0x259,
    0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026, 0x2190, 0x2192, 0x2212,
)  # fmt: skip


@functools.cache
def file(ending: str = "ttf") -> Path:
    """The face as "ttf", for programs, or as "woff2", for pages."""
    kept = _folder() / ending / f"{_key()}.{ending}"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        partly = kept.with_suffix(f".{os.getpid()}")  # two notebooks may need it at once
        _cut(partly, ending)
        partly.replace(kept)
    return kept


def _folder() -> Path:
    """Below it has each kind a folder of its own, as Typst takes whole folders."""
    if DRAWINGS in os.environ:
        return Path(os.environ[DRAWINGS], "typeface")
    from matplotlib import get_cachedir

    return Path(get_cachedir(), "rapprochement")


def _key() -> str:
    letters = hashlib.sha256(repr((LETTERS, WEIGHT, CUT)).encode()).hexdigest()[:8]
    return f"source-sans-3-{version(PACKAGE)}-{letters}"


def _cut(target: Path, ending: str) -> None:
    # Not at the top: it takes time to load, and most builds find the face cut.
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    if ending != "ttf":
        font = TTFont(file(), recalcTimestamp=False)
        font.flavor = ending
        font.save(target)
        return
    source, = Path(find_spec(PACKAGE).submodule_search_locations[0], "files").glob("SourceSans3[[]*")
    options = subset.Options(layout_features=["kern"], hinting=False, notdef_outline=True)
    options.drop_tables += ["GSUB", "BASE", "STAT"]
    font = subset.load_font(str(source), options)
    font.recalcTimestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=LETTERS)
    cutter.subset(font)
    instancer.instantiateVariableFont(font, {"wght": WEIGHT}, inplace=True)
    for name in (1, 4, 16):
        font["name"].setName(CUT, name, 3, 1, 0x409)
    font["name"].setName("Regular", 2, 3, 1, 0x409)
    font.save(target)
