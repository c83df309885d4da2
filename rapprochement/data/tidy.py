"""Bring tables back to their one canonical form, whatever program saved them.

A spreadsheet, a statistics package or a Mac writes the same facts in other
bytes. What can be read in one way only is written as the repository writes it;
what could mean two things is refused with both, and its file is left as it is.
No fact is guessed, and every change is told.
"""

from __future__ import annotations

import codecs
import functools
import os
import re
import shlex
import shutil
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from types import MappingProxyType

from rapprochement.data.alphabets import read_aright
from rapprochement.data.files import BIBLIOGRAPHY, DESCRIPTOR, SEPARATOR, DataError, read_references
from rapprochement.data.schema import ABSENT, DATE, NUMBER, disordered, read_descriptor
from rapprochement.data.tables import Fault, Table, Unreadable, by_cause, canonical, in_order, letter, listed, parse, printable, read_text, shown, with_letters

# From this number on, changes of one kind are told as one.
MANY = 4

# What each kind of change is, as the check says it of a cell, and as tidy tells it.
KINDS = {
    "mark": ("begins with a byte order mark", "byte order mark removed"),
    "encoding": ("is not saved as UTF-8", "written as UTF-8"),
    "delimiter": ("has other marks than commas between its cells; it must be comma-separated", "commas between the cells"),
    "hint": ("begins with a line that only Excel reads", "line for Excel removed"),
    "lines": ("has other line ends", "line ends"),
    "quotes": ("has other quotation marks around its cells", "quotation marks around cells only where needed"),
    "names": ("has column names in another form", "column names"),
    "order of columns": ("has its columns in another order", "columns put in order"),
    "empty columns": ("has empty columns beside the table", "empty columns removed"),
    "row numbers": ("has a column of row numbers, which a program added", "column of row numbers removed"),
    "blank rows": ("has blank rows", "blank rows removed"),
    "alphabet": ("was read in another alphabet than it was written in", "letters read in the right alphabet"),
    "letters": ("holds letters composed of two characters, as a Mac may type them", "letters in one character each (NFC)"),
    "unseen": ("holds characters that cannot be seen", "characters without shape removed"),
    "spaces": ("holds no-break spaces, tabs or line breaks", "no-break spaces, tabs and line breaks made spaces"),
    "ends": ("has white space at its ends, or an empty or padded item", "white space at the ends removed"),
    "dates": ("is a date in another form than YYYY-MM-DD", "dates as YYYY-MM-DD"),
    "zeros": ("ends in zeros after the point", "zeros at the end of numbers removed"),
    "numbers": ("is a number in another form than 24.454", "numbers as 24.454"),
    "absent": ("is what a program writes for an empty cell", "marks of empty cells removed"),
    "slips": ("is not allowed, but for dashes, capitals or spaces it would be", "dashes, capitals and spaces of keys"),
    "order of rows": ("has its rows in another order", "rows put in order"),
}
# The readers of the data pass over these; only the diff of a change suffers.
HARMLESS = {"mark", "lines", "quotes", "zeros"}

LINE_END = re.compile(r"\r\n?")
SPACES = "\t\n\r\v\f\x85\u2028\u2029\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
OTHER_SPACE = re.compile(f" *[{SPACES}][ {SPACES}]*")
SHAPELESS = re.compile("[\u00ad\u200b\u2060\ufeff]")
DASHES = re.compile("[\u2010-\u2015\u2212]")
MONTHS = {name[:size]: number for number, name in enumerate(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"), 1
) for size in (3, len(name))}
MONTHS["sept"] = 9
ROW_NUMBERS = re.compile(r"|X|index|\.\.\.\d+|Unnamed: \d+")
MIDNIGHT = re.compile(r"[T ]0{1,2}:00(:00(\.0+)?)?( ?AM)?(Z|[+-]00:?00)?$")
THREE_PARTS = re.compile(r"(\d{1,4})([./-]) ?(\d{1,2})\2 ?(\d{1,4})\.?", re.ASCII)
WITH_MONTH = re.compile(r"(?P<day>\d{1,2})[. -]+(?P<month>[A-Za-z]+)\.?[, -]+(?P<year>\d{4}|\d\d)|(?P<month2>[A-Za-z]+)\.? (?P<day2>\d{1,2}),? (?P<year2>\d{4})", re.ASCII)
ORDERS = {"day first": (2, 1, 0), "month first": (2, 0, 1), "year first": (0, 1, 2)}
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Change:
    """One thing that tidy writes otherwise. What is true of a whole file has no row."""

    kind: str
    row: int | None = None
    column: str | None = None
    before: str = ""
    after: str = ""


