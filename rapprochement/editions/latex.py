"""The LaTeX way to a PDF: fonts as static cuts, for XeTeX, which cannot vary a variable font, and tables that stay on the page."""

from __future__ import annotations

import shutil
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from rapprochement.editions.pdf import font_folders

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
    # Not at the top: fontTools takes time to load, and the web pages do not need it.
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

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


def cut_fonts(app: Sphinx, exception: Exception | None) -> None:
    """Prepare the fonts of the LaTeX way."""
    if exception or app.builder.name != "latex":
        return
    cut(font_folders(Path(app.srcdir)), Path(app.outdir))


def keep_on_page(app: Sphinx, tree: nodes.document, page: str) -> None:
    """Have LaTeX keep tables on the page: break their lines within the given widths, and the tables between rows."""
    if app.builder.name != "latex":
        return
    for table in tree.findall(nodes.table):
        table["classes"] = [*(name for name in table["classes"] if name != "colwidths-auto"), "colwidths-given", "longtable"]
