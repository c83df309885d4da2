"""Validate a data folder against its own descriptor, and beyond it.

Types, enums, patterns, required and unique values and foreign keys are
checked by Frictionless from ``datapackage.json``: the published schema is the
schema that runs. What a table schema cannot say is checked here, rule by rule.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapprochement.data import (
    BIBLIOGRAPHY,
    DESCRIPTOR,
    SEPARATOR,
    DataError,
    read_references,
    read_table,
    table_fields,
)

CONTACT_KINDS = ("meeting", "call")
MARKUP = re.compile(r"[<>`*_\[\]{}|\\]|https?://")
FORMULA_START = ("=", "+", "-", "@")
MAX_FAULTS_PER_TABLE = 1000
MAX_CELL_SHOWN = 60

# A table described like this is read by the csv module as Frictionless reads it.
PLAIN_TABLE = {"type": "table", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "dialect": {"csv": {"delimiter": ","}}}
PLAIN_KEYS = {*PLAIN_TABLE, "name", "title", "description", "path", "schema"}
PLAIN_SCHEMA_KEYS = {"fields", "primaryKey", "foreignKeys", "missingValues"}


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

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Number and cells of each row."""
        empty = dict.fromkeys(self.header, "")
        for number, row in zip(self.numbers, self.rows):
            yield number, {**empty, **dict(zip(self.header, row))}


def printable(text: str) -> str:
    """The text with control and direction characters spelt out: refused data must not steer a terminal."""
    return "".join(ch if ch.isprintable() else f"\\u{ord(ch):04x}" for ch in text)


def find_faults(folder: Path) -> list[Fault]:
    """Every fault of a data folder, in the order of file and row; an empty list means valid.

    A row number counts the header as row 1, as an editor does. Never raises on
    bad input.
    """
    try:
        descriptor = _read_descriptor(folder)
    except DataError as error:
        return [Fault(DESCRIPTOR, None, None, str(error))]
    resources = {r["name"]: r for r in descriptor["resources"]}
    read = {name: _read_table(folder / resource["path"]) for name, resource in resources.items()}
    unreadable = [found for found in read.values() if isinstance(found, Fault)]
    try:
        source_keys = set(read_references(folder / BIBLIOGRAPHY))
    except DataError as error:
        unreadable.append(Fault(BIBLIOGRAPHY, None, None, str(error)))
    if unreadable:
        return unreadable
    faults = _schema_faults(folder, descriptor, read)
    broken_tables = {f.file for f in faults if f.row is None or f.row == 1}
    tables = {name: table for name, table in read.items() if resources[name]["path"] not in broken_tables}
    for name, table in tables.items():
        for field in table_fields(descriptor, name):
            problems = functools.partial(_cell_problems, field)
            faults += _faults_by_cell(resources[name]["path"], table, field["name"], problems)
    if "events" in tables:
        faults += _event_faults(tables["events"])
        faults += _key_faults("events.csv", tables["events"], "sources", source_keys, BIBLIOGRAPHY)
    if "claims" in tables:
        faults += _key_faults("claims.csv", tables["claims"], "sources", source_keys, BIBLIOGRAPHY)
        if "events" in tables:
            event_ids = set(tables["events"].column("event_id"))
            faults += _key_faults("claims.csv", tables["claims"], "events", event_ids, "events.csv")
        faults += _claim_faults(tables["claims"])
    if not faults and tables["claims"].rows:
        # The checks compute on frames, which only sound rows can fill.
        faults += _verdict_faults(folder, tables["claims"])
    order = {resource["path"]: i for i, resource in enumerate(resources.values())}
    return sorted(set(faults), key=lambda f: (order.get(f.file, 99), f.row or 0, f.column or "", f.problem))


def summary(folder: Path) -> str:
    """One line of counts for a valid folder."""
    descriptor = _read_descriptor(folder)
    counts = [f"{_count_rows(folder / r['path'])} {r['name']}" for r in descriptor["resources"]]
    counts.append(f"{len(read_references(folder / BIBLIOGRAPHY))} sources")
    return f"{folder}: valid, version {descriptor['version']}: {', '.join(counts)}"


def _read_descriptor(folder: Path) -> dict:
    from frictionless import FrictionlessException, Package

    path = folder / DESCRIPTOR
    try:
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        Package.from_descriptor(descriptor, basepath=str(folder))
        for table in ("events", "places", "claims"):
            table_fields(descriptor, table)
        descriptor["version"]
    except FileNotFoundError:
        raise DataError(f"is missing in {folder}; restore it, it holds the schema") from None
    except (OSError, ValueError) as error:
        raise DataError(f"is not readable JSON ({error}); restore it") from None
    except FrictionlessException as error:
        raise DataError(f"is not a Frictionless Data Package ({error.error.message})") from None
    except (StopIteration, KeyError, TypeError, AttributeError):
        raise DataError("lacks version, events, places or claims; restore it") from None
    return descriptor


