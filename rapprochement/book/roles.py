"""Roles: words of the prose that come from the data at build time."""

from __future__ import annotations

import string
from collections.abc import Callable

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import ReferenceRole, SphinxRole
from sphinx.util.nodes import make_refnode

from rapprochement import wording
from rapprochement.book import evidence
from rapprochement.query import QueryError, select


class FromData:
    """What a role or directive shares that prints from the data, and stops the build when the data has no answer."""

    what: str  # "role" or "directive"

    @property
    def evidence(self) -> evidence.Evidence:
        return evidence.load(self.env.srcdir)

    def stop(self, reason: object) -> SystemExit:
        """Ends the build with one line; after an exception Jupyter Book would print seventy of its own calls."""
        source, line = self.get_source_info()
        return SystemExit(f"\n{source}:{line}: {self.name} {self.what}: {reason}")


class _DataRole(FromData, SphinxRole):
    what = "role"

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
            event = self.evidence.event(self.target)
            text = event_words(self.evidence, self.target, self.title if self.has_explicit_title else "{date}")
        except (QueryError, KeyError, ValueError) as error:
            raise self.stop(error) from None
        return [event_reference(self.env.docname, event, text)], []


def event_words(evidence_: evidence.Evidence, event_id: str, template: str) -> str:
    """Fill a template of :class:`EventRole` from the row of an event."""
    return string.Formatter().vformat(template, (), _words_of(evidence_.event(event_id), evidence_))


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
    return row_reference(docname, "event", event["event_id"], text, f"{wording.event_date(event)}: {event['title']}")


def row_reference(docname: str, kind: str, row_id: str, text: str, title: str) -> nodes.Node:
    """A link, still to be resolved, to where the pages show a row of the data."""
    return addnodes.pending_xref(
        "",
        nodes.inline(text, text, classes=[kind]),
        refdoc=docname,
        refdomain="",
        reftype=kind,
        reftarget=row_id,
        reftitle=title,
    )


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


class WordsRole(_DataRole):
    """A role that prints words computed from the data, see :data:`WORDS`."""

    def __init__(self, words: Callable[[evidence.Evidence, str], str]):
        super().__init__()
        self.words = words

    def run(self):
        try:
            return self.text_node(self.words(self.evidence, self.text))
        except (QueryError, ValueError) as error:
            raise self.stop(error) from None


def count(evidence_: evidence.Evidence, query: str) -> str:
    """``{count}`query``` prints how many events match."""
    return wording.number(len(select(evidence_.events, query)))


def figures(evidence_: evidence.Evidence, query: str) -> str:
    """``{figures}`query``` prints the same count in digits, for columns of a table."""
    return f"{len(select(evidence_.events, query)):,}"


def count_upper(evidence_: evidence.Evidence, query: str) -> str:
    """``{count-upper}`query``` begins a sentence."""
    return wording.capitalise(count(evidence_, query))


def share(evidence_: evidence.Evidence, queries: str) -> str:
    """``{share}`query of query``` prints the share of the second that the first makes, in per cent."""
    part, of, whole = queries.partition(" of ")
    if not of:
        raise QueryError("write: query of query")
    everything = select(evidence_.events, whole)
    if everything.empty:
        raise QueryError(f"nothing matches {whole!r}")
    return wording.percent(len(select(everything, part)) / len(everything))


def gap(evidence_: evidence.Evidence, ids: str) -> str:
    """``{gap}`first-id second-id``` prints the days from the end of one event to the start of another."""
    first, second = (evidence_.event(name) for name in ids.split())
    return wording.days((second["start"] - first["end"]).days)


def fact(evidence_: evidence.Evidence, name: str) -> str:
    """``{fact}`name``` prints a named fact of the data set, see :func:`evidence.facts`."""
    if name not in evidence_.facts:
        raise QueryError(f"no fact {name!r}; there are: {', '.join(evidence_.facts)}")
    return evidence_.facts[name]


WORDS = {"count": count, "figures": figures, "count-upper": count_upper, "share": share, "gap": gap, "fact": fact}


def setup(app: Sphinx) -> None:
    app.add_role("event", EventRole())
    for name, words in WORDS.items():
        app.add_role(name, WordsRole(words))
    app.connect("missing-reference", resolve_event)
