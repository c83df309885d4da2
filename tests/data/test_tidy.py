"""Whatever program saved a table, tidy brings back its bytes; and where a cell could mean two things, it leaves the file alone."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import unicodedata
from pathlib import Path

import pytest
from conftest import ROOT, Table
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rapprochement import load_events
from rapprochement.__main__ import main
from rapprochement.data.check import find_faults
from rapprochement.data.tidy import tidy

TABLES = ["events.csv", "places.csv", "names.csv", "claims.csv", "article-list.csv", "evidence.csv", "outlets.csv", "searches.csv", "routes.csv", "terms.csv"]
CANONICAL = {name: (ROOT / "data" / name).read_bytes() for name in TABLES}
FIELDS = {r["path"]: r["schema"]["fields"] for r in json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))["resources"]}

DATES = {
    "as it is": "{y}-{m}-{d}",
    "Excel in German, Russian, Turkish, Armenian": "{d}.{m}.{y}",
    "Excel in American English": "{m0}/{d0}/{y}",
    "Excel in British English": "{d}/{m}/{y}",
    "Google Sheets": "{y}/{m}/{d}",
    "pandas, openpyxl": "{y}-{m}-{d} 00:00:00",
    "JSON": "{y}-{m}-{d}T00:00:00Z",
    "a short form": "{d}.{m}.{yy}",
    "a month by name": "{d}-{mon}-{y}",
    "a month by name, short": "{d}-{mon}-{yy}",
}
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def in_form(iso: str, form: str) -> str:
    y, m, d = iso.split("-")
    return form.format(y=y, m=m, d=d, yy=y[2:], m0=int(m), d0=int(d), mon=MONTHS[int(m) - 1])


def of_type(name: str, type_: str) -> list[int]:
    return [at for at, field in enumerate(FIELDS[name]) if field["type"] == type_]


def opened_in_the_wrong_alphabet(cell: str) -> str:
    """As Excel on Windows opens UTF-8 without a byte order mark."""
    return "".join(bytes([b]).decode("cp1252") if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(b) for b in cell.encode())


class Saved(bytes):
    """The bytes of a whole table, which no report of a failure should print."""

    def __repr__(self) -> str:
        return f"{bytes(self[:80])!r}..."


@st.composite
def saved_elsewhere(draw) -> tuple[str, Saved]:
    """A table of the book, and its bytes as another program might save them."""
    name = draw(st.sampled_from(TABLES))
    header, *rows = csv.reader(io.StringIO(CANONICAL[name].decode(), newline=""))
    form, absent = DATES[draw(st.sampled_from(sorted(DATES)))], draw(st.sampled_from(["", "NA", "NaN", "NaT"]))
    for at in of_type(name, "date"):
        for row in rows:
            row[at] = in_form(row[at], form) if row[at] else ""
    comma = draw(st.booleans())
    for at in of_type(name, "number"):
        for row in rows:
            row[at] = row[at].replace(".", ",") if comma else row[at]
    letters = draw(st.sampled_from(["as they are", "of a Mac", "in the wrong alphabet", "with no-break spaces", "padded", "with line breaks"]))
    change = {
        "of a Mac": lambda cell: unicodedata.normalize("NFD", cell),
        "in the wrong alphabet": opened_in_the_wrong_alphabet,
        "with no-break spaces": lambda cell: cell.replace(" ", "\u00a0"),
        "padded": lambda cell: f" {cell}\u200b " if cell else cell,
        "with line breaks": lambda cell: cell.replace(" ", " \r\n", 1),
    }.get(letters, str)
    rows = [[change(cell) or absent for cell in row] for row in rows]
    if draw(st.booleans()):
        draw(st.randoms(use_true_random=False)).shuffle(rows) if name != "claims.csv" else None  # whose order is that of reading
    extra = draw(st.sampled_from(["nothing", "empty columns", "blank rows", "row numbers"]))
    if extra == "empty columns":
        header, rows = [*header, "", "Unnamed: 31"], [[*row, "", ""] for row in rows]
    elif extra == "blank rows":
        rows = [*rows, [""] * len(header), []]
    elif extra == "row numbers":
        header, rows = ["", *header], [[str(number), *row] for number, row in enumerate(rows)]
    delimiter = draw(st.sampled_from(",;\t"))
    text = io.StringIO()
    if draw(st.booleans()):
        text.write(f"sep={delimiter}\r\n")
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=draw(st.sampled_from(["\n", "\r\n"]))).writerows([header, *rows])
    written = text.getvalue()
    content = written.rstrip("\r\n") if draw(st.booleans()) else written
    return name, Saved(content.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return Path(shutil.copytree(ROOT / "data", tmp_path_factory.mktemp("book") / "data"))


@pytest.mark.thorough
@settings(max_examples=20, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(saved=saved_elsewhere())
def test_what_any_program_saved_comes_back_to_the_byte(folder, saved):
    name, content = saved
    path = folder / name
    path.write_bytes(content)
    try:
        told, faults = tidy(folder)
        assert not faults
        assert path.read_bytes() == CANONICAL[name]
        assert bool(told) == (content != CANONICAL[name]), "every change is told"
        assert tidy(folder) == ([], []), "and there is nothing left to do"
    finally:
        path.write_bytes(CANONICAL[name])


@pytest.fixture()
def data_copy(part_of_data: Path, tmp_path: Path) -> Path:
    """A copy of a part of the data; one cell is judged there as in the whole."""
    return Path(shutil.copytree(part_of_data, tmp_path / "data"))


@pytest.fixture()
def whole_copy(tmp_path: Path) -> Path:
    """A copy of all the data."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


