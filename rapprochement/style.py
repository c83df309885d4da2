"""How every figure looks: sizes, type, and colours that work in light, in dark and in grey print.

Figures are drawn once in the colours of the light page. :func:`svg` then
replaces each colour by a CSS variable and adds the values for light and dark,
so one drawing serves both. Text stays text, in the face of
:mod:`rapprochement.typeface`, by which matplotlib measures it.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapprochement import marks, typeface

# matplotlib is imported where it draws: a build in which nothing changed needs
# the colours only, and would wait for it half a second.
if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Size:
    """Width of a figure in inches at 96 CSS pixels each, and its font size in points."""

    width: float
    font: float
    narrow: bool


# At their full width both show text of 11 CSS pixels or more; the narrow one
# does so on a phone of 390 pixels, where the page leaves 350 for the figure.
WIDE = Size(width=7.3, font=10.5, narrow=False)
NARROW = Size(width=3.65, font=9.75, narrow=True)
# Takes the place of the narrow one in a figure that a wide window shows beside the text, where the page leaves 260.
IN_MARGIN = Size(width=2.7, font=8.9, narrow=True)

# What stands in where the face of the book is not at hand, as in a drawing that has left its page.
FALLBACK = "system-ui, sans-serif"

# Light and dark value of each colour. The hues are those of Okabe and Ito,
# which readers with any kind of colour vision can tell apart; hatches and
# labels say the same again for grey print.
COLOURS = {
    "ink": ("#1d2129", "#e8e6e1"),
    "muted": ("#5c6370", "#a9adb5"),
    "rule": ("#c9ccd2", "#4a4f58"),
    "paper": ("#ffffff", "#14171c"),
    "window": ("#f1ecdf", "#39362c"),
    "blue": ("#0b6aa8", "#5bb4ec"),
    "vermilion": ("#b64a00", "#f0894a"),
    "green": ("#007f5f", "#3cc79c"),
    "purple": ("#9a4f86", "#dc8fc4"),
    "amber": ("#8f6400", "#e5b53a"),
    "grey": ("#7b8089", "#8d929b"),
}

MEDIATOR_COLOURS = {
    "EU": "blue",
    "Russia": "vermilion",
    "United States": "green",
    "France": "purple",
    "Germany": "amber",
}
MEDIATOR_HATCHES = {"EU": "", "Russia": "//", "United States": "--", "France": "\\\\", "Germany": "xx"}
TRACK_COLOURS = {"AM-AZ": "blue", "AM-TR": "vermilion", "AZ-KA": "green"}
TRACK_MARKERS = {"AM-AZ": "o", "AM-TR": "s", "AZ-KA": "D"}


def colour(name: str) -> str:
    """The light value of a colour of :data:`COLOURS`."""
    return COLOURS[name][0]


def mediator_colour(mediator: str) -> str:
    """The one colour of a mediator, the same in every figure."""
    return colour(MEDIATOR_COLOURS.get(mediator, "grey"))


def settings(size: Size) -> dict:
    """Matplotlib settings for one size; used by :func:`drawing`."""
    return {
        "font.family": typeface.CUT,
        "font.size": size.font,
        "axes.titlesize": size.font,
        "axes.labelsize": size.font,
        "xtick.labelsize": size.font,
        "ytick.labelsize": size.font,
        "legend.fontsize": size.font,
        "text.color": colour("ink"),
        "axes.labelcolor": colour("ink"),
        "axes.edgecolor": colour("muted"),
        "xtick.color": colour("muted"),
        "ytick.color": colour("muted"),
        "xtick.labelcolor": colour("ink"),
        "ytick.labelcolor": colour("ink"),
        "grid.color": colour("rule"),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "hatch.linewidth": 0.7,
        "hatch.color": colour("paper"),
        "legend.frameon": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "rapprochement",
        "figure.constrained_layout.use": True,
    }


def drawing(size: Size):
    """Context in which a figure of this size is drawn and saved."""
    from matplotlib import font_manager, rc_context

    if typeface.CUT not in {entry.name for entry in font_manager.fontManager.ttflist}:
        font_manager.fontManager.addfont(typeface.file())
    return rc_context(settings(size))


def svg(figure: Figure, size: Size) -> str:
    """The figure as SVG text that follows the light or dark theme; the same bytes every time."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.StringIO()
    with drawing(size):
        # savefig would first draw everything once for the layout, which the drawing finds anyway.
        FigureCanvasSVG(figure).print_svg(buffer, metadata={"Date": None, "Creator": None})
    drawn = _lean(buffer.getvalue())
    for name, (light, _) in COLOURS.items():
        drawn = drawn.replace(light, f"var(--{name})")
    width, height = (round(inches * 72, 1) for inches in figure.get_size_inches())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}pt" height="{height:g}pt" '
        f"""font-family="'{typeface.FAMILY}', {FALLBACK}" stroke-linejoin="round">{PALETTES}{drawn}</svg>"""
    )


