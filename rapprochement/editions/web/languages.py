"""Pages in other languages than English: what they tell machines of their language, and cards in its words.

The frame around such a page (menu, search, footer) is that of the whole book and
in English, and says so; the page itself is in its own language, down to the
number of a figure and the names of its anchors.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from rapprochement import record, translated, wording
from rapprochement.answer import Answer
from rapprochement.editions import web
from rapprochement.editions.web import events, openers
from rapprochement.editions.web.cards import MOST_ROWS
from rapprochement.run import memory
from rapprochement.wording import ENGLISH, Tongue

SCRIPT = "cards-data-{code}.js"  # over those of cards-data.js, for pages in this language
# Parts of a page that are in the language of the book.
FRAME = ".bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article, .bd-footer-content, .prev-next-footer, .search-button__wrapper, .skip-link, #pst-skip-link, .pst-async-banner-revealer, .bd-header"


def pages(env: BuildEnvironment) -> dict[str, str]:
    """The short edition of each language, by its code: the page of the book that is in it."""
    return {code: page for page, code in sorted(memory.of(env).languages.items(), reverse=True)}


def tell(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Say the language of a page, and on the first page and the short editions where the others are.

    Machines are told of the others once the book has an address, as they take none that is relative.
    """
    if not web.is_written(app):
        return
    env = app.env
    editions = pages(env)
    if pagename in memory.of(env).languages:
        context["language"] = memory.of(env).languages[pagename]
    base = app.config.html_baseurl
    if base and editions and pagename in (app.config.root_doc, *editions.values()):
        everywhere = {app.config.language: app.config.root_doc, **editions}
        addresses = {code: f"{base.rstrip('/')}/{app.builder.get_target_uri(page)}" for code, page in everywhere.items()}
        lines = [f'<link rel="alternate" hreflang="{code}" href="{html.escape(address)}">' for code, address in addresses.items()]
        context["metatags"] = "\n".join([context.get("metatags", ""), *lines])


def mend(page: LexborHTMLParser, editions: dict[str, str]) -> None:
    """Name the language of each part of a written page, and of each link to a page in another.

    editions: the last part of the address of each page that is not in English, with its code.
    """
    root = page.css_first("html")
    code = root.attrs.get("lang") or ENGLISH
    for link in page.css("a[href]"):
        target = editions.get((link.attrs["href"] or "").partition("#")[0].rpartition("/")[2])
        if target:
            link.attrs["hreflang"] = target
            link.attrs["lang"] = target
    if code == ENGLISH or code not in wording.TONGUES:
        return
    for part in page.css(FRAME):
        part.attrs["lang"] = ENGLISH
    tongue = wording.tongue(code)
    for number in page.css("figcaption .caption-number"):
        number.inner_html = html.escape(number.text().replace("Figure", tongue.labels.figure))
    for anchor in page.css("a.headerlink[title]"):
        anchor.attrs["title"] = tongue.labels.anchor


def write_scripts(app: Sphinx, site: Path) -> None:
    """Write for each language the cards of events and numbers in its words; rows keep their places in ``window.bookRows``."""
    known = record.load(app.srcdir)
    said: dict[str, dict[str, Answer]] = {}
    for page, code in sorted(memory.of(app.env).languages.items()):
        said.setdefault(code, {}).update(memory.of(app.env).said.get(page, {}))
    for code, numbers in said.items():
        tongue = wording.tongue(code)
        cards = dict(_of_events(tongue, known)) | dict(_of_numbers(tongue, numbers))
        words = {"close": tongue.labels.closes, "open": tongue.labels.opens, "keys": tongue.labels.keys}
        content = json.dumps([cards, words], ensure_ascii=False, separators=(",", ":"))
        (site / "_static" / SCRIPT.format(code=code)).write_text(f"window.bookCardsInLanguage = {content};\n", encoding="utf-8")


def _of_events(tongue: Tongue, known: record.Record) -> Iterator[tuple[str, dict[str, str]]]:
    for _, event in known.events.iterrows():
        yield events.address(event["event_id"]), {"over": str(tongue.event_date(event)), "head": translated.label(tongue, known, event), "text": "", "under": ""}


def _of_numbers(tongue: Tongue, numbers: dict[str, Answer]) -> Iterator[tuple[str, dict[str, str]]]:
    for key, answer in sorted(numbers.items()):
        many = f": {tongue.number(len(answer.rows))} / {tongue.number(len(answer.whole))}" if answer.whole else ""
        more = tongue.labels.all_rows.format(count=tongue.number(len(answer.rows))) if len(answer.rows) > MOST_ROWS else tongue.labels.to_page
        yield openers.number_page(key), {"over": answer.words + many, "head": tongue.capitalise(answer.told), "more": more}
