"""What a reader takes away: each notebook as .ipynb, and one archive with all they need.

The archive holds the executed notebooks, the data, this package as a wheel and
the list of what it needs. The same commit gives the same bytes.
"""

from __future__ import annotations

import ast
import io
import logging
import re
import zipfile
from datetime import datetime
from importlib import metadata
from pathlib import Path

import nbformat
from docutils import nodes
from flit_core.wheel import WheelBuilder
from nbformat.v4 import new_code_cell, new_markdown_cell
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from rapprochement import ask, record
from rapprochement.output_types import ANSWERS, FIGURE_MIME, GLUE_PREFIX, TABLE_MIME
from rapprochement.data.files import load_metadata
from rapprochement.record import Record
from rapprochement.run import notebooks as run
from rapprochement.run.workplace import taken_again

ARCHIVE = "downloads/rapprochement-in-evidence-notebooks.zip"
FOLDER = "rapprochement-in-evidence"
ROLE = re.compile(r"\{([a-z:-]+)\}`([^`]+)`")
# The words that stand for a reference, where they begin a sentence.
BEGINS = re.compile(r"((?:\A|\n\s*\n|[.!?][)”\"]?\s+|^\s*(?:[-*]|\d+\.)\s+)\*\*)the (?=(?:figure|table)\*\*)", re.MULTILINE)
LABEL = re.compile(r"^\([\w-]+\)=\n", re.MULTILINE)

README = """\
Rapprochement in Evidence: notebooks and data, version {version} of {date}

1. In this folder, with Python {python} or newer:
       python -m pip install -r requirements.txt jupyterlab
       jupyter lab
2. Open a notebook and run it. Each runs alone. Its first cell installs the
   book's package from the file {wheel} beside it; where pandas, matplotlib,
   frictionless and pybtex are installed, it needs no network.
3. Change a cell of data/events.csv or a line of a notebook, and run it again.
   A value that the data cannot hold is named with its row and column.

Data: CC BY 4.0. Code: MIT. The notebooks are chapters of the book, so some of
their text refers to its other pages.
"""


def files(book: Path, cache: Path) -> dict[str, bytes]:
    """The content of the archive by file name; needs an up-to-date cache of executed notebooks."""
    described = load_metadata(book / "data")
    known = record.load(book)
    wheel, wheel_bytes = _wheel(book, _day(described))
    wheel_name = wheel.wheel_filename
    results = run.open_cache(cache)
    content = {
        f"{notebook.path.stem}.ipynb": as_download(run.executed(notebook, results), known, wheel_name)
        for notebook in run.find_notebooks(book)
    }
    for path in (book / "data").iterdir():
        if path.is_file():
            content[f"data/{path.name}"] = path.read_bytes()
    content[wheel_name] = wheel_bytes
    content["requirements.txt"] = _requirements(wheel).encode()
    content["README.txt"] = README.format(
        version=described["version"],
        date=described["created"][:10],
        python=wheel.metadata.requires_python.lstrip(">="),
        wheel=wheel_name,
    ).encode()
    content["LICENSE"] = (book / "LICENSE").read_bytes()
    return content


def as_download(notebook: nbformat.NotebookNode, known: Record, wheel_name: str) -> bytes:
    """An executed notebook that tells at its top how to get what it needs.

    Its text holds words in place of the book's ask. The figures and tables
    keep their HTML form; the one for the book's build is left out.
    """
    said = _words_said(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = LABEL.sub("", cell.source)
            cell.source = begin_sentences(ROLE.sub(lambda match: _in_words(match[1], match[2], known, said), text))
    notebook.cells[:0] = [
        new_markdown_cell(
            "*This notebook needs the book's data and package. They stand beside it in "
            f"`{Path(ARCHIVE).name}`, which every notebook page of the book offers; the next line installs the package from there.*"
        ),
        new_code_cell(f"%pip install --quiet ./{wheel_name}"),
    ]
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number}"  # a random one would change the file with each build
        for output in cell.get("outputs", []):
            output.get("metadata", {}).pop(ANSWERS, None)
            for mime in (FIGURE_MIME, TABLE_MIME):
                output.get("data", {}).pop(mime, None)
        if "outputs" in cell:
            # What a cell only says to the prose nothing can show; converters warn of it.
            cell.outputs = [output for output in cell.outputs if "scrapbook" not in output.get("metadata", {})]
    for key in ("source_map", "file_format"):
        notebook.metadata.pop(key, None)
    return (nbformat.writes(notebook) + "\n").encode()


