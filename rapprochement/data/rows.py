"""Rules between the cells of a row and between rows, which a table schema cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rapprochement.claims import verdict_of
from rapprochement.checks import CheckError
from rapprochement.counting import CONTACT_KINDS
from rapprochement.data.files import BIBLIOGRAPHY, read_table
from rapprochement.data.schema import unseen
from rapprochement.data.tables import Fault, Table, items_of, shown

WEB_ADDRESS = re.compile(r"""https?://[^\s<>"`{}|\\^]+""")
DOI = re.compile(r"""10\.\d+/[^\s<>"`{}|\\^]+""")


def reference_faults(references: dict) -> Iterator[Fault]:
    """What a source must not hold: pages link to its address, and print the rest."""
    for key, entry in references.items():
        fields = {name: str(value) for name, value in entry.fields.items()}
        problems = []
        if not fields.get("title"):
            problems.append("has no title")
        for name, form in (("url", WEB_ADDRESS), ("doi", DOI)):
            if name in fields and not form.fullmatch(fields[name]):
                problems.append(f"{name} {shown(fields[name])} is not allowed; allowed: {'an address with http or https' if name == 'url' else 'a DOI as 10.1234/abc'}")
        for name, text in fields.items():
            if hidden := unseen(text):
                problems.append(f"{name} holds the invisible character U+{ord(hidden):04X}; remove it")
            if found := re.search(r"[<>\\]", text):
                problems.append(f"{name} holds {found.group()!r}; plain text only, without markup or commands")
        for problem in problems:
            yield Fault(BIBLIOGRAPHY, None, None, f"{key}: {problem}")


def event_faults(events: Table) -> Iterator[Fault]:
    """Rules between the cells of one event."""
    file = "events.csv"
    for number, row in events.records():
        contact = row["kind"] in CONTACT_KINDS
        if row["end"] < row["start"]:
            yield Fault(file, number, "end", f"{shown(row['end'])} is before start {shown(row['start'])}; allowed: the start or later")
        if contact and not row["level"]:
            yield Fault(file, number, "level", f"is empty; a {row['kind']} needs a level")
        for column in ("level", "channel", "body"):
            if not contact and row[column]:
                yield Fault(file, number, column, f"{shown(row[column])} is not allowed; only a meeting or a call has a {column}")
        if row["kind"] == "call" and row["channel"] == "in-person":
            yield Fault(file, number, "channel", "'in-person' is not allowed; a call has phone or video, or nothing where the sources do not say")
        third_parties, roles = items_of(row["mediators"]), items_of(row["mediator_roles"])
        if len(third_parties) != len(roles):
            yield Fault(file, number, "mediator_roles", f"has {len(roles)} items for {len(third_parties)} in mediators; give one role to each third party")
        pairs = list(zip(third_parties, roles))
        if len(set(pairs)) != len(pairs):
            yield Fault(file, number, "mediators", "names the same third party twice in the same role; keep one")
        for side in _sides(row["track"]):
            if side in third_parties:
                yield Fault(file, number, "mediators", f"{side!r} is a side of {row['track']}, not a third party")
        in_article, paragraphs = row["in_article"], row["article_paragraphs"]
        if in_article in ("yes", "aggregate") and not paragraphs:
            yield Fault(file, number, "article_paragraphs", "is empty; an event of the article needs its paragraph, P1 to P34")
        for column in ("article_paragraphs", "article_notes", "article_start", "article_mediators"):
            if in_article == "no" and row[column]:
                yield Fault(file, number, column, f"{shown(row[column])} is not allowed; in_article is no")
        if in_article == "yes" and contact and not row["article_mediators"]:
            yield Fault(file, number, "article_mediators", "is empty; name the third parties, or none, or unstated")
        if not row["event_id"].startswith(row["start"][:4]):
            yield Fault(file, number, "event_id", f"{shown(row['event_id'])} does not begin with the year of start {shown(row['start'])}")


def place_faults(places: Table) -> Iterator[Fault]:
    for number, row in places.records():
        if bool(row["latitude"]) != bool(row["longitude"]):
            empty = "longitude" if row["latitude"] else "latitude"
            yield Fault("places.csv", number, empty, "is empty; a place has both coordinates, or none and a note that says why")
        elif not row["latitude"] and not row["note"]:
            yield Fault("places.csv", number, "note", "is empty; say why the place has no coordinates")


def claim_faults(claims: Table) -> Iterator[Fault]:
    """Rules between the cells of one claim, and the order of its notes in each paragraph of the article."""
    file = "claims.csv"
    previous = (0, 0)
    for number, row in claims.records():
        if not row["claim_id"].startswith(f"{row['paragraph'].lower()}-"):
            yield Fault(file, number, "claim_id", f"{shown(row['claim_id'])} does not begin with its paragraph {shown(row['paragraph'])}")
        for column in ("against_own_list", "against_record"):
            if (row["kind"] == "position") != (row[column] == "contested"):
                yield Fault(file, number, column, f"{shown(row[column])} is not allowed; a position is contested, and nothing else is")
        paragraph = int(row["paragraph"][1:]) if re.fullmatch(r"P[0-9]{1,3}", row["paragraph"]) else 0
        note = int(found.group()) if (found := re.search(r"[0-9]{1,3}", row["notes"])) else 0
        if paragraph == previous[0] and note and note < previous[1]:
            yield Fault(file, number, "notes", f"{shown(row['notes'])} stands after [{previous[1]}]; within a paragraph follow the order of reading")
        previous = (paragraph, note or (previous[1] if paragraph == previous[0] else 0))


def verdict_faults(folder: Path, claims: Table) -> Iterator[Fault]:
    """Verdicts that disagree with what the check of the claim computes from the events."""
    events = read_table("events", folder)
    for (number, row), (_, claim) in zip(claims.records(), read_table("claims", folder).iterrows()):
        try:
            verdict = verdict_of(claim, events)
        except CheckError as error:
            yield Fault("claims.csv", number, "check", str(error))
            continue
        for column in ("against_own_list", "against_record"):
            computed = getattr(verdict, column)
            if row[column] != computed:
                yield Fault("claims.csv", number, column, f"{shown(row[column])} disagrees with {row['check']}, which computes {computed!r}: {verdict.found}")


def _sides(track: str) -> tuple[str, ...]:
    return ("Türkiye",) if track == "AM-TR" else ()
