"""Turn values of the data into words: dates, numbers, third parties; a file a language.

What stands here by name is English, the language of the book. :func:`tongue`
leads to the others, which print the same values on the pages that are written
in them.
"""

from __future__ import annotations

from rapprochement.wording.armenian import Armenian
from rapprochement.wording.azerbaijani import Azerbaijani
from rapprochement.wording.english import (
    NUMBER_WORDS,
    capitalise,
    company,
    day,
    day_month,
    days,
    event_date,
    in_article,
    join,
    month_span,
    number,
    ordinal,
    percent,
    span,
    third_parties,
)
from rapprochement.wording.russian import Russian
from rapprochement.wording.tongue import Said, Tongue
from rapprochement.wording.turkish import Turkish

__all__ = [
    "ENGLISH", "NUMBER_WORDS", "Said", "TONGUES", "Tongue", "capitalise", "company", "day", "day_month", "days", "event_date",
    "in_article", "join", "month_span", "number", "ordinal", "percent", "span", "third_parties", "tongue",
]  # fmt: skip

ENGLISH = "en"
# The other languages of the book by their codes (BCP 47), in the order in which they are listed.
TONGUES: dict[str, Tongue] = {each.code: each for each in (Armenian(), Azerbaijani(), Turkish(), Russian())}


def tongue(code: str) -> Tongue:
    """The language of a code other than "en". Raises ValueError for one that the book does not speak."""
    if code not in TONGUES:
        raise ValueError(f"the book has no words in {code!r}; it has: {', '.join([ENGLISH, *TONGUES])}")
    return TONGUES[code]
