"""Read the data folder: the one door through which every number enters.

Each loader validates the whole folder first, that of the claims also their
verdicts, and raises :class:`DataError` on the first sign of a fault, so code
past this door trusts its frames.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from rapprochement.data.check import find_faults, find_wrong_verdicts
from rapprochement.data.files import WITHOUT_WORDS, WORDS, DataError, data_folder, file_state, files_loaded, read_table, state_key
from rapprochement.data.tables import Fault

# Environment variable in which a build, which begins with checking the data, tells
# its notebooks the state that it found valid: each would else check it again.
FOUND_VALID = "RAPPROCHEMENT_FOUND_VALID"


def load_events(folder: str | os.PathLike | None = None, words: bool = True) -> pd.DataFrame:
    """Read ``events.csv``: one row, one event, sorted by start and event_id.

    words: False leaves out ``summary`` and ``note``, which no measure reads; a
    notebook of the book that does without them need not run again when they change.

    Returns the columns of the codebook. ``start``, ``end`` and ``article_start``
    are datetime64; list columns (third parties, roles, participants, threads,
    sources, paragraphs, notes) hold Python lists; other columns are text, with
    an empty string where the cell is empty.

    Raises DataError if anything in the folder is at fault.
    """
    return _load_table("events", folder, words)


def load_places(folder: str | os.PathLike | None = None) -> pd.DataFrame:
    """Read ``places.csv``: one row, one place, with degrees north and east (WGS 84) as floats.

    Raises DataError if anything in the folder is at fault.
    """
    return _load_table("places", folder)


def load_names(folder: str | os.PathLike | None = None) -> pd.DataFrame:
    """Read ``names.csv``: one row, one person, country, region, body, court or abbreviation; ``other_names`` holds lists.

    Raises DataError if anything in the folder is at fault.
    """
    return _load_table("names", folder)


def load_claims(folder: str | os.PathLike | None = None) -> pd.DataFrame:
    """Read ``claims.csv``: one row, one checkable statement of the article.

    Raises DataError if anything in the folder is at fault.
    """
    return _load_table("claims", folder)


def load_evidence(folder: str | os.PathLike | None = None) -> pd.DataFrame:
    """Read ``evidence.csv``: one row, what one source says of one event; ``supports`` holds lists, ``read`` is datetime64.

    Raises DataError if anything in the folder is at fault.
    """
    return _load_table("evidence", folder)


def load_outlets(folder: str | os.PathLike | None = None) -> pd.DataFrame:
    """Read ``outlets.csv``: one row, one outlet, body or person that is the author of a source.

    Raises DataError if anything in the folder is at fault.
    """
    return _load_table("outlets", folder)


def load_searches(folder: str | os.PathLike | None = None) -> pd.DataFrame:
    """Read ``searches.csv``: one row, one track, level and half-year that was searched; ``languages`` and ``outlets`` hold lists.

    Raises DataError if anything in the folder is at fault.
    """
    return _load_table("searches", folder)


def _load_table(table: str, folder: str | os.PathLike | None, words: bool = True) -> pd.DataFrame:
    path = data_folder(folder)
    _stop_on_faults(path, file_state(path), _find_faults_of_rows)
    if table == "claims":
        # A verdict rests on all rows, and only who reads the claims reads it.
        _stop_on_faults(path, file_state(path), find_wrong_verdicts)
    files_loaded.add(f"{path / table}.csv{'' if words else WITHOUT_WORDS}")
    frame = read_table(table, path)
    return frame if words else frame.drop(columns=list(WORDS))


def _find_faults_of_rows(folder: Path) -> list[Fault]:
    return find_faults(folder, verdicts=False)


@functools.lru_cache(maxsize=8)
def _stop_on_faults(folder: Path, state: tuple, find: Callable[[Path], list[Fault]]) -> None:
    if os.environ.get(FOUND_VALID) == state_key(state):
        return
    faults = find(folder)
    if faults:
        more = f" (and {len(faults) - 1} more: python -m rapprochement check)" if len(faults) > 1 else ""
        raise DataError(f"{faults[0]}{more}")
