"""The form above the claims ledger, which filters its rows on screen."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

from rapprochement import record
from rapprochement.book.ledger import ledger_form
from rapprochement.claims import VERDICTS
from rapprochement.data.files import table_fields
from rapprochement.editions.web import row_filter
from rapprochement.wording import capitalise

BY = {"yes": "by-computer", "no": "by-reading"}
DECIDED = {"by-computer": "Computed from the rows", "by-reading": "Read in the sources"}


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the form where the page wants it."""
    for place in list(doctree.findall(ledger_form)):
        place.replace_self(_form(app))


def _form(app: Sphinx) -> nodes.raw:
    data = record.load(app.srcdir)
    verdicts = {verdict: capitalise(words) for verdict, words in VERDICTS.items()}
    kinds = next(field for field in table_fields(data.metadata, "claims") if field["name"] == "kind")["constraints"]["enum"]
    chapters = {chapter: app.env.titles[f"chapters/{chapter}"].astext() for chapter in data.claims["chapter"].unique()}
    return row_filter.form(
        "ledger-tools",
        "Filter the ledger",
        words="Words in the claim or its finding",
        facets=[
            row_filter.select("record", "Against the record", "All verdicts", verdicts),
            row_filter.select("own", "Against its own list", "All verdicts", verdicts),
            row_filter.select("kind", "Kind", "All kinds", {kind: capitalise(kind) for kind in kinds}),
            row_filter.select("checked", "How it was decided", "Either way", DECIDED),
            row_filter.select("chapter", "Chapter", "All chapters", chapters),
            row_filter.select("paragraph", "Paragraph", "All paragraphs", {name: name for name in data.claims["paragraph"].unique()}),
        ],
    )
