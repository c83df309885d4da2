"""Find and read the files of the data folder, without judging what they hold."""

from __future__ import annotations

import csv
import functools
import hashlib
import json
import os
from pathlib import Path

import pandas as pd

SEPARATOR = ";"
DESCRIPTOR = "datapackage.json"
BIBLIOGRAPHY = "references.bib"
COASTLINES = "coastlines.geojson"
# Of what the book hands out as JSON and SQLite: rises when a field goes or comes to mean
# something else, see chapters/reference/data.md.
FORMAT = 1
# Columns of prose that no measure reads.
WORDS = ("summary", "note")
WITHOUT_WORDS = " without words"
# Writes a byte order mark, and reads with or without one. A table that leaves the book
# by itself has the mark, as Excel on Windows reads Türkiye as TÃ¼rkiye without it; the
# repository's own tables have none; and both are read.
UTF8_WITH_MARK = "utf-8-sig"
# Every file whose content this process has handed out, or "path without words". The
# build asks a notebook for it, to execute it again when one of them changes.
files_loaded: set[str] = set()


class DataError(Exception):
    """The data folder is missing or faulty; the message says where and what to mend.

    In a notebook that message is all that is shown. A script keeps its
    traceback, whose last line is the message: there the caller may be at fault.
    """

    def _render_traceback_(self) -> list[str]:
        # Jupyter calls this hook: a reader who breaks a cell of the CSV needs
        # the fault, not forty lines of our call stack.
        return [f"DataError: {self}"]


def data_folder(folder: str | os.PathLike | None = None) -> Path:
    """Find the data folder.

    Looked for in this order: *folder*; the environment variable
    ``RAPPROCHEMENT_DATA``; ``data`` in the working directory or one above it
    (a downloaded bundle); ``data`` beside the package (a clone).

    Raises DataError if none of them holds a ``datapackage.json``.
    """
    chosen = folder or os.environ.get("RAPPROCHEMENT_DATA")
    if chosen:
        candidates = [Path(chosen)]
    else:
        here = Path.cwd()
        candidates = [parent / "data" for parent in (here, *here.parents)]
        candidates.append(Path(__file__).resolve().parent.parent.parent / "data")
    for candidate in candidates:
        if (candidate / DESCRIPTOR).is_file():
            return candidate
    raise DataError(
        f"no {DESCRIPTOR} in {candidates[0]}; name the data folder, or set RAPPROCHEMENT_DATA to it"
    )


def load_metadata(folder: str | os.PathLike | None = None) -> dict:
    """Read ``datapackage.json``: version, licence, and the schema of every table.

    Raises DataError if the folder has no such file or it is not JSON.
    """
    path = data_folder(folder) / DESCRIPTOR
    files_loaded.add(str(path))
    return _read_json(path)


def load_references(folder: str | os.PathLike | None = None):
    """Read ``references.bib``; returns a mapping from key to pybtex Entry.

    Raises DataError if the file is missing or is not BibTeX.
    """
    path = data_folder(folder) / BIBLIOGRAPHY
    files_loaded.add(str(path))
    return read_references(path)


def read_references(path: Path):
    """Read a BibTeX file; as :func:`load_references`, for a file named by its path."""
    from pybtex.database import PybtexError

    if not path.is_file():  # to read a pipe or a device might never end
        raise DataError(f"{path.name} is missing; restore the file")
    try:
        return _entries(path.read_text(encoding=UTF8_WITH_MARK))
    except (OSError, UnicodeError, RecursionError, PybtexError) as error:
        raise DataError(f"{path.name} cannot be read: {error}") from None


@functools.lru_cache(maxsize=1)
def _entries(bibtex: str):
    """Kept, as a build asks for the same sources when it checks them and when it counts them."""
    from pybtex.database import parse_string

    return parse_string(bibtex, bib_format="bibtex").entries


def load_coastlines(folder: str | os.PathLike | None = None) -> list[list[list[list[float]]]]:
    """Read ``coastlines.geojson``; returns polygons of land, each a list of rings of [degrees east, degrees north].

    Raises DataError if the file is missing or is not JSON.
    """
    path = data_folder(folder) / COASTLINES
    try:
        features = _read_json(path)["features"]
        polygons = [polygon for feature in features for polygon in feature["geometry"]["coordinates"]]
        points = [(float(east), float(north)) for polygon in polygons for ring in polygon for east, north in ring]
    except (KeyError, TypeError, ValueError):
        raise DataError(f"{path.name} holds no polygons of land; restore it") from None
    if not all(-180 <= east <= 180 and -90 <= north <= 90 for east, north in points):
        raise DataError(f"{path.name} holds a point that is not on the globe; restore it")
    return polygons


def _read_json(path: Path):
    if not path.is_file():  # to read a pipe or a device might never end
        raise DataError(f"{path.name} is missing; restore the file")
    try:
        return json.loads(path.read_text(encoding=UTF8_WITH_MARK))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path.name} cannot be read: {error}") from None


def table_fields(metadata: dict, table: str) -> list[dict]:
    """The fields of one table of the data package, as its descriptor lists them."""
    resource = next(r for r in metadata["resources"] if r["name"] == table)
    return resource["schema"]["fields"]


def read_table(table: str, folder: Path) -> pd.DataFrame:
    """Read a table without validating the folder; for the validation itself and the build, which begins with it."""
    frame = pd.read_csv(
        folder / f"{table}.csv", dtype=str, keep_default_na=False, encoding=UTF8_WITH_MARK
    )
    for field in table_fields(load_metadata(folder), table):
        name = field["name"]
        if field["type"] == "date":
            frame[name] = pd.to_datetime(frame[name].replace("", None))
        elif field["type"] == "number":
            frame[name] = pd.to_numeric(frame[name].replace("", None))
        elif "listSeparator" in field:
            frame[name] = [
                cell.split(SEPARATOR) if cell else [] for cell in frame[name]
            ]
    return frame


def facts_of_table(path: Path) -> str:
    """The text of a CSV file less the columns of :data:`WORDS`; empty if there is no such file."""
    if not path.is_file():
        return ""
    with path.open(encoding=UTF8_WITH_MARK, newline="") as file:
        rows = list(csv.reader(file))
    kept = [i for i, name in enumerate(rows[0]) if name not in WORDS] if rows else []
    return json.dumps([[row[i] for i in kept if i < len(row)] for row in rows], ensure_ascii=False)


def facts_of_folder(folder: Path) -> str:
    """A hash that changes with any file of a data folder, save with the columns of :data:`WORDS` in ``events.csv``."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        content = facts_of_table(path).encode() if path.name == "events.csv" else path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def file_state(folder: Path) -> tuple:
    """Size and time of every file, so that a folder is validated once per state of it."""
    stats = [(path.name, path.stat()) for path in sorted(folder.iterdir()) if path.is_file()]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def state_key(state: tuple) -> str:
    """A state of :func:`file_state` as text, to compare it between processes."""
    return hashlib.sha256(repr(state).encode()).hexdigest()
