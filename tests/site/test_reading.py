"""Aids for readers: cards over links."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from site_browser import window

PAGE = "chapters/highlights/recognition.html"
EVENT_LINK = "article a.reference[href*='/events/']"


@pytest.mark.parametrize("place", ["server", "disk"])
def test_card_of_an_event_shows_on_focus_and_goes_on_escape(page, served, site, events, place):
    page.goto((served if place == "server" else site.as_uri() + "/") + PAGE)
    link = page.locator(EVENT_LINK).first
    event = events.set_index("event_id").loc[link.get_attribute("href").rpartition("/")[2].removesuffix(".html")]
    page.keyboard.press("Tab")
    link.focus()
    card = page.get_by_role("tooltip")
    expect(card).to_contain_text(event["title"])
    assert link.get_attribute("aria-describedby") == card.get_attribute("id")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)


def test_card_stays_under_the_pointer_and_within_the_window(browser, served):
    context = window(browser, 390)
    tab = context.new_page()
    tab.goto(served + PAGE)
    link = tab.locator(EVENT_LINK).nth(1)
    link.hover()
    card = tab.get_by_role("tooltip")
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    tab.mouse.move(box["x"] + 20, box["y"] + 12)
    tab.wait_for_timeout(600)
    expect(card).to_be_visible()
    tab.mouse.move(1, 899)
    expect(card).to_have_count(0)
    context.close()


def test_what_the_keyboard_opened_stays_when_the_page_moves_under_a_mouse_that_rests(page, served):
    page.goto(served + PAGE)
    page.mouse.move(700, 450)
    page.keyboard.press("Tab")
    for link in (page.locator(EVENT_LINK).last, page.locator(EVENT_LINK).first):
        link.focus()  # far away, so that the page moves
        expect(page.get_by_role("tooltip")).to_be_visible()
        page.wait_for_timeout(600)
        expect(page.get_by_role("tooltip")).to_be_visible()
        assert link.get_attribute("aria-describedby")


def test_a_link_that_comes_under_a_mouse_that_rests_shows_its_card_once_the_mouse_moves(page, served):
    page.goto(served + PAGE)
    x, y = page.locator(EVENT_LINK).nth(1).evaluate("(link) => (({left, top}) => [left + 9, top + 9])(link.getClientRects()[0])")
    page.mouse.move(x, 300)
    page.mouse.wheel(0, y - 300)
    page.wait_for_function("(scrolled) => scrollY === scrolled", arg=round(y - 300))
    page.wait_for_timeout(600)
    expect(page.get_by_role("tooltip")).to_have_count(0)
    page.mouse.move(x + 1, 300)
    expect(page.get_by_role("tooltip")).to_be_visible()


def test_card_of_a_source_shows_the_full_reference(page, served):
    page.goto(served + PAGE)
    link = page.locator("article p a.reference[href*='reference/sources']").first
    link.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("20")


@pytest.mark.parametrize(("system", "stale"), [("dark", "light"), ("light", "dark")])
def test_a_page_has_the_theme_of_the_system_before_any_script_file_comes(browser, served, system, stale):
    context = window(browser, theme=system)
    tab = context.new_page()
    tab.goto(served + PAGE)
    tab.evaluate(f"localStorage.setItem('mode', 'auto'); localStorage.setItem('theme', '{stale}')")
    tab.route("**/*.js*", lambda route: route.abort())
    tab.reload()
    dark = "() => Math.max(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)) < 80"
    assert tab.evaluate(dark) == (system == "dark")
    context.close()


def test_the_contents_of_a_page_give_way_to_the_section_chosen_on_a_phone(phone, served):
    phone.goto(served + PAGE)
    phone.locator(".secondary-toggle").click()
    panel = phone.locator("dialog#pst-secondary-sidebar-modal")
    expect(panel).to_be_visible()
    chosen = panel.locator(".page-toc a").last
    goal = chosen.get_attribute("href")
    chosen.click()
    expect(panel).to_be_hidden()
    expect(phone.locator(goal)).to_be_in_viewport()
