"""A figure of the book as a document node: picture, caption, alt text, data, downloads.

A figure arrives as a payload (see :func:`rapprochement.show.payload`)
from a notebook or from the directive ``figure-from-data``. Its files are kept
beside the doctrees, so that a page and its pictures live and die together, and
are copied to ``figures/`` of the output when the build ends.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from rapprochement import ask, record, translated, typeface, wording
from rapprochement.answer import Answer
from rapprochement.book.base import DataDirective, numbers_shown, said_in_language
from rapprochement.book.openers import NUMBER, opener
from rapprochement.book.taking import FIGURE, to_cite
from rapprochement.data.files import UTF8_WITH_MARK
from rapprochement.marks import Mark
from rapprochement.output_types import SHAPES
from rapprochement.query import QueryError
from rapprochement.run import memory
from rapprochement.style import for_download, for_print

EVENT = "event"
# What of a caption is no finding.
SUBTITLE = "subtitle"
FOLDER = "figures"
DRAWN = "figures-drawn"  # beside the doctrees: the pictures that are made from those


class evidence_image(nodes.General, nodes.Element):
    """The picture itself; attributes: name, alt, width and height in CSS pixels of both drawings, and what each mark opens.

    A mark opens a row (``(EVENT, its id)``) or a number with all its rows (``(NUMBER, its key)``).
    On a page in another language ``titles`` says what each is called.
    """


class download_link(nodes.General, nodes.Inline, nodes.TextElement):
    """A link to one of the files of a figure; attribute: filename."""


def store(env: BuildEnvironment, payload: dict) -> None:
    """Write the files of a figure of the page being read beside the doctrees."""
    folder = Path(env.doctreedir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    name = payload["name"]
    memory.of(env).figures.setdefault(env.docname, set()).add(name)
    files = {
        f"{name}.svg": payload["svg"],
        f"{name}.narrow.svg": payload["svg_narrow"],
        f"{name}.csv": payload["csv"],
    }
    for filename, content in files.items():
        path = folder / filename
        encoding = UTF8_WITH_MARK if path.suffix == ".csv" else "utf-8"
        if not path.is_file() or path.read_bytes() != content.encode(encoding):  # else it would be drawn again in other formats
            path.write_bytes(content.encode(encoding))


def drawing(env: BuildEnvironment, name: str, narrow: bool = False) -> str:
    """The SVG of a figure, as :func:`rapprochement.style.svg` gave it."""
    return (Path(env.doctreedir) / FOLDER / f"{name}{'.narrow' * narrow}.svg").read_text(encoding="utf-8")


def figure(env: BuildEnvironment, payload: dict, caption: list[nodes.Node], data_version: str) -> nodes.figure:
    """The figure node: picture, numbered caption, and the line with counting rule, rows and downloads.

    Of its shapes "brief" leaves the counting rule to print and to the page of all rows; "small" is brief, and always as
    narrow as on a phone; "in-margin" stands beside the paragraphs after it where a window has room there, else among them.
    """
    name, shape = payload["name"], payload["shape"]
    brief = shape in ("brief", "small")
    node = nodes.figure(classes=["evidence-figure", *([shape] if shape else [])], names=[name])
    opened = [_opened(env, payload, mark) for mark in payload["marks"]]
    rows = " ".join(dict.fromkeys(key for kind, key in opened if kind == EVENT))
    if rows:
        memory.remember(env, "entries", rows, ask.answer(record.load(env.srcdir), "entries", rows))
    node += evidence_image(name=name, alt=payload["alt"], wide=payload["size"], narrow=payload["size_narrow"], marks=opened)
    node += nodes.caption("", "", *caption)
    note = nodes.paragraph(classes=["figure-note"])
    hidden = ["print-only"] if brief else []
    note += nodes.inline("", f"How it is counted: {payload['how']} ", classes=["how", *hidden])
    note += nodes.inline("", f"Source: events.csv, version {data_version}. ", classes=hidden)
    rows = _rows(env, payload, *(("Counting rule and all ", " · ") if brief else ("All ", " as a list · ")))
    note += nodes.inline("", "", *rows, *_downloads(name, data_version, BRIEF if shape else LABELS), classes=["downloads"])
    node += nodes.legend("", note, to_cite(FIGURE, name))
    return node


def figure_in_language(env: BuildEnvironment, code: str, payload: dict, english: dict, caption: list[nodes.Node], data_version: str) -> nodes.figure:
    """The figure node of :func:`figure` in another language.

    english: the same figure in English. Marks lead to the pages of its numbers, which are in English; their names are those of *payload*.
    """
    known, tongue, name = record.load(env.srcdir), wording.tongue(code), payload["name"]
    node = nodes.figure(classes=["evidence-figure"], names=[name])
    opened = [_opened(env, english, mark) for mark in english["marks"]]
    titles = []
    for mark, (kind, key) in zip(payload["marks"], opened, strict=True):
        if kind == EVENT:
            titles.append(translated.entry(tongue, known, known.event(key)))
            continue
        number = memory.of(env).numbers[env.docname][key]
        said_in_language(env, [replace(number, told=mark["told"], rule=payload["how"], words=tongue.number(len(number.rows)))])
        titles.append(f"{tongue.capitalise(mark['told'])} ({tongue.number(len(mark['rows']))})")
    node += evidence_image(name=name, alt=payload["alt"], wide=payload["size"], narrow=payload["size_narrow"], marks=opened, titles=titles)
    node += nodes.caption("", "", *caption)
    labels = tongue.labels
    note = nodes.paragraph(classes=["figure-note"])
    note += nodes.inline("", f"{labels.how} {payload['how']} ", classes=["how"])
    note += nodes.Text(f"{labels.source.format(version=data_version)} ")
    rows = _counted(english)
    answer = _number(env, english, rows, english["what"])
    said_in_language(env, [replace(answer, told=payload["what"], rule=payload["how"], words=tongue.number(len(rows)))])
    before, _, after = labels.rows.partition("{count}")
    count = tongue.number(len(rows))
    links = [nodes.Text(before), opener(count, count, kind=NUMBER, key=answer.key), nodes.Text(f"{after} · ")]
    note += nodes.inline("", "", *links, *_downloads(name, data_version, {"csv": labels.data, "svg": labels.svg, "png": labels.png}), classes=["downloads"])
    node += nodes.legend("", note)
    return node


def titled(finding: list[nodes.Node], more: list[nodes.Node] | None = None) -> list[nodes.Node]:
    """A caption: the finding, which is the title, and what else is to be said."""
    return [*finding, *([nodes.Text(" "), nodes.inline("", "", *more, classes=[SUBTITLE])] if more else [])]


def _opened(env: BuildEnvironment, payload: dict, mark: Mark) -> tuple[str, str]:
    """What a mark opens: its one row, or the page of the number of its rows."""
    rows = tuple(mark["rows"])
    if len(rows) == 1:
        return EVENT, rows[0]
    return NUMBER, _number(env, payload, rows, mark["told"]).key


def _number(env: BuildEnvironment, payload: dict, rows: tuple[str, ...], told: str) -> Answer:
    question = f"figure {payload['name']} {told}"
    answer = Answer(question, wording.number(len(rows)), rows, told=told, rule=payload["how"], number=True)
    numbers_shown(env, [answer])
    return answer


def _counted(payload: dict) -> tuple[str, ...]:
    """All rows that a figure counts, without those that it only names beside."""
    return tuple(sorted({row for mark in payload["marks"] if not mark["beside"] for row in mark["rows"]}))


def _rows(env: BuildEnvironment, payload: dict, before: str, after: str) -> list[nodes.Node]:
    """A link to all rows that the figure shows, for whoever would rather read a list."""
    rows = _counted(payload)
    if not rows:
        return []
    answer = _number(env, payload, rows, payload["what"])
    count = f"{len(rows):,}"
    return [nodes.Text(before), opener(count, count, kind=NUMBER, key=answer.key), nodes.Text(after)]


LABELS = {"csv": "Data (CSV)", "svg": "Image (SVG)", "png": "Image (PNG)"}
BRIEF = {ending: ending.upper() for ending in LABELS}


def _downloads(name: str, data_version: str, labels: dict[str, str]) -> list[nodes.Node]:
    """Links under names that tell the version of the data, for a file that has left its page."""
    parts: list[nodes.Node] = []
    for suffix, label in labels.items():
        if parts:
            parts.append(nodes.Text(" · "))
        parts.append(download_link("", label, filename=f"{name}.{suffix}", saved_as=f"{name}-{data_version}.{suffix}"))
    return parts


def visit_image_latex(translator, node) -> None:
    translator.body.append(r"\noindent\sphinxincludegraphics[width=\linewidth]{{" + node["name"] + "}.pdf}\n")
    raise nodes.SkipNode


def visit_image_text(translator, node) -> None:
    translator.add_text(f"[{node['alt']}]")
    raise nodes.SkipNode


def skip(translator, node) -> None:
    raise nodes.SkipNode


def copy_files(app: Sphinx, site: Path) -> None:
    """Put the files of the figures that pages show into the site; the pictures in another format are drawn here."""
    kept, drawn, target = Path(app.doctreedir) / FOLDER, Path(app.doctreedir) / DRAWN, site / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    names = sorted(set().union(*memory.of(app.env).figures.values()))
    _convert({kept / f"{name}.svg": drawn / f"{name}.png" for name in names})
    for name in names:
        shutil.copyfile(kept / f"{name}.csv", target / f"{name}.csv")
        (target / f"{name}.svg").write_text(for_download(drawing(app.env, name)), encoding="utf-8")
        shutil.copyfile(drawn / f"{name}.png", target / f"{name}.png")


def copy_for_latex(app: Sphinx, exception: Exception | None) -> None:
    """Draw the figures as PDF beside the LaTeX text."""
    if exception or app.builder.format != "latex":
        return
    for path in sorted((Path(app.doctreedir) / FOLDER).glob("*.svg")):
        if not path.stem.endswith(".narrow"):
            _convert({path: Path(app.outdir) / f"{path.stem}.pdf"})


def _convert(targets: dict[Path, Path]) -> None:
    """Draw SVGs of ours as PNG, or one as PDF; those are skipped whose target is newer.

    Typst is there for the PDF edition anyway and draws vectors exactly. Each is a page
    of one document, as most of the time goes into reading the fonts.
    """
    import typst

    due = [(svg, target) for svg, target in targets.items() if not target.is_file() or target.stat().st_mtime < svg.stat().st_mtime]
    if not due:
        return
    pictures = "\n#pagebreak()\n".join(f'#image(bytes(sys.inputs.at("{number}")), format: "svg")' for number in range(len(due)))
    drawn = typst.compile(
        f"#set page(width: auto, height: auto, margin: 0pt)\n{pictures}\n".encode(),
        format=due[0][1].suffix[1:],
        ppi=192.0,
        font_paths=[typeface.file().parent],
        ignore_system_fonts=True,
        sys_inputs={str(number): for_print(svg.read_text(encoding="utf-8")) for number, (svg, _) in enumerate(due)},
    )
    for (_, target), content in zip(due, drawn if isinstance(drawn, list) else [drawn], strict=True):
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)


def _shape(argument: str) -> str:
    return directives.choice(argument, SHAPES)


class FigureFromData(DataDirective):
    """``figure-from-data``: a figure of :mod:`chapter_figures`.

    Argument: its name there. Options: ``query``, ``name`` (both required),
    ``named``: events to be named in it, as :func:`chapter_figures.names_in` reads them, and
    ``shape``, one of :data:`rapprochement.output_types.SHAPES`. Content: the caption, which is the finding; after
    an empty line what else is to be said.
    On a page in another language ``of``, the name of the same figure in English, is required too.
    """

    required_arguments = 1
    has_content = True
    option_spec = {"query": directives.unchanged_required, "name": directives.unchanged_required, "named": directives.unchanged_required, "shape": _shape, "of": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        # Not at the top: matplotlib takes time to load, and a build that draws nothing does not need it.
        from rapprochement import chapter_figures, show

        kind = self.arguments[0]
        # Where a translator looks at a chapter, its figures stay English.
        in_english = wording.ENGLISH == self.language or self.env.config.language != wording.ENGLISH
        missing = [what for what in ("query", "name", *(() if in_english else ("of",))) if what not in self.options]
        if kind not in chapter_figures.FIGURES or missing or not self.content:
            problem = f"lacks {', '.join(missing) or 'a caption'}" if kind in chapter_figures.FIGURES else "is unknown"
            raise self.stop(f"figure {kind!r} {problem}")
        self.ask("figure", f"{kind} {self.options['query']}")
        names = chapter_figures.names_in(self.options.get("named", ""))
        for event_id in names:
            self.ask("event", event_id)
        # Of the English figure another language needs the marks alone, so it is drawn once for all of them, whatever its events are called.
        drawn = names if in_english else {event_id: str(place) for place, event_id in enumerate(names)}
        try:
            parts = chapter_figures.FIGURES[kind](self.record, self.options["query"], drawn)
        except QueryError as error:
            raise self.stop(error) from None
        if not in_english:
            return [self._in_language(kind, names, parts)]
        payload = show.payload(parts.pop("draw"), parts.pop("frame"), name=self.options["name"], shape=self.options.get("shape", ""), **parts)
        store(self.env, payload)
        node = figure(self.env, payload, self.caption(), self.record.metadata["version"])
        self.state.document.note_explicit_target(node)
        return [node]

    def caption(self) -> list[nodes.Node]:
        return titled(*(self.inline(" ".join(part.split("\n"))) for part in "\n".join(self.content).split("\n\n", 1)))

    def _in_language(self, kind: str, names: dict[str, str], english: dict) -> nodes.Node:
        """The figure in the language of the page; *english* has the parts of the English one."""
        from rapprochement import show

        try:
            parts = translated.in_language(wording.tongue(self.language), self.record, kind, self.options["query"], names)
        except QueryError as error:
            raise self.stop(error) from None
        original = show.payload(english.pop("draw"), english.pop("frame"), name=self.options["of"], **english)
        payload = show.payload(parts.pop("draw"), parts.pop("frame"), name=self.options["name"], **parts)
        store(self.env, payload)
        rows = " ".join(dict.fromkeys(row for mark in original["marks"] if len(mark["rows"]) == 1 for row in mark["rows"]))
        if rows:
            self.ask("entries", rows)
        node = figure_in_language(self.env, self.language, payload, original, self.caption(), self.record.metadata["version"])
        self.state.document.note_explicit_target(node)
        return node
