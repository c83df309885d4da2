"""A build executes the notebooks that depend on what changed, and nothing else."""

from __future__ import annotations

import os
import re
import shutil
from types import SimpleNamespace

import pytest
from conftest import ROOT, Table

HEAD = """\
---
file_format: mystnb
kernelspec:
  name: python3
---

# A notebook

```{code-cell} ipython3
"""
# Three notebooks that depend on different files, small so that eight builds take little time.
SMALL = {
    "places": HEAD + 'from rapprochement import load_places\n\nload_places()["name"].iloc[0]\n```\n',
    "events": HEAD + 'from rapprochement import load_events\n\nload_events()["summary"].iloc[0]\n```\n',
    "findings": HEAD + "from rapprochement import findings, load_events\n\nlen(load_events())\n```\n",
}


@pytest.fixture(scope="module")
def small_book(build, tmp_path_factory) -> SimpleNamespace:
    """A copy of the repository whose pages are three notebooks of our own; all else is the real thing."""
    folder = tmp_path_factory.mktemp("repository")
    for name in ("_config.yml", "pyproject.toml", "README.md", "LICENSE", "CITATION.cff"):
        shutil.copy(ROOT / name, folder)
    for name in ("assets", "data", "rapprochement"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "chronicle.md").write_text("# Chronicle\n\n```{chronicle}\n```\n")  # events link to it
    for name, text in SMALL.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: places\nparts:\n  - caption: Two more\n    chapters:\n      - file: events\n      - file: findings\n      - file: chronicle\n")
    archive = folder / "_build" / "html" / "downloads" / "rapprochement-in-evidence-notebooks.zip"

    def executed(expect: int = 0, **environment: str) -> tuple[set[str], str]:
        """Build; returns the names of the notebooks that were executed, and all that the build said."""
        result = build(folder, strict=False, environment={**os.environ, "PYTHONPATH": str(folder), **environment})
        said = result.stdout + result.stderr
        assert result.returncode == expect, said[-4000:]
        assert "Executing notebook using" not in said, "myst-nb executed a notebook once more"
        return set(re.findall(r"^executed (\S+) in [\d.]+ s$", said, re.M)), said

    return SimpleNamespace(folder=folder, archive=archive, executed=executed)


def test_a_build_executes_exactly_the_notebooks_that_depend_on_what_changed(small_book):
    folder, executed = small_book.folder, small_book.executed
    assert executed()[0] == {"places", "events", "findings"}
    first_archive = small_book.archive.read_bytes()

    names, said = executed()
    assert names == set() and "nothing was executed: 3 notebooks unchanged" in said

    events = Table(folder / "data" / "events.csv")
    old = events[2, "summary"]
    events[2, "summary"] = "Changed by a test."
    events.save()
    assert executed()[0] == {"events", "findings"}
    assert "Changed by a test." in (folder / "_build/html/events.html").read_text(encoding="utf-8")
    events[2, "summary"] = old
    events.save()
    assert executed()[0] == {"events", "findings"}
    assert small_book.archive.read_bytes() == first_archive, "the same files gave another archive"

    places = Table(folder / "data" / "places.csv")
    places[2, "name"] = "Elsewhere"
    places.save()
    assert executed()[0] == {"places"}
    assert "Elsewhere" in (folder / "_build/html/places.html").read_text(encoding="utf-8")

    module = folder / "rapprochement" / "findings.py"
    module.write_text(module.read_text(encoding="utf-8") + "\n# A line more.\n", encoding="utf-8")
    assert executed()[0] == {"findings"}


def test_a_build_with_nothing_new_does_not_wait_for_pandas(small_book):
    """Loading it would take a fifth of the three seconds that such a build may take."""
    small_book.executed()
    _, said = small_book.executed(PYTHONPROFILEIMPORTTIME="1")
    assert "| rapprochement.extension" in re.sub(r"\| +", "| ", said), "imports were not listed"
    assert "pandas.core" not in said


def test_a_changed_style_reaches_the_next_build_and_executes_nothing(small_book):
    small_book.executed()
    style = small_book.folder / "assets" / "static" / "book.css"
    style.write_text(style.read_text(encoding="utf-8") + "\n.changed-by-a-test { color: red; }\n", encoding="utf-8")
    assert small_book.executed()[0] == set()
    assert "changed-by-a-test" in (small_book.folder / "_build/html/_static/book.css").read_text(encoding="utf-8")


def test_a_failing_cell_stops_the_build_with_notebook_line_cell_and_message(small_book):
    page = small_book.folder / "places.md"
    page.write_text(SMALL["places"] + "\n```{code-cell} ipython3\n1 / 0\n```\n", encoding="utf-8")
    built = {path: path.read_bytes() for path in (small_book.folder / "_build" / "html").rglob("*.html")}
    _, said = small_book.executed(expect=1)
    assert "\nplaces.md:16: code cell 2: ZeroDivisionError: division by zero\n" in said
    assert "Traceback" not in said
    assert all(path.read_bytes() == content for path, content in built.items())