@dataclass
class Tidied:
    """A table in canonical form, with what was changed, and the faults for which its file must be left alone."""

    file: str
    table: Table | None = None
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        return canonical(self.table.header, self.table.rows).encode()


def tidy(folder: Path) -> tuple[list[str], list[Fault]]:
    """Rewrite the tables of a data folder; returns a line for each kind of change, and what could not be done."""
    try:
        descriptor = read_descriptor(folder)
    except DataError as error:
        return [], [Fault(DESCRIPTOR, None, None, str(error))]
    told, faults = [], []
    for tidied in tidied_tables(descriptor, folder):
        path = folder / tidied.file
        if tidied.faults:
            headers = {tidied.file: tidied.table.header} if tidied.table else {}
            faults += with_letters(by_cause(tidied.faults, headers), headers)
        elif tidied.content != path.read_bytes():
            try:
                _replace(path, tidied.content)
            except OSError as error:
                faults.append(Fault(tidied.file, None, None, f"cannot be written: {error.strerror}"))
            else:
                told += _told(tidied)
    return told, faults


def untidy(folder: Path) -> list[str]:
    """The tables that tidy would write otherwise."""
    return [each.file for each in tidied_tables(read_descriptor(folder), folder) if each.table and each.content != (folder / each.file).read_bytes()]


def causes(tidied: Tidied, folder: Path, descriptor: dict) -> list[Fault]:
    """The changes that a table needs before it can be read, as faults that name the mend; those of one kind as one."""
    mend = mend_command(folder)
    sorted_by_rule = "sortedBy" in next(r for r in descriptor["resources"] if r["path"] == tidied.file)["schema"]
    faults = []
    for kind, changes in _by_kind(change for change in tidied.changes if change.kind not in HARMLESS):
        what, _ = KINDS[kind]
        if kind == "order of rows" and not sorted_by_rule:
            continue
        if changes[0].row is None:
            faults.append(Fault(tidied.file, None, None, f"{what}; {mend} mends it"))
        elif len(changes) < MANY:
            faults += [Fault(tidied.file, c.row, c.column, f"{_said(c)}; {mend} mends it") for c in changes]
        else:
            rows = [change.row for change in changes]
            columns = list(dict.fromkeys(change.column for change in changes))
            column = columns[0] if len(columns) == 1 else None
            among = "" if column else f" in the columns {listed(columns, tidied.table.header if tidied.table else None)}"
            if kind == "order of rows":
                problem = f"{what}, {len(changes):,} times, such as: {changes[0].before}; {mend} mends it"
            else:
                problem = f"{len(changes):,} cells{among}, such as {_pair(changes[0])}: each {what}; {mend} mends them"
            faults.append(Fault(tidied.file, min(rows), column, problem, until=max(rows) if max(rows) > min(rows) else None))
    return faults


def mend_command(folder: Path) -> str:
    here = folder.resolve() == (Path.cwd() / "data").resolve()
    return "python -m rapprochement tidy" + ("" if here else f" {shlex.quote(str(folder))}")


