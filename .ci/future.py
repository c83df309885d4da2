"""Build the book with other versions of Sphinx, myst-nb and theme, and without Jupyter Book, and say what differs.

    .venv-future/bin/python .ci/future.py .venv

Run by a Python that has those versions; names the environment that built the
ordinary book in ``_build/html``. Jupyter Book only translates the
configuration. Compared are what authors write and data give: pages, the text
of their articles with every number, links, figures and tables. Exits with 1 if
one of them differs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from itertools import zip_longest
from pathlib import Path

from packaging.requirements import Requirement
from selectolax.lexbor import LexborHTMLParser

ROOT = Path(__file__).resolve().parent.parent
SHOWN = ("sphinx", "docutils", "myst-nb", "myst-parser", "sphinx-book-theme", "pydata-sphinx-theme", "sphinxcontrib-bibtex")
# What the book does not use without Jupyter Book: the command itself, and its LaTeX.
OF_JUPYTER_BOOK = ("jupyter_book", "sphinx_jupyterbook_latex")


def sources(folder: Path) -> Path:
    """A copy of the book, so that nothing of the other versions gets into it."""
    ignored = shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info", "tests", "benchmarks")
    return Path(shutil.copytree(ROOT, folder, ignore=ignored))


def configure(book: Path, ordinary: Path) -> None:
    """Write conf.py for plain Sphinx."""
    subprocess.run([ordinary / "bin" / "jupyter-book", "config", "sphinx", "."], cwd=book, check=True, stdout=subprocess.DEVNULL)
    with (book / "conf.py").open("a", encoding="utf-8") as file:
        file.write(f"extensions = [name for name in extensions if name not in {OF_JUPYTER_BOOK}]\n")
        file.write("del use_jupyterbook_latex, use_multitoc_numbering\n")


def build(book: Path) -> str | None:
    """Build as ``make book`` does; what went wrong, if something did."""
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "--keep-going", "-q", "-b", "html", ".", "_build/html"]
    # The installed package leads to the sources of the repository; kernels shall import those of the copy.
    result = subprocess.run(command, cwd=book, env={**os.environ, "PYTHONPATH": str(book)}, capture_output=True, text=True)
    return None if result.returncode == 0 else result.stdout[-2000:] + result.stderr[-6000:]


def pages(site: Path) -> dict[str, dict[str, list[str]]]:
    """For each page, by its address, what its article holds, kind by kind."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        address = path.relative_to(site).as_posix()
        article = LexborHTMLParser(path.read_text(encoding="utf-8")).css_first("article")
        if address.startswith(("_static", "_sources")):
            continue
        found[address] = _content(LexborHTMLParser(article.html)) if article else {}
    return found


def _content(article: LexborHTMLParser) -> dict[str, list[str]]:
    for mark in article.css("a.headerlink, script"):
        mark.decompose()
    return {
        "words": article.body.text(separator=" ").split(),
        "links": [link.attributes["href"] or "" for link in article.css("a[href]")],
        "figures": [" ".join(figure.text(separator=" ").split()) for figure in article.css("figure")],
        "images": [image.attributes.get("alt") or "" for image in article.css("img, svg[role=img]")],
        "tables": [f"{len(table.css('tr'))} rows, {len(table.css('th, td'))} cells" for table in article.css("table")],
        "headings": [" ".join(heading.text().split()) for heading in article.css("h1, h2, h3, h4")],
    }


def differences(ordinary: dict, other: dict) -> list[str]:
    lines = [f"{page}: only in the ordinary book" for page in sorted(ordinary.keys() - other.keys())]
    lines += [f"{page}: only in the other" for page in sorted(other.keys() - ordinary.keys())]
    for page in sorted(ordinary.keys() & other.keys()):
        for kind, before in ordinary[page].items():
            after = other[page].get(kind, [])
            if before != after:
                number, (old, new) = next((n, pair) for n, pair in enumerate(zip_longest(before, after)) if pair[0] != pair[1])
                lines.append(f"{page}: {kind}: {len(before)} and {len(after)}; the first to differ, number {number + 1}: {old!r} and {new!r}")
    return lines


def held_back(ordinary: Path) -> list[str]:
    """Packages of which there is a newer version than fits, each with those that do not accept it."""
    command = [ordinary / "bin" / "uv", "pip", "list", "--no-config", "--outdated", "--format", "json", "--python", sys.executable]
    outdated = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    lines = []
    for package in outdated:
        holding = sorted(
            f"{each.name} {each.version} asks for {requirement}"
            for each in metadata.distributions()
            for requirement in map(Requirement, each.requires or ())
            if requirement.name.lower().replace("_", "-") == package["name"].lower().replace("_", "-")
            and (not requirement.marker or requirement.marker.evaluate({"extra": ""}))
            and package["latest_version"] not in requirement.specifier
        )
        if holding:
            lines.append(f"{package['name']} {package['version']}, not {package['latest_version']}: {'; '.join(holding)}")
    return lines


def main(ordinary: Path) -> int:
    print("with", ", ".join(f"{name} {metadata.version(name)}" for name in SHOWN))
    for line in held_back(ordinary):
        print("held back:", line)
    with tempfile.TemporaryDirectory() as folder:
        book = sources(Path(folder) / "book")
        configure(book, ordinary)
        if reason := build(book):
            print(f"the book does not build:\n{reason}")
            return 1
        here, there = pages(ROOT / "_build" / "html"), pages(book / "_build" / "html")
    lines = differences(here, there)
    counts = {kind: sum(len(page.get(kind, ())) for page in here.values()) for kind in ("words", "links", "figures", "images", "tables")}
    print(f"compared: {len(here)} pages, {', '.join(f'{number} {kind}' for kind, number in counts.items())}")
    print("\n".join(lines) or "nothing differs")
    return int(bool(lines))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
