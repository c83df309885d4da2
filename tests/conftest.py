"""What the tests share: the real data, a copy of it to break, and the built book."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from site_browser import browser, page, served, site  # noqa: F401  (fixtures)

from rapprochement import load_claims, load_events

ROOT = Path(__file__).resolve().parent.parent
# JupyterLab keeps copies of what it opened in folders that begin with a dot.
CHAPTERS = sorted(path for path in (ROOT / "chapters").rglob("*.md") if not path.parent.name.startswith("."))
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


def build(book: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Build the book in a folder as `make book` does."""
    command = [JUPYTER_BOOK, "build", str(book), "-W", "-n", "--keep-going", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="session")
def built_book(root: Path) -> Path:
    """The _build folder of the real book, built once for all tests that look at it."""
    result = build(root)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
    return root / "_build"


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
