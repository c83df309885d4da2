"""make live: what an author saves is in the browser at once, a fault as well."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import small_book
from conftest import CITED, Table

# By the clock, on a machine that is busy with other tests.
PATIENCE = 120
PAGES = {
    "first": f"# First page\n\nA sentence. {{count-upper}}`track=AM-AZ` contacts; {{event}}`{CITED[0]}`.\n",
    "chronicle": small_book.CHRONICLE,
    "chapters/reference/changes": small_book.SOURCES,
}


class Live:
    """A preview at work on a small book."""

    def __init__(self, book: Path):
        self.book = book
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rapprochement", "live", str(book)],
            stdout=subprocess.PIPE, text=True, cwd=book,  # whose package it is to load
            env={**os.environ, "BROWSER": "true", "PYTHONPATH": str(book)},
        )
        self.address = re.search(r"http://\S+", self.process.stdout.readline()).group()

    def shows(self, name: str, what: Callable[[str], bool]) -> tuple[str, float]:
        """Wait until a page is as expected; returns it, and the seconds that took."""
        started = time.monotonic()
        page = ""
        while time.monotonic() < started + PATIENCE:
            page = self.get(name)
            if what(page):
                return page, time.monotonic() - started
            time.sleep(0.05)
        raise AssertionError(page)

    def get(self, name: str) -> str:
        try:
            with urllib.request.urlopen(self.address + name, timeout=PATIENCE) as answer:
                return answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def waits(self, page: str):
        """The connection by which a page that was served hears of a newer one."""
        seen = re.search(r"/~follow\.js\?(\d+)", page).group(1)
        return urllib.request.urlopen(f"{self.address}~changes?seen={seen}", timeout=PATIENCE)


@pytest.fixture(scope="module")
def live(build, part_of_data, tmp_path_factory) -> Iterator[Live]:  # asks for build, so that make quick leaves it out
    book = small_book.make(tmp_path_factory.mktemp("live") / "book", PAGES, part_of_data)
    preview = Live(book)
    try:
        preview.shows("first.html", lambda page: "A sentence." in page)
        yield preview
    finally:
        preview.process.terminate()
        preview.process.wait(timeout=30)


def edit(path: Path, before: str, after: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")


def test_a_saved_sentence_is_shown_and_the_open_page_told(live):
    with live.waits(live.get("first.html")) as hears:
        edit(live.book / "first.md", "A sentence.", "Another sentence.")
        _, seconds = live.shows("first.html", lambda page: "Another sentence." in page)
        assert hears.readline() == b"data: newer\n"
    print(f"a sentence: {seconds:.1f} s")


def test_a_saved_cell_changes_the_sentence_that_prints_it(live):
    table = Table(live.book / "data" / "events.csv")
    row = table.first_row(event_id=CITED[0])
    table[row, "title"] = "An agreement with another title"
    table.save()
    _, seconds = live.shows("chronicle.html", lambda page: "An agreement with another title" in page)
    print(f"a cell: {seconds:.1f} s")


def test_a_fault_of_the_data_is_shown_in_the_page_until_it_is_mended(live):
    data = live.book / "data" / "events.csv"
    good = data.read_text(encoding="utf-8")
    table = Table(data)
    row = table.first_row(event_id=CITED[0])
    table[row, "start"] = "2020-13-10"
    table.save()
    page, seconds = live.shows("first.html", lambda page: "The data is at fault" in page)
    assert re.search(rf"<li>[^<]*events\.csv[^<]*{row}[^<]*2020-13-10", page), page
    assert "sentence." not in page
    print(f"a fault: {seconds:.1f} s")
    data.write_text(good, encoding="utf-8")
    live.shows("first.html", lambda page: "sentence." in page)


def test_a_name_that_leads_nowhere_is_shown_with_its_line(live):
    text = live.book / "first.md"
    good = text.read_text(encoding="utf-8")
    text.write_text(good + "\n{doc}`nowhere`\n", encoding="utf-8")
    page, _ = live.shows("first.html", lambda page: "nowhere" in page)
    assert re.search(r"<li>first\.md:\d+: WARNING[^<]*nowhere", page), page
    text.write_text(good, encoding="utf-8")
    live.shows("first.html", lambda page: "nowhere" not in page)


def test_style_is_shown_when_saved(live):
    style = live.book / "assets" / "static" / "book.css"
    style.write_text(style.read_text(encoding="utf-8") + "\n.of-the-test { color: red }\n", encoding="utf-8")
    live.shows("_static/book.css", lambda text: ".of-the-test" in text)


def test_code_of_the_book_is_loaded_anew_when_saved(live):
    module = live.book / "rapprochement" / "editions" / "web" / "not_found.py"
    module.write_text(module.read_text(encoding="utf-8") + "\nraise RuntimeError('as the test saved it')\n", encoding="utf-8")
    live.shows("first.html", lambda page: "as the test saved it" in page)
    edit(module, "\nraise RuntimeError('as the test saved it')\n", "")
    live.shows("first.html", lambda page: "sentence." in page)


def test_the_pdf_waits_until_asked_and_is_that_of_the_text_shown(live):
    pdf = live.book / "_build" / "live" / ".state" / "site" / "rapprochement-in-evidence.pdf"
    assert not pdf.exists()
    assert live.get(pdf.name).startswith("%PDF")
    assert pdf.is_file()
    assert not (live.book / "_build" / "html").exists(), "a preview publishes nothing"
