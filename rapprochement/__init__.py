"""Rapprochement in Evidence: the data of the book, read, measured and drawn.

Imports run one way: ``data`` (read and validate) -> ``measures`` (count) ->
``claims`` (judge) and ``figures`` (draw) -> ``book`` (tie prose to data).
"""

from rapprochement.data import (
    DataError,
    load_claims,
    load_events,
    load_metadata,
    load_places,
    load_references,
)

__all__ = [
    "DataError",
    "load_claims",
    "load_events",
    "load_metadata",
    "load_places",
    "load_references",
]
