"""Validate a data folder against its own descriptor, and beyond it.

What a cell may hold is judged by Frictionless from ``datapackage.json``: the
published schema is the schema that runs. Each distinct cell of a column is
judged once, so a record a thousand times as long is still checked in seconds.
What a table schema cannot say is checked here, rule by rule.
"""

from __future__ import annotations

import functools
from pathlib import Path

from rapprochement.data.files import (
    BIBLIOGRAPHY,
    COASTLINES,
    DESCRIPTOR,
    DataError,
    load_coastlines,
    read_references,
    table_fields,
)
from rapprochement.data.rows import claim_faults, event_faults, place_faults, reference_faults, verdict_faults
from rapprochement.data.schema import as_frictionless, cell_problems, header_faults, read_descriptor, schema_faults
from rapprochement.data.tables import Fault, Unreadable, count_rows, faults_by_cell, key_faults, read_cells, read_text

MAX_FAULTS = 1000


def find_faults(folder: Path, verdicts: bool = True) -> list[Fault]:
    """The faults of a data folder, in the order of file and row; an empty list means valid.

    verdicts: False leaves out whether the verdicts of the claims are those that
    their checks compute, which is most of the work, for a caller who knows.
    Of more than :data:`MAX_FAULTS` only the first are listed, and the number of
    the rest. A row number counts the header as row 1, as an editor does. Never
    raises on bad input.
    """
    try:
        descriptor = read_descriptor(folder)
    except DataError as error:
        return [Fault(DESCRIPTOR, None, None, str(error))]
    resources = {r["name"]: r for r in descriptor["resources"]}
    read = {name: read_cells(folder / resource["path"]) for name, resource in resources.items()}
    unreadable = [found for found in read.values() if isinstance(found, Fault)]
    references = {}
    try:
        read_text(folder / BIBLIOGRAPHY)
        references = read_references(folder / BIBLIOGRAPHY)
    except Unreadable as error:
        unreadable.append(error.fault)
    except DataError as error:
        unreadable.append(Fault(BIBLIOGRAPHY, None, None, str(error)))
    try:
        load_coastlines(folder)
    except DataError as error:
        unreadable.append(Fault(COASTLINES, None, None, str(error)))
    if unreadable:
        return unreadable
    faults = list(reference_faults(references))
    tables = {}
    for name, table in read.items():
        header = header_faults(resources[name], table)
        faults += header
        if not header:
            tables[name] = table
    for resource in as_frictionless(descriptor, folder).resources:
        if resource.name in tables:
            faults += schema_faults(resources[resource.name], resource.schema, tables)
    for name, table in tables.items():
        for field in table_fields(descriptor, name):
            problems = functools.partial(cell_problems, field)
            faults += faults_by_cell(resources[name]["path"], table, field["name"], problems)
    if "events" in tables:
        faults += event_faults(tables["events"])
        faults += key_faults("events.csv", tables["events"], "sources", references, BIBLIOGRAPHY)
    if "places" in tables:
        faults += place_faults(tables["places"])
    if "claims" in tables:
        faults += key_faults("claims.csv", tables["claims"], "sources", references, BIBLIOGRAPHY)
        if "events" in tables:
            event_ids = set(tables["events"].column("event_id"))
            faults += key_faults("claims.csv", tables["claims"], "events", event_ids, "events.csv")
        faults += claim_faults(tables["claims"])
    if verdicts and not faults and tables["claims"].rows:
        # The checks compute on frames, which only sound rows can fill.
        faults += verdict_faults(folder, tables["claims"])
    order = {resource["path"]: i for i, resource in enumerate(resources.values())}
    faults = sorted(set(faults), key=lambda f: (order.get(f.file, 99), f.row or 0, f.column or "", f.problem))
    if len(faults) > MAX_FAULTS:
        rest = Fault(folder.name, None, None, f"{len(faults) - MAX_FAULTS:,} more faults are not listed; mend these first")
        return [*faults[:MAX_FAULTS], rest]
    return faults


def summary(folder: Path) -> str:
    """One line of counts for a valid folder."""
    descriptor = read_descriptor(folder)
    counts = [f"{count_rows(folder / r['path'])} {r['name']}" for r in descriptor["resources"]]
    counts.append(f"{len(read_references(folder / BIBLIOGRAPHY))} sources")
    return f"{folder}: valid, version {descriptor['version']}: {', '.join(counts)}"
