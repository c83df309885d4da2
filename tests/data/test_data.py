"""Bad data cannot be published: the check names file, row, column and the mend."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from conftest import Table

from rapprochement import load_events, load_evidence, load_metadata, load_names, load_outlets, load_places, load_references, load_searches
from rapprochement.data.article_list import freeze
from rapprochement.data.files import table_fields


def test_the_published_data_is_valid_counted_in_one_line_and_measured_in_another(root):
    """In a process of its own, as a reader starts it."""
    result = subprocess.run([sys.executable, "-m", "rapprochement", "check", str(root / "data")], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    counted, measured = result.stdout.splitlines()
    for name, count in (
        ("events", len(load_events(root / "data"))),
        ("places", len(load_places(root / "data"))),
        ("names", len(load_names(root / "data"))),
        ("evidence rows", len(load_evidence(root / "data"))),
        ("outlets", len(load_outlets(root / "data"))),
        ("searches", len(load_searches(root / "data"))),
        ("sources", len(load_references(root / "data"))),
    ):
        assert f" {count} {name}" in counted
    for facet in ("place", "participants", "third parties"):
        assert re.search(rf"{facet} in \d+\.\d%", measured)


def test_a_process_that_finds_a_fault_says_so_by_its_exit(events_table):
    events_table[2, "kind"] = "party"
    events_table.save()
    result = subprocess.run([sys.executable, "-m", "rapprochement", "check", str(events_table.path.parent)], capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stdout == "" and "Traceback" not in result.stderr
    assert result.stderr.startswith("events.csv, row 2, column kind ")


# One wrong cell each: which row (cells that identify it), which column, what is put there,
# and what the message must say besides row and column.
CONTACT = {"event_id": "2022-05-22-brussels-leaders"}
WRONG_CELLS = [
    (CONTACT, "event_id", "", "is empty"),
    (CONTACT, "event_id", "Brussels Summit", "such as 2022-05-22-brussels-leaders"),
    (CONTACT, "event_id", "2021-05-22-brussels-leaders", "does not begin with the year"),
    (CONTACT, "start", "22/05/2022", "YYYY-MM-DD"),
    (CONTACT, "start", "2022-02-30", "YYYY-MM-DD"),
    (CONTACT, "start", "2022-5-22", "YYYY-MM-DD"),
    (CONTACT, "start", "2019-05-22", "from 2020-11-10"),
    (CONTACT, "end", "2022-05-21", "is before start"),
    (CONTACT, "precision", "exact", "day, month, year, approximate"),
    (CONTACT, "kind", "metting", "meeting, call"),
    (CONTACT, "track", "AM-RU", "AM-AZ, AM-TR, AZ-KA"),
    (CONTACT, "level", "", "needs a level"),
    (CONTACT, "level", "kings", "leaders, foreign-ministers"),
    (CONTACT, "channel", "telegraph", "in-person, phone, video"),
    (CONTACT, "place", "atlantis", "not in places.csv"),
    (CONTACT, "mediators", "Atlantis", "allowed: "),
    (CONTACT, "mediators", "EU;France", "one role to each third party"),
    (CONTACT, "mediator_roles", "spectator", "mediator, host, co-chair, margins"),
    (CONTACT, "mediators", "EU;", "empty or padded item"),
    (CONTACT, "title", "", "is empty"),
    (CONTACT, "title", "<b>Leaders</b> meet", "without markup"),
    (CONTACT, "summary", "See https://example.org", "without markup"),
    (CONTACT, "summary", "=HYPERLINK(1)", "spreadsheet formula"),
    (CONTACT, "summary", "Leaders\u202emet.", "U+202E"),
    (CONTACT, "summary", "Leaders\u0007met.", "U+0007"),
    (CONTACT, "summary", " Leaders met.", "white space"),
    (CONTACT, "in_article", "perhaps", "yes, aggregate, no"),
    (CONTACT, "article_paragraphs", "", "needs its paragraph"),
    (CONTACT, "article_paragraphs", "P35", "such as P3;P31"),
    (CONTACT, "article_notes", "[25]", "such as [13]"),
    (CONTACT, "article_mediators", "", "none, or unstated"),
    (CONTACT, "threads", "weather", "recognition"),
    (CONTACT, "sources", "", "is empty"),
    (CONTACT, "sources", "no-such-source", "not in references.bib"),
    (CONTACT, "confidence", "low", "high, medium"),
    ({"kind": "statement"}, "level", "leaders", "only a meeting or a call has a level"),
    ({"track": "AM-TR", "kind": "meeting", "level": "foreign-ministers"}, "mediators", "Türkiye", "is a side of AM-TR"),
]


@pytest.mark.parametrize(("where", "column", "value", "says"), WRONG_CELLS, ids=lambda v: str(v)[:30])
def test_a_wrong_cell_is_named_by_row_and_column(events_table, where, column, value, says, faults_of):
    row = events_table.first_row(**where)
    events_table[row, column] = value
    events_table.save()
    here = [fault for fault in faults_of(events_table.path.parent) if f"row {row}, " in fault]
    named = [fault for fault in here if says in fault and f"column {column}" in fault or says in fault and "column mediator_roles" in fault]
    assert named, here


def test_an_event_outside_the_article_has_no_paragraph_of_it(events_table, faults_of):
    row = events_table.first_row(**CONTACT)
    events_table[row, "in_article"] = "no"
    events_table.save()
    assert any(f"row {row}, column article_paragraphs" in f and "in_article is no" in f for f in faults_of(events_table.path.parent))


def test_every_fault_of_a_file_is_reported_at_once(events_table, faults_of):
    events_table[2, "kind"] = "party"
    events_table[4, "track"] = "none"
    events_table[6, "confidence"] = "sure"
    events_table.save()
    faults = faults_of(events_table.path.parent)
    for row, column in ((2, "kind"), (4, "track"), (6, "confidence")):
        assert any(f"events.csv, row {row}, column {column} (" in fault for fault in faults)


def test_a_doubled_event_id_is_refused(events_table, faults_of):
    events_table.rows.append(list(events_table.rows[-1]))
    events_table.save()
    last = len(events_table.rows) + 1
    assert any(f"row {last}, column event_id" in fault and "unique" in fault for fault in faults_of(events_table.path.parent))


def test_rows_out_of_order_are_refused(events_table, faults_of):
    events_table.rows[0], events_table.rows[-1] = events_table.rows[-1], events_table.rows[0]
    events_table.save()
    assert any("sort by start" in fault for fault in faults_of(events_table.path.parent))


def test_a_missing_column_is_named(events_table, faults_of):
    place = events_table.header.index("track")
    for row in (events_table.header, *events_table.rows):
        del row[place]
    events_table.save()
    faults = faults_of(events_table.path.parent)
    assert any("events.csv, row 1" in fault and "track" in fault for fault in faults)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\xff\xfee\x00v\x00", "UTF-8"),
        ("event_id;start;end\na;b;c\n".encode(), "comma-separated"),
        ("event_id\tstart\tend\na\tb\tc\n".encode(), "comma-separated"),
        (b'event_id,start\n"never closed,2022-05-22\n', "well-formed"),
    ],
)
def test_a_file_that_is_no_csv_is_refused(data_copy, content, says, faults_of):
    (data_copy / "events.csv").write_bytes(content)
    assert any(fault.startswith("events.csv") and says in fault for fault in faults_of(data_copy))


@pytest.mark.parametrize("name", ["events.csv", "places.csv", "names.csv", "claims.csv", "article-list.csv", "evidence.csv", "outlets.csv", "searches.csv", "references.bib", "datapackage.json"])
def test_a_missing_file_is_named(data_copy, name, faults_of):
    (data_copy / name).unlink()
    faults = faults_of(data_copy)
    assert any(name in fault for fault in faults), faults


def test_a_bibliography_that_does_not_parse_is_named(data_copy, faults_of):
    (data_copy / "references.bib").write_text("@misc{broken, title = {{no end}\n", encoding="utf-8")
    assert any("references.bib" in fault for fault in faults_of(data_copy))


def test_a_folder_that_is_not_there_is_one_line(tmp_path, faults_of):
    assert len(faults_of(tmp_path / "nowhere")) == 1


def test_every_source_of_a_row_can_be_followed(events, root):
    references = load_references(root / "data")
    for key in {key for keys in events["sources"] for key in keys}:
        fields = references[key].fields
        assert fields.get("title"), key
        assert fields.get("url") or fields.get("doi") or fields.get("note") or fields.get("journal"), f"{key} leads nowhere"


def test_every_place_that_is_named_has_a_name_and_a_point_or_a_reason(root):
    for place in load_places(root / "data").itertuples():
        assert (place.latitude == place.latitude) == (place.longitude == place.longitude)
        assert place.latitude == place.latitude or place.note, place.place_id


def test_every_column_of_the_schema_is_explained(root):
    metadata = load_metadata(root / "data")
    for table in (resource["name"] for resource in metadata["resources"]):
        for field in table_fields(metadata, table):
            assert field["title"] and field["description"].endswith("."), field["name"]


# What the article lists, counted by hand from its paragraphs.
BY_HAND = {
    "AM-AZ": {"leaders": 9, "foreign-ministers": 3, "deputy-prime-ministers": 4},
    "AM-TR": {"leaders": 1, "foreign-ministers": 1, "special-representatives": 4},
    "AZ-KA": {"representatives": 1},
}


def test_the_contacts_of_the_article_equal_the_hand_count(events):
    listed = events[events["kind"].isin(["meeting", "call"]) & (events["in_article"] == "yes")]
    counted = listed.groupby(["track", "level"]).size()
    assert {track: counted[track].to_dict() for track in BY_HAND} == BY_HAND
    assert len(listed) == sum(n for levels in BY_HAND.values() for n in levels.values()) == 23


def test_every_paragraph_that_a_row_names_exists_in_the_article(events):
    named = {p for paragraphs in events["article_paragraphs"] for p in paragraphs}
    assert named <= {f"P{n}" for n in range(1, 35)}


def test_the_sources_hold_every_note_of_the_article(root):
    notes = " ".join(entry.fields.get("note", "") for entry in load_references(root / "data").values())
    for number in set(range(1, 25)) - {6}:  # note 6 is missing in the article itself
        assert f"{number}" in notes.replace(",", " ").split() or f"{number}." in notes, f"note {number}"


def test_the_frozen_list_is_what_the_article_tells(events, root, tmp_path):
    written = freeze(events, tmp_path).read_text(encoding="utf-8")
    assert written == (root / "data" / "article-list.csv").read_text(encoding="utf-8"), "run: python -m rapprochement freeze"


@pytest.mark.parametrize(
    ("other_names", "said"),
    [("Turkiye;Turkey", "'Turkiye' is found as 'Türkiye' is; delete it"), ("Turkey;Ankara", "'Ankara' is a name of 'Ankara' in places.csv; delete it here"), ("", "is empty")],
)
def test_a_spelling_that_finds_nothing_new_is_refused(data_copy, faults_of, other_names, said):
    names = Table(data_copy / "names.csv")
    row = names.first_row(name="Türkiye")
    names[row, "other_names"] = other_names
    names.save()
    assert any(f"names.csv, row {row}, column other_names" in fault and said in fault for fault in faults_of(data_copy))
