"""Directives: tables and figures of a page that come from the data at build time."""

from __future__ import annotations

import pandas as pd
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from rapprochement import measures, wording
from rapprochement.book import figure_nodes, roles, tables
from rapprochement.book.web import chronicle
from rapprochement.claims import article_end
from rapprochement.counting import CONTACT_KINDS, LEVELS, TRACKS, contacts
from rapprochement.data import SEPARATOR, table_fields
from rapprochement.query import QueryError, select
from rapprochement.validation import allowed

BODIES = {"border-commissions": "border commissions", "trilateral-working-group": "trilateral working group"}


class _DataDirective(roles.FromData, SphinxDirective):
    what = "directive"

    def select(self, query: str) -> pd.DataFrame:
        try:
            return select(self.evidence.events, query)
        except QueryError as error:
            raise self.stop(error) from None

    def inline(self, text: str) -> list[nodes.Node]:
        """Parse a line of MyST, roles included."""
        holder = nodes.Element()
        self.state.nested_parse([text], self.content_offset, holder)
        return [child for paragraph in holder.children for child in paragraph.children]

    def citations(self, keys: list[str]) -> list[nodes.Node]:
        return self.inline("{cite}`" + ",".join(keys) + "`") if keys else []


class EventsTable(_DataDirective):
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
        rows = self.select(query if "kind=" in query else f"kind=any {query}")
        if rows.empty:
            raise self.stop(f"no event matches {query!r}")
        columns = [("Date", 16), ("What happened", 46), ("Third parties", 22), ("In the article", 16)]
        told_until = article_end(self.evidence.events)
        cells = [self._cells(event, told_until) for _, event in rows.iterrows()]
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

    def _cells(self, event: pd.Series, told_until: pd.Timestamp) -> list[tables.Cell]:
        date = roles.event_reference(self.env.docname, event, wording.event_date(event))
        # What came after the article is nothing that it left out.
        article = "later" if event["in_article"] == "no" and event["start"] > told_until else in_article(event)
        return [date, event["title"], wording.third_parties(event) or _nobody(event), article]


def _nobody(event: pd.Series) -> str:
    """What stands where no third party had a part: in talks it is worth saying, elsewhere there was no part to have."""
    return "none" if event["kind"] in CONTACT_KINDS else ""


def in_article(event: pd.Series) -> str:
    """Where the article mentions an event, and what date it gives if another: "P18, as 6 February 2023"."""
    if event["in_article"] == "no":
        return "no"
    text = ", ".join(event["article_paragraphs"])
    if event["in_article"] == "aggregate":
        text += ", counted but not dated"
    if pd.notna(event["article_start"]):
        text += f", as {wording.day(event['article_start'])}"
    return text


class Chronicle(_DataDirective):
    """``chronicle``: every event, newest year last, each with an anchor that ``event`` links to."""

    def run(self) -> list[nodes.Node]:
        self.env.rapprochement_chronicle = self.env.docname
        result: list[nodes.Node] = [chronicle.controls(self.evidence.events, self.evidence.places, self.evidence.metadata)]
        for year, rows in self.evidence.events.groupby(self.evidence.events["start"].dt.year):
            section = nodes.section(ids=[f"year-{year}"], names=[f"year-{year}"])
            section += nodes.title("", str(year))
            section += tables.table(
                ["Date", "Event", "Who"],
                [self._cells(event) for _, event in rows.iterrows()],
                widths=[17, 55, 28],
                classes=["chronicle"],
                row_classes=[chronicle.row_classes(event) for _, event in rows.iterrows()],
            )
            result.append(section)
        return result

    def _cells(self, event: pd.Series) -> list[tables.Cell]:
        anchor = nodes.target("", "", ids=[f"event-{event['event_id']}"])
        date = nodes.paragraph("", "", anchor, nodes.Text(wording.event_date(event)))
        return [[date], self._account(event), self._who(event)]

    def _account(self, event: pd.Series) -> list[nodes.Node]:
        title = nodes.paragraph("", "", nodes.strong("", event["title"]))
        blocks: list[nodes.Node] = [title, nodes.paragraph("", event["summary"])]
        if event["note"]:
            blocks.append(nodes.paragraph("", "", nodes.emphasis("", "Note: "), nodes.Text(event["note"]), classes=["note-line"]))
        sources = nodes.paragraph("", "", nodes.Text("Sources: "), *self.citations(event["sources"]), classes=["source-line"])
        sources += nodes.Text(f". Confidence: {event['confidence']}. In the article: {in_article(event)}.")
        return [*blocks, sources]

    def _who(self, event: pd.Series) -> list[nodes.Node]:
        kind = wording.capitalise(event["kind"])
        if event["kind"] in CONTACT_KINDS:
            body = BODIES.get(event["body"], LEVELS[event["level"]].lower())
            kind += f" of {body}" if event["level"] != "representatives" or event["body"] else " of representatives"
        lines = [TRACKS[event["track"]], kind]
        place = self.evidence.place_name(event["place"])
        if place:
            lines.append(place)
        elif event["channel"] in ("phone", "video"):
            lines.append({"phone": "by telephone", "video": "by video"}[event["channel"]])
        if parties := wording.third_parties(event) or _nobody(event):
            lines.append(f"Third parties: {parties}")
        return [nodes.paragraph("", line) for line in lines]


