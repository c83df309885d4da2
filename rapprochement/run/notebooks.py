"""Execute the notebooks whose results may have changed, side by side, and only those.

myst-nb takes the outputs of a notebook from a cache that goes by its code
alone: with another CSV it would print yesterday's numbers. So each run also
records what it used: the data files that its process loaded, the modules of
this package that it imported, Python and the installed packages. Where one of
them is another now, the notebook runs anew.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import hashlib
import json
import os
import shutil
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from nbformat import NotebookNode
from sphinx_external_toc.parsing import parse_toc_yaml

from rapprochement.data.door import FOUND_VALID
from rapprochement.data.files import WITHOUT_WORDS, facts_of_table, file_state, state_key

CACHE = ".jupyter_cache"  # where myst-nb looks, in the _build folder
PACKAGE = Path(__file__).resolve().parent.parent
TIMEOUT = 120
CORES = os.cpu_count() or 1

# Runs as a last cell, which is not kept; the notebook's own names stay as they are.
ASK_WHAT_WAS_USED = """\
def _():
    import json, sys
    files = sys.modules.get("rapprochement.data.files")
    modules = [m for name, m in sys.modules.items() if name.partition(".")[0] == "rapprochement"]
    print(json.dumps({
        "data": sorted(files.files_loaded) if files else [],
        "package": [m.__file__ for m in modules if getattr(m, "__file__", None)],
    }))
_()
"""


# Runs as a first cell, which is not kept: no name, no module of the book and no setting
# is left of the notebook before. {folder}: the working directory.
BEGIN = """\
get_ipython().run_line_magic("reset", "-f")
def _():
    import os, sys
    os.chdir({folder!r})
    for name in [name for name in sys.modules if name.partition(".")[0] == "rapprochement"]:
        del sys.modules[name]
    if "matplotlib" in sys.modules:
        sys.modules["matplotlib"].rcdefaults()
