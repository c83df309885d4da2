"""Maps: where the talks took place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from rapprochement import mpl
from rapprochement.counting import NOBODY
from rapprochement.marks import label, link
from rapprochement.style import MEDIATOR_COLOURS, MEDIATOR_HATCHES, Size, colour, mediator_colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch
    from matplotlib.transforms import Bbox

# Degrees east and north that each panel of the map must hold. The large one
# reaches into the Atlantic, where venues beyond it are listed.
WORLD_PANEL = ((-11.5, 79), (23, 61.5))
CAUCASUS_PANEL = ((43.2, 48.2), (38.6, 42))
# The states of that panel with the points around which their names may stand, best first, in degrees north and east.
STATES = {
    "Armenia": [(40.65, 44.35), (41.08, 44.5)],
    "Azerbaijan": [(40.5, 47.4), (40.9, 46.5), (41.25, 47.0)],
    "Georgia": [(41.45, 43.9)],
    "Iran": [(38.75, 47.2), (38.8, 45.4)],
    "Türkiye": [(40.1, 43.6), (40.0, 43.5), (40.4, 42.8)],
}
# How far outside the large panel a venue must lie to be listed at its edge.
BEYOND = 20


def venue_map(frame: pd.DataFrame, size: Size, coastlines: list) -> Figure:
    """Venues as circles on a map without borders: area by contacts, colour by main mediator.

    frame: ``place``, ``latitude``, ``longitude``, ``contacts``, ``main_mediator``, ``event_ids``
    (:data:`NOBODY` is drawn hollow), most contacts first. coastlines: polygons of land,
    each a list of rings of (longitude, latitude). The largest venues are labelled first,
    as many as fit; on the narrow map only those of more than one contact.
    """
    heights = (2.8, 2.5) if size.narrow else (4.4, 2.9)
    key, columns = _venue_key(frame), 2 if size.narrow else 3
    gap, head = 0.3, 0.1 + -(-len(key) // columns) * size.font * 1.55 / 72
    total = sum(heights) + gap + head
    figure = mpl.Figure(figsize=(size.width, total))
    figure.set_layout_engine("none")
    upper = figure.add_axes((0, (heights[1] + gap) / total, 1, heights[0] / total))
    lower = figure.add_axes((0, 0, 1, heights[1] / total))
    (west, east), (south, north) = CAUCASUS_PANEL
    caucasus = frame["longitude"].between(west, east) & frame["latitude"].between(south, north)
    # On a phone the names of all would run into each other around Brussels and Moscow.
    labelled = ~caucasus & (frame["contacts"] > 1) if size.narrow else ~caucasus
    _map_panel(upper, frame, coastlines, WORLD_PANEL, size, labelled)
    _map_panel(lower, frame[caucasus], coastlines, CAUCASUS_PANEL, size, labelled=caucasus[caucasus], states=STATES)
    figure.text(0, (heights[1] + 0.09) / total, label(frame, "The South Caucasus, enlarged"), color=colour("muted"))
    figure.legend(
        handles=key, loc="upper left", bbox_to_anchor=(0, 1), borderaxespad=0, borderpad=0,
        ncols=columns, handlelength=1.2, handletextpad=0.4, columnspacing=1,
    )
    return figure


def _venue_style(mediator: str) -> dict:
    if mediator == NOBODY:
        return {"facecolor": colour("paper"), "edgecolor": colour("ink"), "hatch": ""}
    return {"facecolor": mediator_colour(mediator), "edgecolor": colour("paper"), "hatch": MEDIATOR_HATCHES.get(mediator, "")}


def _venue_key(frame: pd.DataFrame) -> list[Patch]:
    present = set(frame["main_mediator"])
    named = [mediator for mediator in MEDIATOR_COLOURS if mediator in present]
    key = [mpl.Patch(**_venue_style(mediator), label=label(frame, mediator)) for mediator in named]
    if present - set(named) - {NOBODY}:
        key.append(mpl.Patch(**_venue_style(""), label=label(frame, "another, or several equally")))
    return [*key, mpl.Patch(**_venue_style(NOBODY), label=label(frame, "no mediator"))]


def project(longitude, latitude, centre: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Lambert's azimuthal equal-area projection on a sphere of radius 1."""
    x, y = np.radians(np.asarray(longitude, float) - centre[0]), np.radians(np.asarray(latitude, float))
    middle = np.radians(centre[1])
    scale = np.sqrt(2 / (1 + np.sin(middle) * np.sin(y) + np.cos(middle) * np.cos(y) * np.cos(x)))
    return (
        scale * np.cos(y) * np.sin(x),
        scale * (np.cos(middle) * np.sin(y) - np.sin(middle) * np.cos(y) * np.cos(x)),
    )


