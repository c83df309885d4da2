"""What every language but English needs: names of months, numbers, per cent and plurals from CLDR, by way of Babel.

Grammar is what CLDR does not have: a date in a sentence takes a case or a
suffix. Each language says its own in a file of its own, and an author names the
form that a sentence needs: ``{month:in}`` is "in July 2023".
"""

from __future__ import annotations

import functools
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from babel import Locale
from babel.numbers import format_decimal, format_percent

# The forms of a date: as a name; "on" or "in" it; "since"; "until"; "of" it, as in "the war of 2020";
# "dated", as in "the statement of 10 November 2020".
FORMS = ("", "in", "since", "until", "of", "dated")


class Said(str):
    """Words that have other forms: ``f"{words}"`` gives them as they are, ``f"{words:in}"`` the form of that name."""

    forms: Mapping[str, str]

    def __new__(cls, forms: Mapping[str, str]):
        words = super().__new__(cls, forms[""])
        words.forms = forms
        return words

    def __format__(self, form: str) -> str:
        if form not in self.forms:
            raise ValueError(f"{str(self)!r} has no form {form!r}; it has: {', '.join(filter(None, self.forms))}")
        return self.forms[form]


@dataclass(frozen=True)
class Labels:
    """What pages and figures say around the data, in one language; in braces stands what the data puts there."""

    figure: str  # before the number of a figure
    how: str  # before the counting rule of a figure
    source: str
    rows: str  # leads to the list of all that a figure shows
    data: str
    svg: str
    png: str
    contact_rule: str
    mediating: str
    several_mediators: str
    limits: str  # what began on the first or last day named counts
    gap: str
    gap_rule: str
    share: str
    map_panel: str
    another_mediator: str
    article_span: str
    outside: str
    contacts_axis: str
    first_half: str
    second_half: str
    bars_alt: str
    bars_how: str
    mediated: str  # a filled mark
    unmediated: str  # an open one
    time_alt: str
    time_how: str
    map_alt: str
    map_how: str
    all_rows: str  # in a card, below its rows
    to_page: str
    closes: str  # in a card under a finger
    opens: str  # in a card, on what stands there
    anchor: str  # names the link to a heading
    keys: str  # in a card, which keys do what


def last_word(number: int) -> int:
    """The last word of a spoken number, as a number: 2023 -> 3, 1990 -> 90, 2000 -> 1000; suffixes follow its sound."""
    for size in (10, 100, 1000):
        if number % size:
            return number % size if size < 1000 else 100
    return 1000


class Tongue(ABC):
    """One language: its code, its own name for itself, and its words for what the data holds."""

    code: str
    name: str  # as its speakers write it
    labels: Labels
    # Each noun that may follow a number, by the plural categories of CLDR; after a number most of these languages have one form.
    nouns: Mapping[str, Mapping[str, str]]
    # What a query asks for: "contact", "any", "mediator", "no mediator", "article yes", "article aggregate", "article no", "from",
    # "until", "after", "before", and facts by their names; in braces what each is about.
    asks: Mapping[str, str]
    colon = ":"
    about: str  # before a date that is known approximately
    names_months_alone = False  # whether a month without a day is named otherwise than with one

    @functools.cached_property
    def locale(self) -> Locale:
        return Locale(self.code)

    # --- Numbers ---

    def number(self, value: float) -> str:
        """A number in figures, as the language groups and points them."""
        return format_decimal(int(value) if value == int(value) else round(value, 1), locale=self.locale)

    def percent(self, share: float) -> str:
        """A share between 0 and 1 as whole per cent."""
        return format_percent(round(share, 2), locale=self.locale)

    def noun(self, name: str, count: float) -> str:
        """A noun as it follows a number. Raises KeyError for one that the language does not have here."""
        forms = self.nouns[name]
        return forms.get(self.locale.plural_form(count), forms["other"])

    def days(self, count: int) -> str:
        return f"{self.number(count)}\u00a0{self.noun('day', count)}"

    # --- Dates ---

    def month_name(self, month: int, alone: bool = False) -> str:
        return self.locale.months["stand-alone" if alone and self.names_months_alone else "format"]["wide"][month]

    @abstractmethod
    def _date(self, days: str, date: pd.Timestamp, before: str = "") -> dict[str, str]:
        """The forms of a date: *days* is its day, or first and last day with a dash; *before* stands ahead of a span's last day."""

    @abstractmethod
    def _month(self, date: pd.Timestamp, before: str = "") -> dict[str, str]:
        """The forms of a month of a year; *before* stands ahead of the last month of a span."""

    @abstractmethod
    def _year(self, year: int) -> dict[str, str]:
        """The forms of a year."""

    @abstractmethod
    def day_month(self, date: pd.Timestamp) -> str:
        """A day without its year."""

    def day(self, date: pd.Timestamp) -> Said:
        return Said(self._date(str(date.day), date))

    def month(self, date: pd.Timestamp) -> Said:
        return Said(self._month(date))

    def year(self, date: pd.Timestamp) -> Said:
        return Said(self._year(date.year))

    def span(self, start: pd.Timestamp, end: pd.Timestamp) -> Said:
        """From one day to another; the same day is one."""
        if start == end:
            return self.day(start)
        if (start.year, start.month) == (end.year, end.month):
            return Said(self._date(f"{start.day}–{end.day}", end))
        if start.year == end.year:
            return Said(self._date(str(end.day), end, f"{self.day_month(start)} – "))
        return Said({form: f"{self.day(start)} – {words}" for form, words in self._date(str(end.day), end).items()})

    def month_span(self, start: pd.Timestamp, end: pd.Timestamp) -> Said:
        if (start.year, start.month) == (end.year, end.month):
            return self.month(start)
        if start.year == end.year:
            return Said(self._month(end, f"{self.month_name(start.month, alone=True)} – "))
        return Said({form: f"{self.month(start)} – {words}" for form, words in self._month(end).items()})

    def event_date(self, event: pd.Series) -> Said:
        """The date of an event, no more exact than it is known."""
        start, end = event["start"], event["end"]
        match event["precision"]:
            case "year":
                return self.year(start) if start.year == end.year else Said({"": f"{start.year}–{end.year}"})
            case "month":
                return self.month_span(start, end)
            case "approximate":
                said = self.month_span(start, end) if (end - start).days > 20 else self.span(start, end)
                return Said({form: f"{self.about} {words}" for form, words in said.forms.items()})
            case _:
                return self.span(start, end)

    def half_year(self, start: pd.Timestamp) -> str:
        """The name of a half-year."""
        return (self.labels.first_half if start.month <= 6 else self.labels.second_half).format(year=start.year)

    # --- Texts ---

    def capitalise(self, text: str) -> str:
        """The first letter in upper case, by the alphabet of the language."""
        return text[:1].upper() + text[1:]
