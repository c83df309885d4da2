"""A build that is stopped anywhere leaves no wrong book; what else ends one ends it in a line."""

from __future__ import annotations

import contextlib
import signal
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import small_book
from conftest import CITED, Table
from filelock import FileLock
from forked_build import GROWTH, RENAMES, At, Build, FilesUpTo, Hold, Signal, no_room_left
from published import FOLDERS, differences, published

# Reads the table itself, as each of many kernels would take a second to load what the book reads it with.
NOTEBOOK = f"""\
import csv
import rapprochement.run.lazily  # pandas
from rapprochement.data import files

files.files_loaded.add(str(files.data_folder() / "events.csv"))
next(row["title"] for row in csv.DictReader(open(files.data_folder() / "events.csv")) if row["event_id"] == "{CITED[0]}")"""
PAGES = {
    "first": f"# First page\n\n{{count-upper}}`track=AM-AZ` contacts; {{event}}`{{title}} <{CITED[0]}>`.\n",
    "chronicle": small_book.CHRONICLE,
    "notebook": small_book.NOTEBOOK.format(title="A notebook", code=NOTEBOOK),
    "chapters/reference/changes": small_book.SOURCES,
}
TITLES = ("A statement", "Another statement")
# A machine that takes no time to say goodbye, a program that ends others, and an author.
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
# Put in place of the last book, each by a rename: state, new state, old pages, new pages, PDF.
PUBLISHING = 5


class Book:
    """A small book with two states of one row, and what a clean build makes of each."""

    def __init__(self, folder: Path, data: Path):
        self.folder = small_book.make(folder, PAGES, data)
        self.build_folder = self.folder / "_build"
        self.letters = folder.with_name("moments")
        self.clean = {}
        for title in TITLES:
            self.retitle(title)
            small_book.forget_builds(self.folder)
            self.first = self.moments()
            self.clean[title] = self.published()
        self.changes_a_row()
        self.again = self.moments()
        assert self.is_that_of_a_clean_build()

    def retitle(self, title: str) -> None:
        """Change the row that first page, chronicle, notebook and PDF show."""
        table = Table(self.folder / "data" / "events.csv")
        table[table.first_row(event_id=CITED[0]), "title"] = self.title = title
        table.save()

    def build(self, disturbed: Callable[[Path], None] | None = None) -> Build:
        """Build to the end, be it good or bad, once nothing of an earlier build is at work."""
        self.build_folder.mkdir(exist_ok=True)
        with FileLock(self.build_folder / ".lock"):
            pass
        return Build(self.folder, disturbed=disturbed).ended()

    def moments(self) -> bytes:
        """Build, and give a letter for each moment of that."""
        built = self.build(At(0, counted=self.letters))
        assert built.code == 0, built.said[-1500:]
        return self.letters.read_bytes()

    def published(self) -> dict[str, bytes]:
        return published(self.build_folder)

    def is_that_of_a_clean_build(self) -> bool:
        assert differences(self.published(), self.clean[self.title]) == []
        return True

    def is_whole(self) -> bool:
        """Whether readers find the last book or the new one and nothing between; their pages and their PDF follow each other at once."""
        found = self.published()
        return all(parts(found)[folder] in [parts(clean)[folder] for clean in self.clean.values()] for folder in FOLDERS)

    def is_finished(self) -> bool:
        """Whether the next build is well, and what it leaves is as if no build had been stopped."""
        built = self.build()
        assert built.code == 0, built.said[-1500:]
        return self.is_that_of_a_clean_build()

    def begins(self) -> None:
        """Make sure of a whole book, whatever the test before has left, and change a row."""
        if differences(self.published(), self.clean[self.title]):
            assert self.is_finished()
        self.changes_a_row()

    def changes_a_row(self) -> None:
        self.retitle(next(title for title in TITLES if title != self.title))


