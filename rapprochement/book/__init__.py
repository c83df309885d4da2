"""Ties the book to the data: what its pages, its notebooks and its build need."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType


def setup(app) -> dict:
    """Entry point of the Sphinx extension."""
    # A fifth of a build with nothing new, which reads no data.
    load_when_used("pandas")
    # Imported here because a notebook imports rapprochement.book.show, and has
    # to run on a machine without Sphinx.
    from rapprochement.book import extension

    return extension.setup(app)


def load_when_used(name: str) -> None:
    """Let ``import name`` return at once; the module is loaded when something in it is asked for.

    Not importlib's LazyLoader, which loads as soon as a second module says ``import name``.
    """
    spec = importlib.util.find_spec(name)
    if name in sys.modules or spec is None:
        return

    class NotYetLoaded(ModuleType):
        def __getattr__(self, attribute: str):
            if sys.modules.get(name) is self:
                del sys.modules[name]
            return getattr(importlib.import_module(name), attribute)

    sys.modules[name] = NotYetLoaded(name)
    sys.modules[name].__spec__ = spec
