"""Measures equal hand counts: on tiny frames, and on the totals of the article."""

from __future__ import annotations

import pandas as pd
import pytest

from rapprochement import measures
from rapprochement.counting import ALTERNATIVES, NOBODY, CountingRule, contacts

COLUMNS = ["event_id", "start", "end", "precision", "kind", "track", "level", "channel", "place", "mediators", "mediator_roles", "in_article", "article_mediators"]


@pytest.fixture()
def tiny():
    """Six rows that a reader can count: five contacts, one statement."""
    rows = [
        ("a", "2022-01-10", "2022-01-10", "day", "meeting", "AM-AZ", "leaders", "in-person", "brussels", ["EU"], ["mediator"], "yes", ["EU"]),
        ("b", "2022-02-01", "2022-02-01", "day", "call", "AM-AZ", "leaders", "phone", "", [], [], "no", []),
        ("c", "2022-02-20", "2022-02-20", "day", "statement", "AM-AZ", "", "", "", [], [], "yes", []),
        ("d", "2022-03-05", "2022-03-08", "day", "meeting", "AM-AZ", "leaders", "in-person", "brussels", ["EU", "France", "Czechia"], ["mediator", "mediator", "margins"], "yes", ["unstated"]),
        ("e", "2022-03-08", "2022-03-08", "day", "meeting", "AM-TR", "foreign-ministers", "in-person", "vienna", ["Austria"], ["host"], "yes", ["unstated"]),
        ("f", "2022-09-01", "2022-09-30", "month", "meeting", "AM-AZ", "leaders", "in-person", "moscow", ["Russia"], ["co-chair"], "no", []),
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.assign(start=pd.to_datetime(frame["start"]), end=pd.to_datetime(frame["end"]))


def counts(frame, *keys):
    return frame.set_index(list(keys))["contacts"].to_dict()


def test_a_contact_is_a_meeting_or_a_call(tiny):
    assert contacts(tiny)["event_id"].tolist() == ["a", "b", "d", "e", "f"]


def test_measures_leave_their_input_alone(tiny):
    before = tiny.copy(deep=True)
    met = contacts(tiny)
    kept = met.copy(deep=True)
    measures.contacts_per_period(met, "month", "track")
    measures.cumulative_contacts(met)
    measures.gaps_between_contacts(met)
    measures.mediator_shares(met, "track")
    measures.unmediated_shares(met)
    measures.third_parties_per_quarter(met)
    pd.testing.assert_frame_equal(tiny, before)
    pd.testing.assert_frame_equal(met, kept)


def test_months_without_contacts_stand_as_zero(tiny):
    per_month = measures.contacts_per_period(contacts(tiny), "month")
    assert per_month["contacts"].tolist() == [1, 1, 2, 0, 0, 0, 0, 0, 1]
    assert per_month["period_start"].iloc[3] == pd.Timestamp("2022-04-01")


def test_quarters_and_half_years_are_counted_by_start(tiny):
    met = contacts(tiny)
    assert measures.contacts_per_period(met, "quarter")["contacts"].tolist() == [4, 0, 1]
    assert measures.contacts_per_period(met, "half-year")["contacts"].tolist() == [4, 1]


def test_periods_can_be_split_by_track_and_by_level(tiny):
    met = contacts(tiny)
    by_track = measures.contacts_per_period(met, "half-year", "track")
    assert counts(by_track, "period_start", "track") == {
        (pd.Timestamp("2022-01-01"), "AM-AZ"): 3, (pd.Timestamp("2022-01-01"), "AM-TR"): 1,
        (pd.Timestamp("2022-07-01"), "AM-AZ"): 1, (pd.Timestamp("2022-07-01"), "AM-TR"): 0,
    }
    by_level = measures.contacts_per_period(met, "half-year", "level")
    assert counts(by_level, "period_start", "level")[(pd.Timestamp("2022-01-01"), "leaders")] == 3


def test_a_span_beyond_the_contacts_is_filled_with_zero(tiny):
    span = measures.contacts_per_period(contacts(tiny), "half-year", None, pd.Timestamp("2021-02-01"), pd.Timestamp("2023-01-31"))
    assert span["contacts"].tolist() == [0, 0, 4, 1, 0]


def test_running_totals_end_at_the_number_of_contacts(tiny):
    totals = measures.cumulative_contacts(contacts(tiny), "track")
    assert totals.groupby("track")["total"].last().to_dict() == {"AM-AZ": 4, "AM-TR": 1}


def test_a_silence_runs_from_the_end_of_one_contact_to_the_start_of_the_next(tiny):
    gaps = measures.gaps_between_contacts(contacts(tiny))
    # f is known to the month only, so no silence ends or begins with it
    assert gaps[["after_event", "before_event", "days"]].values.tolist() == [["a", "b", 22], ["b", "d", 32]]
    assert measures.longest_silences(gaps, 1)["days"].tolist() == [32]


def test_a_contact_without_a_day_leaves_no_silence_around_it(tiny):
    later = tiny.iloc[0].copy()
    later[["event_id", "start", "end"]] = ["g", pd.Timestamp("2022-12-01"), pd.Timestamp("2022-12-01")]
    gaps = measures.gaps_between_contacts(contacts(pd.concat([tiny, later.to_frame().T], ignore_index=True).astype(tiny.dtypes)))
    assert gaps["after_event"].tolist() == ["a", "b"], "d to g is no silence: f lies between them"


def test_joint_mediation_counts_once_for_each_party(tiny):
    shares = measures.mediator_shares(contacts(tiny))
    assert counts(shares, "mediator") == {"EU": 2, NOBODY: 2, "France": 1, "Russia": 1}
    assert shares.set_index("mediator")["share"]["EU"] == pytest.approx(2 / 5)


def test_joint_mediation_can_be_split(tiny):
    shares = measures.mediator_shares(contacts(tiny, CountingRule(joint="split")))
    assert counts(shares, "mediator") == {NOBODY: 2, "EU": 1.5, "Russia": 1, "France": 0.5}
    assert shares["share"].sum() == pytest.approx(1)


def test_hosts_and_margins_are_not_mediators_unless_the_rule_says_so(tiny):
    assert counts(measures.mediator_shares(contacts(tiny)), "mediator").get("Austria") is None
    counted = contacts(tiny, CountingRule("hosts", mediating_roles=frozenset({"mediator", "co-chair", "host"})))
    assert counts(measures.mediator_shares(counted), "mediator")["Austria"] == 1
    assert counts(measures.mediator_shares(counted), "mediator").get("Czechia") is None


def test_unmediated_shares_by_track_and_half_year(tiny):
    met = contacts(tiny)
    assert measures.unmediated_shares(met)[["contacts", "of"]].values.tolist() == [[2, 5]]
    by_track = measures.unmediated_shares(met, "track").set_index("track")
    assert by_track["share"].to_dict() == {"AM-AZ": pytest.approx(1 / 4), "AM-TR": 1}
    by_half = measures.unmediated_shares(measures.with_half_year(met), "half_year")
    assert by_half["contacts"].tolist() == [2, 0]


def test_third_parties_of_a_quarter_are_counted_once(tiny):
    per_quarter = measures.third_parties_per_quarter(contacts(tiny))
    assert per_quarter["third_parties"].tolist() == [2, 0, 1]
    assert per_quarter["names"].tolist() == [["EU", "France"], [], ["Russia"]]


def test_mediators_by_level_and_venue(tiny):
    met = contacts(tiny)
    assert counts(measures.mediator_by(met, "level"), "mediator", "level")[("EU", "leaders")] == 2
    assert counts(measures.mediator_by(met, "place"), "mediator", "place")[("EU", "brussels")] == 2


def test_rules_change_what_is_counted(tiny):
    by_label = {rule.label: contacts(tiny, rule) for rule in ALTERNATIVES}
    assert by_label["without margins of summits"]["event_id"].tolist() == ["a", "b", "e", "f"]
    assert by_label["without calls and video"]["event_id"].tolist() == ["a", "d", "e", "f"]
    assert by_label["days instead of contacts"]["weight"].tolist() == [1, 1, 4, 1, 1]
    listed = by_label["the article's own list"]
    assert listed["event_id"].tolist() == ["a", "d", "e"]
    assert listed["with_mediator"].tolist() == [["EU"], [], []]


def test_a_change_of_pace_is_judged_by_the_exact_test():
    # 5 against 5 in equal spans: nothing changed, and nothing is less uneven.
    assert measures.rate_ratio(5, 100, 5, 100) == (1, pytest.approx(1))
    # 0 against 5 in equal spans: both extremes of ten fair coins... two of 2**5 outcomes.
    ratio, probability = measures.rate_ratio(0, 100, 5, 100)
    assert ratio == float("inf") and probability == pytest.approx(2 / 2**5)
    # Twice the span, twice the count: the rate is the same.
    assert measures.rate_ratio(4, 100, 8, 200)[0] == pytest.approx(1)


def test_a_change_of_pace_compares_equal_spans(tiny):
    pace = measures.change_of_pace(contacts(tiny), pd.Timestamp("2022-03-31"), [30, 60])
    assert pace[["days", "earlier", "later"]].values.tolist() == [[30, 1, 2], [60, 1, 3]]


def test_what_the_article_lists_and_leaves_out_adds_up(tiny):
    by_level = measures.listed_and_left_out(contacts(tiny), "level")
    assert by_level.values.tolist() == [["leaders", 2, 2], ["foreign-ministers", 1, 0]]


# The totals that the article itself states (P3 to P6), as its rows must give them.
@pytest.mark.parametrize(
    ("query", "stated"),
    [
        ("track=AM-AZ level=leaders place=brussels", 4),
        ("track=AM-AZ level=leaders place=sochi|moscow", 2),
        ("track=AM-AZ level=leaders place=prague|bulboaca", 2),
        ("track=AM-AZ level=foreign-ministers place=arlington", 2),
        ("track=AM-AZ body=border-commissions", 4),
        ("track=AM-TR level=special-representatives place=vienna", 3),
        ("track=AM-TR level=special-representatives place=moscow", 1),
    ],
)
def test_totals_of_the_article_come_out_of_its_rows(events, query, stated):
    from rapprochement.query import select

    assert len(select(events, f"{query} article=yes")) == stated


def test_counts_by_track_and_level_add_up_to_all_contacts(events):
    met = contacts(events)
    for by in ("track", "level"):
        for period in ("month", "quarter", "half-year"):
            assert measures.contacts_per_period(met, period, by)["contacts"].sum() == len(met)


def test_company_counts_each_contact_once(tiny):
    shares = measures.company_shares(contacts(tiny), "track").set_index(["track", "company"])["contacts"]
    assert shares["AM-AZ"].to_dict() == {measures.MEDIATED: 3, measures.ACCOMPANIED: 0, measures.ALONE: 1}
    assert shares["AM-TR"].to_dict() == {measures.MEDIATED: 0, measures.ACCOMPANIED: 1, measures.ALONE: 0}


def test_shares_of_company_add_up_to_one(tiny):
    shares = measures.company_shares(contacts(tiny), "track")
    assert shares.groupby("track")["share"].sum().tolist() == [1, 1]


def test_a_question_without_an_end_is_open_to_the_last_day():
    questions = pd.DataFrame({"question": ["ended", "open"], "ended": pd.to_datetime(["2023-07-25", None])})
    timed = measures.time_open(questions, pd.Timestamp("2023-07-15"), pd.Timestamp("2023-08-14"))
    assert timed["days"].tolist() == [10, 30]
    assert timed["open"].tolist() == [False, True]


def test_a_question_cannot_end_before_it_is_asked():
    questions = pd.DataFrame({"question": ["early"], "ended": pd.to_datetime(["2023-07-01"])})
    with pytest.raises(ValueError, match="before"):
        measures.time_open(questions, pd.Timestamp("2023-07-15"), pd.Timestamp("2023-08-14"))
