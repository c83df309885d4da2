"""What ``datapackage.json`` says of the tables, and the cells that it forbids; judged by Frictionless."""

from __future__ import annotations

import functools
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from rapprochement.data.alphabets import read_aright
from rapprochement.data.files import DESCRIPTOR, SEPARATOR, DataError
from rapprochement.data.tables import Fault, Table, Unreadable, faults_by_cell, in_order, key_faults, letter, read_text, shown

MARKUP = re.compile(r"[<>`*_\[\]{}|\\]|https?://")
# Also after a semicolon or a comma, where a spreadsheet may begin a cell, and in full width.
FORMULA = re.compile(r"(^|[;,])\s*[=+@＝＋＠－-]")
LOST_LETTER = re.compile(r"\w*[^\W\d_]\?+[^\W\d_]\w*")
DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
# Letters, marks and symbols by their category, but nothing to see by their shape,
# and the mark of a letter that was lost on the way.
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\ufffd") | {chr(code) for code in range(0xFE00, 0xFE10)}
UNSEEN_CATEGORIES = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs")
# What R, pandas and databases write for an empty cell.
ABSENT = frozenset(("NA", "N/A", "#N/A", "NaN", "nan", "NaT", "None", "NULL", "null", "<NA>"))
MAX_CELL = 2000
# Tables that the rules beyond the schema compare.
NEEDED = ("events", "places", "names", "claims", "evidence", "outlets")


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
                "sortedBy": _TEXTS,
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


def read_descriptor(folder: Path) -> dict:
    _import_validators()
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    path = folder / DESCRIPTOR
    if not path.is_file():
        if any(folder.glob("*.csv")):
            raise DataError(f"is missing in {folder}; restore it, it holds the schema")
        raise DataError(f"is not in {folder.resolve()}, so this is no data folder of the book; go to the folder of the book, or name its data folder")
    try:
        descriptor = json.loads(read_text(path))
        json.dumps(descriptor, ensure_ascii=False).encode()  # half a character, written as an escape, has no bytes
    except Unreadable as error:
        raise DataError(error.fault.problem) from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"is not readable JSON ({error}); restore it") from None
    judge = Draft202012Validator(DESCRIPTOR_SHAPE, format_checker=Draft202012Validator.FORMAT_CHECKER)
    problem = best_match(judge.iter_errors(descriptor))
    if problem:
        said = problem.message if len(problem.message) < 200 else f"{problem.message[:200]}..."
        raise DataError(f"{problem.json_path.lstrip('$.') or 'the whole'}: {said}")
    names = [resource["name"] for resource in descriptor["resources"]]
    if len(set(names)) < len(names) or not set(NEEDED) <= set(names):
        raise DataError(f"needs the tables {', '.join(NEEDED)}, each table once; restore it")
    try:
        datetime.fromisoformat(descriptor["created"])
    except ValueError:
        raise DataError(f"created: {shown(descriptor['created'])} is no date and time") from None
    fields = {resource["name"]: {field["name"] for field in resource["schema"]["fields"]} for resource in descriptor["resources"]}
    for resource in descriptor["resources"]:
        known = fields[resource["name"]]
        if len(known) < len(resource["schema"]["fields"]):
            raise DataError(f"{resource['name']}: two fields have one name")
        for key in resource["schema"].get("foreignKeys", []):
            target = fields.get(key["reference"]["resource"], set())
            if not (set(key["fields"]) <= known and set(key["reference"]["fields"]) <= target):
                raise DataError(f"{resource['name']}: a foreign key names a field or a table that does not exist")
        if not {*resource["schema"]["primaryKey"], *resource["schema"].get("sortedBy", [])} <= known:
            raise DataError(f"{resource['name']}: the primary key or the order names a field that does not exist")
    as_frictionless(descriptor)
    return descriptor


def as_frictionless(descriptor: dict):
    """The descriptor as Frictionless understands it; raises DataError if it does not."""
    return _package_of(json.dumps(descriptor))


