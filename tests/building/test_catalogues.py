"""Whole chapters in another language: Sphinx's own catalogues, kept when the English changes, and printed with numbers of the language."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import small_book
from babel.messages.pofile import read_po
from conftest import CITED, ROOT

from rapprochement.run import catalogues

CHAPTER = "chapters/reference/accessibility"
FIRST = f"# First page\n\nThe record has {{count}}`track=AM-AZ` contacts. It began {{event}}`in {{month}} <{CITED[0]}>`.\n\n## A section\n\nAnother sentence.\n"
PAGES = {"first": FIRST, "chronicle": small_book.CHRONICLE, "chapters/reference/changes": small_book.SOURCES}


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "rapprochement", *arguments], cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True, text=True, timeout=300)


def template(path: Path, *messages: str) -> Path:
    path.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n' + "\n".join(f'msgid "{each}"\nmsgstr ""\n' for each in messages), encoding="utf-8")
    return path


def test_what_was_translated_stays_and_what_changed_in_english_is_marked(tmp_path):
    path = tmp_path / "chapter.po"
    assert catalogues.update(template(tmp_path / "a.pot", "One sentence of some length.", "Another one."), path, "ru") == (0, 2)
    path.write_text(path.read_text(encoding="utf-8").replace('length."\nmsgstr ""', 'length."\nmsgstr "Предложение."'), encoding="utf-8")
    once = path.read_text(encoding="utf-8")
    assert catalogues.update(tmp_path / "a.pot", path, "ru") == (1, 2)
    assert path.read_text(encoding="utf-8") == once, "nothing changed, so no line does"
    assert catalogues.update(template(tmp_path / "b.pot", "One sentence of some greater length.", "Another one."), path, "ru") == (0, 2)
    changed, = (message for message in read_po(path.open("rb")) if message.id.startswith("One"))
    assert changed.string == "Предложение." and changed.fuzzy


@pytest.mark.thorough
def test_a_chapter_prints_what_is_translated_with_numbers_in_the_language(part_of_data, tmp_path):
    book = small_book.make(tmp_path / "book", PAGES, part_of_data)
    made = command(book, "catalogues", "ru", "first")
    assert made.returncode == 0 and "first.po: 0 of " in made.stdout, made.stderr[-800:]
    path = catalogues.catalogue(book, "ru", "first")
    text = path.read_text(encoding="utf-8")
    message = FIRST.split("\n")[2]
    assert f'msgid "{message}"' in text, "a message is the sentence with its roles"
    said = f"В своде {{count}}`{{n}} {{contact}} <track=AM-AZ>`. Он начался {{event}}`в {{month:in}} <{CITED[0]}>`."
    path.write_text(text.replace(f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{said}"'), encoding="utf-8")
    built = command(book, "translated", "ru")
    assert built.returncode == 0, built.stderr[-800:]
    page = (book / "_build/translated/ru/first.html").read_text(encoding="utf-8")
    assert 'lang="ru"' in page and "В своде" in page and "контакт" in page and "Another sentence." in page
    assert not (book / "_build/html").exists(), "the book itself is not touched"


def test_the_example_is_whole_and_of_the_chapter_as_it_is():
    """Its messages are sentences of the chapter, and each is translated."""
    catalogue = read_po(catalogues.catalogue(ROOT, "ru", CHAPTER).open("rb"))
    messages = [message for message in catalogue if message.id]
    chapter = (ROOT / f"{CHAPTER}.md").read_text(encoding="utf-8")
    assert len(messages) > 20
    for message in messages:
        assert message.id in chapter, f"make catalogues LANGUAGE=ru: {message.id[:60]}"
        assert message.string and not message.fuzzy, message.id[:60]


def test_a_language_without_words_and_a_chapter_that_is_none_end_in_a_line():
    made = command(ROOT, "catalogues", "xx", CHAPTER)
    assert made.returncode == 1 and "no words in 'xx'" in made.stderr and "Traceback" not in made.stderr
    made = command(ROOT, "catalogues", "hy")
    assert made.returncode == 1 and "name the chapters" in made.stderr
