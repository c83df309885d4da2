"""The answers of the data in another language than English: the same rows, said in the words of the page.

Each asks the English question first, so that every language counts the same
rows by the same rule, and then says them again. In place of a whole question in
plain words, which would need the grammar of each key, a list of its terms is
printed: "contacts: Armenia–Azerbaijan, leaders, 2022".
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import replace

import pandas as pd

from rapprochement.answer import Answer
from rapprochement.counting import CONTACT_KINDS, LEVELS, NOBODY, TRACKS
from rapprochement.query import QueryError, find, terms_of, with_target
from rapprochement.record import Record
from rapprochement.wording import Tongue

Question = Callable[[Record, str], Answer]


class _Words(Mapping):
    """What an author may name in the words of a role: what the question found, and each noun of the language as it follows the number."""

    def __init__(self, tongue: Tongue, found: dict[str, str], count: float | None = None):
        self.tongue, self.found, self.count = tongue, found, count

    def __getitem__(self, name: str) -> str:
        if name in self.found:
            return self.found[name]
        if self.count is None or name not in self.tongue.nouns:
            known = [*self.found, *(self.tongue.nouns if self.count is not None else ())]
            raise QueryError(f"no word {name!r}; there are: {', '.join(known)}")
        return self.tongue.noun(name, self.count)

    def __iter__(self):
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


def _filled(template: str, words: _Words) -> str:
    return string.Formatter().vformat(template, (), words)


def questions(tongue: Tongue, english: Callable[[Record, str, str], Answer]) -> dict[str, Question]:
    """The questions whose answers are printed in a language, by their names with its code.

    english: answers a question in English, from the record, its name and its text.
    """

    def count(record: Record, text: str, name: str = "count") -> Answer:
        template, query = with_target(text, "{n}")
        found = english(record, name, query)
        words = _Words(tongue, {"n": tongue.number(len(found.rows))}, len(found.rows))
        return replace(found, words=_filled(template, words), told=said(tongue, record, query), rule=how_counted(tongue, query), english=found)

    def share(record: Record, text: str) -> Answer:
        template, queries = with_target(text, "{n}")
        found = english(record, "share", queries)
        part, _, whole = queries.partition(" of ")
        told = tongue.labels.share.format(part=said(tongue, record, part), whole=said(tongue, record, whole))
        words = _Words(tongue, {"n": tongue.percent(len(found.rows) / len(found.whole))})
        return replace(found, words=_filled(template, words), told=told, rule=how_counted(tongue, f"{whole} {part}"), english=found)

    def gap(record: Record, text: str) -> Answer:
        template, ids = with_target(text, "{days}")
        found = english(record, "gap", ids)
        first, second = (record.event(name) for name in ids.split())
        days = (second["start"] - first["end"]).days
        told = tongue.labels.gap.format(first=tongue.event_date(first), second=tongue.event_date(second))
        words = _Words(tongue, {"days": tongue.days(days), "n": tongue.number(days)}, days)
        return replace(found, words=_filled(template, words), told=told, rule=tongue.labels.gap_rule, english=found)

    def fact(record: Record, text: str) -> Answer:
        template, name = with_target(text, "")
        found = english(record, "fact", name)
        if name not in _FACTS:
            raise QueryError(f"no fact {name!r} in this language; there are: {', '.join(_FACTS)}")
        value = _FACTS[name](record, found)
        if isinstance(value, str):
            return replace(found, words=value, english=found)
        told = tongue.asks.get(name, "") if found.number else ""
        if isinstance(value, pd.Timestamp):
            day = tongue.day(value)
            return replace(found, words=_filled(template or "{date}", _Words(tongue, {"date": day})), told=told, rule="", english=found)
        words = _Words(tongue, {"n": tongue.number(value)}, value)
        return replace(found, words=_filled(template or "{n}", words), told=told, rule=tongue.labels.contact_rule if name == "contacts" else "", english=found)

    def event(record: Record, text: str) -> Answer:
        template, event_id = with_target(text, "{date}")
        row = record.event(event_id)
        words = {
            "date": tongue.event_date(row), "day": tongue.day_month(row["start"]), "start": tongue.day(row["start"]), "end": tongue.day(row["end"]),
            "month": tongue.month(row["start"]), "year": tongue.year(row["start"]), "place": _term(record, tongue, record.place_name(row["place"])),
        }  # fmt: skip
        known = _Words(tongue, {key: word for key, word in words.items() if word})
        return Answer(f"event {text}", _filled(template, known), (event_id,), told=entry(tongue, record, row))

    def entries(record: Record, ids: str) -> Answer:
        rows = tuple(ids.split())
        return Answer(f"entries {ids}", "\n".join(entry(tongue, record, record.event(name)) for name in rows), rows)

    def figure(record: Record, text: str) -> Answer:
        kind, _, query = text.partition(" ")
        found = english(record, "figure", text)
        said_again = in_language(tongue, record, kind, query, {})
        return replace(found, words="\n".join([found.words, said_again["alt"], said_again["how"], str(said_again["frame"].attrs)]))

    known: dict[str, Question] = {
        "count": count,
        "figures": lambda record, text: count(record, text, "figures"),
        "share": share, "gap": gap, "fact": fact, "event": event, "entries": entries, "figure": figure,
    }  # fmt: skip
    return {in_tongue(name, tongue.code): question for name, question in known.items()}


def in_tongue(name: str, code: str) -> str:
    """The name of a question asked in a language."""
    return f"{name}@{code}"


# What a fact is: a day, a number, or text that is the same in every language.
_FACTS: dict[str, Callable[[Record, Answer], pd.Timestamp | int | str]] = {
    "as-of": lambda record, found: record.event(found.rows[0])["end"],
    "first-date": lambda record, found: record.event(found.rows[0])["start"],
    "data-date": lambda record, found: pd.Timestamp(record.metadata["created"]).tz_localize(None),
    "data-version": lambda record, found: found.words,
    "contacts": lambda record, found: len(found.rows),
    "events": lambda record, found: len(found.rows),
    "evidence": lambda record, found: len(record.evidence),
    "outlets": lambda record, found: len(record.outlets),
    "searches": lambda record, found: len(record.searches),
    "sources": lambda record, found: len(record.sources),
}


def _term(record: Record, tongue: Tongue, english: str) -> str:
    """A term in a language; as it is where the table of terms does not have it."""
    return record.terms_in(tongue.code).get(english, english)


def label(tongue: Tongue, record: Record, row: pd.Series) -> str:
    """An event by what is coded of it, as its title is in English: "meeting: Armenia–Azerbaijan, leaders, Brussels"."""
    parts = [TRACKS.get(row["track"], ""), LEVELS.get(row["level"], ""), record.place_name(row["place"])]
    return f"{tongue.capitalise(_term(record, tongue, row['kind']))}{tongue.colon} {', '.join(_lower(tongue, _term(record, tongue, part)) if part in LEVELS.values() else _term(record, tongue, part) for part in parts if part)}"


def _lower(tongue: Tongue, text: str) -> str:
    return ("i" if text[:1] == "İ" else text[:1].lower()) + text[1:]


def entry(tongue: Tongue, record: Record, row: pd.Series) -> str:
    """An event in a line: its date and what is coded of it."""
    return f"{tongue.event_date(row)} · {label(tongue, record, row)}"


def said(tongue: Tongue, record: Record, query: str) -> str:
    """What a query asks for, as a list of its terms.

    Raises QueryError for a key that no language but English can say.
    """
    asked = terms_of(query)
    asks, parts = tongue.asks, []
    for key, value in asked.items():
        values = value.split("|")
        match key:
            case "kind":
                parts.insert(0, ", ".join(asks.get(each) or _term(record, tongue, each) for each in values))
            case "track":
                parts.append(", ".join(_term(record, tongue, TRACKS[each]) for each in values))
            case "level":
                parts.append(", ".join(_lower(tongue, _term(record, tongue, LEVELS[each])) for each in values))
            case "place":
                parts.append(", ".join(_term(record, tongue, record.place_name(each)) for each in values))
            case "mediator":
                named = [_term(record, tongue, each) for each in values if each != "none"]
                parts += [asks["mediator"].format(", ".join(named))] if named else []
                parts += [asks["no mediator"]] if "none" in values else []
            case "article":
                parts.append(", ".join(asks[f"article {each}"] for each in values))
            case "from" | "until" | "after" | "before":
                known = (record.events["event_id"] == value).any()
                day = tongue.event_date(find(record.events, value)) if known else tongue.day(pd.Timestamp(value))
                parts.append(asks[key].format(day))
            case _:
                raise QueryError(f"key {key!r} can be said in English only")
    head, *rest = parts
    return f"{head}{tongue.colon} {', '.join(rest)}" if rest else head


def how_counted(tongue: Tongue, query: str) -> str:
    """The rules by which a query counts, in sentences."""
    asked, labels = terms_of(query), tongue.labels
    rules = [
        (labels.contact_rule, {"contact", *CONTACT_KINDS} & set(asked["kind"].split("|"))),
        (labels.mediating, "mediator" in asked),
        (labels.several_mediators, asked.get("mediator", "none") != "none"),
        (labels.limits, {"from", "until"} & set(asked)),
    ]
    return " ".join(words for words, applies in rules if applies)


# --- Figures -----------------------------------------------------------------------


def in_language(tongue: Tongue, record: Record, kind: str, query: str, names: dict[str, str]) -> dict:
    """A figure of :mod:`chapter_figures` with its labels, texts and names in a language; arguments and result as those of its functions.

    Raises QueryError for a figure that has no words in other languages.
    """
    if kind not in _FIGURES:
        raise QueryError(f"figure {kind!r} has English words only; in other languages there are: {', '.join(_FIGURES)}")
    # Not at the top: matplotlib takes time to load, and a build in which no data changed does not need it.
    from rapprochement import chapter_figures

    parts = chapter_figures.FIGURES[kind](record, query, names)
    frame = parts["frame"].copy()
    frame.attrs = {**parts["frame"].attrs, "what": said(tongue, record, query), "words": _labels_of_figures(tongue, record)}
    if "title" in frame:  # of an event, in English
        frame["title"] = [label(tongue, record, record.event(event_id)) for event_id in frame["event_id"]]
    return {**parts, "frame": frame, **_FIGURES[kind](tongue, record, query, frame)}


def _labels_of_figures(tongue: Tongue, record: Record) -> dict[str, str]:
    labels = tongue.labels
    return {
        **record.terms_in(tongue.code),
        "span of the article’s list": labels.article_span,
        "outside of the data": labels.outside,
        "somebody mediated": labels.mediated,
        "nobody did": labels.unmediated,
        "contacts": labels.contacts_axis,
        "The South Caucasus, enlarged": labels.map_panel,
        "another, or several equally": labels.another_mediator,
        "no mediator": tongue.asks["no mediator"],
    }


def _bars(tongue: Tongue, record: Record, query: str, frame: pd.DataFrame) -> dict:
    frame["period"] = [tongue.half_year(start) for start in frame["period_start"]]
    first, last = (tongue.day(day) for day in frame.attrs["span"])
    totals = frame.groupby("period_start")["contacts"].sum()
    values = "; ".join(f"{tongue.half_year(start)}{tongue.colon} {tongue.number(total)}" for start, total in totals.items())
    return {"alt": tongue.labels.bars_alt.format(values=values), "how": tongue.labels.bars_how.format(first=first, last=last)}


def _in_time(tongue: Tongue, record: Record, query: str, frame: pd.DataFrame) -> dict:
    met = frame[frame["lane"].isin(TRACKS)]
    told = "; ".join(
        f"{_term(record, tongue, TRACKS[track])}{tongue.colon} {tongue.number(len(rows))} ({tongue.asks['no mediator']}{tongue.colon} {tongue.number(rows['hollow'].sum())})"
        for track, rows in met.groupby("lane", sort=False)
    )
    first, last = tongue.month(met["start"].min()), tongue.month(met["start"].max())
    named = ", ".join(words for _, words in frame.attrs["named"])
    return {"alt": tongue.labels.time_alt.format(contacts=tongue.number(len(met)), first=first, last=last, told=told, named=named), "how": tongue.labels.time_how}


def _map(tongue: Tongue, record: Record, query: str, frame: pd.DataFrame) -> dict:
    alone = int((frame["main_mediator"] == NOBODY).sum())
    frame["place"] = [_term(record, tongue, name) for name in frame["place"]]
    most = ", ".join(f"{row.place} {tongue.number(row.contacts)}" for row in frame.head(6).itertuples())
    from rapprochement import chapter_figures

    spread, nowhere = chapter_figures.not_on_the_map(record, query)
    numbers = {name: tongue.number(value) for name, value in (("places", len(frame)), ("alone", alone), ("spread", spread), ("nowhere", nowhere))}
    return {"alt": tongue.labels.map_alt.format(most=most, **numbers), "how": tongue.labels.map_how.format(**numbers)}


_FIGURES = {"contacts-in-time": _in_time, "contacts-per-half-year": _bars, "venue-map": _map}
