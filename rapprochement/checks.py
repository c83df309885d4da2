"""The checks behind the verdicts: each asks the rows one question and says what it found."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from rapprochement import wording
from rapprochement.article import article_end
from rapprochement.counting import MAIN, OWN_LIST, CountingRule, contacts
from rapprochement.measures import change_of_pace, rate_ratio
from rapprochement.query import find, select

# Note 1: the author's first piece, from which this one takes up the story.
EARLIER_PIECE = "2022-04-14"
# A rise that chance alone would bring more often than this is no finding.
UNLIKELY = 0.05
LEVEL_NAMES = {"leaders": "leaders", "foreign-ministers": "foreign ministers", "security-officials": "security officials"}


@dataclass(frozen=True)
class Verdict:
    """How a claim stands against the article's own list and the record, and what was found, in a sentence."""

    against_own_list: str
    against_record: str
    found: str


class CheckError(ValueError):
    """The check of a claim does not exist, or the claim gives it nothing to work on."""


Check = Callable[["pd.DataFrame", "pd.Series"], Verdict]
CHECKS: dict[str, Check] = {}


# --- What the checks share -------------------------------------------------


def _check(function: Check) -> Check:
    CHECKS[function.__name__] = function
    return function


class _Frame:
    """A frame as a key: the same object, not the same content, which would take longer to compare than to count."""

    def __init__(self, frame: pd.DataFrame):
        self.frame = frame

    def __hash__(self) -> int:
        return id(self.frame)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frame) and self.frame is other.frame


@functools.lru_cache(maxsize=4)  # the two rules of the checks, for the frame at hand and the one before
def _counted_once(events: _Frame, rule: CountingRule) -> pd.DataFrame:
    return contacts(events.frame, rule)


def _contacts(events: pd.DataFrame, rule: CountingRule) -> pd.DataFrame:
    """The contacts that a rule counts; counted once for all checks, which ask for them thirty times."""
    return _counted_once(_Frame(events), rule)


def _met(events: pd.DataFrame, rule: CountingRule, track: str, *levels: str) -> pd.DataFrame:
    """Contacts of a track (and of levels) up to the end of the article."""
    met = _contacts(events, rule)
    chosen = (met["track"] == track) & (met["start"] <= article_end(events))
    if levels:
        chosen &= met["level"].isin(levels)
    return met[chosen]


def _with(met: pd.DataFrame, party: str) -> pd.DataFrame:
    return met[met["with_mediator"].map(lambda parties: party in parties).astype(bool)]


def _full(met: pd.DataFrame) -> pd.DataFrame:
    """Without contacts at the margins of a larger gathering."""
    return met[met["mediator_roles"].map(lambda roles: "margins" not in roles).astype(bool)]


def _cited(events: pd.DataFrame, claim: pd.Series) -> pd.DataFrame:
    rows = events[events["event_id"].isin(claim["events"])]
    if rows.empty:
        raise CheckError(f"{claim['check']} needs a row of events.csv in column events")
    return rows


def _dates(rows: pd.DataFrame) -> str:
    """The distinct dates of the rows, in order."""
    return wording.join(list(dict.fromkeys(wording.event_date(row) for _, row in rows.iterrows())))


def _counted(rows: pd.DataFrame) -> str:
    """"four (…)", or "none"."""
    return f"{wording.number(len(rows))} ({_dates(rows)})" if len(rows) else "none"


def _equal(count: int, stated: int) -> str:
    return "holds" if count == stated else "contradicted"


# --- Dates -------------------------------------------------------------------

_MONTHS = "January February March April May June July August September October November December".split()
_DATE = re.compile(rf"(?:(\d{{1,2}}) (?:to (\d{{1,2}}) )?)?({'|'.join(_MONTHS)}) (20\d\d)")


