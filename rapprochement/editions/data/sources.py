"""The bibliography for other programs: as rows, and as RIS, which every reference manager reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapprochement.editions.web.citing import ris
from rapprochement.provenance import archived, outlet_of, publication

KINDS = {"article": "JOUR", "book": "BOOK", "manual": "RPRT", "misc": "GEN"}


def described(entries: Mapping) -> list[dict[str, str]]:
    """Each source of the bibliography as text, in its order. entries: of pybtex, by their keys."""
    return [
        {
            "source": key,
            "kind": entry.type,
            "authors": "; ".join(_bare(str(person)) for person in entry.persons.get("author", [])),
            "outlet": outlet_of(entry),
            "title": _field(entry, "title"),
            "published": publication(entry),
            "year": publication(entry)[:4] or _field(entry, "year"),
            "journal": _field(entry, "journal"),
            "publisher": _field(entry, "publisher") or _field(entry, "organization"),
            "volume": _field(entry, "volume"),
            "number": _field(entry, "number"),
            "pages": _field(entry, "pages"),
            "doi": _field(entry, "doi"),
            "url": _field(entry, "url"),
            "archived": archived(_field(entry, "url"), publication(entry)) if _field(entry, "url") and publication(entry) else "",
            "note": _field(entry, "note"),
        }
        for key, entry in entries.items()
    ]


def as_ris(works: Sequence[Mapping[str, str]]) -> str:
    """The sources as RIS, each with its key as ``ID``."""
    return "\n".join(
        ris(
            KINDS.get(work["kind"], "GEN"),
            [
                ("ID", work["source"]),
                *(("AU", name) for name in work["authors"].split("; ")),
                ("TI", work["title"]),
                ("T2", work["journal"]),
                ("PB", work["publisher"]),
                ("PY", work["year"]),
                ("DA", _day(work["published"])),
                ("VL", work["volume"]),
                ("IS", work["number"]),
                ("SP", work["pages"].partition("-")[0]),
                ("EP", work["pages"].rpartition("-")[2] if "-" in work["pages"] else ""),
                ("DO", work["doi"]),
                ("UR", work["url"]),
                ("N1", work["note"]),
            ],
        )
        + "\n"
        for work in works
    )


def _day(published: str) -> str:
    """A date as RIS has it, YYYY/MM/DD; what is not known of it stays open."""
    return "/".join([*published.split("-"), "", ""][:3]) + "/" if "-" in published else ""


def _field(entry, name: str) -> str:
    return _bare(str(entry.fields.get(name, "")))


def _bare(text: str) -> str:
    return text.replace("{", "").replace("}", "")
