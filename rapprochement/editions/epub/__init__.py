"""The EPUB edition, for phones and readers of books: the pages of the built book, and every event, in one file.

It is made by a command from the published pages, so it says what they say. It
is not part of every build; :mod:`offering` has the book offer it as long as it
says the same as the pages.
"""

from __future__ import annotations

import json
import posixpath
import re
import uuid
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

import typst
import yaml
from selectolax.lexbor import LexborNode
from sphinx_external_toc.parsing import parse_toc_yaml

from rapprochement import typeface
from rapprochement.data.files import load_metadata
from rapprochement.editions.epub import xhtml
from rapprochement.editions.epub.package import About, Entry, navigation, packed
from rapprochement.editions.pdf import font_folders
from rapprochement.style import COLOURS, for_print

FILENAME = "rapprochement-in-evidence.epub"
FONTS = {"fonts/source-sans-3.woff2": "source-sans-3.woff2", "fonts/noto-serif-armenian.woff2": "noto-serif-armenian-regular.woff2"}
EVENTS = "events"
ANCHOR_OF_EVENT = "record-"
# The figure on the cover, below the folder of figures.
COVER = "fig-intro-contacts.svg"
OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:")


def make(book: Path, site: Path, base: str = "") -> bytes:
    """The EPUB of a built book. site: its pages, as published; base: the address of the book, if it has one."""
    return Edition(book, site, base).file()


