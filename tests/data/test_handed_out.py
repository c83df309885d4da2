"""What the book hands out is what its tables hold, in every form; and what its page says of each tool is what the tool answers."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import frictionless
import jsonschema
import pytest
import rispy
from conftest import ROOT
from pybtex.database import parse_string

from rapprochement import load_places, measures
from rapprochement.article import article_end
from rapprochement.counting import contacts
from rapprochement.data.files import load_metadata, load_references
from rapprochement.editions import data
from rapprochement.editions.data.schema import event_schema
from rapprochement.editions.web.citing import Work

ABOUT = Work("The book", "Its authors", "1.2.3", "2026", "CC BY 4.0", "")
RESOURCES = {resource["name"]: resource for resource in load_metadata(ROOT / "data")["resources"]}
PAGE = (ROOT / "chapters" / "reference" / "data.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return data.files(ROOT / "data", ABOUT)


@pytest.fixture(scope="module")
def folder(files, tmp_path_factory) -> Path:
    """The files as somebody downloaded them."""
    target = tmp_path_factory.mktemp("downloaded")
    for name, content in files.items():
        (target / name).write_bytes(content)
    return target


@pytest.fixture(scope="module")
def base(folder) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{folder / data.SQLITE}?mode=ro", uri=True)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def in_repository(table: str) -> list[dict[str, str]]:
    return rows_of((ROOT / "data" / RESOURCES[table]["path"]).read_bytes())


def columns(table: str, kind: Callable[[dict], bool]) -> list[str]:
    return [field["name"] for field in RESOURCES[table]["schema"]["fields"] if kind(field)]


def lists(table: str) -> list[str]:
    return columns(table, lambda field: "listSeparator" in field)


def items(cell: str) -> list[str]:
    return cell.split(";") if cell else []


# --- The same in every form ----------------------------------------------------------


def test_every_file_on_offer_is_made_and_nothing_else(files):
    offered = [file.name for file in data.offered(load_metadata(ROOT / "data"))]
    assert sorted(files) == sorted(offered)


@pytest.mark.parametrize("table", RESOURCES)
def test_each_csv_holds_the_cells_of_its_table_and_opens_well_in_excel(files, table):
    content = files[RESOURCES[table]["path"]]
    assert content.startswith(b"\xef\xbb\xbf")
    assert rows_of(content) == in_repository(table)


def test_the_files_are_a_valid_data_package(folder):
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]


@pytest.mark.parametrize("table", RESOURCES)
def test_the_json_file_holds_each_cell(files, table):
    told = json.loads(files[data.JSON])["tables"][table]
    numbers = columns(table, lambda field: field["type"] == "number")

    def as_text(name: str, value) -> str:
        if name in lists(table):
            assert isinstance(value, list)
            return ";".join(value)
        if name in numbers:
            assert value is None or isinstance(value, (int, float))
            return "" if value is None else f"{value}"
        return value

    for row, record in zip(in_repository(table), told, strict=True):
        assert {name: as_text(name, value) for name, value in record.items()} == row


@pytest.mark.parametrize("table", RESOURCES)
def test_the_database_holds_each_cell_and_each_value_of_a_list(base, table):
    name, key = table.replace("-", "_"), RESOURCES[table]["schema"]["primaryKey"]
    numbers = columns(table, lambda field: field["type"] == "number")
    asked = base.execute(f"SELECT * FROM {name}")
    head = [column[0] for column in asked.description]
    stored = {tuple(row[head.index(each)] for each in key): dict(zip(head, row)) for row in asked}
    told = in_repository(table)
    assert len(stored) == len(told)
    for row in told:
        found = stored[tuple(row[each] for each in key)]
        assert {column: (float(cell) if column in numbers else cell) if cell else None for column, cell in row.items()} == found
    for column in lists(table):
        expected = [(*(row[each] for each in key), place, item) for row in told for place, item in enumerate(items(row[column]), start=1)]
        assert sorted(base.execute(f"SELECT * FROM {name}_{column}")) == sorted(expected)


def test_the_database_is_sound_and_tells_its_version(base):
    assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    about = dict(base.execute("SELECT name, value FROM about"))
    assert about["version"] == load_metadata(ROOT / "data")["version"]
    assert about["citation"].startswith("Its authors (2026). The book, data version 1.2.3.")


def test_third_parties_are_those_of_the_events_in_table_and_database(files, base):
    expected = [
        (event["event_id"], event["start"], event["kind"], party, role)
        for event in in_repository("events")
        for party, role in zip(items(event["mediators"]), items(event["mediator_roles"]), strict=True)
    ]
    told = [tuple(row[name] for name in ("event_id", "start", "kind", "third_party", "role")) for row in rows_of(files[data.THIRD_PARTIES])]
    assert told == expected
    assert sorted(base.execute("SELECT event_id, start, kind, third_party, role FROM third_parties")) == sorted(expected)


def test_the_contacts_of_the_database_are_those_of_the_book(base, events):
    assert {row[0] for row in base.execute("SELECT event_id FROM contacts")} == set(contacts(events)["event_id"])


def test_the_dictionary_has_every_column_with_its_meaning(files):
    told = {(row["table"], row["column"]): row for row in rows_of(files[data.DICTIONARY])}
    fields = {(name, field["name"]): field for name, resource in RESOURCES.items() for field in resource["schema"]["fields"]}
    assert told.keys() == fields.keys()
    for place, field in fields.items():
        row = told[place]
        assert (row["title"], row["type"], row["description"]) == (field["title"], field["type"], field["description"])
        assert (row["list"] == "yes") == ("listSeparator" in field)
        assert items(row["values"]) == (field.get("vocabulary") or field.get("constraints", {}).get("enum") or [])


def test_the_bibliography_is_the_same_as_bibtex_ris_json_and_in_the_database(files, base):
    sources = load_references(ROOT / "data")
    assert list(parse_string(files["references.bib"].decode(), "bibtex").entries) == list(sources)
    ris = {entry["id"]: entry for entry in rispy.loads(files[data.RIS].decode())}
    described = {each["source"]: each for each in json.loads(files[data.JSON])["sources"]}
    stored = {row[0]: row[1] for row in base.execute("SELECT source, title FROM sources")}
    assert list(ris) == list(described) == list(sources) and stored.keys() == described.keys()
    for key, source in sources.items():
        plain = {name: value.replace("{", "").replace("}", "") for name, value in source.fields.items()}
        entry = ris[key]
        assert entry.get("title", entry.get("primary_title")) == described[key]["title"] == stored[key] == plain["title"]
        assert (entry.get("urls") or [""])[0] == described[key]["url"] == plain.get("url", "")
        assert entry["year"] == plain["year"]
        assert len(entry["authors"]) == len(source.persons["author"])


def test_the_same_tables_give_the_same_bytes(files):
    assert data.files(ROOT / "data", ABOUT) == files


def test_the_schema_of_an_event_refuses_what_an_event_cannot_be():
    schema = event_schema(load_metadata(ROOT / "data"))
    jsonschema.Draft202012Validator.check_schema(schema)
    faults = {"/".join(map(str, error.path)) or error.message.split("'")[1] for error in jsonschema.Draft202012Validator(schema).iter_errors({"event_id": 7, "kind": "lunch"})}
    assert {"event_id", "kind", "start", "evidence", "format"} <= faults


# --- What the page shows of four tools --------------------------------------------------


def snippet(language: str) -> str:
    code, = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return code


@pytest.fixture(scope="module")
def answers(events) -> tuple[dict, dict, dict]:
    """The three questions of the page, answered by the measures of the book."""
    met = contacts(events)
    halves = measures.contacts_per_half_year(met, met["start"].min(), met["start"].max()).groupby("period_start")["contacts"].sum()
    per_half_year = {f"{start.year}-H{(start.month + 5) // 6}": int(count) for start, count in halves.items() if count}
    until = met[(met["track"] == "AM-AZ") & (met["start"] <= article_end(events))]
    mediators = measures.mediated(until).groupby("mediator")["event_id"].nunique().drop("no mediator")
    by_place = measures.contacts_by_place(met, load_places(ROOT / "data"))
    return per_half_year, mediators.to_dict(), {row.place: int(row.contacts) for row in by_place.itertuples()}


def test_python_answers_as_the_book_does(folder, answers):
    code = snippet("python") + "\nimport json\nprint('ANSWERS' + json.dumps([each.to_dict() for each in (per_half_year, mediators, met_in)]))\n"
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=folder, capture_output=True, text=True, timeout=120)
    assert not ran.returncode, ran.stderr
    assert tuple(json.loads(ran.stdout.partition("ANSWERS")[2])) == answers


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed; on Debian, apt-get install r-base-core")
def test_r_answers_as_the_book_does(folder, answers):
    told = 'cat("ANSWERS\\n"); for (each in list(per_half_year, mediators, met_in)) { write.csv(data.frame(each), row.names = FALSE); cat("\\n") }'
    ran = subprocess.run(["Rscript", "--vanilla", "-e", f"options(warn = 2)\n{snippet('r')}\n{told}"], cwd=folder, capture_output=True, text=True, timeout=120)
    assert not ran.returncode, ran.stderr
    tables = ran.stdout.partition("ANSWERS\n")[2].strip().split("\n\n")
    assert tuple({name: int(count) for name, count in list(csv.reader(table.splitlines()))[1:]} for table in tables) == answers


def test_duckdb_answers_as_the_book_does(folder, answers, monkeypatch):
    monkeypatch.chdir(folder)
    connection = duckdb.connect()
    found = [dict(connection.execute(each).fetchall()) for each in connection.extract_statements(snippet("sql"))]
    view, per_half_year, mediators, met_in = found
    assert (per_half_year, mediators) == answers[:2]
    assert len(met_in) == 5 and met_in.items() <= answers[2].items()
    assert sorted(met_in.values()) == sorted(answers[2].values())[-5:]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed; on Debian, apt-get install libreoffice-calc-nogui")
def test_a_spreadsheet_answers_as_the_book_does(folder, answers, events, tmp_path):
    half_year, in_place, russia, participants = re.findall(r"```text\n(=.*?)\n```", PAGE)
    found = calculated(folder / "events.csv", [half_year, in_place, participants], tmp_path)
    assert found == [answers[0]["2023-H1"], answers[2]["Brussels"], len(events["participants"].iloc[0])]
    assert calculated(folder / data.THIRD_PARTIES, [russia], tmp_path) == [answers[1]["Russia"]]


def calculated(table: Path, formulas: list[str], scratch: Path) -> list[int]:
    """What LibreOffice makes of formulas in free cells of the second row."""
    first, second, *rows = csv.reader(io.StringIO(table.read_text(encoding="utf-8-sig")))
    sheet = scratch / "sheet.csv"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[*first, *("" for _ in formulas)], [*second, *formulas], *rows])
    # Comma, quotation mark, UTF-8, from the first row, English (USA), cells as they look, formulas calculated.
    form = "44,34,76,1,,1033,false,true"
    command = ["soffice", "--headless", f"-env:UserInstallation={(scratch / 'profile').as_uri()}", f"--infilter=CSV:{form}"]
    subprocess.run([*command, "--convert-to", f"csv:Text - txt - csv (StarCalc):{form}", "--outdir", scratch / "out", sheet], capture_output=True, timeout=120, check=True)
    with (scratch / "out" / "sheet.csv").open(encoding="utf-8", newline="") as file:
        return [int(cell) for cell in list(csv.reader(file))[1][-len(formulas) :]]
