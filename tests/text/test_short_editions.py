"""The short editions: in each language the same story with the same numbers, and none of it in English."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT, Table

from rapprochement import ask, record, wording
from rapprochement.run.memory import LANGUAGE
from rapprochement.translated import in_language, in_tongue

MASTER = ROOT / "locale" / "short-edition.md"
PAGES = {LANGUAGE.match(path.read_text(encoding="utf-8"))[1]: path for path in sorted((ROOT / "chapters/languages").glob("*.md"))}
NUMBERS = ("count", "figures", "share", "gap", "fact", "event")
ROLE = re.compile(r"\{(\w+)\}`([^`]+)`")
FIGURE = re.compile(r"```\{figure-from-data\} (\S+)\n((?::[^\n]*\n)*)(.*?)```", re.DOTALL)
# Names that stand in Latin letters in every language.
NAMES = ("Turkish Policy Quarterly", "events.csv", "Natural Earth", "CSV", "SVG", "PNG")


@pytest.fixture(scope="module")
def known(root):
    return record.load(root)


def target(text: str) -> str:
    """What a role is about, without its words."""
    found = ask.WITH_TARGET.fullmatch(text)
    return found[2] if found else text


def roles(path: Path) -> list[tuple[str, str]]:
    return ROLE.findall(path.read_text(encoding="utf-8"))


def printed(path: Path, known: record.Record, code: str) -> str:
    """What a page says, with the words of its roles and the texts and labels of its figures."""

    def words(role: re.Match) -> str:
        name, text = role.groups()
        if name == "cite":
            return ""
        if name in ("doc", "ref"):
            return ask.WITH_TARGET.fullmatch(text)[1]
        return ask.answer(known, name if code == wording.ENGLISH else in_tongue(name, code), text).words

    def figure(found: re.Match) -> str:
        options = dict(re.findall(r":(\w+): (.*)\n", found[2]))
        names = re.sub(r"\d{4}-[\w-]+ ", "", options.get("named", ""))
        if code == wording.ENGLISH:
            return f"{names}\n{found[3]}"
        drawn = in_language(wording.tongue(code), known, found[1], options["query"], {})
        labels = [drawn["frame"].attrs["words"].get(word, word) for word in LABELS[found[1]]]
        places = list(drawn["frame"]["place"]) if "place" in drawn["frame"] else []
        return "\n".join([names, found[3], drawn["alt"], drawn["how"], drawn["frame"].attrs["what"], *labels, *places])

    text = re.sub(r"\A---\n.*?\n---\n|^\{\.[\w-]+\}$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return ROLE.sub(words, FIGURE.sub(figure, text))


# Words that the drawing code writes.
LABELS = {
    "contacts-in-time": ["somebody mediated", "nobody did", "span of the article’s list", "Armenia–Azerbaijan", "Armenia–Türkiye", "Baku–Karabakh Armenians"],
    "venue-map": ["The South Caucasus, enlarged", "another, or several equally", "no mediator", "EU", "Russia", "United States", "Armenia", "Azerbaijan", "Georgia", "Iran", "Türkiye"],
}


def digits(text: str) -> Counter:
    """The numbers of a text, however a language groups them."""
    return Counter(re.findall(r"\d+", re.sub(r"(?<=\d)[,.\u00a0\u202f ](?=\d{3}\b)", "", text)))


def test_there_is_a_page_in_each_language_of_the_book():
    assert set(PAGES) == set(wording.TONGUES)


@pytest.mark.parametrize("code", PAGES)
def test_a_page_asks_the_data_exactly_what_the_english_text_asks(code):
    def asked(path: Path) -> Counter:
        return Counter((name, target(text)) for name, text in roles(path))

    assert asked(PAGES[code]) == asked(MASTER)
    queries = [[re.findall(r":query: (.*)", found[1]) for found in FIGURE.findall(path.read_text(encoding="utf-8"))] for path in (MASTER, PAGES[code])]
    assert queries[0] == queries[1]


@pytest.mark.parametrize("code", PAGES)
def test_every_number_that_is_typed_stands_in_the_english_text_too(code):
    """Figures of sources and years: what no role prints."""

    def typed(path: Path) -> Counter:
        return digits(ROLE.sub("", FIGURE.sub(lambda found: found[3], re.sub(r"\A---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))))

    assert typed(PAGES[code]) == typed(MASTER)


@pytest.mark.parametrize("code", PAGES)
def test_every_number_that_is_printed_equals_the_english_one(known, code):
    for name, text in roles(PAGES[code]):
        if name not in NUMBERS:
            continue
        english = ask.answer(known, "figures" if name == "count" else name, target(text))
        said = ask.answer(known, in_tongue(name, code), text)
        if name == "event":
            # The words of the English text differ; day, month and year are those of the row.
            row = known.event(target(text))
            assert set(digits(said.words)) <= {str(row["start"].day), str(row["start"].year), str(row["end"].day), str(row["end"].year), *digits(text)}, said.words
        else:
            assert digits(said.words) == digits(english.words), f"{said.words} {english.words}"


@pytest.mark.parametrize("code", PAGES)
def test_no_english_is_left_on_a_page(known, code):
    text = printed(PAGES[code], known, code)
    for name in NAMES:
        text = text.replace(name, "")
    text = re.sub(r"[`*#]", " ", text)
    if code in ("hy", "ru"):
        assert not re.findall(r"[A-Za-z]{2,}", text)
    english = re.findall(r"(?i)\b(?:the|of|and|with|from|was|were|which|that|this|between|has|have|not|by|as)\b", text)
    assert not english, english


def test_a_changed_row_changes_the_same_words_in_every_language(tmp_path, root):
    shutil.copytree(root / "data", tmp_path / "data")

    def words() -> dict[str, dict[tuple[str, str], str]]:
        record.forget()
        known = record.load(tmp_path)
        english = {(name, target(text)): ask.answer(known, name, text).words for name, text in roles(MASTER) if name in NUMBERS}
        return {wording.ENGLISH: english} | {
            code: {(name, target(text)): ask.answer(known, in_tongue(name, code), text).words for name, text in roles(path) if name in NUMBERS} for code, path in PAGES.items()
        }

    before = words()
    events = Table(tmp_path / "data" / "events.csv")
    events[events.first_row(event_id="2023-05-14-brussels-leaders"), "track"] = "AM-TR"
    events.save()
    after = words()
    record.forget()
    changed = {code: {question for question in before[code] if before[code][question] != after[code][question]} for code in before}
    assert len(changed[wording.ENGLISH]) >= 10, "story, findings and mediators count it"
    assert all(each == changed[wording.ENGLISH] for each in changed.values()), {code: each ^ changed[wording.ENGLISH] for code, each in changed.items()}


@pytest.mark.parametrize("code", PAGES)
def test_a_contested_place_carries_both_names_at_first_use(known, code):
    """In whatever case of the language: by the beginnings of the names."""
    text = printed(PAGES[code], known, code)
    for english in ("Karabakh / Nagorno-Karabakh", "Berdzor / Lachin"):
        stems = [name[:5] for name in known.terms_in(code)[english].split(" / ")]
        first = min(text.index(stem) for stem in stems)
        line = text[first : first + 60].split("\n")[0]
        assert all(stem in line for stem in stems) and "/" in line, f"{english}: {line}"


@pytest.mark.parametrize("code", PAGES)
def test_a_page_says_who_translated_it_and_leads_to_the_whole_and_to_where_errors_go(code):
    text = PAGES[code].read_text(encoding="utf-8")
    note = text.split("{.edition-note}\n")[1].split("\n")[0]
    assert "<../intro>" in note and "{ref}`" in note and "<report-an-error>" in note and len(note) > 150
    assert "<naming-rule>" in text
