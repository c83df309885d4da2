"""Rapprochement in Evidence: the data of the book, read, measured and drawn.

Imports run one way: ``data`` (read and validate) -> ``measures`` (count) ->
``claims`` (judge) and ``figures`` (draw) -> ``book`` (tie prose to data).
"""

__all__ = [
    "DataError",
    "load_claims",
    "load_events",
    "load_evidence",
    "load_metadata",
    "load_names",
    "load_outlets",
    "load_places",
    "load_references",
    "load_searches",
]


def __getattr__(name: str):
    """What the package offers, from ``data``; loaded with its first use, as a build with nothing new reads no data."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from rapprochement.data import door, files

    return getattr(door if hasattr(door, name) else files, name)
