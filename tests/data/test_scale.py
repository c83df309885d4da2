"""A record many times as long is judged as a short one is, and in good time."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, Table
from frictionless import Package
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_hostile_data import HOSTILE

from rapprochement.measures import rate_ratio
from rapprochement.data.check import MAX_FAULTS, find_faults

sys.path.append(str(ROOT / "benchmarks"))

from scale import drop_claims, multiply  # noqa: E402

FOLD = 40
SECONDS = FOLD / 10


@pytest.mark.thorough
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.integers(0, 10_000), column=st.integers(0, 100), value=st.sampled_from([text for text in HOSTILE if text.isprintable()]))
def test_judging_each_distinct_cell_once_names_every_cell_that_frictionless_refuses(part_of_data, tmp_path_factory, row, column, value):
    data_copy = Path(shutil.copytree(part_of_data, tmp_path_factory.mktemp("one") / "data"))
    path = data_copy / "events.csv"
    table = Table(path)
    table.rows[row % len(table.rows)][column % len(table.header)] = value
    table.save()
    report = Package(str(data_copy / "datapackage.json")).validate()
    refused = {(error.row_number, error.field_name) for task in report.tasks for error in task.errors if hasattr(error, "field_name")}
    assert refused <= {(fault.row, fault.column) for fault in find_faults(data_copy)}


@pytest.mark.thorough
@pytest.mark.parametrize("faulty", ["every row", "the last row"])
def test_a_long_file_with_faults_is_answered_in_good_time(data_copy, faulty):
    """Processor time, since the machine that tests may be busy with other things."""
    multiply(data_copy, FOLD)
    drop_claims(data_copy)
    table = Table(data_copy / "events.csv")
    for row in range(2, len(table.rows) + 2) if faulty == "every row" else [len(table.rows) + 1]:
        table[row, "kind"] = f"party {row}"
    table.save()
    started = time.process_time()
    faults = find_faults(data_copy)
    assert time.process_time() - started < SECONDS
    last = len(table.rows) + 1
    if faulty == "every row":
        assert [(fault.row, fault.until, fault.column) for fault in faults if "is not allowed; allowed: meeting" in fault.problem] == [(2, last, "kind")], "one cause is told once"
        assert len(faults) <= MAX_FAULTS + 1
    else:
        assert ("events.csv", last, "kind") in {(fault.file, fault.row, fault.column) for fault in faults}


def test_the_test_of_two_rates_does_not_overflow():
    ratio, probability = rate_ratio(60_000, 182, 60_100, 182)
    assert ratio == pytest.approx(1.0016667, rel=1e-6)
    assert 0.7 < probability < 0.85  # normal approximation: z = 0.29
