"""A build in a process of its own that has everything loaded before it begins, and that can be disturbed at an exact moment.

To load what a build needs takes as long as to build a small book. So one process
loads it, and each build is a fork of that, from which it learns nothing else.

A moment is the beginning of something that the build does to its folder: a file
opened for writing, a name given, changed or taken away. Counted so, moments are
the same ones on a slow machine and on a fast one.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sphinx.application import builtin_extensions

# What a build loads. The parent process does so; a fork is then a second faster for each.
LOADED = (
    *builtin_extensions, "rapprochement.run.plainly", "jupyter_book.cli.main", "rapprochement.extension", "myst_nb.sphinx_ext", "sphinx_book_theme",
    "sphinxext.opengraph", "sphinx_copybutton", "sphinx_comments", "sphinx_design.extension", "sphinx_external_toc.collectors", "sphinx_multitoc_numbering",
    "sphinx_jupyterbook_latex.transforms", "pandas.core.api", "frictionless", "frictionless.formats", "frictionless.schemes", "frictionless.portals",
    "rapprochement.chapter_figures", "rapprochement.book.notebook_output", "fontTools.subset", "fontTools.ttLib.woff2", "jupyter_cache.cache.main",
    "sqlalchemy.dialects.sqlite", "ipykernel.kernelspec", "psutil", "latexcodec", "flit_core.config",
)
# Names of Python's audit events.
RENAMES = ("os.rename",)
GROWTH = ("open", "os.mkdir", "os.link")
CHANGES = (*GROWTH, *RENAMES, "os.remove", "os.rmdir", "os.truncate")

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(list(LOADED))


class Build:
    """A build under way, or ended."""

    def __init__(self, book: Path, *, disturbed: Callable[[Path], None] | None = None, said: Path | None = None):
        self._said = said or book.with_name(f"{book.name}.said")
        self._process = context.Process(target=_build, args=(book, self._said, disturbed))
        self._process.start()

    def ended(self) -> Build:
        self._process.join()
        return self

    def comes_to(self, here: Path) -> None:
        """Wait until a build that is to be held (:class:`Hold`) has come so far."""
        while not here.exists():
            assert self._process.is_alive(), self.said[-1500:]
            time.sleep(0.02)

    @property
    def code(self) -> int:
        """As of a command; less than zero, if a signal ended it."""
        return self._process.exitcode

    @property
    def said(self) -> str:
        return self._said.read_text(encoding="utf-8")


def _build(book: Path, said: Path, disturbed: Callable[[Path], None] | None) -> None:
    file = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(file, stream)
    sys.stdout, sys.stderr = (open(stream, "w", buffering=1, encoding="utf-8", closefd=False) for stream in (1, 2))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts in the background ignore it
    from rapprochement.run import plainly

    if disturbed:
        disturbed(book)
    sys.exit(plainly.build(book))


# --- Disturbances: what happens in the process of a build, to be handed to Build -------


@dataclass
class At:
    """Act at the moment of this number, the first being 1; a file that is named gets a letter at each moment, an r for a rename."""

    moment: int
    act: Callable[[], None] | None = None
    events: tuple[str, ...] = CHANGES
    onward: bool = False  # and at each one after it
    counted: Path | None = None

    def __call__(self, book: Path) -> None:
        self.place, self.process, self.passed = str(book / "_build"), os.getpid(), 0
        self.letters = os.open(self.counted, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) if self.counted else None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple) -> None:
        # Processes that the build forks to write pages hear as well.
        if event not in self.events or not self._concerns(event, arguments) or os.getpid() != self.process:
            return
        self.passed += 1
        if self.letters is not None:
            os.write(self.letters, b"r" if event in RENAMES else b".")
        if self.act and (self.passed == self.moment or self.onward and self.passed > self.moment):
            self.act()

    def _concerns(self, event: str, arguments: tuple) -> bool:
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)):
            return False
        path = "" if isinstance(arguments[0], int) else os.fsdecode(arguments[0])
        # Of the files that themes bring there are hundreds.
        return path.startswith(self.place) and "/_static" not in path


@dataclass
class Signal:
    """End the build as an impatient author, a system or a lost power line does."""

    number: int

    def __call__(self) -> None:
        signal.raise_signal(self.number)


@dataclass
class Hold:
    """Say that the build has come so far, and wait until it may go on."""

    here: Path
    go_on: Path

    def __call__(self) -> None:
        self.here.touch()
        while not self.go_on.exists():
            time.sleep(0.02)


def no_room_left() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@dataclass
class FilesUpTo:
    """Let no file of the build and of its kernels grow beyond so many bytes: the system's own way to refuse."""

    size: int

    def __call__(self, book: Path) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.size))