def test_the_repository_is_tidy():
    assert tidy(ROOT / "data") == ([], [])
    for name, content in CANONICAL.items():
        assert (ROOT / "data" / name).read_bytes() == content


# One cell, what it becomes; row 12 of events.csv is an event of 2021 or later, whatever its number.
READ_IN_ONE_WAY = [
    ("start", "15.07.2023", "2023-07-15"),
    ("start", "7/15/2023", "2023-07-15"),
    ("start", "2023-7-5", "2023-07-05"),
    ("start", "15 July 2023", "2023-07-15"),
    ("start", "July 15, 2023", "2023-07-15"),
    ("start", "20230715", "2023-07-15"),
    ("start", "07/07/2023", "2023-07-07"),
    ("article_start", "NaN", ""),
    ("note", "NA", ""),
    ("kind", "Meeting", "meeting"),
    ("track", "AM–AZ", "AM-AZ"),
    ("mediators", "russia; EU", "Russia;EU"),
    ("sources", "crisis–group–nk–timeline", "crisis-group-nk-timeline"),
    ("place", " Brussels", "brussels"),
    ("title", "Leaders\u00a0meet\tin\r\nBrussels ", "Leaders meet in Brussels"),
    ("title", "T\u00c3\u00bcrkiye opens", "Türkiye opens"),
    ("title", "Tu\u0308rkiye opens", "Türkiye opens"),
    ("participants", "Ilham Aliyev; Nikol Pashinyan", "Ilham Aliyev;Nikol Pashinyan"),
]


@pytest.mark.parametrize(("column", "cell", "becomes"), READ_IN_ONE_WAY, ids=lambda v: ascii(v))
def test_a_cell_that_can_be_read_in_one_way_is_mended_and_the_check_says_so(events_table, column, cell, becomes):
    events_table[12, column] = cell
    events_table.save()
    folder = events_table.path.parent
    here = [str(fault) for fault in find_faults(folder) if (fault.row, fault.column) == (12, column)]
    assert any("tidy" in fault for fault in here), here
    told, faults = tidy(folder)
    assert not faults
    assert any(f"row 12, column {column}" in line for line in told), told
    table = Table(events_table.path)
    assert becomes in {table[row, column] for row in range(2, len(table.rows) + 2)}
    assert cell not in {table[row, column] for row in range(2, len(table.rows) + 2)}


LEFT_ALONE = [
    ("events.csv", "start", "03/04/2023", "2023-03-04 or as 2023-04-03"),
    ("events.csv", "start", "03.04.2023", "2023-03-04 or as 2023-04-03"),
    ("events.csv", "start", "45122", "count of days"),
    ("events.csv", "article_mediators", "None", "none or as an empty cell"),
    ("places.csv", "latitude", "24454", "has lost its point"),
]


