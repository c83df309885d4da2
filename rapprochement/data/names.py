"""One name, many spellings: letters folded, and the table of the names that stand for each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Letters that have no accent to take off but a usual plain spelling, and those that two alphabets share under two codes.
LETTERS = {"ə": "a", "ı": "i", "ø": "o", "ß": "ss", "æ": "ae", "ł": "l", "đ": "d", "և": "եւ", "ي": "ی", "ك": "ک"}


def fold(text: str) -> str:
    """A text as plain words in lower case without accents: Əliyev -> aliyev, Berdzor / Laçın -> berdzor lacin."""
    plain = unicodedata.normalize("NFD", text.lower())
    plain = "".join(LETTERS.get(letter, letter) for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", plain))


def each_name(printed: str) -> list[str]:
    """The names that a printed one holds: "Berdzor / Lachin road" -> "Berdzor road", "Lachin road"."""
    *before, last = printed.split(" / ")
    _, space, shared = last.partition(" ")
    return [*(f"{name}{space}{shared}" for name in before), last]


def alike(names, places) -> list[list[str]]:
    """Groups of folded names that stand for each other: the one that the book prints comes first.

    names, places: ``names.csv`` and ``places.csv``. A person goes word by word,
    so that a first name alone does not find everyone who bears the family name:
    a form of as many words as the name gives each word its other spelling, one
    of a single word is the family name.
    """
    groups: dict[str, dict[str, None]] = {}
    for first, *others in _forms(names, places):
        # An empty dict in place of a set, as the order must be the same in each build.
        groups.setdefault(first, {first: None}).update(dict.fromkeys(others))
    return [list(group) for group in groups.values() if len(group) > 1]


def _forms(names, places) -> Iterator[list[str]]:
    for row in names.itertuples():
        forms = list(dict.fromkeys(map(fold, [row.name, *row.other_names])))
        if row.kind != "person":
            yield forms
            continue
        words = forms[0].split()
        for form in forms[1:]:
            spelt = form.split()
            pairs = zip(words, spelt) if len(spelt) == len(words) else [(words[-1], spelt[-1])]
            yield from ([word, other] for word, other in pairs if word != other)
    for row in places.itertuples():
        yield list(dict.fromkeys(map(fold, [*each_name(row.name), *row.other_names])))
