"""The findings are tried under every counting rule and every combination of rules, and the trial can fail."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from rapprochement import load_evidence, load_outlets, load_references, measures
from rapprochement.article import article_window
from rapprochement.counting import ALTERNATIVES, BY_BOTH, MAIN, TWO_SIDED, CountingRule, contacts
from rapprochement.findings import CANNOT_SAY, FINDINGS, outcomes, survivors
from rapprochement.multiverse import CHOICES, LEFT_OUT, Multiverse, multiverse, outcomes_of_all, rules, what_breaks
from rapprochement.provenance import OWN_SIDES, with_outlets, with_tellers

ALL = rules()
# Each rule alone, and some together.
ONE_RULE = [key for key in ALL if key.count("0") == len(key) - 1]
SOME = [*ONE_RULE, *random.Random(2020).sample([key for key in ALL if key not in ONE_RULE], 4)]


@pytest.fixture(scope="module")
def voices() -> pd.DataFrame:
    return with_outlets(load_evidence(), load_references(), load_outlets())


@pytest.fixture(scope="module")
def told(events, voices) -> pd.DataFrame:
    return with_tellers(events, voices)


@pytest.fixture(scope="module")
def tried(told) -> Multiverse:
    return multiverse(told)


def test_every_finding_is_tried_under_every_rule(events):
    outcome = outcomes(events)
    assert len(outcome) == len(FINDINGS) * (1 + len(ALTERNATIVES))
    assert set(outcome["rule"]) == {rule.label for rule in (MAIN, *ALTERNATIVES)}
    assert set(outcome["holds"]) <= {"yes", "no", CANNOT_SAY}


def test_a_finding_that_fails_once_does_not_survive(events):
    outcome = outcomes(events)
    survive = survivors(outcome)
    for finding, rows in outcome.groupby("finding"):
        assert survive[finding] == (not (rows["holds"] == "no").any())


def test_swapping_one_mediator_changes_an_outcome(events):
    """The EU's lead among the leaders must rest on the rows that say so."""
    swapped = events.copy()
    brussels = (swapped["level"] == "leaders") & (swapped["track"] == "AM-AZ") & (swapped["place"] == "brussels")
    for index in swapped.index[brussels]:
        swapped.at[index, "mediators"] = ["Russia" if party == "EU" else party for party in swapped.at[index, "mediators"]]
    before, after = outcomes(events), outcomes(swapped)
    assert (before["holds"] != after["holds"]).any()


# --- Two-sided sources only ------------------------------------------------------


def test_two_sided_leaves_out_just_what_one_side_alone_tells(told, voices):
    """Counted here from the evidence itself."""
    between = told[told["track"] == "AM-AZ"]
    left_out = set(contacts(between)["event_id"]) - set(contacts(between, TWO_SIDED)["event_id"])
    kept_by_both = set(contacts(between, BY_BOTH)["event_id"])
    heard = voices[voices["supports"].map(bool)].groupby("event_id")["side"].agg(set)
    armenian, azerbaijani = OWN_SIDES["AM-AZ"]
    for event_id in contacts(between)["event_id"]:
        sides = heard[event_id]
        assert (event_id in left_out) == (sides <= armenian or sides <= azerbaijani), event_id
        assert (event_id in kept_by_both) == bool(sides & armenian and sides & azerbaijani), event_id
    assert left_out and kept_by_both and not left_out & kept_by_both


def test_a_rule_on_sources_says_what_it_needs(events):
    with pytest.raises(ValueError, match="told_by"):
        contacts(events, TWO_SIDED)


def test_joint_mediation_may_be_nobodys(events):
    rule = CountingRule("only who mediated alone", joint="alone")
    met = contacts(events, rule)
    several = met["with_mediator"].map(len) > 1
    assert several.any() and (met.loc[several, "mediator_weight"] == 0).all() and (met.loc[~several, "mediator_weight"] == 1).all()


# --- Every combination -----------------------------------------------------------


