"""What figures use of matplotlib, loaded when the first is drawn: a build that finds all its drawings kept needs none of it."""

from __future__ import annotations

import importlib

_HOME = {
    "Bbox": "matplotlib.transforms",
    "Figure": "matplotlib.figure",
    "FigureCanvasAgg": "matplotlib.backends.backend_agg",
    "Line2D": "matplotlib.lines",
    "Patch": "matplotlib.patches",
    "Path": "matplotlib.path",
    "PathPatch": "matplotlib.patches",
    "Rectangle": "matplotlib.patches",
    "ScaledTranslation": "matplotlib.transforms",
    "date2num": "matplotlib.dates",
    "DateFormatter": "matplotlib.dates",
    "MonthLocator": "matplotlib.dates",
    "YearLocator": "matplotlib.dates",
    "get_font": "matplotlib.font_manager",
}


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(name)
    value = globals()[name] = getattr(importlib.import_module(_HOME[name]), name)
    return value
