"""Sphinx extension: ties the prose of the book to the data.

Roles ``event``, ``count``, ``share``, ``gap``, ``fact``, ``verdict`` and ``claims-count``;
directives ``events``, ``chronicle``, ``claims``, ``claims-filter``, ``codebook`` and
``figure-from-data``; the figures and tables of the notebooks. The build checks the data folder before
anything else and stops on a fault, so bad data cannot be published; then it
executes the notebooks that are not up to date, and stops on a failing cell.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util import logging

from rapprochement import pdf
from rapprochement.book import (
    bibliography,
    bundle,
    claims_table,
    directives,
    execution,
    figure_nodes,
    finishing,
    policy,
    roles,
    web,
)
from rapprochement.data import DESCRIPTOR
from rapprochement.validation import find_faults

# In the _build folder: the fingerprint of the last data and checks that went well
# together, so that a build with nothing new does not check again.
FOUND_VALID = ".data-found-valid"

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
    found_valid = Path(app.outdir).parent / FOUND_VALID
    if found_valid.is_file() and found_valid.read_text() == config.rapprochement_fingerprint:
        return
    faults = find_faults(folder)
    if faults:
        stop("the data is at fault, nothing was built:", faults)
    found_valid.parent.mkdir(parents=True, exist_ok=True)
    found_valid.write_text(config.rapprochement_fingerprint)


def execute_notebooks(app: Sphinx, config: Config) -> None:
    """Fill the cache that myst-nb reads, so that reading a page executes nothing."""
    cache = config.nb_execution_cache_path or Path(app.outdir).parent / execution.CACHE
    try:
        execution.execute_changed(Path(app.srcdir), Path(cache), config.nb_execution_timeout, logger.info)
    except execution.NotebookError as error:
        stop("a notebook failed, nothing was built:", [error])


def stop(what: str, reasons: Iterable[object]) -> NoReturn:
    """End the build with a line for each reason.

    No exception, because Jupyter Book would print forty lines of its own calls after it.
    """
    sys.exit("\n".join(["", what, *map(str, reasons)]))


def setup(app: Sphinx) -> dict:
    app.add_config_value("rapprochement_fingerprint", "", "env", str)
    finishing.setup(app)
    # True leaves executing to myst-nb and the pages as the themes make them:
    # what the benchmark compares this book with.
    app.add_config_value("rapprochement_content_only", False, "env", bool)
    app.connect("config-inited", stop_on_faults)
    for content in (bibliography, roles, directives, claims_table, figure_nodes):
        content.setup(app)
    if not app.config.rapprochement_content_only:
        app.connect("config-inited", execute_notebooks)
        for edition in (bundle, policy, pdf, web):
            edition.setup(app)
    return {"version": "1.0.0", "parallel_read_safe": True, "parallel_write_safe": True}