@pytest.mark.parametrize(("name", "column", "cell", "says"), LEFT_ALONE, ids=lambda v: str(v)[:20])
def test_a_cell_that_could_mean_two_things_is_refused_with_both(data_copy, name, column, cell, says):
    table = Table(data_copy / name)
    table[12, column] = cell
    table.save()
    before = table.path.read_bytes()
    told, faults = tidy(data_copy)
    assert [fault for fault in faults if (fault.row, fault.column) == (12, column) and says in fault.problem]
    assert not told and table.path.read_bytes() == before
    found = [fault for fault in find_faults(data_copy) if (fault.row, fault.column) == (12, column)]
    assert len(found) == 1 and says in found[0].problem, "the check says it once, in the same words"


# What no tidying may touch, since the fact itself would have to be guessed.
@pytest.mark.parametrize(
    ("column", "cell"),
    [("kind", "metting"), ("place", "brussel"), ("mediators", "Turkey"), ("sources", "crisis-group"), ("start", "summer 2023"), ("start", "31.02.2023"), ("mediators", "EU;"), ("title", "Erdo?an speaks"), ("title", "Leaders \u202emeet")],
    ids=lambda v: ascii(v),
)
def test_what_is_wrong_is_left_for_a_person_and_still_refused(events_table, column, cell):
    events_table[12, column] = cell
    events_table.save()
    tidy(events_table.path.parent)
    assert any(fault.row == 12 and fault.column == column for fault in find_faults(events_table.path.parent))


def row_of(event_id: str) -> int:
    """The row of an event as a spreadsheet counts."""
    return next(row for row, line in enumerate(csv.reader(CANONICAL["events.csv"].decode().splitlines(keepends=True)), start=1) if line[0] == event_id)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (CANONICAL["events.csv"].replace(b'"Aliyev, Pashinyan and Putin', b'"The "new" Aliyev, Pashinyan and Putin', 1), "row 2, column title (N)"),
        (CANONICAL["events.csv"].replace(b"\n2020-12-10", b'\n"2020-12-10', 1), f"row {row_of('2020-12-10-erdogan-on-border')}, column event_id (A)"),
        (CANONICAL["events.csv"].replace(b"\n2020-12-11", b"\n<<<<<<< HEAD\n2020-12-11", 1), f"row {row_of('2020-12-11-hadrut-clashes')}"),
        (CANONICAL["events.csv"].replace("Türkiye".encode(), "Türkiye".encode("cp1254"), 1), "is not UTF-8"),
        (b",".join([*CANONICAL["article-list.csv"].splitlines()[0].split(b",")[:9], b"comment"]), "which the codebook does not know"),
    ],
    ids=["a quotation mark in a text", "one that is never closed", "an unfinished merge", "an old alphabet", "lines run together"],
)
def test_a_file_that_cannot_be_read_is_kept_and_the_place_named(whole_copy, content, says):
    path = whole_copy / "events.csv"
    path.write_bytes(content)
    told, faults = tidy(whole_copy)
    assert not told and path.read_bytes() == content
    assert any(says in str(fault) for fault in faults), [str(fault) for fault in faults]
    assert any(says in str(fault) for fault in find_faults(whole_copy))


def test_a_column_of_remarks_is_never_thrown_away(events_table):
    events_table.header.append("")
    events_table.rows = [[*row, "ask Baku" if at == 3 else ""] for at, row in enumerate(events_table.rows)]
    events_table.save()
    told, faults = tidy(events_table.path.parent)
    assert not told
    assert ["column Y has no name, but it holds 'ask Baku' in row 5" in fault.problem for fault in faults] == [True]


def test_a_cause_of_a_thousand_faults_is_told_once(whole_copy):
    path = whole_copy / "events.csv"
    table = Table(path)
    for row in table.rows:
        for at in of_type("events.csv", "date"):
            row[at] = in_form(row[at], "{d}.{m}.{y}") if row[at] else ""
    table.save()
    only, = find_faults(whole_copy)
    assert f"rows 2 to {len(table.rows) + 1}" in str(only) and "start (B), end (C), article_start (S)" in str(only) and "'10.11.2020' -> '2020-11-10'" in str(only)
    assert f"python -m rapprochement tidy {whole_copy}" in str(only)


