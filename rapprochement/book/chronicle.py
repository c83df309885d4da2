"""The chronicle: every event as a row of a table."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from docutils import nodes

from rapprochement import wording
from rapprochement.book import roles, tables
from rapprochement.book.base import DataDirective
from rapprochement.book.exercise import ON_SCREEN
from rapprochement.counting import CONTACT_KINDS, LEVELS, MEDIATING_ROLES, TRACKS
from rapprochement.record import Record

BODIES = {"border-commissions": "border commissions", "trilateral-working-group": "trilateral working group"}
AT_A_DISTANCE = {"phone": "by telephone", "video": "by video"}
NOBODY = "none"
# Parts of an entry that on the web stand on the event's own page.
PRINT_EDITION = "print-edition"
# A printed chronicle of more events has hundreds of pages, which nobody turns, and takes gigabytes of memory to set.
PRINTED_WHOLE = 1000


def facets(event: pd.Series) -> dict[str, list[str]]:
    """What a reader may filter an event by: facet -> values."""
    mediators = [party for party, role in zip(event["mediators"], event["mediator_roles"]) if role in MEDIATING_ROLES]
    return {
        "track": [event["track"]],
        "kind": [event["kind"]],
        "level": [event["level"]] if event["level"] else [],
        "mediator": sorted(set(mediators)) or [NOBODY],
        "thread": event["threads"],
        "article": [event["in_article"]],
    }


def row_classes(event: pd.Series) -> list[str]:
    """The facets of an event, and its first day, and its last if it is another, as classes of its row."""
    classes = [nodes.make_id(f"{facet}-{value}") for facet, values in facets(event).items() for value in values]
    days = [f"start-{event['start']:%Y-%m-%d}", *([f"end-{event['end']:%Y-%m-%d}"] if event["end"] > event["start"] else [])]
    return [*classes, *days]


def below_title(events: int) -> list[str]:
    """The classes of what follows the title of an entry, in a record of so many events."""
    return [PRINT_EDITION] if events <= PRINTED_WHOLE else [PRINT_EDITION, ON_SCREEN]


def what_it_is(event: Mapping) -> str:
    """The kind of an event and who met: "Ruling", "Meeting of leaders", "Call of border commissions"."""
    kind = wording.capitalise(event["kind"])
    if event["kind"] not in CONTACT_KINDS:
        return kind
    if event["body"] or event["level"] == "representatives":
        return f"{kind} of {BODIES.get(event['body'], 'representatives')}"
    return f"{kind} of {LEVELS[event['level']].lower()}"


def where(event: Mapping, known: Record) -> str:
    """The place of an event, or the way in which it was held at a distance; empty if neither is known."""
    return known.place_name(event["place"]) or AT_A_DISTANCE.get(event["channel"], "")


def thread_name(thread: str) -> str:
    """A thread as a heading names it: "Karabakh Armenians"."""
    return wording.capitalise(thread.replace("-", " ").replace("armenians", "Armenians"))


class chronicle_form(nodes.General, nodes.Element):
    """Where the form that filters the chronicle goes; the web edition makes it."""


class Chronicle(DataDirective):
    """``chronicle``: every event, newest year last, each with an anchor; whole in print, on the web an index to the events' pages."""

    def run(self) -> list[nodes.Node]:
        roles.shown_here(self.env, "event")
        self.ask("chronicle", "events")
        result: list[nodes.Node] = [chronicle_form()]
        if len(self.record.events) > PRINTED_WHOLE:
            shortened = f"The record has grown beyond {PRINTED_WHOLE:,} events. Unlike what is said above, print gives each of them its title alone; its summary, notes and sources are on its page on the web and in the data."
            result.append(nodes.paragraph("", shortened, classes=[PRINT_EDITION]))
        for year, rows in self.record.events.groupby(self.record.events["start"].dt.year):
            section = nodes.section(ids=[f"year-{year}"], names=[f"year-{year}"])
            section += nodes.title("", str(year))
            section += tables.table(
                ["Date", "Event", "Who"],
                [self._cells(event) for _, event in rows.iterrows()],
                widths=[17, 55, 28],
                classes=["chronicle"],
                row_classes=[row_classes(event) for _, event in rows.iterrows()],
            )
            result.append(section)
        return result

    def _cells(self, event: pd.Series) -> list[tables.Cell]:
        anchor = nodes.target("", "", ids=[roles.row_anchor("event", event["event_id"])])
        date = nodes.paragraph("", "", anchor, nodes.Text(wording.event_date(event)))
        return [[date], self._account(event), self._who(event)]

    def _account(self, event: pd.Series) -> list[nodes.Node]:
        classes = below_title(len(self.record.events))
        title = nodes.paragraph("", "", nodes.inline("", "", nodes.strong("", event["title"]), event=event["event_id"]))
        blocks: list[nodes.Node] = [title, nodes.paragraph("", event["summary"], classes=classes)]
        if event["note"]:
            blocks.append(nodes.paragraph("", "", nodes.emphasis("", "Note: "), nodes.Text(event["note"]), classes=["note-line", *classes]))
        sources = nodes.paragraph("", "", nodes.Text("Sources: "), *self.citations(event["sources"]), classes=["source-line", *classes])
        sources += nodes.Text(f". Confidence: {event['confidence']}. In the article: {wording.in_article(event)}.")
        return [*blocks, sources]

    def _who(self, event: pd.Series) -> list[nodes.Node]:
        lines = [TRACKS[event["track"]], what_it_is(event), *filter(None, [where(event, self.record)])]
        if parties := wording.company(event):
            lines.append(f"Third parties: {parties}")
        return [nodes.paragraph("", line) for line in lines]
