"""What the text promises: no typed numbers, one pattern, three voices, both names, few quotations."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import CHAPTERS, ROOT

PATTERN_CHAPTERS = sorted([*(ROOT / "chapters/highlights").glob("*.md"), *(ROOT / "chapters/disagreements").glob("*.md")])
# The parts that a reader looks for, in the order that serves the chapter: what is strong comes first.
PATTERN = ["In brief", "The picture", "What the article argues", "The events behind it", "How others see it", "What the record adds", "What happened next", "Sources"]
# A chapter without one of these would not keep the three voices apart, or not say what they rest on.
NEVER_LEFT_OUT = {"In brief", "What the article argues", "How others see it", "What the record adds", "Sources"}
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NUMBER = r"(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twice|thrice|dozens?)"
COUNTED = r"(?:meetings?|contacts?|calls?|sessions?|summits?|rounds?|visits?|statements?|events?|rows?|sources?|claims?|times|days|weeks|months|years|per cent|%)"
TYPED = {
    "a date": rf"\b\d{{1,2}} (?:{MONTHS})\b|\b(?:{MONTHS}) \d{{1,2}}\b(?! ?\d{{3}})",
    "a month of a year": rf"\b(?:{MONTHS}) (?:19|20)\d\d\b",
    "a count, share or gap": rf"\b{NUMBER}(?: [a-z-]+)? {COUNTED}\b",
    "an ISO date": r"\b20\d\d-\d\d-\d\d\b",
}
# Words that look like typed numbers and are none of ours: each with its reason.
ALLOWED = [
    # The article's month stands for the article itself; it does not depend on the data.
    r"July 2023",
    # Frozen by name: an earthquake, a war, a statement are called by their month everywhere.
    r"September 2022 fighting|war of 2020|statement of November 2020|February 2023 earthquakes?|September 2023 operation",
    # Facts of a source, cited where they stand, not counts of our rows.
    r"for ten days|(?:four|five|six|ten) (?:to (?:four|five|six|ten) )?years|(?:35|30|thirty|nearly 30|almost 30|about 30) years|three decades|49 years|20 years|two decades|thirteen years|(?:74|26|49|90) per cent",
    # Rules explained with an example, and the fixed spans that the notebook compares.
    r"three months|of two years|a round of four days|round of four days counts four times|four days one contact|three to six|two sources|two independent sources|two months|two things|two rows|several days",
    # The article's own count, given as its claim.
    r"met twelve times|twelve meetings|twelve sessions",
    # How far the stored sources reach, and when they were searched: properties of the collection, dated as such.
    r"middle of March 2026|19 March 2026|1? ?June 2026|25 November 2026",
]


def prose(path: Path) -> str:
    """The words of a page that an author typed: no code, roles, options, quotations or references."""
    text = path.read_text(encoding="utf-8")
    if path.stem == "changes":
        # What earlier versions held is history, which the data of today cannot tell.
        text = re.split(r"^## \d+\.\d+\.\d+, ", text, maxsplit=1, flags=re.MULTILINE)[0]
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"```\{code-cell\}.*?```", "", text, flags=re.DOTALL)
    text = re.sub(r"^%.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^```\{.*$|^:{3,}.*$|^:[\w-]+:.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\{[a-z:-]+\}`[^`]*`", "@", text)
    text = re.sub(r"`[^`]*`", "@", text)
    text = re.sub(r"“[^”]*”|\*[^*\n]+\*", "@", text)
    return re.sub(r"\]\([^)]*\)", "]", text)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_no_count_share_gap_or_event_date_is_typed(path):
    text = re.sub("|".join(ALLOWED), "@", prose(path))
    typed = [
        f"{what}: {match.group()!r} in {line.strip()[:90]!r}"
        for line in text.splitlines()
        for what, pattern in TYPED.items()
        for match in re.finditer(pattern, line, flags=re.IGNORECASE if what.startswith("a count") else 0)
    ]
    assert not typed, "\n".join(typed)


@pytest.mark.parametrize("path", PATTERN_CHAPTERS, ids=lambda p: p.stem)
def test_every_highlight_and_disagreement_is_made_of_the_known_parts_with_the_answer_first_and_the_sources_last(path):
    text = path.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert set(headings) <= set(PATTERN) and len(headings) == len(set(headings)), "other parts than a reader knows, or one twice"
    assert NEVER_LEFT_OUT <= set(headings)
    assert (headings[0], headings[-1]) == ("In brief", "Sources")
    empty = [heading for heading, part in zip(headings, re.split(r"^## .+$", text, flags=re.MULTILINE)[1:], strict=True) if len(part.split()) < 20]
    assert not empty, "left out rather than empty"


def test_the_epilogue_says_first_what_became_of_each_thread_and_shows_code_last():
    text = (ROOT / "chapters/epilogue/what-happened-next.md").read_text(encoding="utf-8")
    first, rest = re.split(r"^\([\w-]+\)=$", text.split("## The eight threads")[1], maxsplit=1, flags=re.MULTILINE)
    threads = re.findall(r"^- \*\*\{ref\}`[^`<]+ <([\w-]+)>`\*\*", first, flags=re.MULTILINE)
    assert len(threads) == len(set(threads)) == len(PATTERN_CHAPTERS), "each highlight and disagreement leads on from the first screen"
    assert all(f"({label})=\n## " in text for label in threads)
    assert "{code-cell}" not in text[: text.index(f"({threads[-1]})=")], "the story comes before code"


@pytest.mark.parametrize("path", PATTERN_CHAPTERS, ids=lambda p: p.stem)
def test_every_highlight_and_disagreement_has_table_figure_sources_and_says_as_of_when(path):
    text = path.read_text(encoding="utf-8")
    assert "```{events}" in text and "```{figure-from-data}" in text
    assert "{cite" in text.split("## Sources")[1]
    assert "{fact}`as-of`" in text.split("## What happened next")[1]
    figure = re.search(r"```\{figure-from-data\}.*?:name: ([\w-]+)", text, flags=re.DOTALL).group(1)
    assert f"{{numref}}`{figure}`" in text, "the figure is read in the text"


@pytest.mark.parametrize("path", PATTERN_CHAPTERS, ids=lambda p: p.stem)
def test_the_article_is_quoted_sparingly_and_by_paragraph(path):
    for match in re.finditer(r"“([^”]+)”", path.read_text(encoding="utf-8")):
        assert len(match.group(1).split()) < 25, match.group(1)


CONTESTED = {
    "Khankendi": "Khankendi / Stepanakert", "Stepanakert": "Khankendi / Stepanakert", "Nagorno-Karabakh": "Karabakh / Nagorno-Karabakh",
    "Margara": "Alican / Margara", "Alican": "Alican / Margara", "Khojaly": "Ivanyan / Khojaly", "Parukh": "Farrukh / Parukh",
}

# A past event keeps the name that its place had then.
AS_OF_THEN = {"Khojaly": "Khojaly (Armenian Khojalu, later Ivanyan), 1992"}


@pytest.mark.parametrize("path", [p for p in CHAPTERS if p.parent.name in ("highlights", "disagreements", "epilogue") or p.stem in ("intro", "story", "in-class")], ids=lambda p: p.stem)
def test_contested_places_carry_both_names_at_first_use(path):
    text = prose(path)
    for name, both in CONTESTED.items():
        first = re.search(rf"(?<![\w-]){name}\b", text)
        if first:
            around = text[max(0, first.start() - len(both)) : first.end() + len(both)]
            raw = path.read_text(encoding="utf-8")
            assert both in around or text[first.start() :].startswith(AS_OF_THEN.get(name, both)) or both in raw[: raw.index(name) + len(both) + 40], f"{name} stands first without {both}"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_no_date_says_its_year_twice(path):
    # {month} is a month of its year.
    assert not re.findall(r"\{month\},? \{year\}", path.read_text(encoding="utf-8"))


def test_every_page_of_the_contents_exists_and_every_page_is_in_the_contents():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = [contents["root"], *(c["file"] for part in contents["parts"] for c in part["chapters"])]
    assert sorted(listed) == sorted(p.relative_to(ROOT).with_suffix("").as_posix() for p in CHAPTERS)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda p: p.stem)
def test_prose_has_no_em_dashes_and_no_fog(path):
    text = prose(path)
    for word in ("—", "it is important to note", "moreover", "stakeholder", "holistic", "paradigm", "landscape of", "delve"):
        assert word not in text.lower(), word


def test_a_caption_that_gives_a_number_of_ours_asks_the_data_for_it():
    for path in CHAPTERS:
        for caption in re.findall(r"```\{figure-from-data\}.*?\n\n?((?!:)[^`:][^\n]*)\n```", path.read_text(encoding="utf-8"), flags=re.DOTALL):
            typed = re.sub(r"\{[a-z:-]+\}`[^`]*`", "", caption)
            assert not re.search(r"\b\d+\b", re.sub("|".join(ALLOWED), "", typed)), f"{path.stem}: {caption}"


def test_every_chapter_has_a_question_for_a_class():
    text = (ROOT / "chapters/reference/in-class.md").read_text(encoding="utf-8")
    asked = set(re.findall(r"^\{doc\}`[^<`]+<\.\./([^>]+)>`\n: ", text, flags=re.MULTILINE))
    chapters = {p.relative_to(ROOT / "chapters").with_suffix("").as_posix() for p in CHAPTERS if p.parent.name not in ("reference", "languages")}
    assert chapters - asked == {"intro", "process/chronicle", "evidence/claims"}, "these three have a task of the lessons"


@pytest.mark.parametrize("checker", [("codespell",), ("ruff", "check")], ids=lambda command: command[0])
def test_no_slip_is_in_text_data_or_code(checker):
    """What `make lint` looks for before a commit, on all that the book is made of."""
    command = [str(Path(sys.executable).with_name(checker[0])), *checker[1:]]
    parts = ["chapters", "data", "rapprochement", "tests", "benchmarks", *(path.name for path in ROOT.glob("*.md"))]
    result = subprocess.run([*command, *parts], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
