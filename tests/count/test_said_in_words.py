"""What first page and story say of counts in words, where no role can ask the data, is so."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from conftest import ROOT

from rapprochement import measures
from rapprochement.article import article_window
from rapprochement.counting import MAIN, contacts
from rapprochement.findings import outcomes


class Counted:
    """The contacts of Armenia and Azerbaijan, as the sentences speak of them."""

    def __init__(self, events: pd.DataFrame):
        self.first, self.end = article_window(events)
        self.met = contacts(events)
        self.between = self.met[self.met["track"] == "AM-AZ"]
        self.holds = outcomes(events, (MAIN,)).set_index("finding")["holds"]
        span = self.between[self.between["start"].between(self.first, self.end)]
        self.listed = span["in_article"] == "yes"
        self.since = self.between[self.between["start"] > self.end]
        self.leaders = self.between[(self.between["level"] == "leaders") & (self.between["start"] <= self.end)]

    def last_and_before(self, days: int) -> tuple[int, int]:
        before, last = measures.contacts_before_and_in(self.between, self.end, days)
        return last, before

    def a_year_since(self) -> int:
        """The most contacts that any year after the article had, on all tracks."""
        later = self.met[self.met["start"] > self.end]["start"]
        return max(int(later.between(day, day + pd.Timedelta(364, "D")).sum()) for day in later)

    def the_year_described(self) -> int:
        return int(self.met["start"].between(self.end - pd.Timedelta(364, "D"), self.end).sum())

    def places(self, most: int) -> set[str]:
        met = self.between[self.between["place"] != ""]
        return set(met["place"].value_counts().index[:most])


SAID: dict[tuple[str, str], Callable[[Counted], bool]] = {
    ("intro", "After the article the talks went on, mostly without a mediator."): lambda it: len(measures.without_mediator(it.since)) > len(it.since) / 2,
    ("intro", "More than the winter before, yes; more than autumn 2022, no."): lambda it: it.last_and_before(91)[0] > it.last_and_before(91)[1] and it.last_and_before(182)[0] <= it.last_and_before(182)[1],
    ("intro", "Leaders alone met too rarely to tell."): lambda it: (measures.change_of_pace(it.leaders, it.end, [91, 182, 365])["probability"] > 0.05).all(),
    ("intro", "The article’s last half-year had about as many contacts as the one before."): lambda it: abs(it.last_and_before(182)[0] - it.last_and_before(182)[1]) <= 2,
    ("intro", "Among leaders the EU mediated most, over all levels Russia."): lambda it: (it.holds[["The EU mediated most among the leaders", "Russia mediated most of all"]] == "yes").all(),
    ("intro", "but not the French and German leaders who took part."): lambda it: all(len(measures.with_mediator(it.leaders, party)) for party in ("France", "Germany")),
    ("intro", "The article's list leaves out more than it holds."): lambda it: it.listed.mean() < 0.5,
    ("story", "The talks have gone on since the article, though less often than in the year it describes."): lambda it: it.a_year_since() < it.the_year_described(),
    ("story", "Armenia and Azerbaijan met most often in Moscow and Brussels"): lambda it: it.places(2) == {"moscow", "brussels"},
}


@pytest.fixture(scope="module")
def counted(events) -> Counted:
    return Counted(events)


@pytest.mark.parametrize(("page", "words"), SAID, ids=[f"{page}: {words}" for page, words in SAID])
def test_it_is_said_there_and_it_is_so(counted, page, words):
    assert words in (ROOT / "chapters" / f"{page}.md").read_text(encoding="utf-8")
    assert SAID[page, words](counted)
