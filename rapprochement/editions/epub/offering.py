"""Make the EPUB of a built book, and have its pages offer it as long as it says what they say.

A build makes no EPUB. It looks whether there is one of the very pages that it
publishes; if so, each chapter names it beside the PDF, else none does.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from pathlib import Path

import yaml
from sphinx.application import Sphinx

from rapprochement.editions import epub
from rapprochement.editions.epub import FILENAME
from rapprochement.editions.web.pages import PDF
from rapprochement.run.workplace import STATE

# In the _build folder.
KEPT = Path("epub", FILENAME)
MADE_OF = Path("epub", "made-of")
OFFER = re.compile(r'<span class="epub-offer">.*?</span>')
BESIDE = re.compile(rf'(<a [^>]*?href="((?:\.\./)*){re.escape(PDF)}"[^>]*>[^<]*(?<=PDF)</a>)')


def make(book: Path) -> Path:
    """The EPUB of the book as it was last built, made again only if its pages changed; the published pages offer it. Returns the file.

    To be called by who holds the folder: a build keeps others out of it until its process ends.
    """
    folder, base = book / "_build", _base_address(book)
    state, kept = folder / STATE, folder / KEPT
    made_of = f"{_said_by_pages(state / 'doctrees')} {base}"
    if not (kept.is_file() and (folder / MADE_OF).is_file() and (folder / MADE_OF).read_text() == made_of):
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(epub.make(book, state / "site", base))
        (folder / MADE_OF).write_text(made_of)
    for site in (state / "site", folder / "html"):
        _offer(site, kept)
    return kept


def offer_or_withdraw(app: Sphinx, site: Path, last: Path) -> None:
    """Offer the EPUB in the site of the build under way if it was made of these very pages; else take back the offer of the last site."""
    folder = Path(app.srcdir) / "_build"
    made_of = folder / MADE_OF
    if made_of.is_file() and (folder / KEPT).is_file() and made_of.read_text() == f"{_said_by_pages(Path(app.doctreedir))} {app.config.html_baseurl}":
        _offer(site, folder / KEPT)
    elif (last / FILENAME).is_file():
        for page in _pages(site):
            _write_again(page, lambda text: OFFER.sub("", text))


def _base_address(book: Path) -> str:
    """The address of the book as its build has it; empty if it has none."""
    config = yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8"))
    base = config.get("html", {}).get("baseurl") or config.get("sphinx", {}).get("config", {}).get("html_baseurl") or ""
    return base.rstrip("/") + "/" if base else ""


def _said_by_pages(doctrees: Path) -> str:
    """Stands for what chapters and pages of events say; the build keeps both beside the doctrees."""
    finished = json.loads((doctrees / "finished.json").read_text(encoding="utf-8"))
    pages = sorted((address, page["of"]) for address, page in finished.items())
    return hashlib.sha256(repr([pages, (doctrees / "events-made-of").read_text()]).encode()).hexdigest()


def _offer(site: Path, kept: Path) -> None:
    shutil.copyfile(kept, site / FILENAME)
    for page in _pages(site):
        _write_again(page, lambda text: BESIDE.sub(rf'\1<span class="epub-offer">, or <a href="\2{FILENAME}">as EPUB</a></span>', OFFER.sub("", text)))


def _pages(site: Path) -> list[Path]:
    return sorted((site / "chapters").rglob("*.html"))


def _write_again(page: Path, change) -> None:
    """Change a page in a file of its own, as the last site may share the old one."""
    text = page.read_text(encoding="utf-8")
    if (changed := change(text)) != text:
        partly = page.with_suffix(".partly")
        partly.write_text(changed, encoding="utf-8")
        os.replace(partly, page)