def tidied_tables(descriptor: dict, folder: Path, read: Mapping[str, Table] = MappingProxyType({}), sound: Collection[str] = ()) -> list[Tidied]:
    """Every table of a data folder in canonical form; nothing is written.

    read: tables by name that were read already, with the right columns; of these
    no change is told that no reader of the data would notice.
    sound: the names of those that have no fault, and are taken as they are.
    """
    resources = descriptor["resources"]
    opened = [_opened(folder / resource["path"], resource, read.get(resource["name"])) for resource in resources]
    known = _keys(resources, opened, folder, sound)
    for resource, tidied in zip(resources, opened):
        if tidied.table and resource["name"] not in sound:
            _mend_cells(tidied, resource, known)
            _put_in_order(tidied, resource["schema"])
    return opened


# ---- The file, its columns and its rows -----------------------------------------------------


def _opened(path: Path, resource: dict, read: Table | None) -> Tidied:
    """A table with the right columns in the right order and no blank rows; its cells as they are."""
    tidied = Tidied(path.name)
    expected = [field["name"] for field in resource["schema"]["fields"]]
    if table := read or _parsed(path, tidied, expected):
        _arrange_columns(tidied, table, expected)
    if tidied.table and not all(any(row) for row in tidied.table.rows):
        blank = [number for number, row in zip(tidied.table.numbers, tidied.table.rows) if not any(row)]
        tidied.changes.append(Change("blank rows"))
        tidied.table = tidied.table.without(set(blank))
    return tidied


def _parsed(path: Path, tidied: Tidied, expected: list[str]) -> Table | None:
    """The cells of a file, whatever stands between them; or None, and *tidied* says why."""
    try:
        text = _text(path, tidied)
    except Unreadable as error:
        tidied.faults.append(error.fault)
        return None
    if hint := re.match(r'"?sep=.?"?\r?\n', text):
        tidied.changes.append(Change("hint"))
        text = text[hint.end() :]
    first = text.splitlines()[0] if text else ""
    delimiter = max(",;\t|", key=lambda mark: len({name.strip(' "') for name in first.split(mark)} & set(expected)))
    table = parse(path.name, text, delimiter)
    if isinstance(table, Fault):
        tidied.faults.append(table)
        return None
    plain = LINE_END.sub("\n", text)
    if delimiter != ",":
        tidied.changes.append(Change("delimiter"))
    elif plain.rstrip("\n") != LINE_END.sub("\n", canonical(table.header, table.rows)).rstrip("\n"):
        tidied.changes.append(Change("quotes"))
    if plain != text or not text.endswith("\n"):
        tidied.changes.append(Change("lines"))
    return table


def _text(path: Path, tidied: Tidied) -> str:
    start = b""
    if path.is_file():
        with path.open("rb") as file:
            start = file.read(3)
    if start[:2] not in UTF16_MARKS:
        text = read_text(path)
        if start == codecs.BOM_UTF8:
            tidied.changes.append(Change("mark"))
        return text
    # Excel's "Unicode text".
    try:
        text = path.read_bytes().decode("utf-16")
    except UnicodeDecodeError:
        raise Unreadable(Fault(path.name, None, None, "is neither UTF-8 nor whole UTF-16; save it as UTF-8")) from None
    if not text.strip() or "\0" in text:
        raise Unreadable(Fault(path.name, None, None, "holds no text; restore the file"))
    tidied.changes.append(Change("encoding"))
    return text


