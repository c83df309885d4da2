"""Measures of the talks: pure functions from a frame of contacts to a tidy frame.

Every function takes contacts as :func:`rapprochement.counting.contacts`
returns them and leaves them unchanged. Counts are float because a rule may
weigh a contact; under the main rule they are whole numbers.
"""

from __future__ import annotations

import math

import pandas as pd

from rapprochement.counting import NOBODY

PERIODS = {"month": "M", "quarter": "Q", "half-year": "2Q"}


def period_starts(days: pd.Series, period: str) -> pd.Series:
    """First day of the month, quarter or half-year in which each day lies (datetime64)."""
    if period == "half-year":
        half = (days.dt.month > 6).astype(int) * 6 + 1
        return pd.to_datetime({"year": days.dt.year, "month": half, "day": 1})
    return days.dt.to_period(PERIODS[period]).dt.start_time


def period_label(start: pd.Timestamp, period: str) -> str:
    """How a period is named in figures and tables: "May 2022", "second quarter of 2022", "first half of 2022"."""
    if period == "month":
        return start.strftime("%B %Y")
    if period == "quarter":
        return f"{('first', 'second', 'third', 'fourth')[start.quarter - 1]} quarter of {start.year}"
    return f"{'first' if start.month <= 6 else 'second'} half of {start.year}"


def all_periods(first: pd.Timestamp, last: pd.Timestamp, period: str) -> pd.DatetimeIndex:
    """First days of every period from the one of *first* to the one of *last*."""
    months = {"month": 1, "quarter": 3, "half-year": 6}[period]
    start = period_starts(pd.Series([first]), period).iloc[0]
    return pd.date_range(start, last, freq=pd.DateOffset(months=months))