PALETTES = (
    "<style>svg{color-scheme:light dark;"
    + "".join(f"--{name}:{light};" for name, (light, _) in COLOURS.items())
    + "}@media (prefers-color-scheme:dark){svg{"
    + "".join(f"--{name}:{dark};" for name, (_, dark) in COLOURS.items())
    + "}}</style>"
)


def _lean(text: str) -> str:
    """What matplotlib draws, within the outermost tag, less what says nothing: names of groups, standard values, decimals.

    Its own style sheet would hold for a whole page; what it says stands on the outermost tag.
    """
    text = text[text.index("<svg") : text.rindex("</svg>")]
    text = text[text.index(">") + 1 :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'<g id="[^"]*"/>|<path d="[^"]*" style="fill: none"/>', "", text)
    # One decimal places a line exactly enough and halves the file; opacity needs them all.
    text = re.sub(r"(opacity: [\d.]+|(?<![\d.#\w])-?\d+\.\d)\d*", r"\1", text)
    text = re.sub(r"(?<=\d)\.0(?!\d)", "", text)
    text = re.sub(r' transform="rotate\(-?0 [^)]*\)"| target="_blank"|<g id="[^"]*"(?=>)', lambda found: "<g" if found[0].startswith("<g") else "", text)
    text = re.sub(rf"; font-family: '{typeface.CUT}'|; text-anchor: start|; stroke-linejoin: miter", "", text)
    text = re.sub(r"xlink:(?=href)", "", text)
    text = re.sub(r"\s*\n\s*", " ", text).replace("> <", "><")
    text = re.sub(r'([MLCQz]) (?=[-\d"MLCQ])', r"\1", text)
    text = re.sub(r'style="[^"]*"', lambda found: re.sub(r"(?<=[;:]) ", "", found[0]), text)
    for emptied in ("<defs></defs>", "<g></g>"):
        text = text.replace(emptied, "")
    # A group that neither moves nor colours anything groups for nobody.
    stack: list[bool] = []

    def bare(found: re.Match) -> str:
        if found[0] == "</g>":
            return "" if stack.pop() else "</g>"
        stack.append(found[0] == "<g>")
        return "" if stack[-1] else found[0]

    return re.sub(r"<g\b[^>]*>|</g>", bare, text)


def for_print(text: str) -> str:
    """An SVG of :func:`svg` without links, with the light colours and the cut face by name, for tools that know no CSS variables."""
    text = marks.without(text.replace(PALETTES, "")).replace(f"'{typeface.FAMILY}', {FALLBACK}", f"'{typeface.CUT}'")
    for name, (light, _) in COLOURS.items():
        text = text.replace(f"var(--{name})", light)
    return text


def for_download(text: str) -> str:
    """An SVG of :func:`svg` without the links, which lead nowhere outside of the book."""
    return marks.without(text)
