"""Judge the statements of the article: compute a verdict wherever the rows can decide.

The checks stand in :mod:`rapprochement.checks`, by the name that ``claims.csv`` uses. *Own list* means what the article itself lists; *record* means every row
of ``events.csv`` up to the last event of the article.
"""

from __future__ import annotations

import pandas as pd

from rapprochement.checks import CHECKS, CheckError, Verdict
from rapprochement.query import SUBJECTS, QueryError, either

VERDICTS = {
    "holds": "holds",
    "partly": "holds in part",
    "contradicted": "does not hold",
    "contested": "contested",
    "not-checkable": "cannot be checked",
}
# As a sentence says how statements stand.
_STANDING = {
    "holds": "that hold",
    "partly": "that hold in part",
    "contradicted": "that do not hold",
    "contested": "that are contested",
    "not-checkable": "that cannot be checked",
}


def judge(claims: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """The ledger: the claims with both verdicts computed where they have a check.

    In: frames as :func:`rapprochement.load_claims` and :func:`rapprochement.load_events` return them.
    Out: the claims, ``against_own_list`` and ``against_record`` computed, and
    ``found`` (str: what the check found, empty where a person read the sources).
    Raises CheckError if a check is unknown or cannot be applied.
    """
    verdicts = [verdict_of(claim, events) for _, claim in claims.iterrows()]
    return claims.assign(
        against_own_list=[verdict.against_own_list for verdict in verdicts],
        against_record=[verdict.against_record for verdict in verdicts],
        found=[verdict.found for verdict in verdicts],
    )


def verdict_of(claim: pd.Series, events: pd.DataFrame) -> Verdict:
    """The verdict on one claim: computed by its check, or as typed where it has none.

    Raises CheckError as :func:`judge` does.
    """
    name = claim["check"]
    if not name:
        return Verdict(claim["against_own_list"], claim["against_record"], "")
    if name not in CHECKS:
        raise CheckError(f"{name!r} is no check; there are: {', '.join(sorted(CHECKS))}")
    try:
        return CHECKS[name](events, claim)
    except QueryError as error:
        raise CheckError(f"{name} cannot be computed: {error}") from None


# As a sentence says what kind of statement a claim is.
_KINDS = {
    "date": "about dates",
    "count": "about counts",
    "first": "that something was the first or the last of its kind",
    "description": "that describe what happened",
    "omission": "that leave something out",
    "position": "about what somebody holds",
}
_BY = {"yes": "decided by computing from the rows", "no": "decided by reading the sources"}


def said_of_claims(query: str) -> str:
    """What a query of claims asks for, in plain words: "statements of the article about dates, that hold against the record"."""
    say = {
        "kind": lambda value: _KINDS.get(value, ""),
        "paragraph": lambda value: f"in {value}",
        "chapter": lambda value: f"taken up in the chapter on {either(value.rpartition('/')[2], SUBJECTS)}",
        "record": lambda value: f"{_STANDING[value]} against the record",
        "own": lambda value: f"{_STANDING[value]} against the article's own list",
        "checked": _BY.get,
    }
    terms = dict(word.split("=") for word in query.split())
    parts = {key: " or ".join(map(say[key], terms[key].split("|"))) for key in say if key in terms}
    first, *others = parts.values() or [""]
    return ", ".join([f"statements of the article {first}".strip(), *others])


def select_claims(claims: pd.DataFrame, query: str) -> pd.DataFrame:
    """The claims that match ``key=value`` words; several values of one key are separated by ``|``.

    Keys: ``record``, ``own`` (verdicts), ``kind`` (``any`` for all), ``chapter``,
    ``paragraph``, ``checked`` (``yes`` where a check computed the verdicts, ``no``).
    Raises QueryError on an unknown key or a value that no claim has; a verdict
    that no claim has yet counts as none.
    """
    columns = {
        "record": claims["against_record"],
        "own": claims["against_own_list"],
        "kind": claims["kind"],
        "chapter": claims["chapter"],
        "paragraph": claims["paragraph"],
        "checked": claims["check"].map(lambda name: "yes" if name else "no"),
    }
    chosen = pd.Series(True, index=claims.index)
    for word in query.split():
        key, equals, value = word.partition("=")
        if not equals or key not in columns:
            raise QueryError(f"{word!r} is not key=value with a key of {', '.join(columns)}")
        if (key, value) == ("kind", "any"):
            continue
        values = value.split("|")
        known = set(VERDICTS) if key in ("record", "own") else set(columns[key])
        for unknown in [v for v in values if v not in known]:
            raise QueryError(f"no claim has {key}={unknown}")
        chosen &= columns[key].isin(values)
    return claims[chosen]
