"""The claims ledger in the book: the table, and where its filter goes."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pandas as pd
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from rapprochement import wording
from rapprochement.book import roles, tables
from rapprochement.book.base import DataDirective, row_reference
from rapprochement.claims import VERDICTS, select_claims

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
        self.ask("claims", query)
        rows = select_claims(self.record.judged, query)
        if rows.empty:
            raise self.stop(f"no claim matches {query!r}")
        if "ledger" in self.options:
            roles.shown_here(self.env, "claim")
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

    @functools.cached_property
    def _first_of_paragraphs(self) -> set[str]:
        return set(self.record.claims.drop_duplicates("paragraph")["claim_id"])

    def _cells(self, claim: pd.Series) -> list[tables.Cell]:
        return [self._statement(claim), VERDICTS[claim["against_own_list"]], VERDICTS[claim["against_record"]], self._finding(claim)]

    def _statement(self, claim: pd.Series) -> list[nodes.Node]:
        place = " ".join([claim["paragraph"], *claim["notes"]])
        if "ledger" in self.options:
            anchors = [roles.row_anchor("claim", claim["claim_id"])]
            if claim["claim_id"] in self._first_of_paragraphs:
                anchors.append(roles.row_anchor("paragraph", nodes.make_id(claim["paragraph"])))
            head = [*(nodes.target("", "", ids=[name]) for name in anchors), nodes.strong("", place)]
        else:
            head = [row_reference(self.env.docname, "claim", claim["claim_id"], place, f"{claim['paragraph']}: {claim['claim']}")]
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
        events = [self.record.event(event_id) for event_id in event_ids]
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