class FigureFromData(_DataDirective):
    """``figure-from-data``: a figure of :mod:`chapter_figures`.

    Argument: its name there. Options: ``query``, ``name`` (both required). Content: the caption.
    """

    required_arguments = 1
    has_content = True
    option_spec = {"query": directives.unchanged_required, "name": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        # Not at the top: matplotlib takes time to load, and a build that draws nothing does not need it.
        from rapprochement.book import chapter_figures, show

        kind = self.arguments[0]
        missing = [what for what in ("query", "name") if what not in self.options]
        if kind not in chapter_figures.FIGURES or missing or not self.content:
            problem = f"lacks {', '.join(missing) or 'a caption'}" if kind in chapter_figures.FIGURES else "is unknown"
            raise self.stop(f"figure {kind!r} {problem}")
        try:
            parts = chapter_figures.FIGURES[kind](self.evidence, self.options["query"])
        except QueryError as error:
            raise self.stop(error) from None
        payload = show.payload(parts.pop("draw"), parts.pop("frame"), name=self.options["name"], **parts)
        figure_nodes.store(self.env, payload)
        node = figure_nodes.figure(payload, self.inline(" ".join(self.content)), self.evidence.metadata["version"])
        self.state.document.note_explicit_target(node)
        return [node]


class Venues(_DataDirective):
    """``venues``: where the contacts of a query took place, and with which mediators; the map as a table.

    Argument: a query. Content: the caption. Option ``name``: target for ``numref``.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"name": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        met = contacts(self.select(self.arguments[0]))
        venues = measures.contacts_by_place(met, self.evidence.places)
        rows = [
            [
                # A contested place has both its names; to put a country behind them would take a side.
                f"{venue.place}, {venue.country}" if venue.country and " / " not in venue.place else venue.place,
                f"{venue.contacts:g}",
                f"{venue.mediated:g}",
                _listed(venue.mediators),
            ]
            for venue in venues.itertuples()
        ]
        placeless = met[met["place"] == ""]
        mediated = placeless["with_mediator"].map(bool).sum()
        rows.append(["by telephone or video, or not known", str(len(placeless)), str(mediated), _listed(measures.ranked_mediators(placeless))])
        table = tables.table(
            ["Place", "Contacts", "With a mediator", "Mediators"],
            rows,
            widths=[40, 14, 16, 30],
            caption=self.inline(" ".join(self.content)),
            classes=["venues", "numeric-2", "numeric-3"],
            name=self.options.get("name"),
        )
        if "name" in self.options:
            self.state.document.note_explicit_target(table)
        return [table]


def _listed(mediators: list[tuple[str, float]]) -> str:
    # No line may begin with a count.
    return ", ".join(f"{name}\u00a0{count:g}" for name, count in mediators) or "none"


def _choice(field: dict) -> str:
    """What a cell may hold; where each value has a meaning, both stand below."""
    values = field.get("vocabulary") or field.get("constraints", {}).get("enum")
    if not values:
        return f"{allowed(field, pattern=False)}."
    words = f"one or more of these, separated by '{SEPARATOR}':" if "listSeparator" in field else "one of these:"
    return words if "categories" in field else f"{words} {', '.join(values)}."


class Codebook(_DataDirective):
    """``codebook``: the columns of one table of the data package, from its descriptor.

    Argument: events, places or claims.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        listing = nodes.definition_list(classes=["codebook"])
        for field in table_fields(self.evidence.metadata, self.arguments[0]):
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


def setup(app: Sphinx) -> None:
    app.add_directive("events", EventsTable)
    app.add_directive("chronicle", Chronicle)
    app.add_directive("figure-from-data", FigureFromData)
    app.add_directive("venues", Venues)
    app.add_directive("codebook", Codebook)
