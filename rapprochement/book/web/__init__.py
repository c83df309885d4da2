"""The web edition: what the pages need beyond the content that all editions share.

``pages`` says what each page is, ``search`` finds names in any spelling, ``names`` keeps pairs of them together,
``chronicle`` and ``ledger`` make the tables of events and of claims filterable
by the form of ``row_filter``, ``cards`` previews links,
``finish`` makes the written pages lean and accessible. Scripts and styles stand
in ``assets/static``.
"""

from __future__ import annotations

import sys
from types import SimpleNamespace

from sphinx.application import Sphinx

from rapprochement.book.web import chronicle, finish, names, pages, search

# The module of sphinxext-opengraph that draws a card for each page. The book has
# one card for all, and loading matplotlib would take half a second of every build.
CARD_DRAWING = "sphinxext.opengraph._social_cards"


def setup(app: Sphinx) -> None:
    sys.modules.setdefault(CARD_DRAWING, SimpleNamespace(DEFAULT_SOCIAL_CONFIG={}, create_social_card=None))
    app.setup_extension("sphinxext.opengraph")
    search.setup(app)
    names.setup(app)
    chronicle.setup(app)
    app.connect("config-inited", pages.follow_the_base_url)
    # After the themes, which fill the context that this changes.
    app.connect("html-page-context", pages.describe, priority=900)
    app.connect("html-collect-pages", pages.not_found)
    app.connect("book-written", pages.send_root_to_first_page, priority=900)
    app.connect("book-written", finish.finish, priority=950)
    app.connect("build-finished", finish.slim, priority=950)
