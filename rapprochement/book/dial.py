"""Where a reader may set the counting rules and see what follows; the web edition makes the controls."""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from rapprochement.book import roles

SHOWN = "dial"


class dial_form(nodes.General, nodes.Element):
    """Where the dial goes."""


class CountingDial(SphinxDirective):
    """``counting-dial``: the rules of :mod:`rapprochement.multiverse` as controls, on screen; printed editions have none."""

    def run(self) -> list[nodes.Node]:
        roles.shown_here(self.env, SHOWN)
        return [dial_form()]
