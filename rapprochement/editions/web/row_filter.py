"""The form that filters the rows of a page's tables on screen.

The tables are whole without scripts; ``assets/static/row-filter.js`` reads the
classes of their rows and makes the form work.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

from docutils import nodes


def select(name: str, label: str, everything: str, choices: dict[str, str]) -> str:
    """A labelled choice among values, each with its words; rows have the class ``name-value``."""
    options = "".join(
        f'<option value="{nodes.make_id(value)}">{html.escape(text)}</option>' for value, text in choices.items()
    )
    return (
        f'<div><label for="filter-{name}">{label}</label>'
        f'<select id="filter-{name}" name="{name}"><option value="">{everything}</option>{options}</select></div>'
    )


def form(
    css_class: str, label: str, words: str, facets: Iterable[str], more: str = "", buttons: str = "", texts: str = ""
) -> nodes.raw:
    """The form; not there where no script runs (``mend``).

    css_class: names the form to its script. words: label of the field for words.
    facets: fields, as HTML.
    more: HTML below the fields. buttons: HTML beside "Show all". texts: a script in ``_static`` with more words of each row.
    """
    more_words = f' data-texts="{texts}"' if texts else ""
    return nodes.raw(
        "",
        f'<form class="row-filter {css_class} screen-only" role="search" aria-label="{label}" autocomplete="off"{more_words}>'
        f'<div class="words"><label for="filter-words">{words}</label>'
        '<input type="search" id="filter-words" name="words" autocomplete="off"></div>'
        # What is found is said where one types.
        f'<p class="result"><output></output> <button type="reset">Show all</button> {buttons}</p>'
        f'<details open><summary>Filters</summary><div class="facets">{"".join(facets)}</div>{more}</details>'
        '<p class="go"><button type="submit">Go to the rows</button></p>'
        "</form>\n",
        format="html",
        classes=["screen-only"],
    )
