"""A page for each number of the book: what was asked, how it is counted, and all the rows.

A number leads here without scripts; with them its card shows the first rows
(``cards``), and this page is one step further.
"""

from __future__ import annotations

import functools
import html
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sphinx.application import Sphinx

from rapprochement import record, wording
from rapprochement.answer import CLAIMS, EVIDENCE, IN_EVIDENCE, Answer
from rapprochement.book import roles
from rapprochement.claims import VERDICTS
from rapprochement.editions.web import events, light, openers
from rapprochement.provenance import outlet_of
from rapprochement.run import memory

# How the rows of a table are called: one, several, and all that a share leaves out.
NAMES = {"events": ("event", "events"), CLAIMS: ("statement", "statements"), EVIDENCE: ("row of evidence", "rows of evidence")}
NAMED_CONTACTS = ("contact", "contacts")


@dataclass
class Number:
    """A number of the book, with the pages that print it."""

    answer: Answer
    pages: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return openers.number_page(self.answer.key)


@dataclass(frozen=True)
class Row:
    """A row as a list shows it: address relative to the root, date or paragraph, and what it says."""

    address: str
    over: str
    text: str

    @functools.cached_property
    def line(self) -> str:
        """It as an item of the list of a number's page."""
        return f'<li><span>{light.escaped(self.over)}</span> <a href="../{html.escape(self.address)}">{light.escaped(self.text)}</a></li>'


LookUp = Callable[[str, str], Row]


def all_numbers(app: Sphinx) -> list[Number]:
    """Every number that a page prints and a reader may open, by its key."""
    found: dict[str, Number] = {}
    for page, numbers in sorted(memory.of(app.env).numbers.items()):
        for key, answer in numbers.items():
            found.setdefault(key, Number(answer)).pages.append(page)
    return [found[key] for key in sorted(found)]


def row_of(app: Sphinx, known: record.Record) -> LookUp:
    """How to look up a row: by its table and its id. One row stands behind many numbers, so it is made once."""
    claims = {claim["claim_id"]: claim for _, claim in known.claims.iterrows()}
    ledger = openers.ledger(app.env, app.builder.get_target_uri)

    @functools.cache
    def look_up(table: str, row_id: str) -> Row:
        if table == CLAIMS:
            claim = claims[row_id]
            over = f"{claim['paragraph']}, {VERDICTS[claim['against_record']]}"
            return Row(f"{ledger}#{roles.row_anchor('claim', row_id)}", over, claim["claim"])
        event_id, _, source = row_id.partition(IN_EVIDENCE)
        event = known.event(event_id)
        told_by = f" — {outlet_of(known.sources[source])}" if source else ""
        return Row(events.address(event_id), wording.event_date(event), event["title"] + told_by)

    return look_up


def write_pages(app: Sphinx, site: Path, last: Path) -> None:
    """Write the page of every number to *site*; *last* is the site of the last build, or nothing."""
    all_of_them = all_numbers(app)
    if light.taken_again(app, openers.FOLDER, site, last, all_of_them):
        return
    look_up = row_of(app, record.load(app.srcdir))
    for number in all_of_them:
        told = wording.capitalise(number.answer.told)
        page = light.page(app, told, "\n".join(_body(app, number, look_up)), depth=1, description=f"{told}: {amount(number.answer)}. All of them, one by one.", address=number.address)
        (site / number.address).write_text(page, encoding="utf-8")


def _body(app: Sphinx, number: Number, look_up: LookUp) -> Iterator[str]:
    answer = number.answer
    uri = app.builder.get_target_uri
    yield f'<p class="over">What stands behind a number</p>\n<h1>{light.escaped(wording.capitalise(answer.told))}</h1>'
    yield f'<p class="amount">{light.escaped(wording.capitalise(amount(answer)))}</p>'
    if answer.rule:
        yield f'<p><strong>How it is counted.</strong> {light.escaped(answer.rule)}</p>'
    rows = [look_up(answer.table, row) for row in answer.rows]
    yield _list(_heading(answer), rows, "counted")
    if answer.whole:
        part = set(answer.rows)
        rest = [look_up(answer.table, row) for row in answer.whole if row not in part]
        yield _list("The others, of which it is no part", rest, "others")
    if answer.table == CLAIMS:
        filtered = openers.ledger(app.env, uri, answer.question.partition(" ")[2])
        yield f'<p><a href="../{html.escape(filtered)}">These statements in the ledger, with what was found</a></p>'
    chapters = "".join(f'<li><a href="../{uri(page)}">{light.escaped(app.env.titles[page].astext())}</a></li>' for page in number.pages)
    yield f'<section><h2>Where the book prints it</h2>\n<ul>{chapters}</ul></section>'


def amount(answer: Answer) -> str:
    """What the number is, in words."""
    if answer.whole:
        return f"{answer.words}: {len(answer.rows):,} of {len(answer.whole):,} {_named(answer, len(answer.whole))}"
    if _counts(answer):
        return f"{len(answer.rows) or 'no'} {_named(answer, len(answer.rows))}"
    return answer.words


def _counts(answer: Answer) -> bool:
    """Whether it says how many rows there are; else it says something of them, such as the days between two."""
    return answer.words.lower() in (wording.number(len(answer.rows)), f"{len(answer.rows):,}")


def _named(answer: Answer, many: int) -> str:
    names = NAMED_CONTACTS if answer.told.startswith(("contacts", "of all contacts")) else NAMES[answer.table]
    return names[many != 1]


def _heading(answer: Answer) -> str:
    if answer.whole:
        return "Those that it counts"
    if not answer.rows:
        return "There is none to show"
    return "What it counts, one by one" if _counts(answer) else "What it rests on"


def _list(heading: str, rows: Iterable[Row], name: str) -> str:
    items = "\n".join(row.line for row in rows)
    return f'<section><h2>{heading}</h2>\n' + (f'<ol class="{name}">\n{items}\n</ol>' if items else "") + "</section>"
