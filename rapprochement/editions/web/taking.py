"""What a page offers to take along, on the web: links to files, and citations behind a line that opens."""

from __future__ import annotations

import html
import posixpath
import re

from docutils import nodes

from rapprochement.book.taking import FIGURE, citable, file_link
from rapprochement.editions.web.citing import Work, download, of_figure, of_the_data

# A title within a citation is the first sentence of a caption.
SENTENCE = re.compile(r"(.+?[.?!])(?=\s|$)", re.DOTALL)


def visit_file(translator, node: file_link) -> None:
    name, root = posixpath.basename(node["address"]), "../" * translator.builder.current_docname.count("/")
    translator.body.append(f'<a download="{html.escape(name)}" href="{root}{html.escape(node["address"])}">')


def depart_file(translator, node) -> None:
    translator.body.append("</a>")


def visit_citable(translator, node: citable) -> None:
    app = translator.builder.app
    if app.builder.name != "html":
        return  # it has no address of its own there
    page, work = translator.builder.current_docname, Work.of(app)
    address = app.builder.get_target_uri(page)
    if node["kind"] == FIGURE:
        figure = node.parent.parent
        number = translator.builder.env.toc_fignumbers.get(page, {}).get("figure", {}).get(figure["ids"][0], ())
        title = f"Figure {'.'.join(map(str, number))}: {_first_sentence(figure)}" if number else _first_sentence(figure)
        name, summary, cited = node["name"], "Cite this figure", of_figure(title, node["name"], work, f"{address}#{figure['ids'][0]}")
        opened = ""
    else:
        opened = " open"
        name, summary, cited = "rapprochement-data", "Cite the data", of_the_data(work, address)
    forms = "".join(f"<p>{form}</p><pre>{html.escape(text)}</pre>{_saved(download(form, text, name))}" for form, text in cited.items())
    translator.body.append(f'<details class="citation-forms"{opened}><summary>{summary}</summary>{forms}</details>')


def depart_citable(translator, node) -> None:
    """Nothing comes after it."""


def _first_sentence(figure: nodes.figure) -> str:
    caption = " ".join(next(figure.findall(nodes.caption)).astext().split())
    found = SENTENCE.match(caption)
    return (found[1] if found else caption).rstrip(".")


def _saved(link: str) -> str:
    return f"<p>{link}</p>" if link else ""
