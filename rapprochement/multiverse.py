"""Every combination of counting rules at once: what each counts, which rows it counts otherwise, and which findings hold.

A combination is tried by what its rules do one by one: each rule alone is counted
by :func:`rapprochement.counting.contacts`; together, their selections and weights
are multiplied. So hundreds of combinations cost no more than a dozen.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from rapprochement import wording
from rapprochement.article import article_window
from rapprochement.counting import ALONE, BY_BOTH, DAYS, MAIN, OWN_LIST, SPLIT, TWO_SIDED, WITH_HOSTS, WITHOUT_CALLS, WITHOUT_MARGINS, CountingRule, contacts
from rapprochement.findings import CANNOT_SAY, COMPARED, DECIMALS, NOT_COUNTED, SPANS, Period, Tally, judged
from rapprochement.measures import all_periods, before_and_in, period_starts

TRACK = "AM-AZ"
# What one may decide, and the rules between which: each differs from the main rule in this one field.
CHOICES: dict[str, tuple[CountingRule, ...]] = {
    "margins": (MAIN, WITHOUT_MARGINS),
    "remote": (MAIN, WITHOUT_CALLS),
    "mediating_roles": (MAIN, WITH_HOSTS),
    "joint": (MAIN, SPLIT, ALONE),
    "unit": (MAIN, DAYS),
    "list": (MAIN, OWN_LIST),
    "sources": (MAIN, TWO_SIDED, BY_BOTH),
}
LEFT_OUT = "left out"
PARTS = {2: "a half", 3: "a third", 4: "a quarter"}


@dataclass(frozen=True)
class Combination:
    """One way to count.

    key: for each of :data:`CHOICES` the place of what was chosen, as a digit.
    half_years: contacts with a mediator and without one, for each half-year.
    changed: what is otherwise than under the main rule, in words, by event_id.
    """

    key: str
    rule: CountingRule
    tally: Tally
    half_years: tuple[tuple[float, float], ...]
    changed: Mapping[str, str]


@dataclass(frozen=True)
class Multiverse:
    """All combinations, the main rule first; the contacts that it counts; and the half-years that they cover."""

    combinations: tuple[Combination, ...]
    contacts: pd.DataFrame
    half_years: pd.DatetimeIndex


def rules() -> dict[str, CountingRule]:
    """Every combination that differs from all others, by its key.

    The article says who took part and not in which role: by its list, a host makes no difference.
    """
    found = {}
    for places in itertools.product(*(range(len(each)) for each in CHOICES.values())):
        chosen = dict(zip(CHOICES, (each[place] for each, place in zip(CHOICES.values(), places))))
        if chosen["list"] is OWN_LIST and chosen["mediating_roles"] is WITH_HOSTS:
            continue
        label = ", ".join(rule.label for rule in chosen.values() if rule is not MAIN)
        fields = {field: getattr(rule, field) for field, rule in chosen.items()}
        found["".join(map(str, places))] = replace(MAIN, label=label or MAIN.label, **fields)
    return found


def multiverse(events: pd.DataFrame) -> Multiverse:
    """Try every combination on the contacts of Armenia and Azerbaijan.

    In: all events, with the column of :func:`rapprochement.provenance.with_tellers`.
    Raises ValueError without it.
    """
    counted = _Counted(events)
    return Multiverse(tuple(counted.under(key, rule) for key, rule in rules().items()), counted.main, counted.half_years)


class _Counted:
    """The contacts as each rule alone counts them."""

    def __init__(self, events: pd.DataFrame):
        between = events[events["track"] == TRACK].drop(columns=NOT_COUNTED, errors="ignore")
        _, day = article_window(events)
        self.main = contacts(between)
        self.ids = self.main["event_id"].to_list()
        start = self.main["start"]
        self.before = (start <= day).to_numpy()
        self.levels = {level: (self.main["level"] == level).to_numpy() & self.before for level in COMPARED}
        self.spans = {days: [start.index.isin(span.index) for span in before_and_in(self.main, day, days)] for days in SPANS}
        self.half_years = all_periods(start.min(), start.max(), "half-year")
        self.in_half_year = (period_starts(start, "half-year").to_numpy()[:, None] == self.half_years.to_numpy()).astype(float)
        every_rule = dict.fromkeys(rule for each in CHOICES.values() for rule in each)
        self.alone = {rule: contacts(between, rule).set_index("event_id").reindex(self.ids) for rule in every_rule}
        self.named = {rule: [names if isinstance(names, list) else [] for names in met["with_mediator"]] for rule, met in self.alone.items()}
        self.parties = sorted({party for names in self.named.values() for each in names for party in each})

    def under(self, key: str, rule: CountingRule) -> Combination:
        chosen = {field: each[int(place)] for (field, each), place in zip(CHOICES.items(), key)}
        counts = np.logical_and.reduce([self.alone[one]["weight"].notna() for one in chosen.values()])
        weight = np.where(counts, self.alone[chosen["unit"]]["weight"], 0.0)
        naming = OWN_LIST if chosen["list"] is OWN_LIST else chosen["mediating_roles"]
        mediated = np.array([bool(names) for names in self.named[naming]])
        parts = self._parts(naming, rule.joint)
        halves = [(weight * mask) @ self.in_half_year for mask in (mediated, ~mediated)]
        tally = Tally(
            before=self._period(weight * self.before, mediated, parts),
            after=self._period(weight * ~self.before, mediated, parts),
            levels={level: self._period(weight * mask, mediated, parts) for level, mask in self.levels.items()},
            spans={days: tuple(int(weight[span].sum()) for span in spans) for days, spans in self.spans.items()},
        )
        return Combination(key, rule, tally, tuple(zip(*(map(float, half) for half in halves))), self._changed(counts, weight, naming, rule.joint))

    def _parts(self, naming: CountingRule, joint: str) -> np.ndarray:
        """What of each contact each third party gets."""
        parts = np.zeros((len(self.ids), len(self.parties)))
        for row, names in enumerate(self.named[naming]):
            for name in names:
                parts[row, self.parties.index(name)] = {"full": 1, "split": 1 / len(names), "alone": len(names) == 1}[joint]
        return parts

    def _period(self, weight: np.ndarray, mediated: np.ndarray, parts: np.ndarray) -> Period:
        sums = {party: round(float(number), DECIMALS) for party, number in zip(self.parties, weight @ parts) if number > 0}
        return Period(float(weight.sum()), float((weight * ~mediated).sum()), sums)

    def _changed(self, counts: np.ndarray, weight: np.ndarray, naming: CountingRule, joint: str) -> dict[str, str]:
        rows = zip(self.ids, counts, weight, self.main["weight"], self.named[naming], self.named[MAIN])
        said = {event_id: self._said(counted, days, before, names, named, joint) for event_id, counted, days, before, names, named in rows}
        return {event_id: words for event_id, words in said.items() if words}

    def _said(self, counted: bool, weight: float, main_weight: float, names: list[str], main_names: list[str], joint: str) -> str:
        """What is otherwise with a contact than under the main rule; empty if nothing is."""
        if not counted:
            return LEFT_OUT
        said = []
        if weight != main_weight:
            said.append(f"counts {wording.number(weight)} times, once a day")
        if set(names) != set(main_names):
            said.append(f"{'mediator' if len(names) == 1 else 'mediators'}: {wording.join(names)}" if names else "no mediator")
        if len(names) > 1 and joint != "full":
            said.append(f"{PARTS.get(len(names), f'1/{len(names)}')} for each mediator" if joint == "split" else "several mediators, so it is nobody's")
        return "; ".join(said)


def outcomes_of_all(tried: Multiverse) -> pd.DataFrame:
    """``key``, ``rule`` (label), ``finding``, ``holds`` ("yes", "no", "cannot say"): a row for each combination and finding."""
    rows = [(each.key, each.rule.label, finding, holds) for each in tried.combinations for finding, holds in judged(each.tally).items()]
    return pd.DataFrame(rows, columns=["key", "rule", "finding", "holds"])


def what_breaks(outcome: pd.DataFrame) -> pd.DataFrame:
    """For each finding under how many combinations it holds, and what each rule does to it.

    In: as :func:`outcomes_of_all` returns it. Out, a row for each finding and rule, in their order:
    ``finding``; ``holds``, ``fails``, ``cannot_say`` (int: combinations); ``rule`` (label);
    ``held`` (int: combinations without the rule in which the finding holds), ``broken`` and ``silenced``
    (int: in how many of them this rule, all else the same, makes it fail, or leaves nothing to judge it by);
    ``failed`` and ``mended`` (int: combinations without the rule in which it fails, and in how many of them it holds with it).
    """
    rows = []
    for finding, found in outcome.groupby("finding", sort=False):
        holds = dict(zip(found["key"], found["holds"]))
        totals = [sum(each == result for each in holds.values()) for result in ("yes", "no", CANNOT_SAY)]
        for place, rule, number in _single_rules():
            pairs = [(holds[key], holds.get(key[:place] + number + key[place + 1 :])) for key in holds if key[place] == "0"]
            held = [after for before, after in pairs if before == "yes" and after]
            failed = [after for before, after in pairs if before == "no" and after]
            rows.append((finding, *totals, rule.label, len(held), held.count("no"), held.count(CANNOT_SAY), len(failed), failed.count("yes")))
    return pd.DataFrame(rows, columns=["finding", "holds", "fails", "cannot_say", "rule", "held", "broken", "silenced", "failed", "mended"])


def _single_rules() -> Iterator[tuple[int, CountingRule, str]]:
    """Each rule that differs from the main one: the place of its digit in a key, the rule, and the digit."""
    for place, each in enumerate(CHOICES.values()):
        yield from ((place, rule, str(number)) for number, rule in enumerate(each) if number)

