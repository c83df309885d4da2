"""A line has a readable length, and what its sentence rests on stands beside it, or folded in it, and covers nothing."""

from __future__ import annotations

import statistics

import pytest
from playwright.sync_api import expect
from site_browser import assert_targets_are_large, window

CHAPTERS = ("highlights/lachin-checkpoint", "highlights/recognition", "disagreements/karabakh-armenians", "disagreements/nemesis-monument", "epilogue/what-happened-next", "process/how-the-talks-are-built", "story")
MANY = "chapters/highlights/lachin-checkpoint.html"
# Where each note and its mark stand, and what else it meets; the letters of each line but the last of long paragraphs.
ASKED = """() => {
    const box = (each) => each.getBoundingClientRect();
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const notes = [...document.querySelectorAll('.beside')];
    const others = [...document.querySelectorAll('article :is(p, li, dt, h2, h3, figure, table, pre, summary, .admonition), .bd-sidebar-secondary nav')]
        .filter((each) => each.checkVisibility() && !each.closest('.beside'));
    const lines = [];
    for (const paragraph of document.querySelectorAll('article section > p')) {
        const words = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT), range = document.createRange(), found = [];
        let line = -99;
        while (words.nextNode()) {
            const text = words.currentNode;
            for (let at = 0; at < text.length && !text.parentElement.closest('.beside'); at++) {
                range.setStart(text, at);
                range.setEnd(text, at + 1);
                const place = range.getClientRects()[0];
                if (!place?.width) continue;
                if (place.bottom - line > 14) { found.push(0); line = place.bottom; }
                found[found.length - 1]++;
            }
        }
        lines.push(...found.slice(0, -1));
    }
    return {
        lines,
        notes: notes.map((note, number) => ({
            text: note.textContent,
            below: box(note).top - box(note.parentElement).top,
            left: box(note).left - box(note.closest('p, li, dd')).right,
            stacked: number > 0 && box(note).top - box(notes[number - 1]).bottom < 12,
            covers: [...others, ...notes.slice(0, number)].filter((each) => meet(box(note), box(each))).map((each) => each.textContent.trim().slice(0, 40)),
        })),
    };
}"""


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_lines_are_readable_and_notes_stand_beside_theirs_and_cover_nothing(page, served, chapter):
    page.goto(f"{served}chapters/{chapter}.html")
    page.evaluate("document.fonts.ready")
    found = page.evaluate(ASKED)
    lines, notes = found["lines"], found["notes"]
    assert 60 <= statistics.median(lines) <= statistics.quantiles(lines, n=10)[-1] <= 75
    assert notes
    for note in notes:
        assert note["covers"] == [], note
        assert note["left"] > 0, note
        # Beside its line, or right below the note of a line before.
        assert -30 < note["below"] < 30 or note["stacked"], note


def test_a_note_is_read_in_its_place_and_leads_to_its_sources(page, served):
    page.goto(served + MANY)
    cited = page.locator(".cited").first
    assert cited.evaluate("(each) => each.parentElement.textContent.includes('the date is right [International Crisis Group, 2023')"), "in the order of the text, with its brackets"
    assert_targets_are_large(page.locator(".beside a:visible"))
    with_paragraph = page.locator(".beside:has(> a.paragraph)").first
    expect(with_paragraph).to_contain_text("P16")
    expect(with_paragraph.locator("a[href*='reference/sources']")).to_be_visible()
    cited.locator("a").first.click()
    page.wait_for_url("**/reference/sources*")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_without_room_notes_are_folded_into_marks_that_open_in_their_line(browser, served, width):
    context = window(browser, width)
    tab = context.new_page()
    tab.goto(served + MANY)
    marks = tab.locator(".fold")
    assert marks.count() == tab.locator(".cited").count() > 20
    assert tab.locator(".beside:visible").count() == 0
    assert_targets_are_large(tab.locator("section#in-brief .fold"))
    mark = tab.get_by_role("button", name="Sources 2", exact=True)
    mark.focus()
    tab.keyboard.press("Enter")
    expect(mark).to_have_attribute("aria-expanded", "true")
    expect(tab.locator(".beside:visible")).to_have_text(" [International Crisis Group, 2023, Meydan TV, 2023]")
    for each in marks.all()[2:]:
        each.evaluate("(mark) => mark.click()")
    assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    mark.press("Enter")
    expect(mark).to_have_attribute("aria-expanded", "false")
    context.close()


def test_fold_moves_nothing_when_its_script_comes(browser, served):
    context = window(browser, 390)
    tab = context.new_page()
    heights = []
    for blocked in (True, False):
        tab.unroute_all()
        if blocked:
            tab.route("**/fold.js*", lambda route: route.abort())
        tab.goto(served + MANY)
        tab.evaluate("document.fonts.ready")
        assert (tab.locator(".fold").count() == 0) == blocked
        heights.append(tab.locator("section#sources").bounding_box()["y"])
    assert abs(heights[0] - heights[1]) < 1
    context.close()


@pytest.mark.parametrize("width", [390, 1400])
def test_sources_stand_whole_without_scripts_and_in_print(browser, served, width):
    for scripts in (False, True):
        context = window(browser, width, java_script_enabled=scripts)
        tab = context.new_page()
        tab.goto(served + MANY)
        if scripts:
            tab.emulate_media(media="print")
            assert tab.locator(".fold:visible").count() == 0
        notes = tab.locator(".beside")
        assert notes.count() > 20 and all(note.is_visible() for note in notes.all())
        if scripts or width == 390:
            assert tab.locator(".cited").first.evaluate("(each) => getComputedStyle(each.querySelector('.beside')).float") == "none"
        context.close()