def test_the_combinations_are_all_that_differ(told):
    labels = [rule.label for rule in ALL.values()]
    assert len(set(labels)) == len(ALL) == len({tuple(getattr(rule, field) for field in CHOICES) for rule in ALL.values()})
    every_choice = 1
    for each in CHOICES.values():
        every_choice *= len(each)
    article_and_hosts = every_choice // len(CHOICES["list"]) // len(CHOICES["mediating_roles"])
    assert len(ALL) == every_choice - article_and_hosts
    assert next(iter(ALL.values())) == MAIN


def assert_as_counted_directly(tried: Multiverse, told: pd.DataFrame, keys: list[str]) -> None:
    by_all = outcomes_of_all(tried)
    one_by_one = outcomes(told, tuple(ALL[key] for key in keys))
    together = by_all[by_all["key"].isin(keys)].merge(one_by_one, on=["rule", "finding"], suffixes=("", "_alone"), validate="one_to_one")
    assert len(together) == len(keys) * len(FINDINGS)
    assert together.loc[together["holds"] != together["holds_alone"], ["rule", "finding"]].empty


def test_findings_under_combinations_are_those_of_the_measures(tried, told):
    assert_as_counted_directly(tried, told, SOME)


@pytest.mark.thorough
def test_findings_under_each_combination_are_those_of_the_measures(tried, told):
    assert_as_counted_directly(tried, told, list(ALL))


def test_counts_under_combinations_are_those_of_the_measures(tried, told):
    _, day = article_window(told)
    between = told[told["track"] == "AM-AZ"]
    main = contacts(between).set_index("event_id")
    for key in SOME:
        found = next(each for each in tried.combinations if each.key == key)
        met = contacts(between, ALL[key])
        for period, rows in ((found.tally.before, met[met["start"] <= day]), (found.tally.after, met[met["start"] > day])):
            assert period.mediators == pytest.approx({name: number for name, number in measures.ranked_mediators(rows) if number}), key
            assert (period.contacts, period.unmediated) == (rows["weight"].sum(), measures.without_mediator(rows)["weight"].sum()), key
        halves = measures.contacts_per_period(met, "half-year", first=main["start"].min(), last=main["start"].max())
        assert [sum(half) for half in found.half_years] == halves["contacts"].to_list(), key
        assert {row for row, words in found.changed.items() if words == LEFT_OUT} == set(main.index) - set(met["event_id"]), key
        for row in met.set_index("event_id").itertuples():
            before = main.loc[row.Index]
            same = row.weight == before["weight"] == row.mediator_weight and set(row.with_mediator) == set(before["with_mediator"])
            assert (row.Index in found.changed) != same, (key, row.Index)


def test_what_breaks_a_finding_is_counted_pair_by_pair():
    """On a small multiverse that one can count by hand: two rules, of which the first breaks the finding."""
    holds = {"0000000": "yes", "1000000": "no", "0000010": "yes", "1000010": CANNOT_SAY, "0000002": "no", "1000002": "yes"}
    outcome = pd.DataFrame({"key": holds.keys(), "rule": holds.keys(), "finding": "it is so", "holds": holds.values()})
    broken = what_breaks(outcome).set_index("rule")
    assert broken.iloc[0][["holds", "fails", "cannot_say"]].to_list() == [3, 2, 1]
    margins = broken.loc["without margins of summits"]
    assert margins[["held", "broken", "silenced", "failed", "mended"]].to_list() == [2, 1, 1, 1, 1]
    by_both = broken.loc["told by both sides only"]
    assert by_both[["held", "broken", "failed", "mended"]].to_list() == [1, 1, 1, 1]


def test_each_finding_holds_fails_or_cannot_be_judged_under_every_combination(tried):
    totals = what_breaks(outcomes_of_all(tried)).drop_duplicates("finding")
    assert list(totals["finding"]) == list(FINDINGS)
    assert (totals["holds"] + totals["fails"] + totals["cannot_say"] == len(ALL)).all()
    after_the_article = totals.set_index("finding").loc["The share without a mediator grew after the article"]
    assert after_the_article["cannot_say"] == sum(rule.list == "article" for rule in ALL.values())
