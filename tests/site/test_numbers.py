"""Every number of the book opens to the rows that it counts: the promise that no other publication makes."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser
from site_browser import assert_targets_are_large, pages_of, window
from site_visits import AXE_SCRIPT, axe_finds

from rapprochement import ask, record, wording
from rapprochement.article import PARAGRAPHS

COUNTING = "chapters/process/how-the-talks-are-built.html"
CHAPTER = "chapters/highlights/recognition.html"


@dataclass(frozen=True)
class Opened:
    """The page of a number: what it says that it counts, the addresses of its rows, and of those that a share leaves out."""

    text: str
    rows: list[str]
    others: list[str]


def _parsed(path: Path) -> LexborHTMLParser:
    return LexborHTMLParser(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def printed(site) -> list[tuple[str, str, str]]:
    """Every number of the pages: page, words, and the address that it opens."""
    return [(page, " ".join(link.text().split()), link.attrs["href"]) for page in pages_of(site) for link in _parsed(site / page).css("article a.number")]


@pytest.fixture(scope="module")
def opened(site) -> dict[str, Opened]:
    """The pages of numbers, by the names of their files."""
    found = {}
    for path in sorted((site / "numbers").glob("*.html")):
        page = _parsed(path)
        rows, others = ([link.attrs["href"] for link in page.css(f"ol.{name} a")] for name in ("counted", "others"))
        found[path.name] = Opened(" ".join(page.css_first("main").text().split()), rows, others)
    return found


@pytest.fixture(scope="module")
def cards(site) -> tuple[dict[str, dict], list[str]]:
    """What the cards hold, and the rows that they name by place."""
    script = (site / "_static" / "cards-data.js").read_text(encoding="utf-8")
    return tuple(json.loads(re.search(rf"window\.{name} = (.*);\n", script).group(1)) for name in ("bookCards", "bookRows"))


def said(words: str, page: str) -> str | tuple[str, ...]:
    """What is the same however a number is printed; of another language, whose words are tested with it, its figures in any order."""
    return tuple(sorted(re.findall(r"\d+", words))) or words if page.startswith("chapters/languages/") else words.lower()


def counts_of(number: Opened, events: pd.DataFrame) -> Iterator[str]:
    """All that a number may print that opens these rows."""
    count = len(number.rows)
    yield from (wording.number(count), f"{count:,}")
    if number.others:
        yield wording.percent(count / (count + len(number.others)))
    known = [events.loc[Path(row).stem] for row in number.rows if row.startswith("../events/")]
    if len(known) == 2:
        yield wording.days((known[1]["start"] - known[0]["end"]).days)
    if len(known) == 1:
        yield from (wording.day(known[0]["start"]), wording.day(known[0]["end"]), wording.event_date(known[0]))


def test_every_number_prints_how_many_rows_it_opens(site, printed, opened, cards, events):
    by_id = events.set_index("event_id", drop=False)
    content, rows = cards
    within = {page: set(re.findall(r'\bid="([^"]+)"', (site / page).read_text(encoding="utf-8"))) for page in pages_of(site)}
    wrong = []
    for page, words, address in printed:
        if address.startswith("#"):  # of no rows, but in a table or figure of its page
            wrong += [] if address[1:] in within[page] else [f"{page}: {words} leads nowhere"]
            continue
        number = opened[Path(address).name]
        if said(words, page) not in {said(each, page) for each in counts_of(number, by_id)}:
            wrong.append(f"{page}: {words} opens {len(number.rows)} rows, {len(number.others)} others: {number.text[:90]}")
        card = content[f"numbers/{Path(address).name}"]
        shown, there = [rows[place] for place in card["rows"]], [row.removeprefix("../") for row in number.rows]
        if shown != list(dict.fromkeys(there[:10])) or card["head"] not in number.text:
            wrong.append(f"{page}: the card of {words} shows other rows than its page")
    assert not wrong, "\n".join(wrong)
    assert len(printed) > 250


def test_every_count_share_and_gap_of_the_text_opens(site, printed, root):
    """No number escapes: as many open on a page as roles of its text ask for."""
    asked = 0
    for page in pages_of(site):
        text = (root / page).with_suffix(".md")
        roles = re.findall(r"\{(?:count|count-upper|figures|share|gap|claims-count|claims-verdicts)\}`", text.read_text(encoding="utf-8")) if text.is_file() else []
        asked += len(roles)
        assert sum(where == page for where, _, _ in printed) >= len(roles), page
    assert asked > 150


def test_rows_of_a_number_are_those_of_its_question(opened, root):
    known = record.load(root)
    for name, text in (
        ("count", "track=AM-AZ mediator=EU until=2023-07-15-brussels-leaders"),
        ("share", "mediator=none of track=AM-AZ until=2023-07-15-brussels-leaders"),
        ("gap", "2022-03-30-brussels-security-officials 2022-04-06-brussels-leaders"),
        ("claims-count", "chapter=highlights/recognition"),
    ):
        answer = ask.answer(known, name, text)
        ends = [re.split(r"events/|#claim-", row)[-1].removesuffix(".html") for row in opened[f"{answer.key}.html"].rows]
        assert ends == list(answer.rows), name


def test_address_of_a_number_outlives_a_changed_row(root, events_table):
    events_table.rows = [row for row in events_table.rows if row[0] != "2022-10-02-geneva-foreign-ministers"]
    events_table.save()
    before = ask.answer(record.load(root), "count", "track=AM-AZ level=foreign-ministers")
    record.forget()
    after = ask.answer(record.load(events_table.path.parent.parent), "count", "level=foreign-ministers track=AM-AZ")
    record.forget()
    assert before.words != after.words and before.key == after.key


def test_every_row_leads_to_a_page_that_is_there(site, opened):
    anchors = set(re.findall(r'\bid="([^"]+)"', (site / "chapters/evidence/claims.html").read_text(encoding="utf-8")))
    for name, number in opened.items():
        for row in number.rows + number.others:
            target = urlsplit(row)
            assert (site / "numbers" / target.path).is_file(), f"{name}: {row}"
            assert not target.fragment or target.fragment in anchors, f"{name}: {row}"


def test_page_of_a_number_says_what_is_counted_how_and_where(opened):
    for name, number in opened.items():
        assert "Where the book prints it" in number.text, name
        assert "=" not in number.text, f"{name} speaks in plain words"


def test_every_paragraph_of_the_article_says_what_it_holds(site, cards, claims):
    content, rows = cards
    named = set()
    for page in pages_of(site):
        for link in _parsed(site / page).css("article a.paragraph"):
            name = link.text()
            named.add(name)
            assert link.attrs["href"].endswith(f"claims.html?paragraph={name.lower()}#paragraph-{name.lower()}"), page
    assert len(named) > 20
    for name in PARAGRAPHS:
        card = content[f"chapters/evidence/claims.html?paragraph={name.lower()}#paragraph-{name.lower()}"]
        of_paragraph = claims.loc[claims["paragraph"] == name, "claim_id"]
        assert [rows[place].partition("#claim-")[2] for place in card["rows"]] == list(of_paragraph)
        assert card["rows"] or "no statement" in card["text"]


def test_paragraphs_are_references_wherever_the_prose_names_them(site):
    for page in pages_of(site):
        article = _parsed(site / page).css_first("article")
        if article is None:
            continue
        for part in article.css("a, code, pre, h1, h2, h3, table.claims, table.chronicle, details, title, figure svg, script"):
            part.decompose()
        left = re.findall(r"\bP(?:[1-9]|[12]\d|3[0-4])\b", article.text())
        assert not left, f"{page}: {left}"


# --- In a browser ------------------------------------------------------------------


def number_in(tab, place: int = 0):
    link = tab.locator("article a.number[href*='numbers/count-']").nth(place)
    link.scroll_into_view_if_needed()
    return link


@pytest.fixture(params=["server", "disk"])
def start(request, served, site) -> str:
    return served if request.param == "server" else site.as_uri() + "/"


def rows_shown(tab) -> list[str]:
    return [urlsplit(address).path.rpartition("/")[2] for address in tab.locator("#link-card .rows a").evaluate_all("(links) => links.map((each) => each.href)")]


# --- All of them. Each is pointed at where it stands; what a page puts off comes at once. ---

AT_ONCE = "const later = window.setTimeout; window.setTimeout = (act, wait, ...rest) => later(act, 0, ...rest);"
GET_READY = """() => {
    document.querySelectorAll('details').forEach((each) => { each.open = true; });
    window.numbers = [...document.querySelectorAll("article a.number:not([href^='#'])")];
    // Where to point at a number, which is brought into sight if something else is there.
    window.placeOf = (number) => {
        const middle = () => {
            const {left, top, width, height} = number.getClientRects()[0];
            return [left + width / 2, top + height / 2];
        };
        if (!number.contains(document.elementFromPoint(...middle()))) number.scrollIntoView({block: 'center', inline: 'center', behavior: 'instant'});
        return middle();
    };
    // The addresses of the rows that the card of a number shows, once it is there, and the card closed.
    window.rowsShown = async (number) => {
        for (let turn = 0; turn < 500 && !number.hasAttribute('aria-describedby'); turn++) await new Promise((next) => setTimeout(next));
        const rows = [...document.querySelectorAll('#link-card .rows a')].map((each) => each.href);
        document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}));
        return rows;
    };
    document.activeElement.blur();
    return window.numbers.map((each) => each.getAttribute('href'));
}"""
PLACE = "(at) => placeOf(numbers[at])"
ROWS_AND_NEXT_PLACE = "async (at) => [await rowsShown(numbers[at - 1]), numbers[at] && placeOf(numbers[at])]"
BY_KEYBOARD = """async () => {
    const shown = [];
    for (const number of numbers) {
        number.focus();
        shown.push(await rowsShown(number));
    }
    document.activeElement.blur();
    return shown;
}"""


def pointed_at(tab, point) -> list[list[str]]:
    """The rows that each number of a page shows once it is pointed at."""
    shown = []
    place = tab.evaluate(PLACE, 0)
    while place:
        point(*place)
        rows, place = tab.evaluate(ROWS_AND_NEXT_PLACE, len(shown) + 1)
        shown.append(rows)
    return shown


def test_every_number_shows_its_rows_to_mouse_keyboard_and_finger(browser, start, printed, opened):
    """Each page is loaded once: as wide as a desk for mouse and keyboard, then as narrow as a phone for a finger; of little height, as each frame is drawn."""
    context = window(browser, has_touch=True)
    tab = context.new_page()
    tab.add_init_script(AT_ONCE)
    wrong, tried = [], Counter()
    for page in dict.fromkeys(page for page, _, address in printed if not address.startswith("#")):
        addresses = [address for where, _, address in printed if where == page and not address.startswith("#")]
        expected = [[urljoin(f"{start}numbers/", row) for row in dict.fromkeys(opened[Path(address).name].rows[:10])] for address in addresses]
        tab.set_viewport_size({"width": 1400, "height": 600})
        tab.goto(start + page)
        tab.keyboard.press("Tab")  # from now on what has the focus shows it
        assert tab.evaluate(GET_READY) == addresses
        shown = {"keyboard": tab.evaluate(BY_KEYBOARD), "mouse": pointed_at(tab, tab.mouse.move)}
        tab.mouse.move(1, 1)
        tab.set_viewport_size({"width": 390, "height": 600})
        shown["finger"] = pointed_at(tab, tab.touchscreen.tap)
        for reach, found in shown.items():
            wrong += [f"{page}: {address} shows {rows} to the {reach}" for address, rows, right in zip(addresses, found, expected, strict=True) if rows != right]
            tried[reach] += len(found)
    context.close()
    assert not wrong, "\n".join(wrong)
    assert len(tried) == 3 and min(tried.values()) > 250


def test_mouse_shows_the_rows_and_follows_to_all_of_them(page, start, opened):
    page.goto(start + COUNTING)
    for place in range(0, 12, 4):
        link = number_in(page, place)
        name = Path(link.get_attribute("href")).name
        link.hover()
        expect(page.locator("#link-card .rows")).to_be_visible()
        assert rows_shown(page) == [Path(row).name for row in opened[name].rows[:10]]
        page.mouse.move(1, 1)
        expect(page.locator("#link-card")).to_have_count(0)
    link = number_in(page)
    link.hover()
    page.locator("#link-card .more a").click()
    expect(page.locator("h1")).to_be_visible()
    assert "/numbers/" in page.url


def test_keyboard_reaches_the_rows_without_making_each_number_a_trap(page, start):
    page.goto(start + COUNTING)
    page.keyboard.press("Tab")
    link = number_in(page, 3)
    link.focus()
    card = page.locator("#link-card")
    expect(card).to_be_visible()
    assert link.get_attribute("aria-describedby") == card.locator(".head").get_attribute("id")
    page.keyboard.press("ArrowDown")
    expect(card.locator(".rows a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(link).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('#link-card')"), "the tab key goes on in the text"
    link.focus()
    expect(card).to_be_visible()
    page.keyboard.press("ArrowDown")
    row = card.locator(".rows a").first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(row)


@pytest.mark.parametrize("links", ["a.number", "a.paragraph", "a.reference[href*='glossary']", "a.reference[href*='sources']", "a.reference[href*='2022-10-06-prague-statement']"])
def test_finger_shows_with_one_tap_and_follows_with_a_second(browser, start, links):
    context = window(browser, 390, has_touch=True)
    tab = context.new_page()
    tab.goto(start + CHAPTER)
    link = tab.locator(f"article {links}").first
    for mark in link.locator("xpath=ancestor::span[@class='cited']").locator(".fold").all():
        mark.tap()  # a source is folded
    link.scroll_into_view_if_needed()
    target = link.evaluate("(each) => each.href")
    link.tap()
    card = tab.locator("#link-card")
    expect(card).to_be_visible()
    assert tab.url == start + CHAPTER
    box = card.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert_targets_are_large(card.locator(".rows a, .more a"))
    beside = box["y"] - 60 if box["y"] > 160 else box["y"] + box["height"] + 60  # a finger that comes near a link meets it
    tab.touchscreen.tap(3, beside)
    expect(card).to_have_count(0)
    link.tap()
    expect(card).to_be_visible()
    link.tap()
    tab.wait_for_url(target)
    context.close()


def test_open_card_and_pages_of_numbers_have_no_fault_of_accessibility(browser, served, site):
    ends = ("count", "share", "gap", "claims", "whose-word")
    for theme, which in (("light", "all"), ("dark", "colours")):
        context = window(browser, theme=theme)
        tab = context.new_page()
        tab.goto(served + COUNTING)
        number_in(tab, 3).hover()
        expect(tab.locator("#link-card .rows")).to_be_visible()
        tab.evaluate(AXE_SCRIPT)
        assert axe_finds(tab, which) == []
        for end in ends:
            tab.goto(f"{served}numbers/{min((site / 'numbers').glob(f'{end}-*.html'), key=lambda path: path.stat().st_size).name}")
            tab.evaluate(AXE_SCRIPT)
            assert axe_finds(tab, which) == [], end
        context.close()


def test_number_is_a_link_to_all_its_rows_without_scripts(browser, start, opened):
    context = window(browser, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(start + COUNTING)
    link = number_in(tab, 5)
    name = Path(link.get_attribute("href")).name
    link.click()
    expect(tab.locator("ol.counted a")).to_have_count(len(opened[name].rows))
    tab.locator("ol.counted a").first.click()
    expect(tab.locator("h1")).to_be_visible()
    assert "/events/" in tab.url
    context.close()
