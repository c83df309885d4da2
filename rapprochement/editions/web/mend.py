"""Mend a page as Sphinx and the themes wrote it: load only what it needs, name its parts for assistive technology.

Working on the written pages keeps every template of the themes as it is.
"""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode


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
    "dial.js": ".dial",
    "searchtools.js": "#search-results",
    "search-excerpts.js": "#search-results",
    "language_data.js": "#search-results",
    "searchindex.js": "#search-results",
}
STYLES = {
    "dial.css": ".dial",
    "sphinx-design.min.css": "[class*=sd-]",
    "mystnb": "div.cell",
    "copybutton.css": "div.highlight",
    "pygments.css": "div.highlight, code",
}
TABLE_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "th": "columnheader", "td": "cell"}
# Letters of code that fit in a line of a list on a phone.
PHONE_LINE = 30


def mend(page: LexborHTMLParser) -> None:
    """Load only what the page needs; repair names, roles and landmarks for assistive technology."""
    _drop_unneeded(page)
    for number in page.css("h1 > .section-number"):
        number.inner_html = "Chapter " + number.text().removeprefix("Chapter ").strip(" .") + " "
    for entry in page.css(".page-toc a.nav-link"):
        # The headings themselves show no number; chapters have one, their sections have names.
        entry.inner_html = html.escape(re.sub(r"^\d+(\.\d+)+\.\s+", "", entry.text().strip()), quote=False)
    for hint in page.css('link[rel="preload"]'):
        hint.decompose()
    for viewport in page.css('meta[name="viewport"]')[1:]:
        viewport.decompose()
    for icon in page.css("i[class*=fa-], span[class*=fa-]"):
        icon.attrs["aria-hidden"] = "true"
    # The icons of the theme switch carry titles that would replace its name.
    _drop_attribute(page, "i[class*=fa-], span[class*=fa-]", "title")
    # The visible words of the search button name it better; the label lacks the keys they show.
    _drop_attribute(page, "button.search-button-field", "aria-label")
    for repeated in page.css("#jb-print-docs-body"):
        # A second title and table of contents for print, where the first ones print as well.
        repeated.decompose()
    for button in page.css(":is(button, .article-header-buttons a)[title]:not([aria-label])"):
        if not button.text().strip():
            button.attrs["aria-label"] = button.attrs["title"]
    for logo in page.css(".sidebar-primary-item > a.navbar-brand"):
        landmark = page.create_node("nav")
        landmark.attrs["aria-label"] = "Title page"
        landmark.insert_child(logo)
        logo.replace_with(landmark)
    # docutils sets roles that ARIA 1.2 deprecates or allows only in lists.
    _drop_attribute(page, '[role="doc-biblioentry"], [role="doc-footnote"]', "role")
    _drop_attribute(page, ":is(.citation-list, .footnote-list, .footnote)[role]", "role")
    _drop_attribute(page, "details.hide > summary", "aria-label")
    # Nobody links to a citation of the chronicle, and its stripes are drawn by place.
    _drop_attribute(page, "table.chronicle .bibtex-citation", "id")
    for row in page.css("table.chronicle tr[class]"):
        row.attrs["class"] = " ".join(name for name in row.attrs["class"].split() if name not in ("row-odd", "row-even"))
    # Two thousand of these would make a quarter of the page; the cards say the same.
    _drop_attribute(page, "table.chronicle a", "title")
    for word in page.css("code.literal .pre"):
        if len(word.text()) > PHONE_LINE:
            # Broken between its parts, not within a name.
            word.inner_html = re.sub(r"(?<=[(.,])(?=\w)|(?=\[)", "<wbr>", word.inner_html.replace("<wbr>", ""))
    _name_scroll_boxes(page)
    _name_stacked_cells(page)
    for tag, role in TABLE_ROLES.items():
        # Said outright, as the style of narrow screens would else take the meaning of table parts away.
        for part in page.css(f"table:is(.evidence, .stacked) {tag}"):
            part.attrs["role"] = role


def _name_stacked_cells(page: LexborHTMLParser) -> None:
    """Where a row stands as an entry of its own, on a phone, each cell says what its column is."""
    for table in page.css("table.stacked"):
        heads = [" ".join(head.text().split()) for head in table.css("thead th")]
        for row in table.css("tbody tr"):
            for head, cell in list(zip(heads, row.css("td")))[1:]:
                cell.attrs["data-head"] = head


def _drop_unneeded(page: LexborHTMLParser) -> None:
    for tag, attribute, needs in (("script", "src", SCRIPTS), ("link", "href", STYLES)):
        for node in page.css(f"{tag}[{attribute}]"):
            name = node.attrs[attribute].split("?")[0].removeprefix("../").removeprefix("../")
            name = re.sub(r"^mystnb\..*", "mystnb", name.removeprefix("_static/"))
            selector = needs.get(name, "html")
            if selector is None or not page.css_matches(selector):
                node.decompose()
            elif name == "mystnb":
                # Its name is a hash of its content; a second one comes only with builds after the first.
                node.attrs[attribute] = node.attrs[attribute].split("?")[0]


def _drop_attribute(page: LexborHTMLParser, selector: str, attribute: str) -> None:
    for node in page.css(selector):
        if attribute in node.attrs:
            del node.attrs[attribute]


def _name_scroll_boxes(page: LexborHTMLParser) -> None:
    """A box that may scroll sideways must be reachable by keyboard and say what it holds."""
    heading: LexborNode | None = None
    for node in page.css("h1, h2, h3, .pst-scrollable-table-container"):
        if node.tag != "div":
            heading = node
            continue
        name = node.css_first("caption") or heading
        node.attrs["role"] = "region"
        node.attrs["tabindex"] = "0"
        node.attrs["aria-label"] = "Table: " + " ".join(name.text().rstrip("# ").split()) if name else "Table"
        if node.css_first("table.chronicle, table.claims"):
            # Under its own name the theme would measure it, and so lay out hundreds of rows that nobody looks at yet.
            node.attrs["class"] = "table-box"
