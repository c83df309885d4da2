"""The one door between data and prose: a question goes in, words with their rows come out.

Every role, directive and download asks here, by the name of the question and
its text (:func:`answer`). Nothing else interprets the roles of the book.
"""

from __future__ import annotations

import functools
import json
import string
from collections.abc import Callable, Iterable
from dataclasses import replace

import pandas as pd

from rapprochement import provenance, translated, wording
from rapprochement.answer import CLAIMS, Answer
from rapprochement.article import article_end
from rapprochement.claims import VERDICTS, said_of_claims, select_claims
from rapprochement.counted import counted, days_between, share_of
from rapprochement.counting import contacts
from rapprochement.data.files import FORMAT, table_fields
from rapprochement.query import WITH_TARGET, QueryError, canonical, how_counted, said, select, with_target  # noqa: F401  (asked for here)
from rapprochement.record import Record

# As a sentence says it of one claim and of several.
VERDICT_VERBS = {
    "holds": ("holds", "hold"),
    "partly": ("holds in part", "hold in part"),
    "contradicted": ("does not hold", "do not hold"),
    "contested": ("is contested", "are contested"),
    "not-checkable": ("cannot be checked", "cannot be checked"),
}
LEDGER_RULE = "The ledger takes the article apart into statements that one can check; each counts once."


def answer(record: Record, name: str, text: str) -> Answer:
    """What the data answers to a question: its *name* is a key of :data:`QUESTIONS`, *text* what stands in the role or directive.

    Raises QueryError if the data has no answer; the message says why.
    """
    try:
        if (name, text) not in record.answers:
            record.answers[name, text] = QUESTIONS[name](record, text)
        return record.answers[name, text]
    except (KeyError, IndexError, ValueError) as error:
        if isinstance(error, QueryError):
            raise
        raise QueryError(f"{error} is no word of it" if isinstance(error, KeyError) else str(error)) from None


# --- Words in a sentence -----------------------------------------------------------


def count(record: Record, query: str) -> Answer:
    """``{count}`query``` prints how many events match."""
    return counted(select(record.events, query), said(record.events, query), how_counted(query), question=f"count {canonical(query)}")


def figures(record: Record, query: str) -> Answer:
    """``{figures}`query``` prints the same count in digits, for columns of a table."""
    found = count(record, query)
    return replace(found, words=f"{len(found.rows):,}")


def share(record: Record, queries: str) -> Answer:
    """``{share}`query of query``` prints the share of the second that the first makes, in per cent."""
    part, of, whole = queries.partition(" of ")
    if not of:
        raise QueryError("write: query of query")
    everything = select(record.events, whole)
    if everything.empty:
        raise QueryError(f"nothing matches {whole!r}")
    told = f"of all {said(record.events, whole)}: {said(record.events, part, noun='those')}"
    return share_of(select(everything, part), everything, told, how_counted(f"{whole} {part}"), f"share {canonical(part)} of {canonical(whole)}")


def gap(record: Record, ids: str) -> Answer:
    """``{gap}`first-id second-id``` prints the days from the end of one event to the start of another."""
    first, second = (record.event(name) for name in ids.split())
    return days_between(first, second, f"gap {ids}")


def fact(record: Record, name: str) -> Answer:
    """``{fact}`name``` prints a named fact of the data set, see :data:`FACTS`."""
    if name not in FACTS:
        raise QueryError(f"no fact {name!r}; there are: {', '.join(FACTS)}")
    found = FACTS[name](record)
    return found if isinstance(found, Answer) else Answer(f"fact {name}", found)


def event(record: Record, text: str) -> Answer:
    """``{event}`id``` prints the date of an event, ``{event}`words <id>``` the words.

    They may hold ``{date}``, ``{day}`` (without the year), ``{start}``, ``{end}``,
    ``{month}``, ``{year}``, ``{place}``, ``{title}`` and ``{article_date}``, which come from the row.
    """
    template, event_id = with_target(text, "{date}")
    row = record.event(event_id)
    words = string.Formatter().vformat(template, (), _words_of(row, record))
    return Answer(f"event {text}", words, (event_id,), told=entry(row))


def verdict(record: Record, text: str) -> Answer:
    """``{verdict}`claim-id``` prints how a claim stands against the record, ``{verdict}`words <claim-id>``` the words.

    ``{record}``, ``{own}`` and ``{paragraph}`` in them come from the claim.
    """
    template, claim_id = with_target(text, "{record}")
    rows = record.claims[record.claims["claim_id"] == claim_id]
    if rows.empty:
        raise QueryError(f"no claim {claim_id!r} in claims.csv")
    claim = rows.iloc[0]
    known = {"record": VERDICTS[claim["against_record"]], "own": VERDICTS[claim["against_own_list"]], "paragraph": claim["paragraph"]}
    words = string.Formatter().vformat(template, (), known)
    return Answer(f"verdict {text}", words, (claim_id,), told=f"{claim['paragraph']}: {claim['claim']}")


