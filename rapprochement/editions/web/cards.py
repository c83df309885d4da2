"""Cards: what a link leads to, shown where the link stands.

Every event, claim, source and glossary term, every number of the prose and
every paragraph of the article is written once to a script that a page loads
when the reader first rests on such a link; ``assets/static/cards.js`` shows
it. Without scripts the links lead to the same words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode
from sphinx.application import Sphinx

from rapprochement import record, wording
from rapprochement.answer import CLAIMS
from rapprochement.article import PARAGRAPHS
from rapprochement.editions.web import events, numbers, openers
from rapprochement.editions.web.light import curled

SCRIPT = "cards-data.js"
# Enough of a definition or summary to understand the sentence one is reading.
MOST_WORDS = 70
# So many rows of a number fit in a card.
MOST_ROWS = 10

# over, head, text, under: lines of text. rows: addresses of cards, of which each is a line. more: what the link to the whole says.
Card = dict[str, str | list[str]]


def write_script(app: Sphinx, site: Path, cards: dict[str, Card]) -> None:
    """Write the cards of all pages, by the address that links use: page#anchor.

    Rows stand once, in a list of their addresses; a card has their places in it.
    """
    known = record.load(app.srcdir)
    look_up = numbers.row_of(app, known)
    everything = cards | dict(_of_events(known)) | dict(_of_claims(known, look_up))
    lists = dict(_of_numbers(app, look_up)) | dict(_of_paragraphs(app, known, look_up))
    rows = sorted({row for card in lists.values() for row in card.get("rows", ())})
    places = {row: place for place, row in enumerate(rows)}
    everything |= {address: {**card, "rows": [places[row] for row in card["rows"]]} for address, card in lists.items()}
    (site / "_static" / SCRIPT).write_text(f"window.bookCards = {_compact(everything)};\nwindow.bookRows = {_compact(rows)};\n", encoding="utf-8")


def _compact(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def of_page(address: str, page: LexborHTMLParser) -> Iterator[tuple[str, Card]]:
    """The sources and the glossary terms that a written page lists."""
    for citation in page.css(".citation[id]"):
        text = " ".join(part.text() for part in citation.css("p:not(.rests)"))
        yield f"{address}#{citation.id}", {"text": " ".join(text.split())}
    for term in page.css("dl.glossary dt[id]"):
        head = next(part for part in term.text(separator="\n").split("\n") if part.strip())
        yield f"{address}#{term.id}", {"head": head.strip(), "text": _shortened(definition(term).text())}


def definition(term: LexborNode) -> LexborNode:
    """What a glossary says of a term."""
    following = term.next
    while following.tag != "dd":  # several terms may share one definition
        following = following.next
    return following


def _of_events(known: record.Record) -> Iterator[tuple[str, Card]]:
    for _, event in known.events.iterrows():
        place = known.place_name(event["place"])
        parties = wording.third_parties(event)
        yield events.address(event["event_id"]), {
            "over": ", ".join(filter(None, [wording.event_date(event), place])),
            "head": curled(event["title"]),
            "text": curled(_shortened(event["summary"])),
            "under": f"Third parties: {parties}" if parties else "",
        }


def _of_claims(known: record.Record, look_up: numbers.LookUp) -> Iterator[tuple[str, Card]]:
    for claim_id in known.claims["claim_id"]:
        row = look_up(CLAIMS, claim_id)
        yield row.address, {"over": row.over, "text": curled(row.text)}


def _of_numbers(app: Sphinx, look_up: numbers.LookUp) -> Iterator[tuple[str, Card]]:
    for number in numbers.all_numbers(app):
        answer = number.answer
        shown = [look_up(answer.table, row).address for row in answer.rows[:MOST_ROWS]]
        yield number.address, {
            "over": numbers.amount(answer),
            "head": curled(wording.capitalise(answer.told)),
            "rows": list(dict.fromkeys(shown)),
            "more": f"All {len(answer.rows):,}, and how they are counted" if len(answer.rows) > MOST_ROWS else "How it is counted, and where it stands",
        }


def _of_paragraphs(app: Sphinx, known: record.Record, look_up: numbers.LookUp) -> Iterator[tuple[str, Card]]:
    for name in PARAGRAPHS:
        claims = known.claims.loc[known.claims["paragraph"] == name, "claim_id"]
        card: Card = {"head": f"Paragraph {name[1:]} of the article, in our words", "rows": [look_up(CLAIMS, each).address for each in claims], "more": "In the ledger, with what was found"}
        if claims.empty:
            card = {**card, "head": f"Paragraph {name[1:]} of the article", "text": "It makes no statement that a source could bear out or refute, so the ledger has none of it.", "more": "To the ledger"}
        yield openers.paragraph(app.env, app.builder.get_target_uri, name), card


def _shortened(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= MOST_WORDS else " ".join(words[:MOST_WORDS]) + " …"
