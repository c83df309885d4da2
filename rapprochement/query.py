"""Choose events by a short query, the same in roles, directives and notebooks.

A query is a list of ``key=value`` words: ``track=AM-AZ level=leaders
mediator=EU article=yes``. Several values of one key are separated by ``|``.
"""

from __future__ import annotations

import pandas as pd

from rapprochement.counting import CONTACT_KINDS, MEDIATING_ROLES

COLUMNS = ("track", "level", "body", "channel", "place", "precision", "confidence")


class QueryError(ValueError):
    """The query names a key, a value or an event that the data does not have."""


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
    terms = dict(kind="contact")
    for word in query.split():
        key, equals, value = word.partition("=")
        if not equals or not value:
            raise QueryError(f"{word!r} is not key=value")
        terms[key] = value.replace("_", " ") if key in ("mediator", "party") else value
    for key, value in terms.items():
        chosen &= _matches(events, key, value)
    return events[chosen]


def find(events: pd.DataFrame, event_id: str) -> pd.Series:
    """One event by its id. Raises QueryError if there is none."""
    rows = events[events["event_id"] == event_id]
    if rows.empty:
        raise no_event(event_id)
    return rows.iloc[0]


def no_event(event_id: str) -> QueryError:
    return QueryError(f"no event {event_id!r} in events.csv")


def _matches(events: pd.DataFrame, key: str, value: str) -> pd.Series:
    values = value.split("|")
    if key in COLUMNS:
        return _isin(events[key], key, values)
    if key == "kind":
        if value == "any":
            return pd.Series(True, index=events.index)
        kinds = [kind for v in values for kind in (CONTACT_KINDS if v == "contact" else (v,))]
        return _isin(events["kind"], key, kinds)
    if key == "article":
        return _isin(events["in_article"], key, values)
    if key == "thread":
        return _holds(events["threads"], key, values)
    if key == "paragraph":
        return _holds(events["article_paragraphs"], key, values)
    if key in ("mediator", "party"):
        roles = MEDIATING_ROLES if key == "mediator" else None
        parties = [
            [p for p, r in zip(ps, rs) if roles is None or r in roles]
            for ps, rs in zip(events["mediators"], events["mediator_roles"])
        ]
        return _holds(pd.Series(parties, index=events.index), key, values)
    if key == "role":
        return _holds(events["mediator_roles"], key, values)
    if key in ("after", "before", "from", "until"):
        moment = _moment(events, value)
        starts = events["start"]
        return {"after": starts > moment, "before": starts < moment, "from": starts >= moment, "until": starts <= moment}[key]
    raise QueryError(f"unknown key {key!r}")


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
