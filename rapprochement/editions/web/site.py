"""Make the site from the pages as Sphinx wrote them, each mended, guarded by its policy, and read for cards and search.

A finished page depends on nothing but the written one, so one that was not
written anew is taken from the last site.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser
from sphinx.application import Sphinx

from rapprochement import typeface
from rapprochement.editions.web import cards, chronicle, dial, languages, mend, policy, search, slim
from rapprochement.run.notebooks import hash_of_files
from rapprochement.run.workplace import take
from rapprochement.wording import TONGUES

# What Sphinx keeps for itself among the pages.
NOT_PUBLISHED = (".buildinfo",)
# Written anew with each site.
DATA_SCRIPTS = (cards.SCRIPT, *(languages.SCRIPT.format(code=code) for code in TONGUES), search.NAMES, search.INDEX, chronicle.TABLE_SCRIPT, dial.SCRIPT)


def make(app: Sphinx, site: Path, last: Path) -> None:
    """Fill *site*; *last* is the site of the last build, or nothing."""
    written = Path(app.outdir)
    _forget_dropped(app, written)
    shutil.copytree(written, site, dirs_exist_ok=True, ignore=_pages_and(written, "_static", *NOT_PUBLISHED))
    remembered = Path(app.doctreedir) / "finished.json"
    before = json.loads(remembered.read_text(encoding="utf-8")) if remembered.is_file() else {}
    editions = {Path(app.builder.get_target_uri(page)).name: code for code, page in languages.pages(app.env).items()}
    made_by = {"of": app.config.rapprochement_fingerprint}
    if before.get("_made_by") != made_by:
        before = {}  # by other code they would be finished otherwise
    pages = {address: _finished(address, written, site, last, before.get(address), editions) for address in addresses(app)}
    words = sorted({name for page in pages.values() for name in page["classes"]})
    static = {"of": hashlib.sha256("\n".join([hash_of_files((written / "_static").rglob("*")), *words]).encode()).hexdigest()}
    if app.config.rapprochement_preview == "quick":
        static = {}
        shutil.copytree(written / "_static", site / "_static", copy_function=take)
        _add_typeface(site)
    elif before.get("_static") == static and (last / "_static").is_dir():
        shutil.copytree(last / "_static", site / "_static", copy_function=take, ignore=shutil.ignore_patterns(*DATA_SCRIPTS))
    else:
        shutil.copytree(written / "_static", site / "_static")
        slim.slim(site / "_static", set(words))
        _add_typeface(site)
    remembered.write_text(json.dumps({**pages, "_static": static, "_made_by": made_by}, ensure_ascii=False), encoding="utf-8")
    languages.write_scripts(app, site)
    cards.write_script(app, site, {name: card for page in pages.values() for name, card in page["cards"].items()})
    search.write_scripts(app, site, {address: page["search"] for address, page in pages.items()})


def _forget_dropped(app: Sphinx, written: Path) -> None:
    """Take away what Sphinx wrote of pages that are in the book no longer, or under another name."""
    sources = written / "_sources"
    for source in list(sources.rglob("*.md")):
        page = source.relative_to(sources).with_suffix("").as_posix()
        if page not in app.env.found_docs:
            source.unlink()
            (written / app.builder.get_target_uri(page)).unlink(missing_ok=True)


def _add_typeface(site: Path) -> None:
    """The face of the figures, by the names that ``book.css`` has for it."""
    for ending in typeface.ENDINGS:
        shutil.copyfile(typeface.file(ending), site / "_static" / "fonts" / f"source-sans-3.{ending}")


def addresses(app: Sphinx) -> list[str]:
    """Every page, as an address relative to the root; pages of chapters that are gone are none."""
    written = Path(app.outdir)
    found = (path.relative_to(written) for path in written.rglob("*.html"))
    of_chapters = {app.builder.get_target_uri(page) for page in app.env.found_docs}
    return sorted(
        path.as_posix() for path in found if path.parts[0] not in ("_static", "_sources") and (len(path.parts) == 1 or path.as_posix() in of_chapters)
    )


def _pages_and(written: Path, *names: str):
    def ignored(folder: str, content: list[str]) -> set[str]:
        top = Path(folder) == written
        return {name for name in content if (top and name in names) or (name.endswith(".html") and "_sources" not in folder)}

    return ignored


def _finished(address: str, written: Path, site: Path, last: Path, before: dict | None, editions: dict[str, str]) -> dict:
    """Write a finished page; returns what else the site needs of it."""
    content, target = (written / address).read_bytes(), site / address
    key = hashlib.sha256(content + repr(sorted(editions.items())).encode()).hexdigest()
    target.parent.mkdir(parents=True, exist_ok=True)
    if before and before["of"] == key and (last / address).is_file():
        take(last / address, target)
        return before
    page = LexborHTMLParser(content.decode())
    mend.mend(page)
    languages.mend(page, editions)
    found = {
        "of": key,
        "cards": dict(cards.of_page(address, page)),
        "search": search.of_page(page),
        "classes": sorted({name for tag in page.css("[class]") for name in (tag.attrs["class"] or "").split()}),
    }
    chronicle.keep_index(page)
    target.write_text(policy.with_policy(page.html) + "\n", encoding="utf-8")
    return found
