"""Directives: tables and figures of a page that come from the data at build time."""

from __future__ import annotations

from docutils import nodes
from docutils.parsers.rst import directives

from rapprochement import ask, wording
from rapprochement.book import roles, tables
from rapprochement.book.base import DataDirective
from rapprochement.data.files import SEPARATOR, table_fields
from rapprochement.data.schema import allowed


class EventsTable(DataDirective):
    """``events``: the events that match a query, as a table that links to the chronicle.

    Argument: a query (:func:`rapprochement.query.select`; events of any kind unless it
    names one). Content: the caption. Option ``name``: target for ``numref``.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"name": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        query = self.arguments[0]
        self.ask("events", query)
        events = ask.event_cells(self.record, query)
        if not events:
            raise self.stop(f"no event matches {query!r}")
        columns = [("Date", 16), ("What happened", 46), ("Third parties", 22), ("In the article", 16)]
        cells = [
            [roles.event_reference(self.env.docname, self.record.event(event_id), date), title, parties, article]
            for event_id, date, title, parties, article in events
        ]
        if not any(parties for _, _, parties, _ in cells):  # measures and rulings have none
            columns = [*columns[:2], columns[3]]
            cells = [[date, title, article] for date, title, _, article in cells]
        table = tables.table(
            [head for head, _ in columns],
            cells,
            widths=[width for _, width in columns],
            caption=self.inline(" ".join(self.content)),
            classes=["events"],
            name=self.options.get("name"),
        )
        if "name" in self.options:
            self.state.document.note_explicit_target(table)
        return [table]


def _choice(field: dict) -> str:
    """What a cell may hold; where each value has a meaning, both stand below."""
    values = field.get("vocabulary") or field.get("constraints", {}).get("enum")
    if not values:
        return f"{allowed(field, described=False)}."
    words = f"one or more of these, separated by '{SEPARATOR}':" if "listSeparator" in field else "one of these:"
    return words if "categories" in field else f"{words} {', '.join(values)}."


class Codebook(DataDirective):
    """``codebook``: the columns of one table of the data package, from its descriptor.

    Argument: its name there.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        self.ask("codebook", self.arguments[0])
        listing = nodes.definition_list(classes=["codebook"])
        for field in table_fields(self.record.metadata, self.arguments[0]):
            name = field["name"]
            term = nodes.term("", "", nodes.literal("", name), nodes.Text(f" {field['title']}"))
            term["names"].append(nodes.make_id(f"column-{self.arguments[0]}-{name}"))
            self.state.document.note_explicit_target(term)
            definition = nodes.definition("", nodes.paragraph("", field["description"]))
            rules = ["required" if field.get("constraints", {}).get("required") else "may be empty"]
            rules.append(_choice(field))
            definition += nodes.paragraph("", wording.capitalise("; ".join(rules)), classes=["rules"])
            if "categories" in field:
                meanings = nodes.bullet_list()
                for value, meaning in field["categories"].items():
                    meanings += nodes.list_item("", nodes.paragraph("", "", nodes.literal("", value), nodes.Text(f": {meaning}")))
                definition += meanings
            listing += nodes.definition_list_item("", term, definition)
        return [listing]
