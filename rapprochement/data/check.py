"""Validate a data folder against its own descriptor, and beyond it.

What a cell may hold is judged by Frictionless from ``datapackage.json``: the
published schema is the schema that runs. Each distinct cell of a column is
judged once, so a record a thousand times as long is still checked in seconds.
What a table schema cannot say is checked here, rule by rule.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import json
from collections.abc import Iterator
from pathlib import Path

from rapprochement.data.files import (
    BIBLIOGRAPHY,
    COASTLINES,
    DESCRIPTOR,
    DataError,
    load_coastlines,
    read_references,
    read_table,
    table_fields,
)
from rapprochement.data.rows import claim_faults, event_faults, evidence_faults, name_faults, outlet_faults, place_faults, reference_faults, route_faults, verdict_faults
from rapprochement.data.schema import REMEMBERED, as_frictionless, cell_problems, disordered, header_faults, problems_of, read_descriptor, schema_faults
from rapprochement.data.tables import Fault, Table, Unreadable, by_cause, count_rows, faults_by_cell, key_faults, read_cells, read_text, with_letters
from rapprochement.data.tidy import Tidied, causes, tidied_tables
from rapprochement.provenance import MEASURED, supported_shares

MAX_FAULTS = 1000


@contextlib.contextmanager
def _rare_search_for_garbage() -> Iterator[None]:
    """A long record makes many small objects and no circles of them; looking for circles takes a fifth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@_rare_search_for_garbage()
def find_faults(folder: Path, verdicts: bool = True) -> list[Fault]:
    """The faults of a data folder, in the order of file and row; an empty list means valid.

    verdicts: False leaves out whether the verdicts of the claims are those that
    their checks compute, which is most of the work, for a caller who knows.
    Of more than :data:`MAX_FAULTS` only the first are listed, and the number of
    the rest. What has one cause is one fault, and what :mod:`tidy` mends names it.
    A row number counts the header as row 1, as a spreadsheet does. Never raises
    on bad input.
    """
    try:
        descriptor = read_descriptor(folder)
    except DataError as error:
        return [Fault(DESCRIPTOR, None, None, str(error))]
    resources = {r["name"]: r for r in descriptor["resources"]}
    read = {name: read_cells(folder / resource["path"]) for name, resource in resources.items()}
    package = as_frictionless(descriptor)
    faults = _judge(folder, descriptor, package, read)
    if verdicts and not faults and read["claims"].rows:
        faults = list(verdict_faults(folder, read["claims"]))  # computed on frames, which only sound rows can fill
    elif faults:
        # Judged again as tidy would write the tables, so that what it mends is told once, and hides nothing.
        known = {name: table for name, table in read.items() if isinstance(table, Table) and not header_faults(resources[name], table)}
        # A file that cannot be read ends the judging, and then no table is known to be sound.
        paths, faulty = {resource["path"] for resource in resources.values()}, {fault.file for fault in faults}
        sound = {name for name in known if resources[name]["path"] not in faulty} if faulty <= paths and len(known) == len(read) else set()
        tidied = dict(zip(resources, tidied_tables(descriptor, folder, known, sound)))
        mendable = {name: causes(each, folder, descriptor) for name, each in tidied.items()}
        if any(mendable.values()) or any(each.faults for each in tidied.values()):
            read = {name: tidied[name].table or table for name, table in read.items()}
            faults = [fault for found in mendable.values() for fault in found] + _not_said_yet(_judge(folder, descriptor, package, read), tidied)
    headers = {resources[name]["path"]: table.header for name, table in read.items() if isinstance(table, Table)}
    faults = with_letters(by_cause(faults, headers), headers)
    order = {resource["path"]: i for i, resource in enumerate(resources.values())}
    faults = sorted(set(faults), key=lambda f: (order.get(f.file, 99), f.row or 0, f.column or "", f.problem))
    if len(faults) > MAX_FAULTS:
        rest = Fault(folder.name, None, None, f"{len(faults) - MAX_FAULTS:,} more faults are not listed; mend these first")
        return [*faults[:MAX_FAULTS], rest]
    return faults


