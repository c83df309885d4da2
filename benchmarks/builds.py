"""How long this book takes to build, beside the same content with stock tools.

    python benchmarks/builds.py [--runs 5] [--jupyter-book-2 PATH]

Builds a fresh copy of the book: cold (nothing cached), with nothing changed, and
after each kind of edit that an author makes, with what was read, executed and
set again; with a stock Jupyter Book 1 configuration (its default execution,
theme, options and extensions; of ours only what gives the pages their content);
and, if the command of a jupyter-book 2 is named, with that, which executes and
resolves the content but without a network ends before HTML, as its theme comes from there.
All of these are built in rounds, and compared within a round.
Each stands beside the floor: one kernel start with the imports of a notebook.
Prints seconds and ratios, and how busy the machine was.

Lost in jupyter-book 2: our roles and directives become code and are not
computed, the bibliography is read but not sorted by us, and there are no
pages, search index, PDF or downloads.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
JUPYTER_BOOK = str(Path(sys.executable).with_name("jupyter-book"))
BUILD = [JUPYTER_BOOK, "build", "."]
COLD, STOCK, OTHER = "this book, cold", "stock Jupyter Book 1, cold", "jupyter-book 2, content and execution"
PDF = "_build/.state/site/rapprochement-in-evidence.pdf"
NOT_OF_JUPYTER_BOOK_2 = (
    "chronicle", "cite-the-data", "claims", "claims-count", "claims-count-upper", "claims-filter", "claims-verdicts", "codebook", "count", "count-upper", "counting-dial", "data-tables",
    "event", "events", "exercise", "fact", "figure-from-data", "figures", "gap", "ledger", "share", "take", "verdict",
)
FLOOR = (
    "import time; from jupyter_client.manager import start_new_kernel; kernel, client = start_new_kernel();"
    "client.execute_interactive('from rapprochement import figures, load_events, measures; load_events()', silent=True, timeout=120);"
    "kernel.shutdown_kernel(now=True)"
)


def copy_of_book(folder: Path) -> Path:
    ignored = shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info", "tests", "benchmarks")
    return Path(shutil.copytree(ROOT, folder, ignore=ignored))


def timed(command: list[str], cwd: Path, enough: str = "", never: str = "", said: list[str] | None = None, **environment: str) -> tuple[float, float]:
    """Seconds by the clock, and of the processor, that a command takes.

    said: to which what it printed is added. enough: what a command that fails must have printed to count. never: what it must not have printed.
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
    if said is not None:
        said.append(printed)
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


def edited(path: Path, pattern: str, change: Callable[[str], str]) -> None:
    """Change the first place in a file that has a pattern; raises ValueError if none has."""
    text, times = re.subn(pattern, lambda found: change(found[0]), path.read_text(encoding="utf-8"), count=1)
    if not times:
        raise ValueError(f"{path} has no {pattern}")
    path.write_text(text, encoding="utf-8")


def of_event(event_id: str, column: str, change: Callable[[str], str]) -> Callable[[Path, int], None]:
    """An edit of one cell of the events."""

    def edit(book: Path, run: int) -> None:
        path = book / "data" / "events.csv"
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        row = next(row for row in rows if row[0] == event_id)
        row[head.index(column)] = change(row[head.index(column)])
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *rows])

    return edit


EDITS: dict[str, tuple[float | None, Callable[[Path, int], None]]] = {  # with the target, as a part of a cold build
    "nothing": (0.07, lambda book, run: None),
    "a sentence": (0.25, lambda book, run: edited(book / "chapters/disagreements/nemesis-monument.md", r"\.\n", lambda old: f", {run}.\n")),
    "a word of a summary": (0.35, of_event("2023-04-23-lachin-checkpoint", "summary", lambda old: f"{old} Again.")),
    "a row that changes ten numbers": (0.5, of_event("2020-12-28-moscow-security-officials", "mediators", lambda old: "EU" if old == "Russia" else "Russia")),
    "a row that changes more": (None, of_event("2021-01-11-moscow-leaders", "mediators", lambda old: "EU" if old == "Russia" else "Russia")),
    "the style": (None, lambda book, run: edited(book / "assets/static/book.css", r"\Z", lambda old: f"\n.run-{run} {{ color: red }}")),
}


