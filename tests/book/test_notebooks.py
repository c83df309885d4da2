"""The notebooks: each runs alone, from any folder, without network, and says what is wrong."""

from __future__ import annotations

import copy
import json
import os
import re
import resource
import shutil
import subprocess
import sysconfig
import venv
import zipfile
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

import nbformat
import pytest
import small_book
from bs4 import BeautifulSoup
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from rapprochement.output_types import DRAWINGS
from rapprochement.run.notebooks import find_notebooks
from conftest import CHAPTERS, ROOT, Table

NOTEBOOKS = [notebook.name for notebook in find_notebooks(ROOT)]
SECONDS_PER_NOTEBOOK = 8  # of the processor, checking all tables and drawing for wide and narrow pages included, on slow cores that others use too

# In the virtual environment of a reader whose machine has no network.
NO_NETWORK = """\
import sys

HERE = ("localhost", "127.0.0.1", b"127.0.0.1", "::1", "", None)

def refuse(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in HERE:
        raise OSError("no network")

sys.addaudithook(refuse)
"""


def execute(notebook: nbformat.NotebookNode, folder: Path, kernel: KernelManager | None = None, **started: object) -> list:
    """Run a notebook from top to bottom in a fresh kernel whose working directory is a folder; gives what it shows."""
    client = NotebookClient(notebook, km=kernel, timeout=120, allow_errors=True, resources={"metadata": {"path": str(folder)}})
    client.execute(**started)
    return shown(notebook)


def installing(notebook: nbformat.NotebookNode) -> str:
    """The line at the top that installs the package; it is taken out."""
    line, = [cell for cell in notebook.cells if cell.source.startswith("%pip")]
    notebook.cells.remove(line)
    return line.source


def shown(notebook: nbformat.NotebookNode) -> list:
    """What the cells show, without the line that installs the package."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and not cell.source.startswith("%pip")]
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error", output.evalue
            for mime in [mime for mime in output.get("data", {}) if "rapprochement" in mime]:
                del output.data[mime]
    return [
        [{"data": output.get("data"), "text": output.get("text")} for output in cell.outputs if "scrapbook" not in output.get("metadata", {})]
        for cell in cells
    ]


def test_a_downloaded_notebook_holds_only_what_a_reader_of_notebooks_can_show(built_book):
    for path in sorted((built_book / "html" / "_sources").rglob("*.ipynb")):
        kinds = {mime for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", []) for mime in output.get("data", {})}
        assert kinds and kinds <= {"text/html", "text/plain", "text/markdown", "image/svg+xml", "image/png"}, path.name


@pytest.fixture(scope="module")
def downloaded(built_book: Path, tmp_path_factory) -> Path:
    """The folder that a reader gets from the archive of the book."""
    archive, = (built_book / "html" / "downloads").glob("*.zip")
    target = tmp_path_factory.mktemp("downloaded")
    with zipfile.ZipFile(archive) as content:
        content.extractall(target)
    return next(target.iterdir())


class Reader:
    """A fresh virtual environment with the libraries, without the book's package, Sphinx and network."""

    def __init__(self, folder: Path):
        venv.create(folder, symlinks=True)
        paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
        self.python, self.site = Path(paths["scripts"]) / "python", Path(paths["purelib"])
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER", "RAPPROCHEMENT"))}
        for library in Path(sysconfig.get_path("purelib")).iterdir():
            if not re.search("rapprochement|sphinx|myst|jupyter_book|docutils", library.name, re.I):
                (self.site / library.name).symlink_to(library)
        (self.site / "sitecustomize.py").write_text(NO_NETWORK)

    def run(self, code: str, folder: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, "-c", code], cwd=folder, env=self.environment, capture_output=True, text=True, timeout=120
        )

    def execute(self, notebook: nbformat.NotebookNode, folder: Path) -> list:
        """Run a notebook in a folder, in a kernel of this environment; gives what it shows."""
        kernel = KernelManager(kernel_name="python3")
        kernel.kernel_spec.argv[0] = str(self.python)
        return execute(notebook, folder, kernel, env=self.environment)


def test_every_evidence_notebook_is_found():
    assert len(NOTEBOOKS) >= 4


def test_a_notebook_without_its_archive_reads_the_data_beside_the_package(downloaded, tmp_path):
    """From any directory."""
    notebook = nbformat.read(min(downloaded.glob("*.ipynb")), as_version=4)
    installing(notebook)
    before = shown(copy.deepcopy(notebook))
    assert execute(notebook, tmp_path) == before


