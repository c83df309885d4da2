"""The book and its data set in the words of schema.org, for search engines and catalogues of data."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sphinx.application import Sphinx

from rapprochement import record
from rapprochement.data.files import table_fields
from rapprochement.editions.data import feed, offered
from rapprochement.editions.data import FOLDER as DATA
from rapprochement.editions.web.citing import Work, of_the_data

PAGE = "chapters/reference/data"
CONTEXT = "https://schema.org"
PARTIES = ("Armenia", "Azerbaijan", "Türkiye")


def on_page(app: Sphinx, pagename: str, to: Callable[[str], str]) -> list[dict]:
    """What a page says of book and data set; nothing for most pages. to: makes an address relative to the root one of the page."""
    full = _full(app, to)
    if pagename == app.config.root_doc:
        return [_book(app), _data_set(app, full)]
    return [_data_set(app, full)] if pagename == PAGE else []


def links(app: Sphinx, to: Callable[[str], str]) -> str:
    """How a page leads programs to the feed of changes."""
    return f'<link rel="alternate" type="{feed.MEDIA_TYPE}" title="Changes to the data" href="{to(feed.FILE)}">'


def _full(app: Sphinx, to: Callable[[str], str]) -> Callable[[str], str]:
    """Addresses in full where the book has one; else they hold from the page."""
    base = app.config.html_baseurl
    return (lambda address: base + address) if base else to


def _at(app: Sphinx, page: str) -> dict:
    """The address of a page, if the book has one."""
    return {"url": app.config.html_baseurl + app.builder.get_target_uri(page)} if app.config.html_baseurl else {}


def _common(app: Sphinx) -> dict:
    metadata = record.load(app.srcdir).metadata
    return {
        "creator": {"@type": "Organization", "name": app.config.author},
        "license": metadata["licenses"][0]["path"],
        "inLanguage": app.config.language,
        "isAccessibleForFree": True,
    }


def _book(app: Sphinx) -> dict:
    metadata = record.load(app.srcdir).metadata
    return {
        "@context": CONTEXT,
        "@type": "Book",
        "name": app.config.project,
        "author": {"@type": "Organization", "name": app.config.author},
        "bookFormat": "https://schema.org/EBook",
        "datePublished": metadata["created"][:10],
        **_at(app, app.config.root_doc),
        **_common(app),
    }


def _data_set(app: Sphinx, full: Callable[[str], str]) -> dict:
    known = record.load(app.srcdir)
    metadata, events = known.metadata, known.events
    page = PAGE if PAGE in app.env.found_docs else app.config.root_doc
    dated = events[events["precision"] == "day"]  # the end of a month in which something happened is no day of the data
    first, last = (day.date().isoformat() for day in (dated["start"].min(), dated["end"].max()))
    return {
        "@context": CONTEXT,
        "@type": "Dataset",
        "name": metadata["title"],
        "description": metadata["description"],
        **_at(app, page),
        "identifier": f"{metadata['name']}-{metadata['version']}",
        "version": metadata["version"],
        "dateModified": metadata["created"][:10],
        "temporalCoverage": f"{first}/{last}",
        "spatialCoverage": [{"@type": "Place", "name": name} for name in PARTIES],
        "keywords": metadata["keywords"],
        "creditText": of_the_data(Work.of(app), app.builder.get_target_uri(page))["Plain text"],
        "measurementTechnique": "Coded by hand from public sources; each row names its sources and what each of them says.",
        "variableMeasured": list(_variables(metadata)),
        "distribution": [
            {"@type": "DataDownload", "name": file.what, "encodingFormat": file.media_type, "contentUrl": full(f"{DATA}/{file.name}")}
            for file in offered(metadata)
        ],
        **_common(app),
    }


def _variables(metadata: dict) -> Iterator[dict]:
    for field in table_fields(metadata, "events"):
        yield {"@type": "PropertyValue", "name": field["name"], "description": field["description"]}
