"""The findings are tried under every counting rule, and the trial can fail."""

from __future__ import annotations

from rapprochement.counting import ALTERNATIVES, MAIN
from rapprochement.findings import CANNOT_SAY, FINDINGS, outcomes, survivors


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
