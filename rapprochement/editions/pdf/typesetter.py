"""Translate resolved document trees to Typst markup.

One method for each kind of node, named like the node class; it returns markup.
Markup calls the functions of ``book.typ``. A node without a method stops the
build: nothing is left out of the book by accident. What is left out on purpose
stands in :data:`LEFT_OUT`, with the reason.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from string import punctuation
from urllib.parse import quote

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from rapprochement.book.openers import LEDGER, opener
from rapprochement.book.figures import FOLDER as FIGURES
from rapprochement.book.figures import SUBTITLE, drawing
from rapprochement.run import memory
from rapprochement.style import for_print
from rapprochement.wording import TONGUES, tongue

# Nodes that are set as their content alone.
TRANSPARENT = {
    "compound", "glossary", "hlist", "hlistcol", "versionmodified", "PassthroughTextElement",
    "legend", "tbody", "document", "citation_reference", "file_link",
}  # fmt: skip

# Nodes that are set as a call of one Typst function around their content.
CALLS = {
    "emphasis": "emph",
    "title_reference": "emph",
    "strong": "strong",
    "subscript": "sub",
    "superscript": "super",
    "rubric": "rubric",
    "centered": "centred",
    "block_quote": "quotation",
    "attribution": "attribution",
    "sd_badge": "badge",
    "sd_tab_label": "rubric",
}

LEFT_OUT = {
    "comment": "written for authors",
    "meta": "written for search engines",
    "index": "an entry of the web index",
    "target": "its anchor is set already",
    "substitution_definition": "used where it is referred to",
    "HideCodeCellNode": "code; a line at the end of the chapter says where it is",
    "sd_tab_input": "a switch; all tabs are opened out",
    "sd_icon": "an ornament, hidden from screen readers as well",
    "footnote": "set at its first reference",
    "colspec": "read by the table",
}

SCREEN_ONLY = "screen-only"
# Classes of parts that work on the web alone: links to files beside the page,
# the list of chapters below the first page, the rule above the footnotes.
WEB_PARTS = {SCREEN_ONLY, "downloads", "toctree-wrapper", "footnotes"}
CODE = "cell_code_source"

DATED = {"events", "chronicle"}  # tables whose first column, the dates, stands in the margin
FIXED_WIDTHS = {*DATED, "claims", "colwidths-given"}
SMALL_WIDTH = "92mm"  # of the narrow drawing, as large as on a phone
OWN_PAGE = "answer-sheet"
TOGETHER = 8  # entries at the end of a list of sources
WIDE_FROM = 4  # columns; such a table takes the margin as well
# What stays on one page. Characters are counted here, since Typst would have to
# set a table or section once more to measure it.
SHORT_TABLE_ROWS = 12
SHORT_TEXT = 900  # characters: nine centimetres, more or less


def text(words: str) -> str:
    """Words as markup: white space as one space, whatever Typst could read as a sign escaped."""
    return re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", re.sub(r"[ \t\n]+", " ", words))


def string(words: object) -> str:
    """A Typst string literal."""
    return '"' + str(words).replace("\\", "\\\\").replace('"', '\\"') + '"'


def call(function: str, *content: str, **options: object) -> str:
    """A call within markup: options as they stand, content in brackets."""
    given = ", ".join(f"{name.replace('_', '-')}: {value}" for name, value in options.items())
    return f"#{function}({given})" + "".join(f"[{part.strip(chr(10))}]" for part in content) + ";"


def array(items) -> str:
    """A Typst array."""
    return "(" + "".join(f"{item}, " for item in items) + ")"


class Typesetter:
    """Translates one resolved page; writes the pictures that it needs to *folder*."""

    def __init__(self, app: Sphinx, page: str, folder: Path):
        self.app = app
        self.page = page
        self.folder = folder
        self.depth = 0  # of the section above
        self.printed_footnotes: set[str] = set()
        self.explained: set[str] = set()

    def markup(self, tree: nodes.document) -> str:
        """The markup of the page.

        Raises ExtensionError, naming page and line, at a node it has no method for.
        """
        self.footnotes = {note["ids"][0]: note for note in tree.findall(nodes.footnote)}
        self.has_code = any(node.get("nb_element") == CODE for node in tree.findall(nodes.container))
        return self.content(tree)

    def set(self, node: nodes.Node) -> str:
        """The markup of one node, by the method named like its class or a base class."""
        if isinstance(node, nodes.Text):
            return text(node.astext())
        if not WEB_PARTS.isdisjoint(node["classes"]):
            return ""
        for cls in (base.__name__ for base in type(node).__mro__):
            if cls in LEFT_OUT:
                return self.anchors(node)
            if cls in TRANSPARENT:
                return self.anchors(node) + self.content(node)
            if cls in CALLS:
                end = "" if isinstance(node, nodes.Inline) else "\n\n"
                return self.anchors(node) + call(CALLS[cls], self.content(node)) + end
            if hasattr(self, f"set_{cls}"):
                return getattr(self, f"set_{cls}")(node)
        raise self.unknown(node, f"the element {type(node).__name__}")

    def content(self, node: nodes.Element) -> str:
        return "".join(self.set(child) for child in node.children)

    def unknown(self, node: nodes.Node, what: str) -> ExtensionError:
        line = next((n.line for n in (node, *_ancestors(node)) if n.line), "?")
        place = self.app.env.doc2path(self.page, base=False)
        return ExtensionError(f"{place}:{line}: the PDF edition does not know {what}: {node.astext()[:60]!r}")

    # Links

    def target(self, page: str, reference: nodes.reference) -> str | None:
        """The label that a reference within the book goes to; None if it leaves the book."""
        if "refid" in reference:
            return f"{page}#{reference['refid']}"
        uri = reference.get("refuri", "")
        if not reference.get("internal") or re.match(r"[a-z]+:", uri):
            return None
        path, _, anchor = uri.partition("#")
        path = path.partition("?")[0]  # what the page is filtered by on screen
        if not path:
            return f"{page}#{anchor}"
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        return f"{path.removesuffix('.html')}#{anchor}"

    def labels(self, node: nodes.Element) -> list[str]:
        return [f"{self.page}#{name}" for name in node["ids"]]

    def anchors(self, node: nodes.Element) -> str:
        return "".join(f"#anchor({string(label)});" for label in self.labels(node))

    def set_reference(self, node: nodes.reference) -> str:
        return self.anchors(node) + f"#goto({self.goal(node)})[{self.content(node)}];"

    def goal(self, node: nodes.reference) -> str:
        """Where a reference goes, as Typst takes it: a label or an address."""
        label = self.target(self.page, node)
        # Addresses in a PDF are ASCII; what the source has escaped already stays.
        return f"label({string(label)})" if label else string(quote(node["refuri"], safe=punctuation))

    def set_opener(self, node: opener) -> str:
        """What opens on screen is words in print; the ledger is a chapter like any other."""
        page = self.app.env.rapprochement_shown_by.get("claim") if node["kind"] == LEDGER else None
        if page is None:
            return self.content(node)
        return f"#goto(label({string(page + '#')}))[{self.content(node)}];"

    def set_footnote_reference(self, node: nodes.footnote_reference) -> str:
        label = f"label({string(self.page + '#note-' + node['refid'])})"
        if node["refid"] in self.printed_footnotes:
            return f"#footnote({label});"
        self.printed_footnotes.add(node["refid"])
        note = self.footnotes[node["refid"]]
        body = "".join(self.set(child) for child in note.children if not isinstance(child, nodes.label))
        return f"#footnote[{body.strip()}]#{label};"

    # Sections and text

    def set_section(self, node: nodes.section) -> str:
        opens_page = self.depth == 0
        numbers = self.app.env.toc_secnumbers.get(self.page, {})
        number = numbers.get("" if opens_page else f"#{node['ids'][0]}", ())
        labels = [*([f"{self.page}#"] if opens_page else []), *self.labels(node)]
        title, *rest = node.children
        note = call("code-note", text(str(self.app.env.doc2path(self.page, base=False)))) if opens_page and self.has_code else ""
        self.depth += 1
        head = call(
            "head",
            self.content(title),
            depth=self.depth,
            number=string(".".join(map(str, number))),
            labels=array(map(string, labels)),
        )
        body = "".join(self.set(child) for child in rest)
        self.depth -= 1
        markup = f"{head}\n\n{note}\n\n{body}"
        # So that no page holds the last lines of a chapter alone.
        return call("together", markup) + "\n\n" if _ends_chapter(node) and len(node.astext()) <= SHORT_TEXT else markup

    def set_paragraph(self, node: nodes.paragraph) -> str:
        small = {"source-line", "note-line", "figure-note"}.intersection(node["classes"])
        words = self.anchors(node) + self.content(node).strip()
        return (call("small", words) if small else words) + "\n\n"

    def set_inline(self, node: nodes.inline) -> str:
        if SUBTITLE in node["classes"]:
            return call("subtitle", self.content(node))
        return self.anchors(node) + self.content(node)

    def set_literal(self, node: nodes.literal) -> str:
        return self.anchors(node) + f"#raw({string(node.astext())});"

    def set_literal_block(self, node: nodes.literal_block) -> str:
        return f"#raw({string(node.astext())}, block: true)\n\n"

    def set_caption(self, node: nodes.caption) -> str:
        """The caption of a shown piece of code; those of figures are set with the figure."""
        return call("rubric", self.content(node)) + "\n\n"

    def set_abbreviation(self, node: nodes.abbreviation) -> str:
        meaning = node.get("explanation", "")
        if not meaning or node.astext() in self.explained:
            return self.content(node)
        self.explained.add(node.astext())
        return f"{self.content(node)} ({text(meaning)})"

    def set_download_reference(self, node: nodes.Element) -> str:
        return self.content(node)

    def set_raw(self, node: nodes.raw) -> str:
        if "html" not in node["format"].split():
            return ""  # the twin of an HTML node for another format
        if re.fullmatch(r"\s*<br\s*/?>\s*", node.astext()):
            return "#linebreak();"
        raise self.unknown(node, f"raw HTML that is not marked {SCREEN_ONLY}")

    def set_transition(self, node: nodes.transition) -> str:
        return "#pause()\n\n"

    def set_line_block(self, node: nodes.line_block) -> str:
        return " #linebreak();".join(self.set(line) for line in node.children) + "\n\n"

    def set_line(self, node: nodes.line) -> str:
        return self.content(node)

    # Lists

    def set_bullet_list(self, node: nodes.bullet_list) -> str:
        return self.anchors(node) + call("list", *map(self.content, node.children), tight=_tight(node)) + "\n\n"

    def set_enumerated_list(self, node: nodes.enumerated_list) -> str:
        items = map(self.content, node.children)
        return self.anchors(node) + call("enum", *items, start=node.get("start", 1), tight=_tight(node)) + "\n\n"

    def set_definition_list(self, node: nodes.definition_list) -> str:
        items = []
        for item in node.children:
            terms = ", ".join(
                self.anchors(child) + self.content(child).strip() for child in item.children if isinstance(child, nodes.term)
            )
            meaning = "".join(self.content(child) for child in item.children if isinstance(child, nodes.definition))
            items.append(f"terms.item[{terms}][{meaning.strip()}]")
        return f"#terms{array(items)};\n\n"

    def set_citation(self, node: nodes.citation) -> str:
        # sphinxcontrib-bibtex appends the entry once more each time a page is
        # resolved; the first two children are the label, a mere number, and the entry.
        # The last ones of a list stand together, else one of them might have a page of its own.
        last = [each for each in node.parent.children if isinstance(each, nodes.citation)][-TOGETHER:]
        if node not in last[1:]:
            entries = [call("entry", self.anchors(each) + self.content(each.children[1])) for each in (last if node is last[0] else [node])]
            return (entries[0] if len(entries) == 1 else call("block", "\n\n".join(entries), breakable="false")) + "\n\n"
        return ""

    # Boxes

    def set_Admonition(self, node: nodes.Admonition) -> str:
        children = list(node.children)
        title = text(type(node).__name__.capitalize().replace("Seealso", "See also"))
        if children and isinstance(children[0], nodes.title):
            title = self.content(children.pop(0))
        return self.box("box", title, children)

    def set_topic(self, node: nodes.Element) -> str:
        children = list(node.children)
        title = self.content(children.pop(0)) if isinstance(children[0], nodes.title) else ""
        return self.box("box", title, children)

    set_sidebar = set_topic

    def set_dropdown_main(self, node: nodes.Element) -> str:
        title, *body = node.children
        words = [part for part in title.findall(nodes.inline) if "sd-summary-text" in part["classes"]]
        return self.box("box", "".join(map(self.content, words)), body)

    def box(self, function: str, title: str, children: list[nodes.Node]) -> str:
        return call(function, title.strip(), "".join(map(self.set, children))) + "\n\n"

    def set_container(self, node: nodes.container) -> str:
        if node.get("nb_element") == CODE:
            return ""  # as HideCodeCellNode
        component = node.get("design_component")
        if component == "grid-row":
            return call("grid-of-cards", *map(self.set, node.children)) + "\n\n"
        if component == "card":
            return self.card(node)
        if OWN_PAGE in node["classes"]:
            return call("own-page", self.content(node)) + "\n\n"
        if component == "card-title":
            return ""  # card() sets it; it must stay in the page, which the web edition still has to write
        return self.anchors(node) + self.content(node)

    def card(self, node: nodes.container) -> str:
        """A card; the web stretches a link with hidden words over it, here its title carries the link."""
        children = list(node.children)
        goal = "none"
        for reference in node.findall(nodes.reference):
            if "sd-stretched-link" in reference["classes"]:
                children.remove(reference.parent)
                goal = self.goal(reference)
                words = self.content(reference)
        titles = [n for n in node.findall(nodes.container) if n.get("design_component") == "card-title"]
        if titles:
            words = self.content(titles[0])
        elif goal == "none":
            words = ""
        return call("card", words.strip(), "".join(map(self.set, children)), goal=goal) + "\n\n"

    # Figures and tables

    def number(self, node: nodes.Element, kind: str) -> str:
        """The number of a figure or table as the web pages print it: "Figure 3.1"."""
        for name in node["ids"]:
            number = self.app.env.toc_fignumbers.get(self.page, {}).get(kind, {}).get(name)
            if number:
                code = memory.language_of(self.app.env, self.page)
                if kind == "figure" and code in TONGUES:
                    return f"{tongue(code).labels.figure} {'.'.join(map(str, number))}"
                return self.app.config.numfig_format[kind] % ".".join(map(str, number))
        return ""

    def set_figure(self, node: nodes.figure) -> str:
        picture = "".join(self.set(c) for c in node.children if not isinstance(c, (nodes.caption, nodes.legend)))
        caption = "".join(self.content(c) for c in node.children if isinstance(c, nodes.caption))
        legend = "".join(self.content(c) for c in node.children if isinstance(c, nodes.legend))
        # Where a table follows soon, a figure at the foot of the page could part it; on the first page picture and findings follow each other.
        stays = {"placement": "none"} if _table_soon(node) or self.page == self.app.config.root_doc else {}
        return self.figure("illustration", node, "figure", caption, legend, picture, **stays)

    def figure(self, function: str, node: nodes.Element, kind: str, caption: str, legend: str, *content: str, **options) -> str:
        labels = array(map(string, self.labels(node)))
        number = string(self.number(node, kind))
        return call(function, caption.strip(), legend.strip(), *content, number=number, labels=labels, **options) + "\n\n"

    def set_evidence_image(self, node: nodes.Element) -> str:
        name = f"{node['name']}.svg"
        small = "small" in node.parent["classes"]
        svg = drawing(self.app.env, node["name"], narrow=small)
        return self.picture(f"{FIGURES}/{name}", for_print(svg).encode(), node["alt"], width=SMALL_WIDTH if small else "100%")

    def set_image(self, node: nodes.image) -> str:
        if not node.get("alt"):
            raise self.unknown(node, f"what the picture {node['uri']} shows, for it has no alt text")
        width = node.get("width", "")
        options = {"width": width} if width.endswith("%") else {}
        content = (Path(self.app.srcdir) / node["uri"]).read_bytes()
        return self.anchors(node) + self.picture(node["uri"], content, node["alt"], **options)

    def picture(self, name: str, content: bytes, alt: str, **options: str) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        given = "".join(f", {option}: {value}" for option, value in options.items())
        return f"#image({string('/' + name)}, alt: {string(alt)}{given});"

    def set_table(self, node: nodes.table) -> str:
        group = next(node.findall(nodes.tgroup))
        columns = [child for child in group.children if isinstance(child, nodes.colspec)]
        fixed = not FIXED_WIDTHS.isdisjoint(node["classes"])
        widths = [f"{column['colwidth']}fr" for column in columns] if fixed else ["auto"] * len(columns)
        heads = [row for part in group.findall(nodes.thead) for row in part.children]
        rows = [row for part in group.findall(nodes.tbody) for row in part.children]
        title = "".join(self.content(child) for child in node.children if isinstance(child, nodes.title))
        return self.figure(
            "tabular",
            node,
            "table",
            title,
            "",
            columns=array(widths),
            aligned=array(self.alignment(node, rows, i) for i in range(len(columns))),
            long=str(len(rows) > SHORT_TABLE_ROWS or sum(len(row.astext()) for row in rows) > SHORT_TEXT).lower(),
            style=string("dated" if not DATED.isdisjoint(node["classes"]) else "wide" if len(columns) >= WIDE_FROM else "plain"),
            heads=array(self.cell(entry) for row in heads for entry in row.children),
            rows=array(self.cell(entry) for row in rows for entry in row.children),
        )

    @staticmethod
    def alignment(table: nodes.table, rows: list[nodes.row], column: int) -> str:
        """Where the cells of a column stand: as the table or its first row says, else left."""
        if f"numeric-{column + 1}" in table["classes"]:
            return "right"
        for side in ("right", "center"):
            if rows and column < len(rows[0].children) and f"text-{side}" in rows[0].children[column]["classes"]:
                return side
        return "left"

    def cell(self, entry: nodes.entry) -> str:
        spans = {"colspan": entry.get("morecols", 0) + 1, "rowspan": entry.get("morerows", 0) + 1}
        given = "".join(f"{name}: {number}, " for name, number in spans.items() if number > 1)
        body = self.content(entry).strip()
        return f"table.cell({given})[{body}]" if given else f"[{body}]"


def _ancestors(node: nodes.Node):
    while node.parent is not None:
        node = node.parent
        yield node


def _table_soon(node: nodes.figure) -> bool:
    """Whether a table comes before as much text as fills the page below a figure."""
    words = 0
    for after in node.findall(include_self=False, descend=True, siblings=True, ascend=True):
        if isinstance(after, nodes.table):
            return True
        if isinstance(after, nodes.Text) and not isinstance(after.parent, nodes.literal_block):  # code is left out
            words += len(after)
        if words > 2000:
            return False
    return False


def _ends_chapter(node: nodes.section) -> bool:
    """Whether it is the last section of its page, and prose alone."""
    within = isinstance(node.parent, nodes.section) and not isinstance(node.parent.parent, nodes.section)
    apart = any(OWN_PAGE in each["classes"] for each in node.findall(nodes.container))
    return within and node.parent.children[-1] is node and not apart and not any(node.findall(nodes.table)) and not any(node.findall(nodes.figure))


def _tight(node: nodes.Element) -> str:
    """Whether the items of a list are one paragraph each, so that they need no space between."""
    return str(all(len(item.children) <= 1 for item in node.children)).lower()
