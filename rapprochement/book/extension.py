"""Sphinx extension: ties the prose of the book to the data.

Roles ``event``, ``count``, ``share``, ``gap``, ``fact``, ``verdict`` and ``claims-count``;
directives ``events``, ``chronicle``, ``claims``, ``claims-filter``, ``codebook`` and
``figure-from-data``; the figures and tables of the notebooks. The build checks the data folder before
anything else and stops on a fault, so bad data cannot be published; then it
executes the notebooks that are not up to date while Sphinx reads the other
pages, and stops on a failing cell before any page is written.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util import logging

from rapprochement import pdf
from rapprochement.book import (
    bibliography,
    bundle,
    claims_table,
    directives,
    evidence,
    execution,
    figure_nodes,
    finishing,
    policy,
    roles,
    unchanged,
    web,
)
from rapprochement.data import DESCRIPTOR, FOUND_VALID, file_state, state_key
from rapprochement.validation import find_faults

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
    config.rapprochement_fingerprint = execution.fingerprint(book)
    # One of kind "html" has all pages written again; Sphinx copies style and scripts only then.
    config.rapprochement_assets = execution.hash_of_folders(book / "assets")
    remembered = Path(app.outdir).parent / REMEMBERED
    if not remembered.is_file() or remembered.read_text() != config.rapprochement_fingerprint:
        faults = find_faults(folder)
        if faults:
            stop("the data is at fault, nothing was built:", faults)
        remembered.parent.mkdir(parents=True, exist_ok=True)
        remembered.write_text(config.rapprochement_fingerprint)
    evidence.forget()


class ExecutesNotebooks:
    """Fills the cache that myst-nb reads, while Sphinx reads the pages that show no results."""

    def __init__(self) -> None:
        self.executed: Future

    def start(self, app: Sphinx, config: Config) -> None:
        os.environ[FOUND_VALID] = state_key(file_state(Path(app.srcdir) / "data"))
        cache = config.nb_execution_cache_path or Path(app.outdir).parent / execution.CACHE
        self.executed = ThreadPoolExecutor(max_workers=1).submit(
            execution.execute_changed, Path(app.srcdir), Path(cache), config.nb_execution_timeout, logger.info
        )

    def read_notebooks_last(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        if not docnames:
            return
        self.notebooks = {notebook.name for notebook in execution.find_notebooks(Path(app.srcdir))}
        docnames.sort(key=lambda name: (name in self.notebooks, name))

    def wait_before_notebook(self, app: Sphinx, docname: str, source: list[str]) -> None:
        if docname in self.notebooks:
            self.wait(app)

    def wait(self, app: Sphinx, env: BuildEnvironment | None = None) -> None:
        try:
            self.executed.result()
        except execution.NotebookError as error:
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


def setup(app: Sphinx) -> dict:
    # A page is thousands of nodes that refer to each other and are kept to the end. With
    # Python's own threshold, looking for garbage among them takes a fifteenth of a build.
    gc.set_threshold(200_000, 20, 100)
    app.add_config_value("rapprochement_fingerprint", "", "env", str)
    app.add_config_value("rapprochement_assets", "", "html", str)
    finishing.setup(app)
    # True leaves executing to myst-nb and the pages as the themes make them:
    # what the benchmark compares this book with.
    app.add_config_value("rapprochement_content_only", False, "env", bool)
    app.connect("config-inited", stop_on_faults)
    for content in (bibliography, roles, directives, claims_table, figure_nodes):
        content.setup(app)
    if not app.config.rapprochement_content_only:
        notebooks = ExecutesNotebooks()
        app.connect("config-inited", notebooks.start)
        app.connect("env-before-read-docs", notebooks.read_notebooks_last)
        app.connect("source-read", notebooks.wait_before_notebook)
        app.connect("env-updated", notebooks.wait)
        app.connect("env-updated", write_side_by_side)
        unchanged.setup(app)
        for edition in (bundle, policy, pdf, web):
            edition.setup(app)
    return {"version": "1.0.0", "parallel_read_safe": True, "parallel_write_safe": True}
