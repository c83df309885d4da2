"""An Atom feed of what changed: one entry for each version on the page of changes, with its text.

The ids are made of the book's name and the number of the version, so that a
reader of feeds knows an entry again wherever the book lies.
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rapprochement.editions.web.citing import Work

FILE = "changes.xml"
MEDIA_TYPE = "application/atom+xml"
VERSION = re.compile(r"(\d+\.\d+\.\d+), (\d{1,2} [A-Z][a-z]+ \d{4})")
# What an entry keeps of the page; of everything else it keeps the words.
KEPT = {"h3": "h4", "p": "p", "ul": "ul", "ol": "ol", "li": "li", "a": "a", "em": "em", "strong": "strong", "code": "code"}
LEFT_OUT = {"headerlink"}


@dataclass(frozen=True)
class Entry:
    """What the page says of one version; *content* is HTML, *anchor* where it stands in the page."""

    version: str
    day: str
    anchor: str
    content: str


def write(site: Path, page: str, metadata: Mapping, work: Work) -> None:
    """Write the feed. page: the address of the page of changes, below the root of the site."""
    found = entries((site / page).read_text(encoding="utf-8"), urljoin(work.base, page))
    (site / FILE).write_text(atom(found, page, metadata, work), encoding="utf-8")


def entries(page: str, address: str) -> list[Entry]:
    """The versions of the page of changes, newest first. address: of the page; links are made to hold from there."""
    found = []
    for section in LexborHTMLParser(page).css("article section[id]"):
        title = section.css_first("h2")
        told = VERSION.search(title.text()) if title and title.parent == section else None
        if told:
            content = "".join(_kept(child, address) for child in section.iter() if child != title)
            found.append(Entry(told[1], datetime.strptime(told[2], "%d %B %Y").date().isoformat(), section.attributes["id"], content))
    return found


def atom(found: list[Entry], page: str, metadata: Mapping, work: Work) -> str:
    """The feed as Atom 1.0. page: the address of the page of changes, below the root of the site."""
    listed = "".join(
        f"<entry><title>{html.escape(f'{work.title}, version {entry.version}')}</title><id>{_name(work, entry.version)}</id>"
        f'<updated>{entry.day}T00:00:00Z</updated><link rel="alternate" type="text/html" href="{html.escape(urljoin(work.base, page))}#{html.escape(entry.anchor)}"/>'
        f'<content type="html">{html.escape(entry.content)}</content></entry>\n'
        for entry in found
    )
    own = f'<link rel="self" type="{MEDIA_TYPE}" href="{html.escape(work.base + FILE)}"/>' if work.base else ""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        f"<title>{html.escape(work.title)}: changes to the data</title><id>{_name(work)}</id>"
        f"<updated>{found[0].day if found else metadata['created'][:10]}T00:00:00Z</updated>"
        f"<author><name>{html.escape(work.author)}</name></author><rights>{html.escape(work.licence)}</rights>{own}"
        f'<link rel="alternate" type="text/html" href="{html.escape(urljoin(work.base, page))}"/>\n{listed}</feed>\n'
    )


def _name(work: Work, version: str = "") -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{work.title}: changes to the data {version}".strip()).urn


def _kept(node: LexborNode, address: str) -> str:
    return "".join(_pieces(node, address))


def _pieces(node: LexborNode, address: str) -> Iterator[str]:
    if node.tag == "-text":
        yield html.escape(node.text(deep=False), quote=False)
        return
    if LEFT_OUT & set((node.attributes.get("class") or "").split()):
        return
    inside = "".join(_kept(child, address) for child in node.iter(include_text=True))
    if name := KEPT.get(node.tag):
        goal = node.attributes.get("href")
        yield f'<{name} href="{html.escape(urljoin(address, goal))}">' if name == "a" and goal else f"<{name}>"
        yield f"{inside}</{name}>"
    else:
        yield inside
