"""However the data folder is broken, the check answers with faults, never with a traceback, and nothing is published."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
import small_book
from conftest import Table
from forked_build import Build
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rapprochement import load_metadata
from rapprochement.data.files import table_fields
from rapprochement.data.check import find_faults

FILES = ["events.csv", "places.csv", "names.csv", "claims.csv", "article-list.csv", "evidence.csv", "outlets.csv", "searches.csv", "routes.csv", "terms.csv", "references.bib", "datapackage.json"]
HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "<script>alert(1)</script>", "{{7*7}}", "`id`", "[a](b)", "| a |", "\\input{x}", "${HOME}",
    "\u202egnp.exe", "\u200b", "\u2066x\u2069", "\ufeff", "\x07", "\x1b[31m", "a\nb", "a\rb", "e\u0301", " x", "x ", "\u00a0",
    "https://example.org", "x" * 5000, "\ud83d", "NaN", "nan", "None", "null", "N/A", "0", "9" * 400, "2022-13-45", "0000-00-00", ";", ";;", "a;;b",
]
a_cell = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
# Validating takes a while, so a failure is shown as found: making it smaller would take minutes.
examples = settings(
    max_examples=60, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


@pytest.fixture()
def fresh(part_of_data: Path, tmp_path: Path):
    """A function that gives a fresh copy of a part of the data each time."""

    def copy() -> Path:
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
        return Path(shutil.copytree(part_of_data, tmp_path / "data"))

    return copy


@pytest.mark.thorough
@examples
@given(row=st.integers(0, 10_000), column=st.integers(0, 100), value=a_cell)
def test_any_text_in_any_cell_is_accepted_or_refused_in_words(fresh, row, column, value):
    table = Table(fresh() / "events.csv")
    table.rows[row % len(table.rows)][column % len(table.header)] = without_surrogates(value)
    table.save()
    for fault in find_faults(table.path.parent):
        assert str(fault).isprintable(), "a fault must not carry what it refuses to the terminal"


@pytest.mark.thorough
@examples
@given(name=st.sampled_from(FILES), start=st.integers(0, 200_000), length=st.integers(1, 3_000), filler=st.binary(max_size=40))
def test_any_damage_to_the_bytes_of_a_file_is_survived(fresh, name, start, length, filler):
    path = fresh() / name
    content = path.read_bytes()
    cut = start % max(len(content), 1)
    path.write_bytes(content[:cut] + filler + content[cut + length :])
    for fault in find_faults(path.parent):
        assert fault.problem


@pytest.mark.thorough
@examples
@given(name=st.sampled_from(FILES), encoding=st.sampled_from(["utf-16", "utf-8-sig", "cp1254", "latin-1", "utf-32"]))
def test_another_encoding_is_refused(fresh, name, encoding):
    path = fresh() / name
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding, "replace"))
    if path.suffix == ".csv" and encoding != "utf-8-sig":
        table_is_ascii = path.read_bytes().isascii()
        assert find_faults(path.parent) or table_is_ascii
    else:
        find_faults(path.parent)


@pytest.mark.parametrize("mark", [";", "\t", "|"])
@pytest.mark.parametrize("name", ["events.csv", "places.csv"])
def test_another_delimiter_is_refused(fresh, name, mark):
    import csv

    path = fresh() / name
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=mark, lineterminator="\n").writerows(rows)
    assert any(fault.file == name for fault in find_faults(path.parent))


def test_a_value_that_the_schema_forbids_is_never_accepted(fresh, root):
    """For every column with a rule: a value against the rule, in a row of its own, is named."""
    fields = table_fields(load_metadata(root / "data"), "events")
    table = Table(fresh() / "events.csv")
    ruled = [f["name"] for f in fields if f["type"] != "string" or f.get("constraints", {}).keys() & {"enum", "pattern"} or "vocabulary" in f]
    assert len(ruled) > 12
    for row, column in enumerate(ruled, start=2):
        table[row, column] = "~forbidden~"
    table.save()
    named = {(fault.row, fault.column) for fault in find_faults(table.path.parent)}
    for row, column in enumerate(ruled, start=2):
        assert (row, column) in named, column


@pytest.mark.parametrize("hostile", HOSTILE[:20])
def test_markup_formulas_and_hidden_characters_never_reach_a_page(fresh, hostile):
    table = Table(fresh() / "events.csv")
    table[2, "title"] = without_surrogates(f"{hostile}" if hostile[0] in "=+-@" else f"Leaders {hostile} meet")
    table.save()
    assert find_faults(table.path.parent), repr(hostile)


def test_a_huge_file_is_answered(fresh):
    table = Table(fresh() / "events.csv")
    table.rows = table.rows * 40
    table.save()
    faults = find_faults(table.path.parent)
    assert any("unique" in fault.problem for fault in faults)


def test_a_build_of_faulty_data_leaves_everything_as_it_was(build, part_of_data, tmp_path):  # asks for build, so that make quick leaves it out
    pages = {"first": "# First page\n", "chronicle": small_book.CHRONICLE, "chapters/reference/changes": small_book.SOURCES}
    book = small_book.make(tmp_path / "book", pages, part_of_data)

    def state() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in (book / "_build").rglob("*") if path.is_file()}

    assert Build(book).ended().code == 0
    before = state()
    table = Table(book / "data" / "events.csv")
    table[2, "kind"] = "party"
    table.save()
    built = Build(book).ended()
    assert built.code != 0
    assert "events.csv, row 2, column kind" in built.said
    assert (book / "_build/html/chronicle.html") in before and state() == before


def edited(change):
    """Damage to the descriptor: a function that changes it as parsed JSON."""

    def damage(folder: Path) -> None:
        path = folder / "datapackage.json"
        descriptor = json.loads(path.read_text(encoding="utf-8"))
        change(descriptor)
        path.write_text(json.dumps(descriptor), encoding="utf-8")

    return damage


def added(text: str):
    """Damage to the bibliography: one more entry."""

    def damage(folder: Path) -> None:
        with (folder / "references.bib").open("a", encoding="utf-8") as file:
            file.write(f"\n@misc{{x, {text}}}\n")

    return damage


def cell(name: str, column: str, value: str):
    """Damage to one cell of a table."""

    def damage(folder: Path) -> None:
        table = Table(folder / name)
        table[4, column] = value
        table.save()

    return damage


def a_pipe(folder: Path) -> None:
    (folder / "references.bib").unlink()
    os.mkfifo(folder / "references.bib")


# Each was once accepted, or ended in a traceback or never.
ONCE_OVERLOOKED = {
    "a path that is a list": edited(lambda d: d["resources"][0].update(path=["events.csv"])),
    "a field without a type": edited(lambda d: d["resources"][0]["schema"]["fields"][0].pop("type")),
    "a pattern that is none": edited(lambda d: d["resources"][0]["schema"]["fields"][0].update(constraints={"pattern": "((("})),
    "a foreign key to nowhere": edited(lambda d: d["resources"][0]["schema"]["foreignKeys"][0]["reference"].update(resource="nowhere")),
    "a table without a schema": edited(lambda d: d["resources"].append({"name": "more", "path": "places.csv"})),
    "a vocabulary of numbers": edited(lambda d: next(f for f in d["resources"][0]["schema"]["fields"] if "vocabulary" in f).update(vocabulary=[1])),
    "a version that is markup": edited(lambda d: d.update(version="<script>")),
    "no date of the data": edited(lambda d: d.pop("created")),
    "half a character": edited(lambda d: d.update(title="\ud83d")),
    "an address that runs code": added("title = {a}, url = {javascript:alert(1)}"),
    "a DOI that is markup": added('title = {a}, doi = {10.1/"><script>}'),
    "a source without a title": added("subject = {a}"),
    "a source that steers the terminal": added("title = {a\x1b[31m}"),
    "a formula after a semicolon": cell("events.csv", "participants", "Aliyev;=HYPERLINK(1)"),
    "a formula in full width": cell("events.csv", "title", "＝1+1"),
    "a letter with nothing to see": cell("events.csv", "title", "Leaders \u3164 meet"),
    "a space that is none": cell("events.csv", "title", "Leaders\u00a0meet"),
    "a lost letter": cell("events.csv", "title", "Leaders \ufffd meet"),
    "digits of another script": cell("places.csv", "latitude", "４１"),
    "one coordinate": cell("places.csv", "latitude", ""),
    "a paragraph of a thousand digits": cell("claims.csv", "paragraph", "P" + "9" * 5000),
    "a header with a space": lambda folder: (folder / "events.csv").write_text((folder / "events.csv").read_text(encoding="utf-8").replace("precision", " precision", 1), encoding="utf-8"),
    "coastlines that are none": lambda folder: (folder / "coastlines.geojson").write_text("{}", encoding="utf-8"),
    "brackets without end": lambda folder: (folder / "datapackage.json").write_text("[" * 100_000, encoding="utf-8"),
    "a pipe for a file": a_pipe,
}


@pytest.mark.parametrize("damage", ONCE_OVERLOOKED.values(), ids=ONCE_OVERLOOKED)
def test_what_was_once_overlooked_is_refused_in_words(fresh, damage):
    folder = fresh()
    damage(folder)
    faults = find_faults(folder)
    assert faults
    assert all(str(fault).isprintable() and len(str(fault)) < 1000 for fault in faults)
