"""The search: one index of sections, names, terms, events, claims, sources and numbers, in any spelling.

The index is a script, as a page opened from a disk may load scripts but not
data, and the browser loads it when somebody begins to search. It holds the
texts themselves: ``assets/static/words.js`` folds them and what is typed alike,
``assets/static/search.js`` looks for one in the other and quotes it. What a
page says is read off the finished page, so a build that writes some pages gives
the index of one that writes all.
"""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from selectolax.lexbor import LexborHTMLParser, LexborNode
from sphinx.application import Sphinx

from rapprochement import record, wording
from rapprochement.book import bibliography
from rapprochement.book.chronicle import what_it_is, where
from rapprochement.data.names import LETTERS, alike, each_name, fold
from rapprochement.editions import web
from rapprochement.editions.web import events, numbers, pages
from rapprochement.editions.web.cards import definition
from rapprochement.editions.web.light import curled
from rapprochement.provenance import outlet_of, publication

INDEX = "search-index.js"
NAMES = "search-names.js"
# What stands in the index as a kind of its own, what is no prose, and what would only run into it.
NO_PROSE = "table.evidence, table.claims, table.events, .citation-list, dl.glossary, .bibtex-citation, details.hide, div.highlight, form, noscript, script, svg, a.headerlink, .section-number"
# Between these, words of a page do not run together.
BLOCKS = "p, li, td, th, dt, dd, div, section, caption, figcaption, br, h1, h2, h3, h4, h5, h6"
PLACES = ("country", "region")
# Tells, row by row, what other pages say of the same events; found by its headings.
RETOLD = "chapters/reference/verification"

# Address relative to the root, the line above or below the title, the title, the text; of an event also its first and last day.
Entry = list[str]

PAGE = """
<div id="search-page">
<h1>Search</h1>
<noscript><p class="no-scripts">The search needs scripts, which your browser does not run here. All that it finds stands on the pages below, in which your browser can look for words.</p></noscript>
<form action="search.html" method="get" role="search">
<label for="search-words">Words, a name in any spelling, a number or a date</label>
<input type="search" id="search-words" name="q" autocomplete="off" autocorrect="off" autocapitalize="off" spellcheck="false">
<button type="submit">Search</button>
</form>
<section class="elsewhere">
<h2>What the search knows</h2>
<ul>
<li>The sections of all chapters, from <a href="{home}">the first page</a> on.</li>
{elsewhere}
</ul>
<p>“Turkey” finds Türkiye, and a name is found in Armenian, Azerbaijani, Russian, Turkish and other letters. Words between quotation marks are found side by side. 2023-07-15 and 15 July 2023 are the same day.</p>
</section>
</div>
<link rel="stylesheet" href="_static/search.css">
"""
# Where else the kinds of hits stand: what shows them, or the page.
ELSEWHERE = (
    ("event", "", "Events, with their dates, in <a href=\"{}\">the chronicle</a>."),
    ("claim", "", "The claims of the article, in <a href=\"{}\">the ledger</a>."),
    ("", "chapters/process/who-is-who", "Persons and bodies, in <a href=\"{}\">who is who</a>; places, in the chronicle."),
    ("", "chapters/reference/glossary", "Terms, in <a href=\"{}\">the glossary</a>."),
    ("", "chapters/reference/sources", "Sources, in <a href=\"{}\">their list</a>."),
)


# --- The page and what Sphinx would put in its place ----------------------------------------


def replace_that_of_sphinx(app: Sphinx) -> None:
    """Have Sphinx make no index and no page of a search: ours needs neither."""
    if web.is_written(app):
        app.builder.search = False


