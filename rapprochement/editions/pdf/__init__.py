"""The PDF edition: the pages that Sphinx has resolved for the web, set by Typst.

Whenever a web page is written, its document tree is translated to Typst markup
(:mod:`typesetter`), which calls the functions of ``book.typ``; there, and only
there, stands how the book looks. When all are written, Typst sets them as one
PDF, unless nothing has changed, and refuses what would break PDF/UA-1. The
markup is kept beside the doctrees, in a folder that Typst can also set by hand.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import typst
import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from rapprochement import typeface
from rapprochement.data.files import load_metadata
from rapprochement.run import memory
from rapprochement.run.workplace import take
from rapprochement.editions.pdf.typesetter import Typesetter, string, text

FILENAME = "rapprochement-in-evidence.pdf"
FONT_PACKAGES = ("fontpkg_source_serif_4", "fontpkg_source_sans_3")
OTHER_SCRIPTS = Path("assets/fonts")  # below the book's folder: Armenian and Georgian

IMPORT = '#import "/book.typ": *\n\n'

logger = logging.getLogger(__name__)


def font_folders(book: Path) -> list[Path]:
    """Where the fonts of the print editions lie: in two packages, in the book, and where that of the figures was cut."""
    packages = [Path(find_spec(name).submodule_search_locations[0]) / "files" for name in FONT_PACKAGES]
    return [*packages, book / OTHER_SCRIPTS, typeface.file().parent]


def translate(app: Sphinx, tree: nodes.document, page: str) -> None:
    """Keep a resolved page as Typst markup.

    Raises ExtensionError, naming page and line, if it holds what the PDF cannot.
    """
    if app.builder.name != "html":
        return
    path = folder(app) / f"{page}.typ"
    if app.config.rapprochement_preview == "quick":
        path.unlink(missing_ok=True)  # translated once somebody asks for the PDF
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    code = memory.language_of(app.env, page)
    # Hyphens, and what a screen reader speaks.
    language = "" if code == app.config.language else f"#set text(lang: {string(code)}, region: none)\n"
    path.write_text(IMPORT + language + Typesetter(app, page, folder(app)).markup(tree), encoding="utf-8")


class Press:
    """Sets the PDF on another core while the web pages are being finished."""

    def __init__(self):
        self.running: Future | None = None

    def start(self, app: Sphinx, last: Path) -> None:
        """Bring the markup together and begin to set it, unless that is what the last PDF was set from."""
        book = Path(app.srcdir)
        metadata = load_metadata(book / "data")
        created = datetime.datetime.fromisoformat(metadata["created"])
        main = folder(app) / "main.typ"
        main.write_text(IMPORT + main_markup(app), encoding="utf-8")
        shutil.copyfile(Path(__file__).with_name("book.typ"), main.with_name("book.typ"))
        main.with_name("about.json").write_text(json.dumps(about(book, app, metadata, created)))
        self.ingredients = fingerprint(main.parent, *font_folders(book))
        self.kept = last / FILENAME
        if self.kept.is_file() and _set_from(app).is_file() and _set_from(app).read_text() == self.ingredients:
            return
        # Typst lets other threads of Python work.
        self.running = ThreadPoolExecutor(max_workers=1).submit(
            typst.compile,
            main,
            root=main.parent,
            format="pdf",
            pdf_standards=["ua-1"],
            font_paths=font_folders(book),
            ignore_system_fonts=True,  # else the result would depend on the machine
            timestamp=int(created.timestamp()),
        )

    def deliver(self, app: Sphinx, site: Path) -> None:
        """Put the PDF among the web pages, for download.

        Raises ExtensionError if the result would be broken or not accessible.
        """
        if not self.running:
            take(self.kept, site / FILENAME)
            return
        try:
            document = self.running.result()
        except typst.TypstError as error:
            raise ExtensionError(f"the PDF cannot be set: {error.message} {' '.join(error.hints)}") from None
        (site / FILENAME).write_bytes(document)
        _set_from(app).write_text(self.ingredients)


def fingerprint(*folders: Path) -> str:
    """Stands for all files of the folders and for the version of Typst: equal ones give the same PDF."""
    digest = hashlib.sha256(version("typst").encode())
    for directory in folders:
        for path in sorted(path for path in directory.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(directory)} {path.stat().st_size} ".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _set_from(app: Sphinx) -> Path:
    """Where the fingerprint of what the PDF was set from is kept; not in the folder of the markup, which it stands for."""
    return Path(app.doctreedir) / "pdf-set-from"


def folder(app: Sphinx) -> Path:
    """Where the markup is kept."""
    return Path(app.doctreedir) / "typst"


def main_markup(app: Sphinx) -> str:
    """The markup that puts parts and pages into the order of ``_toc.yml``."""
    site_map = app.env.external_site_map
    lines = ['#show: book.with(json("about.json"))', page_markup(app, site_map.root.docname)]
    for part in site_map.root.subtrees:
        lines.append(f"#part[{text(part.caption)}]")
        lines += [f"#within-part({page_markup(app, page)[1:]})" for item in part.items for page in _with_children(site_map, item)]
    return "\n".join(lines) + "\n"


def page_markup(app: Sphinx, page: str) -> str:
    """The markup that takes a page in; it is translated now if an earlier build wrote the web page.

    page: as ``_toc.yml`` names it, where an ending is allowed.
    """
    page = page.removesuffix(".md")
    if not (folder(app) / f"{page}.typ").is_file():
        app.env.get_and_resolve_doctree(page, app.builder)
    return f"#include {string(page + '.typ')}"


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
