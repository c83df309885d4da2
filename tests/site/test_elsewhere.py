"""What holds in other browsers, with other settings, in copies and on paper, as far as Chromium can show it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser, Page, Route, expect
from selectolax.lexbor import LexborHTMLParser
from site_browser import light_pages_of, pages_of, window

from rapprochement.editions.web import sitemap

FIRST = "chapters/intro.html"
CHRONICLE = "chapters/process/chronicle.html"
FIGURES = "chapters/evidence/meeting-frequency.html"


# --- A browser that keeps nothing ---------------------------------------------------------


def in_closed_frame(browser: Browser, served: str, name: str, width: int) -> tuple[Page, list[str]]:
    """A page in a frame that has no storage, in which even to ask for it is an error, and the errors that scripts meet."""
    tab = window(browser, width).new_page()
    met: list[str] = []
    tab.on("pageerror", lambda error: met.append(str(error)))
    tab.goto(f"{served}_static/favicon.svg")
    tab.route("**/frame", lambda route: route.fulfill(
        content_type="text/html", body=f'<iframe sandbox="allow-scripts allow-forms" style="width: 100%; height: 880px" src="{served}{name}"></iframe>'
    ))
    tab.goto(f"{served}frame")
    tab.frame_locator("iframe").locator("main h1").first.wait_for()
    return tab, met


def test_where_storage_is_blocked_menu_and_theme_switch_work(browser, served):
    tab, met = in_closed_frame(browser, served, FIRST, 390)
    frame = tab.frame_locator("iframe")
    assert tab.frames[1].evaluate("(() => { try { return document.cookie, 'open' } catch { return 'closed' } })()") == "closed"
    frame.locator("button.primary-toggle").click()
    expect(frame.locator("#pst-primary-sidebar-modal")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(frame.locator("#pst-primary-sidebar-modal")).not_to_be_visible()
    before = frame.locator("html").get_attribute("data-mode")
    frame.locator("button.theme-switch-button").first.evaluate("(button) => button.click()")
    assert frame.locator("html").get_attribute("data-mode") != before
    assert met == []
    tab.close()


@pytest.mark.parametrize("name", [CHRONICLE, "search.html", "events/2020-11-10-trilateral-ceasefire-statement.html"])
def test_where_storage_is_blocked_no_script_fails(browser, served, name):
    tab, met = in_closed_frame(browser, served, name, 1400)
    assert met == []
    tab.close()


# --- A reader's own colours ----------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_marks_of_each_track_differ(browser, served, scheme):
    context = window(browser, theme=scheme, forced_colors="active")
    tab = context.new_page()
    tab.goto(served + CHRONICLE)
    look = "(each) => (({backgroundColor, borderRadius}) => `${backgroundColor} ${borderRadius}`)(getComputedStyle(each))"
    paper = tab.locator("body").evaluate("(body) => getComputedStyle(body).backgroundColor")
    looks = [re.sub(r"rgba\(\d+, \d+, \d+, 0\)", paper, mark.evaluate(look)) for mark in tab.locator(".key .mark").all()]
    assert len(looks) == len(set(looks)) == 3
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_figures_numbers_and_focus_show_whatever_theme_was_chosen(browser, served, scheme):
    context = window(browser, theme=scheme, forced_colors="active")
    tab = context.new_page()
    chosen = "dark" if scheme == "light" else "light"
    tab.add_init_script(f"localStorage.setItem('mode', '{chosen}'); localStorage.setItem('theme', '{chosen}')")
    tab.goto(served + FIGURES)
    colour = "(name) => { const probe = document.createElement('i'); probe.style.color = name; document.body.append(probe); return getComputedStyle(probe).color }"
    assert tab.locator(".wide text").first.evaluate("(words) => getComputedStyle(words).fill") == tab.evaluate(colour, "CanvasText")
    number = tab.locator("article a.number").first
    assert number.evaluate("(each) => getComputedStyle(each).textDecorationLine") == "underline"
    number.focus()
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Tab")
    line = number.evaluate("(each) => (({outlineStyle, outlineColor}) => [outlineStyle, outlineColor])(getComputedStyle(each))")
    assert line[0] != "none" and line[1] != tab.evaluate(colour, "Canvas")
    context.close()


# --- Firefox --------------------------------------------------------------------------------


def test_no_page_names_what_a_browser_would_fetch_ahead_against_the_policy(site):
    for name in pages_of(site):
        page = LexborHTMLParser((site / name).read_text(encoding="utf-8"))
        assert not page.css("link:is([rel~=next], [rel~=prefetch], [rel~=prerender], [rel~=preload])"), name


@pytest.mark.parametrize("name", [FIRST, CHRONICLE])
def test_in_print_no_letters_are_joined(page, served, name):
    """Joined letters of the cut faces have no code, so that not every browser can say in a PDF what they are."""
    page.emulate_media(media="print")
    page.goto(served + name)
    for words in ("article h1", "article p", "article td" if name == CHRONICLE else "figcaption"):
        assert page.locator(words).first.evaluate("(each) => getComputedStyle(each).fontVariantLigatures") == "no-common-ligatures", words


def test_no_heading_stands_alone_at_the_foot_of_a_page_where_a_browser_only_keeps_boxes_whole(page, served):
    """As in Firefox, which does not know that a break after a heading is to be avoided."""
    page.goto(served + "chapters/reference/changes.html")
    page.add_style_tag(content="@media print { h1, h2, h3, dt { break-after: auto !important } }")
    headings = [" ".join(each.split()) for each in page.locator("article :is(h2, h3)").evaluate_all("(all) => all.map((each) => each.firstChild.textContent)")]
    alone = []
    # The foot is tried at many places.
    for height in range(360, 720, 45):
        document = pypdfium2.PdfDocument(page.pdf(width="600px", height=f"{height}px", margin={side: "20px" for side in ("top", "bottom", "left", "right")}))
        for sheet in document:
            lines = [line.strip() for line in sheet.get_textpage().get_text_range().splitlines() if line.strip()]
            alone += [f"{lines[-1]} at {height}" for _ in lines[-1:] if lines[-1] in headings]
    assert len(headings) > 5 and alone == []


# --- Browsers without scripts or styles --------------------------------------------------------


def test_a_browser_that_knows_neither_scripts_nor_styles_meets_no_dead_field(site):
    """It shows each field that stands in the markup, hidden or not; the search alone leads somewhere by itself."""
    for name in pages_of(site):
        page = LexborHTMLParser((site / name).read_text(encoding="utf-8"))
        dead = [form.attrs.get("class") for form in page.css("form:has(input, select)") if not form.attrs.get("action")]
        assert dead == [], name


@pytest.mark.parametrize("width", [390, 1400])
def test_without_scripts_no_menu_is_dead_and_the_chapters_can_be_reached(browser, served, width):
    context = window(browser, width, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(served + FIRST)
    assert tab.locator("button:visible").count() == 0
    chapter = tab.locator(".bd-sidebar-primary nav a").get_by_text("Who is who")
    expect(chapter).to_be_visible()
    chapter.click()
    assert tab.url.endswith("who-is-who.html")
    context.close()


def test_every_form_can_be_sent_by_a_button(page, served):
    for name in (FIRST, CHRONICLE, "chapters/evidence/claims.html"):
        page.goto(served + name)
        forms = page.locator("form")
        assert forms.count()
        assert forms.evaluate_all("(all) => all.filter((form) => !form.querySelector('button[type=submit]')).map((form) => form.className)") == [], name


def test_the_button_of_a_filter_leads_to_the_first_row_that_it_shows(page, served):
    page.goto(f"{served}{CHRONICLE}?track=am-tr")
    page.get_by_role("button", name="Go to the rows").click()
    expect(page.locator("table.chronicle tbody tr.track-am-tr").first).to_be_in_viewport()


def test_every_icon_of_the_styles_is_in_their_font(site):
    """One that is not would show as a box."""
    static = site / "_static"
    known = set(TTFont(static / "vendor" / "fontawesome" / "webfonts" / "fa-solid-900.woff2").getBestCmap())
    named: set[int] = set()
    for sheet in static.rglob("*.css"):
        css = sheet.read_text(encoding="utf-8")
        named |= {int(code, 16) for code in re.findall(r'"\\(f[0-9a-f]{3})"', css)} | {ord(letter) for letter in re.findall(r'"([\ue000-\uf8ff])"', css)}
    assert len(named) > 10
    # The marks of two hosts and of one sort of list are drawn by no page.
    assert {f"{code:x}" for code in named - known} <= {"f09b", "f296", "f107"}


# --- Copies --------------------------------------------------------------------------------------


def what_a_page_names(site: Path, name: str) -> set[str]:
    """The files that a program which copies sites finds for a page: those named in it and in its style sheets."""
    page = LexborHTMLParser((site / name).read_text(encoding="utf-8"))
    found = {urljoin(f"/{name}", node.attrs[key]) for key in ("href", "src") for node in page.css(f":is(link, script, img)[{key}]")}
    found = {urldefrag(address)[0].partition("?")[0].lstrip("/") for address in found if address.startswith("/")} - {""}
    return {unquote(path) for path in found}.union(*(what_a_style_names(site, path) for path in found if path.endswith(".css")))


def what_a_style_names(site: Path, sheet: str) -> set[str]:
    """The files that a style sheet names, and those that these name."""
    text = (site / sheet).read_text(encoding="utf-8")
    named = [each.strip("\"'") for each in re.findall(r"url\(([^)]+)\)", text) + re.findall(r"@import\s*([\"'][^\"']+)", text)]
    found = {urljoin(f"/{sheet}", each).lstrip("/") for each in named if not each.startswith("data:")}
    return found.union(*(what_a_style_names(site, path) for path in found if path.endswith(".css")))


def test_style_sheets_name_only_files_that_are_there(site):
    for sheet in (site / "_static").rglob("*.css"):
        for path in what_a_style_names(site, sheet.relative_to(site).as_posix()):
            assert (site / path).is_file(), f"{sheet.name} names {path}"


def copy_of(site: Path, name: str, place: Path) -> str:
    """A page with all that it names, and nothing else; gives its address."""
    for path in {name} | what_a_page_names(site, name):
        if (site / path).is_file():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(site / path, place / path)
    return (place / name).as_uri()


def test_cards_work_in_a_copy_made_of_what_a_page_names(page, site, tmp_path):
    page.goto(copy_of(site, FIRST, tmp_path))
    page.locator("article p a.number").first.hover()
    expect(page.locator("#link-card")).to_be_visible(timeout=15_000)


def test_the_download_works_in_a_copy_made_of_what_a_page_names(page, site, tmp_path):
    page.goto(copy_of(site, CHRONICLE, tmp_path))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download these events").click()
    assert len(Path(download.value.path()).read_text(encoding="utf-8").splitlines()) > 100


# --- The page for no page ---------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["nowhere.html", "events/nothing.html", "a/b/c/d"])
@pytest.mark.parametrize("below", ["", "a-book/"])
def test_page_not_found_leads_back_from_any_depth_without_another_file(page, site, served, place, below):
    asked: list[str] = []

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(served)
        asked.append(path)
        file = site / path.removeprefix(below)
        if path.startswith(below) and file.is_file():
            return route.fulfill(path=file)
        return route.fulfill(status=404, content_type="text/html", body=(site / "404.html").read_text(encoding="utf-8"))

    page.route("**/*", serve)
    page.goto(f"{served}{below}{place}")
    expect(page.locator("main h1")).to_have_text("There is no such page")
    expect(page.locator("#not-sure")).to_have_count(0)
    # It found the book by asking upward for one file, and needed none.
    assert {path.rpartition("_static/")[2] for path in asked[1:]} <= {"light.css", "favicon.ico"}
    for name in ("The first page", "Search", "What changed"):
        path = page.get_by_role("link", name=name).first.evaluate("(link) => link.href").removeprefix(served + below)
        assert (site / path).is_file(), path
    page.get_by_role("link", name="The chronicle").click()
    assert page.url == f"{served}{below}{CHRONICLE}"


def test_page_not_found_says_what_to_do_where_nothing_can_tell_the_way(browser, served):
    context = window(browser, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(served + "404.html")
    assert "take the last part off" in tab.locator("main").inner_text()
    context.close()


def test_machines_that_list_pages_are_told_of_every_one_once_the_book_has_an_address(site, tmp_path):
    every = [path.relative_to(site) for path in site.rglob("*.html")]
    for path in [*every, Path("robots.txt")]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(site / path, tmp_path / path)
    sitemap.write("", tmp_path)
    assert not (tmp_path / sitemap.NAME).exists()
    sitemap.write("https://example.org/book/", tmp_path)
    told = re.findall(r"<loc>https://example\.org/book/([^<]+)</loc>", (tmp_path / sitemap.NAME).read_text(encoding="utf-8"))
    assert told == sorted(set(told))
    assert set(told) == {*pages_of(site), *light_pages_of(site)} - {"search.html"}
    assert (tmp_path / "robots.txt").read_text(encoding="utf-8").splitlines()[-1] == "Sitemap: https://example.org/book/sitemap.xml"


# --- Notebooks as downloaded --------------------------------------------------------------------------


def test_no_sentence_of_a_downloaded_notebook_begins_with_a_small_letter(site):
    seen = 0
    for path in (site / "_sources").rglob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            text = "".join(cell["source"]) if cell["cell_type"] == "markdown" else ""
            seen += text.count("**The figure**") + text.count("**The table**")
            assert not re.search(r"(?:\A|\n\n|[.!?] |^[-*] )\*\*the (?:figure|table)\*\*", text, re.MULTILINE), path.name
    assert seen > 8
