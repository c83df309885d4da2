"""Validate a data folder against its own descriptor, and beyond it.

What a cell may hold is judged by Frictionless from ``datapackage.json``: the
published schema is the schema that runs. Each distinct cell of a column is
judged once, so a record a thousand times as long is still checked in seconds.
What a table schema cannot say is checked here, rule by rule.
"""

from __future__ import annotations

import csv
import functools
import io
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rapprochement.data import (
    BIBLIOGRAPHY,
    COASTLINES,
    DESCRIPTOR,
    SEPARATOR,
    DataError,
    load_coastlines,
    read_references,
    read_table,
    table_fields,
)

CONTACT_KINDS = ("meeting", "call")
MARKUP = re.compile(r"[<>`*_\[\]{}|\\]|https?://")
# Also after a semicolon or a comma, where a spreadsheet may begin a cell, and in full width.
FORMULA = re.compile(r"(^|[;,])\s*[=+@＝＋＠－-]")
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
WEB_ADDRESS = re.compile(r"""https?://[^\s<>"`{}|\\^]+""")
DOI = re.compile(r"""10\.\d+/[^\s<>"`{}|\\^]+""")
# Letters, marks and symbols by their category, but nothing to see by their shape,
# and the mark of a letter that was lost on the way.
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\ufffd") | {chr(code) for code in range(0xFE00, 0xFE10)}
UNSEEN_CATEGORIES = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs")
MAX_FILE_BYTES = 1_000_000_000
MAX_FAULTS = 1000
MAX_CELL = 2000
MAX_CELL_SHOWN = 60


def _object(properties: dict, *required: str) -> dict:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT, "minItems": 1}
_FIELD = _object(
    {
        **dict.fromkeys(("name", "title", "description", "example"), _TEXT),
        "type": {"enum": ["string", "date", "number"]},
        "listSeparator": {"const": SEPARATOR},
        "vocabulary": _TEXTS,
        "categories": {"type": "object", "additionalProperties": _TEXT},
        "constraints": _object(
            {
                "required": {"type": "boolean"},
                "unique": {"type": "boolean"},
                "enum": _TEXTS,
                "pattern": {"type": "string", "format": "regex"},
                "minimum": {"type": ["string", "number"]},
                "maximum": {"type": ["string", "number"]},
                "maxLength": {"type": "integer"},
            }
        ),
    },
    "name", "title", "description", "type",
)
_RESOURCE = _object(
    {
        **dict.fromkeys(("name", "title", "description"), _TEXT),
        "path": {"type": "string", "pattern": r"^[a-z-]+\.csv$"},
        # Described so, a table is read by the csv module as Frictionless reads it.
        "type": {"const": "table"},
        "format": {"const": "csv"},
        "mediatype": {"const": "text/csv"},
        "encoding": {"const": "utf-8"},
        "dialect": {"const": {"csv": {"delimiter": ","}}},
        "schema": _object(
            {
                "fields": {"type": "array", "items": _FIELD, "minItems": 1},
                "primaryKey": _TEXTS,
                "missingValues": {"const": [""]},
                "foreignKeys": {
                    "type": "array",
                    "items": _object({"fields": _TEXTS, "reference": _object({"resource": _TEXT, "fields": _TEXTS}, "resource", "fields")}, "fields", "reference"),
                },
            },
            "fields", "primaryKey", "missingValues",
        ),
    },
    "name", "path", "schema",
)
# What this module and the pages rely on in the descriptor, as a JSON Schema.
DESCRIPTOR_SHAPE = {
    "type": "object",
    "properties": {
        "version": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
        "created": {"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$"},
        "resources": {"type": "array", "items": _RESOURCE},
    },
    "required": ["version", "created", "resources"],
}


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


