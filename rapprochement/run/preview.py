"""The book while it is being written: each saved change is in the browser within seconds, and so is each fault.

A build of its own, in ``_build/live``, that leaves out what takes long and is
rarely looked at: PDF, archive and downloads are made when a reader of the
preview opens one. What is published is not touched.

Sphinx cannot build twice in one process without the first build showing in the
second, and to load what a build needs takes longer than to build one page. So
one process has loaded everything and stands by, and each build is a fork of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import html
import importlib
import importlib.util
import json
import mimetypes
import os
import shutil
import signal
import sys
import time
import webbrowser
from pathlib import Path

from filelock import FileLock, Timeout
from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from rapprochement.run.notebooks import CACHE, PACKAGE
from rapprochement.run.plainly import COLOUR, hindrance, missing_page
from rapprochement.run.workplace import STATE

FOLDER = Path("_build", "live")
MODULES = ".modules"
PORT = 8463  # the same each time, so that a page left open finds the next preview
NEEDS_WATCHFILES = "make live installs what watches the files; without make: python -m pip install watchfiles"
LONGEST_ANSWER = 2**24  # bytes of a line that a build answers with
# Files that wait until somebody asks for one.
MADE_WHEN_ASKED = (".pdf", ".zip", ".ipynb")
# What the folder of a book holds besides its sources.
NO_SOURCES = ("_build", "tests", "benchmarks")
# How long a program may take to write the files of one change.
SETTLED_AFTER = 60  # milliseconds

FAULTS = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>:root {{ color-scheme: light dark }} body {{ font: 1rem/1.5 sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }} li {{ margin-block: .5rem; overflow-wrap: anywhere }}</style></head>
<body><main><h1>{title}</h1><ul>{faults}</ul><p>{then}</p></main></body>
</html>
"""
FOLLOW = """\
new EventSource("/~changes?seen=" + document.currentScript.src.split("?")[1]).onmessage = () => location.reload();
"""


# --- One build -----------------------------------------------------------------------


def stand_by(book: Path) -> int:
    """Load what a build needs; then for each line on standard input, ``quick`` or ``whole``, have a fork build so, and answer with a line: its exit code and what it said."""
    while True:
        for name in modules_of_last_build(book):
            with contextlib.suppress(Exception):  # gone since; the build will say if it misses it
                importlib.import_module(name)
        gc.freeze()  # what is loaded stays, and a fork need not look through it
        how = sys.stdin.readline().strip()
        if not how:
            return 0  # nobody waits for a build any more
        heard, said = os.pipe()
        child = os.fork()
        if not child:
            os.dup2(said, sys.stderr.fileno())
            os.close(heard)
            return build_once(book, how)
        os.close(said)
        with open(heard, encoding="utf-8", errors="replace") as words:
            told_by_build = words.read()
        print(json.dumps([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), told_by_build]), flush=True)


def build_once(book: Path, how: str) -> int:
    from jupyter_book.sphinx import build_sphinx

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # which is for the answer
    for find in (hindrance, missing_page):
        if reason := find(book):
            sys.exit(reason)
    begin_from_last_book(book)
    overrides = {
        "external_toc_path": (book / "_toc.yml").as_posix(),
        "latex_individualpages": False,
        "nitpicky": True,
        "rapprochement_preview": how,
    }
    result = build_sphinx(
        book, book / FOLDER / "html", noconfig=True, path_config=book / "_config.yml", confoverrides=overrides,
        warningiserror=True, keep_going=True, quiet=True,
    )
    remember_modules(book)
    return int(bool(result))


def modules_of_last_build(book: Path) -> list[str]:
    file = book / FOLDER / MODULES
    return file.read_text(encoding="utf-8").split() if file.is_file() else []


def remember_modules(book: Path) -> None:
    """Note what a build has loaded, in that order, so that the next one can load it before it has to begin."""
    names = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None) and name != "__main__"]
    (book / FOLDER / MODULES).write_text("\n".join(names), encoding="utf-8")


def begin_from_last_book(book: Path) -> None:
    """Spare the first preview a cold build where the book was built before."""
    built, live = book / "_build", book / FOLDER
    if (live / STATE).is_dir() or not (built / STATE).is_dir():
        return
    with contextlib.suppress(Timeout), FileLock(built / ".lock", blocking=False):
        for name in (CACHE, STATE):  # the state last: a copy broken off before it begins anew
            partly = live / f"{name}.part"
            shutil.rmtree(partly, ignore_errors=True)
            shutil.rmtree(live / name, ignore_errors=True)
            shutil.copytree(built / name, partly)
            partly.rename(live / name)


class Builder:
    """Has the process that stands by build."""

    def __init__(self, book: Path):
        self.book = book
        self.process: asyncio.subprocess.Process | None = None

    async def prepare(self) -> None:
        if not self.process or self.process.returncode is not None:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", __name__, str(self.book),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                limit=LONGEST_ANSWER,
                start_new_session=True,  # so that its builds end with it
            )

    async def forget(self) -> None:
        """End the process that stands by: it has loaded what has changed."""
        if self.process and self.process.returncode is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()
        self.process = None

    async def build(self, how: str) -> list[str]:
        """Build; returns the reasons why it failed, as a heading and lines, or nothing."""
        await self.prepare()
        process = self.process
        with contextlib.suppress(ConnectionError):  # it could not even load the package
            process.stdin.write(f"{how}\n".encode())
            await process.stdin.drain()
        if answer := await process.stdout.readline():
            failed, said = json.loads(answer)
        else:
            failed, said = True, (await process.stderr.read()).decode(errors="replace")
            await process.wait()
        return told(said, self.book) if failed else []