def _arrange_columns(tidied: Tidied, table: Table, expected: list[str]) -> None:
    """Set the table of *tidied*, or say which column cannot be placed."""
    by_form = {_form(name): name for name in expected}
    filled_rows = sum(map(any, table.rows))
    names = [name if name in expected else by_form.get(_form(name), name) for name in table.header]
    reach = max([len(table.header), *map(len, table.rows)])
    kept: dict[str, int] = {}
    for at in range(reach):
        name = names[at] if at < len(names) else ""
        if name in expected and name not in kept:
            kept[name] = at
            if name != table.header[at]:
                tidied.changes.append(Change("names", 1, name, table.header[at], name))
            continue
        filled = [(number, row[at]) for number, row in zip(table.numbers, table.rows) if len(row) > at and row[at].strip()]
        if not filled and ROW_NUMBERS.fullmatch(name):
            tidied.changes.append(Change("empty columns"))
        elif at < len(names) and ROW_NUMBERS.fullmatch(name) and _counts([cell for _, cell in filled], filled_rows):
            tidied.changes.append(Change("row numbers"))
        else:
            number, cell = filled[0] if filled else (1, "")
            if filled and at >= len(names) and len(filled) < filled_rows:
                problem = f"has a cell {shown(cell)} too many; quote a text that holds a comma"
                tidied.faults.append(Fault(tidied.file, number, None, problem))
            else:
                called = f"is called {shown(name)}, which the codebook does not know or has already" if name else "has no name"
                holds = f", but it holds {shown(cell)} in row {number}; put what it says into a column of the codebook, then" if filled else ";"
                problem = f"column {letter(at)} {called}{holds} delete it"
                tidied.faults.append(Fault(tidied.file, 1, None, problem))
    missing = [name for name in expected if name not in kept]
    for name in missing:
        tidied.faults.append(Fault(tidied.file, 1, name, f"is missing; the header must be exactly: {','.join(expected)}"))
    if tidied.faults:
        return
    places = [kept[name] for name in expected]
    if places != sorted(places):
        tidied.changes.append(Change("order of columns"))
    # A row that ends early stays short, for the check to name.
    rows = table.rows if places == list(range(reach)) else [tuple(row[at] for at in places if at < len(row)) for row in table.rows]
    tidied.table = Table(expected, table.numbers, rows)


