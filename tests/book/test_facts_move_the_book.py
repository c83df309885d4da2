"""No fact can be changed unseen: an edit to the events moves a number, a figure or a verdict, or the check refuses it.

The chronicle shows every cell of every row, so it would notice anything; it is left out here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import CHAPTERS, Table

from rapprochement import ask, measures, record
from rapprochement.counting import contacts
from rapprochement.data.check import find_faults
from rapprochement.findings import key_numbers, outcomes
from rapprochement.query import QueryError
from rapprochement.run.memory import LANGUAGE
from rapprochement.show import as_csv
from rapprochement.translated import in_tongue

TEXT = "\n".join(path.read_text(encoding="utf-8") for path in CHAPTERS)
ROLES = re.compile(rf"\{{({'|'.join(name for name in ask.QUESTIONS if '@' not in name)})\}}`([^`]+)`")


def asked(path: Path) -> Iterator[tuple[str, str]]:
    """The questions of a page's roles, in the language of the page."""
    text = path.read_text(encoding="utf-8")
    language = LANGUAGE.match(text)
    for name, question in ROLES.findall(text):
        yield (in_tongue(name, language[1]) if language else name), question


QUESTIONS = sorted(
    {
        *(question for path in CHAPTERS for question in asked(path)),
        *re.findall(r"```\{(events|claims)\} (.+)", TEXT),
        # The numbers of the venue map are those of contacts_by_place below.
        *(("figure", f"{name} {query}") for name, query in re.findall(r"```\{figure-from-data\} (\S+)\n:query: (.+)", TEXT) if name != "venue-map"),
    }
)


def pieces(folder: Path) -> Iterator[tuple[str, str]]:
    """What the pages show of the data, piece by piece: words, tables, figures, measures, verdicts; what takes long comes last."""
    record.forget()
    known = record.load(folder.parent)  # does not check the folder, as the tests have
    met = contacts(known.events)
    frames = {
        "half-years": lambda: measures.contacts_per_period(met, "half-year", "track"),
        "levels": lambda: measures.contacts_per_period(met, "half-year", "level"),
        "silences": lambda: measures.gaps_between_contacts(met),
        "shares": lambda: measures.mediator_shares(met, "track"),
        "alone": lambda: measures.unmediated_shares(met, "track"),
        "by level": lambda: measures.mediator_by(met, "level"),
        "by place": lambda: measures.mediator_by(met, "place"),
        "company": lambda: measures.company_shares(met, "track"),
        "listed": lambda: measures.listed_and_left_out(met, "level"),
        "verdicts": lambda: known.judged[["claim_id", "against_own_list", "against_record", "found"]],
        "rules in numbers": lambda: key_numbers(known.events),
        "rules": lambda: outcomes(known.events),
    }
    for name, text in sorted(QUESTIONS, key=lambda question: question[0] in ("claims", "figure")):
        yield f"{name} {text}", answered(known, name, text)
    for name, frame in frames.items():
        yield name, as_csv(frame())


def answered(known: record.Record, name: str, text: str) -> str:
    try:
        return ask.answer(known, name, text).words
    except QueryError as error:
        return f"the build stops: {error}"


def cell(event_id: str, **cells: str) -> Callable[[Table], None]:
    def edit(table: Table) -> None:
        row = table.first_row(event_id=event_id)
        for column, value in cells.items():
            table[row, column] = value

    return edit


def drop(event_id: str) -> Callable[[Table], None]:
    def edit(table: Table) -> None:
        del table.rows[table.first_row(event_id=event_id) - 2]

    return edit


def double(event_id: str) -> Callable[[Table], None]:
    def edit(table: Table) -> None:
        row = list(table.rows[table.first_row(event_id=event_id) - 2])
        row[0] += "-again"
        table.rows.insert(table.first_row(event_id=event_id) - 1, row)

    return edit


