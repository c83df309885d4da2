"""The data as a reader takes it away: ``data/`` of the site.

``tables`` makes files of the tables, ``sources`` of the bibliography, ``feed``
tells of changes, and ``described`` says all of it in the words of schema.org.
Every file is made of ``data/`` alone, the feed of the page of changes besides;
while neither changed, the files of the last site are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sphinx.application import Sphinx

from rapprochement.data.files import BIBLIOGRAPHY, DESCRIPTOR, UTF8_WITH_MARK, load_metadata, load_references
from rapprochement.editions.data import feed, sources, tables
from rapprochement.editions.web.citing import Work
from rapprochement.run.workplace import taken_again

FOLDER = "data"
JSON, SQLITE, DICTIONARY, RIS, THIRD_PARTIES = "rapprochement.json", "rapprochement.sqlite", "dictionary.csv", "references.ris", "third-parties.csv"
CHANGES = "chapters/reference/changes"


@dataclass(frozen=True)
class File:
    """One file on offer; *name* stands below :data:`FOLDER`."""

    name: str
    media_type: str
    what: str


def offered(metadata: Mapping) -> list[File]:
    """Every file of ``data/`` of the site, in the order in which a reader looks for them."""
    return [
        *(File(resource["path"], "text/csv", resource["title"]) for resource in metadata["resources"]),
        File(THIRD_PARTIES, "text/csv", "Third parties, one row each"),
        File(JSON, "application/json", "All tables and sources as JSON"),
        File(SQLITE, "application/vnd.sqlite3", "All tables and sources as a SQLite database"),
        File(DESCRIPTOR, "application/json", "The data dictionary as a Frictionless Data Package"),
        File(DICTIONARY, "text/csv", "The data dictionary as a table"),
        File(BIBLIOGRAPHY, "application/x-bibtex", "The bibliography as BibTeX"),
        File(RIS, "application/x-research-info-systems", "The bibliography as RIS"),
    ]


def files(folder: Path, about: Work) -> dict[str, bytes]:
    """The content of each file of :func:`offered`. folder: that of the tables."""
    metadata = load_metadata(folder)
    read = tables.read(folder, metadata)
    works = sources.described(load_references(folder))
    facts = tables.about(metadata, about)
    return {
        **{table.path: tables.as_csv(table.header, table.rows) for table in read},
        THIRD_PARTIES: tables.as_csv(*tables.third_parties(read)),
        JSON: tables.as_json(read, works, facts),
        SQLITE: tables.as_sqlite(read, works, facts),
        DESCRIPTOR: (folder / DESCRIPTOR).read_bytes(),
        DICTIONARY: tables.as_csv(*tables.dictionary(metadata)),
        BIBLIOGRAPHY: (folder / BIBLIOGRAPHY).read_text(encoding=UTF8_WITH_MARK).encode(),
        RIS: sources.as_ris(works).encode(),
    }


def write(app: Sphinx, site: Path, last: Path) -> None:
    """Write the files and the feed to *site*; *last* is the site of the last build, or nothing."""
    folder, about = Path(app.srcdir) / "data", Work.of(app)
    made_of = [app.config.rapprochement_fingerprint, app.config.rapprochement_data, about]
    names = [f"{FOLDER}/{file.name}" for file in offered(load_metadata(folder))]
    (site / FOLDER).mkdir(exist_ok=True)
    if not taken_again(app, "data", made_of, names, site, last):
        for name, content in files(folder, about).items():
            (site / FOLDER / name).write_bytes(content)
    if CHANGES in app.env.found_docs:
        feed.write(site, app.builder.get_target_uri(CHANGES), load_metadata(folder), about)
