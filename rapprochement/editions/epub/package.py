"""The EPUB 3 container: its parts in a zip file, and what it says of itself, of its order and of who can read it."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rapprochement.editions.epub import xhtml

FOLDER = "book"
CONTAINER = (
    '<?xml version="1.0" encoding="utf-8"?>\n<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    f'<rootfile full-path="{FOLDER}/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
MEDIA_TYPES = {"xhtml": "application/xhtml+xml", "css": "text/css", "woff2": "font/woff2", "png": "image/png"}
# What helps whom, in the words of the EPUB Accessibility vocabulary.
ACCESSIBLE = {
    "schema:accessMode": ["textual", "visual"],
    "schema:accessModeSufficient": ["textual"],
    "schema:accessibilityFeature": ["alternativeText", "displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents", "unlocked"],
    "schema:accessibilityHazard": ["none"],
    "schema:accessibilitySummary": [
        "Every figure has a text that says what a sighted reader would take from it. Headings come in order, tables have column heads, text and figures follow the colours of the reading system. No person has checked the book with a screen reader."
    ],
}


@dataclass(frozen=True)
class About:
    """What the book says of itself."""

    title: str
    author: str
    language: str
    identifier: str
    description: str
    licence: str
    keywords: Sequence[str]
    day: datetime


@dataclass(frozen=True)
class Entry:
    """A line of the table of contents; *goal* is empty for the name of a part."""

    title: str
    goal: str
    below: Sequence[Entry] = ()


def navigation(entries: Sequence[Entry], about: About) -> str:
    """The table of contents, with the landmarks."""
    first = next(each.goal for each in entries if each.goal)
    landmarks = (("cover", "cover.xhtml", "Cover"), ("toc", "nav.xhtml", "Contents"), ("bodymatter", first, "Beginning"))
    listed = "".join(f'<li><a epub:type="{kind}" href="{goal}">{title}</a></li>' for kind, goal, title in landmarks)
    body = (
        f'<nav epub:type="toc" role="doc-toc" aria-labelledby="contents"><h1 id="contents">Contents</h1>{_listed(entries)}</nav>'
        f'<nav epub:type="landmarks" hidden="hidden" aria-label="Landmarks"><ol>{listed}</ol></nav>'
    )
    return xhtml.document("Contents", body, about.language)


def _listed(entries: Sequence[Entry]) -> str:
    def line(entry: Entry) -> str:
        title = html.escape(entry.title, quote=False)
        return f'<a href="{entry.goal}">{title}</a>' if entry.goal else f"<span>{title}</span>"

    return "<ol>" + "".join(f"<li>{line(each)}{_listed(each.below) if each.below else ''}</li>" for each in entries) + "</ol>"


def packed(parts: Mapping[str, bytes], spine: Sequence[str], about: About) -> bytes:
    """The whole file. parts: by their names, in the order in which they are listed; spine: those that are read, in order."""
    content = io.BytesIO()
    files = {"META-INF/container.xml": CONTAINER.encode(), f"{FOLDER}/package.opf": _package(parts, spine, about).encode()}
    files |= {f"{FOLDER}/{name}": part for name, part in parts.items()}
    with zipfile.ZipFile(content, "w") as archive:
        _add(archive, "mimetype", b"application/epub+zip", about.day, zipfile.ZIP_STORED)  # first, so that a program sees what the file is
        for name, part in files.items():
            _add(archive, name, part, about.day, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def _add(archive: zipfile.ZipFile, name: str, part: bytes, day: datetime, how: int) -> None:
    entry = zipfile.ZipInfo(name, day.timetuple()[:6])
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, part, how)


def _package(parts: Mapping[str, bytes], spine: Sequence[str], about: About) -> str:
    def item(name: str) -> str:
        kinds = {"nav.xhtml": ["nav"], "cover.png": ["cover-image"]}.get(name, [])
        if name.endswith(".xhtml") and b"<svg" in parts[name]:
            kinds = [*kinds, "svg"]
        properties = f' properties="{" ".join(kinds)}"' if kinds else ""
        return f'<item id="{_id(name)}" href="{name}" media-type="{MEDIA_TYPES[name.rpartition(".")[2]]}"{properties}/>'

    said = "".join(f'<meta property="{name}">{html.escape(value, quote=False)}</meta>' for name, values in ACCESSIBLE.items() for value in values)
    told = "".join(
        f"<dc:{name}>{html.escape(value, quote=False)}</dc:{name}>"
        for name, value in [
            ("title", about.title), ("language", about.language), ("creator", about.author), ("date", f"{about.day:%Y-%m-%d}"),
            ("description", about.description), ("rights", about.licence), *(("subject", word) for word in about.keywords),
        ]
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" xml:lang="{about.language}" unique-identifier="id">\n'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">{about.identifier}</dc:identifier>{told}'
        f'<meta property="dcterms:modified">{about.day:%Y-%m-%dT%H:%M:%SZ}</meta>{said}</metadata>\n'
        f"<manifest>{''.join(map(item, parts))}</manifest>\n"
        f"<spine>{''.join(f'<itemref idref={chr(34)}{_id(name)}{chr(34)}/>' for name in spine)}</spine>\n</package>\n"
    )


def _id(name: str) -> str:
    return "part-" + name.replace("/", "-").replace(".", "-")
