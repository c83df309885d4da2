"""Mend a page as Sphinx and the themes wrote it: load only what it needs, name its parts for assistive technology.

Working on the written pages keeps every template of the themes as it is.
"""

from __future__ import annotations

import html
import json
import re

from docutils import nodes
from selectolax.lexbor import LexborHTMLParser, LexborNode

from rapprochement.editions.web import cards, chronicle, margin, search

# Scripts that Sphinx, the themes and this book add to every page, and what a
# page must hold to need them. None: no page does.
SCRIPTS = {
    "scripts/fontawesome.js": None,  # 540 kB to draw icons that the icon font draws too
    "scripts/bootstrap.js": None,  # drew menus and hints that this book does without
    "doctools.js": None,  # serves a search box and an index that this book does not have
    "sphinx_highlight.js": None,  # keeps search words in the browser's storage
    "design-tabs.js": ".sd-tab-set",
    "clipboard.min.js": "div.highlight",
    "copybutton.js": "div.highlight",
    "fold.js": ".cited",
    "contents.js": ".page-toc a",
    "row-filter.js": ".row-filter",
    "table-roles.js": "table:is(.evidence, .stacked)",
    "chronicle.js": ".chronicle-tools",
    "ledger.js": ".ledger-tools",
    "dial.js": ".dial",
    "words.js": ".row-filter, #search-page",
    "searchtools.js": None,  # the book has a search of its own
    "language_data.js": None,
    "searchindex.js": None,
}
STYLES = {
    "dial.css": ".dial",
    "sphinx-design.min.css": "[class*=sd-]",
    "mystnb": "div.cell",
    "copybutton.css": "div.highlight",
    "pygments.css": "div.highlight, code",
}
# What scripts load while a reader reads, by the script that does; named in the page, so that whoever copies the book copies it as well.
LOADED_LATER = {
    "cards.js": [cards.SCRIPT],
    "chronicle.js": [chronicle.TABLE_SCRIPT],
    "row-filter.js": [search.NAMES],
    "search-opener.js": ["search.css", "words.js", search.NAMES, search.INDEX, "search.js"],
}
# Where a browser keeps nothing for the book (all cookies refused, a closed frame), even to ask for it is an error, which
# would end each script of the theme. What stands in for it lasts as long as the page.
KEEPS_NOTHING = (
    'for(const name of ["localStorage","sessionStorage"])try{window[name]}catch{const kept=new Map;'
    "Object.defineProperty(window,name,{value:{getItem:key=>kept.get(key)??null,"
    "setItem:(key,value)=>{kept.set(key,String(value))},removeItem:key=>{kept.delete(key)}}})}"
)
# The theme knows what "auto" means only when its script has come: until then a page would be light for a reader of dark ones.
AUTO = (
    "{const{dataset}=document.documentElement;"
    'if(dataset.mode==="auto")dataset.theme=matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light"}'
)
# The faces of the text, asked for at once: one that comes after the first picture of a page would move its lines. Not
# from a folder, where it is there at once and a browser would refuse to fetch it ahead. {faces}: names of files.
ASKS_FOR_FACES = (
    'if(location.protocol!=="file:")for(const face of {faces})document.head.append(Object.assign(document.createElement("link"),'
    '{{rel:"preload",as:"font",type:"font/woff2",crossOrigin:"",href:`${{document.documentElement.dataset.content_root}}_static/fonts/${{face}}.woff2`}}))'
)
LATIN, BOLD = "source-serif-4-regular", "source-serif-4-semibold"
SET_IN_BOLD = "article :is(strong, b, dt)"
OTHER_LETTERS = {  # by the language of the page
    "az": "source-serif-4-ext-regular",
    "hy": "noto-serif-armenian-regular",
    "ru": "source-serif-4-cyrillic-regular",
    "tr": "source-serif-4-ext-regular",
}
# Where a script runs, a form that is dead without one stands from the start where its markup does, and as the address
# has it: a reader may use it before the script that answers has come.
PUT_IN_PLACE = (
    "{const act=document.currentScript,markup=act.previousElementSibling;markup.outerHTML=markup.textContent;"
    "for(const[name,value]of new URLSearchParams(location.search))"
    'for(const field of act.previousElementSibling.querySelectorAll(`[name="${CSS.escape(name)}"]`))'
    'if(field.type!=="radio")field.value=value;else if(field.value===value)field.checked=true}'
)
# Without scripts nothing opens the menus of a narrow window: the chapters stand below the page instead.
WITHOUT_SCRIPTS = (
    ".sidebar-toggle{display:none!important}@media screen and (max-width:959.98px){.bd-container__inner{flex-direction:column}"
    ".bd-sidebar-primary.bd-sidebar{display:flex!important;order:1;position:static;width:100%;max-width:none;max-height:none;margin:0;visibility:visible;border:0}}"
)
# All that this style sheet of the theme does is to ask for another one, which a browser so learns of late.
ASKS_FOR_ANOTHER = ("styles/theme.css", "basic.css")
# What the themes write into a page for searches and versions that this book does not have.
OPTIONS_OF_A_PAGE = "DOCUMENTATION_OPTIONS."
WORKS_WITH_SCRIPTS = "form.row-filter, #search-page form, .dial"
# Letters of code that fit in a line of a list on a phone.
PHONE_LINE = 30


