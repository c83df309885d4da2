"""Counting rules: which rows count as a contact, and who counts as a mediator.

Reasonable people count differently. A :class:`CountingRule` says how one
counts; every measure takes the contacts that a rule has selected, and
:data:`MAIN` is the rule of the book wherever nothing else is said.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

CONTACT_KINDS = ("meeting", "call")
MEDIATING_ROLES = frozenset({"mediator", "co-chair"})
TRACKS = {"AM-AZ": "Armenia–Azerbaijan", "AM-TR": "Armenia–Türkiye", "AZ-KA": "Baku–Karabakh Armenians"}
LEVELS = {
    "leaders": "Leaders",
    "foreign-ministers": "Foreign ministers",
    "deputy-prime-ministers": "Deputy prime ministers",
    "special-representatives": "Special representatives",
    "security-officials": "Security officials",
    "representatives": "Other representatives",
}
NOBODY = "no mediator"


@dataclass(frozen=True)
class CountingRule:
    """One way to count.

    label: how the rule is named in tables and figures.
    margins: whether a contact at the margins of a larger gathering counts.
    remote: whether calls and video meetings count.
    mediating_roles: the roles that make a third party a mediator.
    joint: "full" counts a contact once for each of its mediators; "split"
        gives each of n mediators 1/n of it; "alone" gives it to a mediator only
        if there was no other.
    unit: "contact" counts a contact of several days once; "day" counts its days.
    list: "record" counts every contact known; "article" only those that the
        article lists, with the third parties that the article names.
    """

    label: str = "main rule"
    margins: bool = True
    remote: bool = True
    mediating_roles: frozenset[str] = MEDIATING_ROLES
    joint: str = "full"
    unit: str = "contact"
    list: str = "record"
    sources: str = "all"


MAIN = CountingRule()
WITHOUT_MARGINS = CountingRule("without margins of summits", margins=False)
WITHOUT_CALLS = CountingRule("without calls and video", remote=False)
WITH_HOSTS = CountingRule("hosts count as mediators", mediating_roles=MEDIATING_ROLES | {"host"})
SPLIT = CountingRule("joint mediation split", joint="split")
ALONE = CountingRule("only who mediated alone", joint="alone")
DAYS = CountingRule("days instead of contacts", unit="day")
OWN_LIST = CountingRule("the article's own list", list="article")
TWO_SIDED = CountingRule("two-sided sources only", sources="two-sided")
BY_BOTH = CountingRule("told by both sides only", sources="both")
# What the events alone let one try.
ALTERNATIVES = (WITHOUT_MARGINS, WITHOUT_CALLS, WITH_HOSTS, SPLIT, DAYS, OWN_LIST)
# Whose outlets tell an event: those of one of its two sides alone, not only those, or both sides themselves.
ONE_SIDE, SOMEBODY_ELSE, BOTH_SIDES = "one side", "somebody else", "both sides"
HEARD = {"two-sided": (SOMEBODY_ELSE, BOTH_SIDES), "both": (BOTH_SIDES,)}


def contacts(events: pd.DataFrame, rule: CountingRule = MAIN) -> pd.DataFrame:
    """The contacts that a rule counts, one row each, in the order of their start.

    In: events as :func:`rapprochement.load_events` returns them.
    Out: the same columns, and
      ``weight`` (float): 1, or the number of days for ``unit="day"``;
      ``with_mediator`` (list of str): the distinct third parties that mediate
      under the rule, in the order of the row;
      ``mediator_weight`` (float): what the contact counts for each of them: all
      of its weight, an equal part for ``joint="split"``, or for ``joint="alone"``
      nothing where there are several.
    Counting rule: a contact is a row of kind meeting or call; a contact of
    several days is one contact; each row counts under its start.
    Raises ValueError if the rule asks who tells an event and the events do not say.
    """
    chosen = events[events["kind"].isin(CONTACT_KINDS)]
    if rule.sources != "all":
        if "told_by" not in chosen:
            raise ValueError(f"the rule {rule.label!r} needs the column told_by, see rapprochement.provenance.with_tellers")
        chosen = chosen[chosen["told_by"].isin(HEARD[rule.sources])]
    if rule.list == "article":
        chosen = chosen[chosen["in_article"] == "yes"]
    if not rule.remote:
        chosen = chosen[(chosen["kind"] != "call") & ~chosen["channel"].isin(["phone", "video"])]
    if not rule.margins:
        chosen = chosen[chosen["mediator_roles"].map(lambda roles: "margins" not in roles).astype(bool)]
    days = (chosen["end"] - chosen["start"]).dt.days + 1
    known_to_the_day = chosen["precision"] == "day"
    weight = days.where(known_to_the_day, 1) if rule.unit == "day" else days * 0 + 1
    if rule.list == "article":
        mediating = [
            [] if set(named) <= {"none", "unstated"} else named for named in chosen["article_mediators"]
        ]
    else:
        with_role = [
            [party for party, role in zip(parties, roles) if role in rule.mediating_roles]
            for parties, roles in zip(chosen["mediators"], chosen["mediator_roles"])
        ]
        # One party may have two roles.
        mediating = [list(dict.fromkeys(parties)) if len(parties) > 1 else parties for parties in with_role]
    counted = chosen.assign(weight=weight.astype(float), with_mediator=pd.Series(mediating, index=chosen.index, dtype=object))
    counted = counted.assign(mediator_weight=_for_each_mediator(counted, rule.joint))
    return counted.sort_values("start", kind="stable", ignore_index=True)  # within a day the events are in the order of their ids


def _for_each_mediator(counted: pd.DataFrame, joint: str) -> pd.Series:
    if joint == "full":
        return counted["weight"]
    number = counted["with_mediator"].map(len).clip(lower=1)
    return counted["weight"] / number if joint == "split" else counted["weight"].where(number == 1, 0.0)