def _read_table(path: Path) -> Table | Fault:
    """A table, or what makes it unreadable."""
    if not path.is_file():
        return Fault(path.name, None, None, "is missing; restore the file")
    content = path.read_bytes()
    if not content.strip():
        return Fault(path.name, None, None, "is empty; it needs a header row and data")
    if content.startswith(b"\xef\xbb\xbf"):
        return Fault(path.name, 1, None, "starts with a byte order mark; save as UTF-8 without it")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        return Fault(path.name, row, None, f"byte {content[error.start]:#04x} is not UTF-8; save the file as UTF-8")
    if "\0" in text:
        return Fault(path.name, text[: text.index("\0")].count("\n") + 1, None, "holds a null character; remove it")
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


def _count_rows(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def _schema_faults(folder: Path, descriptor: dict, tables: dict[str, Table]) -> list[Fault]:
    from frictionless import FrictionlessException, Package

    faults = []
    try:
        package = Package.from_descriptor(descriptor, basepath=str(folder))
        if _meet_schema(package, descriptor, tables):
            return []
        report = package.validate(limit_errors=MAX_FAULTS_PER_TABLE)
    except FrictionlessException as error:
        return [Fault(DESCRIPTOR, None, None, error.error.message)]
    paths = {resource["name"]: resource["path"] for resource in descriptor["resources"]}
    for task in report.tasks:
        fields = {f["name"]: f for f in table_fields(descriptor, task.name)}
        for error in task.errors:
            faults.append(_fault_from_frictionless(paths[task.name], error, fields))
    for error in report.errors:
        faults.append(Fault(DESCRIPTOR, None, None, error.message))
    return faults


def _meet_schema(package, descriptor: dict, tables: dict[str, Table]) -> bool:
    """Whether all tables surely meet their schemas.

    Frictionless judges each distinct cell of a column once: row by row it takes
    minutes for a table that has them in the hundred thousands. Where the answer
    is no, its full validation says what is at fault, and in which row.
    """
    for resource, described in zip(package.resources, descriptor["resources"]):
        table, schema = tables[resource.name], resource.schema
        plain = (
            described.keys() <= PLAIN_KEYS
            and all(described.get(key) == value for key, value in PLAIN_TABLE.items())
            and described["schema"].keys() <= PLAIN_SCHEMA_KEYS
        )
        if not plain or table.header != schema.field_names or any(len(row) != len(table.header) for row in table.rows):
            return False
        for field in schema.fields:
            cells = table.column(field.name)
            distinct = set(cells)
            unique = field.constraints.get("unique") or field.name in schema.primary_key
            if unique and len(distinct) < len(cells):
                return False
            judge = field.create_cell_reader()
            if any(problems for _, problems in map(judge, distinct)):
                return False
        for key in schema.foreign_keys:
            reference = key["reference"]
            target = tables[reference["resource"] or resource.name]
            if not set(reference["fields"]) <= set(target.header):
                return False
            known = set(zip(*map(target.column, reference["fields"])))
            used = set(zip(*map(table.column, key["fields"])))
            if used - known - {("",) * len(key["fields"])}:
                return False
    return True


def _fault_from_frictionless(file: str, error, fields: dict[str, dict]) -> Fault:
    """Turn a library error into our one line: the value, and what is allowed instead."""
    row = getattr(error, "row_number", None)
    column = getattr(error, "field_name", None) or getattr(error, "label", None) or None
    if row is None:
        row = 1 if column or "label" in error.type or "header" in error.type else None
    cell = _shown(getattr(error, "cell", ""))
    field = fields.get(column or "", {})
    if error.type in ("type-error", "constraint-error"):
        if cell == "''":
            return Fault(file, row, column, f"is empty; allowed: {allowed(field)}")
        return Fault(file, row, column, f"{cell} is not allowed; allowed: {allowed(field)}")
    if error.type in ("unique-error", "primary-key"):
        key = next((name for name, f in fields.items() if f.get("constraints", {}).get("unique")), column)
        value = f"{cell} " if cell != "''" else ""
        return Fault(file, row, key, f"{value}stands in an earlier row too; every value must be unique")
    if error.type == "foreign-key":
        keys = ", ".join(error.field_names)
        cells = ", ".join(_shown(c) for c in error.field_cells)
        return Fault(file, row, keys, f"{cells} is not in {error.reference_name}.csv; add it there or mend the key")
    if error.type in ("missing-label", "extra-label", "incorrect-label", "blank-label", "duplicate-label"):
        return Fault(file, 1, column, f"{error.note}; the header must be exactly: {','.join(fields)}")
    if error.type == "missing-cell":
        return Fault(file, row, column, "the row ends before this column; give every row a cell for every column")
    if error.type == "extra-cell":
        return Fault(file, row, None, f"has a cell {cell} too many; quote a text that holds a comma")
    if error.type == "blank-row":
        return Fault(file, row, None, "is blank; delete the row")
    return Fault(file, row, column, error.message)


def allowed(field: dict) -> str:
    """What a cell of this field may hold, in words a person can act on."""
    constraints = field.get("constraints", {})
    if "vocabulary" in field:
        words = ", ".join(field["vocabulary"])
        return f"{words} (several separated by '{SEPARATOR}')" if "listSeparator" in field else words
    if "enum" in constraints:
        return ", ".join(constraints["enum"])
    parts = []
    if field.get("type") == "date":
        parts.append("a date as YYYY-MM-DD")
    elif field.get("type") == "number":
        parts.append("a number")
    elif "pattern" in constraints:
        example = f" such as {field['example']}" if "example" in field else ""
        parts.append(f"text{example} that matches {constraints['pattern']}")
    else:
        parts.append("plain text")
    for bound, words in (("minimum", "from"), ("maximum", "to"), ("maxLength", "at most this many characters:")):
        if bound in constraints:
            parts.append(f"{words} {constraints[bound]}")
    return " ".join(parts)


def _shown(cell: object) -> str:
    text = str(cell if cell is not None else "")
    return f"'{printable(text if len(text) <= MAX_CELL_SHOWN else text[:MAX_CELL_SHOWN] + '...')}'"


def _faults_by_cell(file: str, table: Table, column: str, problems: Callable[[str], Iterable[str]]) -> Iterator[Fault]:
    """Faults that depend on the cell alone, so that each distinct cell is looked at once."""
    cells = table.column(column)
    found = {cell: list(problems(cell)) for cell in set(cells) if cell}
    if any(found.values()):
        for number, cell in zip(table.numbers, cells):
            for problem in found.get(cell, ()):
                yield Fault(file, number, column, problem)


def _cell_problems(field: dict, cell: str) -> Iterator[str]:
    """What holds for any cell: clean characters, no markup, lists from their vocabulary."""
    if not cell.isascii() or not cell.isprintable():
        hidden = next((ch for ch in cell if unicodedata.category(ch) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")), None)
        if hidden:
            yield f"holds the invisible character U+{ord(hidden):04X}; remove it"
        if unicodedata.normalize("NFC", cell) != cell:
            yield f"{_shown(cell)} is not in Unicode form NFC; type the letters anew"
    if cell != cell.strip():
        yield f"{_shown(cell)} has white space at its ends; remove it"
    if field["type"] == "date" and len(cell) != 10:
        yield f"{_shown(cell)} is not allowed; allowed: {allowed(field)}"
    if field["type"] != "string":
        return
    if cell.startswith(FORMULA_START):
        yield f"{_shown(cell)} starts like a spreadsheet formula; begin with a letter or digit"
    is_text = "pattern" not in field.get("constraints", {}) and "vocabulary" not in field
    if is_text and (found := MARKUP.search(cell)):
        yield f"holds {found.group()!r}; plain text only, without markup or addresses"
    if "listSeparator" in field:
        yield from _list_problems(field, cell)


def _list_problems(field: dict, cell: str) -> Iterator[str]:
    vocabulary = field.get("vocabulary")
    for item in cell.split(SEPARATOR):
        if item != item.strip() or not item:
            yield f"{_shown(cell)} has an empty or padded item; separate items by ';' alone"
        elif vocabulary and item not in vocabulary:
            yield f"{_shown(item)} is not allowed; allowed: {allowed(field)}"


def _event_faults(events: Table) -> Iterator[Fault]:
    """Rules between the cells of one event, and between neighbours."""
    file = "events.csv"
    previous = ("", "")
    for number, row in events.records():
        contact = row["kind"] in CONTACT_KINDS
        if row["end"] < row["start"]:
            yield Fault(file, number, "end", f"{_shown(row['end'])} is before start {_shown(row['start'])}; allowed: the start or later")
        if contact and not row["level"]:
            yield Fault(file, number, "level", f"is empty; a {row['kind']} needs a level")
        for column in ("level", "channel", "body"):
            if not contact and row[column]:
                yield Fault(file, number, column, f"{_shown(row[column])} is not allowed; only a meeting or a call has a {column}")
        if row["kind"] == "call" and row["channel"] == "in-person":
            yield Fault(file, number, "channel", "'in-person' is not allowed; a call has phone or video, or nothing where the sources do not say")
        third_parties, roles = _items(row["mediators"]), _items(row["mediator_roles"])
        if len(third_parties) != len(roles):
            yield Fault(file, number, "mediator_roles", f"has {len(roles)} items for {len(third_parties)} in mediators; give one role to each third party")
        pairs = list(zip(third_parties, roles))
        if len(set(pairs)) != len(pairs):
            yield Fault(file, number, "mediators", "names the same third party twice in the same role; keep one")
        for side in _sides(row["track"]):
            if side in third_parties:
                yield Fault(file, number, "mediators", f"{side!r} is a side of {row['track']}, not a third party")
        in_article, paragraphs = row["in_article"], row["article_paragraphs"]
        if in_article in ("yes", "aggregate") and not paragraphs:
            yield Fault(file, number, "article_paragraphs", "is empty; an event of the article needs its paragraph, P1 to P34")
        for column in ("article_paragraphs", "article_notes", "article_start", "article_mediators"):
            if in_article == "no" and row[column]:
                yield Fault(file, number, column, f"{_shown(row[column])} is not allowed; in_article is no")
        if in_article == "yes" and contact and not row["article_mediators"]:
            yield Fault(file, number, "article_mediators", "is empty; name the third parties, or none, or unstated")
        if not row["event_id"].startswith(row["start"][:4]):
            yield Fault(file, number, "event_id", f"{_shown(row['event_id'])} does not begin with the year of start; allowed: {row['start']}-...")
        key = (row["start"], row["event_id"])
        if key < previous:
            yield Fault(file, number, "start", f"{_shown(row['start'])} stands after {_shown(previous[0])}; sort by start, then event_id")
        previous = key


def _claim_faults(claims: Table) -> Iterator[Fault]:
    """Rules between the cells of one claim, and the order of the article: its paragraphs, and in each its notes."""
    file = "claims.csv"
    previous = (0, 0)
    for number, row in claims.records():
        if not row["claim_id"].startswith(f"{row['paragraph'].lower()}-"):
            yield Fault(file, number, "claim_id", f"{_shown(row['claim_id'])} does not begin with its paragraph; allowed: {row['paragraph'].lower()}-...")
        for column in ("against_own_list", "against_record"):
            if (row["kind"] == "position") != (row[column] == "contested"):
                yield Fault(file, number, column, f"{_shown(row[column])} is not allowed; a position is contested, and nothing else is")
        paragraph = int(row["paragraph"][1:]) if re.fullmatch(r"P\d+", row["paragraph"]) else 0
        note = int(found.group()) if (found := re.search(r"\d+", row["notes"])) else 0
        if paragraph < previous[0]:
            yield Fault(file, number, "paragraph", f"{_shown(row['paragraph'])} stands after P{previous[0]}; sort by paragraph, then in the order of reading")
        elif paragraph == previous[0] and note and note < previous[1]:
            yield Fault(file, number, "notes", f"{_shown(row['notes'])} stands after [{previous[1]}]; within a paragraph follow the order of reading")
        previous = (paragraph, note or (previous[1] if paragraph == previous[0] else 0))


def _verdict_faults(folder: Path, claims: Table) -> Iterator[Fault]:
    """Verdicts that disagree with what the check of the claim computes from the events."""
    from rapprochement.claims import CheckError, verdict_of

    events = read_table("events", folder)
    for (number, row), (_, claim) in zip(claims.records(), read_table("claims", folder).iterrows()):
        try:
            verdict = verdict_of(claim, events)
        except CheckError as error:
            yield Fault("claims.csv", number, "check", str(error))
            continue
        for column in ("against_own_list", "against_record"):
            computed = getattr(verdict, column)
            if row[column] != computed:
                yield Fault("claims.csv", number, column, f"{_shown(row[column])} disagrees with {row['check']}, which computes {computed!r}: {verdict.found}")


def _sides(track: str) -> tuple[str, ...]:
    return ("Türkiye",) if track == "AM-TR" else ()


def _items(cell: str) -> list[str]:
    return cell.split(SEPARATOR) if cell else []


def _key_faults(file: str, table: Table, column: str, known: Collection[str], where: str) -> Iterator[Fault]:
    def problems(cell: str) -> Iterator[str]:
        for key in _items(cell):
            if key not in known:
                yield f"{_shown(key)} is not in {where}; add it there or mend the key"

    return _faults_by_cell(file, table, column, problems)
