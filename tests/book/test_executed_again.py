"""A build executes the notebooks that depend on what changed, and nothing else."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
import small_book
from conftest import Table
from forked_build import Build

# Three notebooks that depend on different files, small so that many builds take little time.
SMALL = {
    name: small_book.NOTEBOOK.format(title="A notebook", code=code)
    for name, code in {
        "places": 'from rapprochement import load_places\n\nload_places()["name"].iloc[0]',
        "events": 'from rapprochement import load_events\n\nload_events()["summary"].iloc[0]',
        "findings": "from rapprochement import findings\n\nfindings.SPANS",
    }.items()
}


@pytest.fixture(scope="module")
def small(build, part_of_data, tmp_path_factory) -> SimpleNamespace:  # asks for build, so that make quick leaves it out
    """A book of three notebooks and the chronicle."""
    folder = small_book.make(tmp_path_factory.mktemp("executed") / "book", {**SMALL, "chronicle": small_book.CHRONICLE, "chapters/reference/changes": small_book.SOURCES}, part_of_data)

    def executed(expect: int = 0) -> tuple[set[str], str]:
        """Build; returns the names of the notebooks that were executed, and all that the build said."""
        built = Build(folder).ended()
        said = built.said
        assert built.code == expect, said[-4000:]
        assert "Executing notebook using" not in said, "myst-nb executed a notebook once more"
        return set(re.findall(r"^executed (\S+) in [\d.]+ s$", said, re.M)), said

    return SimpleNamespace(folder=folder, executed=executed)


def test_a_build_executes_exactly_the_notebooks_that_depend_on_what_changed(small):
    folder, executed = small.folder, small.executed
    assert executed()[0] == {"places", "events", "findings"}

    names, said = executed()
    assert names == set() and "nothing was executed: 3 notebooks unchanged" in said

    events = Table(folder / "data" / "events.csv")
    events[2, "summary"] = "Changed by a test."
    events.save()
    assert executed()[0] == {"events"}
    assert "Changed by a test." in (folder / "_build/html/events.html").read_text(encoding="utf-8")

    places = Table(folder / "data" / "places.csv")
    places[2, "name"] = "Elsewhere"
    places.save()
    assert executed()[0] == {"places"}
    assert "Elsewhere" in (folder / "_build/html/places.html").read_text(encoding="utf-8")


def test_a_changed_style_reaches_the_next_build_and_executes_nothing(small):
    small.executed()
    style = small.folder / "assets" / "static" / "book.css"
    style.write_text(style.read_text(encoding="utf-8") + "\n.changed-by-a-test { color: red; }\n", encoding="utf-8")
    assert small.executed()[0] == set()
    assert "changed-by-a-test" in (small.folder / "_build/html/_static/book.css").read_text(encoding="utf-8")


def test_a_failing_cell_stops_the_build_with_notebook_line_cell_and_message(small):
    small.executed()
    page = small.folder / "places.md"
    page.write_text(SMALL["places"] + "\n```{code-cell} ipython3\n1 / 0\n```\n", encoding="utf-8")
    built = {path: path.read_bytes() for path in (small.folder / "_build" / "html").rglob("*.html")}
    _, said = small.executed(expect=1)
    assert "\nplaces.md:16: code cell 2: ZeroDivisionError: division by zero\n" in said
    assert "Traceback" not in said
    assert built and all(path.read_bytes() == content for path, content in built.items())
    page.write_text(SMALL["places"], encoding="utf-8")


def test_a_changed_module_executes_the_notebooks_that_import_it(small):
    small.executed()
    module = small.folder / "rapprochement" / "findings.py"
    module.write_text(module.read_text(encoding="utf-8") + "\n# A line more.\n", encoding="utf-8")
    assert small.executed()[0] == {"findings"}