def test_a_row_is_counted_as_a_spreadsheet_counts_it(events_table):
    events_table[3, "summary"] = "One line\nand another\nand a third."
    events_table[9, "kind"] = "party"
    events_table.save()
    assert any(str(fault).startswith("events.csv, row 9, column kind (E): 'party'") for fault in find_faults(events_table.path.parent))


def test_rows_of_one_paragraph_stay_in_the_order_of_reading(data_copy):
    table = Table(data_copy / "claims.csv")
    before = table.path.read_bytes()
    table.rows.append(table.rows.pop(0))
    table.rows.sort(key=lambda row: row[1])  # as a spreadsheet sorts text: P1, P10, P11
    table.save()
    tidy(data_copy)
    after = Table(data_copy / "claims.csv")
    assert [row[1] for row in after.rows] == [line.split(",")[1] for line in before.decode().splitlines()[1:]]


def test_what_the_book_hands_out_comes_back_unrefused(whole_copy):
    """The chronicle's download, put back as the table, without a word of tidy: its mark is for Excel, and read by all."""
    for name in ("events.csv", "references.bib", "datapackage.json"):
        path = whole_copy / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert find_faults(whole_copy) == []
    assert load_events(whole_copy).equals(load_events(ROOT / "data"))
    tidy(whole_copy)
    assert (whole_copy / "events.csv").read_bytes() == CANONICAL["events.csv"]


@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_ends_and_quotation_marks_are_nobodys_fault(whole_copy, quoting, end):
    for name in TABLES:
        rows = list(csv.reader(io.StringIO(CANONICAL[name].decode(), newline="")))
        with (whole_copy / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=quoting, lineterminator=end).writerows(rows)
    assert find_faults(whole_copy) == []
    assert load_events(whole_copy).equals(load_events(ROOT / "data"))


def test_the_check_accepts_another_form_but_says_that_its_diff_is_long(whole_copy, capsys):
    assert main(["check", str(whole_copy)]) == 0
    assert capsys.readouterr().err == ""
    path = whole_copy / "events.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert main(["check", str(whole_copy)]) == 0
    assert "events.csv would make a long diff" in capsys.readouterr().err


# ---- The command -----------------------------------------------------------------------------


def test_the_command_tells_each_change_and_ends_well(whole_copy, capsys):
    path = whole_copy / "places.csv"
    path.write_bytes(b"\xef\xbb\xbf" + CANONICAL["places.csv"].replace(b"\n", b"\r\n").replace(b"24.451", b"24,451").replace(b",24,451,", b',"24,451",'))
    assert main(["tidy", str(whole_copy)]) == 0
    said = capsys.readouterr()
    assert "byte order mark removed" in said.out and "line ends" in said.out
    assert "row 2, column latitude (E): numbers as 24.454: '24,451' -> '24.451'" in said.out
    assert main(["tidy", str(whole_copy)]) == 0
    assert "tidy already" in capsys.readouterr().out


def test_the_command_fails_where_a_file_is_left(data_copy, capsys):
    table = Table(data_copy / "events.csv")
    table[2, "start"] = "03/04/2023"
    table.save()
    assert main(["tidy", str(data_copy)]) == 1
    said = capsys.readouterr()
    assert "events.csv, row 2, column start (B): '03/04/2023' can be read as 2023-03-04 or as 2023-04-03" in said.err
    assert "left as they are" in said.err and not said.out


def test_a_file_is_replaced_whole_or_not_at_all(data_copy, monkeypatch):
    path = data_copy / "events.csv"
    path.write_bytes(b"\xef\xbb\xbf" + CANONICAL["events.csv"])
    before, names = path.read_bytes(), sorted(os.listdir(data_copy))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    told, faults = tidy(data_copy)
    assert "No space left" in str(faults[0]) and not told
    assert path.read_bytes() == before and sorted(os.listdir(data_copy)) == names


def test_a_link_stays_a_link_and_rights_stay(data_copy):
    path, real = data_copy / "events.csv", data_copy.parent / "kept-elsewhere.csv"
    real.write_bytes(b"\xef\xbb\xbf" + CANONICAL["events.csv"])
    real.chmod(0o640)
    path.unlink()
    path.symlink_to(real)
    tidy(data_copy)
    assert path.is_symlink() and real.read_bytes() == CANONICAL["events.csv"] and real.stat().st_mode & 0o777 == 0o640
