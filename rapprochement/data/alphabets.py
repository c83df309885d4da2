"""Text that a program read in another alphabet than it was written in: TÃ¼rkiye for Türkiye."""

from __future__ import annotations

import re
import unicodedata

# Of Windows in the West, in Türkiye and Azerbaijan, in Russia, and of an old Mac.
OLD_ALPHABETS = ("cp1252", "cp1254", "cp1251", "mac_roman")
# Scripts of no name in the book, each letter of which two signs of an old alphabet may happen to spell: İ” is one.
RARE = range(0x0700, 0x0800)
# A letter of UTF-8 is two bytes or more, each of which an old alphabet shows as a sign of its own.
TWO_SIGNS = re.compile(r"[^\x00-\x7f]{2}")
NO_TEXT = ("M", "C")  # marks without a letter, control characters and what is not assigned


def read_aright(text: str) -> str:
    """UTF-8 that was read in an old alphabet, read as UTF-8; the text itself if it is none, or could be two."""
    if not TWO_SIGNS.search(text):
        return text
    found = set()
    for alphabet in OLD_ALPHABETS:
        try:
            read = b"".join(_byte(character, alphabet) for character in text).decode("utf-8")
        except UnicodeError:
            continue
        if all(_is_likely(character) for character in read if not character.isascii()):
            found.add(read)
    return found.pop() if len(found) == 1 else text


def _byte(character: str, alphabet: str) -> bytes:
    # Windows lets bytes that its alphabets leave open pass as control characters.
    return bytes([ord(character)]) if alphabet != "mac_roman" and "\x80" <= character <= "\x9f" else character.encode(alphabet)


def _is_likely(character: str) -> bool:
    return ord(character) not in RARE and unicodedata.category(character)[0] not in NO_TEXT