def claims_count(record: Record, query: str) -> Answer:
    """``{claims-count}`record=holds kind=count``` prints how many claims match."""
    question = " ".join(["claims", *sorted(query.split())])
    return counted(select_claims(record.claims, query), said_of_claims(query), LEDGER_RULE, question=question)


def ledger(record: Record, text: str) -> Answer:
    """``{ledger}`words <chapter=highlights/recognition>``` prints the words; ``told`` is the query."""
    words, query = with_target(text, "ledger")
    return Answer(f"ledger {text}", words, tuple(select_claims(record.claims, query)["claim_id"]), told=query, table=CLAIMS)


def claims_verdicts(record: Record, query: str) -> Answer:
    """``{claims-verdicts}`chapter=highlights/recognition``` prints how many claims hold, hold in part and so on; verdicts that no claim has are left out."""
    rows = select_claims(record.claims, query)
    if rows.empty:
        raise QueryError(f"no claim matches {query!r}")
    found = {key: claims_count(record, f"{query} record={key}") for key in VERDICT_VERBS if (rows["against_record"] == key).any()}
    words = wording.join([f"{each.words} {VERDICT_VERBS[key][len(each.rows) > 1]}" for key, each in found.items()])
    return Answer(f"claims-verdicts {query}", words, tuple(rows["claim_id"]), told=said_of_claims(query), table=CLAIMS, parts=tuple(found.values()))


def _begins_sentence(question: Callable[[Record, str], Answer]) -> Callable[[Record, str], Answer]:
    """The same answer with its first letter in upper case."""

    def asked(record: Record, text: str) -> Answer:
        found = question(record, text)
        return replace(found, words=wording.capitalise(found.words))

    return asked


# --- What tables and figures show --------------------------------------------------


def event_cells(record: Record, query: str) -> list[tuple[str, str, str, str, str]]:
    """For each event that matches: its id, date, title, third parties, and where the article mentions it.

    Events of any kind, unless the query names one.
    """
    rows = select(record.events, query if "kind=" in query else f"kind=any {query}")
    told_until = article_end(record.events)

    def in_article(row: pd.Series) -> str:
        # What came after the article is nothing that it left out.
        return "later" if row["in_article"] == "no" and row["start"] > told_until else wording.in_article(row)

    return [(row["event_id"], wording.event_date(row), row["title"], wording.company(row), in_article(row)) for _, row in rows.iterrows()]


def _events_table(record: Record, query: str) -> Answer:
    cells = event_cells(record, query)
    return Answer(f"events {query}", json.dumps(cells), tuple(each[0] for each in cells))


def _entries(record: Record, ids: str) -> Answer:
    """The entries of events, as the marks of a figure say them."""
    rows = tuple(ids.split())
    return Answer(f"entries {ids}", "\n".join(entry(record.event(name)) for name in rows), rows)


def _all_of_them(*tables: str) -> Callable[[Record, str], Answer]:
    """Everything that some tables hold: what a page asks that shows them whole."""

    def asked(record: Record, text: str) -> Answer:
        words = "".join(getattr(record, table).to_json(orient="split", date_format="iso") for table in tables)
        return Answer(f"{text}", words)

    return asked


def _claims_table(record: Record, query: str) -> Answer:
    rows = select_claims(record.judged, query)
    named = {name for names in rows["events"] for name in names}
    dates = [entry(record.event(name)) for name in sorted(named)]
    return Answer(f"claims {query}", rows.to_json(orient="split") + json.dumps(dates), tuple(rows["claim_id"]))


def _exercise(record: Record, ids: str) -> Answer:
    """Claims by their ids, with the entries of the events that they name."""
    judged = record.judged
    for claim_id in ids.split():
        if not (judged["claim_id"] == claim_id).any():
            raise QueryError(f"no claim {claim_id!r} in claims.csv")
    rows = judged[judged["claim_id"].isin(ids.split())]
    named = [record.event(name) for names in rows["events"] for name in names]
    dates = [f"{entry(event)} {wording.company(event)}" for event in named]
    return Answer(f"exercise {ids}", rows.to_json(orient="split") + json.dumps(dates), tuple(ids.split()))


def events_of_sources(record: Record) -> dict[str, list[tuple[str, str]]]:
    """For each source the events that rest on it: id and date."""
    found: dict[str, list[tuple[str, str]]] = {}
    for event in record.events[["event_id", "start", "end", "precision", "sources"]].to_dict("records"):
        for source in event["sources"]:
            found.setdefault(source, []).append((event["event_id"], wording.event_date(event)))
    return found


def _rests(record: Record, text: str) -> Answer:
    return Answer("rests", json.dumps(events_of_sources(record)))


def _columns(record: Record, table: str) -> Answer:
    return Answer(f"codebook {table}", json.dumps(table_fields(record.metadata, table), ensure_ascii=False))


def _tables(record: Record, text: str) -> Answer:
    described = record.metadata
    return Answer("tables", json.dumps([record.lengths, described["resources"], described["version"], described["created"], described["licenses"]], ensure_ascii=False))


