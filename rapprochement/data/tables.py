"""CSV files as text, and the faults that are found in them: what every rule of the check works on."""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rapprochement.data.files import SEPARATOR, UTF8_WITH_MARK

MAX_FILE_BYTES = 1_000_000_000
MAX_CELL_SHOWN = 60
# So many faults that differ only in what stands in the cells are told as one.
ONE_CAUSE = 10
# The lines that git leaves in a file where two versions changed the same rows.
MERGE_MARK = re.compile(r"^(<{7}|>{7})( |$)", re.MULTILINE)
WHOLE_NUMBER = re.compile(r"([A-Za-z]*)([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to mend: where it is, as a spreadsheet counts, what stands there, what may stand there.

    letter: of the column. until: the last row, where one fault stands for many.
    """

    file: str
    row: int | None
    column: str | None
    problem: str
    letter: str = field(default="", compare=False)
    until: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}" if self.until is None else f"rows {self.row} to {self.until}")
        if self.column is not None:
            place.append(f"column {self.column} ({self.letter})" if self.letter else f"column {self.column}")
        return printable(f"{', '.join(place)}: {self.problem}")


@dataclass(frozen=True)
class Table:
    """A CSV file as text: the header, and the rows with their numbers as a spreadsheet shows them."""

    header: list[str]
    numbers: list[int]
    rows: list[tuple[str, ...]]

    def column(self, name: str) -> Sequence[str]:
        """The cells of a column; empty where a row ends before it."""
        at = self.header.index(name)
        return self._columns[at] if self._columns else [row[at] if at < len(row) else "" for row in self.rows]

    def column_as(self, read: Callable[[str], Any], name: str) -> list:
        """The cells of a column as *read* makes of them; each distinct one is read once."""
        cells = self.column(name)
        made = {cell: read(cell) for cell in set(cells)}
        return [made[cell] for cell in cells]

    @functools.cached_property
    def _columns(self) -> list[tuple[str, ...]]:
        """All columns, if every row has a cell for each: a long table is asked for its columns a hundred times."""
        return list(zip(*self.rows)) if all(len(row) == len(self.header) for row in self.rows) else []

    def without(self, numbers: Collection[int]) -> Table:
        """The table less the rows with these numbers."""
        if not numbers:
            return self
        kept = [(number, row) for number, row in zip(self.numbers, self.rows) if number not in numbers]
        return Table(self.header, [number for number, _ in kept], [row for _, row in kept])

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
    try:
        text = content.decode(UTF8_WITH_MARK)
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise stop(f"byte {content[error.start]:#04x} is not UTF-8; save the file as UTF-8, in Excel as the kind \"CSV UTF-8\"", row) from None
    if "\0" in text:
        raise stop("holds a null character; remove it", text[: text.index("\0")].count("\n") + 1)
    if found := MERGE_MARK.search(text):
        row = text[: found.start()].count("\n") + 1
        raise stop(f"holds the mark {found.group().strip()} of a merge that was not finished; keep one of the two versions and delete the lines with marks", row)
    return text


def read_cells(path: Path) -> Table | Fault:
    """A table, or what makes it unreadable."""
    try:
        text = read_text(path)
    except Unreadable as error:
        return error.fault
    header = re.match(r"[^\r\n]*", text)[0]
    if "," not in header:
        used = next((name for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")) if mark in header), "no commas")
        return Fault(path.name, 1, None, f"the header has {used}; the file must be comma-separated")
    return parse(path.name, text)


def parse(file: str, text: str, delimiter: str = ",") -> Table | Fault:
    """The text of a table as header and rows, or the fault that hides where its cells end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    shared: dict[str, str] = {}  # equal cells are kept once, or a long table would fill the memory
    records: list = []
    ended = 0
    try:
        for row in reader:
            records.append(tuple(map(shared.setdefault, row, row)))
            ended = reader.line_num
    except csv.Error:
        return _misquoted(file, records, list(io.StringIO(text, newline=""))[ended], delimiter)
    return Table(list(records[0]), list(range(2, len(records) + 1)), records[1:])


def _misquoted(file: str, records: list, line: str, delimiter: str) -> Fault:
    """The fault of a row that the csv module cannot take apart, named by the row and the column in which it begins."""
    at, column, problem = 0, 0, "a cell has no end, or is far too long"
    while at < len(line):
        if line[at] == '"':
            end = re.compile(r'[^"]*(?:""[^"]*)*').match(line, at + 1).end()
            after = line[end + 1 : end + 2]
            if end == len(line):
                problem = "the quotation mark that begins this cell is never closed, or another one in it is not written twice"
                break
            if after not in (delimiter, "\r", "\n", ""):
                problem = 'a quotation mark stands inside the text; write it twice (""), or use “ and ”'
                break
            at = end + 1
        else:
            at = end if (end := line.find(delimiter, at)) >= 0 else len(line)
        if line[at : at + 1] == delimiter:
            at, column = at + 1, column + 1
        else:
            at = len(line)
    names = records[0] if records else ()
    name = names[column] if column < len(names) and len(line) > at else None
    return Fault(file, len(records) + 1, name, f"is not well-formed CSV: {problem}", letter=letter(column) if name else "")


def letter(column: int) -> str:
    """What a spreadsheet calls a column, counted from 0: A to Z, then AA."""
    return (letter(column // 26 - 1) if column > 25 else "") + chr(ord("A") + column % 26)


def by_cause(faults: Iterable[Fault], headers: dict[str, list[str]]) -> Iterator[Fault]:
    """Faults, but of many that differ only in their place and in what stands there the first alone, with their number."""
    alike: dict[tuple, list[Fault]] = {}
    for fault in dict.fromkeys(faults):
        alike.setdefault((fault.file, re.sub(r"'[^']*'|[0-9]+", "", fault.problem)), []).append(fault)
    for found in alike.values():
        if len(found) < ONE_CAUSE or found[0].row is None:
            yield from found
            continue
        first, *others = sorted(found, key=lambda fault: fault.row or 0)
        columns = list(dict.fromkeys(fault.column for fault in found if fault.column))
        column = columns[0] if len(columns) == 1 else None
        places = f" in the columns {listed(columns, headers.get(first.file))}" if len(columns) > 1 else ""
        yield Fault(first.file, first.row, column, f"{first.problem}; and {len(others):,} more like this{places}", until=others[-1].row)


def listed(columns: Iterable[str], header: list[str] | None) -> str:
    """Columns by name and letter."""
    return ", ".join(f"{name} ({letter(header.index(name))})" if header and name in header else name for name in columns)


def with_letters(faults: Iterable[Fault], headers: dict[str, list[str]]) -> list[Fault]:
    """Faults that name their columns by the letters of a spreadsheet, too; headers: of each file."""
    at = {(file, name): letter(number) for file, header in headers.items() for number, name in enumerate(header)}
    return [fault if fault.letter else replace(fault, letter=at.get((fault.file, fault.column), "")) for fault in faults]


def canonical(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """The one form in which the repository keeps a table: commas, quotes only where needed, one line end everywhere."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def in_order(cell: str) -> tuple[str, int]:
    """What a cell is sorted by: P3 stands before P10."""
    found = WHOLE_NUMBER.fullmatch(cell)
    return (found[1], int(found[2])) if found else (cell, 0)


def count_rows(path: Path) -> int:
    with path.open(encoding=UTF8_WITH_MARK, newline="") as file:
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