def find_faults(folder: Path) -> list[Fault]:
    """The faults of a data folder, in the order of file and row; an empty list means valid.

    Of more than :data:`MAX_FAULTS` only the first are listed, and the number of
    the rest. A row number counts the header as row 1, as an editor does. Never
    raises on bad input.
    """
    try:
        descriptor = _read_descriptor(folder)
    except DataError as error:
        return [Fault(DESCRIPTOR, None, None, str(error))]
    resources = {r["name"]: r for r in descriptor["resources"]}
    read = {name: _read_table(folder / resource["path"]) for name, resource in resources.items()}
    unreadable = [found for found in read.values() if isinstance(found, Fault)]
    references = {}
    try:
        _read_text(folder / BIBLIOGRAPHY)
        references = read_references(folder / BIBLIOGRAPHY)
    except _Unreadable as error:
        unreadable.append(error.fault)
    except DataError as error:
        unreadable.append(Fault(BIBLIOGRAPHY, None, None, str(error)))
    try:
        load_coastlines(folder)
    except DataError as error:
        unreadable.append(Fault(COASTLINES, None, None, str(error)))
    if unreadable:
        return unreadable
    faults = list(_reference_faults(references))
    tables = {}
    for name, table in read.items():
        header = _header_faults(resources[name], table)
        faults += header
        if not header:
            tables[name] = table
    for resource in _as_frictionless(descriptor, folder).resources:
        if resource.name in tables:
            faults += _schema_faults(resources[resource.name], resource.schema, tables)
    for name, table in tables.items():
        for field in table_fields(descriptor, name):
            problems = functools.partial(_cell_problems, field)
            faults += _faults_by_cell(resources[name]["path"], table, field["name"], problems)
    if "events" in tables:
        faults += _event_faults(tables["events"])
        faults += _key_faults("events.csv", tables["events"], "sources", references, BIBLIOGRAPHY)
    if "places" in tables:
        faults += _place_faults(tables["places"])
    if "claims" in tables:
        faults += _key_faults("claims.csv", tables["claims"], "sources", references, BIBLIOGRAPHY)
        if "events" in tables:
            event_ids = set(tables["events"].column("event_id"))
            faults += _key_faults("claims.csv", tables["claims"], "events", event_ids, "events.csv")
        faults += _claim_faults(tables["claims"])
    if not faults and tables["claims"].rows:
        # The checks compute on frames, which only sound rows can fill.
        faults += _verdict_faults(folder, tables["claims"])
    order = {resource["path"]: i for i, resource in enumerate(resources.values())}
    faults = sorted(set(faults), key=lambda f: (order.get(f.file, 99), f.row or 0, f.column or "", f.problem))
    if len(faults) > MAX_FAULTS:
        rest = Fault(folder.name, None, None, f"{len(faults) - MAX_FAULTS:,} more faults are not listed; mend these first")
        return [*faults[:MAX_FAULTS], rest]
    return faults


def summary(folder: Path) -> str:
    """One line of counts for a valid folder."""
    descriptor = _read_descriptor(folder)
    counts = [f"{_count_rows(folder / r['path'])} {r['name']}" for r in descriptor["resources"]]
    counts.append(f"{len(read_references(folder / BIBLIOGRAPHY))} sources")
    return f"{folder}: valid, version {descriptor['version']}: {', '.join(counts)}"


@functools.cache
def _import_validators() -> None:
    """Import Frictionless and jsonschema without a grammar of addresses.

    Where JupyterLab is installed, jsonschema compiles one as it is imported.
    That takes three seconds in each kernel, and no schema of ours asks for it.
    """
    grammar = "rfc3987_syntax"
    hidden = grammar not in sys.modules
    if hidden:
        sys.modules[grammar] = None
    try:
        import frictionless  # noqa: F401
        import jsonschema  # noqa: F401
    finally:
        if hidden:
            del sys.modules[grammar]


def _read_descriptor(folder: Path) -> dict:
    _import_validators()
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    path = folder / DESCRIPTOR
    if not path.is_file():
        raise DataError(f"is missing in {folder}; restore it, it holds the schema")
    try:
        descriptor = json.loads(_read_text(path))
        json.dumps(descriptor, ensure_ascii=False).encode()  # half a character, written as an escape, has no bytes
    except _Unreadable as error:
        raise DataError(error.fault.problem) from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"is not readable JSON ({error}); restore it") from None
    judge = Draft202012Validator(DESCRIPTOR_SHAPE, format_checker=Draft202012Validator.FORMAT_CHECKER)
    problem = best_match(judge.iter_errors(descriptor))
    if problem:
        said = problem.message if len(problem.message) < 200 else f"{problem.message[:200]}..."
        raise DataError(f"{problem.json_path.lstrip('$.') or 'the whole'}: {said}")
    names = [resource["name"] for resource in descriptor["resources"]]
    if len(set(names)) < len(names) or not {"events", "places", "claims"} <= set(names):
        raise DataError("needs the tables events, places and claims, each table once; restore it")
    try:
        datetime.fromisoformat(descriptor["created"])
    except ValueError:
        raise DataError(f"created: {_shown(descriptor['created'])} is no date and time") from None
    fields = {resource["name"]: {field["name"] for field in resource["schema"]["fields"]} for resource in descriptor["resources"]}
    for resource in descriptor["resources"]:
        known = fields[resource["name"]]
        if len(known) < len(resource["schema"]["fields"]):
            raise DataError(f"{resource['name']}: two fields have one name")
        for key in resource["schema"].get("foreignKeys", []):
            target = fields.get(key["reference"]["resource"], set())
            if not (set(key["fields"]) <= known and set(key["reference"]["fields"]) <= target):
                raise DataError(f"{resource['name']}: a foreign key names a field or a table that does not exist")
        if not set(resource["schema"]["primaryKey"]) <= known:
            raise DataError(f"{resource['name']}: the primary key names a field that does not exist")
    _as_frictionless(descriptor, folder)
    return descriptor


