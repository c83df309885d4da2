"""Every mark of a figure leads to the rows that it stands for; its words are words of the page."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser
from site_browser import faces_of, pages_of, window

from rapprochement.chapter_figures import names_in
from rapprochement.figures import TURN

CHAPTER = "chapters/highlights/recognition.html"
COUNTED = "chapters/evidence/meeting-frequency.html"
NAMES_NOTHING = r"\} (map-[\w-]+|venue-map|where-they-met|last-and-before|leaders-and-all|listed-by-level)\n"


@pytest.fixture(scope="module")
def figures(site) -> dict[str, tuple[str, LexborHTMLParser]]:
    """Every figure of the pages by its name: its page, and itself."""
    found = {}
    for page in pages_of(site):
        for figure in LexborHTMLParser((site / page).read_text(encoding="utf-8")).css("figure.evidence-figure"):
            found[Path(figure.css_first("a[download]").attrs["href"]).stem] = (page, figure)
    return found


def rows_behind(site: Path, page: str, address: str) -> list[str]:
    """The events that an address of a page leads to."""
    target = (site / page).parent / address
    assert target.is_file(), f"{page}: {address}"
    if target.parent.name == "events":
        return [target.stem]
    rows = LexborHTMLParser(target.read_text(encoding="utf-8")).css("ol.counted a")
    return [Path(row.attrs["href"]).stem for row in rows]


def rows_of_table(site: Path, name: str, counted: bool = False) -> set[str]:
    """The events that the data of a figure names; if counted, without those that only part its time."""
    with (site / "figures" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not (counted and row.get("lane") == TURN)]
    columns = [column for column in rows[0] if re.fullmatch(r"event_id|event_ids|listed_ids|left_out_ids|mark_ids|ended_by", column)]
    return {event_id for row in rows for column in columns for event_id in row[column].split(";") if event_id}


def test_marks_of_a_figure_lead_to_all_rows_of_its_data_and_no_others(site, figures):
    with_rows = {name: rows for name in figures if (rows := rows_of_table(site, name))}
    assert len(with_rows) > 20
    for name, rows in with_rows.items():
        page, figure = figures[name]
        for kind in ("wide", "narrow"):
            addresses = {mark.attrs["href"] for mark in figure.css(f".{kind} a.figure-mark")}
            assert {row for address in addresses for row in rows_behind(site, page, address)} == rows, f"{name}, {kind}"
        listed = figure.css_first(".downloads a.number").attrs["href"]
        assert set(rows_behind(site, page, listed)) == rows_of_table(site, name, counted=True), name


# Its marks are combinations of rules, not events.
OF_NO_ROWS = ["fig-multiverse"]


def test_no_figure_leads_nowhere(figures):
    assert [name for name, (_, figure) in figures.items() if not figure.css("a.figure-mark")] == OF_NO_ROWS


def test_a_mark_says_how_many_rows_it_opens(site, figures):
    seen = 0
    for name, (page, figure) in figures.items():
        for mark in figure.css("a.figure-mark"):
            title = mark.css_first("title").text()
            rows = rows_behind(site, page, mark.attrs["href"])
            said = re.search(r"\(([\d,]+)\)$", title)
            if "/numbers/" in mark.attrs["href"]:
                seen += 1
                assert said and int(said[1].replace(",", "")) == len(rows), f"{name}: {title}"
            assert title.strip(), name
    assert seen > 100


def test_events_that_a_figure_is_about_are_named_in_it(figures, root):
    seen = 0
    for path in (root / "chapters").rglob("*.md"):
        for block in re.findall(r"```\{figure-from-data\}.*?```", path.read_text(encoding="utf-8"), flags=re.DOTALL):
            option = dict(re.findall(r"^:(\w+): (.*)$", block, flags=re.MULTILINE))
            if "named" not in option:
                assert re.search(NAMES_NOTHING, block), "only a map, which names its places by itself, and figures without days name no event"
                continue
            _, figure = figures[option["name"]]
            for kind in ("wide", "narrow"):
                words = " ".join(part.text() for part in figure.css(f".{kind} text"))
                for name in names_in(option["named"]).values():
                    seen += 1
                    assert name.replace("'", "’") in words, f"{option['name']}, {kind}: {name}"
    assert seen > 50


def test_no_two_parts_of_a_page_share_a_name(site):
    for page in pages_of(site):
        names = re.findall(r'<(?:pattern|clipPath|path)[^>]*\bid="([^"]+)"', (site / page).read_text(encoding="utf-8"))
        assert len(names) == len(set(names)), page


def test_tab_stops_once_at_a_figure_and_arrows_go_from_mark_to_mark(page, served, site):
    page.goto(served + CHAPTER)
    stops = page.locator("figure.evidence-figure .wide .figure-mark[tabindex='0']")
    assert stops.count() == 1
    stops.focus()
    before = stops.get_attribute("href")
    page.keyboard.press("ArrowRight")
    focused = page.locator(".figure-mark:focus")
    after = focused.get_attribute("href")
    assert after != before
    expect(page.locator("#link-card")).to_contain_text(re.sub(r"^[^:]*: ", "", focused.get_attribute("aria-label"))[:30])
    assert stops.count() == 1, "still one stop"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{after.removeprefix('../../')}")


def test_mouse_shows_the_rows_of_a_bar(page, served, site):
    page.goto(served + COUNTED)
    bar = page.locator("#fig-contacts-half-year .wide a.figure-mark[href*='numbers/']").first
    bar.scroll_into_view_if_needed()
    bar.hover()
    expect(page.locator("#link-card .rows a").first).to_be_visible()
    expected = rows_behind(site, COUNTED, bar.get_attribute("href"))
    shown = page.locator("#link-card .rows a").evaluate_all("(links) => links.map((each) => each.href)")
    assert [Path(each).stem for each in shown] == expected[:10]


def test_without_scripts_a_mark_is_a_link_with_a_hint(browser, site):
    context = window(browser, java_script_enabled=False)
    tab = context.new_page()
    tab.goto((site / COUNTED).as_uri())
    mark = tab.locator("#fig-silences .wide a.figure-mark[href*='events/']").first
    assert mark.locator("title").text_content()
    target = mark.get_attribute("href").rpartition("/")[2]
    mark.scroll_into_view_if_needed()
    mark.click()
    tab.wait_for_url(f"**/{target}")
    context.close()


def test_words_of_figures_are_set_in_the_face_that_the_book_brings(browser, served, site):
    for address in (served + COUNTED, (site / COUNTED).as_uri()):
        fonts = faces_of(browser, address, ".drawing.wide text")
        assert fonts and all(font["isCustomFont"] for font in fonts), fonts