def parts(found: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    return {folder: {name: content for name, content in found.items() if name.startswith(folder)} for folder in FOLDERS}


def spread(moments: bytes, turn: int, turns: int) -> list[tuple[int, int]]:
    """For one of some turns four moments out of as many as fit all turns, evenly spread, each with a signal."""
    places = range(turn, 4 * turns, turns)
    return [(len(moments) * (2 * place + 1) // (8 * turns), SIGNALS[(place + turn) % len(SIGNALS)]) for place in places]


@pytest.fixture(scope="module")
def book(build, part_of_data, tmp_path_factory) -> Book:  # asks for build, so that make quick leaves it out
    return Book(tmp_path_factory.mktemp("stopped") / "book", part_of_data)


# --- Stopped by a signal ---------------------------------------------------------------


@pytest.mark.parametrize("turn", range(2))
def test_a_first_build_that_is_stopped_leaves_no_book_or_a_whole_one_and_nothing_wrong_to_the_next(book, turn):
    small_book.forget_builds(book.folder)
    stopped = 0
    for moment, number in spread(book.first, turn, 2):
        stopped += book.build(At(moment, Signal(number))).code != 0
        assert not book.published() or book.is_that_of_a_clean_build()
    assert stopped >= 3, "the last may find the book published"
    assert book.is_finished()


@pytest.mark.parametrize("turn", range(3))
def test_a_build_after_a_changed_row_that_is_stopped_leaves_the_last_book_or_the_new_one(book, turn):
    book.begins()
    stopped = 0
    for moment, number in spread(book.again, turn, 3):
        stopped += book.build(At(moment, Signal(number))).code != 0
        assert book.is_whole()
    assert stopped >= 3, "the last may find the book published"
    assert book.is_finished()


def test_a_build_that_is_killed_while_it_publishes_is_carried_on_by_the_next_and_so_is_that_one(book):
    """Before each rename once: a build that carries on begins with the one that the last did not come to."""
    book.begins()
    first = book.again.count(b"r") - PUBLISHING + 1
    # Sphinx makes the folder of the pages where it is missing, which is then put aside once more.
    for place, rename in enumerate((first, 2, 2, 2, 3)):
        built = book.build(At(rename, Signal(signal.SIGKILL), events=RENAMES))
        assert built.code == -signal.SIGKILL, built.said[-1500:]
        if place == 3:  # readers are without pages for the time that one rename takes
            assert not (book.build_folder / "html").exists()
        else:
            assert book.is_whole(), place
    built = book.build()
    assert "0 added, 0 changed, 0 removed" in built.said, "it was begun anew"
    assert book.is_that_of_a_clean_build()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_wish_to_stop_waits_until_the_book_is_published(book, number):
    book.begins()
    rename = book.again.count(b"r") - PUBLISHING + 1
    assert book.build(At(rename, Signal(number), events=RENAMES)).code != 0
    assert book.is_that_of_a_clean_build()


def test_a_result_of_a_notebook_that_did_not_reach_the_disk_is_made_again(book):
    book.begins()
    for result in (book.build_folder / ".jupyter_cache").rglob("*.ipynb"):
        result.unlink()
    assert book.is_finished()


def test_an_index_of_results_that_is_half_made_is_begun_anew(book):
    """It has several tables, which are made one after the other."""
    book.begins()
    with contextlib.closing(sqlite3.connect(book.build_folder / ".jupyter_cache" / "global.db")) as index:
        index.execute("DROP TABLE nbcache")
    assert book.is_finished()


# --- What else comes in its way --------------------------------------------------------


def ends_in_a_line(built: Build, words: str) -> bool:
    """Whether a build failed with a line that says why, and with none of its own calls."""
    said = built.said
    assert built.code > 0 and "Traceback" not in said, said[-1500:]
    assert [line for line in said.splitlines() if words in line], said[-1500:]
    return True


def test_of_two_builds_in_one_folder_the_second_says_so_and_the_first_is_right(book, tmp_path):
    book.begins()
    here, go_on = tmp_path / "here", tmp_path / "go-on"
    first = Build(book.folder, disturbed=At(len(book.again) // 2, Hold(here, go_on)))
    try:
        first.comes_to(here)
        second = Build(book.folder, said=tmp_path / "second").ended()
        assert ends_in_a_line(second, "another build is at work in this folder; wait for it to end, then build again")
        assert book.is_whole()
    finally:
        go_on.touch()
    assert first.ended().code == 0, first.said[-1500:]
    assert book.is_that_of_a_clean_build()


def test_a_disk_that_fills_up_ends_the_build_in_a_line_and_leaves_the_last_book(book):
    book.begins()
    last = book.published()
    growth = book.again.count(b".") - 40
    for moment in (5, growth // 2, growth):
        assert ends_in_a_line(book.build(At(moment, no_room_left, events=GROWTH, onward=True)), "No space left on device")
        assert differences(book.published(), last) == []
    for size in (20_000, 400_000):  # what Sphinx keeps of a page, and a script of the theme
        assert ends_in_a_line(book.build(FilesUpTo(size)), "File too large")
        assert differences(book.published(), last) == []
    assert book.is_finished()


def test_a_kernel_that_is_killed_ends_the_build_with_notebook_line_and_cell(book):
    book.begins()
    last = book.published()
    page = book.folder / "notebook.md"
    good = page.read_text(encoding="utf-8")
    cell = "```{code-cell} ipython3\n"
    page.write_text(f"{good}{cell}import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n```\n", encoding="utf-8")
    assert ends_in_a_line(book.build(), f"notebook.md:{good.count(chr(10)) + 2}: code cell 2: Kernel died")
    assert differences(book.published(), last) == []
    page.write_text(good, encoding="utf-8")
    assert book.is_finished()
