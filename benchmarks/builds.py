"""How long this book takes to build, beside the same content with stock tools.

    python benchmarks/builds.py [--jupyter-book-2 PATH]

Builds a fresh copy of the book: cold (nothing cached) and warm (nothing
changed); with a stock Jupyter Book 1 configuration (its default execution,
theme, options and extensions; of ours only what gives the pages their content);
and, if the command of a jupyter-book 2 is named, with that, which executes and
resolves the content but without a network ends before HTML, as its theme comes from there.
Each stands beside the floor: one kernel start with the imports of a notebook.
Prints seconds and ratios, and how busy the machine was.

Lost in jupyter-book 2: our roles and directives become code and are not
computed, the bibliography is read but not sorted by us, and there are no
pages, search index, PDF or downloads.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
JUPYTER_BOOK = str(Path(sys.executable).with_name("jupyter-book"))
NOT_OF_JUPYTER_BOOK_2 = ("event", "count", "count-upper", "figures", "share", "gap", "fact", "verdict", "claims-verdicts", "claims-count", "claims-count-upper", "events", "chronicle", "claims", "claims-filter", "codebook", "figure-from-data")
FLOOR = (
    "import time; from jupyter_client.manager import start_new_kernel; kernel, client = start_new_kernel();"
    "client.execute_interactive('from rapprochement import figures, load_events, measures; load_events()', silent=True, timeout=120);"
    "kernel.shutdown_kernel(now=True)"
)


def copy_of_book(folder: Path) -> Path:
    ignored = shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info", "tests", "benchmarks")
    return Path(shutil.copytree(ROOT, folder, ignore=ignored))


def timed(command: list[str], cwd: Path, enough: str = "", never: str = "", **environment: str) -> tuple[float, float]:
    """Seconds by the clock, and of the processor, that a command takes.

    enough: what a command that fails must have printed to count. never: what it must not have printed.
    Raises CalledProcessError if it fails otherwise.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    result = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    seconds = time.monotonic() - started
    printed = result.stdout + result.stderr
    if (result.returncode and not (enough and enough in printed)) or (never and never in printed):
        print(result.stdout[-2000:], result.stderr[-2000:], file=sys.stderr)
        raise subprocess.CalledProcessError(result.returncode, command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def make_stock(book: Path) -> None:
    """The configuration that Jupyter Book 1 writes for a new book, and our content extension without executor and finish."""
    own = yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8"))
    stock = {key: own[key] for key in ("title", "author", "only_build_toc_files", "exclude_patterns", "bibtex_bibfiles", "parse")}
    stock["execute"] = {"execute_notebooks": "force", "timeout": 120}
    stock["sphinx"] = {
        "extra_extensions": [name for name in own["sphinx"]["config"]["extensions"] if name.startswith("rapprochement")],
        "config": {
            "rapprochement_content_only": True,
            **{key: own["sphinx"]["config"][key] for key in ("bibtex_default_style", "bibtex_reference_style", "numfig", "suppress_warnings")},
        },
    }
    (book / "_config.yml").write_text(yaml.safe_dump(stock), encoding="utf-8")


def make_plain_myst(book: Path) -> None:
    """The content as jupyter-book 2 can read it: our roles and directives as code."""
    names = "|".join(NOT_OF_JUPYTER_BOOK_2)
    for path in book.glob("chapters/**/*.md"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(rf"\{{(?:{names})\}}`", "`", text)
        text = re.sub(rf"^(`{{3,}}|:{{3,}})\{{(?:{names})\}}.*$", r"\1", text, flags=re.MULTILINE)
        path.write_text(text, encoding="utf-8")
    toc = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    children = [{"title": part["caption"], "children": [{"file": f"{c['file']}.md"} for c in part["chapters"]]} for part in toc["parts"]]
    project = {"title": "Benchmark", "bibliography": ["data/references.bib"], "toc": [{"file": f"{toc['root']}.md"}, *children]}
    (book / "myst.yml").write_text(yaml.safe_dump({"version": 1, "project": project, "site": {}}), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jupyter-book-2", metavar="PATH", help="its command, installed in an environment of its own")
    options = parser.parse_args()
    results: dict[str, tuple[float, float]] = {}
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
    with tempfile.TemporaryDirectory() as folder:
        results["floor: a kernel, imports, the data"] = timed([sys.executable, "-c", FLOOR], ROOT)
        book = copy_of_book(Path(folder) / "ours")
        results["this book, cold"] = timed([JUPYTER_BOOK, "build", "."], book)
        results["this book, warm"] = timed([JUPYTER_BOOK, "build", "."], book)
        stock = copy_of_book(Path(folder) / "stock")
        make_stock(stock)
        results["stock Jupyter Book 1, cold"] = timed([JUPYTER_BOOK, "build", "."], stock)
        if options.jupyter_book_2:
            plain = copy_of_book(Path(folder) / "plain")
            make_plain_myst(plain)
            # It executes by a Jupyter server of its own, which must be found and may be run by root.
            (plain / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}', encoding="utf-8")
            results["jupyter-book 2, content and execution"] = timed(
                [options.jupyter_book_2, "build", "--execute"],
                plain,
                enough="pages for project",
                never="Could not load Jupyter session",
                PATH=os.pathsep.join([str(Path(options.jupyter_book_2).parent), os.environ["PATH"]]),
                JUPYTER_CONFIG_DIR=str(plain),
            )
    print(f"load {os.getloadavg()[0]:.1f} at the end\n")
    cold = results["this book, cold"]
    print(f"{'':40}{'clock s':>9}{'cpu s':>9}{'of cold, clock':>16}{'cpu':>7}")
    for name, (clock, cpu) in results.items():
        print(f"{name:40}{clock:9.1f}{cpu:9.1f}{clock / cold[0]:16.2f}{cpu / cold[1]:7.2f}")
    print()
    for name, other, target in (
        ("cold / stock Jupyter Book 1", "stock Jupyter Book 1, cold", 0.6),
        ("cold / jupyter-book 2", "jupyter-book 2, content and execution", 0.5),
    ):
        if other in results:
            print(f"{name}: {cold[0] / results[other][0]:.2f} by the clock, {cold[1] / results[other][1]:.2f} of the processor (target {target})")
    warm = results["this book, warm"]
    print(f"warm / cold: {warm[0] / cold[0]:.2f} by the clock, {warm[1] / cold[1]:.2f} of the processor (target 0.15)")


if __name__ == "__main__":
    main()
