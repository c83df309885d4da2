"""The face of the figures, cut from the package that the PDF is set from.

The package brings one file for all weights. Neither matplotlib, which measures
the words of a figure, nor Typst, which sets an SVG, can choose one there, and
for a page it is ten times too heavy: so one weight with the letters of the
languages of the book is cut out of it, once for each machine. It has no
Armenian, which comes from the Noto that the PDF is set from as well. Pages load
the letters of other scripts apart, where they have any.
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
CYRILLIC = (*range(0x410, 0x450), 0x401, 0x451)
ARMENIAN = (*range(0x531, 0x557), *range(0x55A, 0x560), *range(0x561, 0x588), 0x589, 0x58A)
ARMENIAN_FACE = Path("assets/fonts/NotoSansArmenian-Regular.ttf")
METRICS = {
    "head": ("created", "modified", "fontRevision"),
    "hhea": ("ascent", "descent", "lineGap"),
    "OS/2": ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent", "sxHeight", "sCapHeight"),
}
# What "woff2" has of the face, and "scripts.woff2".
ENDINGS = {"woff2": LETTERS, "scripts.woff2": (*CYRILLIC, *ARMENIAN)}


@functools.cache
def file(ending: str = "ttf") -> Path:
    """The face as "ttf", for programs, or for pages as "woff2" and, with the letters of other scripts, "scripts.woff2"."""
    kept = _folder() / ending.replace(".", "-") / f"{_key()}.{ending}"
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
    letters = hashlib.sha256(repr((LETTERS, CYRILLIC, ARMENIAN, WEIGHT, CUT)).encode()).hexdigest()[:8]
    return f"source-sans-3-{version(PACKAGE)}-{letters}"


def _armenian() -> Path | None:
    """The face with Armenian letters: in the folder of the book, which a reader's notebook may lack."""
    for folder in (Path(__file__).resolve().parent.parent, Path.cwd(), *Path.cwd().parents):
        if (folder / ARMENIAN_FACE).is_file():
            return folder / ARMENIAN_FACE
    return None


def _cut(target: Path, ending: str) -> None:
    # Not at the top: it takes time to load, and most builds find the face cut.
    from fontTools import merge
    from fontTools.varLib import instancer

    if ending != "ttf":
        font = _subset(file(), ENDINGS[ending])
        font.flavor = "woff2"
        font.save(target)
        return
    source, = Path(find_spec(PACKAGE).submodule_search_locations[0], "files").glob("SourceSans3[[]*")
    font = _subset(source, (*LETTERS, *CYRILLIC))
    instancer.instantiateVariableFont(font, {"wght": WEIGHT}, inplace=True)
    if armenian := _armenian():
        parts = [target.with_suffix(f".{number}{target.suffix}") for number in range(2)]
        font.save(parts[0])
        _subset(armenian, ARMENIAN).save(parts[1])
        first = font
        font = merge.Merger(merge.Options(drop_tables=["GDEF"])).merge([str(part) for part in parts])
        font.recalcTimestamp = False
        # Times and heights of lines stay those of the first face, whatever the second brings.
        for table, names in METRICS.items():
            for name in names:
                setattr(font[table], name, getattr(first[table], name))
        for part in parts:
            part.unlink()
    for name in (1, 4, 16):
        font["name"].setName(CUT, name, 3, 1, 0x409)
    font["name"].setName("Regular", 2, 3, 1, 0x409)
    font.save(target)


def _subset(source: Path, letters: tuple[int, ...]):
    """A face with these letters alone, as a font of fontTools."""
    from fontTools import subset

    options = subset.Options(layout_features=["kern"], hinting=False, notdef_outline=True)
    options.drop_tables += ["GSUB", "BASE", "STAT"]
    font = subset.load_font(str(source), options)
    font.recalcTimestamp = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    return font
