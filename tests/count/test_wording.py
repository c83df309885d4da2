"""Dates, numbers and counts in each language: forms that a native grammar gives, written here by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from rapprochement import ask, record, wording
from rapprochement.query import QueryError
from rapprochement.wording.tongue import FORMS

JULY, MAY, NOVEMBER = (pd.Timestamp(day) for day in ("2023-07-15", "2026-05-26", "2020-11-10"))
DAYS = {
    "hy": {"": "2023 թվականի հուլիսի 15", "in": "2023 թվականի հուլիսի 15-ին", "since": "2023 թվականի հուլիսի 15-ից", "of": "2023 թվականի հուլիսի 15-ի"},
    "az": {"": "15 iyul 2023-cü il", "in": "2023-cü il iyulun 15-də", "since": "2023-cü il iyulun 15-dən", "of": "2023-cü il 15 iyul", "dated": "2023-cü il 15 iyul tarixli"},
    "tr": {"": "15 Temmuz 2023", "in": "15 Temmuz 2023’te", "since": "15 Temmuz 2023’ten", "dated": "15 Temmuz 2023 tarihli"},
    "ru": {"": "15 июля 2023 года", "in": "15 июля 2023 года"},
}
MONTHS = {
    "hy": {"": "2026 թվականի մայիս", "in": "2026 թվականի մայիսին"},
    "az": {"": "2026-cı ilin mayı", "in": "2026-cı ilin mayında", "since": "2026-cı ilin mayından", "of": "2026-cı ilin may"},
    "tr": {"": "Mayıs 2026", "in": "Mayıs 2026’da", "until": "Mayıs 2026’ya"},
    "ru": {"": "май 2026 года", "in": "мае 2026 года", "of": "мая 2026 года"},
}
SUFFIXED = {"az": ("2020-ci il noyabrın 10-da", "2020-ci ildə"), "tr": ("10 Kasım 2020’de", "2020’de")}
SPANS = {"hy": "2022 թվականի հոկտեմբերի 31 – նոյեմբերի 3", "az": "31 oktyabr – 3 noyabr 2022-ci il", "tr": "31 Ekim – 3 Kasım 2022", "ru": "31 октября – 3 ноября 2022 года"}
PER_CENT = {"hy": "29%", "az": "29%", "tr": "%29", "ru": "29\u00a0%"}


@pytest.fixture(scope="module")
def known(root):
    return record.load(root)


@pytest.mark.parametrize("code", wording.TONGUES)
def test_a_date_takes_the_form_that_its_sentence_needs(code):
    tongue = wording.tongue(code)
    for date, forms in ((tongue.day(JULY), DAYS), (tongue.month(MAY), MONTHS)):
        for form, words in forms[code].items():
            assert f"{date:{form}}" == words
    for form in FORMS:
        assert f"{tongue.day(JULY):{form}}" and f"{tongue.month(MAY):{form}}" and f"{tongue.year(MAY):{form}}"
    if code in SUFFIXED:
        assert (f"{tongue.day(NOVEMBER):in}", f"{tongue.year(NOVEMBER):in}") == SUFFIXED[code]
    assert tongue.span(pd.Timestamp("2022-10-31"), pd.Timestamp("2022-11-03")) == SPANS[code]
    assert tongue.percent(0.2857) == PER_CENT[code]
    with pytest.raises(ValueError, match="has no form"):
        f"{tongue.day(JULY):on}"


@pytest.mark.parametrize("code", ["az", "tr"])
def test_a_suffix_sounds_as_its_number_does_for_every_day_and_year(code):
    """The last vowel of the spoken number decides; the words are those of the dictionary."""
    units = {"az": "sıfır bir iki üç dörd beş altı yeddi səkkiz doqquz".split(), "tr": "sıfır bir iki üç dört beş altı yedi sekiz dokuz".split()}[code]
    tens = {"az": ["", "on", "iyirmi", "otuz", "qırx", "əlli", "altmış", "yetmiş", "səksən", "doxsan"], "tr": ["", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan"]}[code]

    def back(number: int) -> bool:
        word = units[number % 10] if number % 10 else tens[number % 100 // 10] if number % 100 else "min" if code == "az" else "bin"
        return [letter for letter in word if letter in "aıoueəiöü"][-1] in "aıou"

    tongue = wording.tongue(code)
    for year in range(1988, 2040):
        said = f"{tongue.year(pd.Timestamp(year, 1, 1)):in}"
        assert (said[-1] == "a") == (back(year) if code == "tr" else False), said
    if code == "az":
        for day in range(1, 32):
            said = f"{tongue.day(pd.Timestamp(2023, 1, day)):in}"
            assert (said[-1] == "a") == back(day), said


def test_a_russian_noun_agrees_with_its_number():
    russian = wording.tongue("ru")
    assert [russian.days(n).replace("\u00a0", " ") for n in (1, 2, 5, 11, 21, 66)] == ["1 день", "2 дня", "5 дней", "11 дней", "21 день", "66 дней"]


@pytest.mark.parametrize("code", wording.TONGUES)
def test_every_language_counts_the_same_rows_and_opens_the_same_number(known, code):
    for name, text in (
        ("count", "track=AM-AZ level=leaders mediator=EU until=2023-07-15-brussels-leaders"), ("figures", "place=moscow"), ("fact", "as-of"), ("fact", "events"),
        ("share", "mediator=none of track=AM-AZ after=2023-07-15-brussels-leaders"), ("gap", "2023-07-15-brussels-leaders 2023-09-19-september-operation"),
    ):  # fmt: skip
        english, said = ask.answer(known, name, text), ask.answer(known, f"{name}@{code}", text)
        assert (said.rows, said.whole, said.key, said.english) == (english.rows, english.whole, english.key, english)
        assert said.words and said.told and said.told != english.told and said.digest != english.digest


def test_what_a_language_cannot_say_is_refused_in_words(known):
    for name, text in (("count@hy", "thread=connectivity"), ("count@tr", "{n} {noun} <track=AM-AZ>"), ("event@ru", "{month:on} <2023-07-15-brussels-leaders>"), ("verdict@az", "p3-intense")):
        with pytest.raises(QueryError):
            ask.answer(known, name, text)


def test_the_english_words_stay_as_they_are():
    assert [wording.number(n) for n in (0, 1, 12, 13, 1054, 2.5)] == ["no", "one", "twelve", "13", "1,054", "2.5"]
    assert (wording.percent(0.29), wording.days(1), wording.days(66), wording.ordinal(22)) == ("29 per cent", "one day", "66 days", "22nd")
    assert (wording.day(JULY), wording.day_month(JULY), wording.span(NOVEMBER, JULY)) == ("15 July 2023", "15 July", "10 November 2020 to 15 July 2023")
    assert wording.join(["a", "b", "c"]) == "a, b and c"
