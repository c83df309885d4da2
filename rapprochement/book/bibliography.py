"""The style of the source list (author and year, linked title, date, note; no labels) and of the citations."""

from __future__ import annotations

import functools
import string
from collections.abc import Callable
from itertools import groupby
from typing import ClassVar

from docutils import nodes
from pybtex.plugin import find_plugin, register_plugin
from pybtex.richtext import Text
from pybtex.style import FormattedEntry
from pybtex.style.formatting import BaseStyle
from pybtex.style.names import BaseNameStyle
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
from sphinx.environment import BuildEnvironment
from sphinxcontrib.bibtex.domain import BibtexDomain
from sphinxcontrib.bibtex.plugin import register_plugin as register_bibtex_plugin
from sphinxcontrib.bibtex.style.referencing import PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from rapprochement import ask, record, wording
from rapprochement.provenance import archived, days_of_reading, publication, short
from rapprochement.run import memory

MONTHS = "January February March April May June July August September October November December".split()


def plain(name: str, before: str = ""):
    """A field of references.bib, which is plain text but for braces.

    Read as LaTeX, two hyphens in an address would become a dash and break it,
    and to decode every field would take two seconds of each build.
    """
    return field(name, raw=True, apply_func=lambda value: before + value.replace("{", "").replace("}", ""))


class SourceStyle(BaseStyle):
    """One template for every kind of entry: what a reader needs to find the source again."""

    default_sorting_style = "author_year_title"
    formatted: ClassVar[dict[tuple, FormattedEntry]] = {}  # see keep_formatted
    days_of_reading: ClassVar[Callable[[], dict[str, str]]] = dict  # the date of access of each source, by its key

    def format_entry(self, label, entry, bib_data=None):
        key = (label, entry.key, *entry.fields.items(), str(entry.persons), self.read(entry))
        if key not in self.formatted:
            self.formatted[key] = self._format(label, entry, bib_data)
        return self.formatted[key]

    def read(self, entry) -> str:
        """The day on which a source was read; empty if no event rests on it."""
        return type(self).days_of_reading().get(entry.key, "")

    def _format(self, label, entry, bib_data):
        title = plain("title")
        linked = first_of[optional[href[plain("url"), title]], title]
        date = words[optional[plain("day")], optional[plain("month")]]
        published = join(sep=", ")[
            optional[plain("journal")],
            optional[plain("publisher")],
            optional[plain("volume", before="vol. ")],
            optional[plain("number", before="no. ")],
            optional[date],
        ]
        template = words[
            join[names("author", sep=", ", last_sep=" and "), " (", plain("year"), ")."],
            sentence(capfirst=False)[linked],
            optional[sentence(capfirst=False)[published]],
            optional[sentence(capfirst=True)[plain("note")]],
            optional[words["doi:", href[join["https://doi.org/", plain("doi")], plain("doi")]]],
            *self._found_again(entry),
        ]
        persons = {"entry": entry, "style": self, "bib_data": bib_data}
        return FormattedEntry(entry.key, template.format_data(persons), label)

    def _found_again(self, entry) -> list:
        """When a source was read, and where the Internet Archive may have a copy."""
        found = []
        if day := self.read(entry):
            found.append(f"Read {day}.")
        if (address := entry.fields.get("url", "").strip("{}")) and (date := publication(entry)):
            found.append(href[archived(address, date), "Archived"])
        return found


def short_name(person) -> str:
    """The name by which a source is cited: the last name of a person, the short name of a body."""
    return short(" ".join([*person.prelast_names, *person.last_names]))


class ShortNames(BaseNameStyle):
    """:func:`short_name` as a style of names."""

    def format(self, person, abbr=True):
        return Text(short_name(person))


class AuthorYear(AuthorYearReferenceStyle):
    """Citations by short name and year."""

    def __init__(self):
        super().__init__(person=PersonStyle(style="short"))


