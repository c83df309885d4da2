"""Words of the prose that open: a number to the rows that it counts, a paragraph of the article to what the ledger has of it.

What they open lies outside the chapters; a node says kind and key, and each
edition makes of it what it can. In print it is its words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.roles import PasteTextRole
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.application import Sphinx

from rapprochement.answer import Answer
from rapprochement.article import PARAGRAPHS
from rapprochement.book.base import DataRole, numbers_shown
from rapprochement.output_types import ANSWERS

NUMBER, PARAGRAPH, TABLE, LEDGER = "number", "paragraph", "table", "ledger"
A_PARAGRAPH = re.compile(rf"\b(?:{'|'.join(PARAGRAPHS)})\b")
# Where a paragraph is no reference: code, headings, other links, and where the ledger or the chronicle lists it.
NO_REFERENCE = (nodes.FixedTextElement, nodes.literal, nodes.raw, nodes.reference, nodes.Invisible, nodes.term)
NO_REFERENCES_IN = {"claims", "chronicle"}


class opener(nodes.General, nodes.Inline, nodes.TextElement):
    """Words that open something; attributes: kind, key."""


def printed(answer: Answer) -> list[nodes.Node]:
    """The words of an answer, with what opens in them."""
    return [nodes.Text(piece) if isinstance(piece, str) else _opening(piece) for piece in answer.pieces()]


def _opening(answer: Answer) -> nodes.Node:
    if answer.number:
        return opener(answer.words, answer.words, kind=NUMBER, key=answer.key)
    if answer.shown_in:
        return opener(answer.words, answer.words, kind=TABLE, key=answer.shown_in)
    return nodes.Text(answer.words)


class NumberRole(DataRole):
    """A role that prints the answer to the question of its name, see :data:`rapprochement.ask.QUESTIONS`."""

    def __init__(self, question: str):
        super().__init__()
        self.question = question

    def run(self):
        return printed(self.ask(self.question, self.text)), []


class LedgerRole(DataRole):
    """``{ledger}`words <query>``` prints the words, and leads to the claims of a query in the ledger."""

    def run(self):
        answer = self.ask("ledger", self.text)
        return [opener(answer.words, answer.words, kind=LEDGER, key=answer.told)], []


class SaidRole(PasteTextRole):
    """``{glue:text}`name``` as myst-nb has it; what a notebook counted (:func:`rapprochement.show.say`) opens."""

    def run(self):
        found, messages = super().run()
        try:
            said = retrieve_glue_data(self.document, self.text).metadata.get(ANSWERS, [])
        except RetrievalError:
            return found, messages  # which say what is wrong
        env = self.document.settings.env
        parts = tuple(Answer.from_json(part, f"{env.docname} {self.text} {place}") for place, part in enumerate(said))
        if parts:
            numbers_shown(env, parts)
            node, = found
            node.children = []
            node += printed(Answer("", node.rawsource, parts=parts))
        return found, messages


# --- Paragraphs of the article ---------------------------------------------------


def find_paragraphs(app: Sphinx, document: nodes.document) -> None:
    """Make each mention of a paragraph of the article, such as P17, a reference."""
    for words in list(document.findall(nodes.Text)):
        if A_PARAGRAPH.search(words) and not _is_no_prose(words):
            words.parent.replace(words, list(_with_references(words)))


def _with_references(words: nodes.Text) -> Iterator[nodes.Node]:
    end = 0
    for found in A_PARAGRAPH.finditer(words):
        if found.start() > end:
            yield nodes.Text(words[end : found.start()])
        yield opener(found.group(), found.group(), kind=PARAGRAPH, key=found.group())
        end = found.end()
    if end < len(words):
        yield nodes.Text(words[end:])


def _is_no_prose(words: nodes.Text) -> bool:
    node = words.parent
    while node is not None:
        if isinstance(node, (*NO_REFERENCE, opener)) or node.tagname == "pending_xref":
            return True
        if isinstance(node, nodes.title) and isinstance(node.parent, nodes.section):
            return True
        if isinstance(node, nodes.table) and NO_REFERENCES_IN & set(node["classes"]):
            return True
        node = node.parent
    return False
