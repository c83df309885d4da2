"""The style of the source list: author, linked title, date, note; no labels."""

from __future__ import annotations

from pybtex.backends import plaintext
from pybtex.plugin import register_plugin
from pybtex.style import FormattedEntry
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


def plain(name: str, before: str = ""):
    """A field of references.bib, which is plain text but for braces.

    Read as LaTeX, two hyphens in an address would become a dash and break it,
    and to decode every field would take two seconds of each build.
    """
    return field(name, raw=True, apply_func=lambda value: before + value.replace("{", "").replace("}", ""))


class SourceStyle(BaseStyle):
    """One template for every kind of entry: what a reader needs to find the source again."""

    default_sorting_style = "author_year_title"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.formatted = {}

    def format_entry(self, label, entry, bib_data=None):
        # sphinxcontrib-bibtex asks twice, for the list and for the hover text.
        if (label, entry.key) not in self.formatted:
            self.formatted[label, entry.key] = self._format(label, entry, bib_data)
        return self.formatted[label, entry.key]

    def _format(self, label, entry, bib_data):
        title = plain("title")
        linked = first_of[optional[href[plain("url"), title]], title]
        date = words[optional[plain("day")], optional[plain("month")], plain("year")]
        published = join(sep=", ")[
            optional[plain("journal")],
            optional[plain("publisher")],
            optional[plain("volume", before="vol. ")],
            optional[plain("number", before="no. ")],
            optional[date],
        ]
        template = words[
            sentence(capfirst=False)[names("author", sep=", ", last_sep=" and ")],
            sentence(capfirst=False)[linked],
            sentence(capfirst=False)[published],
            optional[sentence(capfirst=True)[plain("note")]],
            optional[words["doi:", href[join["https://doi.org/", plain("doi")], plain("doi")]]],
        ]
        persons = {"entry": entry, "style": self, "bib_data": bib_data}
        return FormattedEntry(entry.key, template.format_data(persons), label)


def setup(app: Sphinx) -> None:
    register_plugin("pybtex.style.formatting", "sources", SourceStyle)
    # sphinxcontrib-bibtex asks for this backend at every citation; a registered one
    # is found without a search through the metadata of every installed package.
    register_plugin("pybtex.backends", "plaintext", plaintext.Backend, force=True)
