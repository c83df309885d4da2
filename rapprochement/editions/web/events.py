"""A page for each event, ``events/<event_id>.html``: what the record holds of it, and what each source says.

Beside each lies the same as JSON. What a page says depends on the data and on
which chapters link to the event; if neither changed, the files of the last site
are taken, and of those that are made again only those that came out otherwise
are written.
"""

from __future__ import annotations

import functools
import html
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx

from rapprochement import record, wording
from rapprochement.book import bibliography, roles
from rapprochement.book.chronicle import thread_name, what_it_is, where
from rapprochement.claims import VERDICTS
from rapprochement.counting import CONTACT_KINDS, TRACKS
from rapprochement.data.files import FORMAT
from rapprochement.editions.web import light, pages
from rapprochement.editions.data.schema import event_schema
from rapprochement.editions.web.citing import Work, citations, download
from rapprochement.editions.web.light import escaped
from rapprochement.provenance import archived, publication, with_outlets
from rapprochement.run import memory
from rapprochement.run.workplace import take

FOLDER = "events"
# How the words of the vocabularies stand in a line of their own.
KINDS_OF_OUTLET = {"press": "press", "agency": "news agency", "official": "official", "court": "court", "research": "research"}
READ_AS = {"whole": "", "excerpt": "an excerpt", "copy": "a reprint or copy"}
INDEX, SCHEMA = "index.json", "event.schema.json"


def address(event_id: str) -> str:
    """The page of an event, relative to the root of the site."""
    return f"{FOLDER}/{event_id}.html"


