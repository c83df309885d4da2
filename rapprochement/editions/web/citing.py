"""How to cite one event of the record: as a sentence, as BibTeX, as RIS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rapprochement import wording


@dataclass(frozen=True)
class Work:
    """What is cited besides the event: the book, in one version; *base* is its address, or nothing."""

    title: str
    author: str
    version: str
    year: str
    licence: str
    base: str


def citations(event: Mapping, work: Work, address: str) -> dict[str, str]:
    """The citation of an event in each form, by the name of the form. address: of the event's page, below the base."""
    within = f"data version {work.version}, event {event['event_id']}"
    title = f"{event['title']} ({wording.event_date(event)})"
    url = work.base + address if work.base else ""
    return {
        "Plain text": f"{work.author} ({work.year}). {title}. In: {work.title}, {within}. {url + '. ' if url else ''}{work.licence}.",
        "BibTeX": _bibtex(
            f"rapprochement-{event['event_id']}",
            {"author": f"{{{work.author}}}", "title": f"{{{title}}}", "howpublished": f"{work.title}, {within}", "year": work.year, "url": url, "note": work.licence},
        ),
        "RIS": _ris({"AU": work.author, "TI": title, "T2": work.title, "PY": work.year, "ET": work.version, "ID": event["event_id"], "UR": url, "N1": work.licence}),
    }


def _bibtex(key: str, fields: dict[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _ris(fields: dict[str, str]) -> str:
    lines = [f"{tag}  - {value}" for tag, value in {"TY": "DATA", **fields}.items() if value]
    return "\n".join([*lines, "ER  - "])