def test_every_notebook_of_the_archive_runs_alone_in_a_fresh_environment_without_network_with_the_same_result(downloaded, tmp_path):
    reader = Reader(tmp_path / "venv")
    assert "No module named 'rapprochement'" in reader.run("import rapprochement", tmp_path).stderr
    for host in ("example.org", "192.0.2.1"):  # by name, and by an address that needs no look-up
        assert "no network" in reader.run(f"import socket; socket.create_connection(({host!r}, 80))", tmp_path).stderr
    folder = Path(shutil.copytree(downloaded, tmp_path / "book"))
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))}
    assert set(notebooks) == {Path(name).name for name in NOTEBOOKS}
    before = {name: shown(copy.deepcopy(notebook)) for name, notebook in notebooks.items()}
    first, *others = notebooks
    assert reader.execute(notebooks[first], folder) == before[first]
    assert list(reader.site.glob("rapprochement-*.dist-info")), "the line at the top installed nothing"
    assert len({installing(notebook) for notebook in notebooks.values()}) == 1, "not every line installs that"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        after = dict(zip(others, pool.map(lambda name: reader.execute(notebooks[name], folder), others)))
    for name in others:
        assert after[name] == before[name], name
    # Processor time, since the machine that tests may be busy with other things.
    assert (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - used.ru_utime) / len(others) < SECONDS_PER_NOTEBOOK


def test_a_notebook_says_in_one_line_what_is_wrong_with_the_data(downloaded, tmp_path):
    broken = Path(shutil.copytree(downloaded, tmp_path / "broken"))
    table = Table(broken / "data" / "events.csv")
    row = table.first_row(kind="meeting")
    table[row, "kind"] = "meting"
    table.save()
    missing = Path(shutil.copytree(downloaded, tmp_path / "missing"))
    (missing / "data" / "events.csv").unlink()
    source = nbformat.read(min(downloaded.glob("*.ipynb")), as_version=4)
    installing(source)
    first = next(cell for cell in source.cells if cell.cell_type == "code")
    source.cells = [new_code_cell(f"%cd -q {folder}\n{first.source}") for folder in (broken, missing)]
    NotebookClient(source, timeout=120, allow_errors=True).execute()
    for cell, told in zip(source.cells, (f"DataError: events.csv, row {row}, column ", "DataError: events.csv: is missing")):
        error, = (output for output in cell.outputs if output.output_type == "error")
        line, = error.traceback
        assert line.startswith(told) and "\n" not in line


def results(cells: list[str]) -> list:
    """What code cells show and say, run one after the other as in a notebook; raises what a cell raises."""
    shell = InteractiveShell.instance()
    try:
        values = []
        with capture_output() as said:
            for cell in cells:
                ran = shell.run_cell(cell)
                ran.raise_error()
                values.append(ran.result)
        return [*values, *(output.data for output in said.outputs)]
    finally:
        InteractiveShell.clear_instance()


@pytest.mark.thorough
@pytest.mark.parametrize("notebook", [n for n in find_notebooks(ROOT) if n.name.startswith("chapters/evidence/")], ids=lambda n: n.path.stem)
def test_every_suggestion_to_try_changes_one_line_and_the_answer(notebook, monkeypatch, tmp_path):
    monkeypatch.setenv("RAPPROCHEMENT_DATA", str(ROOT / "data"))
    small_book.bring_typeface(tmp_path)
    monkeypatch.setenv(DRAWINGS, str(tmp_path / "_build" / ".drawings"))  # what stays the same is drawn once
    cells = [cell.source for cell in notebook.content.cells if cell.cell_type == "code"]
    suggested = re.findall(r"^- (.+)$", notebook.path.read_text(encoding="utf-8").partition("## Try it")[2], re.MULTILINE)
    assert 3 <= len(suggested) <= 5
    answer = results(cells)
    for suggestion in suggested:
        assert suggestion.endswith("?")
        new, old = re.match(r"Put `([^`]+)` for `([^`]+)`: ", suggestion).groups()
        assert [line for cell in cells for line in cell.split("\n")].count(old) == 1, f"not one line: {old}"
        changed = [re.sub(rf"^{re.escape(old)}$", lambda _: new, cell, flags=re.MULTILINE) for cell in cells]
        assert results(changed) != answer, f"changes nothing: {new}"


def test_the_lab_shows_every_notebook_and_nothing_else():
    """So nobody opens a chapter of text as a notebook."""
    settings = json.loads((ROOT / ".jupyter" / "jupyter_server_config.json").read_text(encoding="utf-8"))
    hidden = settings["ContentsManager"]["hide_globs"]
    shown = {
        str(path.relative_to(ROOT).with_suffix(""))
        for path in CHAPTERS
        if not any(fnmatch(part, pattern) for part in path.relative_to(ROOT / "chapters").parts for pattern in hidden)
    }
    assert shown == set(NOTEBOOKS)


def test_every_notebook_page_offers_the_notebook_and_the_archive(built_book):
    for name in NOTEBOOKS:
        page = built_book / "html" / f"{name}.html"
        line, = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select(".notebook-downloads")
        links = [link["href"] for link in line.select("a[download]")]
        assert [Path(link).suffix for link in links] == [".ipynb", ".zip"], name
        for link in links:
            assert (page.parent / link).is_file(), f"{name}: {link}"
        nbformat.validate(nbformat.read(page.parent / links[0], as_version=4))


def test_the_text_of_a_downloaded_notebook_holds_words_and_no_markup_of_the_book(downloaded):
    for path in downloaded.glob("*.ipynb"):
        text = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown"]
        assert not re.findall(r"\{[a-z:-]+\}`|^\([\w-]+\)=$", "\n".join(text), re.MULTILINE), path.name
