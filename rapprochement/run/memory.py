"""What a build in which no page is read leaves as it was.

Sphinx counts sections and figures, and sphinxcontrib-bibtex collects the citations,
anew in every build, and both open every page to do so. Their results are in the
environment that Sphinx keeps; if no page was read or removed, they still hold. A
third of a build with nothing new is saved.
"""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

FROM_ALL_PAGES = {
    "env-get-updated": "sphinx.environment.collectors.toctree",
    "env-updated": "sphinxcontrib.bibtex",
}


def note_removed(app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set) -> list[str]:
    env.temp_data["rapprochement_removed"] = bool(removed)
    return []


def keep_what_holds(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    if docnames or env.temp_data.pop("rapprochement_removed", False):
        return
    for event, module in FROM_ALL_PAGES.items():
        for listener in list(app.events.listeners[event]):
            if listener.handler.__module__ == module:
                app.disconnect(listener.id)