class Edition:
    """One EPUB while it is being made."""

    def __init__(self, book: Path, site: Path, base: str):
        self.book, self.site, self.base = book, site, base
        self.toc = parse_toc_yaml(book / "_toc.yml")
        metadata = load_metadata(book / "data")
        citation = yaml.safe_load((book / "CITATION.cff").read_text(encoding="utf-8"))
        self.version = metadata["version"]
        self.about = About(
            title=citation["title"],
            author=citation["authors"][0]["name"],
            language="en",
            identifier=uuid.uuid5(uuid.NAMESPACE_OID, f"{metadata['name']} {metadata['version']} as an EPUB").urn,
            description=" ".join(citation["abstract"].split()),
            licence=metadata["licenses"][0]["title"],
            keywords=metadata["keywords"],
            day=datetime.fromisoformat(metadata["created"]),
        )
        self.pages = {f"{page}.html": xhtml.pruned(self._text(f"{page}.html"), "article.bd-article") for page in self._in_order()}
        self.names = {address: _name(address) for address in self.pages}
        self.places = {address: xhtml.ids(node) for address, node in self.pages.items()}
        index = json.loads(self._text(f"{EVENTS}/index.json"))
        self.years: dict[str, list[str]] = defaultdict(list)
        for event in index["events"]:
            self.years[event["start"][:4]].append(event["event_id"])
        self.year_of = {f"{EVENTS}/{event_id}.html": year for year, events in self.years.items() for event_id in events}

    def _text(self, address: str) -> str:
        return (self.site / address).read_text(encoding="utf-8")

    def _in_order(self) -> list[str]:
        def with_those_below(page: str) -> Iterator[str]:
            yield page.removesuffix(".md")
            for part in self.toc[page].subtrees:
                for item in part.items:
                    yield from with_those_below(str(item))

        return list(with_those_below(self.toc.root.docname))

    def file(self) -> bytes:
        chapters = {self.names[address]: self._chapter(address).encode() for address in self.pages}
        years = {f"{EVENTS}-{year}.xhtml": self._year(year).encode() for year in self.years}
        static = self.site / "_static" / "fonts"
        parts = {
            "nav.xhtml": navigation(self._contents(), self.about).encode(),
            "cover.xhtml": self._cover_page().encode(),
            **chapters,
            **years,
            "book.css": _style().encode(),
            "cover.png": self._cover(),
            **{name: (static / file).read_bytes() for name, file in FONTS.items()},
        }
        return packed(parts, ["cover.xhtml", "nav.xhtml", *chapters, *years], self.about)

    # --- Chapters and events -----------------------------------------------------------

    def _chapter(self, address: str) -> str:
        node = self.pages[address]
        body = xhtml.inner(node, lambda goal: self._goal(goal, address))
        return xhtml.document(_title(node), body, self.about.language, kind="bodymatter")

    def _year(self, year: str) -> str:
        """The events of a year, each as its page has it, one heading deeper."""
        sections = [f"<h1>The events of {year}</h1>"]
        for event_id in self.years[year]:
            address = f"{EVENTS}/{event_id}.html"
            node = xhtml.pruned(self._text(address), "main")
            for named in node.css("[id]"):
                del named.attrs["id"]  # the same in every event
            inside = xhtml.inner(node, lambda goal, address=address: self._goal(goal, address))
            inside = re.sub(r"<(/?)h([12])\b", lambda found: f"<{found[1]}h{int(found[2]) + 1}", inside)
            sections.append(f'<section class="one-event" id="{ANCHOR_OF_EVENT}{event_id}">{inside}</section>')
        return xhtml.document(f"The events of {year}", "\n".join(sections), self.about.language, kind="backmatter")

    def _goal(self, goal: str, address: str) -> str | None:
        """Where a link of a page leads in the EPUB; to the site, if it has an address, where the EPUB has no such place."""
        if OUTSIDE.match(goal):
            return goal
        path, _, anchor = goal.partition("#")
        path = path.partition("?")[0]
        path = posixpath.normpath(posixpath.join(posixpath.dirname(address), path)) if path else address
        if path in self.year_of:
            return f"{EVENTS}-{self.year_of[path]}.xhtml#{ANCHOR_OF_EVENT}{path.removeprefix(f'{EVENTS}/').removesuffix('.html')}"
        if path in self.names:
            return self.names[path] + (f"#{anchor}" if anchor in self.places[path] else "")
        return urljoin(self.base, path) if self.base else None

    # --- Contents and cover ----------------------------------------------------------------

    def _contents(self) -> list[Entry]:
        first = f"{self.toc.root.docname}.html"
        entries = [self._entry(first)]
        for part in self.toc.root.subtrees:
            pages = [f"{str(item).removesuffix('.md')}.html" for item in part.items]
            entries.append(Entry(part.caption, "", [self._entry(page) for page in pages]))
        years = [Entry(f"The events of {year}", f"{EVENTS}-{year}.xhtml") for year in self.years]
        return [*entries, Entry("Every event, with what its sources say", "", years)]

    def _entry(self, address: str) -> Entry:
        node, name = self.pages[address], self.names[address]
        sections = [
            Entry(_words(heading), f"{name}#{heading.parent.id}")
            for heading in node.css("section > h2") if heading.parent.id in self.places[address]
        ]
        return Entry(_title(node), name, sections)

    def _cover_page(self) -> str:
        said = f"Cover: {self.about.title}. Version {self.version}, {self.about.day.year}."
        body = f'<section class="cover" epub:type="cover"><img src="cover.png" alt="{xhtml.html.escape(said)}"/></section>'
        return xhtml.document("Cover", body, self.about.language)

    def _cover(self) -> bytes:
        """The cover as PNG: title, the contacts in each half-year, version."""
        title, _, subtitle = self.about.title.partition(": ")
        drawing = self.site / "figures" / COVER
        markup = (Path(__file__).parent / "cover.typ").read_bytes()
        return typst.compile(
            markup,
            format="png",
            ppi=160.0,
            font_paths=[*font_folders(self.book), typeface.file().parent],
            ignore_system_fonts=True,
            sys_inputs={
                "title": title, "subtitle": subtitle[:1].upper() + subtitle[1:], "author": self.about.author,
                "edition": f"Data version {self.version}, {self.about.day:%B} {self.about.day.year}",
                "figure": for_print(drawing.read_text(encoding="utf-8")) if drawing.is_file() else "",
            },
        )


def _name(address: str) -> str:
    """The name of a chapter in the EPUB."""
    return address.removeprefix("chapters/").removesuffix(".html").replace("/", "-") + ".xhtml"


def _title(node: LexborNode) -> str:
    return _words(node.css_first("h1"))


def _words(heading: LexborNode) -> str:
    """A heading in a line; the number of a chapter with a full stop, that of a section left out, as the page's own contents do."""
    number = heading.css_first(".section-number")
    words = " ".join(heading.text().split())
    if not number:
        return words
    told = " ".join(number.text().split())
    rest = words.removeprefix(told).strip()
    return f"{told.removeprefix('Chapter ')}. {rest}" if heading.tag == "h1" else rest


def _style() -> str:
    """The style sheet, with the colours of the figures for light and dark."""
    light, dark = ("".join(f"--{name}:{values[place]};" for name, values in COLOURS.items()) for place in (0, 1))
    return (Path(__file__).parent / "book.css").read_text(encoding="utf-8") + f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