class Sources(BibtexDomain):
    """The lists of this book choose their sources by author, not by who cites them.

    To look through all citations for each source of each list, which nothing
    asks for, would take a second of every build that reads a page.
    """

    def get_filtered_entries(self, bibliography_key):
        cited, self.data["citation_refs"] = self.citation_refs, []
        try:
            return list(super().get_filtered_entries(bibliography_key))
        finally:
            self.data["citation_refs"] = cited


def tell_years_apart(app: Sphinx) -> None:
    """Give sources of one author and year letters, 2023a, 2023b, in the order of their dates.

    A citation is author and year; without the letters a reader could not tell
    which of sixteen reports of one agency is meant.
    """
    entries = app.env.get_domain("cite").bibdata.data.entries
    months = {name: number for number, name in enumerate(MONTHS, start=1)}

    def group(item):
        _, entry = item
        return [short_name(person) for person in entry.persons.get("author", [])], entry.fields.get("year", "")

    def date(item):
        key, entry = item
        return months.get(entry.fields.get("month", ""), 0), int(entry.fields.get("day", 0)), key

    for (_, year), items in groupby(sorted(entries.items(), key=lambda item: (group(item), date(item))), key=group):
        same = [entry for _, entry in items]
        # A kept environment holds entries that have their letters already.
        if len(same) > 1 and year.isdigit():
            for letter, entry in zip(string.ascii_lowercase, same, strict=False):
                entry.fields["year"] = year + letter


def name_by_key(app: Sphinx, document: nodes.document) -> None:
    """Give each entry of a list of sources its key as its anchor, which stays when the list grows.

    The page then also shows what rests on each source, so it remembers that.
    """
    env = app.env
    lists = [value for key, value in env.get_domain("cite").bibliographies.items() if key.docname == env.docname]
    for each in lists:
        for key, entry in each.citation_nodes.items():
            entry["ids"] = [key]  # bibtex_cite_id could do it too, but for keys that begin with a digit
    if lists:
        memory.remember(env, "rests", "", ask.answer(record.load(app.srcdir), "rests", ""))


def places(env: BuildEnvironment) -> dict[str, str]:
    """The page that lists each source, by its key."""
    return {citation.key: citation.bibliography_key.docname for citation in env.get_domain("cite").citations}


def cited_by(env: BuildEnvironment) -> dict[str, list[str]]:
    """The pages that cite each source, in the order of their names; not the one that shows every event."""
    found: dict[str, set[str]] = {}
    for reference in env.get_domain("cite").citation_refs:
        if reference.docname != env.rapprochement_shown_by.get("event"):
            for target in reference.targets:
                found.setdefault(target.key, set()).add(reference.docname)
    return {key: sorted(pages) for key, pages in found.items()}


def keep_formatted(app: Sphinx) -> None:
    """Keep the formatted sources with the pages, as long as they and the package stay the same.

    sphinxcontrib-bibtex asks for each twice, for the list and for the hover
    text, and does so in every build, also in one that writes no page.
    """
    fingerprint, formatted = getattr(app.env, "rapprochement_sources", ("", {}))
    if fingerprint != app.config.rapprochement_fingerprint:
        formatted = {}
    app.env.rapprochement_sources = app.config.rapprochement_fingerprint, formatted
    SourceStyle.formatted = formatted
    # When it is first asked for, as a build with nothing new formats no source.
    SourceStyle.days_of_reading = staticmethod(
        functools.cache(lambda: {source: wording.day(day) for source, day in days_of_reading(record.load(app.srcdir).evidence).items()})
    )


def register() -> None:
    """Make the styles of this module known to pybtex and sphinxcontrib-bibtex."""
    register_plugin("pybtex.style.formatting", "sources", SourceStyle)
    register_plugin("pybtex.style.names", "short", ShortNames)
    register_bibtex_plugin("sphinxcontrib.bibtex.style.referencing", "short_author_year", AuthorYear)
    # sphinxcontrib-bibtex asks for these at each citation, and pybtex would search
    # all installed packages each time: a third of the build.
    for name in ("docutils", "plaintext"):
        register_plugin("pybtex.backends", name, find_plugin("pybtex.backends", name), force=True)
