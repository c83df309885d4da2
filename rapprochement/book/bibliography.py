"""The style of the source list: author, linked title, date, note; no labels."""

from __future__ import annotations

from pybtex.plugin import register_plugin
from pybtex.style.formatting import BaseStyle
from pybtex.style.template import (
    field,
    first_of,
    href,
    join,
    names,
    optional,
    sentence,
    words,
)
from sphinx.application import Sphinx


class SourceStyle(BaseStyle):
    """One template for every kind of entry: what a reader needs to find the source again."""

    default_sorting_style = "author_year_title"

    def format_entry(self, label, entry, bib_data=None):
        title = field("title")
        linked = first_of[optional[href[field("url"), title]], title]
        date = words[optional[field("day")], optional[field("month")], field("year")]
        published = join(sep=", ")[
            optional[field("journal")],
            optional[field("publisher")],
            optional[field("volume", apply_func=lambda text: f"vol. {text}")],
            optional[field("number", apply_func=lambda text: f"no. {text}")],
            optional[date],
        ]
        template = words[
            sentence(capfirst=False)[names("author", sep=", ", last_sep=" and ")],
            sentence(capfirst=False)[linked],
            sentence(capfirst=False)[published],
            optional[sentence(capfirst=True)[field("note")]],
            optional[words["doi:", href[join["https://doi.org/", field("doi")], field("doi")]]],
        ]
        from pybtex.style import FormattedEntry

        persons = {"entry": entry, "style": self, "bib_data": bib_data}
        return FormattedEntry(entry.key, template.format_data(persons), label)


def setup(app: Sphinx) -> None:
    register_plugin("pybtex.style.formatting", "sources", SourceStyle)