def _form(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", SHAPELESS.sub("", name)).casefold().split())


def _counts(cells: list[str], rows: int) -> bool:
    """Whether a column numbers the rows, as R and pandas do."""
    return len(cells) == rows == len(set(cells)) and all(cell.isdecimal() for cell in cells)


def _put_in_order(tidied: Tidied, schema: dict) -> None:
    table, key = tidied.table, schema["primaryKey"]
    by = schema.get("sortedBy", key)
    dates = [described["name"] for described in schema["fields"] if described["type"] == "date"]
    if not all(DATE.fullmatch(cell) for name in by if name in dates for cell in set(table.column(name))):
        return  # a row whose date cannot be read has no place yet
    places = list(zip(*(table.column_as(in_order, name) for name in by)))
    place = sorted(range(len(places)), key=places.__getitem__)
    if place != list(range(len(place))):
        tidied.changes += [Change("order of rows", fault.row, fault.column, fault.problem) for fault in disordered(tidied.file, table, by, key)]
        tidied.table = Table(table.header, [table.numbers[at] for at in place], [table.rows[at] for at in place])


# ---- Cells ----------------------------------------------------------------------------------


class TwoReadings(Exception):
    """A cell that could mean more than one thing; the message says which."""


def _mend_cells(tidied: Tidied, resource: dict, known: dict[str, frozenset[str]]) -> None:
    table = tidied.table
    fields = resource["schema"]["fields"]
    columns = [table.column(described["name"]) for described in fields]
    clean = [{cell: list(_clean_steps(cell, "listSeparator" in described)) for cell in set(cells)} for described, cells in zip(fields, columns)]

    def cleaned(at: int) -> list[str]:
        return [clean[at][cell][-1][1] if clean[at][cell] else cell for cell in columns[at]]

    read_date = _date_reader([(described, set(cleaned(at))) for at, described in enumerate(fields) if described["type"] == "date"])
    foreign = {name: known[key["reference"]["resource"]] for key in resource["schema"].get("foreignKeys", []) for name in key["fields"]}
    # Of a key of several columns none is new: each cell is a key of another table, or a word.
    own = resource["schema"]["primaryKey"]
    primary = set(own) - set(foreign) if len(own) == 1 else set()
    keys = frozenset().union(*known.values())
    mended = []
    for at, described in enumerate(fields):
        name, constraints = described["name"], described.get("constraints", {})
        closed: frozenset[str] = frozenset()
        if described["type"] == "date":
            kind, read = "dates", read_date(described)
        elif described["type"] == "number":
            kind, read = "numbers", _number_reader(constraints)
        elif name in primary:
            kind, read = "slips", _new_key_reader(constraints.get("pattern", ""))
        elif closed := frozenset(described.get("vocabulary") or constraints.get("enum") or foreign.get(name) or (keys if "pattern" in constraints else ())):
            kind, read = "slips", _key_reader(closed, described)
        else:
            kind, read = "", str
        result: dict[str, str] = {}
        refused: dict[str, str] = {}
        steps: dict[str, list[tuple[str, str]]] = {}
        for cell in set(columns[at]):
            here = list(clean[at][cell])
            last = here[-1][1] if here else cell
            try:
                now = read(last)
                if last in ABSENT - closed:
                    if now != last:
                        raise TwoReadings(f"{shown(last)} can be read as {now} or as an empty cell; write the one that is meant")
                    here.append(("absent", ""))
                elif now != last:
                    here.append(("zeros" if kind == "numbers" and NUMBER.fullmatch(last) else kind, now))
            except TwoReadings as error:
                refused[cell] = str(error)
            steps[cell] = here
            result[cell] = here[-1][1] if here else cell
        if any(steps.values()) or refused:
            for number, cell in zip(table.numbers, columns[at]):
                before = cell
                for step, now in steps[cell]:
                    tidied.changes.append(Change(step, number, name, before, now))
                    before = now
            refusals = [Fault(tidied.file, number, name, refused[cell]) for number, cell in zip(table.numbers, columns[at]) if cell in refused]
            tidied.faults += refusals
        mended.append([result[cell] for cell in columns[at]])
    # Cells past the end of a short row are not there to be mended.
    rows = [tuple(cells)[: len(row)] for cells, row in zip(zip(*mended), table.rows)]
    tidied.table = Table(table.header, table.numbers, rows)


def _clean_steps(cell: str, is_list: bool) -> Iterator[tuple[str, str]]:
    """What is mended in a cell of any kind: the kind of each change, and the cell after it."""
    if cell.isascii() and cell.isprintable() and cell == cell.strip() and not (is_list and SEPARATOR in cell):
        return
    for kind, mend in (
        ("alphabet", read_aright),
        ("letters", lambda text: unicodedata.normalize("NFC", text)),
        ("unseen", lambda text: SHAPELESS.sub("", text)),
        ("spaces", lambda text: OTHER_SPACE.sub(" ", text)),
        ("ends", lambda text: SEPARATOR.join(map(str.strip, text.split(SEPARATOR))) if is_list else text.strip()),
    ):
        if (now := mend(cell)) != cell:
            yield kind, now
            cell = now


# ---- Dates ----------------------------------------------------------------------------------


def _date_reader(columns: list[tuple[dict, set[str]]]) -> Callable[[dict], Callable[[str], str]]:
    """How to read the dates of a table; columns: the field and the distinct cells of each that holds dates.

    A program that turns dates into its own form turns them all. So where no date
    of a table is as it should be, an order of day, month and year that alone
    fits all of them is the one in which all were written.
    """
    readings = {cell: found for described, cells in columns for cell in cells if (found := _readings(cell, described.get("constraints", {})))}
    marks = {re.sub(r"\w", "", cell) for cell in readings}
    fits = set(ORDERS).intersection(*readings.values())
    order = fits.pop() if len(fits) == len(marks) == 1 and len(readings) > 1 else None

    def reader(described: dict) -> Callable[[str], str]:
        def read(cell: str) -> str:
            if DATE.fullmatch(cell):
                return cell
            found = _readings(cell, described.get("constraints", {}))
            if order in found:
                return found[order]
            if len(dates := sorted(set(found.values()))) > 1:
                raise TwoReadings(f"{shown(cell)} can be read as {' or as '.join(dates)}; write the one that is meant as YYYY-MM-DD")
            if not dates and re.fullmatch(r"[34]\d{4}(\.0)?", cell):
                raise TwoReadings(f"{shown(cell)} is a spreadsheet's own count of days, which begins in 1900 or in 1904; give the column the form YYYY-MM-DD and save again")
            return dates[0] if dates else cell

        return read

    return reader


def _readings(cell: str, constraints: dict) -> dict[str, str]:
    """The dates that a cell may mean, by the order of its parts; only those that the column allows."""
    cell = MIDNIGHT.sub("", cell)
    found = {}
    if DATE.fullmatch(cell) or re.fullmatch(r"\d{8}", cell, re.ASCII):
        plain = cell.replace("-", "")
        found["year first"] = (plain[:4], plain[4:6], plain[6:])
    elif parts := THREE_PARTS.fullmatch(cell):
        numbers = parts[1], parts[3], parts[4]
        for name, places in ORDERS.items():
            year, month, day = (numbers[place] for place in places)
            if len(year) in (2, 4) and len(month) < 3 and len(day) < 3:
                found[name] = (year, month, day)
    elif parts := WITH_MONTH.fullmatch(cell):
        month = str(MONTHS.get((parts["month"] or parts["month2"]).lower(), 0))
        found["day first"] = (parts["year"] or parts["year2"], month, parts["day"] or parts["day2"])
    readings = {}
    for name, (year, month, day) in found.items():
        try:
            iso = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)).isoformat()
        except ValueError:
            continue
        if constraints.get("minimum", iso) <= iso <= constraints.get("maximum", iso):
            readings[name] = iso
    return readings


