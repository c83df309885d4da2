"""Figures in the pages: drawn right there, so that a mark is a link, with text in the face of the page and colours of its theme."""

from __future__ import annotations

import html
import re

from rapprochement import ask, record, wording
from rapprochement.book.figures import FOLDER, download_link, drawing, evidence_image
from rapprochement.book.openers import NUMBER
from rapprochement.editions.web import events, openers
from rapprochement.marks import resolved, without
from rapprochement.run import memory
from rapprochement.style import PALETTES

START = re.compile(r"<svg [^>]*>")
MARK = '<a class="figure-mark" href="{address}" tabindex="{stop}"><title>{title}</title>{drawn}</a>'


def visit_image(translator, node: evidence_image) -> None:
    """Both drawings; the style sheet shows the one that fits."""
    for kind in ("wide", "narrow"):
        translator.body.append(_drawn(translator, node, kind) + "\n")


def skip_image(translator, node) -> None:
    """Nothing comes after it."""


def _drawn(translator, node: evidence_image, kind: str) -> str:
    env = translator.builder.env
    known = record.load(env.srcdir)
    numbers = memory.of(env).numbers.get(translator.builder.current_docname, {})
    root = _root(translator)
    # Elsewhere no page of an event or number is written.
    leads = translator.builder.name == "html" and not translator.config.rapprochement_content_only
    opened = [_opened(known, numbers, *mark) for mark in node["marks"]] if leads else []
    if opened and "titles" in node:  # in the language of the page
        opened = [(address, title) for (address, _), title in zip(opened, node["titles"], strict=True)]
    stops = iter(["0"])  # one for the figure; from mark to mark lead the arrow keys (figures.js)

    def mark(number: int, drawn: str) -> str:
        address, title = opened[number]
        return MARK.format(address=html.escape(root + address), stop=next(stops, "-1"), title=html.escape(title, quote=False), drawn=drawn)

    name, (width, height) = node["name"], node[kind]
    svg = drawing(env, name, narrow=kind == "narrow").replace(PALETTES, "")
    # Names of patterns and clips must be unique in the page.
    svg = re.sub(r'(\bid="|url\(#|href="#)(?!mark-)', rf"\1{name}-{kind[0]}-", svg)
    view = re.search(r'viewBox="[^"]*"', svg)[0]
    start = (
        f'<svg class="drawing {kind}" {view} width="{width}" height="{height}" stroke-linejoin="round" '
        f'role="{"group" if opened else "img"}" aria-label="{html.escape(node["alt"])}">'
    )
    return START.sub(lambda _: start, resolved(svg, mark) if opened else without(svg), count=1)


def _opened(known: record.Record, numbers: dict, kind: str, key: str) -> tuple[str, str]:
    """Where a mark leads, relative to the root, and what it says of itself."""
    if kind == NUMBER:
        answer = numbers[key]
        return openers.number_page(key), f"{wording.capitalise(answer.told)} ({len(answer.rows):,})"
    return events.address(key), ask.entry(known.event(key))


def visit_download(translator, node: download_link) -> None:
    translator.body.append(f'<a download="{node["saved_as"]}" href="{_root(translator)}{FOLDER}/{node["filename"]}">')


def depart_download(translator, node) -> None:
    translator.body.append("</a>")


def _root(translator) -> str:
    return "../" * translator.builder.current_docname.count("/")
