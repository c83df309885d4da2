"""Put what a sentence rests on beside it: its sources, and the paragraph of the article right before them.

The order of the words stays; the style sheet sets them in the margin where there is one.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

A_PARAGRAPH = r'<a class="paragraph"[^>]*>[^<]*</a>'
# With the space before, which a mark in their place does not need.
CITED = re.compile(rf'( ?)((?:\({A_PARAGRAPH}(?:(?:, | and |–){A_PARAGRAPH})*\) )?<span class="bibtex-citation"[^>]*>(?:(?!<span).)*?</span>)', flags=re.DOTALL)
# No line of the text column, so no margin of its own.
NO_PROSE = {"table", "figure", "form", "details"}
NO_PROSE_CLASSES = {"admonition", "sd-card", "key-figures", "first-finding", "time-line", "citation-list", "exercise"}


def set_beside(page: LexborHTMLParser) -> None:
    """Wrap each group of citations in the prose of a page."""
    for cites in page.css("article.bd-article :is(p, li, dd):has(> .bibtex-citation)"):
        if not _is_no_prose(cites):
            cites.inner_html = CITED.sub(r'<span class="cited"><span class="beside">\1\2</span></span>', cites.inner_html)


def _is_no_prose(node: LexborNode) -> bool:
    while node is not None and node.tag != "article":
        if node.tag in NO_PROSE or NO_PROSE_CLASSES & set((node.attributes.get("class") or "").split()):
            return True
        node = node.parent
    return False