BRUSSELS, GENEVA, ANKARA = "2022-05-22-brussels-leaders", "2022-10-02-geneva-foreign-ministers", "2023-06-03-ankara-leaders-am-tr"
EDITS: dict[str, Callable[[Table], None]] = {
    "a contact moved by a day": cell(BRUSSELS, start="2022-05-21"),
    "a contact moved by months": cell(GENEVA, start="2022-10-03", end="2022-10-03"),
    "the end of a round moved": cell("2023-05-01-arlington-foreign-ministers", end="2023-05-03"),
    "the date of an agreement moved": cell("2022-10-06-prague-statement", start="2022-10-05", end="2022-10-05"),
    "the date of a ruling moved": cell("2023-07-06-icj-request-rejected", end="2023-07-07"),
    "the date of a measure moved": cell("2023-04-23-lachin-checkpoint", start="2023-04-22"),
    "a precision blurred": cell(GENEVA, precision="month"),
    "a mediator swapped": cell(BRUSSELS, mediators="Russia"),
    "a mediator removed": cell(BRUSSELS, mediators="", mediator_roles=""),
    "a mediator added": cell(GENEVA, mediators="Switzerland", mediator_roles="mediator"),
    "a second mediator added": cell(BRUSSELS, mediators="EU;France", mediator_roles="mediator;mediator"),
    "a mediator made a host": cell(BRUSSELS, mediator_roles="host"),
    "a host made a mediator": cell("2022-11-03-brussels-border-commissions", mediator_roles="mediator"),
    "a co-chair made a host": cell("2022-06-03-moscow-working-group", mediator_roles="host"),
    "margins forgotten": cell("2023-02-18-munich-leaders", mediators="United States", mediator_roles="mediator"),
    "a track changed": cell(GENEVA, track="AM-TR"),
    "a level changed": cell(GENEVA, level="leaders"),
    "a level removed": cell(GENEVA, level=""),
    "a body removed": cell("2022-05-24-border-border-commissions", body=""),
    "a meeting made a call": cell(GENEVA, kind="call", channel="phone"),
    "a call made a meeting": cell("2022-07-11-call-leaders-am-tr", kind="meeting", channel="in-person"),
    "a contact made a statement": cell(GENEVA, kind="statement", level="", channel=""),
    "a statement made an agreement": cell("2023-05-22-pashinyan-86600", kind="agreement"),
    "a channel changed": cell("2022-02-04-video-leaders", channel="in-person"),
    "a place changed": cell(GENEVA, place="vienna"),
    "a place removed": cell(GENEVA, place=""),
    "an article row denied": cell(ANKARA, in_article="no", article_paragraphs="", article_notes="", article_mediators=""),
    "a record row claimed for the article": cell(GENEVA, in_article="yes", article_paragraphs="P4", article_mediators="none"),
    "a third party put into the article's mouth": cell("2022-10-06-prague-leaders", article_mediators="EU"),
    "the article's own date dropped": cell("2023-02-11-margara-alican-trucks", article_start=""),
    "a paragraph changed": cell("2023-04-25-nemesis-monument", article_paragraphs="P32"),
    "a thread dropped": cell("2023-04-23-lachin-checkpoint", threads="karabakh-armenians"),
    "a confidence raised": cell("2021-02-12-karabakh-representatives-az-ka", confidence="high"),
    "a title changed": cell("2023-04-23-lachin-checkpoint", title="Azerbaijan closes a checkpoint"),
    "a contact dropped": drop(GENEVA),
    "an article row dropped": drop(ANKARA),
    "an incident dropped": drop("2022-12-12-lachin-road-blocked"),
    "a working-group session dropped": drop("2021-12-01-moscow-working-group"),
    "a contact entered twice": double(GENEVA),
}


@pytest.fixture(scope="module")
def before(root) -> dict[str, str]:
    return dict(pieces(root / "data"))


def test_at_least_thirty_kinds_of_edit_are_tried():
    assert len(EDITS) >= 30


@pytest.mark.thorough
@pytest.mark.parametrize("kind", EDITS)
def test_no_fact_can_be_changed_unseen(kind, before, data_copy):
    table = Table(data_copy / "events.csv")
    EDITS[kind](table)
    table.save()
    if find_faults(data_copy):
        return  # the check refuses the edit
    assert any(words != before[piece] for piece, words in pieces(data_copy)), "nothing that the book shows has changed"


def test_an_unchanged_folder_shows_the_same(before, data_copy):
    assert dict(pieces(data_copy)) == before, "else any edit would seem to be noticed"


def test_adding_a_contact_changes_what_counts_it(before, data_copy):
    table = Table(data_copy / "events.csv")
    row = list(table.rows[table.first_row(event_id="2026-02-04-abu-dhabi-leaders") - 2])
    cells = dict(zip(table.header, row)) | {"event_id": "2026-05-26-vienna-leaders", "start": "2026-05-26", "end": "2026-05-26", "place": "vienna"}
    table.rows.append([cells[column] for column in table.header])
    table.rows.sort(key=lambda r: (r[1], r[0]))
    table.save()
    evidence = Table(data_copy / "evidence.csv")
    evidence.rows += [["2026-05-26-vienna-leaders", *row[1:]] for row in evidence.rows if row[0] == "2026-02-04-abu-dhabi-leaders"]
    evidence.rows.sort()
    evidence.save()
    assert not find_faults(data_copy)
    after = dict(pieces(data_copy))
    changed = {piece for piece in before if before[piece] != after[piece]}
    assert {"half-years", "alone", "by place"} <= changed
    assert any(piece.startswith("count") for piece in changed), "a sentence changes"
    assert any(piece.startswith("figure") for piece in changed), "a figure changes"
