"""One name, many spellings: letters folded, and the other names of a place."""

from __future__ import annotations

import re
import unicodedata

# Letters that have no accent to take off but a usual plain spelling.
LETTERS = {"ə": "a", "ı": "i", "ø": "o", "ß": "ss", "æ": "ae", "ł": "l", "đ": "d"}


def fold(word: str) -> str:
    """A word in lower case without accents: Əliyev -> aliyev, Laçın -> lacin."""
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(LETTERS.get(letter, letter) for letter in plain if not unicodedata.combining(letter))


def spellings(places) -> dict[str, set[str]]:
    """For each one-word name of a place, folded: its other one-word names.

    Names of several words are left out: a page that says "border" is not about each border.
    """
    found: dict[str, set[str]] = {}
    for place in places.itertuples():
        names = {name for name in re.split(r"\s+/\s+", place.name)} | set(place.other_names)
        single = {name for name in names if re.fullmatch(r"\w+", name)}
        for name in single:
            found.setdefault(fold(name), set()).update(single - {name})
    return found
