"""Execute the notebooks whose results may have changed, side by side, and only those.

myst-nb takes the outputs of a notebook from a cache that goes by its code
alone: with another CSV it would print yesterday's numbers. So each entry of
that cache also records what the notebook used when it ran: the data files that
its process loaded, the modules of this package that it imported, Python and
the installed packages. Before Sphinx reads a page, the record is compared with
what is there now, and where they differ the notebook runs anew.
"""

from __future__ import annotations

import asyncio
import copy
import functools
import hashlib
import json
import os
import sys
import sysconfig
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

CACHE = ".jupyter_cache"  # where myst-nb looks, in the _build folder
PACKAGE = Path(__file__).resolve().parent.parent
TIMEOUT = 120

# Runs as a last cell, which is not kept; the notebook's own names stay as they are.
ASK_WHAT_WAS_USED = """\
def _():
    import json, sys
    data = sys.modules.get("rapprochement.data.files")
    modules = [m for name, m in sys.modules.items() if name.partition(".")[0] == "rapprochement"]
    print(json.dumps({
        "data": [str(path) for path in data.files_loaded] if data else [],
        "package": [m.__file__ for m in modules if getattr(m, "__file__", None)],
    }))
_()
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


def find_notebooks(book: Path) -> list[Notebook]:
    """The notebooks among the pages of ``_toc.yml``, in its order."""
    from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
    from myst_parser.config.main import MdParserConfig
    from sphinx_external_toc.parsing import parse_toc_yaml

    # As the pages are read: a code cell within a colon fence is no cell.
    syntax = MdParserConfig(enable_extensions={"colon_fence"})
    notebooks = []
    for name in parse_toc_yaml(book / "_toc.yml"):
        path = book / f"{name}.md"
        if not path.is_file():
            continue  # Sphinx reports it
        text = path.read_text(encoding="utf-8")
        if is_myst_markdown_notebook(text):
            content = read_myst_markdown_notebook(text, syntax, add_source_map=True, path=path)
            notebooks.append(Notebook(name, path, content))
    return notebooks


def execute_changed(
    book: Path, cache_folder: Path, timeout: int = TIMEOUT, report: Callable[[str], None] = print
) -> list[Notebook]:
    """Bring the cache up to date with the book; returns the notebooks that were executed.

    timeout: seconds that a cell may take. report: takes lines of progress.
    Raises NotebookError if a cell fails, after the other notebooks have run.
    """
    from jupyter_cache import get_cache

    notebooks = find_notebooks(book)
    cache = get_cache(cache_folder)
    changed = [notebook for notebook in notebooks if not _is_current(notebook, cache, book)]
    if changed:
        asyncio.run(_execute_side_by_side(changed, cache, book, timeout, report))
    else:
        report(f"nothing was executed: {_count(notebooks)} unchanged")
    return changed


def executed(notebook: Notebook, cache_folder: Path) -> NotebookNode:
    """A notebook with the outputs that the cache holds for it."""
    from jupyter_cache import get_cache

    return get_cache(cache_folder).merge_match_into_notebook(notebook.content)[1]


def fingerprint(book: Path) -> str:
    """A hash that changes with any data file, with the package and with what is installed.

    Wider than what a single notebook depends on: a page may show any of it.
    """
    return hash_of_folders(book / "data", PACKAGE)


def hash_of_folders(*folders: Path) -> str:
    """A hash that changes with any file of these folders, and with what is installed."""
    return _hash_of(path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")


def _is_current(notebook: Notebook, cache, book: Path) -> bool:
    try:
        record = cache.match_cache_notebook(notebook.content)
    except KeyError:
        return False
    used = (record.data or {}).get("used")
    return used is not None and record.data["state"] == _state(used, book)


def _state(used: dict[str, list[str]], book: Path) -> str:
    """The hash of what a notebook used, as it is now."""
    return _hash_of([*(book / name for name in used["data"]), *(PACKAGE / name for name in used["package"])])


def _hash_of(files: Iterable[Path]) -> str:
    digest = hashlib.sha256(_environment().encode())
    for path in sorted(files):
        content = path.read_bytes() if path.is_file() else b"missing"
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


@functools.cache
def _environment() -> str:
    """Python and every installed package with its version."""
    installed = sorted(p.name for p in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    return "\n".join([sys.version, *installed])


async def _execute_side_by_side(notebooks: list[Notebook], cache, book: Path, timeout: int, report) -> None:
    cores = asyncio.Semaphore(os.cpu_count() or 1)
    report(f"executing {_count(notebooks)}: {', '.join(notebook.name for notebook in notebooks)}")

    async def run(notebook: Notebook) -> str | None:
        async with cores:
            started = time.monotonic()
            try:
                content, used = await _execute(notebook, book, timeout)
            except NotebookError as error:
                return str(error)
            seconds = time.monotonic() - started
            _store(notebook, content, used, seconds, cache, book)
            report(f"executed {notebook.name} in {seconds:.1f} s")
            return None

    failures = [failure for failure in await asyncio.gather(*map(run, notebooks)) if failure]
    if failures:
        raise NotebookError("\n".join(failures))


async def _execute(notebook: Notebook, book: Path, timeout: int) -> tuple[NotebookNode, dict[str, list[str]]]:
    """Run a notebook in a kernel of its own; returns it with outputs, and what it used."""
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError
    from nbformat.v4 import new_code_cell

    content = copy.deepcopy(notebook.content)
    content.cells.append(new_code_cell(ASK_WHAT_WAS_USED))
    at = 0

    def note_place(cell: NotebookNode, cell_index: int) -> None:
        nonlocal at
        at = cell_index

    client = NotebookClient(
        content,
        timeout=timeout,
        kernel_name=content.metadata.get("kernelspec", {}).get("name", "python3"),
        resources={"metadata": {"path": str(notebook.path.parent)}},
        on_cell_start=note_place,
        record_timing=False,  # would stand in the cells and so change their key
        shutdown_kernel="immediate",  # it holds nothing that would need saving
        extra_arguments=["--log-level=ERROR"],  # else each kernel warns of its local sockets
    )
    # The numbers of a notebook come from the same folder as those of the prose.
    environment = {**os.environ, "RAPPROCHEMENT_DATA": str(book / "data")}
    try:
        await client.async_execute(env=environment)
    except CellExecutionError as error:
        raise NotebookError(f"{notebook.place(at)}: {error.ename}: {error.evalue}") from None
    except CellTimeoutError:
        raise NotebookError(f"{notebook.place(at)}: took more than {timeout} s") from None
    except RuntimeError as error:  # the kernel died
        raise NotebookError(f"{notebook.place(at)}: {error}") from None
    except NoSuchKernel as error:
        raise NotebookError(f"{notebook.name}.md: {error}") from None
    answer = content.cells.pop()
    return content, json.loads(answer.outputs[0].text)


def _store(notebook: Notebook, content: NotebookNode, used: dict, seconds: float, cache, book: Path) -> None:
    from jupyter_cache.base import CacheBundleIn

    # Relative names, so that a copy of the book has its own files compared.
    used = {
        "data": sorted(os.path.relpath(path, book) for path in used["data"]),
        "package": sorted(os.path.relpath(path, PACKAGE) for path in used["package"]),
    }
    data = {"execution_seconds": seconds, "used": used, "state": _state(used, book)}
    cache.cache_notebook_bundle(CacheBundleIn(content, str(notebook.path), data=data), check_validity=False, overwrite=True)


def _count(notebooks: list[Notebook]) -> str:
    return f"{len(notebooks)} notebook{'' if len(notebooks) == 1 else 's'}"
