"""Do the findings of the evidence chapters survive other counting rules?

Each finding is a statement that is either so or not so once one has decided
how to count. :func:`outcomes` tries them all under every rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from rapprochement import measures, wording
from rapprochement.article import article_window
from rapprochement.counting import ALTERNATIVES, MAIN, NOBODY, CountingRule, contacts

CANNOT_SAY = "cannot say"
NOT_COUNTED = ["place", "participants", "title", "summary", "article_paragraphs", "article_notes", "article_start", "threads", "sources", "confidence", "note"]
# Days of the spans that are set against the ones before them.
SPANS = (91, 182, 365)
# Levels at which the mediators are set against each other.
COMPARED = ("leaders", "foreign-ministers")
# Sums of thirds, which in another order would differ in the last digit and so part those who are equal.
DECIMALS = 9


@dataclass(frozen=True)
class Period:
    """What was counted in a period: all contacts, those without a mediator, and those of each mediator that has any."""

    contacts: float
    unmediated: float
    mediators: Mapping[str, float]

    @property
    def share_without(self) -> float:
        return self.unmediated / self.contacts


@dataclass(frozen=True)
class Tally:
    """All that the findings compare, counted under one rule.

    before, after: up to the article and after it. levels: as before, for each level of :data:`COMPARED`.
    spans: for each of :data:`SPANS` the contacts of the span before the last one of the article, and of that.
    """

    before: Period
    after: Period
    levels: Mapping[str, Period]
    spans: Mapping[int, tuple[int, int]]


class Finding(NamedTuple):
    """A statement that is so or not so once one has decided how to count.

    holds: from a tally; None where it leaves nothing to judge by. numbers: what decides it, in short.
    """

    holds: Callable[[Tally], bool | None]
    numbers: Callable[[Tally], str]


def _more_than_before(days: int) -> Finding:
    def numbers(tally: Tally) -> str:
        earlier, later = tally.spans[days]
        return f"{earlier}, then {later}"

    return Finding(lambda tally: tally.spans[days][1] > tally.spans[days][0], numbers)


def _leads(mediator: str, level: str | None) -> Finding:
    def mediators(tally: Tally) -> Mapping[str, float]:
        return (tally.before if level is None else tally.levels[level]).mediators

    def holds(tally: Tally) -> bool | None:
        found = mediators(tally)
        return all(number < found.get(mediator, 0) for party, number in found.items() if party != mediator) if found else None

    def numbers(tally: Tally) -> str:
        found = mediators(tally)
        others = sorted((party for party in found if party != mediator), key=lambda party: (-found[party], party))
        return ", ".join(f"{party} {round(found.get(party, 0), 1):g}" for party in [mediator, *others[:1]]) if found else ""

    return Finding(holds, numbers)


def _mostly_mediated(tally: Tally) -> bool | None:
    return tally.before.share_without < 0.5 if tally.before.contacts else None


def _direct_talks_grow(tally: Tally) -> bool | None:
    if not tally.before.contacts or not tally.after.contacts:
        return None
    return round(tally.after.share_without - tally.before.share_without, DECIMALS) > 0


def _share_with(tally: Tally) -> str:
    return f"with one: {wording.percent(1 - tally.before.share_without)}" if tally.before.contacts else ""


def _shares_without(tally: Tally) -> str:
    found = [wording.percent(period.share_without) for period in (tally.before, tally.after) if period.contacts]
    return f"{found[0]}, then {found[1]}" if len(found) == 2 else ""


FINDINGS: dict[str, Finding] = {
    "More contacts in the article's last three months than in the three before": _more_than_before(91),
    "More contacts in its last half-year than in the half-year before": _more_than_before(182),
    "More contacts in its last year than in the year before": _more_than_before(365),
    "Most contacts up to the article had a mediator": Finding(_mostly_mediated, _share_with),
    "Russia mediated most of all": _leads("Russia", None),
    "The EU mediated most among the leaders": _leads("EU", "leaders"),
    "The United States mediated most among the foreign ministers": _leads("United States", "foreign-ministers"),
    "The share without a mediator grew after the article": Finding(_direct_talks_grow, _shares_without),
}


def tally(met: pd.DataFrame, day: pd.Timestamp) -> Tally:
    """Count what the findings compare. In: contacts as a rule counts them; the last day of the article's list."""
    before, after = met[met["start"] <= day], met[met["start"] > day]
    return Tally(
        before=_period(before),
        after=_period(after),
        levels={level: _period(before[before["level"] == level]) for level in COMPARED},
        spans={days: measures.contacts_before_and_in(before, day, days) for days in SPANS},
    )


def _period(met: pd.DataFrame) -> Period:
    alone = measures.unmediated_shares(met).iloc[0]
    return Period(alone["of"], alone["contacts"], {party: round(number, DECIMALS) for party, number in measures.ranked_mediators(met) if number > 0})


def judged(tally: Tally) -> dict[str, str]:
    """For each finding "yes", "no", or :data:`CANNOT_SAY` where the rule leaves nothing to count."""
    results = {name: finding.holds(tally) for name, finding in FINDINGS.items()}
    return {name: CANNOT_SAY if result is None else "yes" if result else "no" for name, result in results.items()}


def outcomes(events: pd.DataFrame, rules: tuple[CountingRule, ...] = (MAIN, *ALTERNATIVES), day: pd.Timestamp | None = None) -> pd.DataFrame:
    """Whether each finding on Armenia and Azerbaijan holds under each counting rule.

    In: all events; or some, with the last day of the article's list, which they may not hold. Out: ``finding``, ``rule`` (label), ``holds`` ("yes", "no",
    or "cannot say" where the rule leaves nothing to count), in the order of
    :data:`FINDINGS` and *rules*.
    """
    day = article_window(events)[1] if day is None else day
    # Without columns that no rule looks at, which each rule would copy once more: a long record takes a third less time.
    between = events[events["track"] == "AM-AZ"].drop(columns=NOT_COUNTED, errors="ignore")
    rows = [(finding, rule.label, holds) for rule in rules for finding, holds in judged(tally(contacts(between, rule), day)).items()]
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
