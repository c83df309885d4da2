"""What pages remember of the data, and so which of them a build has to read or write again.

Sphinx goes by the times of files, and by configuration. Here each page also
remembers its own text, the questions that it asked with the digests of the
answers, and, if it is a notebook, the state of all that its run had used. What
pages print of each other (titles, numbers, citations) is remembered as well: a
page in which some of that changed is written again without being read.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from rapprochement import ask, record
from rapprochement.answer import Answer
from rapprochement.data.files import load_metadata
from rapprochement.query import QueryError
from rapprochement.run.notebooks import Used, hash_of_files
from rapprochement.wording import ENGLISH

# What Sphinx and sphinxcontrib-bibtex collect anew from all pages, whichever were read.
FROM_ALL_PAGES = {
    "env-get-updated": "sphinx.environment.collectors.toctree",
    "env-updated": "sphinxcontrib.bibtex",
}


# In the front matter of a page that is not in English.
LANGUAGE = re.compile(r"\A---\n(?:.*\n)*?language: ([a-z]{2})\n(?:.*\n)*?---\n")


@dataclass
class Memory:
    """Kept in the environment of Sphinx, by the names of pages."""

    package: str = ""
    data: str = ""
    facts: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    asked: dict[str, dict[tuple[str, str], str]] = field(default_factory=dict)
    notebooks: dict[str, Used] = field(default_factory=dict)
    figures: dict[str, set[str]] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, dict[str, Answer]] = field(default_factory=dict)  # that a reader may open, by their keys
    languages: dict[str, str] = field(default_factory=dict)  # of pages that are not in English, by their codes
    said: dict[str, dict[str, Answer]] = field(default_factory=dict)  # the numbers of such a page in its language, by their keys
    targets: dict[str, set[str]] = field(default_factory=dict)  # of all references of a page, which may print the names of what they lead to
    named: dict[str, dict[str, str]] = field(default_factory=dict)  # events that a page links to, each with the section that does so first


def begin(app: Sphinx) -> None:
    """Remember nothing of what another version of the package kept; Sphinx reads all pages then."""
    if getattr(of(app.env), "package", "") != app.config.rapprochement_fingerprint:
        app.env.rapprochement_memory = Memory(package=app.config.rapprochement_fingerprint)


def of(env: BuildEnvironment) -> Memory:
    if not hasattr(env, "rapprochement_memory"):
        env.rapprochement_memory = Memory()
    return env.rapprochement_memory


# --- While a page is read ----------------------------------------------------------


def remember(env: BuildEnvironment, name: str, text: str, answer: Answer) -> None:
    """Note that the page being read shows an answer."""
    of(env).asked.setdefault(env.docname, {})[name, text] = answer.digest


def remember_text(app: Sphinx, docname: str, source: list[str]) -> None:
    of(app.env).texts[docname] = _text_of(app.env, docname)
    if language := LANGUAGE.match(source[0]):
        of(app.env).languages[docname] = language[1]
    elif app.config.language != ENGLISH and any(Path(folder, app.config.language, "LC_MESSAGES", f"{docname}.po").is_file() for folder in app.config.locale_dirs):
        # A translator looks at a chapter; those without a catalogue stay as they are.
        of(app.env).languages[docname] = app.config.language


def language_of(env: BuildEnvironment, page: str) -> str:
    """The code of the language of a page, as its front matter says, or its catalogue where one looks at a translation; without either it is English."""
    return of(env).languages.get(page, ENGLISH)


def forget_page(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    memory = of(env)
    for kept in (memory.texts, memory.asked, memory.notebooks, memory.figures, memory.printed, memory.targets, memory.named, memory.numbers, memory.languages, memory.said):
        kept.pop(docname, None)
    env.rapprochement_shown_by = {kind: page for kind, page in getattr(env, "rapprochement_shown_by", {}).items() if page != docname}


# --- What has to be read again -----------------------------------------------------


def changed_pages(app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]) -> set[str]:
    """The pages whose own text or one of whose answers is another than when they were read."""
    memory = of(env)
    known = env.found_docs & set(env.all_docs)
    again = {page for page in known if memory.texts.get(page) != _text_of(env, page)}
    again |= {page for page in memory.notebooks if page in known and not memory.notebooks[page].holds(Path(app.srcdir))}
    if memory.data != app.config.rapprochement_data:
        only = ask.READ_WORDS if memory.facts == app.config.rapprochement_facts else ask.QUESTIONS
        asked = {
            page: {question: digest for question, digest in memory.asked.get(page, {}).items() if question[0] in only}
            for page in known - again
        }
        again |= _with_other_answers(record.load(app.srcdir), asked)
    env.temp_data["rapprochement_removed"] = bool(removed)
    return again


def _with_other_answers(known: record.Record, asked: dict[str, dict[tuple[str, str], str]]) -> set[str]:
    digests: dict[tuple[str, str], str | None] = {}

    def digest_now(question: tuple[str, str]) -> str | None:
        if question not in digests:
            try:
                digests[question] = ask.answer(known, *question).digest
            except QueryError:
                digests[question] = None  # reading the page will say what is wrong, and where
        return digests[question]

    return {page for page, questions in asked.items() if any(digest_now(each) != digest for each, digest in questions.items())}


def _text_of(env: BuildEnvironment, page: str) -> str:
    return hash_of_files([Path(env.doc2path(page))])


# --- What has to be written again --------------------------------------------------


def keep_what_holds(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Leave as it is what Sphinx counts anew in every build although no page was read: a third of a build with nothing new."""
    if docnames or env.temp_data.pop("rapprochement_removed", False) or of(env).data != app.config.rapprochement_data:
        return
    for event, module in FROM_ALL_PAGES.items():
        for listener in list(app.events.listeners[event]):
            if listener.handler.__module__ == module:
                app.disconnect(listener.id)