# ---- Numbers and keys -----------------------------------------------------------------------


def _number_reader(constraints: dict) -> Callable[[str], str]:
    low, high = (Decimal(str(constraints.get(bound, default))) for bound, default in (("minimum", "-Infinity"), ("maximum", "Infinity")))

    def plain(text: str) -> str | None:
        try:
            number = Decimal(text)
        except InvalidOperation:
            return None
        if not number.is_finite() or abs(number.adjusted()) > 30 or not low <= number <= high:
            return None
        digits = format(number, "f")
        return digits.rstrip("0").rstrip(".") if "." in digits else digits

    def read(cell: str) -> str:
        if NUMBER.fullmatch(cell):
            if plain(cell) is None and re.fullmatch(r"-?\d{4,}", cell) and plain(f"{cell[:-3]}.{cell[-3:]}") is not None:
                raise TwoReadings(f"{shown(cell)} has lost its point, as where LibreOffice opens a table in German or Turkish; restore the column, and choose English (USA) as the language when opening it")
            return plain(cell) or cell
        if not cell.isascii():
            cell = DASHES.sub("-", cell) if DASHES.match(cell) else cell
        if not re.fullmatch(r"[-+]?[\d.,]+([eE][-+]?\d{1,2})?", cell, re.ASCII):
            return cell
        found = {plain(cell.replace(",", ".")) if cell.count(",") == 1 and "." not in cell else None, plain(cell.replace(",", ""))}
        if "," not in cell:
            found = {plain(cell)}
        found -= {None}
        if len(found) > 1:
            raise TwoReadings(f"{shown(cell)} can be read as {' or as '.join(sorted(found))}; write the number with a point and no other marks")
        return found.pop() if found else cell

    return read


