"""Modules that take long to load and that a build with nothing new does without; to be imported before any module that names them."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType


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


load_when_used("pandas")
