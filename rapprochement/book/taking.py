"""What a page offers to take along: files of the data, and how to cite what it shows.

The files and the citations are made by the editions; a node says which is
meant. Print has neither, and keeps the words.
"""

from __future__ import annotations

from docutils import nodes

from rapprochement import ask
from rapprochement.book import tables
from rapprochement.book.base import DataDirective, DataRole

FIGURE, DATA = "figure", "data"


class file_link(nodes.General, nodes.Inline, nodes.TextElement):
    """A link to a file of the site; attribute: address, below its root."""


class citable(nodes.General, nodes.Element):
    """How to cite what stands around it; attributes: kind, and name for a figure."""


def to_cite(kind: str, name: str = "") -> citable:
    return citable(kind=kind, name=name, classes=["screen-only"])


class TakeRole(DataRole):
    """``{take}`data/events.csv``` prints the name of a file of the site and leads to it, ``{take}`words <address>``` the words."""

    def run(self):
        words, _, address = self.text.removesuffix(">").rpartition("<")
        words = words.strip()
        shown = nodes.Text(words) if words else nodes.literal("", address.rpartition("/")[2])
        return [file_link("", "", shown, address=address)], []


class CiteTheData(DataDirective):
    """``cite-the-data``: the citation of the data set in each form, to copy or to save."""

    def run(self) -> list[nodes.Node]:
        return [to_cite(DATA)]


class DataTables(DataDirective):
    """``data-tables``: each table of the data with its rows, columns and file."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        self.ask("tables", "")
        lengths = self.record.lengths
        rows = []
        for resource in self.record.metadata["resources"]:
            name, path, columns = resource["name"], resource["path"], [field["name"] for field in resource["schema"]["fields"]]
            rows.append([
                file_link(path, path, address=f"data/{path}"),
                resource["description"],
                f"{lengths[name]:,}",
                self.inline(f"{{ref}}`{len(columns)} <{nodes.make_id(f'column-{name}-{columns[0]}')}>`"),
            ])
        described = self.record.metadata
        licence = described["licenses"][0]["title"]
        told = f" All of them are of version {described['version']}, {ask.fact(self.record, 'data-date').words}, and under one licence, {licence}."
        caption = [*self.inline(" ".join(self.content)), nodes.Text(told)]
        return [
            tables.table(["Table", "What one row is", "Rows", "Columns"], rows, widths=[25, 52, 10, 13], caption=caption, classes=["stacked", "numeric-3", "numeric-4"])
        ]