def _drawing(record: Record, text: str) -> Answer:
    # Not at the top: matplotlib takes time to load, and a build in which no data changed does not need it.
    from rapprochement import chapter_figures
    from rapprochement.show import as_csv

    kind, _, query = text.partition(" ")
    parts = chapter_figures.FIGURES[kind](record, query, {})
    words = json.dumps([as_csv(parts["frame"]), str(parts["frame"].attrs), parts["alt"], parts["how"], record.metadata["version"]])
    rows = tuple(parts["frame"]["event_id"]) if "event_id" in parts["frame"] else ()
    return Answer(f"figure {text}", words, rows)


QUESTIONS: dict[str, Callable[[Record, str], Answer]] = {
    "count": count,
    "count-upper": _begins_sentence(count),
    "figures": figures,
    "share": share,
    "gap": gap,
    "fact": fact,
    "event": event,
    "verdict": verdict,
    "claims-count": claims_count,
    "claims-count-upper": _begins_sentence(claims_count),
    "claims-verdicts": claims_verdicts,
    "ledger": ledger,
    "events": _events_table,
    "claims": _claims_table,
    "exercise": _exercise,
    "codebook": _columns,
    "figure": _drawing,
    "entries": _entries,
    "chronicle": _all_of_them("events", "places"),
    "rests": _rests,
    "tables": _tables,
}


# The same in the other languages of the book, as "count@hy".
for each in wording.TONGUES.values():
    QUESTIONS |= translated.questions(each, answer)

# The questions whose answers hold columns of prose (:data:`rapprochement.data.files.WORDS`).
READ_WORDS = {"chronicle"}


# --- Facts -----------------------------------------------------------------------


def _dated(record: Record) -> pd.DataFrame:
    """Events whose day is known: one without says nothing about how far the record reaches."""
    return record.events[record.events["precision"] == "day"]


def _as_of(record: Record) -> Answer:
    dated = _dated(record)
    last = dated[dated["end"] == dated["end"].max()]
    return counted(last, "the last day in the data", "The end of the latest event whose day is known.", wording.day(last["end"].max()), "fact as-of")


def _first_date(record: Record) -> Answer:
    return counted(record.events.head(1), "the first day in the data", "The start of the earliest event.", wording.day(record.events["start"].min()), "fact first-date")


def _last_contact(record: Record) -> Answer:
    last = contacts(record.events).tail(1)
    return counted(last, "the last contact in the data", words=wording.event_date(last.iloc[0]), question="fact last-contact")


def _supported(record: Record, facet: str) -> Answer:
    """The share of the events that have a facet in which a source supports it."""
    judged = provenance.supported(record.events, record.evidence)
    judged = judged[judged["facet"] == facet]
    what = facet.replace("-", " ")
    told = f"of all events that have {what} to support: those in which a source supports the {what}"
    return share_of(judged[judged["supported"]], judged, told, "What each source supports stands in evidence.csv.", f"fact {facet}-supported")


# What a page may ask for by name: the words that are printed, or the answer with the rows behind it.
FACTS: dict[str, Callable[[Record], str | Answer]] = {
    "as-of": _as_of,
    "contacts": lambda record: count(record, "kind=contact"),
    "data-format": lambda record: str(FORMAT),
    "data-version": lambda record: record.metadata["version"],
    "data-date": lambda record: wording.day(pd.Timestamp(record.metadata["created"]).tz_localize(None)),
    "events": lambda record: count(record, "kind=any"),
    "evidence": lambda record: wording.number(len(record.evidence)),
    "first-date": _first_date,
    "last-contact": _last_contact,
    "outlets": lambda record: wording.number(len(record.outlets)),
    **{f"{facet}-supported": functools.partial(_supported, facet=facet) for facet in provenance.FACETS},
    "searches": lambda record: wording.number(len(record.searches)),
    "sources": lambda record: wording.number(len(record.sources)),
}


# --- What the answers share ------------------------------------------------------


def entry(row: pd.Series) -> str:
    """An event in a line: its date and title."""
    return f"{wording.event_date(row)}: {row['title']}"


def entry_in(code: str, record: Record, row: pd.Series) -> str:
    """An event in a line, in a language of the book."""
    return entry(row) if code == wording.ENGLISH else translated.entry(wording.tongue(code), record, row)


def _words_of(row: pd.Series, record: Record) -> dict[str, str]:
    words = {
        "date": wording.event_date(row),
        "day": wording.day_month(row["start"]),
        "start": wording.day(row["start"]),
        "end": wording.day(row["end"]),
        "month": f"{row['start']:%B %Y}",
        "year": f"{row['start']:%Y}",
        "place": record.place_name(row["place"]),
        "title": row["title"],
    }
    if pd.notna(row["article_start"]):
        words["article_date"] = wording.day(row["article_start"])
    return {key: text for key, text in words.items() if text}


def _ids(rows: Iterable) -> tuple[str, ...]:
    return tuple(rows["event_id"])
