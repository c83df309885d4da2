"""The PDF edition: the pages that Sphinx has resolved for the web, set by Typst.

When the web pages are written, every page's document tree is translated to
Typst markup (:mod:`typesetter`), which calls the functions of ``book.typ``;
there, and only there, stands how the book looks. The compiler enforces PDF/UA-1.
"""

from __future__ import annotations

import datetime
import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import typst
import yaml
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from rapprochement.data import load_metadata
from rapprochement.pdf.typesetter import Part, Typesetter

FILENAME = "rapprochement-in-evidence.pdf"
FONT_PACKAGES = ("fontpkg_source_serif_4", "fontpkg_source_sans_3")
OTHER_SCRIPTS = Path("assets/fonts")  # below the book's folder: Armenian and Georgian

logger = logging.getLogger(__name__)


def font_folders(book: Path) -> list[Path]:
    """Where the fonts of the print editions lie: in two packages, and in the book."""
    packages = [Path(find_spec(name).submodule_search_locations[0]) / "files" for name in FONT_PACKAGES]
    return [*packages, book / OTHER_SCRIPTS]


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write the PDF beside the web pages, and among them for download.

    Raises ExtensionError if a page holds what the PDF cannot, or if the result
    would not be accessible.
    """
    if exception or app.builder.name != "html":
        return
    book = Path(app.srcdir)
    metadata = load_metadata(book / "data")
    created = datetime.datetime.fromisoformat(metadata["created"])
    typesetter = Typesetter(app)
    try:
        document = typst.compile(
            {
                "main": (
                    '#import "book.typ": *\n#show: book.with(json("about.json"))\n' + typesetter.book(reading_order(app))
                ).encode(),
                "book.typ": Path(__file__).with_name("book.typ").read_bytes(),
                "about.json": json.dumps(about(book, app, metadata, created)).encode(),
                **typesetter.pictures,
            },
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=[str(folder) for folder in font_folders(book)],
            ignore_system_fonts=True,  # else the result would depend on the machine
            timestamp=int(created.timestamp()),
        )
    except typst.TypstError as error:
        raise ExtensionError(f"the PDF cannot be set: {error.message} {' '.join(error.hints)}") from None
    target = Path(app.outdir).parent / "pdf" / FILENAME
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(document)
    shutil.copyfile(target, Path(app.outdir) / FILENAME)
    logger.info("The PDF edition is %s", target)


def reading_order(app: Sphinx) -> list[Part]:
    """The parts of the book with their pages, as ``_toc.yml`` has them."""
    site_map = app.env.external_site_map
    parts = [Part(None, [site_map.root.docname])]
    for subtree in site_map.root.subtrees:
        parts.append(Part(subtree.caption, [page for item in subtree.items for page in _with_children(site_map, item)]))
    return parts


def _with_children(site_map, docname: str) -> list[str]:
    below = [child for subtree in site_map[docname].subtrees for child in subtree.items]
    return [docname, *(page for child in below for page in _with_children(site_map, child))]


def about(book: Path, app: Sphinx, metadata: dict, created: datetime.datetime) -> dict:
    """What cover and imprint print: title, version, date, licence."""
    citation = yaml.safe_load((book / "CITATION.cff").read_text(encoding="utf-8"))
    title, _, subtitle = citation["title"].partition(": ")
    return {
        "title": title,
        "subtitle": subtitle[:1].upper() + subtitle[1:],
        "author": app.config.author,
        "abstract": " ".join(citation["abstract"].split()),
        "version": metadata["version"],
        "created": {"year": created.year, "month": created.month, "day": created.day},
        "licence": metadata["licenses"][0],
    }


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write)
