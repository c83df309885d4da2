"""What every page promises: private, light, accessible, legible, whole from a disk and without scripts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from site_browser import THEMES, WIDTHS, pages_of, see_whole, window

MOST_BYTES = 160_000
CHRONICLE = "chapters/process/chronicle.html"


@pytest.fixture(scope="module")
def visits(browser, served, site):
    """A first visit to every page, read to its end: what was asked for, said and kept."""
    found = {}
    for name in pages_of(site):
        context = window(browser)
        tab = context.new_page()
        visit = found[name] = {"requests": [], "errors": [], "bytes": 0}
        tab.on("request", lambda request, v=visit: v["requests"].append(request.url))
        tab.on("console", lambda message, v=visit: v["errors"].append(message.text) if message.type in ("error", "warning") else None)
        tab.on("pageerror", lambda error, v=visit: v["errors"].append(str(error)))
        network = context.new_cdp_session(tab)
        network.send("Network.enable")

        def count(event, v=visit):
            v["bytes"] += event["encodedDataLength"]

        network.on("Network.loadingFinished", count)
        tab.goto(served + name, wait_until="networkidle")
        see_whole(tab)
        visit["storage"] = tab.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
        visit["cookies"] = context.cookies()
        context.close()
    return found


def test_no_page_asks_another_host(visits, served, site):
    for name in pages_of(site):
        foreign = [url for url in visits[name]["requests"] if not url.startswith((served, "data:", "blob:"))]
        assert not foreign, f"{name} asks {foreign}"


def test_no_page_reports_an_error(visits, site):
    assert {name: visits[name]["errors"] for name in pages_of(site) if visits[name]["errors"]} == {}


def test_no_cookie_and_no_storage_but_the_theme(visits, site):
    for name in pages_of(site):
        assert visits[name]["cookies"] == [], name
        assert set(visits[name]["storage"]) <= {"mode", "theme"}, name


def test_a_page_weighs_at_most_160_kilobytes(visits, site):
    heavy = {name: visits[name]["bytes"] for name in pages_of(site) if visits[name]["bytes"] > MOST_BYTES}
    assert heavy == {}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing(browser, served, site, built_book, width, theme):
    axe = Axe()
    pictures = built_book / "screenshots"
    pictures.mkdir(exist_ok=True)
    faults = []
    context = window(browser, width, theme)
    tab = context.new_page()
    for name in pages_of(site):
        tab.goto(served + name)
        see_whole(tab)
        tab.screenshot(path=pictures / f"{name.removesuffix('.html').replace('/', '-')}-{width}-{theme}.png")
        for open_details in (False, True) if tab.locator("main details").count() else (False,):
            tab.evaluate("(open) => document.querySelectorAll('main details').forEach((each) => each.open = open)", open_details)
            for fault in axe.run(tab).response["violations"]:
                faults.append(f"{name}: {fault['id']}: {fault['nodes'][0]['html'][:200]}")
    context.close()
    assert not faults, "\n".join(sorted(set(faults)))


@pytest.mark.parametrize("width", (320, *WIDTHS))
def test_no_page_scrolls_sideways(browser, served, site, width):
    # 320 pixels are a window of 640 at a zoom of 200 per cent, or of 1280 at 400.
    context = window(browser, width)
    tab = context.new_page()
    wide = []
    for name in pages_of(site):
        tab.goto(served + name)
        over = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide.append(f"{name} by {over} px")
    context.close()
    assert wide == []


def test_headings_come_in_order(page, served, site):
    for name in pages_of(site):
        page.goto(served + name)
        levels = page.evaluate(
            "[...document.querySelectorAll('main :is(h1,h2,h3,h4,h5,h6)')].filter(h => h.checkVisibility()).map(h => +h.tagName[1])"
        )
        assert levels.count(1) == 1, f"{name}: {levels}"
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), f"{name}: {levels}"


def test_contents_of_a_page_repeat_its_headings(site):
    for name in pages_of(site):
        page = BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")
        for entry in page.select(".page-toc a.nav-link"):
            heading = page.find(id=entry["href"].removeprefix("#")).find(["h2", "h3", "h4"])
            for part in heading.select(".section-number, .headerlink"):
                part.decompose()
            assert " ".join(entry.get_text().split()) == " ".join(heading.get_text().split()), name


def test_every_figure_has_alt_text_caption_rule_and_downloads(page, served, site):
    seen = 0
    for name in pages_of(site):
        page.goto(served + name)
        for figure in page.locator("figure.evidence-figure").all():
            seen += 1
            assert figure.locator("img").get_attribute("alt").strip(), name
            assert figure.locator("figcaption").inner_text().strip(), name
            assert "How it is counted" in figure.inner_text(), name
            targets = [link.get_attribute("href") for link in figure.locator(".downloads a").all()]
            assert [Path(target).suffix for target in targets] == [".csv", ".svg", ".png"], name
            for target in targets:
                assert page.request.get(page.evaluate("(t) => new URL(t, location).href", target)).ok, f"{name}: {target}"
    assert seen > 5


@pytest.mark.parametrize("width", WIDTHS)
def test_text_in_figures_is_at_least_11_pixels(browser, served, site, width):
    # Text is drawn as outlines of DejaVu Sans, placed by scale(size/100): size in points of a 72-point inch.
    context = window(browser, width)
    tab = context.new_page()
    small = []
    for name in pages_of(site):
        tab.goto(served + name)
        see_whole(tab)
        for image in tab.locator("figure.evidence-figure img").all():
            source = image.evaluate("(img) => img.currentSrc")
            drawing = tab.request.get(source).text()
            drawn_width = float(re.search(r'viewBox="0 0 ([\d.]+)', drawing).group(1))
            shown = image.bounding_box()["width"] / drawn_width
            sizes = [float(size) * 100 * shown for pair in re.findall(r"scale\(([\d.]+) -([\d.]+)\)", drawing) for size in pair]
            if min(sizes) < 10.95:
                small.append(f"{name}: {source.rsplit('/', 1)[1]} has text of {min(sizes):.1f} px")
    context.close()
    assert small == []


def test_room_is_kept_for_each_picture_before_it_comes(site):
    for name in pages_of(site):
        page = BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")
        for part in page.select(".evidence-figure picture > *"):
            drawing = (site / name).parent / (part.get("srcset") or part["src"])
            width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawing.read_text(encoding="utf-8")).groups())
            assert int(part["width"]) / int(part["height"]) == pytest.approx(width / height, rel=0.01), f"{name}: {drawing.name}"


def test_every_letter_of_the_pages_is_in_the_fonts_of_the_book(site):
    style = (site / "_static" / "book.css").read_text(encoding="utf-8")
    covered: set[int] = set()
    for font, ranges in re.findall(r"@font-face \{[^}]*url\(([^)]+)\)[^}]*unicode-range: ([^;]+);", style):
        ends = [part.strip().removeprefix("U+").split("-") for part in ranges.split(",")]
        named = {code for first, *last in ends for code in range(int(first, 16), int((last or [first])[0], 16) + 1)}
        covered |= named & set(TTFont(site / "_static" / font).getBestCmap())
    missing: dict[str, str] = {}
    for name in pages_of(site):
        page = BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")
        for code in page(["script", "style"]):
            code.decompose()
        missing |= {letter: name for letter in set(page.get_text()) if not letter.isspace() and ord(letter) not in covered}
    assert missing == {}


def test_text_is_set_in_the_faces_of_the_book_at_the_first_visit_and_from_a_disk(browser, served, site):
    for address in (served + "chapters/intro.html", (site / "chapters" / "intro.html").as_uri()):
        context = window(browser)  # with an empty cache
        tab = context.new_page()
        tab.goto(address)
        tab.evaluate("document.fonts.ready")
        devtools = context.new_cdp_session(tab)
        devtools.send("DOM.enable")
        devtools.send("CSS.enable")
        root = devtools.send("DOM.getDocument")["root"]["nodeId"]
        paragraph = devtools.send("DOM.querySelector", {"nodeId": root, "selector": "article p"})["nodeId"]
        fonts = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": paragraph})["fonts"]
        context.close()
        assert {font["familyName"] for font in fonts if font["isCustomFont"]} == {font["familyName"] for font in fonts}, fonts


@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_figures_follow_the_theme_switch_against_the_system(browser, served, system, chosen):
    context = window(browser, theme=system)
    tab = context.new_page()
    tab.add_init_script(f"localStorage.setItem('mode', '{chosen}'); localStorage.setItem('theme', '{chosen}')")
    tab.goto(served + "chapters/evidence/meeting-frequency.html")
    image = tab.locator("figure.evidence-figure img").first
    image.scroll_into_view_if_needed()
    assert image.evaluate("(img) => getComputedStyle(img).colorScheme") == chosen
    context.close()


def test_first_tab_stop_skips_to_the_text_and_focus_shows(page, served):
    page.goto(served + "chapters/intro.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(({outlineStyle: line, outlineWidth: width, boxShadow: shadow}) => ({line, width, shadow}))(getComputedStyle(document.activeElement))"
        )
        assert style["line"] != "none" and style["width"] != "0px" or style["shadow"] != "none", page.evaluate("document.activeElement.outerHTML")


def test_pages_opened_from_a_disk_work(browser, site):
    context = window(browser)
    tab = context.new_page()
    problems = []
    tab.on("console", lambda message: problems.append(f"{tab.url}: {message.text}") if message.type == "error" else None)
    tab.on("pageerror", lambda error: problems.append(f"{tab.url}: {error}"))
    tab.on("requestfailed", lambda request: problems.append(f"{tab.url}: {request.url} failed"))
    tab.on("request", lambda request: problems.append(f"{tab.url}: {request.url}") if request.url.startswith("http") else None)
    for name in pages_of(site):
        tab.goto((site / name).as_uri())
        see_whole(tab)
        for image in tab.locator("article img").all():
            assert image.evaluate("(img) => img.naturalWidth") > 0, name
    context.close()
    assert problems == []


def test_pages_without_scripts_hold_their_text_and_hide_dead_controls(browser, served, site, events):
    context = window(browser, java_script_enabled=False)
    tab = context.new_page()
    for name in pages_of(site):
        tab.goto(served + name)
        assert tab.locator("main h1").first.is_visible(), name
        assert tab.locator(".row-filter:visible").count() == 0, name
    tab.goto(served + CHRONICLE)
    assert tab.locator("table.chronicle tbody tr:visible").count() == len(events)
    context.close()


def test_links_lead_somewhere(page, served, site):
    anchors: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str]] = []
    for name in pages_of(site):
        page.goto(served + name)
        anchors[name] = set(page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)"))
        for link in page.evaluate("[...document.querySelectorAll('a[href]')].map((each) => each.href)"):
            if link.startswith(served):
                path, _, anchor = link.removeprefix(served).partition("#")
                wanted.append((name, path.partition("?")[0], anchor))
    for source, path, anchor in sorted(set(wanted)):
        # The PDF edition is made after the pages.
        if path and not path.endswith(".pdf"):
            assert (site / path).exists(), f"{source} leads to {path}, which is not there"
        if anchor and path in anchors:
            assert anchor in anchors[path], f"{source} leads to {path}#{anchor}, which has no such place"


def test_pages_say_what_they_are(page, served, site):
    for name in pages_of(site):
        page.goto(served + name)
        assert page.locator("html").get_attribute("lang") == "en", name
        assert page.locator("meta[name=viewport]").count() == 1, name
        assert page.locator("meta[name=description]").get_attribute("content").strip(), name
        if name not in ("404.html", "search.html"):
            assert page.locator('meta[property="og:title"]').get_attribute("content").strip(), name
        footer = page.locator("footer.bd-footer-content").inner_text()
        assert "last updated" in footer and "PDF" in footer and "no opinion" in footer, name


def test_first_page_describes_book_and_data_for_machines(page, served):
    page.goto(served + "chapters/intro.html")
    described = json.loads(page.locator('script[type="application/ld+json"]').inner_text())
    assert {thing["@type"] for thing in described} == {"Book", "Dataset"}


def test_a_printed_page_keeps_title_and_line_on_names_and_leaves_controls_out(page, served, site):
    page.emulate_media(media="print")
    for name in pages_of(site):
        page.goto(served + name)
        assert page.locator("main h1").first.is_visible(), name
        assert page.locator("footer p.naming").is_visible(), name
        for control in (".bd-sidebar-primary", ".downloads", ".row-filter", ".notebook-downloads", "details.hide:not([open])"):
            assert page.locator(control).locator("visible=true").count() == 0, f"{name} prints {control}"


def test_page_not_found_leads_back(page, served):
    page.goto(served + "404.html")
    assert "no such page" in page.locator("main h1").inner_text()
    page.get_by_role("link", name="The first page").click()
    assert page.url.endswith("chapters/intro.html")


def test_root_leads_to_the_first_page(page, served):
    page.goto(served)
    page.wait_for_url("**/chapters/intro.html")
