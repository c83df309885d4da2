"""Command line: ``python -m rapprochement check [DIR]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from rapprochement.validation import find_faults, summary


def check(folder: Path) -> int:
    """Print one line of counts (exit 0) or every fault, a line each (exit 1)."""
    faults = find_faults(folder)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"{folder}: {len(faults)} fault{'s' if len(faults) > 1 else ''}; nothing was changed", file=sys.stderr)
        return 1
    print(summary(folder))
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m rapprochement", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("check", help="validate a data folder against its datapackage.json")
    command.add_argument("folder", nargs="?", default="data", type=Path, metavar="DIR")
    options = parser.parse_args(arguments)
    return check(options.folder)


if __name__ == "__main__":
    sys.exit(main())
