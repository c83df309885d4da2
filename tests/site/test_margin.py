"""A line has a readable length; what its sentence rests on, and a small figure that it speaks of, stand beside it or folded in it and cover nothing."""

from __future__ import annotations

import statistics

import pytest
from playwright.sync_api import expect
from site_browser import assert_targets_are_large, pages_of, window

CHAPTERS = ("highlights/lachin-checkpoint", "highlights/recognition", "disagreements/karabakh-armenians", "disagreements/nemesis-monument", "epilogue/what-happened-next", "process/how-the-talks-are-built", "story")
MANY = "chapters/highlights/lachin-checkpoint.html"
# The letters of each line but the last of paragraphs.
LINES = """() => {
    const lines = [];
    for (const paragraph of document.querySelectorAll('article section > p')) {
        const words = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT), range = document.createRange(), found = [];
        let line = -99;
        while (words.nextNode()) {
            const part = words.currentNode;
            for (let at = 0; at < part.length && !part.parentElement.closest('.beside'); at++) {
                range.setStart(part, at);
                range.setEnd(part, at + 1);
                const place = range.getClientRects()[0];
                if (!place?.width) continue;
                if (place.bottom - line > 14) { found.push(0); line = place.bottom; }
                found[found.length - 1]++;
            }
        }
        lines.push(...found.slice(0, -1));
    }
    return lines;
}"""
# Where each note or figure beside the text stands, its mark or the paragraph after it, and what else it meets.
NOTES = """() => {
    const box = (each) => each.getBoundingClientRect();
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const notes = [...document.querySelectorAll('.beside, figure.in-margin')];
    const text = [...document.querySelectorAll('article section > p')];
    const after = (figure) => text.find((each) => figure.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
    const itsPlace = (note) => note.matches('figure') ? after(note) : note.parentElement;
    const inPlace = (each) => each.checkVisibility() && !each.closest('.beside, figure.in-margin');
    const others = [...document.querySelectorAll('article :is(p, li, dt, h2, h3, figure, table, pre, summary, .admonition)')]
        .filter(inPlace);
    return notes.map((note, number) => ({
        name: note.id || note.textContent,
        figure: note.matches('figure'),
        below: box(note).top - box(itsPlace(note)).top,
        left: box(note).left - box(itsPlace(note).closest('p, li, dd')).right,
        // The contents of the page go with the reader along all that stands beside them.
        right: box(document.querySelector('.bd-sidebar-secondary nav')).left - box(note).right,
        stacked: number > 0 && box(note).top - box(notes[number - 1]).bottom < 24,
        // Of the column of the text, what stays empty until it ends.
        empty: box(note).bottom - Math.max(...others.filter((each) => box(each).top < box(note).bottom).map((each) => box(each).bottom)),
        covers: [...others, ...notes.slice(0, number)].filter((each) => meet(box(note), box(each))).map((each) => each.textContent.trim().slice(0, 40)),
    }));
}"""
# How each figure that may stand in the margin stands among the paragraphs.
AMONG = """() => {
    const text = document.querySelector('article section > p').getBoundingClientRect();
    return [...document.querySelectorAll('figure.in-margin')].map((figure) => {
        const {x, width} = figure.getBoundingClientRect();
        return {
            name: figure.id,
            float: getComputedStyle(figure).float,
            drawings: [...figure.querySelectorAll('svg')].filter((each) => each.checkVisibility()).map((each) => each.getAttribute('class')),
            off: x - text.x,
            narrower: text.width - width,
        };
    });
}"""
WIDE = (1920, 1400)
WITHOUT_ROOM = {"wide": (1280, "screen"), "narrow": (390, "screen"), "wide on paper": (1400, "print")}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_lines_are_readable_and_notes_stand_beside_theirs_and_cover_nothing(page, served, chapter):
    page.goto(f"{served}chapters/{chapter}.html")
    page.evaluate("document.fonts.ready")
    lines, notes = page.evaluate(LINES), page.evaluate(NOTES)
    assert 60 <= statistics.median(lines) <= statistics.quantiles(lines, n=10)[-1] <= 75
    assert notes
    for note in notes:
        assert note["covers"] == [], note
        assert note["left"] > 0 and note["right"] > 0, note
        # Beside its line, or right below the note of a line before.
        assert -30 < note["below"] < 30 or note["stacked"], note


@pytest.fixture(scope="module")
def figures(browser, served, site) -> list[dict]:
    """The figures that may stand in the margin: on each page with some, where they stand in windows of each width and in print."""
    pages = [page for page in pages_of(site) if 'class="evidence-figure in-margin' in (site / page).read_text(encoding="utf-8")]
    assert len(pages) >= 4, pages
    context = window(browser)
    tab = context.new_page()
    found = []
    for page in pages:
        tab.goto(served + page)
        tab.evaluate("document.fonts.ready")
        seen: dict = {"page": page}
        for width in WIDE:
            tab.set_viewport_size({"width": width, "height": 900})
            seen[width] = tab.evaluate(NOTES)
        for drawing, (width, media) in WITHOUT_ROOM.items():
            tab.set_viewport_size({"width": width, "height": 900})
            tab.emulate_media(media=media)
            seen[drawing] = tab.evaluate(AMONG)
        tab.emulate_media(media="screen")
        found.append(seen)
    context.close()
    return found


@pytest.mark.parametrize("width", WIDE)
def test_small_figures_stand_beside_their_paragraph_and_cover_nothing(figures, width):
    for page in figures:
        there = [each for each in page[width] if each["figure"]]
        assert there, page["page"]
        for figure in there:
            assert figure["covers"] == [], figure
            assert figure["left"] > 0 and figure["right"] > 0, figure
            assert -10 < figure["below"] < 30 or figure["stacked"], figure
            assert figure["empty"] < 130, f"less than five lines: {figure}"


def test_a_small_figure_opens_its_rows_by_keyboard_and_cites_itself_where_it_stands(page, served, figures):
    for each in figures:
        page.goto(served + each["page"])
        assert_targets_are_large(page.locator("figure.in-margin :is(.downloads [download], summary)"))
        figure = page.locator("figure.in-margin").first
        figure.locator(".narrow .figure-mark[tabindex='0']").focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator("#link-card")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#link-card")).to_be_hidden()
        figure.locator("summary").click()
        expect(figure.locator("pre").first).to_be_visible()
        assert [note for note in page.evaluate(NOTES) if note["covers"]] == []


@pytest.mark.parametrize("drawing", WITHOUT_ROOM)
def test_without_room_small_figures_stand_among_the_paragraphs(figures, drawing):
    for page in figures:
        assert page[drawing]
        for figure in page[drawing]:
            assert figure["float"] == "none", figure
            assert figure["drawings"] == [f"drawing {drawing.split()[0]}"], figure
            assert abs(figure["off"]) < 1 and figure["narrower"] < 1, figure


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
