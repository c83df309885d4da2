"""Contested names on a web page: no line begins with the stroke between the two."""

from __future__ import annotations

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform


def tied(text: str) -> str:
    """The text with each stroke tied to the name before it."""
    return text.replace(" / ", "\u00a0/ ")


class KeepStrokeWithName(SphinxPostTransform):
    """Ties the stroke to the name before it: a line may end "Berdzor /", and none begins "/ Lachin"."""

    default_priority = 900  # after references, which bring names of their own
    formats = ("html",)

    def run(self, **kwargs) -> None:
        for text in list(self.document.findall(nodes.Text)):
            if " / " in text and not isinstance(text.parent, (nodes.literal, nodes.FixedTextElement, nodes.raw)):
                text.parent.replace(text, nodes.Text(tied(text)))
