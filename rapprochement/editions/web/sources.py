"""What rests on each source: a line with its events and its chapters, below its entry in the list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docutils import nodes
from sphinx.application import Sphinx

from rapprochement import ask, record
from rapprochement.book import bibliography
from rapprochement.editions.web import events, pages

# On the web alone: added after the PDF was translated from the same tree.
RESTS = "rests"


def show_what_rests(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Add the line to each source that the page lists."""
    entries = list(doctree.findall(nodes.citation))
    if app.builder.name != "html" or not entries:
        return
    told, cited, names = ask.events_of_sources(record.load(app.srcdir)), bibliography.cited_by(app.env), pages.short_names(app.env)
    uri = app.builder.get_target_uri
    root = "../" * uri(docname).count("/")
    for entry in entries:
        key = entry["ids"][0]
        parts = [
            ("Events: ", [(date, events.address(event_id)) for event_id, date in told.get(key, ())]),
            ("Pages: ", [(name, uri(page)) for page, name in names.items() if page in cited.get(key, ()) and page != docname]),
        ]
        line = nodes.paragraph(classes=[RESTS])
        for head, links in parts:
            if links:
                line += [nodes.Text(f"{' ' if line.children else ''}{head}"), *_listed(root, links), nodes.Text(".")]
        if line.children:
            # A copy, as sphinxcontrib-bibtex keeps the entry for the next time that the page is resolved.
            shown = entry.deepcopy()
            shown += line
            entry.replace_self(shown)


def _listed(root: str, links: Iterable[tuple[str, str]]) -> Iterator[nodes.Node]:
    for place, (words, address) in enumerate(links):
        if place:
            yield nodes.Text(", ")
        yield nodes.reference("", words, internal=True, refuri=root + address)
