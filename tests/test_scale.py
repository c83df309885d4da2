"""A record a thousand times as long is judged as a short one is, and in good time."""

from __future__ import annotations

import pytest
from conftest import Table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_hostile_data import HOSTILE, without_surrogates

from rapprochement import validation
from rapprochement.measures import rate_ratio


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.integers(0, 10_000), column=st.integers(0, 100), value=st.sampled_from(HOSTILE))
def test_judging_each_distinct_cell_once_finds_what_the_full_validation_finds(data_copy, monkeypatch, row, column, value):
    path = data_copy / "events.csv"
    good = path.read_bytes()
    table = Table(path)
    table.rows[row % len(table.rows)][column % len(table.header)] = without_surrogates(value)
    table.save()
    quick = validation.find_faults(data_copy)
    with monkeypatch.context() as patch:
        patch.setattr(validation, "_meet_schema", lambda *_: False)
        assert validation.find_faults(data_copy) == quick
    path.write_bytes(good)


def test_the_test_of_two_rates_does_not_overflow():
    ratio, probability = rate_ratio(60_000, 182, 60_100, 182)
    assert ratio == pytest.approx(1.0016667, rel=1e-6)
    assert 0.7 < probability < 0.85  # normal approximation: z = 0.29
