"""CSV files as text, and the faults that are found in them: what every rule of the check works on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapprochement.data.files import SEPARATOR

MAX_FILE_BYTES = 1_000_000_000
MAX_CELL_SHOWN = 60


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend: where it is, what stands there, what may stand there."""

    file: str
    row: int | None
    column: str | None
    problem: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        return printable(f"{', '.join(place)}: {self.problem}")


@dataclass(frozen=True)
class Table:
    """A CSV file as text: the header, and the rows with the numbers of the lines on which they end."""

    header: list[str]
    numbers: list[int]
    rows: list[tuple[str, ...]]

    def column(self, name: str) -> list[str]:
        """The cells of a column; empty where a row ends before it."""
        at = self.header.index(name)
        return [row[at] if at < len(row) else "" for row in self.rows]

    def whole(self, row: tuple[str, ...]) -> bool:
        """Whether a row has a cell for each column and something in one of them."""
        return len(row) == len(self.header) and any(row)

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Number and cells of each whole row."""
        for number, row in zip(self.numbers, self.rows):
            if self.whole(row):
                yield number, dict(zip(self.header, row))


def printable(text: str) -> str:
    """The text with control and direction characters spelt out: refused data must not steer a terminal."""
    return "".join(ch if ch.isprintable() else f"\\u{ord(ch):04x}" for ch in text)


class Unreadable(Exception):
    def __init__(self, fault: Fault):
        self.fault = fault


def read_text(path: Path) -> str:
    """The text of a file. Raises Unreadable if it is missing, too large or not plain UTF-8."""

    def stop(problem: str, row: int | None = None) -> Unreadable:
        return Unreadable(Fault(path.name, row, None, problem))

    if not path.is_file():
        raise stop("is missing; restore the file")
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise stop(f"is larger than {MAX_FILE_BYTES:,} bytes; is it the right file?")
        content = path.read_bytes()
    except OSError as error:
        raise stop(f"cannot be read: {error.strerror}") from None
    if not content.strip():
        raise stop("is empty; restore the file")
    if content.startswith(b"\xef\xbb\xbf"):
        raise stop("starts with a byte order mark; save as UTF-8 without it", 1)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise stop(f"byte {content[error.start]:#04x} is not UTF-8; save the file as UTF-8", row) from None
    if "\0" in text:
        raise stop("holds a null character; remove it", text[: text.index("\0")].count("\n") + 1)
    return text


def read_cells(path: Path) -> Table | Fault:
    """A table, or what makes it unreadable."""
    try:
        text = read_text(path)
    except Unreadable as error:
        return error.fault
    header = text.split("\n", 1)[0]
    if "," not in header:
        used = next((name for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")) if mark in header), "no commas")
        return Fault(path.name, 1, None, f"the header has {used}; the file must be comma-separated")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    shared: dict[str, str] = {}  # equal cells are kept once, or a long table would fill the memory
    numbers, rows = [], []
    try:
        header = next(reader)
        for row in reader:
            numbers.append(reader.line_num)
            rows.append(tuple(map(shared.setdefault, row, row)))
    except csv.Error as error:
        return Fault(path.name, None, None, f"is not well-formed CSV ({error}); check quotes and cell lengths")
    return Table(header, numbers, rows)


def count_rows(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def shown(cell: object) -> str:
    text = str(cell if cell is not None else "")
    return f"'{printable(text if len(text) <= MAX_CELL_SHOWN else text[:MAX_CELL_SHOWN] + '...')}'"


def faults_by_cell(file: str, table: Table, column: str, problems: Callable[[str], Iterable[str]]) -> Iterator[Fault]:
    """Faults that depend on the cell alone, so that each distinct cell is looked at once."""
    cells = table.column(column)
    found = {cell: list(problems(cell)) for cell in set(cells)}
    if any(found.values()):
        for number, row, cell in zip(table.numbers, table.rows, cells):
            if table.whole(row):
                for problem in found[cell]:
                    yield Fault(file, number, column, problem)


def items_of(cell: str) -> list[str]:
    return cell.split(SEPARATOR) if cell else []


def key_faults(file: str, table: Table, column: str, known: Collection[str], where: str, items: Callable = items_of) -> Iterator[Fault]:
    def problems(cell: str) -> Iterator[str]:
        for key in items(cell):
            if key not in known:
                yield f"{shown(key)} is not in {where}; add it there or mend the key"

    return faults_by_cell(file, table, column, problems)