def told(said: str, book: Path) -> list[str]:
    """What a failed build wrote, as a heading and a line for each reason."""
    lines = [line.strip().replace(f"{book}/", "") for line in COLOUR.sub("", said).splitlines() if line.strip()]
    if not lines or not lines[0].endswith(":"):
        lines.insert(0, "the book was not built:")
    return [lines[0].rstrip(":"), *lines[1:]]


# --- What the browser gets -----------------------------------------------------------


class Preview:
    """The book as it is now, or what is wrong with it."""

    def __init__(self, book: Path):
        self.book, self.builder = book, Builder(book)
        self.faults = ["the book is being built"]
        self.version = time.time_ns()  # also a preview that is begun anew is newer than what a page has seen
        self.changed = asyncio.Condition()
        self.at_work = asyncio.Lock()

    @property
    def site(self) -> Path:
        return self.book / FOLDER / STATE / "site"

    async def build(self, how: str = "quick") -> None:
        async with self.at_work:
            started = time.monotonic()
            self.faults = await self.builder.build(how)
            print("\n  ".join(self.faults or [f"built in {time.monotonic() - started:.1f} s"]), flush=True)
        async with self.changed:
            self.version = time.time_ns()
            self.changed.notify_all()
        await self.builder.prepare()

    async def follow(self) -> None:
        """Build whenever a source has changed, until cancelled."""
        from watchfiles import DefaultFilter, awatch

        is_source = DefaultFilter()
        folders = [path for path in self.book.iterdir() if path.is_dir() and not path.name.startswith(".") and path.name not in NO_SOURCES]
        came: asyncio.Queue[set[Path]] = asyncio.Queue()

        def is_watched(change, path: str) -> bool:
            parts = Path(path).relative_to(self.book).parts
            return is_source(change, path) and parts[0] not in NO_SOURCES and not any(part.startswith(".") for part in parts)

        async def watch(*paths: Path, **options) -> None:
            async for changes in awatch(*paths, watch_filter=is_watched, step=SETTLED_AFTER, **options):
                await came.put({Path(path) for _, path in changes})

        # One by one, as to watch the whole folder would be to watch thousands of installed files as well.
        async with asyncio.TaskGroup() as group:
            group.create_task(watch(self.book, recursive=False))
            group.create_task(watch(*folders))
            while paths := await came.get():
                while not came.empty():
                    paths |= came.get_nowait()
                if any(path.is_relative_to(PACKAGE) for path in paths):
                    await self.builder.forget()
                await self.build()


class Page(RequestHandler):
    """A file of the site; a page follows what happens to it, and gives way to the faults while there are some."""

    def initialize(self, preview: Preview) -> None:
        self.preview = preview

    async def get(self, path: str) -> None:
        file = (self.preview.site / path).resolve()
        waits = path.endswith(MADE_WHEN_ASKED)
        if waits and not file.is_file() and not self.preview.faults:
            await self.preview.build("whole")
        if file.is_dir():
            file = file / "index.html"
        is_page = file.suffix == ".html"
        if self.preview.faults and (is_page or waits):
            self.answer_page(self.fault_page(), 503)
        elif not file.is_file() or not file.is_relative_to(self.preview.site):
            self.answer_page((self.preview.site / "404.html").read_text(encoding="utf-8"), 404)
        elif is_page:
            self.answer_page(file.read_text(encoding="utf-8"), 200)
        else:
            self.set_header("Content-Type", mimetypes.guess_type(file.name)[0] or "application/octet-stream")
            self.set_header("Cache-Control", "no-cache")
            self.finish(file.read_bytes())

    def answer_page(self, page: str, status: int) -> None:
        """Send a page with the script that follows, which its policy lets in as a file of the same host."""
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        script = f'<script src="/~follow.js?{self.preview.version}"></script>'
        before, end, after = page.rpartition("</body>")
        self.finish(before + script + end + after)

    def fault_page(self) -> str:
        title, *faults = self.preview.faults
        return FAULTS.format(
            title=html.escape(title[:1].upper() + title[1:]),
            faults="".join(f"<li>{html.escape(fault)}</li>" for fault in faults),
            then="This page gives way to the book as soon as it is built.",
        )


class Script(RequestHandler):
    def get(self) -> None:
        self.set_header("Content-Type", "text/javascript")
        self.finish(FOLLOW)


class Changes(RequestHandler):
    """Tells a page once that there is something newer than what it has seen."""

    def initialize(self, preview: Preview) -> None:
        self.preview = preview

    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-store")
        seen = int(self.get_argument("seen"))
        with contextlib.suppress(StreamClosedError):
            await self.flush()
            async with self.preview.changed:
                await self.preview.changed.wait_for(lambda: self.preview.version > seen)
            await self.finish("data: newer\n\n")


async def serve(book: Path) -> None:
    preview = Preview(book)
    given = {"preview": preview}
    paths = [("/~follow.js", Script), ("/~changes", Changes, given), ("/(.*)", Page, given)]
    server = HTTPServer(Application(paths, log_function=lambda _: None))
    try:
        sockets = bind_sockets(PORT, "127.0.0.1")
    except OSError:
        sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    address = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/"
    print(f"The book, as you write it: {address} (Ctrl-C ends it)", flush=True)
    webbrowser.open(address)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(preview.follow())
            group.create_task(preview.build())
    finally:
        await preview.builder.forget()


def live(book: Path) -> int:
    """Serve the book in a folder and keep it up to date until interrupted; 1 if that cannot be."""
    book = book.resolve()
    if not importlib.util.find_spec("watchfiles"):
        print(NEEDS_WATCHFILES, file=sys.stderr)
        return 1
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(book))
    return 0


if __name__ == "__main__":
    sys.exit(stand_by(Path(sys.argv[1])))