def mend(page: LexborHTMLParser) -> None:
    """Load only what the page needs; repair names, roles and landmarks for assistive technology."""
    margin.set_beside(page)
    _drop_unneeded(page)
    _hold_up_nothing(page)
    for number in page.css("h1 > .section-number"):
        number.inner_html = "Chapter " + number.text().removeprefix("Chapter ").strip(" .") + " "
    _name_explained(page)
    for entry in page.css(".page-toc a.nav-link"):
        # The headings themselves show no number; chapters have one, their sections have names.
        entry.inner_html = html.escape(re.sub(r"^\d+(\.\d+)+\.\s+", "", entry.text().strip()), quote=False)
    # Firefox takes the next page for something to fetch ahead, which the policy forbids.
    for hint in page.css('link:is([rel="preload"], [rel="next"])'):
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
    for figure in page.css("figure.evidence-figure"):
        _put_title_first(figure)
    for words in page.css("summary > p"):
        _rename(words, "span")
    for form in page.css("form.bd-search"):
        _give_button(form)
        for hint in form.css(".search-button__kbd-shortcut"):
            hint.decompose()  # tells, in pale letters, how to open what is open
    for form in page.css(WORKS_WITH_SCRIPTS):
        _keep_for_scripts(form)
    _name_what_comes_later(page)
    if style := page.css_first("head noscript style"):
        style.inner_html += WITHOUT_SCRIPTS
    if first := page.css_first("head script:not([type])"):
        for text in (KEEPS_NOTHING, ASKS_FOR_FACES.format(faces=json.dumps(_faces(page)))):
            first.insert_before(_script(page, text))
        first.insert_after(_script(page, AUTO))


def _script(page: LexborHTMLParser, text: str) -> LexborNode:
    script = page.create_node("script")
    script.inner_html = text
    return script


def _faces(page: LexborHTMLParser) -> list[str]:
    """The faces in which a page is set for the most part."""
    if letters := OTHER_LETTERS.get(page.css_first("html").attrs.get("lang")):
        return [LATIN, letters]
    return [LATIN, BOLD] if page.css_matches(SET_IN_BOLD) else [LATIN]


def _rename(node: LexborNode, tag: str) -> None:
    renamed = node.parser.create_node(tag)
    for name, value in node.attrs.items():
        renamed.attrs[name] = value
    renamed.inner_html = node.inner_html
    node.replace_with(renamed)


def _put_title_first(figure: LexborNode) -> None:
    """The title is written ahead of the picture above which it stands, and how it was counted after it, so that nothing moves while the page comes in."""
    caption = figure.css_first("figcaption")
    first, last = figure.parser.create_node("figcaption"), figure.parser.create_node("div")
    if legend := caption.css_first("div.legend"):
        last.attrs["class"] = "legend"
        last.inner_html = legend.inner_html
        legend.decompose()
        figure.insert_child(last)
    first.inner_html = caption.inner_html
    caption.decompose()
    figure.first_child.insert_before(first)


def _give_button(form: LexborNode) -> None:
    """The lens sends what was typed: not everybody has an Enter key, and a form without a button says nothing of it."""
    lens = form.css_first("i")
    button = form.parser.create_node("button")
    button.attrs["type"] = "submit"
    button.attrs["class"] = "search-lens"
    button.attrs["aria-label"] = "Search"
    button.insert_child(form.parser.create_node("i"))
    for name, value in lens.attrs.items():
        button.first_child.attrs[name] = value
    lens.replace_with(button)


def _keep_for_scripts(form: LexborNode) -> None:
    """Hold the form ready for scripts, out of the way of browsers that know neither scripts nor styles.

    A style, or ``hidden``, would leave it to those, and to show it late would move the page.
    """
    kept = _script(form.parser, form.html)
    kept.attrs["type"] = "text/html"
    form.insert_before(kept)
    form.replace_with(_script(form.parser, PUT_IN_PLACE))


def _name_what_comes_later(page: LexborHTMLParser) -> None:
    for script in page.css("script[src]"):
        folder, _, name = script.attrs["src"].partition("?")[0].rpartition("/")
        for needed in LOADED_LATER.get(name, ()):
            later = page.create_node("link")
            later.attrs["rel"] = "related"
            later.attrs["href"] = f"{folder}/{needed}"
            script.insert_before(later)


def _name_explained(page: LexborHTMLParser) -> None:
    """What a list explains can be led to: the search does for persons and bodies."""
    taken = {each.attrs["id"] for each in page.css("[id]")}
    for name in page.css("dl.myst > dt:not([id])"):
        anchor = nodes.make_id(name.text().partition("(")[0])
        if anchor and anchor not in taken:
            taken.add(anchor)
            name.attrs["id"] = anchor


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


def _hold_up_nothing(page: LexborHTMLParser) -> None:
    """No script makes the first picture of a page wait, and no style sheet waits for another one."""
    for script in page.css("head script:not([type])"):
        if script.attrs.get("src"):
            script.attrs["defer"] = "defer"
        elif script.text().startswith(OPTIONS_OF_A_PAGE):
            script.decompose()
    asks, other = ASKS_FOR_ANOTHER
    for sheet in page.css(f'link[rel="stylesheet"][href*="{asks}"]'):
        sheet.attrs["href"] = sheet.attrs["href"].partition("?")[0].replace(asks, other)


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
