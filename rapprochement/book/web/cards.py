"""Cards: what a link leads to, shown where the link stands.

Every event, source and glossary term is written once to a script that a page
loads when the reader first rests on such a link; ``assets/static/cards.js``
shows it. Without scripts the links lead to the same words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from rapprochement import wording
from rapprochement.book import evidence
from rapprochement.book.evidence import Evidence

SCRIPT = "cards-data.js"
# Enough of a definition or summary to understand the sentence one is reading.
MOST_WORDS = 70

Card = dict[str, str]


def write_script(app: Sphinx, exception: Exception | None) -> None:
    """Write the cards of the whole book, by the address that links use: page#anchor."""
    if exception or app.builder.format != "html":
        return
    cards = dict(_of_events(app, evidence.load(app.srcdir)))
    for docname in sorted(app.env.found_docs):
        doctree = app.env.get_doctree(docname)
        page = app.builder.get_target_uri(docname)
        for anchor, card in [*_of_sources(doctree), *_of_terms(doctree)]:
            cards[f"{page}#{anchor}"] = card
    script = f"window.bookCards = {json.dumps(cards, ensure_ascii=False, separators=(',', ':'))};\n"
    (Path(app.outdir) / "_static" / SCRIPT).write_text(script, encoding="utf-8")


def _of_events(app: Sphinx, evidence_: Evidence) -> Iterator[tuple[str, Card]]:
    chronicle = app.builder.get_target_uri(app.env.rapprochement_chronicle)
    for _, event in evidence_.events.iterrows():
        place = evidence_.place_name(event["place"])
        parties = wording.third_parties(event)
        yield f"{chronicle}#event-{event['event_id']}", {
            "over": ", ".join(filter(None, [wording.event_date(event), place])),
            "head": event["title"],
            "text": _shortened(event["summary"]),
            "under": f"Third parties: {parties}" if parties else "",
        }


def _of_sources(doctree: nodes.document) -> Iterator[tuple[str, Card]]:
    for citation in doctree.findall(nodes.citation):
        text = " ".join(part.astext() for part in citation.children if not isinstance(part, nodes.label))
        for anchor in citation["ids"]:
            yield anchor, {"text": " ".join(text.split())}


def _of_terms(doctree: nodes.document) -> Iterator[tuple[str, Card]]:
    for item in doctree.findall(nodes.definition_list_item):
        terms = [term for term in item.findall(nodes.term) if term["ids"]]
        definition = next(item.findall(nodes.definition), None)
        if definition is None:
            continue
        for term in terms:
            for anchor in term["ids"]:
                yield anchor, {"head": term.astext(), "text": _shortened(definition.astext())}


def _shortened(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= MOST_WORDS else " ".join(words[:MOST_WORDS]) + " …"


def setup(app: Sphinx) -> None:
    app.connect("build-finished", write_script)
