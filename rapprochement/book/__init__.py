"""Ties the book to the data: what its pages, its notebooks and its build need."""

from __future__ import annotations


def setup(app) -> dict:
    """Entry point of the Sphinx extension."""
    # Imported here because a notebook imports rapprochement.book.show, and has
    # to run on a machine without Sphinx.
    from rapprochement.book import extension

    return extension.setup(app)