def page(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    """The page of the search, which says also without scripts where everything is."""
    if not web.is_written(app):
        return
    uri, shown_by = app.builder.get_target_uri, app.env.rapprochement_shown_by
    known = [(shown_by.get(kind, named), words) for kind, named, words in ELSEWHERE]
    elsewhere = "\n".join(f"<li>{words.format(html.escape(uri(name)))}</li>" for name, words in known if name in app.env.found_docs)
    body = PAGE.format(home=uri(app.config.root_doc), elsewhere=elsewhere)
    yield "search", {"title": "Search", "body": body}, "page.html"


# --- What a finished page holds ---------------------------------------------------------------


def of_page(page: LexborHTMLParser) -> dict:
    """The sections of a page with their headings and own words, the terms that it defines, and the names that it explains."""
    if not page.css_matches("article"):
        return {}
    article = LexborHTMLParser(page.css_first("article").html)
    terms = [[term.id, _words(term), _words(definition(term))] for term in article.css("dl.glossary dt[id]")]
    explained = {_words(name): name.id for name in article.css("dl.myst > dt[id]")}
    for node in article.css(NO_PROSE):
        node.decompose()
    sections = []
    # Those within others first, so that each holds but its own words.
    for section in reversed(article.css("section[id]")):
        heading = section.css_first("h1, h2, h3, h4, h5, h6")
        title = _words(heading) if heading else ""
        if heading:
            heading.decompose()
        sections.insert(0, [section.id, title, _words(section)])
        section.decompose()
    return {"sections": sections, "terms": terms, "explained": explained}


def _words(node: LexborNode) -> str:
    apart = LexborHTMLParser(node.html)
    for mark in apart.css("a.headerlink, .bibtex-citation"):
        mark.decompose()
    for block in apart.css(BLOCKS):
        block.insert_before(" ")
        block.insert_after(" ")
    # A citation that was taken out leaves a space before the full stop.
    return re.sub(r" (?=[.,;:])", "", " ".join(apart.body.text().split()))


# --- The scripts ------------------------------------------------------------------------------


def write_scripts(app: Sphinx, site: Path, found: dict[str, dict]) -> None:
    """Write names and index to the site; *found*: what each page holds, by its address."""
    known = record.load(app.srcdir)
    static = site / "_static"
    names = {"letters": LETTERS, "alike": alike(known.names, known.places)}
    (static / NAMES).write_text(f"window.bookNames = {_compact(names)};\n", encoding="utf-8")
    index = [{"name": name, "entries": entries} for name, entries in _kinds(app, known, found) if entries]
    (static / INDEX).write_text(f"window.bookIndex = {_compact(index)};\n", encoding="utf-8")


def _compact(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _kinds(app: Sphinx, known: record.Record, found: dict[str, dict]) -> Iterator[tuple[str, list[Entry]]]:
    """The groups of hits as a reader sees them, in their order."""
    in_order = [(page, app.builder.get_target_uri(page)) for page in pages.in_order_of_reading(app.env)]
    yield "Chapters", [entry for page, address in in_order for entry in _sections(app, page, address, found.get(address, {}))]
    explained = {
        _natural(name): f"{address}#{anchor}" for _, address in in_order for name, anchor in found.get(address, {}).get("explained", {}).items()
    }
    yield "People and bodies", list(_named(app, known, explained))
    yield "Places", list(_places(app, known))
    yield "Terms", [[f"{address}#{anchor}", "", term, text] for _, address in in_order for anchor, term, text in found.get(address, {}).get("terms", ())]
    yield "Events", list(_events(known))
    look_up = numbers.row_of(app, known)
    yield "Claims", list(_claims(app, known, look_up))
    yield "Sources", list(_sources(app, known))
    # Those of the prose; a mark is found with its figure.
    in_prose = [number for number in numbers.all_numbers(app) if not number.answer.question.startswith("figure ")]
    yield "Numbers", [[number.address, numbers.amount(number.answer), wording.capitalise(number.answer.told), ""] for number in in_prose]


def _sections(app: Sphinx, page: str, address: str, found: dict) -> Iterator[Entry]:
    number, title = pages.chapter_number(app.env, page), app.env.titles[page].astext()
    chapter = f"Chapter {number}: {title}" if number else title
    for anchor, heading, text in found.get("sections", ()):
        yield [f"{address}#{anchor}", chapter, heading, "" if page == RETOLD else text]


def _natural(name: str) -> str:
    """The name of an entry in who is who as a text has it, folded: "Grigoryan, Mher (Մհեր Գրիգորյան)" -> mher grigoryan."""
    family, comma, given = name.partition("(")[0].partition(",")
    return fold(f"{given} {family}" if comma else family)


def _named(app: Sphinx, known: record.Record, explained: dict[str, str]) -> Iterator[Entry]:
    for row in known.names.itertuples():
        if row.kind not in PLACES and (address := explained.get(fold(row.name)) or _in_chronicle(app, known, row.name)):
            yield [address, wording.join(row.other_names), row.name, ""]


def _places(app: Sphinx, known: record.Record) -> Iterator[Entry]:
    rows = [(row.name, row.other_names) for row in known.names.itertuples() if row.kind in PLACES]
    rows += [(row.name, row.other_names) for row in known.places.itertuples()]
    for name, others in sorted(rows, key=lambda row: fold(row[0])):
        if address := _in_chronicle(app, known, name):
            yield [address, wording.join(others) if others else "", name, ""]


def _in_chronicle(app: Sphinx, known: record.Record, name: str) -> str:
    """The chronicle with the events that name somebody or something; empty where it names it nowhere."""
    chronicle = app.env.rapprochement_shown_by.get("event")
    if not chronicle or not any(fold(part) in _all_of_events(known) for part in each_name(name)):
        return ""
    return f"{app.builder.get_target_uri(chronicle)}?{urlencode({'words': name})}"


@functools.lru_cache(maxsize=1)
def _all_of_events(known: record.Record) -> str:
    """All that the rows of the chronicle say, folded."""
    events = known.events
    words = [events[column] for column in ("title", "summary", "note")]
    words += [events[column].map("; ".join) for column in ("participants", "mediators")]
    return fold(" ".join(text for column in [*words, events["place"].map(known.place_name)] for text in column))


def _events(known: record.Record) -> Iterator[Entry]:
    for event in known.events.to_dict("records"):
        over = ", ".join(filter(None, [wording.event_date(event), where(event, known), what_it_is(event)]))
        text = " ".join(filter(None, [event["summary"], "; ".join(event["participants"]) + ".", _parties(event), event["note"]]))
        days = [f"{event[day]:%Y-%m-%d}" for day in ("start", "end")]
        yield [events.address(event["event_id"]), over, curled(event["title"]), curled(text), *days]


def _parties(event: dict) -> str:
    parties = wording.third_parties(event)
    return f"Third parties: {parties}." if parties else ""


def _claims(app: Sphinx, known: record.Record, look_up: numbers.LookUp) -> Iterator[Entry]:
    if "claim" not in app.env.rapprochement_shown_by:
        return
    for claim in known.claims.to_dict("records"):
        row = look_up(numbers.CLAIMS, claim["claim_id"])
        yield [row.address, row.over, curled(claim["claim"]), curled(claim["remark"])]


def _sources(app: Sphinx, known: record.Record) -> Iterator[Entry]:
    listed = bibliography.places(app.env)
    for key, entry in sorted(known.sources.items()):
        if key in listed:
            fields = {name: str(value).replace("{", "").replace("}", "") for name, value in entry.fields.items()}
            over = ", ".join(filter(None, [outlet_of(entry), publication(entry)]))
            yield [f"{app.builder.get_target_uri(listed[key])}#{key}", over, fields.get("title", key), ""]