def _keys(resources: list[dict], opened: list[Tidied], folder: Path, sound: Collection[str]) -> dict[str, frozenset[str]]:
    """What a cell may refer to: the keys of each table by its name, and of the sources."""
    known: dict[str, frozenset[str]] = {}
    for resource, tidied in zip(resources, opened):
        fields = {described["name"]: described for described in resource["schema"]["fields"]}
        found: set[str] = set()
        for name in resource["schema"]["primaryKey"] if tidied.table else []:
            read = str if resource["name"] in sound else _new_key_reader(fields[name].get("constraints", {}).get("pattern", ""))
            found.update(read(cell.strip(f" {SPACES}")) for cell in set(tidied.table.column(name)))
        known[resource["name"]] = frozenset(key for key in found if key and not DASHES.search(key))
    try:
        known[BIBLIOGRAPHY] = frozenset(read_references(folder / BIBLIOGRAPHY))
    except DataError:
        pass  # the check tells of it
    return known


def _key_reader(closed: frozenset[str], described: dict) -> Callable[[str], str]:
    """Items that are not among the allowed ones, but are one of them but for dashes, capitals and spaces."""
    pattern = described.get("constraints", {}).get("pattern")

    def mend(item: str) -> str:
        if item in closed:
            return item
        alike = _by_slip_form(closed).get(_slip_form(item), set())
        return next(iter(alike)) if len(alike) == 1 else item

    def read(cell: str) -> str:
        if pattern and "listSeparator" not in described and re.fullmatch(pattern, cell):
            return cell
        return SEPARATOR.join(map(mend, cell.split(SEPARATOR))) if "listSeparator" in described else mend(cell)

    return read


@functools.lru_cache(maxsize=64)
def _by_slip_form(closed: frozenset[str]) -> dict[str, set[str]]:
    """The allowed ones by their form; made when the first slip is met."""
    by_form: dict[str, set[str]] = {}
    for value in closed:
        by_form.setdefault(_slip_form(value), set()).add(value)
    return by_form


def _slip_form(value: str) -> str:
    return " ".join(DASHES.sub("-", value).replace("\u2019", "'").casefold().split())


def _new_key_reader(pattern: str) -> Callable[[str], str]:
    """A row's own key, which stands nowhere else: a dash in it is a hyphen if only so it has the form of a key."""

    def read(cell: str) -> str:
        hyphened = DASHES.sub("-", cell)
        return hyphened if hyphened != cell and pattern and not re.fullmatch(pattern, cell) and re.fullmatch(pattern, hyphened) else cell

    return read


# ---- Telling and writing --------------------------------------------------------------------


def _by_kind(changes: Iterable[Change]) -> list[tuple[str, list[Change]]]:
    grouped: dict[str, list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.kind, []).append(change)
    return [(kind, grouped[kind]) for kind in KINDS if kind in grouped]


def _pair(change: Change) -> str:
    """What a change takes and gives, cut to where the two differ."""
    before, after = change.before, change.after
    start = max(len(os.path.commonprefix([before, after])) - 15, 0)
    lead = "..." if start else ""
    return f"{shown(lead + before[start:])} -> {shown(lead + after[start:])}"


def _said(change: Change) -> str:
    return change.before if change.kind == "order of rows" else f"{KINDS[change.kind][0]}: {_pair(change)}"


def _told(tidied: Tidied) -> list[str]:
    lines = []
    at = {name: letter(number) for number, name in enumerate(tidied.table.header)}
    for kind, changes in _by_kind(tidied.changes):
        deed = KINDS[kind][1]
        if changes[0].row is None or kind == "order of rows":
            lines.append(deed)
        elif len(changes) < MANY:
            lines += [f"row {c.row}, column {c.column} ({at[c.column]}): {deed}: {_pair(c)}" for c in changes]
        else:
            counted = Counter(change.column for change in changes)
            where = listed(counted, tidied.table.header)
            lines.append(f"{deed}: {len(changes):,} cells in {'columns' if len(counted) > 1 else 'column'} {where}, such as row {changes[0].row}: {_pair(changes[0])}")
    return [printable(f"{tidied.file}: {line}") for line in lines]


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside and put it in place, so that it is never half written."""
    target = path.resolve()  # of a link, the file itself
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        shutil.copymode(target, name)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