def contacts_per_period(
    contacts: pd.DataFrame,
    period: str,
    by: str | None = None,
    first: pd.Timestamp | None = None,
    last: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Contacts in each month, quarter or half-year; periods without any stand as zero.

    period: "month", "quarter" or "half-year". by: "track", "level" or None.
    first, last: the span to cover; the default is that of the contacts.
    Out: ``period_start`` (datetime64), *by*, ``contacts`` (float).
    Counting rule: a contact counts in the period of its start. A contact whose
    day is unknown counts in the period of its first possible day.
    """
    groups = ["period_start"] + ([by] if by else [])
    counted = (
        contacts.assign(period_start=period_starts(contacts["start"], period))
        .groupby(groups)["weight"]
        .sum()
    )
    if contacts.empty and (first is None or last is None):
        return pd.DataFrame(columns=[*groups, "contacts"])
    span = all_periods(
        contacts["start"].min() if first is None else first,
        contacts["start"].max() if last is None else last,
        period,
    )
    if by:
        index = pd.MultiIndex.from_product([span, sorted(contacts[by].unique())], names=groups)
    else:
        index = pd.Index(span, name="period_start")
    return counted.reindex(index, fill_value=0.0).rename("contacts").reset_index()


def contacts_per_half_year(contacts: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """Contacts of each track in each half-year from *first* to *last*, with the ids of what each counts.

    Out: as :func:`contacts_per_period`, ``event_ids``, and ``period``: the name of the half-year.
    """
    counted = contacts_per_period(contacts, "half-year", "track", first, last)
    dated = contacts.assign(period_start=period_starts(contacts["start"], "half-year"))
    named = with_rows(counted, dated, ["period_start", "track"])
    return named.assign(period=[period_label(start, "half-year") for start in named["period_start"]])


def with_rows(counted: pd.DataFrame, rows: pd.DataFrame, by: list[str], column: str = "event_ids") -> pd.DataFrame:
    """The counted frame with the ids of the rows that each of its rows counts.

    rows: what was counted, with ``event_id``. by: columns of both frames that say which belong together.
    column: the name of the new column, whose values are lists of str; empty where nothing was counted.
    """
    ids = rows.groupby(by)["event_id"].agg(lambda names: list(dict.fromkeys(names)))
    keys = counted[by[0]] if len(by) == 1 else zip(*(counted[name] for name in by))
    return counted.assign(**{column: [ids.get(key, []) for key in keys]})


def cumulative_contacts(contacts: pd.DataFrame, by: str | None = "track") -> pd.DataFrame:
    """Running total of contacts, a row for each contact.

    Out: ``event_id``, ``start``, *by*, ``total`` (float): contacts of the group up to and with this one.
    """
    ordered = contacts.sort_values(["start", "event_id"])
    weight = ordered.groupby(by)["weight"] if by else ordered["weight"]
    columns = ["event_id", "start"] + ([by] if by else [])
    return ordered[columns].assign(total=weight.cumsum()).reset_index(drop=True)


def gaps_between_contacts(contacts: pd.DataFrame, by: list[str] | None = None) -> pd.DataFrame:
    """Days of silence between each contact and the next of the same track and level.

    by: the columns that define a series; default ["track", "level"].
    Out: *by*, ``after_event``, ``before_event`` (event_id), ``after``, ``before``
    (datetime64: last day of the one, first day of the next), ``days`` (int).
    Counting rule: days from the end of a contact to the start of the next; two
    contacts on one day are 0 days apart. Where a contact whose day is unknown may
    lie between them, nobody knows how long the silence was: the pair is left out.
    """
    by = ["track", "level"] if by is None else by
    ordered = contacts[contacts["precision"] == "day"].sort_values(["start", "event_id"])
    grouped = ordered.groupby(by)
    gaps = ordered[by].assign(
        after_event=ordered["event_id"],
        before_event=grouped["event_id"].shift(-1),
        after=ordered["end"],
        before=grouped["start"].shift(-1),
    )
    gaps = gaps.dropna(subset="before_event")
    undated = contacts[contacts["precision"] != "day"].sort_values("start")
    latest = undated[by].assign(undated_start=undated["start"], undated_end=undated.groupby(by)["end"].cummax())
    gaps = pd.merge_asof(
        gaps.sort_values("before", kind="stable"), latest, left_on="before", right_on="undated_start", by=by, allow_exact_matches=False
    )
    gaps = gaps[~(gaps["undated_end"] > gaps["after"])].drop(columns=["undated_start", "undated_end"])
    gaps = gaps.sort_values(["after", "after_event"], kind="stable")
    days = (gaps["before"] - gaps["after"]).dt.days.clip(lower=0)
    return gaps.assign(days=days.astype(int)).reset_index(drop=True)


def longest_silences(gaps: pd.DataFrame, number: int = 5) -> pd.DataFrame:
    """The longest of the gaps that :func:`gaps_between_contacts` returns, longest first."""
    return gaps.sort_values(["days", "after"], ascending=[False, True]).head(number).reset_index(drop=True)


def rate_ratio(before: int, days_before: int, after: int, days_after: int) -> tuple[float, float]:
    """How much more often something happened in one span than in the one before it.

    Out: the ratio of the two daily rates (inf if nothing happened before), and
    the exact two-sided probability of a split at least as uneven if the rate
    had not changed (conditional test for two Poisson counts, Przyborowski and
    Wilenski 1940). Small counts make it honest: with few contacts, few splits
    are unlikely.
    """
    total = before + after
    share = days_after / (days_before + days_after)

    def probability_of(later: int) -> float:
        # By logarithms, as the numbers of ways outgrow a float from some thousand contacts on.
        ways = math.lgamma(total + 1) - math.lgamma(later + 1) - math.lgamma(total - later + 1)
        return math.exp(ways + later * math.log(share) + (total - later) * math.log1p(-share))

    probabilities = [probability_of(later) for later in range(total + 1)]
    observed = probabilities[after]
    probability = min(1.0, sum(p for p in probabilities if p <= observed * (1 + 1e-9)))
    ratio = math.inf if before == 0 else (after / days_after) / (before / days_before)
    return ratio, probability


def before_and_in(contacts: pd.DataFrame, until: pd.Timestamp, days: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The contacts of the span of so many days before the last one up to a day, and those of that last one.

    Counting rule: a contact counts in the span in which it starts.
    """
    middle = until - pd.Timedelta(days, "D")
    spans = ((middle - pd.Timedelta(days, "D"), middle), (middle, until))
    earlier, later = (contacts[contacts["start"].between(start, end, inclusive="right")] for start, end in spans)
    return earlier, later


def with_mediator(contacts: pd.DataFrame, party: str | None = None) -> pd.DataFrame:
    """The contacts that one third party mediated; without its name those with any mediator."""
    return contacts[contacts["with_mediator"].map(lambda names: party in names if party else bool(names)).astype(bool)]


def without_mediator(contacts: pd.DataFrame) -> pd.DataFrame:
    """The contacts that no third party mediated, whoever was host or organiser."""
    return contacts[contacts["with_mediator"].map(len) == 0]


def contacts_before_and_in(contacts: pd.DataFrame, until: pd.Timestamp, days: int) -> tuple[int, int]:
    """How many contacts :func:`before_and_in` gives for each of the two spans."""
    earlier, later = (int(span["weight"].sum()) for span in before_and_in(contacts, until, days))
    return earlier, later


def change_of_pace(contacts: pd.DataFrame, until: pd.Timestamp, spans: list[int]) -> pd.DataFrame:
    """Contacts in the last *days* up to a day, against the same number of days before that.

    until: the last day of the later span. spans: lengths in days.
    Out: ``days`` (int), ``earlier``, ``later`` (int: contacts), ``ratio`` (of the
    rates) and ``probability`` (0 to 1), both from :func:`rate_ratio`.
    Counting rule: a contact counts in the span in which it starts.
    """
    rows = []
    for days in spans:
        earlier, later = contacts_before_and_in(contacts, until, days)
        rows.append((days, earlier, later, *rate_ratio(earlier, days, later, days)))
    return pd.DataFrame(rows, columns=["days", "earlier", "later", "ratio", "probability"])


def listed_and_left_out(contacts: pd.DataFrame, by: str, ids: bool = False) -> pd.DataFrame:
    """Contacts that the article lists and contacts that only the record holds, by a column.

    ids: whether to name them as well.
    Out: ``group`` (values of *by*), ``listed``, ``left_out`` (int), most contacts first; with *ids*
    also ``listed_ids`` and ``left_out_ids`` (lists of str).
    Counting rule: listed are contacts with ``in_article`` yes; sessions that the
    article counts without dating them are left out of its list.
    """
    listed = contacts["in_article"] == "yes"
    counted = pd.DataFrame({"group": contacts[by], "listed": listed, "left_out": ~listed})
    summed = counted.groupby("group", as_index=False).sum()
    order = (summed["listed"] + summed["left_out"]).sort_values(ascending=False, kind="stable").index
    summed = summed.loc[order].reset_index(drop=True)
    if ids:
        named = contacts.assign(group=contacts[by])
        summed = with_rows(summed, named[listed], ["group"], "listed_ids")
        summed = with_rows(summed, named[~listed], ["group"], "left_out_ids")
    return summed


def mediated(contacts: pd.DataFrame) -> pd.DataFrame:
    """One row for each contact and each of its mediators; a contact without one has :data:`NOBODY`.

    Out: the columns of the contacts, ``mediator`` (str), ``weight`` (float):
    what the contact counts for this mediator under the rule that selected it.
    """
    parties = contacts["with_mediator"].map(lambda names: names or [NOBODY])
    return contacts.assign(mediator=parties, weight=contacts["mediator_weight"]).explode("mediator", ignore_index=True)


def mediator_shares(contacts: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Contacts with each mediator, and their share; those with none stand in a row of their own.

    by: "track", "level", "half_year" (see :func:`with_half_year`) or None.
    Out: *by*, ``mediator``, ``contacts`` (float), ``of`` (float: all contacts of
    the group), ``share`` (0 to 1); most first.
    Counting rule: a contact with two mediators counts once for each, so shares
    add up to more than 1; under a rule with joint="split" they add up to 1.
    """
    groups = [by] if by else []
    counted = mediated(contacts).groupby([*groups, "mediator"], as_index=False)["weight"].sum()
    counted = counted.rename(columns={"weight": "contacts"})
    if by:
        counted["of"] = counted[by].map(contacts.groupby(by)["weight"].sum())
    else:
        counted["of"] = contacts["weight"].sum()
    counted["share"] = counted["contacts"] / counted["of"]
    order = [*groups, "contacts", "mediator"]
    ascending = [True] * len(groups) + [False, True]
    return counted.sort_values(order, ascending=ascending, ignore_index=True)


def unmediated_shares(contacts: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Contacts without any mediator, and their share.

    by: as in :func:`mediator_shares`; without it, one row.
    Out: *by*, ``contacts`` (float: those without a mediator), ``of`` (float), ``share`` (0 to 1).
    Counting rule: a contact at which a third party was only host, or whose
    gathering it hosted, has no mediator, unless the rule counts hosts.
    """
    alone = contacts["weight"].where(contacts["with_mediator"].map(len) == 0, 0.0)
    frame = contacts.assign(contacts=alone, of=contacts["weight"])
    if by:
        summed = frame.groupby(by, as_index=False)[["contacts", "of"]].sum()
    else:
        summed = frame[["contacts", "of"]].sum().to_frame().T
    return summed.assign(share=summed["contacts"] / summed["of"])


def with_half_year(contacts: pd.DataFrame) -> pd.DataFrame:
    """The contacts with a column ``half_year`` (datetime64: first day of the half-year of the start)."""
    return contacts.assign(half_year=period_starts(contacts["start"], "half-year"))


def third_parties_per_quarter(
    contacts: pd.DataFrame, first: pd.Timestamp | None = None, last: pd.Timestamp | None = None
) -> pd.DataFrame:
    """How many distinct mediators were at work in each quarter; quarters without one stand as zero.

    Out: ``period_start`` (datetime64), ``third_parties`` (int), ``names`` (list of str, sorted).
    """
    rows = mediated(contacts)
    rows = rows[rows["mediator"] != NOBODY]
    names = rows.assign(period_start=period_starts(rows["start"], "quarter")).groupby("period_start")["mediator"].agg(
        lambda parties: sorted(set(parties))
    )
    span = all_periods(
        contacts["start"].min() if first is None else first,
        contacts["start"].max() if last is None else last,
        "quarter",
    )
    per_quarter = names.reindex(span).map(lambda parties: parties if isinstance(parties, list) else [])
    return pd.DataFrame(
        {"period_start": span, "third_parties": per_quarter.map(len).to_numpy(), "names": per_quarter.to_numpy()}
    )


def mediator_by(contacts: pd.DataFrame, column: str) -> pd.DataFrame:
    """Contacts by mediator and by level or place: a row for each pair that occurs.

    column: "level" or "place". Out: ``mediator``, *column*, ``contacts`` (float).
    Contacts without a place (calls, or where the sources are silent) have an empty string there.
    """
    counted = mediated(contacts).groupby(["mediator", column], as_index=False)["weight"].sum()
    return counted.rename(columns={"weight": "contacts"}).sort_values(
        ["contacts", "mediator", column], ascending=[False, True, True], ignore_index=True
    )


MEDIATED, ACCOMPANIED, ALONE = "with a mediator", "host or gathering only", "the two sides alone"


def company_shares(contacts: pd.DataFrame, by: str) -> pd.DataFrame:
    """Who else took part in the contacts of each group.

    Out: *by*, ``company`` (:data:`MEDIATED`, :data:`ACCOMPANIED`, :data:`ALONE`; every
    group has all three), ``contacts`` (float), ``of`` (float: all contacts of the
    group), ``share`` (0 to 1), ``event_ids`` (list of str).
    Counting rule: a contact that has both a mediator and a host counts as mediated;
    with a host only, or at the margins of somebody's gathering, as accompanied.
    """
    mediated_ = contacts["with_mediator"].map(len) > 0
    accompanied = contacts["mediators"].map(len) > 0
    company = accompanied.map({True: ACCOMPANIED, False: ALONE}).where(~mediated_, MEDIATED)
    named = contacts.assign(company=company)
    index = pd.MultiIndex.from_product([contacts[by].drop_duplicates(), [MEDIATED, ACCOMPANIED, ALONE]], names=[by, "company"])
    counted = named.groupby([by, "company"])["weight"].sum().reindex(index, fill_value=0.0)
    frame = counted.rename("contacts").reset_index()
    of = frame.groupby(by)["contacts"].transform("sum")
    return with_rows(frame.assign(of=of, share=frame["contacts"] / of), named, [by, "company"])


def time_open(questions: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """How many days each question stayed open after *since*.

    questions: any columns, and ``ended`` (datetime64, NaT if it has not ended).
    until: the day up to which a question without an end is counted.
    Out: the same columns, ``open`` (bool) and ``days`` (int).
    Raises ValueError if a question ended before *since*.
    """
    if (questions["ended"] < since).any():
        raise ValueError("a question ended before the day from which it is counted")
    last = questions["ended"].fillna(until)
    return questions.assign(open=questions["ended"].isna(), days=(last - since).dt.days)


def ranked_mediators(contacts: pd.DataFrame) -> list[tuple[str, float]]:
    """Each mediator and its number of contacts, most first; a contact with two counts for both."""
    counts = mediated(contacts).groupby("mediator")["weight"].sum().drop(NOBODY, errors="ignore")
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _leader(ranked: list[tuple[str, float]]) -> str:
    """The first of parties in the order of :func:`ranked_mediators`; :data:`NOBODY` of none, "several equally" where others have as many."""
    first = [party for party, number in ranked if number == ranked[0][1]]
    return NOBODY if not first else first[0] if len(first) == 1 else "several equally"


def contacts_by_place(contacts: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Contacts at each place, most first, and who mediated there.

    Out: ``place_id``, ``place``, ``country``, ``latitude``, ``longitude`` (NaN where a place is
    no point), ``contacts`` (float), ``mediated`` (float: contacts with a mediator),
    ``mediators`` (list of (third party, contacts), most first), ``main_mediator`` (the one
    with most contacts there, :data:`NOBODY`, or "several equally").
    Contacts without a place (calls, or where the sources are silent) are left out.
    """
    met = contacts[contacts["place"] != ""].rename(columns={"place": "place_id"})
    held = met.assign(mediated=met["weight"].where(met["with_mediator"].map(bool), 0.0)).groupby("place_id")
    counted = held.agg(contacts=("weight", "sum"), mediated=("mediated", "sum"))
    ranked: dict[str, list[tuple[str, float]]] = {place_id: [] for place_id in counted.index}
    by_party = mediated(met).groupby(["place_id", "mediator"])["weight"].sum()
    for (place_id, party), number in sorted(by_party.items(), key=lambda item: (item[0][0], -item[1], item[0][1])):
        if party != NOBODY:
            ranked[place_id].append((party, number))
    found = counted.assign(mediators=list(ranked.values()), main_mediator=[_leader(parties) for parties in ranked.values()]).reset_index()
    described = places.rename(columns={"name": "place"})[["place_id", "place", "country", "latitude", "longitude"]]
    return described.merge(found, on="place_id").sort_values(
        ["contacts", "place"], ascending=[False, True], ignore_index=True
    )


# The states between which the book counts contacts; a place without a country is a stretch of the border between two of them.
SIDES = ("Armenia", "Azerbaijan", "Türkiye", "")
OWN_GROUND, ELSEWHERE, NO_GROUND = "their own ground", "other countries", "by phone or video, or not known"
FEWEST_OF_A_GROUND = 5


def contacts_by_ground(contacts: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Contacts by year and by whose ground they took place on.

    Out: ``row`` (countries of third parties with :data:`FEWEST_OF_A_GROUND` contacts or more, most first, then
    :data:`ELSEWHERE`, :data:`OWN_GROUND`, :data:`NO_GROUND`), ``column`` (year), ``contacts`` (float), ``event_ids``.
    """
    country = contacts["place"].map(dict(zip(places["place_id"], places["country"])))
    ground = country.mask(country.isin(SIDES), OWN_GROUND).mask(contacts["place"] == "", NO_GROUND)
    hosts = contacts["weight"].groupby(ground[~ground.isin((OWN_GROUND, NO_GROUND))]).sum().sort_values(ascending=False, kind="stable")
    large = list(hosts.index[hosts >= FEWEST_OF_A_GROUND])
    ground = ground.where(ground.isin((*large, OWN_GROUND, NO_GROUND)), ELSEWHERE)
    rows = [row for row in (*large, ELSEWHERE, OWN_GROUND, NO_GROUND) if (ground == row).any()]
    year = contacts["start"].dt.year
    cells = [(row, column, contacts[(ground == row) & (year == column)]) for row in rows for column in range(year.min(), year.max() + 1)]
    return pd.DataFrame(
        [{"row": row, "column": str(column), "contacts": met["weight"].sum(), "event_ids": list(met["event_id"])} for row, column, met in cells]
    )
