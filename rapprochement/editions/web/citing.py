"""How to cite what is in the book, one event, one figure or all of the data: as a sentence, as BibTeX, as RIS."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from sphinx.application import Sphinx

from rapprochement import record, wording

# Where a file is offered for download as an address that holds it.
MEDIA_TYPES = {"BibTeX": ("application/x-bibtex", "bib"), "RIS": ("application/x-research-info-systems", "ris")}


@dataclass(frozen=True)
class Work:
    """What is cited besides the part: the book, in one version; *base* is its address, or nothing."""

    title: str
    author: str
    version: str
    year: str
    licence: str
    base: str

    @classmethod
    def of(cls, app: Sphinx) -> Work:
        metadata = record.load(app.srcdir).metadata
        return cls(
            title=app.config.project, author=app.config.author, version=metadata["version"], year=metadata["created"][:4],
            licence=metadata["licenses"][0]["title"], base=app.config.html_baseurl,
        )


def citations(event: Mapping, work: Work, address: str) -> dict[str, str]:
    """The citation of an event in each form, by the name of the form. address: of the event's page, below the base."""
    event_id = event["event_id"]
    return _part(f"{event['title']} ({wording.event_date(event)})", f"event {event_id}", event_id, work, address)


def of_figure(title: str, name: str, work: Work, address: str) -> dict[str, str]:
    """The citation of a figure in each form. title: with its number; name: of its files, which stays when numbers move."""
    return _part(title, f"figure {name}", name, work, address)


def of_the_data(work: Work, address: str = "") -> dict[str, str]:
    """The citation of the whole data set in each form. address: of its page, below the base."""
    url = work.base + address if work.base else ""
    return {
        "Plain text": f"{work.author} ({work.year}). {work.title}, data version {work.version}. Data set. {url + '. ' if url else ''}{work.licence}.",
        "BibTeX": _bibtex(
            "rapprochement-data",
            {"author": f"{{{work.author}}}", "title": f"{{{work.title}}}", "howpublished": f"Data set, version {work.version}", "year": work.year, "url": url, "note": work.licence},
        ),
        "RIS": ris("DATA", [("AU", work.author), ("TI", work.title), ("PY", work.year), ("ET", work.version), ("ID", "rapprochement-data"), ("UR", url), ("N1", work.licence)]),
    }


def _part(title: str, what: str, name: str, work: Work, address: str) -> dict[str, str]:
    within = f"data version {work.version}, {what}"
    url = work.base + address if work.base else ""
    return {
        "Plain text": f"{work.author} ({work.year}). {title}. In: {work.title}, {within}. {url + '. ' if url else ''}{work.licence}.",
        "BibTeX": _bibtex(
            f"rapprochement-{name}",
            {"author": f"{{{work.author}}}", "title": f"{{{title}}}", "howpublished": f"{work.title}, {within}", "year": work.year, "url": url, "note": work.licence},
        ),
        "RIS": ris("DATA", [("AU", work.author), ("TI", title), ("T2", work.title), ("PY", work.year), ("ET", work.version), ("ID", name), ("UR", url), ("N1", work.licence)]),
    }


def _bibtex(key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def ris(kind: str, fields: Iterable[tuple[str, str]]) -> str:
    """A reference as RIS; fields without a value are left out."""
    return "\n".join([f"TY  - {kind}", *(f"{tag}  - {value}" for tag, value in fields if value), "ER  - "])


def download(form: str, text: str, name: str) -> str:
    """A link to a file that its own address holds: it is there without scripts, and from a disk. Nothing for the plain text."""
    if form not in MEDIA_TYPES:
        return ""
    media_type, ending = MEDIA_TYPES[form]
    return f'<a download="{html.escape(name)}.{ending}" href="data:{media_type};charset=utf-8,{quote(text + chr(10))}">Save as .{ending}</a>'
