"""English words for values of the data."""

from __future__ import annotations

import pandas as pd

from rapprochement.counting import CONTACT_KINDS

NUMBER_WORDS = (
    "no one two three four five six seven eight nine ten eleven twelve".split()
)


def number(value: float) -> str:
    """A count in words up to twelve, in figures above: "four", "23"; zero is "no"."""
    if value == int(value):
        value = int(value)
        return NUMBER_WORDS[value] if 0 <= value < len(NUMBER_WORDS) else f"{value:,}"
    return f"{value:.1f}"


def percent(share: float) -> str:
    """A share between 0 and 1 as whole per cent: "29 per cent"."""
    return f"{share * 100:.0f} per cent"


def days(count: int) -> str:
    """A number of days: "one day", "135 days"."""
    return "one day" if count == 1 else f"{number(count)} days"


def ordinal(value: int) -> str:
    """1 -> "first", up to twelfth; "13th" and so on above."""
    words = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
    if value < len(words):
        return words[value]
    return f"{value}{'th' if 10 <= value % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def day(date: pd.Timestamp) -> str:
    """"22 May 2022"."""
    return f"{date.day} {date:%B %Y}"


def day_month(date: pd.Timestamp) -> str:
    """"22 May", for where the year is plain from the sentence."""
    return f"{date.day} {date:%B}"


def span(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """"22 May 2022", "1 to 4 May 2023", "31 October to 3 November 2022"."""
    if start == end:
        return day(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {day(end)}"
    if start.year == end.year:
        return f"{day_month(start)} to {day(end)}"
    return f"{day(start)} to {day(end)}"


def month_span(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """"May 2022", "March to May 2021", "December 2021 to January 2022"."""
    if (start.year, start.month) == (end.year, end.month):
        return f"{start:%B %Y}"
    if start.year == end.year:
        return f"{start:%B} to {end:%B %Y}"
    return f"{start:%B %Y} to {end:%B %Y}"


def event_date(event: pd.Series) -> str:
    """The date of an event, no more exact than it is known."""
    start, end = event["start"], event["end"]
    match event["precision"]:
        case "year":
            return f"{start:%Y}" if start.year == end.year else f"{start:%Y} to {end:%Y}"
        case "month":
            return month_span(start, end)
        case "approximate" if (end - start).days > 20:
            return f"about {month_span(start, end)}"
        case "approximate":
            return f"about {span(start, end)}"
        case _:
            return span(start, end)


def third_parties(event: pd.Series) -> str:
    """Third parties of an event with their roles: "France and EU (mediators), Czechia (margins)"."""
    by_role: dict[str, list[str]] = {}
    for party, role in zip(event["mediators"], event["mediator_roles"]):
        by_role.setdefault(role, []).append(party)
    words = {"margins": "host of the gathering"}
    parts = []
    for role, parties in by_role.items():
        label = words.get(role, role)
        plural = label + "s" if len(parties) > 1 and label != words["margins"] else label
        parts.append(f"{join(parties)} ({plural})")
    return ", ".join(parts)


def company(event: pd.Series) -> str:
    """:func:`third_parties`; where none had a part in talks, "none": it is worth saying there, elsewhere there was no part to have."""
    return third_parties(event) or ("none" if event["kind"] in CONTACT_KINDS else "")


def in_article(event: pd.Series) -> str:
    """Where the article mentions an event, and what date it gives if another: "P18, as 6 February 2023"."""
    if event["in_article"] == "no":
        return "no"
    text = ", ".join(event["article_paragraphs"])
    if event["in_article"] == "aggregate":
        text += ", counted but not dated"
    if pd.notna(event["article_start"]):
        text += f", as {day(event['article_start'])}"
    return text


def join(items: list[str]) -> str:
    """"a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def capitalise(text: str) -> str:
    """The text with its first letter in upper case, the rest as it is."""
    return text[:1].upper() + text[1:]
