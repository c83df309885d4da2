"""Where words that open lead on the web: a number to its page, a paragraph of the article and a count of claims to the filtered ledger."""

from __future__ import annotations

import html
from urllib.parse import urlencode

from docutils import nodes
from sphinx.environment import BuildEnvironment

from rapprochement.book import roles
from rapprochement.book.openers import LEDGER, NUMBER, PARAGRAPH, opener
from rapprochement.editions.web.ledger import BY

FOLDER = "numbers"
LINK = '<a class="{kind}" href="{address}">'


def number_page(key: str) -> str:
    """The address of the page of a number, relative to the root."""
    return f"{FOLDER}/{key}.html"


def ledger(env: BuildEnvironment, uri, query: str = "", anchor: str = "") -> str:
    """The address of the ledger, relative to the root, filtered as a query of claims says; whole where a filter cannot say it.

    uri: from the name of a page to its address. A book without a ledger has its first page instead.
    """
    terms = dict(word.split("=") for word in query.split())
    terms.pop("kind", None) if terms.get("kind") == "any" else None
    if any("|" in value for value in terms.values()):
        terms = {}
    chosen = urlencode({key: nodes.make_id(BY.get(value, value) if key == "checked" else value) for key, value in terms.items()})
    return uri(_ledger_page(env) or env.config.root_doc) + (f"?{chosen}" if chosen else "") + (f"#{anchor}" if anchor else "")


def _ledger_page(env: BuildEnvironment) -> str | None:
    return getattr(env, "rapprochement_shown_by", {}).get("claim")


def paragraph(env: BuildEnvironment, uri, name: str) -> str:
    """The address of what the ledger has of a paragraph of the article."""
    return ledger(env, uri, f"paragraph={name}", roles.row_anchor("paragraph", nodes.make_id(name)))


def address(env: BuildEnvironment, uri, node: opener) -> str:
    """Where the words of a node lead, relative to the root or, within the page, from its anchor on."""
    kind, key = node["kind"], node["key"]
    if kind == NUMBER:
        return number_page(key)
    if kind == PARAGRAPH:
        return paragraph(env, uri, key)
    return ledger(env, uri, key) if kind == LEDGER else f"#{nodes.make_id(key)}"


def _opens(translator, node: opener) -> bool:
    """Not where there is nothing to open, nor within a heading, which the table of contents repeats as a link."""
    if translator.builder.name != "html" or translator.config.rapprochement_content_only:
        return False
    if node["kind"] in (PARAGRAPH, LEDGER) and not _ledger_page(translator.builder.env):
        return False
    above = node.parent
    while above is not None:
        if isinstance(above, nodes.reference) or (isinstance(above, nodes.title) and isinstance(above.parent, nodes.section)):
            return False
        above = above.parent
    return True


def visit(translator, node: opener) -> None:
    if _opens(translator, node):
        found = address(translator.builder.env, translator.builder.get_target_uri, node)
        root = "" if found.startswith("#") else "../" * translator.builder.current_docname.count("/")
        kind = "reference internal" if node["kind"] == LEDGER else PARAGRAPH if node["kind"] == PARAGRAPH else NUMBER
        translator.body.append(LINK.format(kind=kind, address=html.escape(root + found)))


def depart(translator, node: opener) -> None:
    if _opens(translator, node):
        translator.body.append("</a>")


def words_alone(translator, node: opener) -> None:
    """In editions without these pages."""