def draw_land(axes: Axes, coastlines: list, centre: tuple[float, float]) -> None:
    """Land, less its seas and lakes, as far as the limits of the axes reach."""
    (left, right), (low, top) = axes.get_xlim(), axes.get_ylim()
    for polygon in coastlines:
        rings = [mpl.Path(np.column_stack(project(*zip(*ring), centre)), closed=True) for ring in polygon]
        # Clipped here, as the far side of the globe would only weigh the file down.
        land = mpl.Path.make_compound_path(*rings).clip_to_bbox(mpl.Bbox.from_extents(left, low, right, top))
        if len(land.vertices):
            axes.add_patch(mpl.PathPatch(land, facecolor=colour("window"), edgecolor=colour("rule"), lw=0.4))


def _map_panel(axes: Axes, frame: pd.DataFrame, coastlines: list, corners: tuple, size: Size, labelled: pd.Series, states: dict[str, list[tuple[float, float]]] | None = None) -> None:
    (west, east), (south, north) = corners
    centre = ((west + east) / 2, (south + north) / 2)
    (right,), _ = project([east], [centre[1]], centre)
    _, (top,) = project([centre[0]], [north], centre)
    box = axes.get_window_extent()
    right = max(right, top * box.width / box.height)
    top = right * box.height / box.width
    axes.set_xlim(-right, right)
    axes.set_ylim(-top, top)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(visible=True, color=colour("rule"))
    draw_land(axes, coastlines, centre)
    x, y = (pd.Series(values, frame.index) for values in project(frame["longitude"], frame["latitude"], centre))
    arrows = pd.Series("", frame.index)
    for side, arrow, beyond in (
        (-1, "← ", frame["longitude"] < west - BEYOND),
        (1, "→ ", frame["longitude"] > east + BEYOND),
    ):
        line = 0.14 if size.narrow else 0.12
        for position, index in enumerate(frame.index[beyond]):
            x[index] = side * right * 0.95
            y[index] = -top * (0.9 - line * position)
        arrows[beyond] = arrow
    area = (14 if size.narrow else 26) * frame["contacts"] + 4
    labels, circles = [], []
    for index, row in frame.iterrows():
        style = _venue_style(row["main_mediator"])
        if row["contacts"] < 3:
            style["hatch"] = ""  # too small to show one
        url = link(axes.figure, row["event_ids"], f"{frame.attrs.get('what', 'contacts')}: {row['place']}")
        axes.scatter(x[index], y[index], s=area[index], zorder=3, lw=0.8, urls=[url], **style)
        circles.append((x[index], y[index], area[index]))
        if labelled[index]:
            labels.append((x[index], y[index], area[index], f"{arrows[index]}{row['place']} {row['contacts']:g}"))
    # Those at the edge have no coast that would tell them.
    taken = _place_labels(axes, sorted(labels, key=lambda label: label[3][0] not in "←→"), circles, size)
    for name, places in (states or {}).items():
        words = axes.annotate(label(frame, name), (0, 0), ha="center", va="center", color=colour("muted"), zorder=2)
        for north, east in places:
            words.xy = [each[0] for each in project([east], [north], centre)]
            words.set_position(words.xy)
            if _inside(words.get_window_extent(), axes) and not any(words.get_window_extent().overlaps(other) for other in taken):
                break
        else:
            words.remove()


def _place_labels(axes: Axes, labels: list[tuple], circles: list[tuple], size: Size) -> list[Bbox]:
    """Write each label beside its circle where it covers nothing; leave it out where it would. Returns the boxes of all."""
    renderer = mpl.FigureCanvasAgg(axes.figure).get_renderer()
    around = {}
    for x, y, area in circles:
        across, up = axes.transData.transform((x, y))
        # In a narrow figure with a margin, so that no name seems to belong to the circle of another.
        radius = (math.sqrt(area / math.pi) + 0.5 * size.narrow) * axes.figure.dpi / 72
        around[x, y, area] = mpl.Bbox.from_extents(across - radius, up - radius, across + radius, up + radius)
    written: list[Bbox] = []
    for x, y, area, text in labels:
        gap = math.sqrt(area / math.pi) + 2
        taken = [*written, *(box for circle, box in around.items() if circle != (x, y, area))]
        label = axes.annotate(text, (x, y), (0, 0), textcoords="offset points", fontsize=size.font * 0.92, zorder=4)
        for across, up in ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (0.7, -0.7), (-0.7, 0.7), (-0.7, -0.7)):
            label.set_position((across * gap, up * gap))
            label.set_horizontalalignment("left" if across > 0 else "right" if across else "center")
            label.set_verticalalignment("bottom" if up > 0 else "top" if up else "center")
            box = label.get_window_extent(renderer)
            if _inside(box, axes) and not any(box.overlaps(other) for other in taken):
                written.append(box)
                break
        else:
            label.remove()
    return [*written, *around.values()]


def _inside(box: Bbox, axes: Axes) -> bool:
    frame = axes.get_window_extent().padded(-2)
    return frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1
