"""Choose events by a short query, the same in roles, directives and notebooks, and say in words what it asks.

A query is a list of ``key=value`` words: ``track=AM-AZ level=leaders
mediator=EU article=yes``. Several values of one key are separated by ``|``.
:data:`KEYS` holds for each key how it matches and how it is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from rapprochement import wording
from rapprochement.counted import CONTACT_RULE, MEDIATING
from rapprochement.counting import CONTACT_KINDS, LEVELS, MEDIATING_ROLES


# Words to print, and in angles what they are about.
WITH_TARGET = re.compile(r"(.+?)\s*<([^<>]+)>", re.DOTALL)


class QueryError(ValueError):
    """The query names a key, a value or an event that the data does not have."""


class Key(NamedTuple):
    """One key of the query language.

    match: from the events and the value to a mask of the events; raises
    QueryError if no event has the value. say: from the events and the value to
    words that follow "contacts" or "events".
    """

    match: Callable[[pd.DataFrame, str], pd.Series]
    say: Callable[[pd.DataFrame, str], str]


def select(events: pd.DataFrame, query: str) -> pd.DataFrame:
    """The events that match a query.

    Keys: ``track``, ``level``, ``body``, ``channel``, ``place``, ``precision``,
    ``confidence`` (columns of the codebook); ``kind`` (a kind, ``contact`` for
    meetings and calls, ``any``; default ``contact``); ``thread``; ``article``
    (yes, aggregate, no); ``paragraph``; ``mediator`` (a third party in the role of mediator or
    co-chair, or ``none``); ``party`` (a third party in any role, or ``none``);
    ``role`` (some third party has this role, ``none`` = no third party at all);
    ``after``, ``before`` (an event: strictly later or earlier starts);
    ``from``, ``until`` (an event or an ISO date: starts on or after, on or before).

    Raises QueryError on an unknown key, event or date, or a value that occurs
    in no event, so that a typing slip cannot pass for a count of zero.
    """
    chosen = pd.Series(True, index=events.index)
    for key, value in terms_of(query).items():
        chosen &= KEYS[key].match(events, value)
    return events[chosen]


def said(events: pd.DataFrame, query: str, noun: str = "") -> str:
    """What a query asks for, in plain words: "contacts (meetings and calls) between Armenia and Azerbaijan, of leaders, with the EU as mediator".

    noun: stands in place of the kind of event, unless the query names one.
    Raises QueryError as :func:`select` does for keys, events and dates.
    """
    terms = terms_of(query)
    parts = {key: KEYS[key].say(events, terms[key]) for key in KEYS if key in terms}
    if noun and "kind=" not in query:
        parts["kind"] = noun
    if "from" in parts and "until" in parts:
        parts["from"] = f"{parts['from'].removesuffix(' on')} {parts.pop('until').removeprefix('up ')}"
    head = " ".join(parts.pop(key) for key in ("kind", "track", "thread") if key in parts)
    return (" " if noun else ", ").join([head, *parts.values()])


def how_counted(query: str) -> str:
    """The rules by which a query counts, in sentences."""
    terms = terms_of(query)
    rules = [
        (CONTACT_RULE, {"contact", *CONTACT_KINDS} & set(terms["kind"].split("|"))),
        (MEDIATING, "mediator" in terms),
        ("A contact with several mediators counts for each of them.", terms.get("mediator", "none") != "none"),
        ("What began on the first or the last day named counts as well.", {"from", "until"} & set(terms)),
    ]
    return " ".join(words for words, applies in rules if applies)


def canonical(query: str) -> str:
    """A query in the one form that all queries have which ask the same."""
    return " ".join(f"{key}={value.replace(' ', '_')}" for key, value in sorted(terms_of(query).items()))


def find(events: pd.DataFrame, event_id: str) -> pd.Series:
    """One event by its id. Raises QueryError if there is none."""
    rows = events[events["event_id"] == event_id]
    if rows.empty:
        raise no_event(event_id)
    return rows.iloc[0]


def no_event(event_id: str) -> QueryError:
    return QueryError(f"no event {event_id!r} in events.csv")


def with_target(text: str, default: str) -> tuple[str, str]:
    """``words <target>`` as words and target; a target alone with the default words."""
    explicit = WITH_TARGET.fullmatch(text)
    return (explicit[1], explicit[2]) if explicit else (default, text)


def terms_of(query: str) -> dict[str, str]:
    """The keys of a query with their values; the kind is ``contact`` unless it says another. Raises QueryError on what is no key and value."""
    terms = dict(kind="contact")
    for word in query.split():
        key, equals, value = word.partition("=")
        if not equals or not value:
            raise QueryError(f"{word!r} is not key=value")
        if key not in KEYS:
            raise QueryError(f"unknown key {key!r}")
        terms[key] = value.replace("_", " ") if key in ("mediator", "party") else value
    return terms


# --- How keys match --------------------------------------------------------------


def _kind(events: pd.DataFrame, value: str) -> pd.Series:
    if value == "any":
        return pd.Series(True, index=events.index)
    kinds = [kind for each in value.split("|") for kind in (CONTACT_KINDS if each == "contact" else (each,))]
    return _isin(events["kind"], "kind", kinds)


def _in_column(column: str, key: str) -> Callable[[pd.DataFrame, str], pd.Series]:
    return lambda events, value: _isin(events[column], key, value.split("|"))


def _in_list(column: str, key: str) -> Callable[[pd.DataFrame, str], pd.Series]:
    return lambda events, value: _holds(events[column], key, value.split("|"))


def _party(key: str, roles: frozenset[str] | None) -> Callable[[pd.DataFrame, str], pd.Series]:
    def match(events: pd.DataFrame, value: str) -> pd.Series:
        parties = [
            [p for p, r in zip(ps, rs) if roles is None or r in roles]
            for ps, rs in zip(events["mediators"], events["mediator_roles"])
        ]
        return _holds(pd.Series(parties, index=events.index), key, value.split("|"))

    return match


def _isin(column: pd.Series, key: str, values: list[str]) -> pd.Series:
    for value in values:
        if not (column == value).any():
            raise QueryError(f"no event has {key}={value}")
    return column.isin(values)


def _holds(column: pd.Series, key: str, values: list[str]) -> pd.Series:
    """Which lists hold one of the values; the value none stands for an empty list."""
    for value in values:
        if value != "none" and not column.map(lambda items: value in items).any():
            raise QueryError(f"no event has {key}={value}")
    return column.map(lambda items: any(value in items for value in values) or ("none" in values and not items)).astype(bool)


def _moment(events: pd.DataFrame, value: str) -> pd.Timestamp:
    if (events["event_id"] == value).any():
        return find(events, value)["start"]
    try:
        return pd.Timestamp(value)
    except ValueError:
        raise QueryError(f"{value!r} is neither an event nor a date") from None


# --- How keys are said -----------------------------------------------------------

_BODIES = {"border-commissions": "the border commissions", "trilateral-working-group": "the trilateral working group"}
_BETWEEN = {"AM-AZ": "between Armenia and Azerbaijan", "AM-TR": "between Armenia and Türkiye", "AZ-KA": "between Baku and the Karabakh Armenians"}
_CHANNELS = {"in-person": "in person", "phone": "by telephone", "video": "by video"}
_IN_ARTICLE = {"yes": "that the article lists or describes", "aggregate": "that the article counts but does not date", "no": "that the article does not mention"}
_PRECISIONS = {"day": "known to the day", "month": "known to the month", "year": "known to the year", "approximate": "known approximately"}
SUBJECTS = {
    "karabakh-armenians": "the Karabakh Armenians",
    "lachin-checkpoint": "the Lachin checkpoint",
    "border-opening": "the opening of the Turkish border",
    "ankara-inauguration": "the inauguration in Ankara",
    "border-delimitation": "the delimitation of the border",
    "connectivity": "transport links",
    "nemesis-monument": "the Nemesis monument",
}
_WITH_ARTICLE = {"EU": "the EU", "United States": "the United States"}


def either(value: str, words: dict[str, str], conjunction: str = "or") -> str:
    """Values in words, one of which has to be so."""
    return f" {conjunction} ".join(words.get(each, each.replace("-", " ")) for each in value.split("|"))


def _say_kind(events: pd.DataFrame, value: str) -> str:
    return either(value, {"any": "events of any kind", "contact": "contacts (meetings and calls)", **{kind: f"{kind}s" for kind in events["kind"].unique()}}, "and")


def _with(roles: str) -> Callable[[pd.DataFrame, str], str]:
    def say(events: pd.DataFrame, value: str) -> str:
        named = [_WITH_ARTICLE.get(each, each) for each in value.split("|") if each != "none"]
        parts = [f"with {' or '.join(named)} as {roles}"] if named else []
        return " or ".join([*parts, *([f"without any {roles}"] if "none" in value.split("|") else [])])

    return say


def _say_role(events: pd.DataFrame, value: str) -> str:
    return "with no third party at all" if value == "none" else f"with a third party as {either(value, {'margins': 'host of a larger gathering'})}"


def _say_moment(words: str) -> Callable[[pd.DataFrame, str], str]:
    def say(events: pd.DataFrame, value: str) -> str:
        known = (events["event_id"] == value).any()
        return words.format(wording.event_date(find(events, value)) if known else wording.day(_moment(events, value)))

    return say


# In the order in which a sentence says them.
KEYS: dict[str, Key] = {
    "kind": Key(_kind, _say_kind),
    "track": Key(_in_column("track", "track"), lambda events, value: either(value, _BETWEEN)),
    "level": Key(_in_column("level", "level"), lambda events, value: f"of {either(value, {key: words.lower() for key, words in LEVELS.items()})}"),
    "body": Key(_in_column("body", "body"), lambda events, value: f"of {either(value, _BODIES)}"),
    "channel": Key(_in_column("channel", "channel"), lambda events, value: either(value, _CHANNELS)),
    "place": Key(_in_column("place", "place"), lambda events, value: f"at the place {either(value, {})}"),
    "thread": Key(_in_list("threads", "thread"), lambda events, value: f"on {either(value, SUBJECTS)}"),
    "mediator": Key(_party("mediator", MEDIATING_ROLES), _with("mediator")),
    "party": Key(_party("party", None), _with("third party")),
    "role": Key(_in_list("mediator_roles", "role"), _say_role),
    "article": Key(_in_column("in_article", "article"), lambda events, value: either(value, _IN_ARTICLE)),
    "paragraph": Key(_in_list("article_paragraphs", "paragraph"), lambda events, value: f"told in {either(value, {})} of the article"),
    "precision": Key(_in_column("precision", "precision"), lambda events, value: either(value, _PRECISIONS)),
    "confidence": Key(_in_column("confidence", "confidence"), lambda events, value: f"of {either(value, {})} confidence"),
    "from": Key(lambda events, value: events["start"] >= _moment(events, value), _say_moment("from {} on")),
    "after": Key(lambda events, value: events["start"] > _moment(events, value), _say_moment("after {}")),
    "until": Key(lambda events, value: events["start"] <= _moment(events, value), _say_moment("up to {}")),
    "before": Key(lambda events, value: events["start"] < _moment(events, value), _say_moment("before {}")),
}