@functools.lru_cache(maxsize=4)
def _package_of(descriptor: str):
    from frictionless import FrictionlessException, Package

    try:
        return Package.from_descriptor(json.loads(descriptor))
    except FrictionlessException as error:
        raise DataError(f"is not a Frictionless Data Package ({error.error.message})") from None


def header_faults(resource: dict, table: Table) -> list[Fault]:
    expected = [field["name"] for field in resource["schema"]["fields"]]
    if table.header == expected:
        return []
    missing = [name for name in expected if name not in table.header]
    surplus = [(at, name) for at, name in enumerate(table.header) if name not in expected or name in table.header[:at]]
    faults = [(name, "is missing", "") for name in missing]
    faults += [(shown(name) if name else "without a name", "is unknown or stands twice", letter(at)) for at, name in surplus]
    place, what, where = (faults or [(None, "the columns are in another order", "")])[0]
    return [Fault(resource["path"], 1, place, f"{what}; the header must be exactly: {','.join(expected)}", letter=where)]


def schema_faults(resource: dict, schema, tables: dict[str, Table]) -> Iterator[Fault]:
    """What the schema of one table forbids: rows of another length, cells, repeated keys, keys that lead nowhere."""
    file, table = resource["path"], tables[resource["name"]]
    for number, row in zip(table.numbers, table.rows):
        if not any(row):
            yield Fault(file, number, None, "is blank; delete the row")
        elif len(row) < len(table.header):
            yield Fault(file, number, table.header[len(row)], "the row ends before this column; give every row a cell for every column")
        elif len(row) > len(table.header):
            yield Fault(file, number, None, f"has a cell {shown(row[len(table.header)])} too many; quote a text that holds a comma")
    for field, described in zip(schema.fields, resource["schema"]["fields"]):
        yield from faults_by_cell(file, table, field.name, functools.partial(_forbidden, field.create_cell_reader(), described))
        if field.constraints.get("unique") or schema.primary_key == [field.name]:
            yield from _repeated(file, table, [field.name])
    if len(schema.primary_key) > 1:
        yield from _repeated(file, table, schema.primary_key)
    for key in schema.foreign_keys:
        column, = key["fields"]
        target, = key["reference"]["fields"]
        name = key["reference"]["resource"]
        if name in tables:
            known = {"", *tables[name].column(target)}
            yield from key_faults(file, table, column, known, f"{name}.csv", lambda cell: [cell])


def _forbidden(judge: Callable, field: dict, cell: str) -> Iterator[str]:
    """What Frictionless says against a cell, in our words."""
    if judge(cell)[1]:
        yield f"{shown(cell) + ' is not allowed' if cell else 'is empty'}; allowed: {allowed(field)}"


def _repeated(file: str, table: Table, columns: list[str]) -> Iterator[Fault]:
    what = "value" if len(columns) == 1 else f"row must have a {' and '.join(columns)} that no other has"
    seen = set()
    for number, cells in zip(table.numbers, zip(*map(table.column, columns))):
        if all(cells) and cells in seen:
            yield Fault(file, number, columns[-1], f"{shown(' '.join(cells))} stands in an earlier row too; every {what}{' must be unique' if len(columns) == 1 else ''}")
        seen.add(cells)


def disordered(file: str, table: Table, by: list[str], key: list[str]) -> Iterator[Fault]:
    """Rows that stand after one that they belong before."""
    rule = ", then ".join(by) + ("" if set(key) <= set(by) else ", then in the order of reading")
    previous: tuple = ()
    for number, row, cell, *place in zip(table.numbers, table.rows, table.column(by[0]), *(table.column_as(in_order, name) for name in by)):
        if not table.whole(row):
            continue
        if previous and place < previous[0]:
            yield Fault(file, number, by[0], f"{shown(cell)} stands after {shown(previous[1])}; sort by {rule}")
        previous = place, cell


