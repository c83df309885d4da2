"""The chronicle as an index to the events' pages, and the controls above it: filters, timeline, download of what is shown.

The table itself is made by the directive ``chronicle``; what print alone shows
of it is taken off the finished page. It is whole without scripts;
``assets/static/chronicle.js`` reads the classes of its rows and makes the
controls work.
"""

from __future__ import annotations

import html
import json
from pathlib import Path

import pandas as pd
from docutils import nodes
from selectolax.lexbor import LexborHTMLParser
from sphinx.application import Sphinx

from rapprochement import record
from rapprochement.book.chronicle import NOBODY, PRINT_EDITION, chronicle_form, facets, thread_name
from rapprochement.counting import LEVELS, TRACKS
from rapprochement.data.files import table_fields
from rapprochement.data.tables import canonical, read_cells
from rapprochement.editions.web import row_filter
from rapprochement.wording import capitalise

IN_ARTICLE = {"yes": "Listed or described", "aggregate": "Counted but not dated", "no": "Not mentioned"}
# Loaded when a reader types words or asks for the download, as a script: pages
# opened from a disk may load scripts but not data.
TABLE_SCRIPT = "events-table.js"


def controls(events: pd.DataFrame, metadata: dict) -> nodes.raw:
    """The form and the empty timeline that the script fills."""
    mediators = sorted({value for _, event in events.iterrows() for value in facets(event)["mediator"]} - {NOBODY})
    threads = next(field for field in table_fields(metadata, "events") if field["name"] == "threads")["vocabulary"]
    kinds = next(field for field in table_fields(metadata, "events") if field["name"] == "kind")["constraints"]["enum"]
    selects = [
        row_filter.select("track", "Track", "All tracks", TRACKS),
        row_filter.select("level", "Level of contact", "All levels", LEVELS),
        row_filter.select("mediator", "Mediator", "Any or none", {**{name: name for name in mediators}, NOBODY: "No mediator"}),
        row_filter.select("kind", "Kind", "All kinds", {kind: capitalise(kind) for kind in kinds}),
        row_filter.select("thread", "Thread", "All threads", {thread: thread_name(thread) for thread in threads}),
        row_filter.select("article", "In the article", "All events", IN_ARTICLE),
    ]
    first, last = f"{events['start'].min():%Y-%m-%d}", f"{events['start'].max():%Y-%m-%d}"
    dates = "".join(
        f'<div><label for="filter-{name}">{label}</label>'
        f'<input type="date" id="filter-{name}" name="{name}" min="{first}" max="{last}"></div>'
        for name, label in (("from", "From"), ("until", "Until"))
    )
    return row_filter.form(
        "chronicle-tools",
        "Filter the chronicle",
        words="Words in the record",
        texts=TABLE_SCRIPT,
        facets=[*selects, dates],
        more='<div class="timeline" role="group" aria-label="Events in each half-year. Choose one to see only its events."></div>'
        f'<p class="key">{"".join(_key(track, name) for track, name in TRACKS.items())}</p>',
        buttons=f'<button type="button" class="download" data-saved-as="events-shown-{metadata["version"]}.csv">Download these events (CSV)</button>',
    )


def _key(track: str, name: str) -> str:
    return f'<span><i class="mark {nodes.make_id("track-" + track)}"></i>{html.escape(name)}</span> '


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the form where the page wants it."""
    for place in list(doctree.findall(chronicle_form)):
        known = record.load(app.srcdir)
        place.replace_self(controls(known.events, known.metadata))


def keep_index(page: LexborHTMLParser) -> None:
    """Take off a finished page what print alone shows; the search knows it all the same."""
    for part in page.css(f".{PRINT_EDITION}"):
        part.decompose()


def write_table_script(app: Sphinx, site: Path) -> None:
    """Write ``events.csv`` as a script that hands its text to the page, one event a line whatever program saved it."""
    table = read_cells(Path(app.srcdir) / "data" / "events.csv")
    script = f"window.eventsTable = {json.dumps(canonical(table.header, table.rows), ensure_ascii=False)};\n"
    (site / "_static" / TABLE_SCRIPT).write_text(script, encoding="utf-8")
