"""The claims ledger is whole, its verdicts follow from the rows, and a wrong one cannot be published."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest
import yaml
from conftest import Table

from rapprochement import checks
from rapprochement.checks import CHECKS, CheckError
from rapprochement.claims import VERDICTS, judge, select_claims, verdict_of
from rapprochement.query import QueryError


@pytest.fixture()
def claims_table(data_copy) -> Table:
    """The claims of the copy, cell by cell."""
    return Table(data_copy / "claims.csv")


# --- The ledger is whole ------------------------------------------------------


def test_every_paragraph_of_the_article_has_its_claims(claims):
    # P34 is an outlook that no source can bear out or refute.
    assert set(claims["paragraph"]) == {f"P{n}" for n in range(1, 34)}


def test_every_event_of_the_article_stands_under_each_paragraph_that_tells_of_it(claims, events):
    named = {(paragraph, event) for paragraph, rows in zip(claims["paragraph"], claims["events"]) for event in rows}
    told = events[events["in_article"] != "no"]
    missing = [
        (paragraph, event)
        for paragraphs, event in zip(told["article_paragraphs"], told["event_id"])
        for paragraph in paragraphs
        if (paragraph, event) not in named
    ]
    assert not missing


def test_every_note_of_the_article_stands_at_a_claim(claims):
    noted = {note for notes in claims["notes"] for note in notes}
    assert noted == {f"[{n}]" for n in range(1, 25)}


def test_every_claim_can_be_followed_to_an_event_or_a_source(claims):
    alone = claims[(claims["events"].map(len) == 0) & (claims["sources"].map(len) == 0)]
    assert alone.empty, alone["claim_id"].tolist()


def test_every_chapter_of_a_claim_is_a_page_of_the_book(claims, root):
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    pages = {entry["file"] for part in toc["parts"] for entry in part["chapters"]}
    assert {f"chapters/{chapter}" for chapter in claims["chapter"]} <= pages


def test_a_dispute_of_the_parties_is_never_ruled_on(claims):
    positions = claims["kind"] == "position"
    for column in ("against_own_list", "against_record"):
        assert ((claims[column] == "contested") == positions).all()


# --- The verdicts follow from the rows ------------------------------------------


def test_typed_verdicts_equal_computed_ones(claims, events):
    judged = judge(claims, events)
    for column in ("against_own_list", "against_record"):
        differ = claims[column] != judged[column]
        assert not differ.any(), claims.loc[differ, "claim_id"].tolist()
    assert (judged["found"] != "").equals(claims["check"] != "")


def test_every_check_is_used_by_a_claim_and_every_date_is_checked(claims):
    assert set(CHECKS) == set(claims["check"]) - {""}
    dated = claims[(claims["kind"] == "date") & claims["claim"].map(lambda text: bool(checks.dates_in(text)))]
    assert (dated["check"] != "").all(), dated.loc[dated["check"] == "", "claim_id"].tolist()


def verdicts(claims, events) -> dict[str, tuple[str, str]]:
    judged = judge(claims, events)
    return {c: (own, record) for c, own, record in zip(judged["claim_id"], judged["against_own_list"], judged["against_record"])}


@pytest.fixture(scope="module")
def changed(claims, events) -> Callable[[pd.DataFrame], dict[str, tuple[str, str]]]:
    """The verdicts that other events would change."""
    old = verdicts(claims, events)

    def compare(after: pd.DataFrame) -> dict[str, tuple[str, str]]:
        return {claim: new for claim, new in verdicts(claims, after).items() if new != old[claim]}

    return compare


def with_cells(events, event_id, **cells):
    copy = events.copy()
    index = copy.index[copy["event_id"] == event_id][0]
    for column, value in cells.items():
        copy.at[index, column] = value
    return copy


def test_a_host_that_mediates_changes_the_verdict_on_intermediaries(events, changed):
    mediated = with_cells(events, "2022-08-30-moscow-border-commissions", mediator_roles=["mediator"])
    assert changed(mediated) == {"p5-no-intermediaries": ("holds", "contradicted")}


def test_another_mediator_changes_the_count_of_brussels(events, changed):
    swapped = with_cells(events, "2022-08-31-brussels-leaders", mediators=["Russia"])
    after = changed(swapped)
    assert after["p3-brussels-four"] == ("holds", "contradicted")
    assert after["p3-russian-two"] == ("holds", "contradicted")


def test_another_mediator_changes_who_is_said_to_have_convened(events, changed):
    swapped = with_cells(events, "2023-02-18-munich-leaders", mediators=["Russia", "Germany"])
    assert changed(swapped)["p4-munich-blinken"] == ("holds", "contradicted")


def test_dropping_the_meetings_between_makes_no_meetings_hold(claims, events):
    between = ["2022-10-14-astana-foreign-ministers", "2022-11-07-washington-foreign-ministers", "2022-12-26-saint-petersburg-leaders"]
    fewer = events[~events["event_id"].isin(between)]
    assert verdicts(claims, fewer)["p4-no-meetings"] == ("contradicted", "contradicted")
    assert verdicts(claims, fewer[fewer["event_id"] != "2022-10-31-sochi-leaders"])["p4-no-meetings"] == ("holds", "holds")


def test_dropping_the_earlier_meetings_makes_the_first_meeting_the_first(events, changed):
    earlier = (events["track"] == "AZ-KA") & events["kind"].isin(["meeting", "call"]) & (events["start"] < pd.Timestamp("2023-03-01"))
    assert earlier.any()
    assert changed(events[~earlier])["p22-first-meeting"] == ("holds", "holds")


def test_moving_a_date_changes_the_verdict_on_it(events, changed):
    moved = with_cells(events, "2023-02-11-margara-alican-trucks", start=pd.Timestamp("2023-02-06"), end=pd.Timestamp("2023-02-06"))
    assert changed(moved)["p18-border-date"] == ("holds", "holds")
    day = pd.Timestamp("2023-04-24")
    moved = with_cells(events, "2023-04-23-lachin-checkpoint", start=day, end=day, article_start=pd.Timestamp("2023-04-23"))
    assert changed(moved) == {"p16-checkpoint-date": ("holds", "contradicted")}


def test_entering_what_was_left_out_changes_the_verdict_on_the_omission(claims, events, changed):
    told = events.copy()
    rows = claims.set_index("claim_id").loc["p16-blocked-road", "events"]
    told.loc[told["event_id"].isin(rows), "in_article"] = "yes"
    assert changed(told)["p16-blocked-road"] == ("not-checkable", "holds")


# --- Each check on rows that a reader can count ------------------------------------

DEFAULTS = {
    "precision": "day", "kind": "meeting", "track": "AM-AZ", "level": "leaders", "body": "", "channel": "in-person", "place": "",
    "mediators": [], "mediator_roles": [], "in_article": "yes", "article_mediators": ["unstated"], "article_start": pd.NaT,
    "article_paragraphs": ["P3"], "title": "", "threads": [],
}


def frame(*rows: dict) -> pd.DataFrame:
    """Events with an id of their date unless one is given; the EU as "EU", mediating unless a role is given."""
    made = []
    for row in rows:
        row = {**DEFAULTS, "end": row["start"], "event_id": row["start"], **row}
        row["mediator_roles"] = row["mediator_roles"] or ["mediator"] * len(row["mediators"])
        made.append(row)
    events = pd.DataFrame(made)
    for column in ("start", "end", "article_start"):
        events[column] = pd.to_datetime(events[column])
    return events


def outcome(check: str, events: pd.DataFrame, text: str = "", cited: tuple[str, ...] = ()) -> tuple[str, str]:
    claim = pd.Series({"claim": text, "check": check, "events": list(cited), "against_own_list": "", "against_record": ""})
    verdict = verdict_of(claim, events)
    assert verdict.found.endswith(".")
    assert {verdict.against_own_list, verdict.against_record} <= set(VERDICTS)
    return verdict.against_own_list, verdict.against_record


END = {"start": "2023-07-15", "kind": "statement", "level": ""}  # the last event of the article
EU, RUSSIA, US = {"mediators": ["EU"], "article_mediators": ["EU"]}, {"mediators": ["Russia"], "article_mediators": ["Russia"]}, {"mediators": ["United States"], "article_mediators": ["United States"]}
MINISTERS, UNLISTED = {"level": "foreign-ministers"}, {"in_article": "no", "article_mediators": []}
COMMISSIONS = {"level": "deputy-prime-ministers", "body": "border-commissions", "article_mediators": ["none"]}
ENVOYS = {"track": "AM-TR", "level": "special-representatives"}
BAKU_KARABAKH = {"track": "AZ-KA", "level": "representatives"}


def brussels(*starts: str, **cells) -> list[dict]:
    return [{"start": start, "place": "brussels", **EU, **cells} for start in starts]


def sessions(number: int, title: str = "") -> list[dict]:
    rows = [{"start": f"2021-01-{n + 1:02}", "level": "deputy-prime-ministers", "body": "trilateral-working-group", "in_article": "aggregate"} for n in range(number)]
    rows[-1]["title"] = title
    return rows


LISTED = {
    "leaders_listed": {},
    "ministers_listed": MINISTERS,
    "security_officials_listed": {"level": "security-officials"},
    "leaders_with_ankara_listed": {"track": "AM-TR"},
    "ministers_with_ankara_listed": {"track": "AM-TR", **MINISTERS},
}
FOUR = ("2022-05-22", "2022-08-31", "2023-05-14", "2023-07-15")
CASES = [
    ("dates_agree", frame({"start": "2022-05-22"}), "On 22 May 2022.", ("2022-05-22",), ("holds", "holds")),
    ("dates_agree", frame({"start": "2022-05-23", "article_start": "2022-05-22"}), "On 22 May 2022.", ("2022-05-23",), ("holds", "contradicted")),
    ("dates_agree", frame({"start": "2022-05-22"}, {"start": "2022-06-02", "article_start": "2022-06-01"}), "On 22 May 2022 and 1 June 2022.", ("2022-05-22", "2022-06-02"), ("holds", "partly")),
    ("dates_agree", frame({"start": "2023-05-01", "end": "2023-05-04"}), "On 1 to 4 May 2023.", ("2023-05-01",), ("holds", "holds")),
    ("dates_agree", frame({"start": "2023-05-01", "end": "2023-05-03"}), "On 1 to 4 May 2023.", ("2023-05-01",), ("contradicted", "contradicted")),
    ("dates_agree", frame({"start": "2022-02-02"}), "In February 2022.", ("2022-02-02",), ("holds", "holds")),
    ("dates_agree", frame({"start": "2022-02-02", **UNLISTED}), "In March 2022.", ("2022-02-02",), ("not-checkable", "contradicted")),
    ("no_meetings_between", frame({"start": "2022-10-06"}, {"start": "2023-02-18"}, END), "From 6 October 2022 to 18 February 2023.", (), ("holds", "holds")),
    ("no_meetings_between", frame({"start": "2022-11-07", **MINISTERS, **UNLISTED}, END), "From 6 October 2022 to 18 February 2023.", (), ("holds", "contradicted")),
    ("no_meetings_between", frame({"start": "2022-10-31"}, END), "From 6 October 2022 to 18 February 2023.", (), ("contradicted", "contradicted")),
    ("envoys_talks_started", frame({"start": "2021-12-15", "kind": "measure"}, {"start": "2022-01-14", **ENVOYS}), "", ("2021-12-15",), ("partly", "partly")),
    ("envoys_talks_started", frame({"start": "2021-12-15", "kind": "measure"}, {"start": "2021-12-20", **ENVOYS}), "", ("2021-12-15",), ("holds", "holds")),
    ("within_the_year", frame({"start": "2023-02-11"}, END), "", ("2023-02-11",), ("holds", "holds")),
    ("within_the_year", frame({"start": "2022-02-11"}, {"start": "2023-02-11"}, END), "", ("2022-02-11", "2023-02-11"), ("holds", "partly")),
    ("two_and_a_half_years", frame({"start": "2020-11-10"}, END), "", ("2020-11-10",), ("not-checkable", "holds")),
    ("two_and_a_half_years", frame({"start": "2021-11-10"}, END), "", ("2021-11-10",), ("not-checkable", "contradicted")),
    ("border_commission_sessions", frame(*({"start": start, **COMMISSIONS} for start in FOUR)), "", (), ("holds", "holds")),
    ("border_commission_sessions", frame(*({"start": start, **COMMISSIONS} for start in FOUR), {"start": "2022-07-01", **COMMISSIONS, **UNLISTED}), "", (), ("holds", "contradicted")),
    ("envoys_in_vienna", frame(*({"start": start, "place": "vienna", **ENVOYS} for start in FOUR[:3])), "", (), ("holds", "holds")),
    ("envoys_in_vienna", frame(*({"start": start, "place": "vienna", **ENVOYS} for start in FOUR)), "", (), ("contradicted", "contradicted")),
    ("brussels_since_april", frame(*brussels(*FOUR)), "", (), ("holds", "holds")),
    ("brussels_since_april", frame(*brussels(*FOUR), *brussels("2022-04-06", **UNLISTED)), "", (), ("holds", "partly")),
    ("brussels_since_april", frame(*brussels(*FOUR), *brussels("2022-12-06", **UNLISTED)), "", (), ("holds", "contradicted")),
    ("russian_facilitated", frame({"start": "2022-10-31", **RUSSIA}, {"start": "2023-05-25", **RUSSIA}), "", (), ("holds", "holds")),
    ("russian_facilitated", frame({"start": "2021-01-11", **RUSSIA, **UNLISTED}, {"start": "2022-10-31", **RUSSIA}, {"start": "2023-05-25", **RUSSIA}), "", (), ("holds", "partly")),
    ("russian_facilitated", frame({"start": "2022-10-31", **RUSSIA}), "", (), ("contradicted", "contradicted")),
    ("summit_margins", frame({"start": "2022-10-06", "place": "prague"}, {"start": "2022-10-06", "event_id": "second", "place": "prague", **UNLISTED}, {"start": "2023-06-01", "place": "bulboaca"}), "", (), ("holds", "holds")),
    ("summit_margins", frame({"start": "2022-10-06", "place": "prague"}), "", (), ("contradicted", "contradicted")),
    ("working_group_sessions", frame(*sessions(10, "Working group meets, twelfth session"), END), "", (), ("not-checkable", "holds")),
    ("working_group_sessions", frame(*sessions(10), END), "", (), ("not-checkable", "not-checkable")),
    ("working_group_sessions", frame(*sessions(13), END), "", (), ("not-checkable", "contradicted")),
    ("more_intense_lately", frame({"start": "2020-11-10", **MINISTERS}, {"start": "2021-07-20"}, {"start": "2022-08-01"}, *({"start": f"2023-06-{n:02}"} for n in range(1, 9)), END), "", (), ("holds", "holds")),
    ("more_intense_lately", frame({"start": "2020-11-10", **MINISTERS}, {"start": "2021-07-20"}, {"start": "2023-02-01"}, {"start": "2023-06-01"}, {"start": "2023-06-02"}, END), "", (), ("partly", "partly")),
    ("more_intense_lately", frame({"start": "2020-11-10", **MINISTERS}, {"start": "2021-07-10"}, *({"start": f"2021-08-{n:02}"} for n in range(1, 9)), END), "", (), ("contradicted", "contradicted")),
    ("us_support_increased", frame(*({"start": f"2023-05-{n:02}", **US} for n in range(1, 9)), END), "", (), ("holds", "holds")),
    ("us_support_increased", frame({"start": "2022-09-19", **US}, {"start": "2023-02-18", **US}, {"start": "2023-05-01", **US}, END), "", (), ("partly", "partly")),
    ("us_support_increased", frame({"start": "2022-09-19", **US}, END), "", (), ("contradicted", "contradicted")),
    ("through_russia_and_eu", frame({"start": "2022-10-31", **RUSSIA}, {"start": "2023-05-14", **EU}), "", (), ("holds", "holds")),
    ("through_russia_and_eu", frame({"start": "2022-10-31", **RUSSIA}, {"start": "2023-02-18", **US, **UNLISTED}, {"start": "2023-05-14", **EU}), "", (), ("holds", "partly")),
    ("through_russia_and_eu", frame({"start": "2022-10-31", "mediators": ["Russia", "EU"], "article_mediators": ["Russia"]}), "", (), ("contradicted", "contradicted")),
    ("without_intermediaries", frame({"start": "2022-05-24", **COMMISSIONS}), "", (), ("holds", "holds")),
    ("without_intermediaries", frame({"start": "2022-05-24", **COMMISSIONS}, {"start": "2022-08-30", **COMMISSIONS, "mediators": ["Russia"], "mediator_roles": ["host"]}), "", (), ("holds", "partly")),
    ("without_intermediaries", frame({"start": "2022-08-30", **COMMISSIONS, "mediators": ["Russia"]}), "", (), ("holds", "contradicted")),
    ("third_parties_named", frame({"start": "2022-05-22", **EU}), "", ("2022-05-22",), ("holds", "holds")),
    ("third_parties_named", frame({"start": "2022-10-06", "mediators": ["EU", "France"]}), "", ("2022-10-06",), ("holds", "partly")),
    ("third_parties_named", frame({"start": "2022-10-06", "mediators": ["EU"], "article_mediators": ["none"]}), "", ("2022-10-06",), ("holds", "contradicted")),
    ("first_ministers_call", frame({"start": "2022-04-11", "kind": "call", **MINISTERS}), "", ("2022-04-11",), ("holds", "not-checkable")),
    ("first_ministers_call", frame({"start": "2021-04-11", "kind": "call", **MINISTERS, **UNLISTED}, {"start": "2022-04-11", "kind": "call", **MINISTERS}), "", ("2022-04-11",), ("holds", "contradicted")),
    ("first_talks_with_ankara", frame({"start": "2022-01-14", **ENVOYS}), "", ("2022-01-14",), ("holds", "not-checkable")),
    ("first_talks_with_ankara", frame({"start": "2021-12-01", "track": "AM-TR", **UNLISTED}, {"start": "2022-01-14", **ENVOYS}), "", ("2022-01-14",), ("holds", "contradicted")),
    ("first_talks_with_ankara", frame({"start": "2021-12-02", "track": "AM-TR", "mediators": ["OSCE"], "mediator_roles": ["margins"], **UNLISTED}, {"start": "2022-01-14", **ENVOYS}), "", ("2022-01-14",), ("holds", "not-checkable")),
    ("first_baku_karabakh_meeting", frame({"start": "2023-03-01", **BAKU_KARABAKH}), "", ("2023-03-01",), ("holds", "holds")),
    ("first_baku_karabakh_meeting", frame({"start": "2023-02-24", **BAKU_KARABAKH, **UNLISTED}, {"start": "2023-03-01", **BAKU_KARABAKH}), "", ("2023-03-01", "2023-02-24"), ("holds", "contradicted")),
    ("left_out", frame({"start": "2022-12-12", "kind": "incident", **UNLISTED}, END), "", ("2022-12-12",), ("not-checkable", "partly")),
    ("left_out", frame({"start": "2022-12-12", "kind": "incident"}, {"start": "2023-09-19", "kind": "incident", **UNLISTED}, END), "", ("2022-12-12", "2023-09-19"), ("not-checkable", "holds")),
    *((name, frame({"start": "2022-02-01", **cells}, END), "", (), ("holds", "holds")) for name, cells in LISTED.items()),
    *((name, frame({"start": "2022-02-01"}, {"start": "2022-03-01", **cells, **UNLISTED}, END), "", (), ("holds", "partly")) for name, cells in LISTED.items()),
]


@pytest.mark.parametrize(("check", "events", "text", "cited", "expected"), CASES, ids=lambda v: v if isinstance(v, str) and "_" in v else "")
def test_each_check_judges_rows_as_a_reader_would(check, events, text, cited, expected):
    assert outcome(check, events, text, cited) == expected


def test_no_check_goes_untried():
    assert {check for check, *_ in CASES} == set(CHECKS)


@pytest.mark.parametrize(("check", "text", "cited"), [("dates_agree", "Last year.", ("2022-05-22",)), ("dates_agree", "On 22 May 2022.", ()), ("no_meetings_between", "Since 6 October 2022.", ()), ("left_out", "", ()), ("first_ministers_call", "", ("no-such-row",)), ("first_ministers_call", "", ()), ("dates_agree", "On 31 February 2022.", ("2022-05-22",)), ("no_such_check", "", ())])
def test_a_check_that_cannot_be_computed_says_so(check, text, cited):
    with pytest.raises(CheckError):
        outcome(check, frame({"start": "2022-05-22"}), text, cited)


def fewer(events, which: str) -> pd.DataFrame:
    match which:
        case "none":
            return events.iloc[:0]
        case "no contacts":
            return events[~events["kind"].isin(["meeting", "call"])]
        case "nothing of the article":
            return events[events["in_article"] == "no"]
        case _:
            return events.iloc[::7]


@pytest.mark.parametrize("which", ["none", "no contacts", "nothing of the article", "every seventh row"])
def test_missing_rows_give_a_verdict_or_a_reason_and_never_a_traceback(claims, events, which):
    for _, claim in claims.iterrows():
        try:
            verdict_of(claim, fewer(events, which))
        except CheckError as reason:
            assert str(reason)


# --- A wrong ledger cannot be published ------------------------------------------------


def test_a_typed_verdict_that_disagrees_is_refused(claims_table, faults_of):
    row = claims_table.first_row(claim_id="p4-no-meetings")
    claims_table[row, "against_record"] = "holds"
    claims_table.save()
    assert any(
        fault.startswith(f"claims.csv, row {row}, column against_record (I): 'holds' disagrees with no_meetings_between, which computes 'contradicted'")
        for fault in faults_of(claims_table.path.parent)
    )


def test_a_row_that_changes_a_verdict_is_refused_until_the_ledger_is_read_again(events_table, faults_of):
    row = events_table.first_row(event_id="2022-08-30-moscow-border-commissions")
    events_table[row, "mediator_roles"] = "mediator"
    events_table.save()
    assert any("column against_record" in fault and "without_intermediaries" in fault for fault in faults_of(events_table.path.parent))


@pytest.mark.parametrize(
    ("claim_id", "column", "value", "says"),
    [
        ("p4-no-meetings", "check", "no_such_check", "is no check; there are:"),
        ("p4-no-meetings", "claim_id", "p5-no-meetings", "does not begin with its paragraph"),
        ("p25-narrative", "against_record", "contradicted", "a position is contested"),
        ("p4-no-meetings", "against_record", "contested", "a position is contested"),
        ("p13-aliyev-answer", "notes", "[7]", "stands after [8]"),
        ("p4-no-meetings", "events", "2022-10-31-nowhere", "is not in events.csv"),
        ("p4-no-meetings", "sources", "no-such-source", "is not in references.bib"),
    ],
)
def test_a_wrong_cell_of_the_ledger_is_named_by_row_and_column(claims_table, claim_id, column, value, says, faults_of):
    row = claims_table.first_row(claim_id=claim_id)
    claims_table[row, column] = value
    claims_table.save()
    assert any(f"claims.csv, row {row}, column {column}" in fault and says in fault for fault in faults_of(claims_table.path.parent))


def test_claims_follow_the_order_of_the_article(claims_table, faults_of):
    claims_table.rows.append(claims_table.rows.pop(0))
    claims_table.save()
    last = len(claims_table.rows) + 1
    assert any(f"row {last}, column paragraph" in fault and "sort by paragraph" in fault for fault in faults_of(claims_table.path.parent))


# --- The ledger in the book ---------------------------------------------------------------


def test_claims_are_chosen_by_query(claims):
    assert len(select_claims(claims, "")) == len(select_claims(claims, "kind=any")) == len(claims)
    assert set(select_claims(claims, "kind=count record=holds|partly")["against_record"]) == {"holds", "partly"}
    for query in ("kind=guess", "record=true", "weather=fine", "count"):
        with pytest.raises(QueryError):
            select_claims(claims, query)


def test_every_claim_stands_once_in_the_ledger_and_carries_its_filters(built_book, claims):
    page = (built_book / "html" / "chapters" / "evidence" / "claims.html").read_text(encoding="utf-8")
    anchors = re.findall(r'id="claim-([^"]+)"', page)
    assert anchors == claims["claim_id"].tolist()
    for claim in claims.itertuples():
        row = re.search(rf'<tr class="([^"]+)"[^>]*>(?:(?!</tr>).)*id="claim-{claim.claim_id}"', page, re.DOTALL).group(1).split()
        assert {f"paragraph-{claim.paragraph.lower()}", f"kind-{claim.kind}", f"record-{claim.against_record}"} <= set(row)
