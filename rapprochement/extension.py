"""Sphinx extension: ties the prose of the book to the data, and is the one list of all that happens in a build.

The build checks the data folder before anything else and stops on a fault, so
bad data cannot be published; then it executes the notebooks that are not up to
date while Sphinx reads the other pages, and stops on a failing cell before any
page is written.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import rapprochement.run.lazily  # noqa: F401  (before all that names pandas)
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util import logging

from rapprochement import ask
from rapprochement.book import bibliography, chronicle, directives, figures, ledger, roles
from rapprochement.data.check import find_faults
from rapprochement.data.door import FOUND_VALID
from rapprochement.data.files import DESCRIPTOR, file_state, state_key
from rapprochement.editions import downloads, latex, pdf
from rapprochement.editions.web import chronicle as web_chronicle
from rapprochement.editions.web import ledger as web_ledger
from rapprochement.editions.web import line_breaks, mend, pages, policy, search, slim
from rapprochement.run import memory, notebooks, written

# In the _build folder: the fingerprint of the last data and checks that went well
# together, so that a build with nothing new does not check again.
REMEMBERED = ".data-found-valid"

logger = logging.getLogger(__name__)


def stop_on_faults(app: Sphinx, config: Config) -> None:
    """Check the data before Sphinx touches the last good build."""
    book = Path(app.srcdir)
    folder = book / "data"
    if not (folder / DESCRIPTOR).is_file():
        raise ConfigError(f"no {DESCRIPTOR} in {folder}")
    # A config value of kind "env" makes Sphinx read every page again when data,
    # package or environment change; it would otherwise keep pages with
    # yesterday's numbers.
    config.rapprochement_fingerprint = notebooks.fingerprint(book)
    # One of kind "html" has all pages written again; Sphinx copies style and scripts only then.
    config.rapprochement_assets = notebooks.hash_of_folders(book / "assets")
    remembered = Path(app.outdir).parent / REMEMBERED
    if not remembered.is_file() or remembered.read_text() != config.rapprochement_fingerprint:
        faults = find_faults(folder)
        if faults:
            stop("the data is at fault, nothing was built:", faults)
        remembered.parent.mkdir(parents=True, exist_ok=True)
        remembered.write_text(config.rapprochement_fingerprint)
    ask.forget()


class ExecutesNotebooks:
    """Fills the cache that myst-nb reads, while Sphinx reads the pages that show no results."""

    def __init__(self) -> None:
        self.executed: Future

    def start(self, app: Sphinx, config: Config) -> None:
        os.environ[FOUND_VALID] = state_key(file_state(Path(app.srcdir) / "data"))
        cache = config.nb_execution_cache_path or Path(app.outdir).parent / notebooks.CACHE
        self.executed = ThreadPoolExecutor(max_workers=1).submit(
            notebooks.execute_changed, Path(app.srcdir), Path(cache), config.nb_execution_timeout, logger.info
        )

    def read_notebooks_last(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        if not docnames:
            return
        self.names = {notebook.name for notebook in notebooks.find_notebooks(Path(app.srcdir))}
        docnames.sort(key=lambda name: (name in self.names, name))

    def wait_before_notebook(self, app: Sphinx, docname: str, source: list[str]) -> None:
        if docname in self.names:
            self.wait(app)

    def wait(self, app: Sphinx, env: BuildEnvironment | None = None) -> None:
        try:
            self.executed.result()
        except notebooks.NotebookError as error:
            stop("a notebook failed, nothing was built:", [error])


def write_side_by_side(app: Sphinx, env: BuildEnvironment) -> None:
    """Write pages on all cores; Jupyter Book has no option for it.

    Only from here on: pages are read one after the other, as what they have in
    common would else depend on which is read first.
    """
    app.parallel = os.cpu_count() or 1


def stop(what: str, reasons: Iterable[object]) -> NoReturn:
    """End the build with a line for each reason.

    No exception, because Jupyter Book would print forty lines of its own calls after it.
    """
    sys.exit("\n".join(["", what, *map(str, reasons)]))


# The module of sphinxext-opengraph that draws a card for each page. The book has
# one card for all, and loading matplotlib would take half a second of every build.
CARD_DRAWING = "sphinxext.opengraph._social_cards"

ROLES = {
    "event": roles.EventRole(),
    **{name: roles.WordsRole(words) for name, words in ask.WORDS.items()},
    "verdict": ledger.VerdictRole(),
    "claims-verdicts": ledger.ClaimsVerdictsRole(),
    "claims-count": ledger.ClaimsCountRole(),
    "claims-count-upper": ledger.ClaimsCountRole(begins_sentence=True),
}
DIRECTIVES = {
    "events": directives.EventsTable,
    "chronicle": chronicle.Chronicle,
    "figure-from-data": figures.FigureFromData,
    "venues": directives.Venues,
    "codebook": directives.Codebook,
    "claims": ledger.ClaimsTable,
    "claims-filter": ledger.ClaimsFilter,
}
NODES = {
    figures.evidence_image: {
        "html": (figures.visit_image_html, None),
        "latex": (figures.visit_image_latex, None),
        "text": (figures.visit_image_text, None),
    },
    figures.download_link: {
        "html": (figures.visit_download_html, figures.depart_download_html),
        "latex": (figures.skip, None),
        "text": (figures.skip, None),
    },
    chronicle.chronicle_form: {},
    ledger.ledger_form: {},
}
CONTENT = [
    ("config-inited", stop_on_faults),
    ("builder-inited", bibliography.keep_formatted),
    ("builder-inited", bibliography.tell_years_apart),
    ("missing-reference", roles.resolve_event),
    ("missing-reference", ledger.resolve_claim),
    ("write-started", written.note_writing),
    (written.EVENT, figures.copy_files),
    ("build-finished", written.finish),
]


def in_order(executes: ExecutesNotebooks, press: pdf.Press) -> list[tuple[str, Callable]]:
    """Everything that the book does in a build, in the order in which it happens."""
    return [
        ("config-inited", stop_on_faults),
        ("config-inited", downloads.demand_cache),
        ("config-inited", pages.follow_the_base_url),
        ("config-inited", executes.start),
        ("builder-inited", bibliography.keep_formatted),
        ("builder-inited", bibliography.tell_years_apart),
        ("env-get-outdated", memory.note_removed),
        ("env-get-outdated", pdf.renew_if_missing),
        ("env-before-read-docs", executes.read_notebooks_last),
        ("env-before-read-docs", memory.keep_what_holds),
        ("source-read", executes.wait_before_notebook),
        ("doctree-read", downloads.offer_download),
        ("env-updated", executes.wait),
        ("env-updated", write_side_by_side),
        ("missing-reference", roles.resolve_event),
        ("missing-reference", ledger.resolve_claim),
        ("write-started", written.note_writing),
        ("write-started", search.know_the_places),
        ("doctree-resolved", web_chronicle.fill),
        ("doctree-resolved", web_ledger.fill),
        ("doctree-resolved", latex.keep_on_page),
        ("doctree-resolved", pdf.translate),
        ("html-page-context", pages.describe),
        ("html-collect-pages", pages.not_found),
        ("build-finished", written.finish),
        (written.EVENT, press.start),
        (written.EVENT, figures.copy_files),
        (written.EVENT, downloads.write_downloads),
        (written.EVENT, web_chronicle.write_table_script),
        (written.EVENT, pages.send_root_to_first_page),
        (written.EVENT, mend.finish),
        (written.EVENT, policy.add_to_pages),
        (written.EVENT, press.deliver),
        ("build-finished", slim.slim),
        ("build-finished", latex.cut_fonts),
    ]


# All of ours comes after what Sphinx, the theme and other extensions do on the same event.
AFTER_OTHERS = 900


def setup(app: Sphinx) -> dict:
    # A page is thousands of nodes that refer to each other and are kept to the end. With
    # Python's own threshold, looking for garbage among them takes a fifteenth of a build.
    gc.set_threshold(200_000, 20, 100)
    app.add_config_value("rapprochement_fingerprint", "", "env", str)
    app.add_config_value("rapprochement_assets", "", "html", str)
    # True leaves executing to myst-nb and the pages as the themes make them:
    # what the benchmark compares this book with.
    app.add_config_value("rapprochement_content_only", False, "env", bool)
    app.add_event(written.EVENT)
    bibliography.register()
    for name, role in ROLES.items():
        app.add_role(name, role)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    for node, visitors in NODES.items():
        app.add_node(node, **visitors)
    hooks = CONTENT
    if not app.config.rapprochement_content_only:
        sys.modules.setdefault(CARD_DRAWING, SimpleNamespace(DEFAULT_SOCIAL_CONFIG={}, create_social_card=None))
        app.setup_extension("sphinxext.opengraph")
        app.add_search_language(search.FoldingEnglish)
        app.add_post_transform(line_breaks.KeepStrokeWithName)
        hooks = in_order(executes=ExecutesNotebooks(), press=pdf.Press())
    for event, act in hooks:
        app.connect(event, act, priority=AFTER_OTHERS)
    return {"version": "1.0.0", "parallel_read_safe": True, "parallel_write_safe": True}
