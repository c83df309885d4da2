"""Do the findings of the evidence chapters survive other counting rules?

Each finding is a statement that is either so or not so once one has decided
how to count. :func:`outcomes` tries them all under every rule.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from rapprochement import measures
from rapprochement.article import article_window
from rapprochement.counting import ALTERNATIVES, MAIN, NOBODY, CountingRule, contacts

CANNOT_SAY = "cannot say"
NOT_COUNTED = ["place", "participants", "title", "summary", "article_paragraphs", "article_notes", "article_start", "threads", "sources", "confidence", "note"]


def _more_than_before(days: int) -> Callable:
    def finding(before: pd.DataFrame, after: pd.DataFrame, rule: CountingRule, day: pd.Timestamp) -> bool:
        earlier, later = measures.contacts_before_and_in(before, day, days)
        return later > earlier

    return finding


def _leads(mediator: str, level: str | None) -> Callable:
    def finding(before: pd.DataFrame, after: pd.DataFrame, rule: CountingRule, day: pd.Timestamp) -> bool | None:
        chosen = before if level is None else before[before["level"] == level]
        shares = measures.mediator_shares(chosen)
        shares = shares[shares["mediator"] != NOBODY].set_index("mediator")["contacts"]
        if shares.empty:
            return None
        return bool((shares.drop(mediator, errors="ignore") < shares.get(mediator, 0)).all())

    return finding


def _mostly_mediated(before: pd.DataFrame, after: pd.DataFrame, rule: CountingRule, day: pd.Timestamp) -> bool | None:
    if before.empty:
        return None
    return measures.unmediated_shares(before)["share"].iloc[0] < 0.5


def _direct_talks_grow(before: pd.DataFrame, after: pd.DataFrame, rule: CountingRule, day: pd.Timestamp) -> bool | None:
    if before.empty or after.empty:
        return None
    return measures.unmediated_shares(after)["share"].iloc[0] > measures.unmediated_shares(before)["share"].iloc[0]


FINDINGS: dict[str, Callable] = {
    "More contacts in the article's last three months than in the three before": _more_than_before(91),
    "More contacts in its last half-year than in the half-year before": _more_than_before(182),
    "More contacts in its last year than in the year before": _more_than_before(365),
    "Most contacts up to the article had a mediator": _mostly_mediated,
    "Russia mediated most of all": _leads("Russia", None),
    "The EU mediated most among the leaders": _leads("EU", "leaders"),
    "The United States mediated most among the foreign ministers": _leads("United States", "foreign-ministers"),
    "The share without a mediator grew after the article": _direct_talks_grow,
}


def outcomes(events: pd.DataFrame, rules: tuple[CountingRule, ...] = (MAIN, *ALTERNATIVES), day: pd.Timestamp | None = None) -> pd.DataFrame:
    """Whether each finding on Armenia and Azerbaijan holds under each counting rule.

    In: all events; or some, with the last day of the article's list, which they may not hold. Out: ``finding``, ``rule`` (label), ``holds`` ("yes", "no",
    or "cannot say" where the rule leaves nothing to count), in the order of
    :data:`FINDINGS` and *rules*.
    """
    day = article_window(events)[1] if day is None else day
    # Without columns that no rule looks at, which each rule would copy once more: a long record takes a third less time.
    between = events[events["track"] == "AM-AZ"].drop(columns=NOT_COUNTED, errors="ignore")
    rows = []
    for rule in rules:
        met = contacts(between, rule)
        before, after = met[met["start"] <= day], met[met["start"] > day]
        for finding, test in FINDINGS.items():
            result = test(before, after, rule, day)
            rows.append((finding, rule.label, CANNOT_SAY if result is None else "yes" if result else "no"))
    frame = pd.DataFrame(rows, columns=["finding", "rule", "holds"])
    order = {finding: position for position, finding in enumerate(FINDINGS)}
    return frame.sort_values("finding", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def survivors(outcome: pd.DataFrame) -> pd.Series:
    """For each finding of :func:`outcomes`: True if it holds under every rule that can say."""
    said = outcome[outcome["holds"] != CANNOT_SAY]
    return said.groupby("finding", sort=False)["holds"].agg(lambda results: set(results) == {"yes"})


def key_numbers(events: pd.DataFrame, rules: tuple[CountingRule, ...] = (MAIN, *ALTERNATIVES)) -> pd.DataFrame:
    """How far the main numbers move: contacts of Armenia and Azerbaijan up to the article, under each rule.

    In: all events. Out: ``rule`` (label), ``contacts`` (float), then the shares (0 to 1)
    ``russia``, ``eu``, ``united_states`` and ``no_mediator``.
    """
    _, day = article_window(events)
    rows = []
    for rule in rules:
        met = contacts(events, rule)
        before = met[(met["track"] == "AM-AZ") & (met["start"] <= day)]
        shares = measures.mediator_shares(before).set_index("mediator")["share"]
        named = [shares.get(party, 0.0) for party in ("Russia", "EU", "United States", NOBODY)]
        rows.append((rule.label, before["weight"].sum(), *named))
    return pd.DataFrame(rows, columns=["rule", "contacts", "russia", "eu", "united_states", "no_mediator"])
