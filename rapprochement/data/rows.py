"""Rules between the cells of a row and between rows, which a table schema cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rapprochement.claims import verdict_of
from rapprochement.checks import CheckError
from rapprochement.counting import CONTACT_KINDS
from rapprochement.data.files import BIBLIOGRAPHY, read_table
from rapprochement.data.names import fold
from rapprochement.data.schema import unseen
from rapprochement.data.tables import Fault, Table, in_order, items_of, shown
from rapprochement.provenance import ENOUGH_ALONE, FACETS, HELD_ALL_THE_SAME, filled, held_all_the_same, outlet_of

WEB_ADDRESS = re.compile(r"""https?://[^\s<>"`{}|\\^]+""")
WORDS_OF_A_SOURCE = 40
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


def outlet_faults(outlets: Table, references: dict) -> Iterator[Fault]:
    """Authors of the bibliography that are no row of the outlets, and outlets that wrote nothing."""
    file = "outlets.csv"
    authors: dict[str, str] = {}
    for key, entry in references.items():
        if name := outlet_of(entry):
            authors.setdefault(name, key)
        else:
            yield Fault(BIBLIOGRAPHY, None, None, f"{key}: has no author; name the outlet, or 'Publisher not named'")
    known = dict(zip(outlets.column("outlet"), outlets.numbers))
    for name in authors.keys() - known.keys():
        row = 2 + sum(in_order(other) < in_order(name) for other in known)
        yield Fault(file, row, "outlet", f"{shown(name)} is missing, the author of {authors[name]} in {BIBLIOGRAPHY}; add its row here, or mend the author there")
    for name in known.keys() - authors.keys() - {""}:
        yield Fault(file, known[name], "outlet", f"{shown(name)} is the author of no entry of {BIBLIOGRAPHY}; delete the row, or mend the name")


def evidence_faults(events: Table, evidence: Table, outlets: Table, references: dict) -> Iterator[Fault]:
    """Events whose sources have no evidence or too much of it, facets that none supports, and confidence without its sources."""
    file = "evidence.csv"
    named = dict(zip(events.column("event_id"), map(items_of, events.column("sources"))))
    found: dict[str, dict[str, list[str]]] = {}
    columns = map(evidence.column, ("event_id", "source", "says"))
    for number, event_id, source, says, facets in zip(evidence.numbers, *columns, evidence.column_as(items_of, "supports")):
        found.setdefault(event_id, {})[source] = facets
        if event_id in named and source not in named[event_id]:
            yield Fault(file, number, "source", f"{shown(source)} is no source of {event_id} in events.csv; name it there, or delete the row")
        if says.count(" ") >= WORDS_OF_A_SOURCE and (words := len(says.split())) > WORDS_OF_A_SOURCE:
            yield Fault(file, number, "says", f"has {words} words; at most {WORDS_OF_A_SOURCE}")
    kinds = dict(zip(outlets.column("outlet"), outlets.column("kind")))
    outlet = {key: outlet_of(entry) for key, entry in references.items()}
    for number, row in events.records():
        sources = found.get(row["event_id"], {})
        missing = [source for source in items_of(row["sources"]) if source not in sources]
        for source in missing:
            yield Fault("events.csv", number, "sources", f"{shown(source)} has no row for {row['event_id']} in evidence.csv; add one that tells what it says of the event")
        if missing:
            continue  # what is not known of a source cannot be judged
        for facet in filled(row):
            if not any(facet in facets for facets in sources.values()) and not held_all_the_same(row["note"], facet):
                mend = f", or say why it is held in a sentence of the note that begins with '{word}'" if (word := HELD_ALL_THE_SAME.get(facet)) else ""
                yield Fault("events.csv", number, FACETS[facet], f"{facet} is supported by no source of {row['event_id']} in evidence.csv; name a source that supports it, or mend the cell{mend}")
        if row["confidence"] == "high":
            for facet in ("date", "content"):
                names = {outlet[source] for source, facets in sources.items() if facet in facets and source in outlet}
                if len(names) < 2 and not any(kinds.get(name) in ENOUGH_ALONE for name in names):
                    yield Fault("events.csv", number, "confidence", f"'high' needs two outlets, or one that is official or a court, for the {facet}; evidence.csv has {', '.join(sorted(names)) or 'none'}; write medium and say why in the note, or add a source")


def place_faults(places: Table) -> Iterator[Fault]:
    for number, row in places.records():
        if bool(row["latitude"]) != bool(row["longitude"]):
            empty = "longitude" if row["latitude"] else "latitude"
            yield Fault("places.csv", number, empty, "is empty; a place has both coordinates, or none and a note that says why")
        elif not row["latitude"] and not row["note"]:
            yield Fault("places.csv", number, "note", "is empty; say why the place has no coordinates")


def name_faults(names: Table, places: Table) -> Iterator[Fault]:
    """Spellings that change nothing, as letters are folded anyway, and names that the table of places has."""
    of_places = {fold(other): row["name"] for _, row in places.records() for other in (row["name"], *items_of(row["other_names"]))}
    for number, row in names.records():
        said: dict[str, str] = {}
        for column, names_there in (("name", [row["name"]]), ("other_names", items_of(row["other_names"]))):
            for name in names_there:
                folded = fold(name)
                if folded in said:
                    yield Fault("names.csv", number, column, f"{shown(name)} is found as {shown(said[folded])} is; delete it")
                elif folded in of_places:
                    yield Fault("names.csv", number, column, f"{shown(name)} is a name of {shown(of_places[folded])} in places.csv; delete it here")
                said.setdefault(folded, name)


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
