"""Who has five minutes and a phone: the first screen asks and shows, the story is short, and a class can check claims."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page
from selectolax.lexbor import LexborHTMLParser
from site_browser import MOVED, fresh_window, window

INTRO, STORY, IN_CLASS = "chapters/intro.html", "chapters/story.html", "chapters/reference/in-class.html"
# Drawn, not read; or for print alone.
NO_WORDS = "svg, .headerlink, .print-only, .toctree-wrapper, .citation-forms"
# A reader passes over them.
APPARATUS = ".figure-note, a[href*='reference/sources']"


def article(site: Path, page: str, *without: str) -> LexborHTMLParser:
    found = LexborHTMLParser((site / page).read_text(encoding="utf-8"))
    for each in found.css(", ".join(["nav, footer", *without])):
        each.decompose()
    return found.css_first("article.bd-article")


def words(site: Path, page: str, *without: str) -> int:
    return len([word for word in article(site, page, NO_WORDS, *without).text().split() if re.search(r"\w", word)])


def test_first_page_is_read_in_three_minutes(site):
    assert 300 < words(site, INTRO) <= 600


# What the first page calls each statement of the article that does not hold.
NAMED = {"p3-michel-title": "a job title", "p4-no-meetings": "a pause", "p22-first-meeting": "a “first” meeting", "p10-cargo-began": "dates of cargo flights", "p18-border-date": "aid trucks"}


def test_first_page_names_each_statement_that_does_not_hold(site, claims):
    assert set(claims.loc[claims["against_record"] == "contradicted", "claim_id"]) == set(NAMED)
    said = article(site, INTRO).css_first(".key-figures").text()
    assert [words for words in NAMED.values() if words not in said] == []


def test_story_is_read_in_five_minutes(site):
    assert 700 < words(site, STORY, APPARATUS) <= 1100


def box(page: Page, selector: str) -> dict:
    return page.locator(f"{selector}:visible").first.bounding_box()


def bottom(place: dict) -> float:
    return place["y"] + place["height"]


def test_question_and_whole_picture_stand_on_the_first_screen(page, served):
    page.goto(served + INTRO)
    assert page.viewport_size == {"width": 1400, "height": 900}
    assert box(page, "h1")["y"] > 0 and bottom(box(page, "p.question")) < box(page, "#fig-intro-contacts .drawing")["y"]
    assert bottom(box(page, "#fig-intro-contacts .drawing")) <= 900


def test_question_and_beginning_of_the_picture_stand_on_the_first_screen_of_a_phone(phone, served):
    phone.goto(served + INTRO)
    assert bottom(box(phone, "p.question")) < 844
    assert box(phone, "#fig-intro-contacts .drawing")["y"] < 844 * 0.6


def test_nothing_moves_while_the_first_page_loads(browser, served):
    context = fresh_window(browser, 390)
    phone = context.new_page()
    phone.add_init_script(MOVED)
    phone.goto(served + INTRO)
    phone.evaluate("document.fonts.ready")
    assert phone.evaluate("moved") < 0.05
    context.close()


def test_rows_of_a_stacked_table_take_the_width_of_a_phone(phone, served):
    phone.goto(served + STORY)
    assert box(phone, "table.stacked td")["width"] > 300


def test_story_leads_to_the_chapters_that_tell_more(site):
    page = article(site, STORY)
    leads = {link.attrs["href"].partition("#")[0] for link in page.css("a[href]")}
    for section in page.css("section section"):
        assert section.css("a[href*='chapters/'], a[href$='.html']"), section.css_first("h2").text()
    for folder in ("highlights", "disagreements"):
        pages = {f"{folder}/{path.name}" for path in (site / "chapters" / folder).glob("*.html")} - {"disagreements/nemesis-monument.html"}
        assert pages <= leads
    assert page.css("ul.time-line > li") and page.css("table#tab-story-losses") and len(page.css(".nine-points li")) == 9


def test_losses_of_both_peoples_stand_side_by_side_with_their_owners(site):
    for row in article(site, STORY).css("#tab-story-losses tbody tr"):
        _, *sides = row.css("td")
        assert len(sides) == 2
        for side in sides:
            assert side.css("a[href*='reference/sources']") or side.text().strip() == "None known", row.text()


def test_exercise_gives_statement_and_rows_first_and_the_verdict_on_request(browser, served, claims):
    """Also without scripts."""
    context = window(browser, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(served + IN_CLASS)
    tasks = tab.locator("ol.exercise > li")
    assert tasks.count() >= 6
    remarks = claims.set_index("claim")["remark"]
    for task in tasks.all():
        statement = re.sub(r"^Paragraph \d+\. ", "", task.locator("p").first.inner_text())
        verdict = task.locator("details p").first
        assert remarks[statement] in verdict.text_content()
        assert not verdict.is_visible()
    tasks.first.locator("summary").click()
    assert tasks.first.locator("details p").first.is_visible()
    assert not tab.locator(".answer-sheet").is_visible()
    context.close()


def test_exercise_prints_as_a_worksheet_with_an_answer_sheet_at_its_end(page, served):
    page.goto(served + IN_CLASS)
    page.emulate_media(media="print")
    tasks, sheet = page.locator("ol.exercise"), page.locator(".answer-sheet")
    assert tasks.locator("details:visible").count() == 0
    assert tasks.get_by_text("Mark one:").count() == tasks.locator("> li").count() == sheet.locator("ol > li").count()
    assert sheet.is_visible() and sheet.evaluate("(each) => getComputedStyle(each).breakBefore") == "page"
    assert sheet.bounding_box()["y"] >= bottom(tasks.bounding_box())


def test_exercise_asks_for_every_verdict(site):
    page = article(site, IN_CLASS)
    given = {answer.css_first("strong").text() for answer in page.css(".answer-sheet li")}
    assert given == {"Holds.", "Holds in part.", "Does not hold.", "Contested.", "Cannot be checked."}
