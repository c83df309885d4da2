"""The build as ``make book`` runs it: Jupyter Book's own, with every reason to stop in a line that a person can act on.

``jupyter-book build .`` makes the same book. But it prints its own calls after
each failure, and colours its words also where they go to a file.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import re
import sys
from pathlib import Path
from typing import TextIO

STRICT = ["-W", "-n", "--keep-going"]
MAKE_A_BOOK = ("_config.yml", "_toc.yml", "data/datapackage.json")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Plain(io.TextIOBase):
    """Hands text on without the codes that colour it in a terminal."""

    def __init__(self, to: TextIO):
        self.to = to

    def write(self, text: str) -> int:
        self.to.write(COLOUR.sub("", text))
        return len(text)

    def flush(self) -> None:
        self.to.flush()

    @property
    def encoding(self) -> str:
        return self.to.encoding


def hindrance(book: Path) -> str | None:
    """Why nothing can be built in a folder, if it is so."""
    for name in MAKE_A_BOOK:
        if not (book / name).is_file():
            return f"{book.resolve()} is not the folder of the book: it has no {name}; go to that folder first"
    for folder, _, _ in os.walk(book / "_build"):
        if not os.access(folder, os.W_OK):
            return f"cannot write into {folder}: it belongs to another user, or the disk is write-protected; take it over, or delete _build"
    if not (book / "_build").is_dir() and not os.access(book, os.W_OK):
        return f"cannot write into {book.resolve()}: the book needs a folder _build there"
    return None


def missing_page(book: Path) -> str | None:
    """Which page the table of contents names that is not there; Sphinx would only warn, and the PDF fail."""
    import yaml
    from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

    try:
        pages = parse_toc_yaml(book / "_toc.yml")
    except (MalformedError, yaml.YAMLError, UnicodeError) as error:
        return f"_toc.yml cannot be read: {' '.join(str(error).split())}"
    for page in pages:
        if not any((book / name).is_file() for name in (page, f"{page}.md")):
            return f"_toc.yml names {page}, and there is no {page.removesuffix('.md')}.md; mend the name, or add the page"
    return None


def build(book: Path) -> int:
    """Build the book in a folder, warnings fatal; 0 if it went well."""
    if reason := hindrance(book):
        print(reason, file=sys.stderr)
        return 1
    gc.disable()
    # Below, as they need what the book is built with.
    from jupyter_book.cli.main import build as jupyter_book

    gc.freeze()  # nothing that is loaded becomes garbage, and to look for some is a tenth of a build with nothing new
    gc.enable()
    if reason := missing_page(book):
        print(reason, file=sys.stderr)
        return 1
    with contextlib.ExitStack() as streams:
        if "NO_COLOR" in os.environ or not sys.stdout.isatty():
            streams.enter_context(contextlib.redirect_stdout(Plain(sys.stdout)))
        if "NO_COLOR" in os.environ or not sys.stderr.isatty():
            streams.enter_context(contextlib.redirect_stderr(Plain(sys.stderr)))
        try:
            jupyter_book.main([str(book), *STRICT], standalone_mode=False)
        except RuntimeError as error:
            # Sphinx has said what it was; Jupyter Book only says so again.
            print(f"the book was not built: {error.__cause__ or error}", file=sys.stderr)
            return 1
    return 0
