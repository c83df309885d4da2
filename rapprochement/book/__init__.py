"""Sphinx extension: ties the prose of the book to the data.

Roles ``event``, ``count``, ``share``, ``gap``, ``fact`` and ``verdict``;
directives ``events``, ``chronicle``, ``claims``, ``codebook`` and ``figure-from-data``; the
figures and tables of the notebooks. The build checks the data folder before
anything else and stops on a fault, so bad data cannot be published.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError, ExtensionError

from rapprochement.book import bibliography, directives, evidence, figure_nodes, roles
from rapprochement.data import DESCRIPTOR
from rapprochement.validation import find_faults


def stop_on_faults(app: Sphinx, config: Config) -> None:
    """Check the data before Sphinx touches the last good build."""
    folder = Path(app.srcdir) / "data"
    if not (folder / DESCRIPTOR).is_file():
        raise ConfigError(f"no {DESCRIPTOR} in {folder}")
    faults = find_faults(folder)
    if faults:
        listed = "\n".join(str(fault) for fault in faults)
        raise ExtensionError(f"the data is at fault, nothing was built:\n{listed}")
    # A config value of kind "env" makes Sphinx read every page again when the
    # data changes; it would otherwise keep pages with yesterday's numbers.
    config.rapprochement_fingerprint = evidence.fingerprint(folder)


def setup(app: Sphinx) -> dict:
    app.add_config_value("rapprochement_fingerprint", "", "env", str)
    app.connect("config-inited", stop_on_faults)
    bibliography.setup(app)
    roles.setup(app)
    directives.setup(app)
    figure_nodes.setup(app)
    return {"version": "1.0.0", "parallel_read_safe": True, "parallel_write_safe": True}
