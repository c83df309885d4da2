"""The short editions as pages: their language is said to machines, and what they show, cards included, is in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from rapprochement import ask, record
from rapprochement.wording import TONGUES, tongue

PAGES = {"hy": "armenian", "az": "azerbaijani", "tr": "turkish", "ru": "russian"}
FIRST = "chapters/intro.html"


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[str, LexborHTMLParser]:
    return {code: LexborHTMLParser((site / "chapters/languages" / f"{name}.html").read_text(encoding="utf-8")) for code, name in PAGES.items()}


@pytest.fixture(scope="module")
def cards(site: Path) -> dict[str, list]:
    """The cards and words of each language."""
    scripts = {code: (site / "_static" / f"cards-data-{code}.js").read_text(encoding="utf-8") for code in PAGES}
    return {code: json.loads(script.removeprefix("window.bookCardsInLanguage = ").removesuffix(";\n")) for code, script in scripts.items()}


def test_the_first_page_and_every_sidebar_lead_to_each_language_by_its_own_name(site):
    for address in (FIRST, "chapters/reference/method.html", "chapters/languages/turkish.html"):
        page = LexborHTMLParser((site / address).read_text(encoding="utf-8"))
        for code, name in PAGES.items():
            links = [link for link in page.css(".bd-sidebar-primary a") if f"{name}.html" in link.attrs["href"] or (name in address and link.attrs["href"] == "#")]
            assert links and all(link.text().strip() == tongue(code).name for link in links), (address, code)
            assert all(link.attrs.get("lang") == code for link in links if link.attrs["href"] != "#")
    line = LexborHTMLParser((site / FIRST).read_text(encoding="utf-8")).css_first("article p.in-other-languages")
    assert [(link.text(), link.attrs["lang"], link.attrs["hreflang"]) for link in line.css("a")] == [(tongue(code).name, code, code) for code in PAGES]


@pytest.mark.parametrize("code", TONGUES)
def test_a_page_says_its_language(parsed, code):
    page = parsed[code]
    assert page.css_first("html").attrs["lang"] == code
    assert not page.css("link[hreflang]"), "no machine takes a relative address; test_taking.py tries full ones"
    for frame in page.css(".bd-sidebar-primary, .bd-footer-content, .prev-next-footer"):
        assert frame.attrs["lang"] == "en", "the frame is that of the whole book"


@pytest.mark.parametrize("code", TONGUES)
def test_what_a_page_shows_and_says_is_in_its_language(parsed, code):
    article = parsed[code].css_first("article.bd-article")
    for citation in article.css("a[href*='sources']"):  # names and titles of sources, as they are
        citation.decompose()
    said = [link.attrs["title"] for link in article.css("a[title]")]
    said += [title.text() for title in article.css("svg title")] + [svg.attrs["aria-label"] for svg in article.css("svg[aria-label]")]
    shown = " ".join([article.text(separator=" "), *said])
    for name in ("Turkish Policy Quarterly", "events.csv", "Natural Earth", "(CSV)", "(SVG)", "(PNG)"):
        shown = shown.replace(name, "")
    english = re.findall(r"\b(?:the|of|and|with|from|was|which|this|between|Figure|Table|Link|contacts?|meeting|Data|Image|Source)\b", shown)
    assert not english, english[:10]
    if code in ("hy", "ru"):
        assert not re.findall(r"\b[A-Za-z]{3,}\b", shown)
    assert parsed[code].css_first("figcaption .caption-number").text().startswith(tongue(code).labels.figure)


@pytest.mark.parametrize("code", TONGUES)
def test_every_event_and_number_of_a_page_has_its_card_in_the_language(site, parsed, cards, code):
    known, words = cards[code]
    addresses = {link.attrs["href"].removeprefix("../../") for link in parsed[code].css("article a.number, article a[href*='events/'], article a.figure-mark")}
    assert len(addresses) > 60
    assert not {address for address in addresses if address not in known}
    english = re.findall(r"\b(?:the|of|and|with|contacts?|meeting|mediator)\b", json.dumps([*known.values(), words], ensure_ascii=False))
    assert not english
    assert all((site / address).is_file() for address in addresses)


def test_a_number_of_a_short_edition_opens_the_page_that_the_english_one_opens(root, parsed):
    known = record.load(root)
    asked = re.findall(r"\{(count|figures|share)\}`([^`]+)`", (root / "locale/short-edition.md").read_text(encoding="utf-8"))
    keys = {ask.answer(known, name, text).key for name, text in asked}
    assert len(keys) >= 15
    for code, page in parsed.items():
        assert keys <= {link.attrs["href"].rpartition("/")[2].removesuffix(".html") for link in page.css("article a.number")}, code


@pytest.mark.parametrize("code", ["hy", "ru"])
def test_its_letters_come_with_the_book(site, code):
    """Each letter of the page is in a face that the style sheet names for it."""
    style = (site / "_static/book.css").read_text(encoding="utf-8")
    ranges = []
    for found in re.findall(r"unicode-range: ([^;]+);", style):
        for part in found.replace("U+", "").split(","):
            first, _, last = part.strip().partition("-")
            ranges.append((int(first, 16), int(last or first, 16)))
    text = LexborHTMLParser((site / "chapters/languages" / f"{PAGES[code]}.html").read_text(encoding="utf-8")).css_first("article").text()
    missing = {letter for letter in text if not letter.isspace() and not any(first <= ord(letter) <= last for first, last in ranges)} - {"\uf0c1", "#"}
    assert not missing, missing
