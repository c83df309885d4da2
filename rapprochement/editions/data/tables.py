"""The tables in other forms: CSV for spreadsheets, one JSON file, one SQLite database, the dictionary of columns.

A cell that holds several values is a list in JSON, and in SQLite rows of a
table of its own besides. The same tables give the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapprochement.counting import CONTACT_KINDS
from rapprochement.data.files import FORMAT, SEPARATOR, UTF8_WITH_MARK
from rapprochement.editions.web.citing import Work, of_the_data

# SQLite writes its own version into a file; one and the same there gives the same bytes everywhere.
WRITTEN_BY = slice(96, 100)
SOURCES = "sources"
DICTIONARY_COLUMNS = ("table", "column", "title", "type", "list", "required", "values", "description")


@dataclass(frozen=True)
class Table:
    """A table of the data package as text, with what its descriptor says."""

    name: str
    path: str
    fields: list[dict]
    key: list[str]
    rows: list[list[str]]

    @property
    def header(self) -> list[str]:
        return [field["name"] for field in self.fields]

    @property
    def lists(self) -> list[str]:
        """The columns that hold several values."""
        return [field["name"] for field in self.fields if "listSeparator" in field]

    def records(self) -> Iterable[dict[str, str]]:
        return (dict(zip(self.header, row)) for row in self.rows)


def read(folder: Path, metadata: Mapping) -> list[Table]:
    """Every table of a valid data folder, in the order of the data package."""
    found = []
    for resource in metadata["resources"]:
        with (folder / resource["path"]).open(encoding=UTF8_WITH_MARK, newline="") as file:
            _, *rows = csv.reader(file)
        found.append(Table(resource["name"], resource["path"], resource["schema"]["fields"], resource["schema"]["primaryKey"], rows))
    return found


def about(metadata: Mapping, work: Work) -> dict[str, Any]:
    """What the files say of themselves."""
    return {
        "title": metadata["title"],
        "format": FORMAT,
        "version": metadata["version"],
        "date": metadata["created"][:10],
        "licence": metadata["licenses"][0]["name"],
        "licence_address": metadata["licenses"][0]["path"],
        "citation": of_the_data(work)["Plain text"],
    }


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table that leaves the book by itself, so with the mark that Excel on Windows needs."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue().encode(UTF8_WITH_MARK)


def third_parties(read: Sequence[Table]) -> tuple[list[str], list[list[str]]]:
    """Header and rows of the third parties, one row for each with its role in an event: a spreadsheet counts rows, not the values in a cell."""
    events = next(table for table in read if table.name == "events")
    kept = ["event_id", "start", "end", "kind", "track", "level"]
    rows = [
        [*(event[name] for name in kept), party, role]
        for event in events.records()
        for party, role in zip(_items(event["mediators"]), _items(event["mediator_roles"]))
    ]
    return [*kept, "third_party", "role"], rows


def dictionary(metadata: Mapping) -> tuple[Sequence[str], list[list[str]]]:
    """Header and rows of the data dictionary: a row for each column of each table."""
    return DICTIONARY_COLUMNS, [
        [
            resource["name"], field["name"], field["title"], field["type"],
            *("yes" if told else "no" for told in ("listSeparator" in field, field.get("constraints", {}).get("required", False))),
            SEPARATOR.join(field.get("vocabulary") or field.get("constraints", {}).get("enum") or []),
            field["description"],
        ]
        for resource in metadata["resources"]
        for field in resource["schema"]["fields"]
    ]


def as_json(read: Sequence[Table], works: Sequence[Mapping[str, str]], facts: Mapping) -> bytes:
    """All tables as lists of objects: a list where a cell holds several values, a number where it holds one, text elsewhere."""
    content = {
        **facts,
        "tables": {table.name: [{field["name"]: _value(field, cell) for field, cell in zip(table.fields, row)} for row in table.rows] for table in read},
        SOURCES: works,
    }
    return (json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def as_sqlite(read: Sequence[Table], works: Sequence[Mapping[str, str]], facts: Mapping) -> bytes:
    """All tables as a database: cells as the CSV has them, NULL where one is empty; for each column of lists a table ``<table>_<column>``."""
    base = sqlite3.connect(":memory:", isolation_level=None)
    base.execute("PRAGMA page_size = 4096")
    base.execute("BEGIN")
    _fill(base, "about", ["name", "value"], [[name, str(value)] for name, value in facts.items()], ["name"])
    for table in read:
        name = table.name.replace("-", "_")  # a name that SQL takes without quotation marks
        numbers = [field["name"] for field in table.fields if field["type"] == "number"]
        _fill(base, name, table.header, table.rows, table.key, numbers)
        for column in table.lists:
            at, keys = table.header.index(column), [table.header.index(name) for name in table.key]
            rows = [
                [*(row[key] for key in keys), place, item]
                for row in table.rows for place, item in enumerate(_items(row[at]), start=1)
            ]
            _fill(base, f"{name}_{column}", [*table.key, "place_in_list", "value"], rows, [*table.key, "place_in_list"])
    _fill(base, SOURCES, list(works[0]), [list(each.values()) for each in works], ["source"])
    kinds = ", ".join(f"'{kind}'" for kind in CONTACT_KINDS)
    base.execute(f"CREATE VIEW contacts AS SELECT * FROM events WHERE kind IN ({kinds})")
    base.execute(
        "CREATE VIEW third_parties AS SELECT event_id, events.start, events.end, kind, track, level, parties.value AS third_party, roles.value AS role"
        " FROM events JOIN events_mediators AS parties USING (event_id) JOIN events_mediator_roles AS roles USING (event_id, place_in_list)"
    )
    base.execute("COMMIT")
    content = bytearray(base.serialize())
    base.close()
    content[WRITTEN_BY] = (3_040_000).to_bytes(4, "big")
    return bytes(content)


def _fill(base: sqlite3.Connection, name: str, columns: Sequence[str], rows: Iterable[Sequence], key: Sequence[str], numbers: Sequence[str] = ()) -> None:
    kinds = {"place_in_list": "INTEGER", **dict.fromkeys(numbers, "REAL")}
    declared = ", ".join(f'"{column}" {kinds.get(column, "TEXT")}' for column in columns)
    named = ", ".join(f'"{column}"' for column in key)
    base.execute(f'CREATE TABLE "{name}" ({declared}, PRIMARY KEY ({named})) WITHOUT ROWID')
    base.executemany(f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})', ([None if cell == "" else cell for cell in row] for row in rows))


def _items(cell: str) -> list[str]:
    return cell.split(SEPARATOR) if cell else []


def _value(field: Mapping, cell: str) -> Any:
    if "listSeparator" in field:
        return _items(cell)
    if field["type"] == "number":
        return (int(cell) if cell.isdigit() else float(cell)) if cell else None
    return cell
