"""Roles: words of the prose that come from the data at build time."""

from __future__ import annotations

from collections.abc import Callable

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import ReferenceRole
from sphinx.util.nodes import make_refnode

from rapprochement import ask, wording
from rapprochement.book.base import DataRole, row_reference
from rapprochement.query import QueryError


class EventRole(DataRole, ReferenceRole):
    """``{event}`id``` prints the date of an event and links to the chronicle.

    ``{event}`words <id>``` prints the words; they may hold ``{date}``, ``{day}``
    (without the year), ``{month}``, ``{year}``, ``{place}``, ``{title}`` and
    ``{article_date}``, which come from the row.
    """

    def run(self):
        try:
            event = self.evidence.event(self.target)
            text = ask.event_words(self.evidence, self.target, self.title if self.has_explicit_title else "{date}")
        except (QueryError, KeyError, ValueError) as error:
            raise self.stop(error) from None
        return [event_reference(self.env.docname, event, text)], []


def event_reference(docname: str, event, text: str) -> nodes.Node:
    """A link to the entry of an event in the chronicle, with the entry as hover text."""
    return row_reference(docname, "event", event["event_id"], text, f"{wording.event_date(event)}: {event['title']}")


def resolve_event(app: Sphinx, env, node, contnode):
    """Resolve the links that :func:`event_reference` leaves pending."""
    if node.get("reftype") != "event":
        return None
    chronicle = getattr(env, "rapprochement_chronicle", None)
    if chronicle is None:
        raise ExtensionError("no page holds the chronicle directive, so events have nowhere to link to")
    return make_refnode(
        app.builder, node["refdoc"], chronicle, f"event-{node['reftarget']}", contnode, node["reftitle"]
    )


class WordsRole(DataRole):
    """A role that prints words computed from the data, see :data:`rapprochement.ask.WORDS`."""

    def __init__(self, words: Callable[[ask.Evidence, str], str]):
        super().__init__()
        self.words = words

    def run(self):
        try:
            return self.text_node(self.words(self.evidence, self.text))
        except (QueryError, ValueError) as error:
            raise self.stop(error) from None
