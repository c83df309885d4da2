"""Cards: what a link leads to, shown where the link stands.

Every event, source and glossary term is written once to a script that a page
loads when the reader first rests on such a link; ``assets/static/cards.js``
shows it. Without scripts the links lead to the same words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode
from sphinx.application import Sphinx

from rapprochement import record, wording

SCRIPT = "cards-data.js"
# Enough of a definition or summary to understand the sentence one is reading.
MOST_WORDS = 70

Card = dict[str, str]


def write_script(app: Sphinx, site: Path, cards: dict[str, Card]) -> None:
    """Write the cards of all pages and events, by the address that links use: page#anchor."""
    everything = cards | dict(_of_events(app, record.load(app.srcdir)))
    script = f"window.bookCards = {json.dumps(everything, ensure_ascii=False, separators=(',', ':'))};\n"
    (site / "_static" / SCRIPT).write_text(script, encoding="utf-8")


def of_page(address: str, page: LexborHTMLParser) -> Iterator[tuple[str, Card]]:
    """The sources and the glossary terms that a written page lists."""
    for citation in page.css(".citation[id]"):
        text = " ".join(part.text() for part in citation.css("p"))
        yield f"{address}#{citation.id}", {"text": " ".join(text.split())}
    for term in page.css("dl.glossary dt[id]"):
        head = next(part for part in term.text(separator="\n").split("\n") if part.strip())
        yield f"{address}#{term.id}", {"head": head.strip(), "text": _shortened(_definition(term).text())}


def _definition(term: LexborNode) -> LexborNode:
    following = term.next
    while following.tag != "dd":  # several terms may share one definition
        following = following.next
    return following


def _of_events(app: Sphinx, known: record.Record) -> Iterator[tuple[str, Card]]:
    chronicle = app.builder.get_target_uri(app.env.rapprochement_shown_by["event"])
    for _, event in known.events.iterrows():
        place = known.place_name(event["place"])
        parties = wording.third_parties(event)
        yield f"{chronicle}#event-{event['event_id']}", {
            "over": ", ".join(filter(None, [wording.event_date(event), place])),
            "head": event["title"],
            "text": _shortened(event["summary"]),
            "under": f"Third parties: {parties}" if parties else "",
        }


def _shortened(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= MOST_WORDS else " ".join(words[:MOST_WORDS]) + " …"
