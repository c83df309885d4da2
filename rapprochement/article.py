"""The article as a yardstick: its own list, and the days on which what it tells begins and ends."""

from __future__ import annotations

import pandas as pd

from rapprochement.counting import OWN_LIST, contacts
from rapprochement.query import QueryError
# Its paragraphs, as the book numbers them.
PARAGRAPHS = tuple(f"P{number}" for number in range(1, 35))


def article_end(events: pd.DataFrame) -> pd.Timestamp:
    """The last day that the article tells of. Raises QueryError if no row is in the article."""
    told = events.loc[events["in_article"] == "yes", "end"]
    if told.empty:
        raise QueryError("no row of events.csv has in_article yes, so there is no article to judge")
    return told.max()


def article_window(events: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of the contacts that the article lists; "before" and "after" the article turn on the last."""
    listed = contacts(events, OWN_LIST)
    return listed["start"].min(), listed["end"].max()
