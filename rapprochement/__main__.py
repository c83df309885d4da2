"""Command line: ``python -m rapprochement check [DIR]``, ``tidy [DIR]``, ``freeze [DIR]``, ``build [DIR]``, ``epub [DIR]``, ``live [DIR]``, ``notebooks [DIR]``, ``catalogues LANGUAGE [CHAPTER...]`` and ``translated LANGUAGE``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import rapprochement.run.lazily  # noqa: F401  (before all that names pandas)
from rapprochement.data.article_list import freeze
from rapprochement.data.check import find_faults, summary
from rapprochement.data.door import load_events
from rapprochement.data.files import DataError
from rapprochement.data.tidy import mend_command, tidy, untidy


def check(folder: Path) -> int:
    """Print two lines of counts (exit 0) or every fault, a line each (exit 1)."""
    faults = find_faults(folder)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{folder}: {len(faults)} fault{'s' if len(faults) > 1 else ''}; nothing was changed", file=sys.stderr)
        return 1
    print(*summary(folder), sep="\n")
    if files := untidy(folder):
        print(f"{folder}: {', '.join(files)} would make a long diff, as a program saved them in another form; {mend_command(folder)}", file=sys.stderr)
    return 0


def tidy_tables(folder: Path) -> int:
    """Rewrite the tables in their one form and print what changed (exit 0), or leave a file and say why (exit 1)."""
    told, faults = tidy(folder)
    for line in told:
        print(line)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{folder}: files with faults were left as they are", file=sys.stderr)
        return 1
    print(f"{folder}: {'tidy now' if told else 'tidy already'}; python -m rapprochement check judges what the tables say")
    return 0


def freeze_list(folder: Path) -> int:
    """Write the article's own list anew from events.csv (exit 0), or say what hinders it (exit 1)."""
    try:
        print(f"written: {freeze(load_events(folder), folder)}")
    except DataError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def build(folder: Path) -> int:
    """Build the book as make does; exit 1 with the reason if it fails."""
    from rapprochement.run import plainly

    return plainly.build(folder)


def live(folder: Path) -> int:
    """Show the book in a browser while it is being written, until interrupted."""
    from rapprochement.run import plainly

    if reason := plainly.hindrance(folder):
        print(reason, file=sys.stderr)
        return 1
    from rapprochement.run import preview  # needs what the book is built with

    return preview.live(folder)


def epub(folder: Path) -> int:
    """Build the book, then make its EPUB and have the pages offer it; exit 1 if the build fails."""
    if failed := build(folder):
        return failed
    from rapprochement.editions.epub import offering  # needs what the book is built with

    made = offering.make(folder.resolve())
    print(f"The EPUB: {made}")
    return 0


def notebooks(folder: Path) -> int:
    """Write the executed notebooks to a folder, with what they need; exit 1 if one fails."""
    from rapprochement.run import plainly

    if reason := plainly.hindrance(Path.cwd()):
        print(reason, file=sys.stderr)
        return 1
    from rapprochement.editions import downloads  # need what the book is built with
    from rapprochement.run import notebooks as run

    book, cache = Path.cwd(), Path("_build") / run.CACHE
    try:
        run.execute_changed(book, cache)
    except run.NotebookError as error:
        print(error, file=sys.stderr)
        return 1
    for name, content in downloads.files(book, cache).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"the notebooks are in {folder}")
    return 0


def catalogues(language: str, chapters: list[str]) -> int:
    """Write the catalogues of chapters for translators, in the working directory's book."""
    from rapprochement.run import catalogues as made  # needs what the book is built with

    return made.make(Path.cwd(), language, chapters)


def translated(language: str) -> int:
    """Build the pages with what is translated, in the working directory's book."""
    from rapprochement.run import catalogues as made

    return made.build(Path.cwd(), language)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m rapprochement", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, action, folder, help_text in (
        ("check", check, "data", "validate a data folder against its datapackage.json"),
        ("tidy", tidy_tables, "data", "rewrite the tables of a data folder in their one form, whatever program saved them"),
        ("freeze", freeze_list, "data", "write the article's own list anew from events.csv"),
        ("build", build, ".", "build the book in a folder, warnings fatal"),
        ("epub", epub, ".", "build the book in a folder, and its EPUB, which the pages then offer"),
        ("live", live, ".", "show the book in a browser, and each change of its text, style or data as it is saved"),
        ("notebooks", notebooks, "_build/notebooks", "write the executed notebooks of the book in the working directory"),
    ):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("folder", nargs="?", default=folder, type=Path, metavar="DIR")
        command.set_defaults(action=action)
    command = commands.add_parser("catalogues", help="write or update the messages of chapters for translators")
    command.add_argument("language")
    command.add_argument("chapters", nargs="*", metavar="CHAPTER", help="as _toc.yml names it; without any, those that have a catalogue")
    command.set_defaults(action=catalogues)
    command = commands.add_parser("translated", help="build the pages with what is translated into a language, to look at")
    command.add_argument("language")
    command.set_defaults(action=translated)
    given = vars(parser.parse_args(arguments))
    given.pop("command")
    return given.pop("action")(**given)


if __name__ == "__main__":
    sys.exit(main())
