"""Documented, or it does not exist: columns, measures, commands and what others made stand where a reader looks."""

from __future__ import annotations

import fnmatch
import inspect
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from rapprochement import load_metadata, measures

# Made by this project, in the repository or by the build, below assets/ or _build/html.
OURS = (
    "assets/fonts/OFL.txt", "assets/static/fonts/OFL.txt", "assets/static/fonts/README.md", "assets/*.png", "assets/site/*",
    "assets/latex/*", "assets/static/*.css", "assets/static/*.js", "assets/static/*.svg", "assets/static/*.png",
    "data/*.csv", "data/*.json", "data/*.bib", "data/*.md",
    "data/*.ris", "data/*.sqlite", "changes.xml", "*.epub",
    "*.html", "chapters/*", "events/*", "numbers/*", "_sources/*", "figures/*", "downloads/*", "_downloads/*", "_images/*", "robots.txt", ".buildinfo", "*.pdf",
    "_static/book.css", "_static/light.css", "_static/cards*.js", "_static/chronicle.js", "_static/figures.js", "_static/ledger.js", "_static/row-filter.js", "_static/dial*", "_static/fold.js", "_static/contents.js", "_static/table-roles.js", "_static/search*.js", "_static/search.css", "_static/words.js", "_static/events-table.js", "_static/favicon.svg",
    "_static/social-card.png", "_static/fonts/OFL.txt", "_static/fonts/README.md", "_static/*.html.map",
)


@pytest.fixture(scope="module")
def codebook(built_book: Path) -> BeautifulSoup:
    page = built_book / "html" / "chapters" / "reference" / "codebook.html"
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def test_every_column_stands_in_the_codebook(codebook, root):
    terms = {term.get_text() for term in codebook.select("dl.codebook dt")}
    for resource in load_metadata(root / "data")["resources"]:
        for field in resource["schema"]["fields"]:
            assert any(field["name"] in re.findall(r"[\w-]+", term) for term in terms), f"{resource['name']}: {field['name']}"
            assert field["description"], f"{resource['name']}: {field['name']} has no description"


def test_every_header_of_a_table_is_that_of_its_codebook(root):
    for resource in load_metadata(root / "data")["resources"]:
        header = (root / "data" / resource["path"]).read_text(encoding="utf-8").split("\n", 1)[0]
        assert header.split(",") == [field["name"] for field in resource["schema"]["fields"]]


def public(module) -> list[str]:
    return [name for name, function in inspect.getmembers(module, inspect.isfunction) if function.__module__ == module.__name__ and name[0] != "_"]


@pytest.mark.parametrize("name", public(measures))
def test_every_measure_says_what_goes_in_and_what_comes_out(name):
    text = inspect.getdoc(getattr(measures, name))
    assert text, f"{name} has no docstring"
    assert len(text.split()) > 8


@pytest.mark.parametrize("name", public(measures))
def test_every_measure_is_used_by_the_book(name, root):
    """A measure that no page, figure or check uses is not documented by any result, and has no reader."""
    sources = [*root.glob("chapters/**/*.md"), *root.glob("rapprochement/**/*.py")]
    uses = sum(len(re.findall(rf"\b{name}\b", path.read_text(encoding="utf-8"))) for path in sources)
    assert uses > 1, f"{name} is defined and never used"


def targets(root: Path) -> list[str]:
    return re.findall(r"^([a-z][a-z-]*):", (root / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_make_help_lists_every_target(root):
    listed = subprocess.run(["make", "--no-print-directory", "help"], cwd=root, capture_output=True, text=True, check=True).stdout
    for target in targets(root):
        assert re.search(rf"^make {target} ", listed, flags=re.MULTILINE), target


def test_every_target_is_told_to_readers_or_maintainers(root):
    told = "".join((root / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    for target in targets(root):
        assert f"make {target}" in told, target


def test_every_target_that_a_page_names_exists(root):
    """Also the commands in the method page, the workflows and the guides."""
    known = set(targets(root))
    files = [*root.glob("*.md"), *root.glob("chapters/**/*.md"), *root.glob(".github/workflows/*.yml")]
    for path in files:
        named = re.findall(r"(?:`|run: |^ *)make ([a-z][a-z-]*)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert set(named) <= known, f"{path.name}: {set(named) - known}"


def test_the_book_has_one_version(root):
    """In the data, the citation, the package, and on the page of changes a section for it."""
    described = load_metadata(root / "data")
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    package = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {str(citation["version"]), package["version"]} == {described["version"]}
    assert str(citation["date-released"]) == described["created"][:10]
    assert "\n## {fact}`data-version`" in (root / "chapters/reference/changes.md").read_text(encoding="utf-8")


def licensed(root: Path) -> list[str]:
    """The patterns of LICENSES.md."""
    text = (root / "LICENSES.md").read_text(encoding="utf-8")
    return [pattern for row in re.findall(r"^\| (`.*?) \|", text, flags=re.MULTILINE) for pattern in re.findall(r"`([^`]+)`", row)]


def is_named(file: str, patterns) -> bool:
    return any(fnmatch.fnmatch(file, pattern) for pattern in patterns)


def test_everything_that_others_made_is_named_with_its_licence(root, built_book):
    assets = [path.relative_to(root) for folder in ("assets", "data") for path in (root / folder).rglob("*") if path.is_file()]
    built = [path.relative_to(built_book / "html") for path in (built_book / "html").rglob("*") if path.is_file()]
    # The build copies assets/static to _static.
    patterns = [p for pattern in licensed(root) for p in (pattern, pattern.replace("assets/static/", "_static/"))]
    unnamed = [str(file) for file in [*assets, *built] if not is_named(str(file), patterns) and not is_named(str(file), OURS)]
    assert not unnamed


def test_the_list_of_licences_names_nothing_that_is_not_there(root, built_book):
    files = [str(path.relative_to(root)) for path in root.rglob("assets/**/*")] + [f"data/{path.name}" for path in (root / "data").iterdir()]
    files += [str(path.relative_to(built_book / "html")) for path in (built_book / "html").rglob("*") if path.is_file()]
    for pattern in licensed(root):
        assert any(fnmatch.fnmatch(file, pattern) for file in files), pattern
