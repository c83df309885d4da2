"""What changed is read again, and nothing else; the book is then that of a clean build, byte for byte."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import small_book
from conftest import CITED, Table
from forked_build import Build
from published import differences, published

from rapprochement.data.article_list import freeze
from rapprochement.data.files import read_table

TABLE = "# A table\n\nOf {cite:t}`pashayeva-2023`.\n\n```{events} track=AM-TR\n:name: tab-all\nThe caption.\n```\n"
FIGURE = "# A figure\n\n```{figure-from-data} thread-timeline\n:query: thread=border-opening\n:name: fig-thread\nThe caption.\n```\n"
PAGES = {
    "first": (
        f"# First page\n\nA sentence. {{count-upper}}`track=AM-AZ` contacts; {{event}}`{{title}} <{CITED[0]}>`, {{event}}`in {{place}} <2022-10-31-sochi-leaders>`; "
        "{numref}`tab-all`, {numref}`fig-thread`, {doc}`table`, {term}`contact`.\n\n## A section\n\nText.\n"
    ),
    "chronicle": small_book.CHRONICLE,
    "table": TABLE,
    "figure": FIGURE,
    "notebook": small_book.NOTEBOOK.format(title="A notebook", code="from rapprochement import load_events\n\nlen(load_events(words=False))"),
    "claims": "# Claims\n\n```{claims} kind=description\n:ledger:\n:name: tab-claims\nThe caption.\n```\n",
    "glossary": "# Glossary\n\n:::{glossary}\ncontact\n    A meeting or a call.\n:::\n\n{fact}`sources` sources. {ref}`tab-all`\n",
    "chapters/reference/changes": small_book.SOURCES,
}


class Book:
    """A small book that is edited and built again and again."""

    def __init__(self, folder: Path, data: Path):
        self.folder = small_book.make(folder, PAGES, data)
        self.pages = list(PAGES)

    def build(self) -> SimpleNamespace:
        """Build it; returns the pages that were read and written, the notebooks that were executed, and whether the PDF was set."""
        pdf = self.folder / "_build" / ".state" / "site" / "rapprochement-in-evidence.pdf"
        before = pdf.stat().st_ino if pdf.exists() else None
        built = Build(self.folder).ended()
        assert built.code == 0, built.said[-1500:]
        return SimpleNamespace(
            read=set(re.findall(r"^reading sources\.\.\. \[ *\d+%\] (\S+)$", built.said, re.M)),
            # Those that are shared out among cores are not told one by one.
            written=set(re.findall(r"^writing output\.\.\. \[ *\d+%\] (\S+)$", built.said, re.M)),
            executed=set(re.findall(r"^executed (\S+) in ", built.said, re.M)),
            # One that was not set again is the same file under another name.
            set=pdf.stat().st_ino != before,
        )

    def published(self) -> dict[str, bytes]:
        return published(self.folder / "_build")

    def clean(self, elsewhere: Path) -> dict[str, bytes]:
        """What a clean build of the same files publishes."""
        book = Book.__new__(Book)
        book.folder = small_book.copy(self.folder, elsewhere)
        book.build()
        return book.published()

    # --- What an author does -----------------------------------------------------------

    def table(self, name: str) -> Table:
        return Table(self.folder / "data" / f"{name}.csv")

    def save(self, table: Table) -> None:
        table.save()
        freeze(read_table("events", table.path.parent), table.path.parent)

    def reorder(self, pages: list[str]) -> None:
        self.pages = pages
        small_book.order(self.folder, pages)


# --- Kinds of edits; the number makes each another one -----------------------------------

SOCHI = "2022-10-31-sochi-leaders"
Edit = Callable[[Book, int], None]


def cell(table: str, column: str, change: Callable[[str, int], str], **of: str) -> Edit:
    """Change a cell of the row with these cells, or else of any row."""

    def edit(book: Book, number: int) -> None:
        rows = book.table(table)
        row = rows.first_row(**of) if of else number % len(rows.rows) + 2
        rows[row, column] = change(rows[row, column], number)
        book.save(rows)

    return edit


def one_of(*values: str) -> Callable[[str, int], str]:
    """Another one of these."""
    return lambda old, number: [value for value in values if value != old][number % (len(values) - 1)]


def longer(old: str, number: int) -> str:
    """With a word more; in place of the last such word, as a title may only be so long."""
    return f"{old.partition(' And word')[0]} And word {number}{number if old.endswith(f' {number}.') else ''}."


def in_file(name: str, pattern: str, change: Callable[[str, int], str]) -> Edit:
    """Change the first place in a file that has a pattern."""

    def edit(book: Book, number: int) -> None:
        path = book.folder / name
        changed, times = re.subn(pattern, lambda found: change(found[0], number), path.read_text(encoding="utf-8"), count=1)
        assert times, f"{name} has no {pattern}"
        path.write_text(changed, encoding="utf-8")

    return edit


def without_a_row(book: Book, number: int) -> None:
    """Take out an event that nothing names."""
    named = "".join(path.read_text(encoding="utf-8") for path in [*book.folder.glob("*.md"), book.folder / "data" / "claims.csv"])
    events, evidence = book.table("events"), book.table("evidence")
    nameless = [row[0] for row in events.rows if row[0] not in named]
    gone = nameless[number % len(nameless)]
    for table in (evidence, events):
        table.rows = [row for row in table.rows if row[0] != gone]
        book.save(table)


def another_page(book: Book, number: int) -> None:
    name = f"added-{number}"
    (book.folder / f"{name}.md").write_text(f"# Page {number}\n\n{{event}}`{SOCHI}`, {{ref}}`tab-all`.\n", encoding="utf-8")
    book.reorder([*book.pages, name])


def claims_in_or_out(book: Book, number: int) -> None:
    """Drop a page from the table of contents, or take it back."""
    others = [page for page in book.pages if page != "claims"]
    book.reorder(others if "claims" in book.pages else [*others, "claims"])


def figure_renamed(book: Book, number: int) -> None:
    old, new = next(page for page in book.pages if page.startswith("figure")), f"figure-{number}"
    (book.folder / f"{old}.md").rename(book.folder / f"{new}.md")
    book.reorder([new if page == old else page for page in book.pages])


def second_page_last(book: Book, number: int) -> None:
    first, second, *others = book.pages
    book.reorder([first, *others, second])


EDITS: dict[str, Edit] = {
    "a word in a summary": cell("events", "summary", longer),
    "a title that a page names": cell("events", "title", longer, event_id=CITED[0]),
    "the place of an event": cell("events", "place", one_of("sochi", "brussels", "vienna"), event_id=SOCHI),
    "a third party": cell("events", "mediators", one_of("Russia", "EU", "France"), event_id=SOCHI),
    "a last day": cell("events", "end", one_of("2022-10-31", "2022-11-01", "2022-11-02"), event_id=SOCHI),
    "a first day": cell("events", "start", one_of("2022-10-29", "2022-10-30", "2022-10-31"), event_id=SOCHI),
    "a row taken out": without_a_row,
    "the name of a place": cell("places", "name", lambda old, number: f"Place {number}", place_id="sochi"),
    "another spelling of a name": cell("names", "other_names", lambda old, number: f"{old.partition(';Spelling')[0]};Spelling {number}", name="Türkiye"),
    "a remark on a claim": cell("claims", "remark", longer),
    "the name of a source": in_file("data/references.bib", r"title = \{", lambda old, number: f"{old}Word {number} "),
    "the day on which a source was read": cell("evidence", "read", one_of("2026-11-20", "2026-11-21", "2026-11-25")),
    "the version of the data": in_file("data/datapackage.json", r'"version": "[^"]*"', lambda old, number: f'"version": "2.0.{number}"'),
    "a sentence": in_file("first.md", r"Text", longer),
    "a heading": in_file("first.md", r"## A section", lambda old, number: f"{old} {number}"),
    "a title of a page": in_file("table.md", r"# A table", lambda old, number: f"{old} {number}"),
    "a caption": in_file("table.md", r"The caption", longer),
    "a citation": in_file("table.md", r"cite:t?\}`[^`]+", lambda old, number: ("cite:t}`crisis-group-nk-timeline", "cite:t}`pashayeva-2023")["crisis" in old]),
    "a term": in_file("glossary.md", r"A meeting", lambda old, number: f"A meeting {number}"),
    "a cell of a notebook": in_file("notebook.md", r"len\(.*", lambda old, number: f"{old} + {number}"),
    "a page more": another_page,
    "a page less": claims_in_or_out,
    "a page with another name": figure_renamed,
    "pages in another order": second_page_last,
    "the style": in_file("assets/static/book.css", r"^", lambda old, number: f".number-{number} {{ color: red }}\n"),
    "what the book says of itself": in_file("CITATION.cff", r"abstract:[\s\S]*?\w+ ", lambda old, number: f"{old}word{number} "),
}
TOGETHER = 9  # edits between two builds


@pytest.fixture(scope="module")
def book(build, part_of_data, tmp_path_factory) -> Book:  # asks for build, so that make quick leaves it out
    book = Book(tmp_path_factory.mktemp("changed") / "book", part_of_data)
    book.build()
    return book


# --- What is read again ------------------------------------------------------------------


def test_a_build_with_nothing_new_reads_executes_and_sets_nothing(book):
    before = book.published()
    assert vars(book.build()) == {"read": set(), "written": set(), "executed": set(), "set": False}
    assert differences(before, book.published()) == []


@pytest.mark.parametrize(
    ("edit", "read", "executed", "typeset"),
    [
        ("a word in a summary", {"chronicle"}, set(), True),
        ("a title that a page names", {"first", "chronicle", "notebook"}, {"notebook"}, True),
        ("a third party", {"chronicle", "notebook"}, {"notebook"}, True),
        ("the name of a place", {"first", "chronicle"}, set(), True),
        ("a remark on a claim", {"claims"}, set(), True),
        ("another spelling of a name", set(), set(), False),
        ("a sentence", {"first"}, set(), True),
        ("a title of a page", {"table"}, set(), True),
        ("a cell of a notebook", {"notebook"}, {"notebook"}, True),
        ("the style", set(), set(), False),
    ],
)
def test_a_change_is_read_again_where_it_matters_and_nowhere_else(book, edit, read, executed, typeset):
    EDITS[edit](book, 1)
    built = book.build()
    assert (built.read, built.executed, built.set) == (read, executed, typeset)


def test_a_changed_caption_is_written_again_where_a_page_names_its_table_and_nowhere_else(book):
    """In the book it often holds a number, so each changed row would else write all pages."""
    EDITS["a caption"](book, 3)
    assert book.build().written == {"table", "first", "glossary"}
    assert b"The caption And word 3" in book.published()["html/glossary.html"]


def test_a_new_version_of_the_data_stands_on_every_page(book):
    EDITS["the version of the data"](book, 7)
    book.build()
    footers = [re.search(rb"Data version ([\d.]+)", content) for name, content in book.published().items() if name.endswith(".html")]
    told = [footer[1] for footer in footers if footer]
    assert len(told) > len(book.pages) and set(told) == {b"2.0.7"}


# --- What comes of it --------------------------------------------------------------------


def test_whatever_is_edited_the_next_build_gives_the_bytes_of_a_clean_one(book, tmp_path_factory):
    edits, wrong = list(EDITS), []
    random.Random(1).shuffle(edits)
    for start in range(0, len(edits), TOGETHER):
        now = edits[start : start + TOGETHER]
        for number, name in enumerate(now, start=start + 100):
            EDITS[name](book, number)
        book.build()
        differing = differences(book.published(), book.clean(tmp_path_factory.mktemp("clean") / "book"))
        wrong.extend(f"after {', '.join(now)}: {difference}" for difference in differing)
    assert not wrong, "\n".join(wrong)
