"""Cut styles, icons and files down to what the pages use."""

from __future__ import annotations

import logging
import re
import shutil
from pathlib import Path


OWN_STYLES = ("book.css", "dial.css", "light.css", "search.css")
ICON_FONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
# Loaded by nothing once the pages are lean.
UNUSED = ("searchtools.js", "doctools.js", "language_data.js", "sphinx_highlight.js", "scripts/fontawesome.js", "scripts/bootstrap.js", "locales",
          "styles/theme.css", "webpack-macros.html", "sbt-webpack-macros.html",
          "vendor/fontawesome/webfonts/fa-brands-400.woff2", "vendor/fontawesome/webfonts/fa-regular-400.woff2")


def slim(static: Path, words: set[str]) -> None:
    """Delete what no page loads; keep of the style sheets what the pages use.

    words: the classes that some page has; those that scripts name are found in the scripts.
    """
    for name in UNUSED:
        path = static / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for debris in [*static.rglob("*.map"), *static.rglob("*.ttf")]:
        debris.unlink()
    for script in static.rglob("*.js"):
        words = words | set(re.findall(r"[\w-]+", script.read_text(encoding="utf-8")))
    for sheet in static.rglob("*.css"):
        if sheet.name not in OWN_STYLES:
            lean = without_unused_rules(sheet.read_text(encoding="utf-8"), words)
            sheet.write_text(without_lost_faces(lean, sheet.parent), encoding="utf-8")
    _cut_icon_font(static)


def without_unused_rules(css: str, words: set[str]) -> str:
    """The style sheet less the selectors that name a class which is not among *words*.

    Selectors with parentheses (``:not(...)``) are kept: an absent class may be their point.
    Comments are kept, as they hold the licences.
    """

    def cut(match: re.Match) -> str:
        selectors, body = match.groups()
        if selectors is None or "(" in selectors or selectors.lstrip().startswith("@"):
            return match.group()
        kept = [each for each in selectors.split(",") if set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", each)) <= words]
        return ",".join(kept) + "{" + body + "}" if kept else ""

    return re.sub(r"/\*.*?\*/|([^{}/]+)\{([^{}]*)\}", cut, css, flags=re.DOTALL)


def without_lost_faces(css: str, folder: Path) -> str:
    """The style sheet less the files of faces that are gone, which a copy of the site would ask for; *folder* is where it lies."""

    def cut(match: re.Match) -> str:
        sources = [each for each in re.split(r",(?=url)", match[2]) if (folder / re.match(r"url\(([^)?#]+)", each)[1]).is_file()]
        return f"{match[1]}src:{','.join(sources)}}}" if sources else ""

    return re.sub(r"(@font-face\{[^}]*?)src:(url[^}]*)\}", cut, css)


def _cut_icon_font(static: Path) -> None:
    """Keep the icons that the theme's style sheet, once slim, still names."""
    # Not at the top: it takes time to load, and a build that writes no page does not need it.
    from fontTools import subset

    font = static / ICON_FONT
    theme = (static / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    codes = {int(code, 16) for code in re.findall(r'\.fa-[^{}]*\{content:"\\([0-9a-f]+)"\}', theme)}
    # Those that a rule takes from a variable stand there as letters.
    codes |= {ord(letter) for letter in re.findall(r'--pst-icon-[\w-]+:\s*"(.)"', theme)}
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # else it tells of every table
    options = subset.Options(flavor="woff2", desubroutinize=True, notdef_outline=True)
    loaded = subset.load_font(str(font), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(loaded)
    subset.save_font(loaded, str(font), options)