_()
del _
"""


class NotebookError(Exception):
    """A notebook could not be executed; the message names notebook, line and cell, a line for each."""


@dataclass(frozen=True, eq=False)
class Notebook:
    """A notebook of the book, without outputs."""

    name: str  # as in _toc.yml
    path: Path
    content: NotebookNode

    def place(self, cell: int) -> str:
        """Where a cell stands, by its index: file, line, and its number as Jupyter counts."""
        line = self.content.metadata["source_map"][cell] + 1
        number = sum(c.cell_type == "code" for c in self.content.cells[: cell + 1])
        return f"{self.name}.md:{line}: code cell {number}"


@dataclass(frozen=True)
class Used:
    """What the run of a notebook had used, and the state of all that at the time.

    data: names below the book's folder; one that ends in :data:`WITHOUT_WORDS`
    stands for a table less its columns of prose. package: names below the package.
    """

    data: tuple[str, ...]
    package: tuple[str, ...]
    state: str

    def holds(self, book: Path) -> bool:
        """Whether everything is as it was."""
        return self.state == _state(self.data, self.package, book)


def find_notebooks(book: Path) -> list[Notebook]:
    """The notebooks among the pages of ``_toc.yml``, in its order."""
    pages = [book / f"{name}.md" for name in parse_toc_yaml(book / "_toc.yml")]
    return _read_notebooks(book, tuple((path, path.read_text(encoding="utf-8")) for path in pages if path.is_file()))  # Sphinx reports the others


@functools.lru_cache(maxsize=1)
def _read_notebooks(book: Path, pages: tuple[tuple[Path, str], ...]) -> list[Notebook]:
    from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig

    # As the pages are read: a code cell within a colon fence is no cell.
    syntax = MdParserConfig(enable_extensions={"colon_fence"})
    notebooks = []
    for path, text in pages:
        if is_myst_markdown_notebook(text):
            content = read_myst_markdown_notebook(text, syntax, add_source_map=True, path=path)
            notebooks.append(Notebook(path.relative_to(book).with_suffix("").as_posix(), path, content))
    return notebooks


def execute_changed(
    book: Path, cache_folder: Path, timeout: int = TIMEOUT, report: Callable[[str], None] = print,
    kernels: int = CORES, ready: Callable[[str, Used], None] = lambda name, used: None,
) -> None:  # fmt: skip
    """Bring the cache up to date with the book.

    timeout: seconds that a cell may take. report: takes lines of progress. kernels: how many work at once.
    ready: takes the name of each notebook whose outputs the cache holds, and what it used, as soon as that is so.
    Raises NotebookError if a cell fails, after the other notebooks have run.
    """
    notebooks = find_notebooks(book)
    cache = open_cache(cache_folder)
    changed = []
    for notebook in notebooks:
        used = _recorded(notebook, cache)
        if used is not None and used.holds(book):
            ready(notebook.name, used)
        else:
            changed.append(notebook)
    if changed:
        changed.sort(key=lambda notebook: notebook.name)  # as they are read
        asyncio.run(_execute_side_by_side(changed, cache, book, timeout, report, kernels, ready))
    else:
        report(f"nothing was executed: {counted(len(notebooks))} unchanged")


def open_cache(folder: Path):
    """The cache of executed notebooks; one whose index a broken-off build left unreadable or half made is begun anew.

    Made aside and then put in place, as its index has several tables, made one after the other.
    """
    from jupyter_cache import get_cache

    if not _is_whole(folder):
        fresh = folder.with_name(f"{folder.name}.new")
        for left in (fresh, folder):
            shutil.rmtree(left, ignore_errors=True)
        get_cache(fresh).db.dispose()
        fresh.rename(folder)
    return get_cache(folder)


def _is_whole(folder: Path) -> bool:
    """Whether the index of a cache has all its tables."""
    from jupyter_cache import get_cache
    from jupyter_cache.cache.db import DB_NAME, OrmBase
    from sqlalchemy import inspect
    from sqlalchemy.exc import SQLAlchemyError

    if not (folder / DB_NAME).is_file():
        return False
    try:
        return set(OrmBase.metadata.tables) <= set(inspect(get_cache(folder).db).get_table_names())
    except SQLAlchemyError:
        return False


def executed(notebook: Notebook, cache) -> NotebookNode:
    """A notebook with the outputs that a cache (:func:`open_cache`) holds for it."""
    return cache.merge_match_into_notebook(notebook.content)[1]


def fingerprint(*folders: Path) -> str:
    """A hash that changes with any file of these folders, and with what is installed."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return hashlib.sha256((_environment() + hash_of_files(files)).encode()).hexdigest()


def hash_of_files(files: Iterable[Path]) -> str:
    """A hash that changes with the name or the content of any of these files."""
    digest = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes() if path.is_file() else b"missing"
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _recorded(notebook: Notebook, cache) -> Used | None:
    """What the run used whose outputs the cache holds; None if it holds none."""
    try:
        record = cache.match_cache_notebook(notebook.content)
    except KeyError:
        return None
    try:
        cache.get_cache_bundle(record.pk)
    except (KeyError, OSError, ValueError):  # its index has it, but a broken-off build did not write it
        # The cache itself removes only what is whole; the entry in its index gives way to the next result.
        shutil.rmtree(Path(cache.path, "executed", record.hashkey), ignore_errors=True)
        return None
    used = (record.data or {}).get("used")
    return used and Used(tuple(used["data"]), tuple(used["package"]), used["state"])


def _state(data: Iterable[str], package: Iterable[str], book: Path) -> str:
    """The hash of what a notebook used, as it is now."""
    whole = [book / name for name in data if not name.endswith(WITHOUT_WORDS)]
    facts = [facts_of_table(book / name.removesuffix(WITHOUT_WORDS)) for name in data if name.endswith(WITHOUT_WORDS)]
    files = hash_of_files([*whole, *(PACKAGE / name for name in package)])
    return hashlib.sha256("\n".join([_environment(), files, *facts]).encode()).hexdigest()


