"""Render what notebooks show: the hook by which myst-nb hands us our own output types."""

from __future__ import annotations

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx.util.docutils import SphinxRole  # noqa: F401  (docutils roles must be patched first)

from rapprochement import record
from rapprochement.book import figures, tables
from rapprochement.output_types import FIGURE_MIME, TABLE_MIME


class EvidenceRenderer(MimeRenderPlugin):
    """Turns the payloads of :mod:`rapprochement.show` into document nodes."""

    mime_priority_overrides = [("*", FIGURE_MIME, 0), ("*", TABLE_MIME, 0)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        if data.mime_type not in (FIGURE_MIME, TABLE_MIME) or inline:
            return None
        content = data.content
        caption, *more = (
            renderer.render_markdown_inline(MimeData("text/markdown", part, {}, data.output_metadata, None, data.line))
            for part in content["caption"].split("\n\n", 1)
        )
        env = renderer.renderer.sphinx_env
        if data.mime_type == FIGURE_MIME:
            figures.store(env, content)
            version = record.load(env.srcdir).metadata["version"]
            node = figures.figure(env, content, figures.titled(caption, *more), version)
        else:
            classes = ["numeric-" + str(i + 1) for i, numeric in enumerate(content["numeric"]) if numeric]
            if content["events"]:
                classes.append("events")
            widths = [max(len(row[i]) for row in [content["heads"], *content["rows"]]) for i in range(len(content["heads"]))]
            node = tables.table(content["heads"], content["rows"], widths, caption, classes, content["name"])
        renderer.renderer.document.note_explicit_target(node)
        return [node]