def pages_to_write(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """The pages that print something of other pages which has changed; the first page, if only the data did."""
    memory = of(env)
    now = _printed_of_others(env)
    again = [page for page, digest in now.items() if memory.printed.get(page) != digest]
    memory.printed = now
    if memory.data != app.config.rapprochement_data:
        memory.data, memory.facts = app.config.rapprochement_data, app.config.rapprochement_facts
        again.append(env.config.root_doc)
    return again


def _printed_of_others(env: BuildEnvironment) -> dict[str, str]:
    """For each page a digest of what it may print of others and of the data as a whole: titles, numbers, the version, the names of what it refers to, and the sources that it cites.

    The name of a figure is its caption, which may hold a number: so it concerns the pages alone that refer to it.
    """
    memory, labels = of(env), env.get_domain("std")
    described = load_metadata(Path(env.srcdir) / "data")
    shared = _digest(
        described["version"], described["created"],  # in every footer
        {page: (env.titles[page].astext(), env.tocs[page].astext()) for page in env.titles},
        env.toc_secnumbers, env.toc_fignumbers, labels.anonlabels,
        {label: place for label, (*place, _) in labels.labels.items()}, labels.data["objects"], labels.data["terms"],
        getattr(env, "rapprochement_shown_by", {}),
    )
    sources = env.get_domain("cite")
    entries = {citation.key: _digest(citation.citation_id, citation.formatted_entry.label, str(citation.formatted_entry.text), _plain(citation.entry)) for citation in sources.citations}
    cited: dict[str, set[str]] = {}
    for reference in sources.citation_refs:
        cited.setdefault(reference.docname, set()).update(target.key for target in reference.targets)
    listing = {key.docname for key in sources.bibliographies}
    return {
        # A list of sources also shows which pages cite them.
        page: _digest(shared, {target: labels.labels[target] for target in memory.targets.get(page, ()) if target in labels.labels}, (entries, cited) if page in listing else {key: entries.get(key) for key in cited.get(page, ())})
        for page in env.found_docs
    }


def _plain(entry) -> list:
    return [sorted(entry.fields.items()), [str(person) for persons in entry.persons.values() for person in persons]]


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(_in_order(parts)).encode()).hexdigest()


def _in_order(value: object) -> object:
    """A value in a form that is written the same each time."""
    if isinstance(value, dict):
        return sorted((str(key), _in_order(each)) for key, each in value.items())
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, value))
    return [_in_order(each) for each in value] if isinstance(value, (list, tuple)) else str(value)
