"""Where a build works, so that one that is stopped anywhere leaves no wrong book.

Sphinx works in a folder of its own, on a copy of what the last finished build
left there. Only a build that is whole takes the place of the last one, and only
then are the pages published; whatever else happens, the next build begins from
the last whole one, and readers keep the book that they had.

In ``_build``: ``.state`` is what the last whole build left (``doctrees`` and
``pages`` as Sphinx writes them, ``site`` as it is published), ``.next`` the
build under way, ``html`` and ``pdf`` what readers open.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NoReturn

from filelock import FileLock, Timeout
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from rapprochement.output_types import DRAWINGS

STATE, NEXT, OLD = ".state", ".next", ".old"
PUBLISHED = "published"  # names the state that readers have
WHOLE = "whole"  # there once everything of a build is
PDF = Path("pdf", "rapprochement-in-evidence.pdf")


def stop(what: str, reasons: Iterable[object] = ()) -> NoReturn:
    """End the build with a line for each reason.

    No exception, because Jupyter Book would print forty lines of its own calls after it.
    """
    sys.exit("\n".join(["", what, *map(str, reasons)]))


class Workplace:
    """The folders of one build."""

    def __init__(self) -> None:
        self.folder = Path()
        self.is_open = False
        self.has_readers = True

    def enter(self, app: Sphinx, config: Config) -> None:
        """Keep other builds out, finish or clear away what a broken-off build left, and have Sphinx begin from the last state."""
        self.folder = Path(app.outdir).parent
        self.folder.mkdir(parents=True, exist_ok=True)
        self.has_readers = not config.rapprochement_preview
        self.lock = FileLock(self.folder / ".lock")
        try:
            self.lock.acquire(blocking=False)
        except Timeout:
            stop("another build is at work in this folder; wait for it to end, then build again")
        self._finish_or_clear()
        _lead(app, "doctreedir", self.folder / STATE / "doctrees")
        # Not among what a failed build takes back: a result stays a result.
        config.nb_execution_cache_path = str(self.folder / ".jupyter_cache")
        os.environ[DRAWINGS] = str(self.folder / ".drawings")
        os.environ["DOCUTILSCONFIG"] = ""  # else quotation marks would follow what an author has set for documents of another language

    def _finish_or_clear(self) -> None:
        if (self.folder / NEXT / WHOLE).is_file():
            self._take_over()
        for left in (NEXT, OLD):
            shutil.rmtree(self.folder / left, ignore_errors=True)
        if self.has_readers:
            self._publish()

    def keep_pages_apart(self, app: Sphinx) -> None:
        """Have web pages written where only their finishing finds them; other builders write where they are told to."""
        if app.builder.name == "html":
            _lead(app, "outdir", self.folder / STATE / "pages")

    def open_for_reading(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        if docnames:
            self.open(app)

    def open(self, app: Sphinx, *_) -> None:
        """Work on a copy from here on; called as soon as the build is to change anything."""
        if self.is_open:
            return
        self.is_open = True
        parts = {"doctreedir": "doctrees", **({"outdir": "pages"} if app.builder.name == "html" else {})}
        for name, part in parts.items():
            # Sphinx brings the static files together anew whenever it writes pages.
            shutil.copytree(self.folder / STATE / part, self.folder / NEXT / part, ignore=shutil.ignore_patterns("_static"))
            _lead(app, name, self.folder / NEXT / part)

    def leave(self, app: Sphinx) -> None:
        """Take back what this build did."""
        shutil.rmtree(self.folder / NEXT, ignore_errors=True)

    @property
    def site(self) -> Path:
        """Where the build under way puts what is to be published."""
        return self.folder / NEXT / "site"

    @property
    def last_site(self) -> Path:
        """What the last whole build published."""
        return self.folder / STATE / "site"

    def close(self, app: Sphinx) -> None:
        """Let the build that is now whole take the place of the last one, and publish it."""
        (self.folder / NEXT / WHOLE).write_text("")
        with uninterrupted():
            self._take_over()
            if self.has_readers:
                self._publish()
        shutil.rmtree(self.folder / OLD, ignore_errors=True)
        self.is_open = False

    def _take_over(self) -> None:
        state, new, old = (self.folder / name for name in (STATE, NEXT, OLD))
        if state.exists():
            shutil.rmtree(old, ignore_errors=True)
            state.rename(old)
        new.rename(state)
        (state / PUBLISHED).unlink(missing_ok=True)

    def _publish(self) -> None:
        """Put the site of the last whole build where readers find it, unless it is there."""
        state, html = self.folder / STATE, self.folder / "html"
        print_edition = self.folder / PDF
        if not (state / WHOLE).is_file() or ((state / PUBLISHED).is_file() and (html / "index.html").is_file() and print_edition.is_file()):
            return
        fresh = self.folder / ".publishing"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(state / "site", fresh, copy_function=_copy_unless_published(html, state / "site"))
        aside = self.folder / ".unpublished"
        shutil.rmtree(aside, ignore_errors=True)
        if html.exists():
            html.rename(aside)
        fresh.rename(html)
        shutil.rmtree(aside, ignore_errors=True)
        if (html / PDF.name).is_file():
            print_edition.parent.mkdir(exist_ok=True)
            partly = self.folder / ".publishing.pdf"
            shutil.copyfile(html / PDF.name, partly)
            partly.replace(print_edition)
        (state / PUBLISHED).write_text("")


def _lead(app: Sphinx, name: str, folder: Path) -> None:
    """Have Sphinx read and write in a folder; *name* is "outdir" or "doctreedir"."""
    folder.mkdir(parents=True, exist_ok=True)
    before = Path(getattr(app, name))
    for holder in (app, getattr(app, "builder", None), getattr(app, "env", None)):
        if not hasattr(holder, name):
            continue
        setattr(holder, name, type(app.srcdir)(folder))
        for each, value in list(vars(holder).items()):
            # From Sphinx 8 on a builder also keeps folders below its own.
            if each != name and isinstance(value, os.PathLike) and before in Path(value).parents:
                setattr(holder, each, type(app.srcdir)(folder / Path(value).relative_to(before)))


def take(file: str | Path, target: str | Path) -> None:
    """Have a file of the last site in the next one as well, without a copy where the disk allows that."""
    try:
        os.link(file, target)
    except OSError:
        shutil.copyfile(file, target)


def taken_again(app: Sphinx, what: str, made_of: object, names: Iterable[str], site: Path, last: Path) -> bool:
    """Take files of the last site, if there are any and they would come out the same; else the caller makes them.

    what: how the digest of what they were made of is called beside the doctrees. made_of: all that they depend on, as
    its ``repr`` tells it. names: of the files, relative to the site.
    """
    note, now = Path(app.doctreedir) / f"{what}-made-of", hashlib.sha256(repr(made_of).encode()).hexdigest()
    same = note.is_file() and note.read_text() == now
    note.write_text(now)
    names = list(names)
    if not (same and names and all((last / name).is_file() for name in names)):
        return False
    for folder in {(site / name).parent for name in names}:
        folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        take(last / name, site / name)
    return True


def _copy_unless_published(published: Path, site: Path) -> Callable[[str, str], object]:
    """Copies a file of the site, but where readers have the same one already, gives them that again: most pages are.

    None is a link into the state of the build, as a reader may edit what lies in the folder of pages.
    """

    def copy(file: str, target: str) -> None:
        before = f"{published}{file.removeprefix(str(site))}"
        try:
            old, new = os.stat(before), os.stat(file)
            if (old.st_size, old.st_mtime_ns) == (new.st_size, new.st_mtime_ns):
                return os.link(before, target)
        except OSError:
            pass  # there is none, or the disk knows no links
        shutil.copy2(file, target)

    return copy


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let a wish to stop wait until the few renames are done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    watched = [number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None))]
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in watched}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came:
            os.kill(os.getpid(), number)
