"""What the tests share: the real data, a copy of it to break, and the built book."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from filelock import FileLock
from site_browser import browser, page, phone, picture, served, site  # noqa: F401  (fixtures)
from site_visits import visits, visits_from_disk  # noqa: F401

from rapprochement import load_claims, load_events
from rapprochement.__main__ import main
from rapprochement.data.check import find_faults
from rapprochement.data.files import read_references
from rapprochement.provenance import outlet_of

ROOT = Path(__file__).resolve().parent.parent
# JupyterLab keeps copies of what it opened in folders that begin with a dot.
CHAPTERS = sorted(path for path in (ROOT / "chapters").rglob("*.md") if not path.parent.name.startswith("."))
STRICT = ("-W", "-n", "--keep-going")
JUPYTER_BOOK = str(Path(sys.executable).with_name("jupyter-book"))  # python -m jupyter_book does not exist


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def events():
    """The real events, validated."""
    return load_events(ROOT / "data")


@pytest.fixture(scope="session")
def claims():
    """The real claims, validated; so their verdicts are those that the checks compute."""
    return load_claims(ROOT / "data")


@pytest.fixture()
def data_copy(tmp_path: Path) -> Path:
    """A copy of the data folder that a test may break."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


@pytest.fixture()
def faults_of(capsys) -> Callable[[Path], list[str]]:
    """The faults that the command `check` prints for a folder; it must fail, and not by a traceback."""

    def run(folder: Path) -> list[str]:
        assert main(["check", str(folder)]) == 1
        told = capsys.readouterr()
        assert told.out == ""
        assert "Traceback" not in told.err
        *faults, last = told.err.splitlines()
        assert last.endswith("nothing was changed")
        return faults

    return run


@pytest.fixture(scope="session")
def build() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Builds the book in a folder as `make book` does.

    A fixture, so that whatever builds is known for it: `make quick` leaves it out.
    """

    def build_book(book: Path, *options: str, strict: bool = True, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        command = [JUPYTER_BOOK, "build", str(book), *(STRICT if strict else ()), *options]
        return subprocess.run(command, cwd=book, env=environment, capture_output=True, text=True, timeout=1200)

    return build_book


@pytest.fixture(scope="session")
def built_book(build, root: Path, tmp_path_factory) -> Path:
    """The _build folder of the real book, built once for all tests that look at it, whichever worker they run on."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    fault = shared / "fault-of-the-book.txt"
    with FileLock(shared / "building"):
        if not fault.exists():
            result = build(root)
            fault.write_text(result.stdout[-4000:] + result.stderr[-4000:] if result.returncode else "", encoding="utf-8")
    assert not fault.read_text(encoding="utf-8")
    return root / "_build"


# --- What a test needs says what it is, so that nobody has to remember a mark -----------


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: needs a browser")
    config.addinivalue_line("markers", "build: needs a whole build of the book")
    config.addinivalue_line("markers", "thorough: tries so many cases that it takes long")


def pytest_itemcollected(item: pytest.Item) -> None:
    for name in ("browser", "build"):
        if name in item.fixturenames:
            item.add_marker(name)


# What takes long to make is made by one worker, for all tests that look at it. In the
# order of how long they take, so that short tests fill the gaps at the end; the second needs
# no book, which the first has built meanwhile.
TOGETHER = (
    r"\[visited\]", "building/test_stopped", "building/test_changes", r"finger\[server\]", "book/test_reproducible", r"finger\[disk\]",
    "book/test_notebooks", "site/test_search", "site/test_margin", "book/test_executed_again", "book/test_live", "pdf/test_pdf", "book/test_facts", "site/test_dial",
    "epub/test_epub", "site/test_events", "opened_from_a_disk", "site/test_maps", "site/test_taking",
)


def together(nodeid: str) -> int:
    """The place in TOGETHER of what a test looks at, or the end."""
    return next((place for place, words in enumerate(TOGETHER) if re.search(words, nodeid)), len(TOGETHER))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: together(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Not ``--dist loadgroup``, which finds no groups with pytest 9.2."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            place = together(nodeid)
            return nodeid if place == len(TOGETHER) else TOGETHER[place]

    config.option.loadscopereorder = False  # it would put the many small ones first
    return Together(config, log)


class Table:
    """A CSV file to edit cell by cell; rows are numbered as in an editor, the header is row 1."""

    def __init__(self, path: Path):
        self.path = path
        with path.open(encoding="utf-8", newline="") as file:
            self.header, *self.rows = list(csv.reader(file))

    def __getitem__(self, place: tuple[int, str]) -> str:
        row, column = place
        return self.rows[row - 2][self.header.index(column)]

    def __setitem__(self, place: tuple[int, str], value: str) -> None:
        row, column = place
        self.rows[row - 2][self.header.index(column)] = value

    def first_row(self, **cells: str) -> int:
        """Number of the first row whose cells have these values."""
        for number, row in enumerate(self.rows, start=2):
            if all(row[self.header.index(column)] == value for column, value in cells.items()):
                return number
        raise LookupError(cells)

    def save(self) -> None:
        with self.path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([self.header, *self.rows])


@pytest.fixture()
def events_table(data_copy: Path) -> Table:
    """The events of the copy, cell by cell."""
    return Table(data_copy / "events.csv")


# An event that pages of the tests tell of.
CITED = ["2020-11-10-trilateral-ceasefire-statement"]


def keep_a_part(data: Path) -> None:
    """Leave the events of the article, the claims that a person judged, and what these need."""
    events, claims = Table(data / "events.csv"), Table(data / "claims.csv")
    at = events.header.index
    events.rows = [row for row in events.rows if row[at("in_article")] == "yes" or row[0] in CITED]
    events.save()
    ids = {row[0] for row in events.rows}
    named = claims.header.index
    claims.rows = [row for row in claims.rows if not row[named("check")] and set(filter(None, row[named("events")].split(";"))) <= ids][:12]
    claims.save()
    sources = {"pashayeva-2023"}.union(*(row[at("sources")].split(";") for row in events.rows), *(row[named("sources")].split(";") for row in claims.rows))
    bibliography = (data / "references.bib").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=@)", bibliography)
    (data / "references.bib").write_text("\n".join(entry for entry in entries if entry.split("{", 1)[1].split(",")[0] in sources), encoding="utf-8")
    evidence = Table(data / "evidence.csv")
    evidence.rows = [row for row in evidence.rows if row[0] in ids]
    evidence.save()
    outlets = Table(data / "outlets.csv")
    authors = {outlet_of(entry) for entry in read_references(data / "references.bib").values()}
    outlets.rows = [row for row in outlets.rows if row[0] in authors]
    outlets.save()
    routes = Table(data / "routes.csv")
    routes.rows = []
    routes.save()


@pytest.fixture(scope="session")
def part_of_data(tmp_path_factory) -> Path:
    """A tenth of the real data, valid; for tests that try one thing many times."""
    data = Path(shutil.copytree(ROOT / "data", tmp_path_factory.mktemp("part") / "data"))
    keep_a_part(data)
    assert find_faults(data) == []
    return data
