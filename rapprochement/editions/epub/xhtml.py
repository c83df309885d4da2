"""A finished page of the site as a chapter of the EPUB: what works without the site, as well-formed XHTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rapprochement.style import COLOURS

NAMESPACES = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
SVG = "http://www.w3.org/2000/svg"
# What works on the web alone: code and controls, links to files beside the page, the wide
# drawings, which no phone shows; and of an event how to cite it, to report an error, and what came before and after.
LEFT_OUT = (
    "script, style, noscript, form, button, .headerlink, .screen-only, .notebook-downloads, .downloads, .citation-forms, .toctree-wrapper, "
    "svg.wide, svg.sd-octicon, .cell_input, details.hide, .sd-summary-state-marker, .use, .around, #report"
)
# What a chapter keeps of its attributes; a drawing keeps all but its classes.
KEPT = {"id", "class", "href", "src", "alt", "colspan", "rowspan", "start", "lang", "open"}
VOID = {"br", "col", "hr", "img", "wbr"}
# Boxes that scroll or fold on the web.
TAKEN_APART = "div.pst-scrollable-table-container, div.table-box, span.pasted-text, span.pre"
RENAMED = {"details": "div", "summary": "p", "nav": "div"}
# A theme of the reading system changes the colour of text, which a drawing takes for its own; others follow the device.
FOLLOWED = {"ink": "currentColor", "muted": "currentColor", "rule": "#8a8f98"}
# Areas that words may stand on, in that colour too, else light words of a dark theme would stand on light land.
AREAS = {"window": "fill:currentColor;fill-opacity:.1", "paper": "fill:none"}
COLOUR = re.compile(r"([\w-]+):var\(--([\w-]+)\)")

Resolve = Callable[[str], str | None]


def pruned(page: str, part: str) -> LexborNode:
    """The part of a page that a selector names, less what works on the web alone; each id at most once."""
    node = LexborHTMLParser(page).css_first(part)
    for dropped in node.css(LEFT_OUT):
        dropped.decompose()
    for box in node.css(TAKEN_APART):
        box.unwrap()
    for mark in node.css("a.figure-mark"):
        for title in mark.css("title"):
            title.decompose()
        mark.unwrap()
    seen: set[str] = set()
    for named in node.css("[id]"):
        if named.id in seen:
            del named.attrs["id"]
        seen.add(named.id or "")
    return node


def ids(node: LexborNode) -> set[str]:
    """The places of a part that links may lead to."""
    return {named.id for named in node.css("[id]") if named.id}


def inner(node: LexborNode, resolve: Resolve) -> str:
    """What stands in a node, as XHTML.

    resolve: from the address of a link to where it leads in the EPUB; None
    leaves the words without a link.
    """
    return "".join(piece for child in node.iter(include_text=True) for piece in _pieces(child, resolve, drawn=False))


def _pieces(node: LexborNode, resolve: Resolve, drawn: bool) -> Iterator[str]:
    tag = node.tag
    if tag == "-text":
        yield html.escape(node.text(deep=False), quote=False)
        return
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", tag):
        return  # a comment
    drawn = drawn or tag == "svg"
    attributes = _drawn(node, tag) if drawn else _kept(node, resolve)
    if tag == "a" and not drawn and "href" not in attributes:
        tag = "span"
    tag = RENAMED.get(tag, tag)
    told = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
    if tag in VOID:
        yield f"<{tag}{told}/>"
        return
    yield f"<{tag}{told}>"
    for child in node.iter(include_text=True):
        yield from _pieces(child, resolve, drawn)
    yield f"</{tag}>"


def _kept(node: LexborNode, resolve: Resolve) -> dict[str, str]:
    kept = {name: value or "" for name, value in node.attributes.items() if name in KEPT and (value or name == "alt")}
    kept.pop("open", None)
    if "href" in kept:
        goal = resolve(kept.pop("href"))
        if goal:
            kept["href"] = goal
    if node.tag == "th":
        kept["scope"] = "col" if _in_head(node) else "row"
    return kept


def _in_head(node: LexborNode) -> bool:
    return node.parent is not None and node.parent.parent is not None and node.parent.parent.tag == "thead"


def _drawn(node: LexborNode, tag: str) -> dict[str, str]:
    kept = {name: value or "" for name, value in node.attributes.items() if name not in ("class", "tabindex")}
    if tag == "svg":
        kept = {"xmlns": SVG, **{name: value for name, value in kept.items() if name != "height"}, "role": "img"}
    return {name: _coloured(value) if name == "style" else value for name, value in kept.items()}


def _coloured(style: str) -> str:
    """Each colour also as it is on light paper, for reading systems that know no variables."""

    def colour(found: re.Match) -> str:
        what, name = found.groups()
        if what == "fill" and name in AREAS:
            return AREAS[name]
        if name in FOLLOWED:
            return f"{what}:{FOLLOWED[name]}"
        return f"{what}:{COLOURS[name][0]};{what}:var(--{name})"

    return COLOUR.sub(colour, style)


def document(title: str, body: str, language: str, kind: str = "", head: str = "") -> str:
    """A whole XHTML file. kind: what it is in the words of EPUB, such as ``chapter``."""
    typed = f' epub:type="{kind}"' if kind else ""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html {NAMESPACES} lang="{language}" xml:lang="{language}">'
        f'<head><meta charset="utf-8"/><title>{html.escape(title, quote=False)}</title><link rel="stylesheet" href="book.css"/>{head}</head>\n'
        f"<body{typed}>{body}</body></html>\n"
    )
