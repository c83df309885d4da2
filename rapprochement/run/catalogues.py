"""Catalogues for translators of whole chapters: Sphinx's own gettext, kept up to date by Babel.

``make catalogues LANGUAGE=ru`` reads the chapters and writes for each a file of
messages, ``locale/ru/LC_MESSAGES/chapters/....po``; what was translated stays,
and what changed in English is marked fuzzy. ``make translated LANGUAGE=ru``
builds the pages with them, to look at; numbers and dates print in the language.
Messages are the MyST of a paragraph, roles included.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from sphinx.application import Sphinx

from rapprochement.wording import TONGUES

FOLDER = "locale"
# Where both commands work, apart from the book.
WORK = Path("_build", "translated")
# Read as they are: code is not run, and nothing of the web edition is made.
OVERRIDES = {"rapprochement_content_only": True, "nb_execution_mode": "off"}


def make(book: Path, code: str, chapters: list[str]) -> int:
    """Write or update the catalogues of some chapters, or of all that have one already, in a language; 0 if it went well.

    chapters: as ``_toc.yml`` names them.
    """
    if code not in TONGUES:
        print(f"the book has no words in {code!r}; CONTRIBUTING says how to add a language", file=sys.stderr)
        return 1
    wanted = chapters or known(book, code)
    if not wanted:
        print("name the chapters as _toc.yml does: make catalogues LANGUAGE=ru CHAPTERS=chapters/reference/accessibility", file=sys.stderr)
        return 1
    out = book / WORK / "messages"
    app = sphinx(book, "gettext", out, {})
    app.build(force_all=True)
    for chapter in wanted:
        template = out / f"{chapter}.pot"
        if not template.is_file():
            print(f"there is no chapter {chapter!r} in _toc.yml", file=sys.stderr)
            return 1
        path = catalogue(book, code, chapter)
        done, of = update(template, path, code)
        print(f"{path.relative_to(book)}: {done} of {of} messages translated")
    return 0


def known(book: Path, code: str) -> list[str]:
    """The chapters that have a catalogue in a language."""
    folder = book / FOLDER / code / "LC_MESSAGES"
    return sorted(path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.po"))


def catalogue(book: Path, code: str, chapter: str) -> Path:
    """The file of a chapter's messages in a language."""
    return book / FOLDER / code / "LC_MESSAGES" / f"{chapter}.po"


def update(template: Path, path: Path, code: str) -> tuple[int, int]:
    """Bring a catalogue up to date with the messages of its chapter; returns how many are translated, and of how many."""
    messages = _read(template, code)
    kept = _read(path, code) if path.is_file() else Catalog(locale=code)
    kept.update(messages, no_fuzzy_matching=False, update_header_comment=False, keep_user_comments=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    # Without header, dates and lines of the source, which would change although no word did.
    write_po(text, kept, width=10**6, omit_header=True, no_location=True, sort_output=False)
    head = f'msgid ""\nmsgstr ""\n"Language: {code}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    path.write_text(head + text.getvalue().decode().strip() + "\n", encoding="utf-8")
    said = [message for message in kept if message.id]
    return sum(bool(message.string) and not message.fuzzy for message in said), len(said)


def _read(path: Path, code: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=code)


def build(book: Path, code: str) -> int:
    """Build the pages with what is translated into a language, to look at; 0 if it went well."""
    if not known(book, code):
        print(f"no chapter has a catalogue in {code!r}; make catalogues first", file=sys.stderr)
        return 1
    out = book / WORK / code
    app = sphinx(book, "html", out, {"language": code})
    # All are read, as they refer to each other; those that are translated are written.
    app.build(filenames=[str(book / f"{chapter}.md") for chapter in known(book, code)])
    for chapter in known(book, code):
        print(f"{chapter}: {out / app.builder.get_target_uri(chapter)}")
    return app.statuscode


def sphinx(book: Path, builder: str, out: Path, more: dict) -> Sphinx:
    """Sphinx with the configuration of the book, into a folder of its own."""
    from jupyter_book.config import get_final_config

    config, _ = get_final_config(user_yaml=book / "_config.yml", sourcedir=book, cli_config={"latex_individualpages": False, "external_toc_path": str((book / "_toc.yml").resolve())})
    config.pop("author", None)
    return Sphinx(
        srcdir=book, confdir=None, outdir=out, doctreedir=out.with_name(f".{out.name}-doctrees"), buildername=builder,
        confoverrides={**config, **OVERRIDES, "gettext_compact": False, "locale_dirs": [str(book.resolve() / FOLDER)], **more},
        status=None, warning=None,
    )  # fmt: skip