def lead_to_pages(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Have all that names an event lead to its page; after the PDF, whose links stay within it, was translated from the same tree."""
    if app.builder.name != "html":
        return
    root = "../" * app.builder.get_target_uri(docname).count("/")
    for node in list(doctree.findall(lambda node: isinstance(node, nodes.Element) and "event" in node)):
        goal = root + address(node["event"])
        if isinstance(node, nodes.reference):
            node["refuri"] = goal
            node.attributes.pop("refid", None)
        else:
            node.replace_self(nodes.reference("", "", *node.children, internal=True, refuri=goal))


def write(app: Sphinx, site: Path, last: Path) -> None:
    """Write the pages and JSON files of all events to *site*; *last* is the site of the last build, or nothing."""
    env = app.env
    named = sorted((page, sorted(named.items())) for page, named in memory.of(env).named.items())
    if light.taken_again(app, FOLDER, site, last, named, sorted(env.toc_secnumbers.items()), sorted(bibliography.places(env).items())):
        return
    for name, text in Pages(app).files():
        before, content = last / FOLDER / name, text.encode()
        if before.is_file() and before.read_bytes() == content:
            take(before, site / FOLDER / name)
        else:
            (site / FOLDER / name).write_bytes(content)


@dataclass(frozen=True)
class Chapter:
    """A page of the book as others name it."""

    name: str
    address: str


@dataclass(frozen=True)
class Source:
    """A work that events rest on, the same wherever it is cited.

    published: YYYY, YYYY-MM or YYYY-MM-DD. archived: where a copy may be. line: all of it as HTML.
    """

    title: str
    published: str
    url: str
    archived: str
    line: str

    @classmethod
    def of(cls, entry) -> Source:
        title, url, published = _bare(entry.fields.get("title", "")), _bare(entry.fields.get("url", "")), publication(entry)
        copy = archived(url, published) if url and published else ""
        linked = f'<a href="{html.escape(url)}">{escaped(title)}</a>' if url else escaped(title)
        day = " ".join(filter(None, [*(_bare(entry.fields.get(part, "")) for part in ("day", "month")), published[:4]]))
        line = f"{linked}, {escaped(day)}." if day else f"{linked}."
        return cls(title, published, url, copy, line + (f' <a href="{html.escape(copy)}">Archived copy</a>, if there is one.' if copy else ""))


class Pages:
    """The pages of one build, and what they share."""

    def __init__(self, app: Sphinx):
        self.app = app
        self.known = record.load(app.srcdir)
        self.events = self.known.events.to_dict("records")
        self.dates = {event["event_id"]: wording.event_date(event) for event in self.events}
        self.claims = _by_event(self.known.claims.to_dict("records"), "events")
        entries = app.env.get_domain("cite").bibdata.data.entries
        self.source = functools.cache(lambda key: Source.of(entries[key]))
        self.listed = {key: f"../{app.builder.get_target_uri(page)}#{key}" for key, page in bibliography.places(app.env).items()}
        voices = with_outlets(self.known.evidence, entries, self.known.outlets.rename(columns={"country": "seat"}))
        self.evidence = _by_event(voices.to_dict("records"), "event_id")
        page, anchor, _ = app.env.get_domain("std").labels.get("report-an-error", ("", "", ""))
        self.report_address = f"../{app.builder.get_target_uri(page)}#{anchor}" if page else ""
        self.mentions = self._mentions()
        self.neighbours = self._neighbours()
        self.work = Work.of(app)

    def files(self) -> Iterator[tuple[str, str]]:
        """Name and content of each file."""
        for event in self.events:
            yield f"{event['event_id']}.html", self.page(event)
            yield f"{event['event_id']}.json", self.json(event)
        yield INDEX, self.index()
        yield SCHEMA, _as_json(event_schema(self.known.metadata))

    # --- What stands around an event -----------------------------------------------

    def _page_of(self, kind: str, row_id: str) -> str:
        return f"{self.app.builder.get_target_uri(self.app.env.rapprochement_shown_by[kind])}#{roles.row_anchor(kind, row_id)}"

    def _mentions(self) -> dict[str, list[Chapter]]:
        """The chapters that link to each event, at the section that does so first, in the order of the book."""
        env = self.app.env
        found: dict[str, list[Chapter]] = defaultdict(list)
        named = memory.of(env).named
        everything = {env.rapprochement_shown_by.get(kind) for kind in ("event", "claim")}
        for page in pages.in_order_of_reading(env):
            if page in everything:
                continue  # every event, and every claim with its events, stands there
            number, title = pages.chapter_number(env, page), env.titles[page].astext()
            name = f"Chapter {number}: {title}" if number else title
            for event_id, anchor in named.get(page, {}).items():
                found[event_id].append(Chapter(name, self.app.builder.get_target_uri(page) + (f"#{anchor}" if anchor else "")))
        return found

    def _neighbours(self) -> dict[str, list[tuple[str, Mapping | None, Mapping | None]]]:
        """For each event the ones before and after it, on its track and in each of its threads."""
        rows: dict[str, list[Mapping]] = defaultdict(list)
        found: dict[str, list[tuple[str, Mapping | None, Mapping | None]]] = defaultdict(list)
        for event in self.events:
            for name in (TRACKS[event["track"]], *map(thread_name, event["threads"])):
                rows[name].append(event)
        for name, row in rows.items():
            for before, event, after in zip([None, *row], row, [*row[1:], None]):
                found[event["event_id"]].append((name, before, after))
        return found

    # --- One page --------------------------------------------------------------------

    def page(self, event: Mapping) -> str:
        event_id, date = event["event_id"], self.dates[event["event_id"]]
        parts = [
            f'<p class="over">{escaped(", ".join(filter(None, [date, where(event, self.known)])))}</p>',
            f"<h1>{escaped(event['title'])}</h1>",
            f'<p class="summary">{escaped(event["summary"])}</p>',
            self._facts(event),
            *([f'<p class="note"><strong>Note.</strong> {escaped(event["note"])}</p>'] if event["note"] else []),
            self._sources(event),
            self._in_the_book(event),
            self._around(event),
            self._use(event),
            report(self.app.config.html_theme_options, event["event_id"], self.report_address),
        ]
        return light.page(
            self.app, f"{event['title']}, {date}", "\n".join(parts), depth=1,
            way=[("Chronicle", self._page_of("event", event_id))],
            description=event["summary"],
            head=f'<link rel="alternate" type="application/json" href="{event_id}.json">',
            address=address(event_id),
        )

    def _facts(self, event: Mapping) -> str:
        told = [
            ("When", self.dates[event["event_id"]]),
            ("What", what_it_is(event)),
            ("Between", TRACKS[event["track"]]),
            ("Where", where(event, self.known)),
            ("Who", "; ".join(event["participants"])),
            ("Third parties", wording.company(event)),
            ("In the article", self._article(event)),
            ("Threads", ", ".join(map(thread_name, event["threads"]))),
            ("Confidence", event["confidence"]),
        ]
        return f'<dl class="facts">{"".join(f"<div><dt>{name}</dt><dd>{escaped(words)}</dd></div>" for name, words in told if words)}</dl>'

    def _article(self, event: Mapping) -> str:
        if event["in_article"] == "no":
            return "not mentioned"
        notes = f", note {wording.join([note.strip('[]') for note in event['article_notes']])}" if event["article_notes"] else ""
        return wording.in_article(event) + notes + _parties_of_the_article(event)

    def _sources(self, event: Mapping) -> str:
        rows = {row["source"]: row for row in self.evidence[event["event_id"]]}
        listed = "".join(self._source(rows[key]) for key in event["sources"] if key in rows)
        return f'<section class="sources"><h2 id="sources">What each source says</h2><ol>{listed}</ol></section>'

    def _source(self, row: Mapping) -> str:
        supports = wording.join([facet.replace("-", " ") for facet in row["supports"]])
        read = wording.join(list(filter(None, [wording.day(row["read"]), READ_AS[row["read_as"]]])))
        listed = f' <a href="{html.escape(self.listed[row["source"]])}">In the list of sources</a>.' if row["source"] in self.listed else ""
        differs = '<strong class="differs">Differs from the row.</strong> ' if row["agrees"] == "differs" else ""
        return (
            f'<li id="{html.escape(row["source"])}"><p class="voice">{escaped(row["outlet"])} · {KINDS_OF_OUTLET[row["kind"]]}, {row["side"]}</p>'
            f'<p class="says">{differs}{escaped(row["says"])}</p>'
            f'<p class="supports">{f"Supports {supports}." if supports else "Supports no cell of the row."} Read {read.replace(" and ", ", as ")}.</p>'
            f'<p class="work">{self.source(row["source"]).line}{listed}</p></li>'
        )

    def _in_the_book(self, event: Mapping) -> str:
        chapters = "".join(f'<li><a href="../{html.escape(each.address)}">{escaped(each.name)}</a></li>' for each in self.mentions[event["event_id"]])
        claims = "".join(
            f'<li>{self._claim(claim)} {escaped(claim["claim"])}'
            f' <em>{wording.capitalise(VERDICTS[claim["against_record"]])}.</em></li>'
            for claim in self.claims[event["event_id"]]
        )
        return "".join([
            f'<section><h2 id="claims">Claims of the article that rest on it</h2><ul>{claims}</ul></section>' if claims else "",
            f'<section><h2 id="chapters">Chapters that tell of it</h2><ul>{chapters}</ul></section>' if chapters else "",
        ])

    def _claim(self, claim: Mapping) -> str:
        """The paragraph of a claim, as a link where a page of the book is the ledger."""
        if "claim" not in self.app.env.rapprochement_shown_by:
            return claim["paragraph"]
        return f'<a href="../{self._page_of("claim", claim["claim_id"])}">{claim["paragraph"]}</a>'

    def _around(self, event: Mapping) -> str:
        lines = "".join(
            f"<div><dt>{name}</dt>{self._step('Before', before)}{self._step('After', after)}</div>" for name, before, after in self.neighbours[event["event_id"]]
        )
        return f'<nav class="around" aria-labelledby="around"><h2 id="around">Before and after</h2><dl>{lines}</dl></nav>'

    def _step(self, word: str, event: Mapping | None) -> str:
        if event is None:
            return f"<dd>{word}: nothing in the record</dd>"
        return f'<dd>{word}: <a href="{event["event_id"]}.html">{self.dates[event["event_id"]]}</a> {escaped(event["title"])}</dd>'

    def _use(self, event: Mapping) -> str:
        event_id = event["event_id"]
        forms = "".join(
            f"<h3>{form}</h3><pre>{html.escape(text)}</pre>{_saved(download(form, text, event_id))}"
            for form, text in citations(event, self.work, address(event_id)).items()
        )
        codebook = self.app.builder.get_target_uri("chapters/reference/codebook")
        return (
            '<section class="use"><h2 id="use">Cite and use</h2>'
            f"<details><summary>Cite this event</summary>{forms}</details>"
            f'<p><a href="{event_id}.json">This event as JSON</a>; <a href="../{codebook}#one-event-as-json">what its fields mean</a>.</p></section>'
        )

    # --- The same for machines ---------------------------------------------------------

    def json(self, event: Mapping) -> str:
        """The row, its evidence with outlets and addresses, its claims, and where the book tells of it."""
        event_id = event["event_id"]
        content = {
            **event,
            "evidence": [self._evidence(row) for row in self.evidence[event_id]],
            "claims": [claim["claim_id"] for claim in self.claims[event_id]],
            "pages": [self.work.base + chapter.address for chapter in self.mentions[event_id]],
            "citation": citations(event, self.work, address(event_id))["Plain text"],
            "version": self.work.version,
            "format": FORMAT,
            "licence": self.work.licence,
        }
        return _as_json(content)

    def index(self) -> str:
        """Every event with what tells it from others, and where its page and its JSON lie, beside this file."""
        listed = [
            {
                **{name: event[name] for name in ("event_id", "start", "end", "kind", "track", "level", "title")},
                "page": f"{event['event_id']}.html",
                "json": f"{event['event_id']}.json",
            }
            for event in self.events
        ]
        return _as_json({"version": self.work.version, "format": FORMAT, "licence": self.work.licence, "schema": SCHEMA, "events": listed})

    def _evidence(self, row: Mapping) -> dict:
        source = self.source(row["source"])
        said = {name: row[name] for name in ("source", "supports", "says", "agrees", "read", "read_as", "outlet", "side", "kind")}
        return {**said, "title": source.title, "published": source.published, "url": source.url, "archived": source.archived}


def report(options: Mapping, event_id: str, how: str) -> str:
    """How to say that a row is wrong: by a form filled in as far as it can be, where the book names its repository; else in words.

    options: of the theme. how: the address of the words on whom to tell, if there are such.
    """
    if options.get("use_issues_button") and options.get("repository_url"):
        asked = urlencode({"title": f"Event {event_id}", "body": f"Row: {event_id}\nWhat is wrong:\nA source that says so:\n"}, quote_via=quote)
        form = f"{options['repository_url'].rstrip('/')}/issues/new?{asked}"
        words = f'<a href="{html.escape(form)}">Report an error in this row</a>: what is wrong, and if you can, a source that says so.'
    else:
        words = f'Say that it is the row <code>{event_id}</code>, what is wrong, and if you can, give a source.'
        words += f' <a href="{how}">How to report an error</a> tells to whom.' if how else ""
    return f'<section><h2 id="report">If something is wrong here</h2><p>{words}</p></section>'


def _by_event(rows: Iterable[Mapping], column: str) -> dict[str, list[Mapping]]:
    """The rows that name each event; *column* holds one id or a list."""
    found: dict[str, list[Mapping]] = defaultdict(list)
    for row in rows:
        for event_id in [row[column]] if isinstance(row[column], str) else row[column]:
            found[event_id].append(row)
    return found


def _parties_of_the_article(event: Mapping) -> str:
    """What the article says of third parties in a contact that it lists."""
    named = event["article_mediators"]
    if event["kind"] not in CONTACT_KINDS or not named:
        return ""
    if named == ["unstated"]:
        return "; it says nothing of third parties"
    return "; it says that there was no third party" if named == ["none"] else f"; it names {wording.join(named)}"


def _bare(text: str) -> str:
    return text.replace("{", "").replace("}", "")


def _saved(link: str) -> str:
    return f"<p>{link}</p>" if link else ""


def _as_json(content: Mapping) -> str:
    return json.dumps(content, ensure_ascii=False, default=_day) + "\n"


def _day(value: pd.Timestamp) -> str:
    """A date as JSON has it; empty where there is none."""
    return "" if pd.isna(value) else value.date().isoformat()
