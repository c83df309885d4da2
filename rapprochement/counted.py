"""Numbers that know their rows: what a question or a notebook counts, as an answer that a reader may open."""

from __future__ import annotations

import pandas as pd

from rapprochement import wording
from rapprochement.answer import CLAIMS, EVENTS, EVIDENCE, IN_EVIDENCE, Answer

# What a count of events may need to have said.
CONTACT_RULE = "A contact is a meeting or a call. One that lasts several days counts once, under its first day."
MEDIATING = "A mediator is a third party that mediated or co-chaired; one that was only the host, or at whose gathering the two sides met, is none."
MEDIATOR_RULE = f"{CONTACT_RULE} {MEDIATING}"


def counted(rows: pd.DataFrame, told: str, rule: str = CONTACT_RULE, words: str = "", question: str = "") -> Answer:
    """How many rows a frame of events, claims or evidence has.

    told: what was counted, in plain words: "contacts of leaders in 2023". rule: how, in sentences.
    words: what is printed; without it, the number in words.
    """
    table, ids = _ids(rows)
    return Answer(question, words or wording.number(len(ids)), ids, told=told, rule=rule, table=table, number=True)


def share_of(rows: pd.DataFrame, whole: pd.DataFrame, told: str, rule: str = CONTACT_RULE, question: str = "") -> Answer:
    """The share in per cent that some rows make of others, among which they are. Arguments as those of :func:`counted`."""
    table, of = _ids(whole)
    part = set(_ids(rows)[1])
    ids = tuple(row for row in of if row in part)
    return Answer(question, wording.percent(len(ids) / len(of)), ids, of, told, rule, table, number=True)


def days_between(first: pd.Series, second: pd.Series, question: str = "") -> Answer:
    """The days from the end of one event to the start of another."""
    told = f"days from {wording.event_date(first)} to {wording.event_date(second)}"
    rule = "From the last day of the first event to the first day of the second."
    ids = (first["event_id"], second["event_id"])
    return Answer(question, wording.days((second["start"] - first["end"]).days), ids, told=told, rule=rule, number=True)


def shown_in(name: str, words: str) -> Answer:
    """A number with no rows of its own behind it, such as a probability: it leads to the table or figure of its page that holds it."""
    return Answer("", words, shown_in=name)


def _ids(rows: pd.DataFrame) -> tuple[str, tuple[str, ...]]:
    """Of which table the rows are, and their ids."""
    if "claim_id" in rows:
        return CLAIMS, tuple(rows["claim_id"])
    if "supports" in rows:
        return EVIDENCE, tuple(rows["event_id"] + IN_EVIDENCE + rows["source"])
    return EVENTS, tuple(rows["event_id"])
