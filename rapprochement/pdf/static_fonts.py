"""The fonts of the PDF edition as static cuts, for XeTeX, which cannot vary a variable font."""

from __future__ import annotations

import shutil
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

REGULAR, SEMIBOLD, TEXT_SIZE = 400, 600, 11


def cut(folders: list[Path], target: Path) -> None:
    """Put the fonts that ``assets/latex/bookstyle.sty`` names into *target*."""
    for folder in folders:
        for path in sorted(folder.glob("*.ttf")):
            family, _, axes = path.stem.partition("[")
            if axes:
                _cut(path, target, family)
            else:
                shutil.copyfile(path, target / path.name)


def _cut(path: Path, target: Path, family: str) -> None:
    italic = family.endswith("-Italic")
    family = family.removesuffix("-Italic").rstrip("34")  # TeX names of fonts hold no digits
    names = {REGULAR: "Italic" if italic else "Regular", SEMIBOLD: "BoldItalic" if italic else "Bold"}
    for weight, name in names.items():
        file = target / f"{family}-{name}.ttf"
        if file.is_file():
            continue
        font = TTFont(path, recalcTimestamp=False)
        wanted = {"wght": weight, "opsz": TEXT_SIZE}
        axes = {axis.axisTag: wanted[axis.axisTag] for axis in font["fvar"].axes}
        instantiateVariableFont(font, axes, inplace=True)
        font.save(file)
