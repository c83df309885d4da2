"""The web edition: what the pages need beyond the content that all editions share.

``pages`` says what each page is, ``search`` finds names in any spelling, ``line_breaks`` keeps pairs of them together,
``chronicle`` and ``ledger`` make the tables of events and of claims filterable
by the form of ``row_filter``, ``cards`` previews links,
``light`` is the template of the pages beside the chapters, ``events`` makes one for each event, ``citing`` says how to cite it, ``taking`` puts that and links to files into the pages,
``margin`` sets what a sentence rests on beside it, ``mend`` and ``slim`` make the written pages accessible and lean, ``policy`` lets them load nothing foreign.
Scripts and styles stand in ``assets/static``.
"""

from __future__ import annotations

from sphinx.application import Sphinx


def is_written(app: Sphinx) -> bool:
    """Whether this build makes the web edition: its steps are for separate pages, not for an EPUB or one long page."""
    return app.builder.name in ("html", "dirhtml")
