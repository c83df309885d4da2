"""Finish the written pages: what the themes' own markup, styles and scripts leave to mend.

Working on the written pages keeps every template of the themes as it is. Each
step may run twice on the same page, as happens when only some pages are
written anew.
"""

from __future__ import annotations

import logging
import re
import shutil
from pathlib import Path

from bs4 import BeautifulSoup
from fontTools import subset
from sphinx.application import Sphinx

from rapprochement.book.web import cards

# Scripts that Sphinx, the themes and this book add to every page, and what a
# page must hold to need them. None: no page does.
SCRIPTS = {
    "scripts/fontawesome.js": None,  # 540 kB to draw icons that the icon font draws too
    "scripts/bootstrap.js": None,  # drew menus and hints that this book does without
    "sphinx_highlight.js": "#search-results",  # elsewhere it keeps search words in the browser's storage
    "design-tabs.js": ".sd-tab-set",
    "clipboard.min.js": "div.highlight",
    "copybutton.js": "div.highlight",
    "row-filter.js": ".row-filter",
    "chronicle.js": ".chronicle-tools",
    "ledger.js": ".ledger-tools",
    "searchtools.js": "#search-results",
    "language_data.js": "#search-results",
    "searchindex.js": "#search-results",
}
STYLES = {
    "sphinx-design.min.css": "[class*=sd-]",
    "mystnb": "div.cell",
    "copybutton.css": "div.highlight",
    "pygments.css": "div.highlight, code",
}
TABLE_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "th": "columnheader", "td": "cell"}
OWN_STYLE = "book.css"
ICON_FONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
# Loaded by nothing once the pages are lean.
UNUSED = ("scripts/fontawesome.js", "scripts/bootstrap.js", "locales", "vendor/fontawesome/webfonts/fa-brands-400.woff2",
          "vendor/fontawesome/webfonts/fa-regular-400.woff2")


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Mend every written page, then cut styles and icons down to what the pages use."""
    if exception or app.builder.format != "html":
        return
    out = Path(app.outdir)
    used: set[str] = set()
    previews: dict[str, cards.Card] = {}
    for path in sorted(out.rglob("*.html")):
        if {"_static", "_sources"} & set(path.relative_to(out).parts):
            continue
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        mend(soup)
        path.write_text(str(soup), encoding="utf-8")
        previews.update(cards.of_page(path.relative_to(out).as_posix(), soup))
        for tag in soup.find_all(class_=True):
            used.update(tag["class"])
    cards.write_script(app, previews)
    _slim(out / "_static", used)


def mend(soup: BeautifulSoup) -> None:
    """Load only what the page needs; repair names, roles and landmarks for assistive technology."""
    _drop_unneeded(soup)
    for number in soup.select("h1 > .section-number"):
        number.string = "Chapter " + number.get_text().removeprefix("Chapter ").strip(" .")
    for entry in soup.select(".page-toc a.nav-link"):
        # The headings themselves show no number; chapters have one, their sections have names.
        entry.string = re.sub(r"^\d+(\.\d+)+\.\s*", "", entry.get_text())
    for hint in soup.select('link[rel="preload"]'):
        hint.decompose()
    for viewport in soup.select('meta[name="viewport"]')[1:]:
        viewport.decompose()
    for icon in soup.select("i[class*=fa-], span[class*=fa-]"):
        icon["aria-hidden"] = "true"
        # The icons of the theme switch carry titles that would replace its name.
        del icon["title"]
    for button in soup.select("button.search-button-field"):
        # Its visible words name it better; the label lacks the keys they show.
        del button["aria-label"]
    for repeated in soup.select("#jb-print-docs-body"):
        # A second title and table of contents for print, where the first ones print as well.
        repeated.decompose()
    for button in soup.select(":is(button, .article-header-buttons a)[title]:not([aria-label])"):
        if not button.get_text(strip=True):
            button["aria-label"] = button["title"]
    for logo in soup.select(".sidebar-primary-item > a.navbar-brand"):
        logo.wrap(soup.new_tag("nav", attrs={"aria-label": "Title page"}))
    for note in soup.select('[role="doc-biblioentry"], [role="doc-footnote"]'):
        # docutils sets roles that ARIA 1.2 deprecates or allows only in lists.
        del note["role"]
    for holder in soup.select(".citation-list[role], .footnote-list[role], .footnote[role]"):
        del holder["role"]
    for label in soup.select("details.hide > summary[aria-label]"):
        del label["aria-label"]
    for link in soup.select("table.chronicle a[title]"):
        # Two thousand of these would make a quarter of the page; the cards say the same.
        del link["title"]
    for box in soup.select(".pst-scrollable-table-container"):
        _name_scroll_box(box)
    for tag in soup.select("table.evidence *"):
        # Said outright, as the style of narrow screens would else take the meaning of table parts away.
        if role := TABLE_ROLES.get(tag.name):
            tag["role"] = role
    for picture in soup.select(".evidence-figure ~ .evidence-figure img, section section .evidence-figure img"):
        picture["loading"] = "lazy"


def _drop_unneeded(soup: BeautifulSoup) -> None:
    for tag, attribute, needs in (("script", "src", SCRIPTS), ("link", "href", STYLES)):
        for node in soup.find_all(tag, attrs={attribute: True}):
            name = node[attribute].split("?")[0].removeprefix("../").removeprefix("../")
            name = re.sub(r"^mystnb\..*", "mystnb", name.removeprefix("_static/"))
            selector = needs.get(name, "html")
            if selector is None or not soup.select_one(selector):
                node.decompose()


def _name_scroll_box(box) -> None:
    """A box that may scroll sideways must be reachable by keyboard and say what it holds."""
    caption = box.find("caption")
    heading = box.find_previous(["h1", "h2", "h3"])
    name = caption or heading
    box["role"] = "region"
    box["tabindex"] = "0"
    box["aria-label"] = "Table: " + " ".join(name.get_text().rstrip("# ").split()) if name else "Table"


def _slim(static: Path, used: set[str]) -> None:
    """Delete what no page loads; keep of styles and icons what the pages use."""
    for name in UNUSED:
        path = static / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for debris in [*static.rglob("*.map"), *static.rglob("*.ttf")]:
        debris.unlink()
    words = set(used)
    for script in static.rglob("*.js"):
        words.update(re.findall(r"[\w-]+", script.read_text(encoding="utf-8")))
    for sheet in static.rglob("*.css"):
        if sheet.name != OWN_STYLE:
            sheet.write_text(without_unused_rules(sheet.read_text(encoding="utf-8"), words), encoding="utf-8")
    theme = (static / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    _cut_icon_font(static / ICON_FONT, re.findall(r'\.fa-[^{}]*\{content:"\\([0-9a-f]+)"\}', theme))


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


def _cut_icon_font(font: Path, codes: list[str]) -> None:
    """Keep the icons with these code points."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # else it tells of every table
    options = subset.Options(flavor="woff2", desubroutinize=True, notdef_outline=True)
    loaded = subset.load_font(str(font), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[int(code, 16) for code in codes])
    cutter.subset(loaded)
    subset.save_font(loaded, str(font), options)
