"""What the data answers when a page asks it something."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

# What the rows of an answer are, by the names of its ids.
EVENTS, CLAIMS, EVIDENCE = "events", "claims", "evidence"
IN_EVIDENCE = "/"  # in the id of a row of evidence, between event and source


@dataclass(frozen=True)
class Answer:
    """Words of the prose that come from the data, and where they come from.

    question: how the text asks, such as ``count track=AM-AZ``.
    words: what is printed.
    rows: ids of the rows that it counts or shows, in the order of the table.
    whole: of a share, ids of all the rows of which ``rows`` are a part.
    told: the question in plain words, or the entry of the one row that it shows.
    rule: how it is counted, in sentences.
    table: of which table the rows are: :data:`EVENTS`, :data:`CLAIMS` or :data:`EVIDENCE`.
    number: whether it is a number that a reader may open, to see the rows.
    shown_in: of a number without rows, such as a probability, the name of the table of its page that holds it.
    parts: answers whose words stand within these, in their order.
    english: of an answer in another language, the one that it says again.
    """

    question: str
    words: str
    rows: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    told: str = ""
    rule: str = ""
    table: str = EVENTS
    number: bool = False
    shown_in: str = ""
    parts: tuple[Answer, ...] = ()
    english: Answer | None = None

    @functools.cached_property
    def digest(self) -> str:
        """Changes whenever a page that holds the answer has to be read again."""
        content = json.dumps([self.words, self.rows, self.whole, self.told, self.rule, [part.digest for part in self.parts]], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @functools.cached_property
    def key(self) -> str:
        """The name of a number: short, and made of its question alone, so that it outlives any change of the rows."""
        kind = self.question.partition(" ")[0].rpartition("/")[2]
        return f"{kind}-{hashlib.sha256(self.question.encode()).hexdigest()[:8]}"

    @property
    def numbers(self) -> tuple[Answer, ...]:
        """The numbers in its words that a reader may open."""
        return tuple(part for part in (self.parts or (self,)) if part.number)

    def pieces(self) -> Iterator[str | Answer]:
        """The words, with each number apart."""
        rest = self.words
        for part in self.parts or (self,):
            before, _, rest = rest.partition(part.words)
            yield from filter(None, (before, part))
        if rest:
            yield rest

    def as_json(self) -> dict[str, Any]:
        """The answer as plain data, for the outputs of a notebook."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_json(cls, content: dict[str, Any], question: str) -> Answer:
        """The answer that :meth:`as_json` gave, to a question that only the page knows."""
        lists = {name: tuple(content.get(name, ())) for name in ("rows", "whole")}
        return cls(**{**content, **lists, "question": question})