def numbers_of(book: Path) -> list[str]:
    """Every number of the pages of chapters, as printed."""
    return re.findall(r'<a class="[^"]*\bnumber\b[^>]*>(.*?)</a>', "".join(path.read_text(encoding="utf-8") for path in sorted((book / "_build/html/chapters").rglob("*.html"))))


def build_after(name: str, book: Path, run: int) -> tuple[float, float, str]:
    """The seconds by the clock and of the processor of the build after one kind of edit, and what it did."""
    # One that was not set again is the same file under another name.
    numbers, pdf = numbers_of(book), (book / PDF).stat().st_ino
    EDITS[name][1](book, run)
    said: list[str] = []
    clock, cpu = timed(BUILD, book, said=said)
    read, executed = (re.findall(pattern, re.sub(r"\x1b\[[0-9;]*m", "", said[0]).replace("\r", "\n"), re.M) for pattern in (r"^reading sources\.\.\. \[ *\d+%\] (\S+)$", r"^executed (\S+) in "))
    changed = sum(old != new for old, new in zip(numbers, numbers_of(book)))
    return clock, cpu, f"{len(read)} pages read, {len(executed)} notebooks executed, PDF {'set' if (book / PDF).stat().st_ino != pdf else 'kept'}, {changed} numbers changed"


@dataclass
class Times:
    """Of one kind of build: seconds by the clock and of the processor, a pair for each run."""

    pairs: list[tuple[float, float]] = field(default_factory=list)

    def medians(self) -> tuple[float, float]:
        return tuple(statistics.median(column) for column in zip(*self.pairs))

    def of(self, others: Times) -> tuple[float, float]:
        """The medians as parts of others, each compared with the one of the same round: a machine is not as fast at noon as in the morning."""
        return tuple(statistics.median(mine / other for mine, other in zip(*columns)) for columns in zip(zip(*self.pairs), zip(*others.pairs)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="rounds, of which the median counts")
    parser.add_argument("--jupyter-book-2", metavar="PATH", help="its command, installed in an environment of its own")
    options = parser.parse_args()
    did: dict[str, set[str]] = {name: set() for name in EDITS}
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        results = {"floor: a kernel, imports, the data": Times([timed([sys.executable, "-c", FLOOR], ROOT)])}
        results |= {name: Times() for name in (COLD, STOCK, *EDITS)}
        book, stock = (copy_of_book(Path(folder) / name) for name in ("ours", "stock"))
        make_stock(stock)
        for run in range(options.runs):
            for each, built in ((COLD, book), (STOCK, stock)):
                shutil.rmtree(built / "_build", ignore_errors=True)
                results[each].pairs.append(timed(BUILD, built))
            for name in EDITS:
                *times, what = build_after(name, book, run)
                results[name].pairs.append(tuple(times))
                did[name].add(what)
            print(f"round {run + 1}: " + ", ".join(f"{name} {times.pairs[-1][1]:.1f} s" for name, times in results.items()), flush=True)
        if options.jupyter_book_2:
            plain = copy_of_book(Path(folder) / "plain")
            make_plain_myst(plain)
            # It executes by a Jupyter server of its own, which must be found and may be run by root.
            (plain / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}', encoding="utf-8")
            results[OTHER] = Times([timed(
                [options.jupyter_book_2, "build", "--execute"],
                plain,
                enough="pages for project",
                never="Could not load Jupyter session",
                PATH=os.pathsep.join([str(Path(options.jupyter_book_2).parent), os.environ["PATH"]]),
                JUPYTER_CONFIG_DIR=str(plain),
            )])  # fmt: skip
    print(f"load {os.getloadavg()[0]:.1f} at the end\n")
    print(f"{'medians':40}{'clock s':>9}{'cpu s':>9}{'of cold, clock':>16}{'cpu':>7}{'target':>8}")
    for name, times in results.items():
        clock, cpu = times.medians()
        of_clock, of_cpu = times.of(results[COLD])
        print(f"{name:40}{clock:9.1f}{cpu:9.1f}{of_clock:16.2f}{of_cpu:7.2f}{EDITS.get(name, ('',))[0] or '':>8}  {'; '.join(sorted(did.get(name, ())))}")
    print()
    for name, target in ((STOCK, 0.6), (OTHER, 0.5)):
        if name in results:
            of_clock, of_cpu = results[COLD].of(results[name])
            print(f"cold / {name}: {of_clock:.2f} by the clock, {of_cpu:.2f} of the processor (target {target})")


if __name__ == "__main__":
    main()
