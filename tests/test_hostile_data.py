"""However the data folder is broken, the check answers with faults, never with a traceback, and nothing is published."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from conftest import Table, build
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rapprochement import load_metadata
from rapprochement.data import table_fields
from rapprochement.validation import find_faults

FILES = ["events.csv", "places.csv", "claims.csv", "article-list.csv", "references.bib", "datapackage.json"]
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
def fresh(root: Path, tmp_path: Path):
    """A function that gives a fresh copy of the data folder each time."""

    def copy() -> Path:
        shutil.rmtree(tmp_path / "data", ignore_errors=True)
        return Path(shutil.copytree(root / "data", tmp_path / "data"))

    return copy


@examples
@given(row=st.integers(0, 10_000), column=st.integers(0, 100), value=a_cell)
def test_any_text_in_any_cell_is_accepted_or_refused_in_words(fresh, row, column, value):
    table = Table(fresh() / "events.csv")
    table.rows[row % len(table.rows)][column % len(table.header)] = without_surrogates(value)
    table.save()
    for fault in find_faults(table.path.parent):
        assert str(fault).isprintable(), "a fault must not carry what it refuses to the terminal"


@examples
@given(name=st.sampled_from(FILES), start=st.integers(0, 200_000), length=st.integers(1, 3_000), filler=st.binary(max_size=40))
def test_any_damage_to_the_bytes_of_a_file_is_survived(fresh, name, start, length, filler):
    path = fresh() / name
    content = path.read_bytes()
    cut = start % max(len(content), 1)
    path.write_bytes(content[:cut] + filler + content[cut + length :])
    for fault in find_faults(path.parent):
        assert fault.problem


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


def test_a_stopped_build_leaves_the_last_good_book_as_it_was(root, built_book, tmp_path):
    book = tmp_path / "book"
    shutil.copytree(root, book, ignore=shutil.ignore_patterns(".git", ".venv", "_build", "tests"))
    shutil.copytree(built_book, book / "_build")

    def state() -> str:
        digest = hashlib.sha256()
        for path in sorted((book / "_build").rglob("*")):
            if path.is_file():
                digest.update(str(path.relative_to(book)).encode() + path.read_bytes())
        return digest.hexdigest()

    before = state()
    table = Table(book / "data" / "events.csv")
    table[2, "kind"] = "party"
    table.save()
    result = build(book)
    assert result.returncode != 0
    assert "events.csv, row 2, column kind" in result.stdout + result.stderr
    assert state() == before