def allowed(field: dict, described: bool = True) -> str:
    """What a cell of this field may hold, in words a person can act on.

    described: whether to say beside an example what it is an example of.
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
        parts.append(f"text such as {field['example']}" if "example" in field else "text of a fixed form")
        if described:
            parts.append(f"({field['description'].rstrip('.')})")
    else:
        parts.append("plain text")
    for bound, words in (("minimum", "from {}"), ("maximum", "to {}"), ("maxLength", "of at most {} characters")):
        if bound in constraints:
            parts.append(words.format(constraints[bound]))
    return " ".join(parts)


def unseen(text: str) -> str | None:
    """The first character that a reader cannot see, or cannot tell from a space."""
    if text.isascii() and text.isprintable():
        return None
    return next((ch for ch in text if ch in UNSEEN or (ch != " " and unicodedata.category(ch) in UNSEEN_CATEGORIES)), None)


def named(character: str) -> str:
    """A character that cannot be shown, by name and number."""
    return f"{unicodedata.name(character, 'a control character').lower()} (U+{ord(character):04X})"


def after(cell: str, character: str) -> str:
    """Where in a cell a character stands, in words."""
    before = cell[: cell.index(character)].rstrip()
    return f"after {shown(before[-20:])}" if before else "at the beginning"


def cell_problems(field: dict, cell: str) -> Iterator[str]:
    """What holds for any cell: clean characters, no markup, lists from their vocabulary."""
    if not cell:
        return
    if len(cell) > MAX_CELL:
        yield f"has {len(cell):,} characters; at most {MAX_CELL:,}"
        return
    if cell in ABSENT and cell not in field.get("vocabulary", ()):
        yield f"{shown(cell)} is what a program writes for an empty cell; leave it empty"
    if hidden := unseen(cell):
        yield f"holds an invisible character, {named(hidden)}, {after(cell, hidden)}; remove it"
    if (aright := read_aright(cell)) != cell:
        yield f"{shown(cell)} was read in another alphabet than it was written in, and should be {shown(aright)}; write it so"
    if unicodedata.normalize("NFC", cell) != cell:
        yield f"{shown(cell)} is not in Unicode form NFC; type the letters anew"
    if cell != cell.strip():
        yield f"{shown(cell)} has white space at its ends; remove it"
    form = {"date": DATE, "number": NUMBER}.get(field["type"])
    if form:
        if not form.fullmatch(cell):
            yield f"{shown(cell)} is not allowed; allowed: {allowed(field)}"
        return
    if FORMULA.search(cell):
        yield f"{shown(cell)} starts a spreadsheet formula, or may; begin with a letter or digit, also after a comma or semicolon"
    is_text = "pattern" not in field.get("constraints", {}) and "vocabulary" not in field
    if is_text and (found := LOST_LETTER.search(cell)):
        yield f"{shown(found.group())} has a question mark where a letter was lost, as when Excel saves in an old alphabet; write the letter"
    if is_text and (found := MARKUP.search(cell)):
        yield f"holds {found.group()!r}; plain text only, without markup or addresses"
    if "listSeparator" in field:
        yield from _list_problems(field, cell)


REMEMBERED = 1 << 14  # cells of a field


@functools.lru_cache(maxsize=512)
def problems_of(field: str) -> Callable[[str], tuple[str, ...]]:
    """What judges the cells of a field, given as JSON: who edits one cell has the others judged again and again."""
    described = json.loads(field)
    return functools.lru_cache(maxsize=REMEMBERED)(lambda cell: tuple(cell_problems(described, cell)))


def _list_problems(field: dict, cell: str) -> Iterator[str]:
    vocabulary = field.get("vocabulary")
    for item in cell.split(SEPARATOR):
        if item != item.strip() or not item:
            yield f"{shown(cell)} has an empty or padded item; separate items by ';' alone"
        elif vocabulary and item not in vocabulary:
            yield f"{shown(item)} is not allowed; allowed: {allowed(field)}"