@functools.cache
def _environment() -> str:
    """Python and every installed package with its version."""
    installed = sorted(p.name for p in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    return "\n".join([sys.version, *installed])


class Execution:
    """Fills the cache that myst-nb reads, while Sphinx reads the pages that show no results."""

    def __init__(self) -> None:
        self.running: Future | None = None
        self.ready: dict[str, Future] = {}  # by the names of the notebooks
        # What is to be reported, and an empty line for whatever else may end a wait. Sphinx prints the progress
        # of its pages in pieces, between which nothing must come, so its own thread reports.
        self.lines: SimpleQueue[str] = SimpleQueue()

    def start(self, book: Path, cache: Path, timeout: int, report: Callable[[str], None]) -> None:
        self.report = report
        self.ready = {notebook.name: Future() for notebook in find_notebooks(book)}
        # Each kernel would else check the data once more that this build has found valid.
        os.environ[FOUND_VALID] = state_key(file_state(book / "data"))
        kernels = max(CORES - 1, 1)  # Sphinx has the other core
        self.running = ThreadPoolExecutor(max_workers=1).submit(execute_changed, book, cache, timeout, self.lines.put, kernels, self._note)
        self.running.add_done_callback(lambda _: self.lines.put(""))

    def _note(self, name: str, used: Used) -> None:
        self.ready[name].set_result(used)
        self.lines.put("")

    def tell(self) -> None:
        """Report what has come of it so far."""
        while not self.lines.empty():
            self._tell(self.lines.get())

    def _tell(self, line: str) -> None:
        if line:
            self.report(line)

    def used(self, name: str) -> Used:
        """What a notebook used, once it has run. Raises NotebookError if it failed."""
        self._wait_for(self.ready[name])
        if not self.ready[name].done():
            self.running.result()  # raises why
        return self.ready[name].result()

    def end(self) -> None:
        """Wait until all have run. Raises NotebookError if one failed."""
        if self.running:
            self._wait_for(self.running)
            self.running.result()

    def _wait_for(self, result: Future) -> None:
        """Wait for a result, or until all is over."""
        while not (result.done() or self.running.done()):
            self._tell(self.lines.get())
        self.tell()


async def _execute_side_by_side(notebooks: list[Notebook], cache, book: Path, timeout: int, report, kernels: int, ready) -> None:
    """Run notebooks in some kernels at once. Each forgets everything between two notebooks: to load the libraries takes longer than to run one."""
    report(f"executing {counted(len(notebooks))}: {', '.join(notebook.name for notebook in notebooks)}")
    waiting, failures = list(reversed(notebooks)), []

    async def work() -> None:
        kernel = Kernel(book)
        while waiting:
            notebook = waiting.pop()
            started = time.monotonic()
            try:
                content, used = await kernel.execute(notebook, timeout)
            except NotebookError as error:
                failures.append(str(error))
                continue
            _take_out_remarks(notebook, content, report)
            seconds = time.monotonic() - started
            stored = _store(notebook, content, used, seconds, cache, book)
            report(f"executed {notebook.name} in {seconds:.1f} s")
            ready(notebook.name, stored)
        await kernel.end()

    await asyncio.gather(*(work() for _ in range(min(kernels, len(notebooks)))))
    if failures:
        raise NotebookError("\n".join(failures))


class Kernel:
    """A process that runs notebooks one after the other, each as if it were new."""

    def __init__(self, book: Path):
        # The numbers of a notebook come from the same folder as those of the prose.
        self.environment = {**os.environ, "RAPPROCHEMENT_DATA": str(book / "data")}
        self.manager = None

    async def execute(self, notebook: Notebook, timeout: int) -> tuple[NotebookNode, dict[str, list[str]]]:
        """Run a notebook; returns it with outputs, and what it used. Raises NotebookError, naming the cell."""
        from jupyter_client import AsyncKernelManager
        from jupyter_client.kernelspec import NoSuchKernel
        from nbclient import NotebookClient
        from nbclient.exceptions import CellExecutionError, CellTimeoutError
        from nbformat.v4 import new_code_cell

        name = notebook.content.metadata.get("kernelspec", {}).get("name", "python3")
        if self.manager is None or self.manager.kernel_name != name or not await self.manager.is_alive():
            await self.end()
            self.manager = AsyncKernelManager(kernel_name=name)
        content = copy.deepcopy(notebook.content)
        folder = str(notebook.path.parent)
        content.cells = [new_code_cell(BEGIN.format(folder=folder)), *content.cells, new_code_cell(ASK_WHAT_WAS_USED)]
        at = 0

        def note_place(cell: NotebookNode, cell_index: int) -> None:
            nonlocal at
            at = max(cell_index - 1, 0)

        client = NotebookClient(
            content,
            km=self.manager,
            timeout=timeout,
            resources={"metadata": {"path": folder}},
            on_cell_start=note_place,
            record_timing=False,  # would stand in the cells and so change their key
            extra_arguments=["--log-level=ERROR"],  # else each kernel warns of its local sockets
        )
        try:
            await client.async_execute(env=self.environment)
        except CellExecutionError as error:
            raise NotebookError(f"{notebook.place(at)}: {error.ename}: {error.evalue}") from None
        except CellTimeoutError:
            await self.end()
            raise NotebookError(f"{notebook.place(at)}: took more than {timeout} s") from None
        except RuntimeError as error:  # the kernel died
            await self.end()
            raise NotebookError(f"{notebook.place(at)}: {error}") from None
        except NoSuchKernel as error:
            self.manager = None
            raise NotebookError(f"{notebook.name}.md: {error}") from None
        finally:
            if client.kc is not None:
                client.kc.stop_channels()
        _, *content.cells, answer = content.cells
        _number_cells(content)
        return content, json.loads(answer.outputs[0].text)

    async def end(self) -> None:
        if self.manager is not None and self.manager.has_kernel:
            await self.manager.shutdown_kernel(now=True)  # it holds nothing that would need saving
        self.manager = None


def _number_cells(content: NotebookNode) -> None:
    """Count the cells that ran from one, as a kernel of their own would have."""
    code = (cell for cell in content.cells if cell.cell_type == "code")
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number


def _take_out_remarks(notebook: Notebook, content: NotebookNode, report: Callable[[str], None]) -> None:
    """Drop what cells wrote to stderr, and say so: it is the machine that speaks there, not the book."""
    for index, cell in enumerate(content.cells):
        outputs = cell.get("outputs", [])
        remarks = [output for output in outputs if output.output_type == "stream" and output.name == "stderr"]
        for remark in remarks:
            outputs.remove(remark)
            report(f"{notebook.place(index)}: left out of the book: {' '.join(remark.text.split())}")


def _store(notebook: Notebook, content: NotebookNode, used: dict, seconds: float, cache, book: Path) -> Used:
    """Put a notebook that ran into the cache, with the state of what it used, which is returned."""
    from jupyter_cache.base import CacheBundleIn

    # Relative names, so that a copy of the book has its own files compared.
    names = {
        "data": sorted(os.path.relpath(path, book) for path in used["data"]),
        "package": sorted(os.path.relpath(path, PACKAGE) for path in used["package"]),
    }
    state = _state(**names, book=book)
    data = {"execution_seconds": seconds, "used": {**names, "state": state}}
    cache.cache_notebook_bundle(CacheBundleIn(content, str(notebook.path), data=data), check_validity=False, overwrite=True)
    return Used(tuple(names["data"]), tuple(names["package"]), state)


def counted(number: int) -> str:
    return f"{number} notebook{'' if number == 1 else 's'}"
