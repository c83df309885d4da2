"""Roles: words of the prose that come from the data at build time, and where their links lead."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.nodes import make_refnode

from rapprochement import ask
from rapprochement.book.base import DataRole, row_reference
from rapprochement.run import memory


class RowRole(DataRole):
    """A role that prints words of one row, and links to where the pages show rows of its kind."""

    def __init__(self, question: str, kind: str):
        super().__init__()
        self.question, self.kind = question, kind

    def run(self):
        answer = self.ask(self.question, self.text)
        return [row_reference(self.env.docname, self.kind, answer.rows[0], answer.words, answer.told)], []


def event_reference(docname: str, event, text: str) -> nodes.Node:
    """A link to an event, with its entry as hover text: to its page on the web, in print to its row in the chronicle."""
    return row_reference(docname, "event", event["event_id"], text, ask.entry(event))


def remember_references(app: Sphinx, document: nodes.document) -> None:
    """Note what the page that was read refers to, and to which events in which of its sections first; the events' own pages tell."""
    named: dict[str, str] = {}
    targets: set[str] = set()
    for link in document.findall(addnodes.pending_xref):
        targets |= {link["reftarget"], link["reftarget"].lower()}  # labels are in lower case
        if link["reftype"] == "event" and link["reftarget"] not in named:
            named[link["reftarget"]] = _section_of(link)
    memory.of(app.env).named[app.env.docname] = named
    memory.of(app.env).targets[app.env.docname] = targets


def _section_of(node: nodes.Node) -> str:
    """The anchor of the section in which a node stands; empty for that of the whole page."""
    while node.parent is not None and not isinstance(node, nodes.section):
        node = node.parent
    return "" if node.parent is None or isinstance(node.parent, nodes.document) else node["ids"][0]


def resolve_row(app: Sphinx, env, node, contnode):
    """Resolve the links to rows: each kind of row is shown by the page that says so with its directive.

    The link keeps the id of its row as the attribute of its kind, for editions that lead elsewhere.
    """
    kind = node.get("reftype")
    if kind not in ("event", "claim"):
        return None
    page = getattr(env, "rapprochement_shown_by", {}).get(kind)
    if page is None:
        raise ExtensionError(f"no page shows the rows of kind {kind} that a role links to: the directive chronicle, or claims with :ledger:, is missing")
    link = make_refnode(app.builder, node["refdoc"], page, row_anchor(kind, node["reftarget"]), contnode, node["reftitle"])
    link[kind] = node["reftarget"]
    return link


def row_anchor(kind: str, row_id: str) -> str:
    """The name of a row on the page that shows it."""
    return f"{kind}-{row_id}"


def shown_here(env, kind: str) -> None:
    """Note that the page being read shows the rows of a kind."""
    env.rapprochement_shown_by = {**getattr(env, "rapprochement_shown_by", {}), kind: env.docname}
