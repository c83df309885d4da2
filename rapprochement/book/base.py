"""What every role and directive shares that prints from the data."""

from __future__ import annotations

from collections.abc import Iterable

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from rapprochement import ask, record, translated, wording
from rapprochement.answer import Answer
from rapprochement.query import QueryError
from rapprochement.run import memory


class FromData:
    """Asks the data for its page, and stops the build when the data has no answer."""

    what: str  # "role" or "directive"

    @property
    def record(self) -> record.Record:
        return record.load(self.env.srcdir)

    def ask(self, name: str, text: str) -> Answer:
        """The answer to a question (:func:`rapprochement.ask.answer`) in the language of the page; the page is read again when it changes."""
        try:
            answer, name = self._asked(name, text)
        except QueryError as error:
            raise self.stop(error) from None
        memory.remember(self.env, name, text, answer)
        numbers_shown(self.env, [number.english or number for number in answer.numbers])
        if self.language != wording.ENGLISH:
            said_in_language(self.env, answer.numbers)
        return answer

    def _asked(self, name: str, text: str) -> tuple[Answer, str]:
        """The answer, and the name of the question in the language of the page."""
        if self.language == wording.ENGLISH:
            return ask.answer(self.record, name, text), name
        in_tongue = translated.in_tongue(name, self.language)
        try:
            return ask.answer(self.record, in_tongue, text), in_tongue
        except QueryError:
            if self.env.config.language == wording.ENGLISH:
                raise
            # Where a translator looks at a chapter, what its language cannot say yet is said in English.
            return ask.answer(self.record, name, text), name

    @property
    def language(self) -> str:
        """The code of the language of the page."""
        return memory.language_of(self.env, self.env.docname)

    def stop(self, reason: object) -> SystemExit:
        """Ends the build with one line; after an exception Jupyter Book would print seventy of its own calls."""
        source, line = self.get_source_info()
        return SystemExit(f"\n{source}:{line}: {self.name} {self.what}: {reason}")


class DataRole(FromData, SphinxRole):
    what = "role"


class DataDirective(FromData, SphinxDirective):
    what = "directive"

    def inline(self, text: str) -> list[nodes.Node]:
        """Parse a line of MyST, roles included."""
        holder = nodes.Element()
        self.state.nested_parse([text], self.content_offset, holder)
        return [child for paragraph in holder.children for child in paragraph.children]

    def citations(self, keys: list[str]) -> list[nodes.Node]:
        return self.inline("{cite}`" + ",".join(keys) + "`") if keys else []


def numbers_shown(env, numbers: Iterable[Answer]) -> None:
    """Note that the page being read prints numbers that a reader may open."""
    memory.of(env).numbers.setdefault(env.docname, {}).update({number.key: number for number in numbers if number.number})


def said_in_language(env, numbers: Iterable[Answer]) -> None:
    """Note what numbers are called in the language of the page being read, for their cards there."""
    memory.of(env).said.setdefault(env.docname, {}).update({number.key: number for number in numbers if number.number})


def row_reference(docname: str, kind: str, row_id: str, text: str, title: str) -> nodes.Node:
    """A link, still to be resolved, to where the pages show a row of the data."""
    return addnodes.pending_xref(
        "",
        nodes.inline(text, text, classes=[kind]),
        refdoc=docname,
        refdomain="",
        reftype=kind,
        reftarget=row_id,
        reftitle=title,
    )