def find_wrong_verdicts(folder: Path) -> list[Fault]:
    """Of a folder that has no other fault, the verdicts that are not those that their checks compute."""
    claims = read_cells(folder / "claims.csv")
    return with_letters(verdict_faults(folder, claims), {"claims.csv": claims.header})


def _judge(folder: Path, descriptor: dict, package, read: dict[str, Table | Fault]) -> list[Fault]:
    """What is wrong with the tables, given as they were read, and with the files beside them."""
    resources = {r["name"]: r for r in descriptor["resources"]}
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
    for resource in package.resources:
        if resource.name in tables:
            faults += schema_faults(resources[resource.name], resource.schema, tables)
    sound = {}
    for name, table in tables.items():
        file, schema = resources[name]["path"], resources[name]["schema"]
        for field in table_fields(descriptor, name):
            # A long table would push what was judged out of memory before it is asked for again.
            problems = problems_of(json.dumps(field)) if len(table.rows) < REMEMBERED else functools.partial(cell_problems, field)
            faults += faults_by_cell(file, table, field["name"], problems)
        # A date that cannot be read would be reported again by each rule that compares it.
        compared = {field["name"] for field in table_fields(descriptor, name) if field["type"] != "string"}
        sound[name] = table.without({fault.row for fault in faults if fault.file == file and fault.column in compared})
        if "sortedBy" in schema:
            faults += disordered(file, sound[name], schema["sortedBy"], schema["primaryKey"])
    if "events" in tables:
        faults += event_faults(sound["events"])
        faults += key_faults("events.csv", tables["events"], "sources", references, BIBLIOGRAPHY)
    if "evidence" in tables:
        faults += key_faults("evidence.csv", tables["evidence"], "source", references, BIBLIOGRAPHY)
    if "outlets" in tables:
        faults += outlet_faults(tables["outlets"], references)
    if {"events", "evidence", "outlets"} <= tables.keys():
        faults += evidence_faults(tables["events"], tables["evidence"], tables["outlets"], references)
    if "places" in tables:
        faults += place_faults(sound["places"])
        if "names" in tables:
            faults += name_faults(tables["names"], tables["places"])
    if {"events", "places", "routes"} <= tables.keys():
        faults += key_faults("routes.csv", tables["routes"], "sources", references, BIBLIOGRAPHY)
        faults += key_faults("routes.csv", tables["routes"], "events", set(tables["events"].column("event_id")), "events.csv")
        faults += key_faults("routes.csv", tables["routes"], "course", set(tables["places"].column("place_id")), "places.csv")
        faults += route_faults(tables["routes"], sound["places"])
    if "claims" in tables:
        faults += key_faults("claims.csv", tables["claims"], "sources", references, BIBLIOGRAPHY)
        if "events" in tables:
            event_ids = set(tables["events"].column("event_id"))
            faults += key_faults("claims.csv", tables["claims"], "events", event_ids, "events.csv")
        faults += claim_faults(tables["claims"])
    return faults


def _not_said_yet(faults: list[Fault], tidied: dict[str, Tidied]) -> list[Fault]:
    """The faults for which tidy leaves a file alone, and the others less what is another word for them."""
    refused = [fault for each in tidied.values() for fault in each.faults]
    cells = {(fault.file, fault.row, fault.column) for fault in refused}
    files = {each.file for each in tidied.values() if not each.table}
    return refused + [fault for fault in faults if fault.file not in files and (fault.file, fault.row, fault.column) not in cells]


def summary(folder: Path) -> list[str]:
    """Of a valid folder a line of counts, and one that tells in how many events sources support the cells that some lack."""
    descriptor = read_descriptor(folder)
    # A name that is no plural counts rows: 954 evidence rows.
    counts = [f"{count_rows(folder / r['path'])} {r['name']}{'' if r['name'].endswith('s') else ' rows'}" for r in descriptor["resources"]]
    counts.append(f"{len(read_references(folder / BIBLIOGRAPHY))} sources")
    shares = supported_shares(read_table("events", folder), read_table("evidence", folder)).set_index("facet")["share"]
    supports = ", ".join(f"{name} in {shares[facet]:.1%}" for facet, name in MEASURED.items())
    return [
        f"{folder}: valid, version {descriptor['version']}: {', '.join(counts)}",
        f"{folder}: supported by a source where the row has them: {supports}",
    ]
