"""Each source of each event says what it supports; the check computes confidence from it, and the measures say whose word it is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from conftest import Table
from pybtex.database import Entry, Person

from rapprochement import load_evidence, load_references
from rapprochement.data.check import find_faults
from rapprochement.provenance import (
    FACETS,
    archived,
    held_all_the_same,
    outlet_of,
    publication,
    rests_on,
    sides,
    speakers,
    supported,
    supported_shares,
    told_by_both,
    with_outlets,
)


def faults_in(folder: Path) -> list[str]:
    return [str(fault) for fault in find_faults(folder, verdicts=False)]


def alone(folder: Path, facet: str) -> tuple[str, str]:
    """An event and the only one of its sources that supports a facet."""
    evidence = load_evidence(folder)
    able = evidence[evidence["supports"].map(lambda facets: facet in facets)]
    event_id, = able.groupby("event_id").filter(lambda rows: len(rows) == 1)["event_id"].head(1)
    return event_id, able.set_index("event_id").loc[event_id, "source"]


def test_every_pair_of_an_event_and_a_source_has_exactly_one_row(events, root):
    evidence = load_evidence(root / "data")
    pairs = [(event_id, source) for event_id, sources in zip(events["event_id"], events["sources"]) for source in sources]
    assert sorted(zip(evidence["event_id"], evidence["source"])) == sorted(pairs)


def test_no_event_is_without_support_for_its_date_and_its_content(events, root):
    judged = supported(events, load_evidence(root / "data"))
    assert judged.loc[judged["facet"] == "date", "supported"].all()
    assert judged.groupby("event_id")["facet"].agg(set).map({"date", "content"}.issubset).all()


def test_a_missing_row_of_evidence_is_refused_by_file_row_and_column(data_copy):
    table = Table(data_copy / "evidence.csv")
    event_id, source = table[2, "event_id"], table[2, "source"]
    del table.rows[0]
    table.save()
    row = Table(data_copy / "events.csv").first_row(event_id=event_id)
    assert any(fault.startswith(f"events.csv, row {row}, column sources") and source in fault and "evidence.csv" in fault for fault in faults_in(data_copy))


def test_evidence_of_a_source_that_the_event_does_not_name_is_refused(data_copy):
    table = Table(data_copy / "evidence.csv")
    source = next(row[1] for row in table.rows if row[0] != table[2, "event_id"] and row[1] > table[2, "source"])
    table.rows.insert(1, [table.rows[0][0], source, *table.rows[0][2:]])
    table.rows.sort(key=lambda row: row[:2])
    table.save()
    row = table.first_row(event_id=table[2, "event_id"], source=source)
    assert any(fault.startswith(f"evidence.csv, row {row}, column source") and "no source of" in fault for fault in faults_in(data_copy))


def test_two_rows_for_one_source_of_an_event_are_refused(data_copy):
    table = Table(data_copy / "evidence.csv")
    table.rows.insert(0, list(table.rows[0]))
    table.save()
    assert any(fault.startswith("evidence.csv, row 3, column source") and "stands in an earlier row too" in fault for fault in faults_in(data_copy))


def test_a_missing_outlet_is_refused_by_file_row_and_column(data_copy):
    table = Table(data_copy / "outlets.csv")
    row = table.first_row(outlet="TASS")
    del table.rows[row - 2]
    table.save()
    assert any(fault.startswith(f"outlets.csv, row {row}, column outlet") and "'TASS' is missing" in fault for fault in faults_in(data_copy))


def test_an_outlet_that_wrote_nothing_is_refused(data_copy):
    table = Table(data_copy / "outlets.csv")
    row = table.first_row(outlet="TASS")
    table[row, "outlet"] = "TASS II"
    table.save()
    assert any(fault.startswith(f"outlets.csv, row {row}, column outlet") and "author of no entry" in fault for fault in faults_in(data_copy))


@pytest.mark.parametrize("facet", FACETS)
def test_a_facet_that_no_source_supports_is_refused_unless_the_note_says_why_it_is_held(data_copy, facet):
    event_id, source = alone(data_copy, facet)
    table, events = Table(data_copy / "evidence.csv"), Table(data_copy / "events.csv")
    row = table.first_row(event_id=event_id, source=source)
    table[row, "supports"] = ";".join(each for each in table[row, "supports"].split(";") if each != facet)
    table.save()
    row = events.first_row(event_id=event_id)
    events[row, "confidence"] = "medium"
    events.save()
    assert [fault for fault in faults_in(data_copy) if fault.startswith(f"events.csv, row {row}, column {FACETS[facet]}") and f"{facet} is supported by no source" in fault]
    events[row, "note"] = f"{facet.replace('-', ' ').capitalize()}: held for a reason."
    events.save()
    assert bool(faults_in(data_copy)) == (facet == "date"), "a date is never held without support"


def test_high_confidence_needs_two_outlets_or_one_that_is_official(data_copy):
    events, evidence = Table(data_copy / "events.csv"), Table(data_copy / "evidence.csv")
    lone = next(row for row in range(2, len(events.rows) + 2) if ";" not in events[row, "sources"] and events[row, "confidence"] == "medium")
    events[lone, "confidence"] = "high"
    events.save()
    entry = load_references(data_copy)[events[lone, "sources"]]
    outlets = Table(data_copy / "outlets.csv")
    row = outlets.first_row(outlet=outlet_of(entry))
    outlets[row, "kind"] = "press"
    outlets.save()
    assert any(fault.startswith(f"events.csv, row {lone}, column confidence") and outlet_of(entry) in fault for fault in faults_in(data_copy))
    outlets[row, "kind"] = "official"
    outlets.save()
    row = evidence.first_row(event_id=events[lone, "event_id"])
    evidence[row, "supports"] = "date;place;participants;third-parties;content"
    evidence.save()
    assert not faults_in(data_copy)


def test_what_a_source_says_has_at_most_forty_words(data_copy):
    table = Table(data_copy / "evidence.csv")
    table[2, "says"] = "word " * 40 + "word"
    table.save()
    assert any(fault.startswith("evidence.csv, row 2, column says") and "41 words" in fault for fault in faults_in(data_copy))


def test_the_archive_is_asked_for_the_day_of_publication():
    page = "https://example.org/a?b=1"
    assert archived(page, "2023-05-14") == "https://web.archive.org/web/20230514/https://example.org/a?b=1"
    assert archived(page, "2023-05") == "https://web.archive.org/web/20230501/https://example.org/a?b=1"
    assert archived(page, "2023") == "https://web.archive.org/web/20230101/https://example.org/a?b=1"


def test_the_date_of_a_source_is_as_exact_as_its_entry():
    assert publication(Entry("misc", {"year": "2023b", "month": "May", "day": "4"})) == "2023-05-04"
    assert publication(Entry("misc", {"year": "2023", "month": "May"})) == "2023-05"
    assert publication(Entry("misc", {"year": "2023"})) == "2023"
    assert publication(Entry("misc", {"year": "n.d."})) == ""


def by(*names: str) -> Entry:
    return Entry("misc", {"title": "T"}, persons={"author": [Person(f"{{{name}}}") for name in names]})


def test_an_office_belongs_to_its_ministry_and_a_work_to_its_first_author():
    assert outlet_of(by("Ministry of Foreign Affairs of Azerbaijan, Embassy in Sofia")) == "Ministry of Foreign Affairs of Azerbaijan"
    assert outlet_of(by("Commonspace.eu (KarabakhSpace)")) == "Commonspace.eu"
    assert outlet_of(Entry("misc", persons={"author": [Person("Bell, Christine"), Person("Badanjak, Sanja")]})) == "Christine Bell"
    assert outlet_of(Entry("misc")) == ""


def test_a_note_holds_a_cell_only_in_a_sentence_of_its_own():
    assert held_all_the_same("One source. Place: seat of the court.", "place")
    assert not held_all_the_same("Place: seat of the court.", "participants")
    assert not held_all_the_same("In this place: nothing.", "place")
    assert not held_all_the_same("Date: known.", "date")


EVENTS = pd.DataFrame(
    {
        "event_id": ["both", "one", "mute"],
        "track": ["AM-AZ", "AZ-KA", "AM-TR"],
        "place": ["brussels", "", "ankara"],
        "mediators": [["EU"], [], []],
        "participants": [["Ilham Aliyev"], [], ["Hakan Fidan"]],
    }
)
EVIDENCE = pd.DataFrame(
    {
        "event_id": ["both", "both", "one", "mute"],
        "source": ["a", "z", "k", "a"],
        "supports": [["date", "place", "content"], ["date", "third-parties"], ["date", "content"], []],
    }
)
REFERENCES = {"a": by("Armenpress"), "z": by("Azernews"), "k": by("Artsakhpress")}
OUTLETS = pd.DataFrame(
    {"outlet": ["Armenpress", "Artsakhpress", "Azernews"], "side": ["Armenian", "Karabakh Armenian", "Azerbaijani"], "kind": ["agency", "agency", "press"]}
)


def test_only_facets_that_an_event_has_are_judged():
    judged = supported(EVENTS, EVIDENCE)
    found = {event_id: dict(zip(rows["facet"], rows["supported"])) for event_id, rows in judged.groupby("event_id")}
    assert found == {
        "both": {"date": True, "place": True, "participants": False, "third-parties": True, "content": True},
        "one": {"date": True, "content": True},
        "mute": {"date": False, "place": False, "participants": False, "content": False},
    }


def test_a_share_is_of_the_events_that_have_the_facet():
    shares = supported_shares(EVENTS, EVIDENCE).set_index("facet")
    assert shares["events"].to_dict() == {"date": 3, "place": 2, "participants": 2, "third-parties": 1, "content": 3}
    assert shares["share"].round(3).to_dict() == {"date": 0.667, "place": 0.5, "participants": 0.0, "third-parties": 1.0, "content": 0.667}


def test_a_source_that_supports_nothing_has_no_voice():
    voices = with_outlets(EVIDENCE, REFERENCES, OUTLETS)
    assert sides(EVENTS, voices).to_list() == [["Armenian", "Azerbaijani"], ["Karabakh Armenian"], []]


def test_both_sides_are_those_of_the_track():
    voices = with_outlets(EVIDENCE, REFERENCES, OUTLETS)
    assert told_by_both(EVENTS, voices).to_list() == [True, False, False]
    assert told_by_both(EVENTS.assign(track="AM-TR"), voices).to_list() == [False, False, False]


def test_groups_and_speakers_are_counted():
    voices = with_outlets(EVIDENCE, REFERENCES, OUTLETS)
    counted = rests_on(EVENTS, voices, EVENTS["track"]).set_index("group").T.to_dict()
    assert counted["AM-AZ"] == {"events": 1, "one": 0, "several": 1, "both": 1}
    assert counted["AZ-KA"] == {"events": 1, "one": 1, "several": 0, "both": 0}
    assert counted["AM-TR"] == {"events": 1, "one": 0, "several": 0, "both": 0}
    told = speakers(voices, "side").set_index("group").T.to_dict()
    assert told["Armenian"] == {"outlets": 1, "sources": 1, "rows": 2, "events": 2}
