"""What is done to the whole book once its pages are written, and only if some page was.

A build with nothing new writes no page; to set the PDF and to go over all web
pages again would take most of its time. Whatever works on the whole output
connects to the event ``book-written`` instead of ``build-finished``; it takes
the same arguments.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.builders import Builder

EVENT = "book-written"


def _unfinished(app: Sphinx) -> Path:
    """There while pages are written but not finished, also when a build broke off in between."""
    return Path(app.outdir).parent / f".unfinished-{app.builder.name}"


def note_writing(app: Sphinx, builder: Builder) -> None:
    _unfinished(app).touch()


def finish(app: Sphinx, exception: Exception | None) -> None:
    # Of the builders that are used, only those of web pages tell that they write.
    if exception or (app.builder.format == "html" and not _unfinished(app).is_file()):
        return
    app.emit(EVENT, None)
    _unfinished(app).unlink(missing_ok=True)
