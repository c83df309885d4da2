"""What every page promises: private, light, accessible, legible, whole from a disk and without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from fontTools.ttLib import TTFont
from selectolax.lexbor import LexborHTMLParser
from site_browser import MOVED, faces_of, fresh_window, pages_of, window

from rapprochement.wording import ENGLISH, TONGUES

MOST_BYTES = 160_000
CHRONICLE = "chapters/process/chronicle.html"


def parsed(site: Path) -> Iterator[tuple[str, LexborHTMLParser]]:
    """Every page by its name, as it is written."""
    for name in pages_of(site):
        yield name, LexborHTMLParser((site / name).read_text(encoding="utf-8"))


def test_no_page_asks_another_host(visits, served):
    for name, visit in visits.items():
        foreign = [url for url in visit.requests if not url.startswith((served, "data:", "blob:"))]
        assert not foreign, f"{name} asks {foreign}"


def test_no_page_reports_an_error(visits):
    assert {name: visit.errors for name, visit in visits.items() if visit.errors} == {}


def test_no_cookie_and_no_storage_but_the_theme_and_while_a_tab_is_open_how_far_the_menu_was_scrolled(visits):
    for name, visit in visits.items():
        assert visit.cookies == [], name
        assert set(visit.storage["local"]) <= {"mode", "theme"}, name
        assert set(visit.storage["of the tab"]) <= {"sidebar-scroll-top"}, name


def test_a_page_weighs_at_most_160_kilobytes(visits):
    assert {name: visit.bytes for name, visit in visits.items() if not 0 < visit.bytes <= MOST_BYTES} == {}


def test_axe_finds_nothing_in_the_light_and_in_the_dark(visits):
    assert {visit.dark for visit in visits.values()} == {"dark"}
    faults = {f"{name}: {fault}" for name, visit in visits.items() for fault in visit.faults}
    assert not faults, "\n".join(sorted(faults))


def test_no_page_scrolls_sideways(visits):
    assert [f"{name} at {width} by {over} px" for name, visit in visits.items() for width, over in visit.over.items() if over > 0] == []


def test_headings_come_in_order(visits):
    for name, visit in visits.items():
        for width, levels in visit.headings.items():
            assert levels.count(1) == 1, f"{name} at {width}: {levels}"
            assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), f"{name} at {width}: {levels}"


def test_contents_of_a_page_repeat_its_headings(site):
    for name, page in parsed(site):
        for entry in page.css(".page-toc a.nav-link"):
            heading = page.css_first(f'[id="{entry.attrs["href"].removeprefix("#")}"] :is(h2, h3, h4)')
            for part in heading.css(".section-number, .headerlink"):
                part.decompose()
            assert " ".join(entry.text().split()) == " ".join(heading.text().split()), name


def test_every_figure_has_alt_text_caption_rule_and_downloads(site):
    seen = 0
    rule = {ENGLISH: "How it is counted", **{code: tongue.labels.how for code, tongue in TONGUES.items()}}
    for name, page in parsed(site):
        for figure in page.css("figure.evidence-figure"):
            seen += 1
            wide, narrow = figure.css("svg.drawing")
            assert wide.attrs["aria-label"] == narrow.attrs["aria-label"] and wide.attrs["aria-label"].strip(), name
            assert figure.css_first("figcaption").text().strip(), name
            assert rule[page.css_first("html").attrs["lang"]] in figure.text(), name
            targets = [link.attrs["href"] for link in figure.css(".downloads a[download]")]
            assert [Path(target).suffix for target in targets] == [".csv", ".svg", ".png"], name
            for target in targets:
                assert (site / name).parent.joinpath(unquote(target)).is_file(), f"{name}: {target}"
    assert seen > 5


def test_text_in_figures_is_at_least_11_pixels(visits):
    sizes = {f"{name} {figure['name']} at {width}": figure["smallest"] for name, visit in visits.items() for width, figures in visit.figures.items() for figure in figures}
    assert len(sizes) > 40
    assert {name: size for name, size in sizes.items() if size < 10.95} == {}


def test_room_is_kept_for_each_picture_before_it_comes(site):
    for name, page in parsed(site):
        for drawing in page.css(".evidence-figure svg"):
            width, height = map(float, drawing.attrs["viewBox"].split()[2:])
            assert int(drawing.attrs["width"]) / int(drawing.attrs["height"]) == pytest.approx(width / height, rel=0.01), name


def test_no_script_and_no_sheet_that_asks_for_another_holds_up_the_first_picture_of_a_page(site):
    waiting = {
        f"{name}: {script.attrs['src']}"
        for name, page in parsed(site)
        for script in page.css("script[src]")
        if "defer" not in script.attrs and "async" not in script.attrs
    }
    assert not waiting, waiting
    sheets = {(site / name).parent / link.attrs["href"].partition("?")[0] for name, page in parsed(site) for link in page.css('link[rel="stylesheet"]')}
    assert sheets and not [sheet.name for sheet in sheets if "@import" in sheet.read_text(encoding="utf-8")]


def test_every_letter_of_the_pages_is_in_the_fonts_of_the_book(site):
    style = (site / "_static" / "book.css").read_text(encoding="utf-8")
    covered: set[int] = set()
    for font, ranges in re.findall(r"@font-face \{[^}]*url\(([^)]+)\)[^}]*unicode-range: ([^;]+);", style):
        ends = [part.strip().removeprefix("U+").split("-") for part in ranges.split(",")]
        named = {code for first, *last in ends for code in range(int(first, 16), int((last or [first])[0], 16) + 1)}
        covered |= named & set(TTFont(site / "_static" / font).getBestCmap())
    missing: dict[str, str] = {}
    for name, page in parsed(site):
        for code in page.css("script, style"):
            code.decompose()
        missing |= {letter: name for letter in set(page.root.text()) if not letter.isspace() and ord(letter) not in covered}
    assert missing == {}


def test_text_is_set_in_the_faces_of_the_book_at_the_first_visit_and_from_a_disk(browser, served, site):
    for address in (served + "chapters/intro.html", (site / "chapters" / "intro.html").as_uri()):
        fonts = faces_of(browser, address, "article p")
        assert {font["familyName"] for font in fonts if font["isCustomFont"]} == {font["familyName"] for font in fonts}, fonts


@pytest.mark.parametrize("name", ["highlights/ankara-inauguration", "disagreements/karabakh-armenians", *(f"languages/{each}" for each in ("armenian", "azerbaijani", "russian", "turkish"))])
def test_no_line_moves_when_the_faces_come_over_a_slow_line(browser, served, name):
    context = fresh_window(browser, 412)
    page = context.new_page()
    # What Lighthouse takes for a phone on the road.
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000})
    page.add_init_script(MOVED)
    page.goto(f"{served}chapters/{name}.html")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("moved") < 0.02
    context.close()


@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_figures_follow_the_theme_switch_against_the_system(browser, served, system, chosen):
    context = window(browser, theme=system)
    tab = context.new_page()
    tab.add_init_script(f"localStorage.setItem('mode', '{chosen}'); localStorage.setItem('theme', '{chosen}')")
    tab.goto(served + "chapters/evidence/meeting-frequency.html")
    shown = tab.locator("figure.evidence-figure .wide text").first
    ink = {"light": "rgb(29, 33, 41)", "dark": "rgb(232, 230, 225)"}
    assert shown.evaluate("(words) => getComputedStyle(words).fill") == ink[chosen]
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


def test_pages_opened_from_a_disk_work(visits_from_disk):
    for name, visit in visits_from_disk.items():
        assert [text for kind, text in visit.told if kind == "error"] == [], name
        assert [url for url in visit.requests if url.startswith("http")] == [], name
        assert visit.failed == visit.empty == [], name


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


def test_links_lead_somewhere(site):
    anchors: dict[str, set[str]] = {}
    wanted: set[tuple[str, str, str]] = set()
    for name, page in parsed(site):
        anchors[name] = {each.attrs["id"] for each in page.css("[id]")}
        for link in page.css("a[href]"):
            path, anchor = urldefrag(urljoin(f"http://the-book/{name}", link.attrs["href"]))
            if path.startswith("http://the-book/"):
                wanted.add((name, unquote(path.removeprefix("http://the-book/").partition("?")[0]), unquote(anchor)))
    assert len(wanted) > len(anchors)
    for source, path, anchor in sorted(wanted):
        assert not path or (site / path).exists(), f"{source} leads to {path}, which is not there"
        if anchor and path in anchors:
            assert anchor in anchors[path], f"{source} leads to {path}#{anchor}, which has no such place"


def test_pages_say_what_they_are(site):
    for name, page in parsed(site):
        spoken = page.css_first("html").attrs["lang"]
        assert spoken in TONGUES if name.startswith("chapters/languages/") else spoken == ENGLISH, name
        assert len(page.css("meta[name=viewport]")) == 1, name
        assert page.css_first("meta[name=description]").attrs["content"].strip(), name
        if name != "search.html":
            assert page.css_first('meta[property="og:title"]').attrs["content"].strip(), name
        footer = page.css_first("footer.bd-footer-content").text()
        assert "last updated" in footer and "PDF" in footer and "no opinion" in footer, name


def test_first_page_describes_book_and_data_for_machines(site):
    page = LexborHTMLParser((site / "chapters" / "intro.html").read_text(encoding="utf-8"))
    described = json.loads(page.css_first('script[type="application/ld+json"]').text())
    assert {thing["@type"] for thing in described} == {"Book", "Dataset"}


def test_a_printed_page_keeps_title_and_line_on_names_and_leaves_controls_out(visits):
    for name, visit in visits.items():
        for printed in visit.printed.values():
            assert printed == {"title": True, "naming": True, "controls": []}, name


def test_page_not_found_leads_back(page, served):
    page.goto(served + "404.html")
    assert "no such page" in page.locator("main h1").inner_text()
    page.get_by_role("link", name="The first page").click()
    assert page.url.endswith("chapters/intro.html")


def test_root_leads_to_the_first_page(page, served):
    page.goto(served)
    page.wait_for_url("**/chapters/intro.html")
