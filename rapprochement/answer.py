"""What the data answers when a page asks it something."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """Words of the prose that come from the data, and where they come from.

    question: how the text asks, such as ``count track=AM-AZ``.
    words: what is printed.
    rows: ids of the rows that it counts or shows, in the order of the table.
    whole: of a share, ids of all the rows of which ``rows`` are a part.
    told: the question in plain words, or the entry of the one row that it shows.
    """

    question: str
    words: str
    rows: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    told: str = ""

    @functools.cached_property
    def digest(self) -> str:
        """Changes whenever a page that holds the answer has to be read again."""
        content = json.dumps([self.words, self.rows, self.whole, self.told], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:16]