def _as_frictionless(descriptor: dict, folder: Path):
    from frictionless import FrictionlessException, Package

    try:
        return Package.from_descriptor(descriptor, basepath=str(folder))
    except FrictionlessException as error:
        raise DataError(f"is not a Frictionless Data Package ({error.error.message})") from None


class _Unreadable(Exception):
    def __init__(self, fault: Fault):
        self.fault = fault


def _read_text(path: Path) -> str:
    """The text of a file. Raises _Unreadable if it is missing, too large or not plain UTF-8."""

    def stop(problem: str, row: int | None = None) -> _Unreadable:
        return _Unreadable(Fault(path.name, row, None, problem))

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


def _read_table(path: Path) -> Table | Fault:
    """A table, or what makes it unreadable."""
    try:
        text = _read_text(path)
    except _Unreadable as error:
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


def _count_rows(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def _header_faults(resource: dict, table: Table) -> list[Fault]:
    expected = [field["name"] for field in resource["schema"]["fields"]]
    if table.header == expected:
        return []
    missing = [name for name in expected if name not in table.header]
    surplus = [name for name in dict.fromkeys(table.header) if name not in expected or table.header.count(name) > 1]
    faults = [(name, "is missing") for name in missing] + [(_shown(name), "is unknown or stands twice") for name in surplus]
    place, what = (faults or [(None, "the columns are in another order")])[0]
    return [Fault(resource["path"], 1, place, f"{what}; the header must be exactly: {','.join(expected)}")]


def _schema_faults(resource: dict, schema, tables: dict[str, Table]) -> Iterator[Fault]:
    """What the schema of one table forbids: rows of another length, cells, repeated keys, keys that lead nowhere."""
    file, table = resource["path"], tables[resource["name"]]
    for number, row in zip(table.numbers, table.rows):
        if not any(row):
            yield Fault(file, number, None, "is blank; delete the row")
        elif len(row) < len(table.header):
            yield Fault(file, number, table.header[len(row)], "the row ends before this column; give every row a cell for every column")
        elif len(row) > len(table.header):
            yield Fault(file, number, None, f"has a cell {_shown(row[len(table.header)])} too many; quote a text that holds a comma")
    for field, described in zip(schema.fields, resource["schema"]["fields"]):
        yield from _faults_by_cell(file, table, field.name, functools.partial(_forbidden, field.create_cell_reader(), described))
        if field.constraints.get("unique") or field.name in schema.primary_key:
            yield from _repeated(file, table, field.name)
    for key in schema.foreign_keys:
        column, = key["fields"]
        target, = key["reference"]["fields"]
        name = key["reference"]["resource"]
        if name in tables:
            known = {"", *tables[name].column(target)}
            yield from _key_faults(file, table, column, known, f"{name}.csv", lambda cell: [cell])


def _forbidden(judge: Callable, field: dict, cell: str) -> Iterator[str]:
    """What Frictionless says against a cell, in our words."""
    if judge(cell)[1]:
        yield f"{_shown(cell) + ' is not allowed' if cell else 'is empty'}; allowed: {allowed(field)}"


def _repeated(file: str, table: Table, column: str) -> Iterator[Fault]:
    seen = set()
    for number, cell in zip(table.numbers, table.column(column)):
        if cell and cell in seen:
            yield Fault(file, number, column, f"{_shown(cell)} stands in an earlier row too; every value must be unique")
        seen.add(cell)


def allowed(field: dict, pattern: bool = True) -> str:
    """What a cell of this field may hold, in words a person can act on.

    pattern: whether to spell out a regular expression beside its example.
    """
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
        parts.append(f"text{example}" + (f" that matches {constraints['pattern']}" if pattern or not example else ""))
    else:
        parts.append("plain text")
    for bound, words in (("minimum", "from {}"), ("maximum", "to {}"), ("maxLength", "of at most {} characters")):
        if bound in constraints:
            parts.append(words.format(constraints[bound]))
    return " ".join(parts)


def _shown(cell: object) -> str:
    text = str(cell if cell is not None else "")
    return f"'{printable(text if len(text) <= MAX_CELL_SHOWN else text[:MAX_CELL_SHOWN] + '...')}'"


def _faults_by_cell(file: str, table: Table, column: str, problems: Callable[[str], Iterable[str]]) -> Iterator[Fault]:
    """Faults that depend on the cell alone, so that each distinct cell is looked at once."""
    cells = table.column(column)
    found = {cell: list(problems(cell)) for cell in set(cells)}
    if any(found.values()):
        for number, row, cell in zip(table.numbers, table.rows, cells):
            if table.whole(row):
                for problem in found[cell]:
                    yield Fault(file, number, column, problem)


def _unseen(text: str) -> str | None:
    """The first character that a reader cannot see, or cannot tell from a space."""
    if text.isascii() and text.isprintable():
        return None
    return next((ch for ch in text if ch in UNSEEN or (ch != " " and unicodedata.category(ch) in UNSEEN_CATEGORIES)), None)


def _cell_problems(field: dict, cell: str) -> Iterator[str]:
    """What holds for any cell: clean characters, no markup, lists from their vocabulary."""
    if not cell:
        return
    if len(cell) > MAX_CELL:
        yield f"has {len(cell):,} characters; at most {MAX_CELL:,}"
        return
    if unseen := _unseen(cell):
        yield f"holds the invisible character U+{ord(unseen):04X}; remove it"
    if unicodedata.normalize("NFC", cell) != cell:
        yield f"{_shown(cell)} is not in Unicode form NFC; type the letters anew"
    if cell != cell.strip():
        yield f"{_shown(cell)} has white space at its ends; remove it"
    form = {"date": DATE, "number": NUMBER}.get(field["type"])
    if form:
        if not form.fullmatch(cell):
            yield f"{_shown(cell)} is not allowed; allowed: {allowed(field)}"
        return
    if FORMULA.search(cell):
        yield f"{_shown(cell)} starts a spreadsheet formula, or may; begin with a letter or digit, also after a comma or semicolon"
    is_text = "pattern" not in field.get("constraints", {}) and "vocabulary" not in field
    if is_text and (found := MARKUP.search(cell)):
        yield f"holds {found.group()!r}; plain text only, without markup or addresses"
    if "listSeparator" in field:
        yield from _list_problems(field, cell)


def _reference_faults(references: dict) -> Iterator[Fault]:
    """What a source must not hold: pages link to its address, and print the rest."""
    for key, entry in references.items():
        fields = {name: str(value) for name, value in entry.fields.items()}
        problems = []
        if not fields.get("title"):
            problems.append("has no title")
        for name, form in (("url", WEB_ADDRESS), ("doi", DOI)):
            if name in fields and not form.fullmatch(fields[name]):
                problems.append(f"{name} {_shown(fields[name])} is not allowed; allowed: {'an address with http or https' if name == 'url' else 'a DOI as 10.1234/abc'}")
        for name, text in fields.items():
            if unseen := _unseen(text):
                problems.append(f"{name} holds the invisible character U+{ord(unseen):04X}; remove it")
            if found := re.search(r"[<>\\]", text):
                problems.append(f"{name} holds {found.group()!r}; plain text only, without markup or commands")
        for problem in problems:
            yield Fault(BIBLIOGRAPHY, None, None, f"{key}: {problem}")


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
            yield Fault(file, number, "event_id", f"{_shown(row['event_id'])} does not begin with the year of start {_shown(row['start'])}")
        key = (row["start"], row["event_id"])
        if key < previous:
            yield Fault(file, number, "start", f"{_shown(row['start'])} stands after {_shown(previous[0])}; sort by start, then event_id")
        previous = key


def _place_faults(places: Table) -> Iterator[Fault]:
    for number, row in places.records():
        if bool(row["latitude"]) != bool(row["longitude"]):
            empty = "longitude" if row["latitude"] else "latitude"
            yield Fault("places.csv", number, empty, "is empty; a place has both coordinates, or none and a note that says why")
        elif not row["latitude"] and not row["note"]:
            yield Fault("places.csv", number, "note", "is empty; say why the place has no coordinates")


def _claim_faults(claims: Table) -> Iterator[Fault]:
    """Rules between the cells of one claim, and the order of the article: its paragraphs, and in each its notes."""
    file = "claims.csv"
    previous = (0, 0)
    for number, row in claims.records():
        if not row["claim_id"].startswith(f"{row['paragraph'].lower()}-"):
            yield Fault(file, number, "claim_id", f"{_shown(row['claim_id'])} does not begin with its paragraph {_shown(row['paragraph'])}")
        for column in ("against_own_list", "against_record"):
            if (row["kind"] == "position") != (row[column] == "contested"):
                yield Fault(file, number, column, f"{_shown(row[column])} is not allowed; a position is contested, and nothing else is")
        paragraph = int(row["paragraph"][1:]) if re.fullmatch(r"P[0-9]{1,3}", row["paragraph"]) else 0
        note = int(found.group()) if (found := re.search(r"[0-9]{1,3}", row["notes"])) else 0
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


def _key_faults(file: str, table: Table, column: str, known: Collection[str], where: str, items: Callable = _items) -> Iterator[Fault]:
    def problems(cell: str) -> Iterator[str]:
        for key in items(cell):
            if key not in known:
                yield f"{_shown(key)} is not in {where}; add it there or mend the key"

    return _faults_by_cell(file, table, column, problems)