def begin_sentences(text: str) -> str:
    """The text with a capital where "the figure" or "the table" begins a sentence, a paragraph or an item."""
    return BEGINS.sub(r"\1The ", text)


def _words_said(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """What the cells gave to the prose by :func:`rapprochement.show.say`."""
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    return {
        output.metadata.scrapbook.name: ast.literal_eval(output.data[GLUE_PREFIX + "text/plain"])
        for output in outputs
        if "scrapbook" in output.get("metadata", {})
    }


def _in_words(role: str, text: str, known: Record, said: dict[str, str]) -> str:
    """A role as Jupyter can show it: its words, or the name of what it refers to."""
    if role == "glue:text":
        return said[text]
    if role in ask.QUESTIONS:
        return ask.answer(known, role, text).words
    explicit = ask.WITH_TARGET.fullmatch(text)
    title, target = explicit.groups() if explicit else (None, text)
    if role == "numref":
        return "**the table**" if target.startswith("tab") else "**the figure**"
    return title or f"*{target}*"


def write_archive(content: dict[str, bytes], path: Path, day: datetime) -> None:
    """Write files to a zip archive, all in one folder and with one date."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in sorted(content.items()):
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}", day.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)


def _day(described: dict) -> datetime:
    return datetime.fromisoformat(described["created"])


def _wheel(book: Path, day: datetime) -> tuple[WheelBuilder, bytes]:
    logging.getLogger("flit_core").setLevel(logging.WARNING)  # else it tells of every step, among what a reader of the build's words looks for
    content = io.BytesIO()
    wheel = WheelBuilder.from_ini_path(book / "pyproject.toml", content)
    wheel.source_time_stamp = day.timetuple()[:6]
    wheel.build()
    return wheel, content.getvalue()


def _requirements(wheel: WheelBuilder) -> str:
    """The wheel and what it needs, in the versions that made the outputs."""
    names = sorted(re.match(r"[\w.-]+", line).group() for line in wheel.metadata.requires_dist)
    pinned = [f"{name}=={metadata.version(name)}" for name in [*names, "ipykernel"]]
    return "\n".join([f"./{wheel.wheel_filename}", *pinned]) + "\n"


def demand_cache(app: Sphinx, config: Config) -> None:
    """The downloads are made from the cache, so there is one way to execute."""
    if config.nb_execution_mode != "cache":
        raise ConfigError("_config.yml: execute_notebooks has to be cache")


def offer_download(app: Sphinx, document: nodes.document) -> None:
    """Put a line with the downloads under the title of each notebook page."""
    if not _is_notebook(app, app.env.docname):
        return
    root = "../" * app.env.docname.count("/")
    title = next(document.findall(nodes.title))
    name = Path(app.env.docname).name
    line = (
        f'<p class="notebook-downloads">Run it yourself: <a download href="{root}_sources/{app.env.docname}.ipynb">{name}.ipynb</a>, '
        f'or <a download href="{root}{ARCHIVE}">all notebooks with the data (zip)</a></p>'
    )
    title.parent.insert(title.parent.index(title) + 1, nodes.raw("", line, format="html", classes=["screen-only"]))


def _is_notebook(app: Sphinx, docname: str) -> bool:
    return "kernelspec" in app.env.metadata.get(docname, {})


def write_downloads(app: Sphinx, site: Path, last: Path) -> None:
    """Write the archive, and each notebook where the theme links to it; those of the last site, if nothing in them changed."""
    book = Path(app.srcdir)
    notebooks = run.find_notebooks(book)
    names = [ARCHIVE, *(f"_sources/{notebook.name}.ipynb" for notebook in notebooks)]
    ingredients = run.fingerprint(book / "data", run.PACKAGE) + run.hash_of_files(
        [*(notebook.path for notebook in notebooks), book / "LICENSE", book / "pyproject.toml"]
    )
    if taken_again(app, "downloads", ingredients, names, site, last):
        return
    content = files(book, Path(app.config.nb_execution_cache_path))
    write_archive(content, site / ARCHIVE, _day(load_metadata(book / "data")))
    for notebook in notebooks:
        target = site / "_sources" / f"{notebook.name}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content[f"{notebook.path.stem}.ipynb"])