def dates_in(text: str) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """First and last day of every date in a text: "22 May 2022", "1 to 4 May 2023", "February 2022".

    Raises CheckError for a day that the calendar does not have.
    """
    spans = []
    for first, last, month, year in _DATE.findall(text):
        try:
            start = pd.Timestamp(int(year), _MONTHS.index(month) + 1, int(first or 1))
            end = start.replace(day=int(last or first)) if first else start + pd.offsets.MonthEnd()
        except ValueError:
            raise CheckError(f"{first} {month} {year} in column claim is no day of the calendar") from None
        spans.append((start, end))
    return spans


@_check
def dates_agree(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """Each date of the claim is the date of one of its rows; a month holds every day in it.

    Own list: the dates as coded from the article (``article_start`` where it differs).
    """
    stated = dates_in(claim["claim"])
    if not stated:
        raise CheckError("dates_agree finds no date such as 22 May 2022 in column claim")
    rows = _cited(events, claim)
    listed = rows[rows["in_article"] == "yes"]
    in_article = [
        (row["start"], row["end"]) if pd.isna(row["article_start"]) else (row["article_start"], row["article_start"])
        for _, row in listed.iterrows()
    ]
    known = rows[rows["precision"] == "day"]
    own = _agreement(stated, in_article) if in_article else "not-checkable"
    return Verdict(own, _agreement(stated, list(zip(known["start"], known["end"]))), f"The record has {_dates(rows)}.")


def _agreement(stated: list[tuple], known: list[tuple]) -> str:
    agreeing = sum(any(_is_date(date, span) for span in known) for date in stated)
    if agreeing == len(stated):
        return "holds"
    return "partly" if agreeing else "contradicted"


def _is_date(stated: tuple[pd.Timestamp, pd.Timestamp], known: tuple[pd.Timestamp, pd.Timestamp]) -> bool:
    whole_month = stated[0].day == 1 and stated[1].is_month_end
    return stated == known or (whole_month and stated[0] <= known[0] and known[1] <= stated[1])


@_check
def no_meetings_between(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """Leaders and foreign ministers of Armenia and Azerbaijan did not meet between the two dates of the claim."""
    stated = dates_in(claim["claim"])
    if len(stated) != 2:
        raise CheckError("no_meetings_between needs two dates in column claim")
    (_, after), (before, _) = sorted(stated)

    def between(rule: CountingRule) -> pd.DataFrame:
        met = _met(events, rule, "AM-AZ", "leaders", "foreign-ministers")
        return met[(met["start"] > after) & (met["end"] < before) & (met["kind"] == "meeting")]

    own, record = between(OWN_LIST), between(MAIN)
    of_leaders, of_ministers = (record[record["level"] == level] for level in ("leaders", "foreign-ministers"))
    return Verdict(
        _equal(len(own), 0),
        _equal(len(record), 0),
        f"Meetings of the leaders in that time: {_counted(of_leaders)}; of the foreign ministers: {_counted(of_ministers)}. "
        f"The article itself lists {_counted(own)}.",
    )


@_check
def envoys_talks_started(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """The talks of the envoys began in the year in which they were appointed (rows: appointment, first meeting)."""
    rows = _cited(events, claim)
    appointed = rows[rows["kind"] == "measure"]
    first = {rule: _met(events, rule, "AM-TR", "special-representatives").head(1) for rule in (OWN_LIST, MAIN)}
    if appointed.empty or first[MAIN].empty:
        raise CheckError("envoys_talks_started needs the row of the appointment, and a meeting of the envoys")
    year = appointed["start"].iloc[0].year

    def verdict(met: pd.DataFrame) -> str:
        if met.empty:
            return "not-checkable"
        return "holds" if met["start"].iloc[0].year == year else "partly"

    found = f"Appointed {_dates(appointed)}; first meeting {_dates(first[MAIN])}."
    return Verdict(verdict(first[OWN_LIST]), verdict(first[MAIN]), found)


@_check
def within_the_year(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """The rows of the claim all lie in the year before the end of the article, and the article tells of each."""
    rows = _cited(events, claim)
    last = article_end(events)
    recent = rows["start"].between(last - pd.DateOffset(years=1), last)
    own = "holds" if (rows["in_article"] == "yes").all() else "contradicted"
    record = "holds" if recent.all() else "partly" if recent.any() else "contradicted"
    return Verdict(own, record, f"{wording.capitalise(wording.number(len(rows)))} events: {_dates(rows)}.")


@_check
def two_and_a_half_years(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """The end of the article lies two and a half to three years after the row of the claim."""
    rows = _cited(events, claim)
    months = (article_end(events) - rows["start"].iloc[0]).days / 365.25 * 12
    record = "holds" if 30 <= months < 36 else "contradicted"
    return Verdict("not-checkable", record, f"From {_dates(rows)} to the last event of the article it is {wording.number(int(months))} months.")


# --- Counts --------------------------------------------------------------------


def _as_many(name: str, query: str, stated: int, what: str) -> None:
    """Register a check: as many rows match the query, up to the end of the article, as the article states."""

    def check(events: pd.DataFrame, claim: pd.Series) -> Verdict:
        record = select(events, f"{query} until={article_end(events):%Y-%m-%d}")
        own = record[record["in_article"] == "yes"]
        return Verdict(_equal(len(own), stated), _equal(len(record), stated), f"{what} in the record: {_counted(record)}.")

    CHECKS[name] = check


_as_many("border_commission_sessions", "track=AM-AZ body=border-commissions kind=meeting", 4, "Sessions")
_as_many("envoys_in_vienna", "track=AM-TR level=special-representatives place=vienna kind=meeting", 3, "Meetings in Vienna")


@_check
def brussels_since_april(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """Four meetings of the leaders hosted by the EU in Brussels since April 2022.

    Holds if the record has the meetings that the article lists and no other; in
    part if it has no other from the author's earlier piece on.
    """

    def hosted(rule: CountingRule, since: str | pd.Timestamp) -> pd.DataFrame:
        met = _with(_met(events, rule, "AM-AZ", "leaders"), "EU")
        return met[(met["place"] == "brussels") & (met["start"] >= pd.Timestamp(since))]

    own, record = hosted(OWN_LIST, "2022-04-01"), hosted(MAIN, "2022-04-01")
    narrower, all_of_them = hosted(MAIN, EARLIER_PIECE), hosted(MAIN, "2020-11-10")
    listed = set(own["event_id"])
    verdict = "holds" if set(record["event_id"]) == listed else "partly" if set(narrower["event_id"]) == listed else "contradicted"
    return Verdict(
        _equal(len(own), 4),
        verdict,
        f"From 1 April 2022 the record has {_counted(record)}; from the author's earlier piece of "
        f"{wording.day(pd.Timestamp(EARLIER_PIECE))} it has {wording.number(len(narrower))}; in all, {wording.number(len(all_of_them))}.",
    )


@_check
def russian_facilitated(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """Two meetings of the leaders facilitated by Russia.

    The sentence before speaks of the time since 2021, the words after it of
    April 2022. Meetings apart from larger gatherings are counted; those at
    their margins are named.
    """
    own = _with(_met(events, OWN_LIST, "AM-AZ", "leaders"), "Russia")
    with_russia = _with(_met(events, MAIN, "AM-AZ", "leaders"), "Russia")
    with_russia = with_russia[with_russia["start"] >= pd.Timestamp("2021-01-01")]
    full = _full(with_russia)
    lately = full[full["start"] >= pd.Timestamp("2022-04-01")]
    aside = with_russia.drop(full.index)
    verdict = "contradicted" if len(lately) != 2 else "holds" if len(full) == 2 else "partly"
    return Verdict(
        _equal(len(own), 2),
        verdict,
        f"Since April 2022: {_counted(lately)}. Since 2021: {_counted(full)}. At the margins of a gathering: {_counted(aside)}.",
    )


@_check
def summit_margins(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """The leaders met on two days at the first two summits of the European Political Community."""

    def days(rule: CountingRule) -> pd.DataFrame:
        met = _met(events, rule, "AM-AZ", "leaders")
        return met[met["place"].isin(["prague", "bulboaca"])].drop_duplicates("start")

    own, record = days(OWN_LIST), days(MAIN)
    return Verdict(_equal(len(own), 2), _equal(len(record), 2), f"Days on which the leaders met there: {_counted(record)}.")


@_check
def working_group_sessions(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """Twelve sessions of the trilateral working group: by the number of the last one, and not more rows than that."""
    sessions = select(events, f"body=trilateral-working-group kind=meeting until={article_end(events):%Y-%m-%d}")
    dated = sessions[sessions["precision"] == "day"]
    numbered = dated[dated["title"].str.contains(f"{wording.ordinal(12)} session", regex=False)]
    if len(sessions) > 12:
        verdict = "contradicted"
    else:
        verdict = "holds" if len(numbered) and numbered.index[-1] == sessions.index[-1] else "not-checkable"
    number = f"The session of {_dates(numbered)} was numbered the twelfth. " if len(numbered) else "No session is numbered the twelfth. "
    return Verdict(
        "not-checkable",
        verdict,
        f"{number}{wording.capitalise(wording.number(len(dated)))} sessions are dated to the day, "
        f"{wording.number(len(sessions) - len(dated))} to a month or more.",
    )


def _listed(name: str, track: str, level: str) -> None:
    """Register a check: between the first and the last contact that it lists, the article lists all of a level."""

    def check(events: pd.DataFrame, claim: pd.Series) -> Verdict:
        since = _contacts(events, OWN_LIST)["start"].min()
        if pd.isna(since):
            raise CheckError(f"{name} needs a contact that the article lists")
        own, record = (_met(events, rule, track, level) for rule in (OWN_LIST, MAIN))
        record = record[record["start"] >= since]
        missing = record[~record["event_id"].isin(own["event_id"])]
        found = (
            f"From {wording.day(since)} to {wording.day(article_end(events))} the record has {wording.number(len(record))} contacts of "
            f"{LEVEL_NAMES[level]}, the article lists {wording.number(len(own)) if len(own) else 'none'}. Not listed: {_dates(missing) or 'none'}."
        )
        return Verdict("holds", "partly" if len(missing) else "holds", found)

    CHECKS[name] = check


_listed("leaders_listed", "AM-AZ", "leaders")
_listed("ministers_listed", "AM-AZ", "foreign-ministers")
_listed("security_officials_listed", "AM-AZ", "security-officials")
_listed("leaders_with_ankara_listed", "AM-TR", "leaders")
_listed("ministers_with_ankara_listed", "AM-TR", "foreign-ministers")


# --- Pace ------------------------------------------------------------------------


@_check
def more_intense_lately(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """The leaders of Armenia and Azerbaijan met more often in the last three, six and twelve months than in as many before.

    The article names no span, so each counts. All must show a rise, and one of
    them a rise that chance would hardly bring, for the claim to hold; one that
    rises makes it hold in part. The own list is asked only for spans that it covers.
    """
    end = article_end(events)
    spans = [91, 182, 365]

    def pace(rule: CountingRule, *levels: str) -> pd.DataFrame:
        met = _met(events, rule, "AM-AZ", *levels)
        covered = events["start"].min() if rule is MAIN else met["start"].min()
        return change_of_pace(met, end, [days for days in spans if end - pd.Timedelta(2 * days, "D") >= covered])

    def verdict(changes: pd.DataFrame) -> str:
        rises = changes["later"] > changes["earlier"]
        if changes.empty or not (changes["earlier"] + changes["later"]).any():
            return "not-checkable"
        if rises.all() and (changes["probability"] < UNLIKELY).any():
            return "holds"
        return "partly" if rises.any() else "contradicted"

    def numbers(changes: pd.DataFrame) -> str:
        return wording.join([f"{row.later} against {row.earlier} ({row.days} days)" for row in changes.itertuples()])

    own, record, everyone = pace(OWN_LIST, "leaders"), pace(MAIN, "leaders"), pace(MAIN)
    return Verdict(
        verdict(own),
        verdict(record),
        f"Contacts up to {wording.day(end)}, against those in as many days before. Leaders in the record: {numbers(record)}. "
        f"Leaders in the own list: {numbers(own) or 'not covered'}. All levels in the record: {numbers(everyone)}.",
    )


@_check
def us_support_increased(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """Contacts of Armenia and Azerbaijan mediated by the United States were more frequent in 2023 than in 2022.

    A rise that chance would bring as often as one time in twenty holds in part.
    """
    end, new_year = article_end(events), pd.Timestamp("2023-01-01")
    year_before = new_year - pd.DateOffset(years=1)

    def rise(rule: CountingRule) -> tuple[str, str]:
        met = _with(_met(events, rule, "AM-AZ"), "United States")
        before = int(met["start"].between(year_before, new_year, inclusive="left").sum())
        after = int((met["start"] >= new_year).sum())
        ratio, probability = rate_ratio(before, (new_year - year_before).days, after, (end - new_year).days + 1)
        verdict = "contradicted" if after == 0 or ratio <= 1 else "holds" if probability < UNLIKELY else "partly"
        return verdict, f"{before} in the whole of 2022, {after} in 2023 up to {wording.day_month(end)}"

    own, own_numbers = rise(OWN_LIST)
    record, record_numbers = rise(MAIN)
    by_days = _with(_met(events, CountingRule("days", unit="day"), "AM-AZ"), "United States")
    days = by_days.groupby(by_days["start"].dt.year)["weight"].sum()
    return Verdict(
        own,
        record,
        f"Contacts with US mediation. Record: {record_numbers}. Own list: {own_numbers}. "
        f"Days at the table in the record: {wording.number(days.get(2022, 0))} in 2022, {wording.number(days.get(2023, 0))} in 2023.",
    )


# --- Third parties -----------------------------------------------------------------


@_check
def through_russia_and_eu(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """Since 2021 the leaders talked through Russia and through the EU, separately, and through nobody else."""

    def verdict(rule: CountingRule) -> tuple[str, pd.DataFrame]:
        met = _met(events, rule, "AM-AZ", "leaders")
        met = met[met["start"] >= pd.Timestamp("2021-01-01")]
        russia, eu = _with(met, "Russia"), _with(met, "EU")
        if russia.empty or eu.empty or set(russia.index) & set(eu.index):
            return "contradicted", met
        others = met.drop(russia.index.union(eu.index))
        alone = all(parties == ["EU"] for parties in eu["with_mediator"])
        return ("holds" if others.empty and alone else "partly"), met

    own, _ = verdict(OWN_LIST)
    record, met = verdict(MAIN)
    parties = met["with_mediator"].explode().dropna().value_counts()
    shares = wording.join([f"{party} {wording.number(count)}" for party, count in sorted(parties.items(), key=lambda item: (-item[1], item[0]))])
    unmediated = sum(not parties for parties in met["with_mediator"])
    return Verdict(
        own,
        record,
        f"Of {wording.number(len(met))} contacts of the leaders since 2021, by mediator: {shares}; without one: {wording.number(unmediated)}.",
    )


@_check
def without_intermediaries(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """The border commissions met without third parties; a host makes it hold in part, a mediator contradicts it."""
    sessions = _met(events, MAIN, "AM-AZ", "deputy-prime-ministers")
    sessions = sessions[sessions["body"] == "border-commissions"]
    listed = sessions[sessions["in_article"] == "yes"]
    own = "holds" if len(listed) and all(named == ["none"] for named in listed["article_mediators"]) else "contradicted"
    present = sessions[sessions["mediators"].map(len) > 0]
    if (sessions["with_mediator"].map(len) > 0).any():
        record = "contradicted"
    else:
        record = "partly" if len(present) else "holds"
    who = wording.join([f"{wording.third_parties(row)} on {wording.event_date(row)}" for _, row in present.iterrows()])
    alone = len(sessions) - len(present)
    return Verdict(own, record, f"{wording.capitalise(wording.number(alone))} of {wording.number(len(sessions))} sessions had no third party. {who + '.' if who else ''}".strip())


@_check
def third_parties_named(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """The article names the mediators of the contacts of the claim.

    In part if it says nothing of a mediator; contradicted if it names others, or says that there was none.
    """
    met = contacts(_cited(events, claim))
    listed = met[met["in_article"] == "yes"]
    if listed.empty:
        raise CheckError("third_parties_named needs a contact that the article lists in column events")
    silent = other = False
    found = []
    for _, row in listed.iterrows():
        named, mediators = set(row["article_mediators"]), row["with_mediator"]
        found.append(f"{wording.join(mediators) or 'none'} ({wording.event_date(row)})")
        if named - {"none", "unstated"} != set(mediators):
            silent |= named == {"unstated"}
            other |= named != {"unstated"}
    record = "contradicted" if other else "partly" if silent else "holds"
    return Verdict("holds", record, f"Mediators in the record: {'; '.join(found)}.")


# --- Firsts and gaps -----------------------------------------------------------------


def _earlier(events: pd.DataFrame, claim: pd.Series, **same: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contacts alike that began before the row that the claim names first: in the own list, in the record."""
    _cited(events, claim)
    first = find(events, claim["events"][0])
    both = []
    for rule in (OWN_LIST, MAIN):
        met = _contacts(events, rule)
        alike = met["start"] < first["start"]
        for column, value in same.items():
            alike &= met[column] == value
        both.append(met[alike])
    return both[0], both[1]


@_check
def first_ministers_call(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """No earlier call of the two foreign ministers; the record begins in 2020, so it can refute but not confirm."""
    own, record = _earlier(events, claim, track="AM-AZ", level="foreign-ministers", kind="call")
    _, met = _earlier(events, claim, track="AM-AZ", level="foreign-ministers", kind="meeting")
    return Verdict(
        _equal(len(own), 0),
        "contradicted" if len(record) else "not-checkable",
        f"Earlier calls in the record, which begins on {wording.day(events['start'].min())}: {_counted(record)}. "
        f"Earlier meetings face to face: {_counted(met)}.",
    )


@_check
def first_talks_with_ankara(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """No earlier talks of Armenia and Türkiye; the record begins in 2020, so it can refute but not confirm.

    Words exchanged at the margins of a larger gathering are no negotiations: they are named and decide nothing.
    """
    own, record = _earlier(events, claim, track="AM-TR")
    talks = _full(record)
    return Verdict(
        _equal(len(own), 0),
        "contradicted" if len(talks) else "not-checkable",
        f"Earlier contacts in the record, which begins on {wording.day(events['start'].min())}: {_counted(talks)}; "
        f"at the margins of a gathering: {_counted(record.drop(talks.index))}.",
    )


@_check
def first_baku_karabakh_meeting(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """No earlier contact of Baku and the Karabakh Armenians since the war."""
    own, record = _earlier(events, claim, track="AZ-KA")
    return Verdict(_equal(len(own), 0), _equal(len(record), 0), f"Earlier meetings in the record: {_counted(record)}.")


@_check
def left_out(events: pd.DataFrame, claim: pd.Series) -> Verdict:
    """The article mentions every row of the claim that lies before its end; one that it leaves out makes it hold in part."""
    rows = _cited(events, claim)
    missing = rows[(rows["in_article"] == "no") & (rows["start"] <= article_end(events))]
    return Verdict(
        "not-checkable",
        "partly" if len(missing) else "holds",
        f"Not in the article: {_dates(missing)}." if len(missing) else "The article mentions every row of this claim.",
    )
