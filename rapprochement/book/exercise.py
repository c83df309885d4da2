"""An exercise in checking claims: statements of the article with the rows that bear on them, and the verdict on request.

On screen each verdict is folded; in print the same page is a worksheet, with all verdicts on a sheet of their own at its end.
"""

from __future__ import annotations

import pandas as pd
from docutils import nodes
from docutils.parsers.rst import directives

from rapprochement import wording
from rapprochement.book import roles
from rapprochement.book.base import DataDirective, row_reference
from rapprochement.claims import VERDICTS

ON_SCREEN, IN_PRINT = "screen-only", "print-only"
ROOM_TO_WRITE = 60  # groups of dots: about two lines


class folded(nodes.General, nodes.Element):
    """What shows on request; attribute: summary. Print leaves it out."""


class Exercise(DataDirective):
    """``exercise``: statements of the article to be judged.

    Content: ids of claims, one a line, in the order of the exercise. Option ``name``: the anchor of its answer sheet.
    """

    has_content = True
    option_spec = {"name": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        ids = [line.strip() for line in self.content if line.strip()]
        self.ask("exercise", " ".join(ids))
        judged = self.record.judged.set_index("claim_id", drop=False)
        claims = [judged.loc[claim_id] for claim_id in ids]
        tasks = nodes.enumerated_list(classes=["exercise"], enumtype="arabic", prefix="", suffix=".")
        tasks += [self._task(claim) for claim in claims]
        answers = nodes.enumerated_list(enumtype="arabic", prefix="", suffix=".")
        answers += [nodes.list_item("", *self._answer(claim)) for claim in claims]
        sheet = nodes.container("", nodes.rubric("", "Answer sheet"), answers, classes=["answer-sheet", IN_PRINT])
        return [tasks, sheet]

    def _task(self, claim: pd.Series) -> nodes.list_item:
        # Not P18: that opens what the book found.
        task = nodes.list_item("", nodes.paragraph("", "", nodes.strong("", f"Paragraph {claim['paragraph'][1:]}. "), nodes.Text(claim["claim"])))
        rows = nodes.bullet_list()
        rows += [self._row(event) for event in sorted(map(self.record.event, claim["events"]), key=lambda event: event["start"])]
        if claim["events"]:
            task += rows
        else:
            task += nodes.paragraph("", "The record has no row on it.")
        task += nodes.paragraph("", f"Mark one: {' · '.join(VERDICTS.values())}. Because: {'… ' * ROOM_TO_WRITE}", classes=[IN_PRINT])
        task += folded("", *self._answer(claim), summary="Show the verdict", classes=[ON_SCREEN, "verdict"])
        return task

    def _row(self, event: pd.Series) -> nodes.list_item:
        with_whom = wording.company(event)
        words = f" {event['title']}" + (f"; third parties: {with_whom}" if with_whom else "")
        return nodes.list_item("", nodes.paragraph("", "", roles.event_reference(self.env.docname, event, wording.event_date(event)), nodes.Text(words)))

    def _answer(self, claim: pd.Series) -> list[nodes.Node]:
        verdict = wording.capitalise(VERDICTS[claim["against_record"]])
        found = f" Computed: {claim['found']}" if claim["found"] else ""
        return [
            nodes.paragraph(
                "", "", nodes.strong("", f"{verdict}."), nodes.Text(f" {claim['remark']}{found} "),
                row_reference(self.env.docname, "claim", claim["claim_id"], "In the ledger", f"{claim['paragraph']}: {claim['claim']}"), nodes.Text("."),
            )
        ]


def visit_folded(translator, node: folded) -> None:
    translator.body.append(f'<details class="{" ".join(node["classes"])}"><summary>{node["summary"]}</summary>')


def depart_folded(translator, node: folded) -> None:
    translator.body.append("</details>")


def skip(translator, node) -> None:
    raise nodes.SkipNode
