"""The claims ledger in the book: the table, and the roles that let prose quote its verdicts and counts."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import ReferenceRole, SphinxDirective
from sphinx.util.nodes import make_refnode

from rapprochement import wording
from rapprochement.book import roles, tables
from rapprochement.book.base import DataDirective, DataRole, row_reference
from rapprochement.claims import VERDICTS, select_claims
from rapprochement.query import QueryError

HEADS = ["Paragraph and claim", "Own list", "Record", "What was found"]


class ClaimsTable(DataDirective):
    """``claims``: the claims that match a query, as a table; all of them without one.

    Argument: a query (:func:`rapprochement.claims.select_claims`). Content: the
    caption. Options: ``name``, target for ``numref``; ``ledger`` (a flag) on the
    one page to whose rows every ``verdict`` links.
    """

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"name": directives.unchanged, "ledger": directives.flag}

    def run(self) -> list[nodes.Node]:
        query = self.arguments[0] if self.arguments else ""
        try:
            rows = select_claims(self.evidence.claims, query)
        except QueryError as error:
            raise self.stop(error) from None
        if rows.empty:
            raise self.stop(f"no claim matches {query!r}")
        if "ledger" in self.options:
            self.env.rapprochement_ledger = self.env.docname
        table = tables.table(
            HEADS,
            [self._cells(claim) for _, claim in rows.iterrows()],
            widths=[34, 11, 11, 44],
            caption=self.inline(" ".join(self.content)),
            # Sphinx breaks a table over pages in print only if it has this class or many rows.
            classes=["claims", "longtable"],
            name=self.options.get("name"),
            row_classes=[list(_classes(claim)) for _, claim in rows.iterrows()],
        )
        if "name" in self.options:
            self.state.document.note_explicit_target(table)
        return [table]

    def _cells(self, claim: pd.Series) -> list[tables.Cell]:
        return [self._statement(claim), VERDICTS[claim["against_own_list"]], VERDICTS[claim["against_record"]], self._finding(claim)]

    def _statement(self, claim: pd.Series) -> list[nodes.Node]:
        place = " ".join([claim["paragraph"], *claim["notes"]])
        if "ledger" in self.options:
            head = [nodes.target("", "", ids=[_anchor(claim["claim_id"])]), nodes.strong("", place)]
        else:
            head = [_claim_reference(self.env.docname, claim, place)]
        return [nodes.paragraph("", "", *head, nodes.Text(f" {claim['claim']}"))]

    def _finding(self, claim: pd.Series) -> list[nodes.Node]:
        blocks = [nodes.paragraph("", claim["remark"])]
        if claim["found"]:
            blocks.append(nodes.paragraph("", "", nodes.emphasis("", "Computed: "), nodes.Text(claim["found"]), classes=["computed-line"]))
        if claim["events"]:
            blocks.append(nodes.paragraph("", "", nodes.Text("Events: "), *_separated(self._events(claim["events"])), nodes.Text("."), classes=["event-line"]))
        if claim["sources"]:
            blocks.append(nodes.paragraph("", "", nodes.Text("Sources: "), *self.citations(claim["sources"]), nodes.Text("."), classes=["source-line"]))
        return blocks

    def _events(self, event_ids: list[str]) -> list[nodes.Node]:
        """Links by date; events of the same day by their titles as well."""
        events = [self.evidence.event(event_id) for event_id in event_ids]
        dates = [wording.event_date(event) for event in events]
        texts = [date if dates.count(date) == 1 else f"{date}: {event['title']}" for date, event in zip(dates, events)]
        return [roles.event_reference(self.env.docname, event, text) for event, text in zip(events, texts)]


class ledger_form(nodes.General, nodes.Element):
    """Where the form that filters the ledger goes; the web edition makes it."""


class ClaimsFilter(SphinxDirective):
    """``claims-filter``: the form that filters the ledger of its page on screen; printed editions have none."""

    def run(self) -> list[nodes.Node]:
        return [ledger_form()]


def _classes(claim: pd.Series) -> Iterator[str]:
    """Hooks for style and filters: one class for each value a reader may filter by."""
    values = {
        "paragraph": claim["paragraph"],
        "kind": claim["kind"],
        "own": claim["against_own_list"],
        "record": claim["against_record"],
        "chapter": claim["chapter"],
        "checked": "by-computer" if claim["check"] else "by-reading",
    }
    return (nodes.make_id(f"{key}-{value}") for key, value in values.items())


def _separated(items: list[nodes.Node]) -> Iterator[nodes.Node]:
    for i, item in enumerate(items):
        if i:
            yield nodes.Text("; ")
        yield item


def _anchor(claim_id: str) -> str:
    return f"claim-{claim_id}"


def _claim_reference(docname: str, claim: pd.Series, text: str) -> nodes.Node:
    return row_reference(docname, "claim", claim["claim_id"], text, f"{claim['paragraph']}: {claim['claim']}")


def resolve_claim(app: Sphinx, env, node, contnode):
    """Resolve the links that :func:`_claim_reference` leaves pending."""
    if node.get("reftype") != "claim":
        return None
    page = getattr(env, "rapprochement_ledger", None)
    if page is None:
        raise ExtensionError("no page holds a claims directive with :ledger:, so claims have nowhere to link to")
    return make_refnode(app.builder, node["refdoc"], page, _anchor(node["reftarget"]), contnode, node["reftitle"])


class VerdictRole(DataRole, ReferenceRole):
    """``{verdict}`claim-id``` prints how a claim stands against the record and links to the ledger.

    ``{verdict}`words <claim-id>``` prints the words; ``{record}``, ``{own}`` and
    ``{paragraph}`` in them come from the claim.
    """

    def run(self):
        claims = self.evidence.claims
        rows = claims[claims["claim_id"] == self.target]
        if rows.empty:
            raise self.stop(f"no claim {self.target!r} in claims.csv")
        claim = rows.iloc[0]
        words = {"record": VERDICTS[claim["against_record"]], "own": VERDICTS[claim["against_own_list"]], "paragraph": claim["paragraph"]}
        try:
            text = (self.title if self.has_explicit_title else "{record}").format(**words)
        except (KeyError, IndexError, ValueError) as error:
            raise self.stop(f"no word {error}; there are: {', '.join(words)}") from None
        return [_claim_reference(self.env.docname, claim, text)], []


class ClaimsCountRole(DataRole):
    """``{claims-count}`record=holds kind=count``` prints how many claims match; ``{claims-count-upper}`` begins a sentence."""

    def __init__(self, begins_sentence: bool = False):
        super().__init__()
        self.begins_sentence = begins_sentence

    def run(self):
        try:
            text = wording.number(len(select_claims(self.evidence.claims, self.text)))
        except QueryError as error:
            raise self.stop(error) from None
        return self.text_node(wording.capitalise(text) if self.begins_sentence else text)


# As a sentence says it of one claim and of several.
VERDICT_VERBS = {
    "holds": ("holds", "hold"),
    "partly": ("holds in part", "hold in part"),
    "contradicted": ("does not hold", "do not hold"),
    "contested": ("is contested", "are contested"),
    "not-checkable": ("cannot be checked", "cannot be checked"),
}


class ClaimsVerdictsRole(DataRole):
    """``{claims-verdicts}`chapter=highlights/recognition``` prints how many claims hold, hold in part and so on; verdicts that no claim has are left out."""

    def run(self):
        try:
            verdicts = select_claims(self.evidence.claims, self.text)["against_record"].value_counts()
        except QueryError as error:
            raise self.stop(error) from None
        if verdicts.empty:
            raise self.stop(f"no claim matches {self.text!r}")
        return self.text_node(
            wording.join([f"{wording.number(verdicts[key])} {verbs[int(verdicts[key] > 1)]}" for key, verbs in VERDICT_VERBS.items() if key in verdicts])
        )
