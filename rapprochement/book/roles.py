"""Roles: words of the prose that come from the data at build time."""

from __future__ import annotations

import string

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import ReferenceRole, SphinxRole
from sphinx.util.nodes import make_refnode

from rapprochement import wording
from rapprochement.book import evidence
from rapprochement.query import QueryError, find, select


class _DataRole(SphinxRole):
    """A role that stops the build, naming page and line, when the data has no answer."""

    @property
    def evidence(self) -> evidence.Evidence:
        return evidence.load(self.env.srcdir)

    def stop(self, reason: object) -> ExtensionError:
        source, line = self.get_source_info()
        return ExtensionError(f"{source}:{line}: {self.name} role: {reason}")

    def text_node(self, text: str) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [nodes.Text(text)], []


class EventRole(_DataRole, ReferenceRole):
    """``{event}`id``` prints the date of an event and links to the chronicle.

    ``{event}`words <id>``` prints the words; they may hold ``{date}``, ``{day}``
    (without the year), ``{month}``, ``{year}``, ``{place}``, ``{title}`` and
    ``{article_date}``, which come from the row.
    """

    def run(self):
        try:
            event = find(self.evidence.events, self.target)
            template = self.title if self.has_explicit_title else "{date}"
            text = string.Formatter().vformat(template, (), _words_of(event, self.evidence))
        except (QueryError, KeyError, ValueError) as error:
            raise self.stop(error) from None
        return [event_reference(self.env.docname, event, text)], []


def _words_of(event, evidence_: evidence.Evidence) -> dict[str, str]:
    words = {
        "date": wording.event_date(event),
        "day": wording.day_month(event["start"]),
        "start": wording.day(event["start"]),
        "end": wording.day(event["end"]),
        "month": f"{event['start']:%B %Y}",
        "year": f"{event['start']:%Y}",
        "place": evidence_.place_name(event["place"]),
        "title": event["title"],
    }
    if event["article_start"] == event["article_start"]:
        words["article_date"] = wording.day(event["article_start"])
    return {key: text for key, text in words.items() if text}


def event_reference(docname: str, event, text: str) -> nodes.Node:
    """A link to the entry of an event in the chronicle, with the entry as hover text."""
    reference = addnodes.pending_xref(
        "",
        nodes.inline(text, text, classes=["event"]),
        refdoc=docname,
        refdomain="",
        reftype="event",
        reftarget=event["event_id"],
        reftitle=f"{wording.event_date(event)}: {event['title']}",
    )
    return reference


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


class CountRole(_DataRole):
    """``{count}`query``` prints how many events match; ``{count-upper}`` begins a sentence."""

    def __init__(self, begins_sentence: bool = False):
        super().__init__()
        self.begins_sentence = begins_sentence

    def run(self):
        try:
            text = wording.number(len(select(self.evidence.events, self.text)))
        except QueryError as error:
            raise self.stop(error) from None
        return self.text_node(wording.capitalise(text) if self.begins_sentence else text)


class ShareRole(_DataRole):
    """``{share}`query of query``` prints the share of the second that the first makes, in per cent."""

    def run(self):
        part, of, whole = self.text.partition(" of ")
        try:
            if not of:
                raise QueryError("write: query of query")
            everything = select(self.evidence.events, whole)
            if everything.empty:
                raise QueryError(f"nothing matches {whole!r}")
            text = wording.percent(len(select(everything, part)) / len(everything))
        except QueryError as error:
            raise self.stop(error) from None
        return self.text_node(text)


class GapRole(_DataRole):
    """``{gap}`first-id second-id``` prints the days from the end of one event to the start of another."""

    def run(self):
        try:
            first, second = (find(self.evidence.events, name) for name in self.text.split())
        except (QueryError, ValueError) as error:
            raise self.stop(error) from None
        return self.text_node(wording.days((second["start"] - first["end"]).days))


class FactRole(_DataRole):
    """``{fact}`name``` prints a named fact of the data set, see :func:`evidence.facts`."""

    def run(self):
        if self.text not in self.evidence.facts:
            raise self.stop(f"no fact {self.text!r}; there are: {', '.join(self.evidence.facts)}")
        return self.text_node(self.evidence.facts[self.text])


def setup(app: Sphinx) -> None:
    app.add_role("event", EventRole())
    app.add_role("count", CountRole())
    app.add_role("count-upper", CountRole(begins_sentence=True))
    app.add_role("share", ShareRole())
    app.add_role("gap", GapRole())
    app.add_role("fact", FactRole())
    app.connect("missing-reference", resolve_event)
