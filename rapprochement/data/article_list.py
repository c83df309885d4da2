"""The article's own list of contacts, as the article tells it.

The list is frozen in ``data/article-list.csv``: what the article says does not
change when the record grows. ``python -m rapprochement freeze`` writes it anew
from events.csv; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from rapprochement.counting import CONTACT_KINDS
from rapprochement.data.files import SEPARATOR

FILE = "article-list.csv"
COLUMNS = ["event_id", "start", "end", "track", "level", "body", "place", "named_third_parties", "paragraphs", "notes"]


def article_list(events: pd.DataFrame) -> pd.DataFrame:
    """The contacts that the article lists, with its dates and the third parties it names.

    In: all events. Out: the columns of :data:`COLUMNS`, as text; lists joined by semicolons.
    Counting rule: meetings and calls with ``in_article`` yes. Where the article
    gives another start than the record, its own stands.
    """
    listed = events[events["kind"].isin(CONTACT_KINDS) & (events["in_article"] == "yes")]
    start = listed["article_start"].fillna(listed["start"])
    frame = pd.DataFrame(
        {
            "event_id": listed["event_id"],
            "start": start.dt.strftime("%Y-%m-%d"),
            "end": listed["end"].where(listed["article_start"].isna(), start).dt.strftime("%Y-%m-%d"),
            "track": listed["track"],
            "level": listed["level"],
            "body": listed["body"],
            "place": listed["place"],
            "named_third_parties": listed["article_mediators"].map(SEPARATOR.join),
            "paragraphs": listed["article_paragraphs"].map(SEPARATOR.join),
            "notes": listed["article_notes"].map(SEPARATOR.join),
        }
    )
    return frame.sort_values(["start", "event_id"], ignore_index=True)[COLUMNS]


def freeze(events: pd.DataFrame, folder: Path) -> Path:
    """Write the list to ``article-list.csv`` of a data folder and return its path."""
    path = folder / FILE
    article_list(events).to_csv(path, index=False, lineterminator="\n")
    return path
