"""One event, one page: what the record holds of it, what each source says, and the way there and back."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from bs4 import BeautifulSoup
from selectolax.lexbor import LexborHTMLParser
from site_browser import light_pages_of, pages_of, window
from site_visits import AXE, OVER

from rapprochement.data.files import load_references, read_table
from rapprochement.editions.web.events import report
from rapprochement.editions.web.policy import policy
from rapprochement.provenance import archived, publication

MOST_BYTES = 15_000
# A long one, one with a source that differs, one that many chapters name.
OPENED = ("2022-12-12-lachin-road-blocked", "2020-11-10-trilateral-ceasefire-statement", "2023-07-15-brussels-leaders")


@pytest.fixture(scope="module")
def evidence(root: Path):
    return read_table("evidence", root / "data")


@pytest.fixture(scope="module")
def parsed(site: Path, events) -> dict[str, LexborHTMLParser]:
    """The page of every event, by its id."""
    return {event_id: LexborHTMLParser((site / "events" / f"{event_id}.html").read_text(encoding="utf-8")) for event_id in events["event_id"]}


def plain(text: str) -> str:
    """Words without what typesetting did to them."""
    return " ".join(text.replace("’", "'").replace("“", '"').replace("”", '"').replace("\u00a0", " ").split())


def test_every_event_has_a_page_that_holds_its_row(parsed, events):
    for event in events.to_dict("records"):
        page = parsed[event["event_id"]]
        assert plain(page.css_first("main h1").text()) == plain(event["title"])
        words = plain(page.css_first("main").text())
        for cell in (event["summary"], event["note"], *event["participants"], *event["mediators"], event["confidence"]):
            assert plain(cell) in words, f"{event['event_id']}: {cell}"


def test_every_page_tells_what_each_source_says_live_and_archived(parsed, evidence, root):
    sources = load_references(root / "data")
    assert len(evidence) > len(parsed)
    for row in evidence.to_dict("records"):
        entry = parsed[row["event_id"]].css_first(f'[id="{row["source"]}"]')
        words = plain(entry.text())
        assert plain(row["says"]) in words, row
        assert ("Differs from the row" in words) == (row["agrees"] == "differs"), row
        assert all(facet.replace("-", " ") in entry.css_first(".supports").text() for facet in row["supports"]), row
        fields = sources[row["source"]].fields
        url, date = fields.get("url", "").replace("{", "").replace("}", ""), publication(sources[row["source"]])
        links = [link.attrs["href"] for link in entry.css("a")]
        if url:
            assert url in links, row
        if url and date:
            assert archived(url, date) in links, row


def test_chapters_and_events_lead_to_each_other(site, parsed):
    """Each chapter that links to an event stands on the page of the event, and so it is back."""
    everything = {"chapters/process/chronicle.html", "chapters/evidence/claims.html"}
    named = set()
    for name in pages_of(site):
        article = LexborHTMLParser((site / name).read_text(encoding="utf-8")).css_first("article")
        for link in article.css("a.reference[href^='../'][href*='/events/']") if name not in everything and article else ():
            if not (link.parent.attrs.get("class") or "").startswith("rests"):
                named.add((Path(link.attrs["href"]).stem, name))
    told = set()
    for event_id, page in parsed.items():
        for link in page.css("section:has(#chapters) a"):
            told.add((event_id, link.attrs["href"].removeprefix("../").partition("#")[0]))
    assert len(told) > 100
    assert told == named


def test_claims_that_rest_on_an_event_stand_on_its_page(parsed, claims):
    expected = {(event_id, claim["claim_id"]) for claim in claims.to_dict("records") for event_id in claim["events"]}
    shown = {(event_id, link.attrs["href"].partition("#claim-")[2]) for event_id, page in parsed.items() for link in page.css("section:has(#claims) a")}
    assert expected and shown == expected


def test_events_before_and_after_make_one_row_on_each_track(parsed, events):
    for _, row in events.groupby("track"):
        ids = list(row["event_id"])
        for before, after in zip(ids, ids[1:]):
            assert f"{after}.html" in {link.attrs["href"] for link in parsed[before].css(".around a")}
            assert f"{before}.html" in {link.attrs["href"] for link in parsed[after].css(".around a")}


def test_every_event_can_be_cited_in_each_form(parsed):
    for event_id, page in parsed.items():
        plain_text, bibtex, ris = (node.text() for node in page.css("details pre"))
        assert event_id in plain_text and "CC BY" in plain_text or "Creative Commons" in plain_text
        assert bibtex.startswith(f"@misc{{rapprochement-{event_id},") and bibtex.count("{") == bibtex.count("}")
        assert ris.startswith("TY  - ") and ris.splitlines()[-1].startswith("ER  -")
        saved = [unquote(link.attrs["href"].partition(",")[2]).strip() for link in page.css("a[download]")]
        assert saved == [bibtex.strip(), ris.strip()]


def test_json_of_an_event_holds_its_row_and_only_documented_fields(site, events, evidence):
    codebook = BeautifulSoup((site / "chapters" / "reference" / "codebook.html").read_text(encoding="utf-8"), "html.parser")
    documented = {word for term in codebook.select("dt, #one-event-as-json code") for word in re.findall(r"[\w-]+", term.get_text())}
    for event in events.to_dict("records"):
        told = json.loads((site / "events" / f"{event['event_id']}.json").read_text(encoding="utf-8"))
        assert set(told) | {name for row in told["evidence"] for name in row} <= documented
        assert told["title"] == event["title"] and told["mediators"] == event["mediators"] and told["start"] == f"{event['start']:%Y-%m-%d}"
        assert {row["source"] for row in told["evidence"]} == set(evidence[evidence["event_id"] == event["event_id"]]["source"])


def test_a_light_page_weighs_at_most_15_kilobytes(site):
    style = len(gzip.compress((site / "_static" / "light.css").read_bytes(), 9))
    heavy = {name: size for name in light_pages_of(site) if name.startswith("events/") and (size := style + len(gzip.compress((site / name).read_bytes(), 9))) > MOST_BYTES}
    assert heavy == {}


def test_every_light_page_has_its_policy_its_way_back_and_the_line_on_names(site):
    names = light_pages_of(site)
    assert names
    for name in names:
        text = (site / name).read_text(encoding="utf-8")
        page = LexborHTMLParser(text)
        assert re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', text) == [policy(text)], name
        assert page.css_first("header a").attrs["href"] == "../chapters/intro.html", name
        assert page.css_first("meta[name=description]").attrs["content"].strip() and len(page.css("h1")) == 1, name
        assert "no opinion" in page.css_first("footer").text() and "last updated" in page.css_first("footer").text(), name


def test_links_of_light_pages_lead_somewhere(site):
    ids: dict[str, set[str]] = {}
    for name in light_pages_of(site):
        page = LexborHTMLParser((site / name).read_text(encoding="utf-8"))
        for link in page.css("a[href]"):
            path, anchor = urldefrag(urljoin(f"http://the-book/{name}", link.attrs["href"]))
            if not path.startswith("http://the-book/"):
                continue
            path = unquote(path.removeprefix("http://the-book/").partition("?")[0])
            assert (site / path).is_file(), f"{name} leads to {path}"
            if anchor and path not in ids:
                ids[path] = {node.attrs["id"] for node in LexborHTMLParser((site / path).read_text(encoding="utf-8")).css("[id]")}
            assert not anchor or unquote(anchor) in ids[path], f"{name} leads to {path}#{anchor}"


@pytest.mark.parametrize("width", [390, 1400])
def test_an_event_page_is_accessible_and_asks_nobody_else(browser, served, width):
    for event_id in OPENED:
        context = window(browser, width)
        tab = context.new_page()
        asked, told = [], []
        tab.on("request", lambda request, asked=asked: asked.append(request.url))
        tab.on("console", lambda message, told=told: told.append(message.text))
        tab.goto(f"{served}events/{event_id}.html")
        assert [url for url in asked if not url.startswith(served)] == []
        assert tab.evaluate(OVER) <= 0
        tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        tab.evaluate(AXE_SCRIPT)
        for theme in ("light", "dark"):
            tab.emulate_media(color_scheme=theme)
            assert tab.evaluate(AXE, ["html", "all" if theme == "light" else "colours"]) == [], f"{event_id} {theme}"
        assert told == []
        context.close()


def test_an_event_page_follows_the_chosen_theme_else_the_system_also_without_scripts(browser, site):
    address = (site / "events" / f"{OPENED[0]}.html").as_uri()
    grounds = {}
    for system in ("light", "dark"):
        for scripts in (True, False):
            context = window(browser, theme=system, java_script_enabled=scripts)
            tab = context.new_page()
            tab.goto(address)
            grounds[system, scripts] = tab.locator("body").evaluate("(body) => getComputedStyle(body).backgroundColor") if scripts else tab.screenshot()
            assert tab.locator("main h1").is_visible()
            context.close()
    assert grounds["light", True] != grounds["dark", True]
    assert grounds["light", False] != grounds["dark", False]
    context = window(browser, theme="light")
    tab = context.new_page()
    tab.add_init_script("localStorage.setItem('mode', 'dark')")
    tab.goto(address)
    assert tab.locator("body").evaluate("(body) => getComputedStyle(body).backgroundColor") == grounds["dark", True]
    context.close()


def test_light_pages_have_the_colours_of_the_book(root):
    book, light = ((root / "assets" / "static" / name).read_text(encoding="utf-8") for name in ("book.css", "light.css"))
    pairs = re.findall(r"--(\w[\w-]*): light-dark\((#\w+), (#\w+)\)", light)
    assert len(pairs) >= 8
    bright, dark = re.search(r'html\[data-theme="light"\] \{(.*?)\}\nhtml\[data-theme="dark"\] \{(.*?)\}', book, re.DOTALL).groups()
    for name, day, night in pairs:
        assert f"--{name}: {day};" in bright and f"--{name}: {night};" in dark, name


def test_an_error_is_reported_by_a_form_only_where_the_book_names_its_repository():
    words = report({}, "2020-11-10-x", "../how.html")
    assert "2020-11-10-x" in words and "../how.html" in words and "issues" not in words
    form = report({"use_issues_button": True, "repository_url": "https://example.org/book/"}, "2020-11-10-x", "../how.html")
    assert 'href="https://example.org/book/issues/new?title=Event%202020-11-10-x&amp;body=Row%3A%202020-11-10-x' in form


def test_every_source_is_named_by_its_key_and_tells_its_events(site, events, root):
    keys = set(load_references(root / "data"))
    shown: dict[str, set[str]] = {}
    for path in (site / "chapters" / "reference").glob("sources*.html"):
        for entry in LexborHTMLParser(path.read_text(encoding="utf-8")).css(".citation"):
            shown[entry.id] = {Path(link.attrs["href"]).stem for link in entry.css(".rests a[href*='/events/']")}
    assert set(shown) <= keys
    expected: dict[str, set[str]] = {}
    for event in events.to_dict("records"):
        for source in event["sources"]:
            expected.setdefault(source, set()).add(event["event_id"])
    assert {key: ids for key, ids in shown.items() if ids} == expected
