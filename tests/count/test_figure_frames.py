"""What is drawn: marks that know their rows, periods in part that look it, names over their marks."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from rapprochement import figures, marks, measures, show, typeface
from rapprochement.counting import contacts
from rapprochement.flags import Flags
from rapprochement.style import NARROW, WIDE

TEXTS = {"name": "fig", "alt": "what one sees", "how": "how it is counted"}


@pytest.fixture()
def per_half_year(events) -> pd.DataFrame:
    """Contacts in each half-year; the data begins in November 2020."""
    frame = measures.contacts_per_half_year(contacts(events), events["start"].min(), pd.Timestamp("2023-12-31"))
    frame.attrs = {"span": (events["start"].min(), pd.Timestamp("2023-12-31"))}
    return frame


def bars(axes) -> list:
    return [patch for patch in axes.patches if patch.get_url()]


def test_each_bar_knows_the_contacts_that_it_counts(per_half_year):
    figure = figures.stacked_bars(per_half_year, WIDE)
    drawn = bars(figure.axes[0])
    known = marks.of(figure)
    assert [round(bar.get_height()) for bar in drawn] == [len(mark["rows"]) for mark in known]
    assert sum(len(mark["rows"]) for mark in known) == per_half_year["contacts"].sum()
    assert all("half of 20" in mark["told"] for mark in known)


def test_a_half_year_covered_in_part_is_narrow_and_framed(per_half_year):
    axes = figures.stacked_bars(per_half_year, WIDE).axes[0]
    widths = {round(bar.get_x()): bar.get_width() for bar in bars(axes)}
    first, *whole = (widths[at] for at in sorted(widths))
    assert first < 0.4 * min(whole)
    frames = [patch for patch in axes.patches if not patch.get_url() and patch.get_linestyle() not in ("-", "solid") and patch.get_width() > 1]
    assert len(frames) == 1, "the one half-year that is not whole"
    assert "10 November 2020" in figures.partial_periods(*per_half_year.attrs["span"])


def test_wide_and_narrow_drawing_show_the_same_rows_in_the_same_bytes(per_half_year):
    first, second = (show.payload(figures.stacked_bars, per_half_year, **TEXTS) for _ in range(2))
    assert first == second
    for drawing in (first["svg"], first["svg_narrow"]):
        assert {int(number) for number in re.findall(rf'href="{marks.ADDRESS}(\d+)"', drawing)} == set(range(len(first["marks"])))
        assert marks.ADDRESS not in marks.without(drawing)


def test_words_of_a_figure_stay_words_in_the_face_of_the_book(per_half_year):
    drawing = show.payload(figures.stacked_bars, per_half_year, **TEXTS)["svg"]
    assert "Armenia–Azerbaijan</text>" in drawing and "DejaVu" not in drawing
    assert f"'{typeface.FAMILY}'" in drawing
    assert not re.search(r"#[0-9a-f]{6}\b", drawing.partition("</style>")[2]), "colours are those of the theme"


def test_names_over_a_figure_leave_each_other_free():
    first, last = pd.Timestamp("2021-01-01"), pd.Timestamp("2026-01-01")
    names = [(pd.Timestamp(day), words) for day, words in (("2023-04-25", "unveiling"), ("2023-04-29", "airspace closed"), ("2023-09-24", "departure"), ("2025-12-01", "flight to Yerevan"))]
    for size in (WIDE, NARROW):
        flags = Flags(names, first, last, size.width * 72 - 80, size)
        reach = [(row, *flags._reach(index, left)) for index, (row, left) in enumerate(flags.places)]
        for index, (row, start, end) in enumerate(reach):
            assert not [1 for other, (its, begin, stop) in enumerate(reach) if other != index and its == row and begin < end and start < stop]
    with pytest.raises(ValueError, match="too long"):
        Flags([(first, "a name that is a great deal longer than any phone is wide" * 3)], first, last, 200, WIDE)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_specification_curve_draws_outcomes_as_shares_and_names_what_breaks(size):
    columns = ["finding", "holds", "fails", "cannot_say", "rule", "held", "broken", "silenced", "mended"]
    rows = [
        ("it is so", 6, 3, 1, "one rule", 4, 3, 0, 0),
        ("it is so", 6, 3, 1, "another rule", 4, 0, 1, 0),
        ("it is not so", 0, 10, 0, "one rule", 0, 0, 0, 2),
        ("it is not so", 0, 10, 0, "another rule", 0, 0, 0, 0),
    ]
    (axes,) = figures.specification_curve(pd.DataFrame(rows, columns=columns), size).axes
    said = [text.get_text() for text in axes.texts]
    assert {"yes 6 · no 3 · cannot say 1", "no 10", "−3", "?", "+2", "·"} <= set(said)
    bars = [patch for patch in axes.patches if patch.get_alpha() is None and patch.get_width() > 25.5]  # cells are narrower
    whole = bars[-1].get_width()
    assert [round(bar.get_width() / whole, 2) for bar in bars] == [0.6, 0.3, 0.1, 1.0]
    assert all(0 <= patch.get_x() and patch.get_x() + patch.get_width() <= size.width * 72 for patch in axes.patches)
