"""Build docutils tables, the same for HTML, LaTeX and the PDF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docutils import nodes

Cell = str | nodes.Node | Sequence[nodes.Node]


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    widths: Sequence[int],
    caption: Sequence[nodes.Node] = (),
    classes: Sequence[str] = (),
    name: str | None = None,
    row_classes: Sequence[Sequence[str]] = (),
) -> nodes.table:
    """A captioned table with one row of column heads.

    widths: relative column widths. A cell is text, a node, or a list of nodes;
    inline nodes are wrapped in a paragraph. row_classes: CSS classes of each row.
    """
    node = nodes.table(classes=["evidence", *classes])
    if caption:
        node += nodes.title("", "", *caption)
    group = nodes.tgroup(cols=len(heads))
    for width in widths:
        group += nodes.colspec(colwidth=width)
    group += nodes.thead("", _row(heads))
    body = nodes.tbody()
    for i, row in enumerate(rows):
        body += _row(row, row_classes[i] if i < len(row_classes) else ())
    group += body
    node += group
    if name:
        node["names"].append(name)
    return node


def _row(cells: Sequence[Cell], classes: Sequence[str] = ()) -> nodes.row:
    row = nodes.row(classes=list(classes))
    for cell in cells:
        entry = nodes.entry()
        entry += _blocks(cell)
        row += entry
    return row


def _blocks(cell: Cell) -> list[nodes.Node]:
    if isinstance(cell, str):
        return [nodes.paragraph("", cell)]
    parts = [cell] if isinstance(cell, nodes.Node) else list(cell)
    blocks: list[nodes.Node] = []
    for part in parts:
        if isinstance(part, nodes.Body) and not isinstance(part, (nodes.Inline, nodes.Text)):
            blocks.append(part)
        elif blocks and isinstance(blocks[-1], nodes.paragraph) and blocks[-1].get("open"):
            blocks[-1] += part
        else:
            paragraph = nodes.paragraph("", "", part)
            paragraph["open"] = True
            blocks.append(paragraph)
    for block in blocks:
        if isinstance(block, nodes.paragraph):
            block.attributes.pop("open", None)
    return blocks or [nodes.paragraph()]
