"""Sphinx extension: ties the prose of the book to the data, and is the one list of all that happens in a build.

The build checks the data folder before anything else and stops on a fault, so
bad data cannot be published; then it executes the notebooks that are not up to
date while Sphinx reads the other pages, and stops on a failing cell before any
page is written.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import rapprochement.run.lazily  # noqa: F401  (before all that names pandas)
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.util import logging

from rapprochement import record, typeface
from rapprochement.book import bibliography, chronicle, dial, directives, exercise, figures, ledger, openers, roles, taking
from rapprochement.data.check import find_faults
from rapprochement.data.files import DESCRIPTOR, facts_of_folder
from rapprochement.editions import data, downloads, latex, pdf
from rapprochement.editions.epub import offering
from rapprochement.editions.web import chronicle as web_chronicle
from rapprochement.editions.web import dial as web_dial
from rapprochement.editions.web import figures as web_figures
from rapprochement.editions.web import ledger as web_ledger
from rapprochement.editions.web import events, languages, line_breaks, not_found, numbers, pages, search, sitemap, sources
from rapprochement.editions.web import taking as web_taking
from rapprochement.editions.web import openers as web_openers
from rapprochement.editions.web import site as web_site
from rapprochement.run import memory, notebooks
from rapprochement.run.workplace import PDF, Workplace, stop

# In the _build folder: the fingerprints of the last data, and of its facts, that went well
# together with the checks, so that a build with nothing new does not check again.
REMEMBERED = ".data-found-valid"
# To share out fewer pages among cores costs more than it saves.
SIDE_BY_SIDE = 6
# What pages and PDF say of the book that stands in no chapter.
ABOUT = ("CITATION.cff", "LICENSE", "pyproject.toml")

CANNOT_WRITE = "the build cannot write: {reason}; the last book stands as it was"

logger = logging.getLogger(__name__)


def stop_on_faults(app: Sphinx, config: Config) -> None:
    """Check the data before Sphinx touches the last good build."""
    book = Path(app.srcdir)
    folder = book / "data"
    if not (folder / DESCRIPTOR).is_file():
        raise ConfigError(f"no {DESCRIPTOR} in {folder}")
    # A config value of kind "env" makes Sphinx read every page again when package or environment change.
    config.rapprochement_fingerprint = notebooks.fingerprint(notebooks.PACKAGE)
    # One of kind "html" has all pages written again; Sphinx copies style and scripts only then.
    about = notebooks.hash_of_files(book / name for name in ABOUT)
    assets = about + notebooks.fingerprint(book / "assets")
    # In a preview one page is enough for that, and to write the others for a line of style would take seconds.
    config.rapprochement_assets = "" if config.rapprochement_preview else assets
    config.rapprochement_static = assets
    # Of kind "": each page remembers what it asked of the data.
    config.rapprochement_data = notebooks.hash_of_files(path for path in folder.iterdir() if path.is_file())
    config.rapprochement_facts = facts_of_folder(folder)
    remembered = Path(app.outdir).parent / REMEMBERED
    data, facts = (config.rapprochement_fingerprint + state for state in (config.rapprochement_data, config.rapprochement_facts))
    found_valid = remembered.read_text().split() if remembered.is_file() else []
    if data not in found_valid:
        faults = find_faults(folder, verdicts=facts not in found_valid)
        if faults:
            stop("the data is at fault, nothing was built:", faults)
        remembered.parent.mkdir(parents=True, exist_ok=True)
        remembered.write_text(f"{data}\n{facts}\n")
    record.forget()


@contextlib.contextmanager
def _stopping_where_a_notebook_failed() -> Iterator[None]:
    try:
        yield
    except notebooks.NotebookError as error:
        stop("a notebook failed, nothing was built:", [error])


class Building:
    """One build of all editions: the hooks that need to know of each other."""

    def __init__(self) -> None:
        self.workplace = Workplace()
        self.execution = notebooks.Execution()
        self.read = 0

    def execute(self, app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
        """Begin to execute what may have changed, if a page is read at all, and read the notebooks last."""
        self.read = len(docnames)
        if docnames:
            typeface.file()  # else each kernel would cut it
            cache = Path(app.config.nb_execution_cache_path)
            self.execution.start(Path(app.srcdir), cache, app.config.nb_execution_timeout, logger.info)
            docnames.sort(key=lambda name: (name in self.execution.ready, name))
        else:
            logger.info("nothing was executed: %s unchanged", notebooks.counted(len(memory.of(env).notebooks)))

    def wait_before_notebook(self, app: Sphinx, docname: str, source: list[str]) -> None:
        self.execution.tell()
        if docname in self.execution.ready:
            with _stopping_where_a_notebook_failed():
                memory.of(app.env).notebooks[docname] = self.execution.used(docname)

    def wait(self, app: Sphinx, env: BuildEnvironment) -> None:
        with _stopping_where_a_notebook_failed():
            self.execution.end()

    def pages_to_write(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """The pages to be written besides those that were read; many at once are written on all cores.

        Jupyter Book has no option for that. Pages are read one after the other, as
        what they have in common would else depend on which is read first.
        """
        again = memory.pages_to_write(app, env)
        static, env.rapprochement_static = getattr(env, "rapprochement_static", ""), app.config.rapprochement_static
        if app.config.rapprochement_preview and static != app.config.rapprochement_static:
            again.append(app.config.root_doc)
        if app.config.rapprochement_preview == "whole" and not (self.workplace.last_site / PDF.name).is_file():
            again.append(app.config.root_doc)  # a preview left out what a book has, so there is something to do
        if again:
            self.workplace.open(app)  # before Sphinx keeps what it now knows
        if self.read + len(again) >= SIDE_BY_SIDE:
            app.parallel = os.cpu_count() or 1
        return again

    def finish(self, app: Sphinx, exception: Exception | None) -> None:
        """Publish the book if all of it is well; else leave the last one as it is."""
        if isinstance(exception, OSError):
            raise exception  # said in a line, as every other
        failed = exception or (app.keep_going and app._warncount)
        if not failed and self.workplace.is_open and app.builder.name == "html":
            self._make(app, self.workplace.site, self.workplace.last_site)
            if not app.config.rapprochement_preview:
                logger.info("The PDF edition is %s", self.workplace.folder / PDF)
        else:
            self.workplace.leave(app)

    def _make(self, app: Sphinx, site: Path, last: Path) -> None:
        """All that leaves: web pages with their files, downloads, PDF; then put it in place of the last book."""
        press = None if app.config.rapprochement_preview == "quick" else pdf.Press()
        if press:
            press.start(app, last)
        web_site.make(app, site, last)
        figures.copy_files(app, site)
        web_chronicle.write_table_script(app, site)
        web_dial.write_script(app, site, last)
        events.write(app, site, last)
        numbers.write_pages(app, site, last)
        data.write(app, site, last)
        pages.send_root_to_first_page(app, site)
        not_found.write(app, site)
        sitemap.write(app.config.html_baseurl, site)
        if press:
            downloads.write_downloads(app, site, last)
            press.deliver(app, site)
        offering.offer_or_withdraw(app, site, last)
        self.workplace.close(app)


# The module of sphinxext-opengraph that draws a card for each page. The book has
# one card for all, and loading matplotlib would take half a second of every build.
CARD_DRAWING = "sphinxext.opengraph._social_cards"

# The questions of rapprochement.ask whose answers are words in a sentence.
WORDS = ("count", "count-upper", "figures", "share", "gap", "fact", "claims-count", "claims-count-upper", "claims-verdicts")
ROLES = {
    "event": roles.RowRole("event", "event"),
    "verdict": roles.RowRole("verdict", "claim"),
    "ledger": openers.LedgerRole(),
    "take": taking.TakeRole(),
    **{name: openers.NumberRole(name) for name in WORDS},
}
DIRECTIVES = {
    "events": directives.EventsTable,
    "chronicle": chronicle.Chronicle,
    "figure-from-data": figures.FigureFromData,
    "codebook": directives.Codebook,
    "data-tables": taking.DataTables,
    "cite-the-data": taking.CiteTheData,
    "claims": ledger.ClaimsTable,
    "claims-filter": ledger.ClaimsFilter,
    "counting-dial": dial.CountingDial,
    "exercise": exercise.Exercise,
}
NODES = {
    figures.evidence_image: {
        "html": (web_figures.visit_image, web_figures.skip_image),
        "latex": (figures.visit_image_latex, None),
        "text": (figures.visit_image_text, None),
    },
    figures.download_link: {
        "html": (web_figures.visit_download, web_figures.depart_download),
        "latex": (figures.skip, None),
        "text": (figures.skip, None),
    },
    openers.opener: {
        "html": (web_openers.visit, web_openers.depart),
        "latex": (web_openers.words_alone, web_openers.words_alone),
        "text": (web_openers.words_alone, web_openers.words_alone),
    },
    taking.file_link: {
        "html": (web_taking.visit_file, web_taking.depart_file),
        "latex": (web_openers.words_alone, web_openers.words_alone),
        "text": (web_openers.words_alone, web_openers.words_alone),
    },
    taking.citable: {
        "html": (web_taking.visit_citable, web_taking.depart_citable),
        "latex": (figures.skip, None),
        "text": (figures.skip, None),
    },
    exercise.folded: {
        "html": (exercise.visit_folded, exercise.depart_folded),
        "latex": (exercise.skip, None),
        "text": (exercise.skip, None),
    },
    # The web edition puts something in their place; elsewhere nothing is to be said.
    **{form: {each: (figures.skip, None) for each in ("html", "latex", "text")} for form in (chronicle.chronicle_form, ledger.ledger_form, dial.dial_form)},
}
CONTENT = [
    ("config-inited", stop_on_faults),
    ("builder-inited", bibliography.keep_formatted),
    ("builder-inited", bibliography.tell_years_apart),
    ("source-read", memory.remember_text),  # the language of a page
    ("doctree-read", openers.find_paragraphs),
    ("missing-reference", roles.resolve_row),
]


def in_order(build: Building) -> list[tuple[str, Callable]]:
    """Everything that the book does in a build, in the order in which it happens."""
    return [
        ("config-inited", build.workplace.enter),
        ("config-inited", stop_on_faults),
        ("config-inited", downloads.demand_cache),
        ("config-inited", pages.follow_the_base_url),
        ("builder-inited", build.workplace.keep_pages_apart),
        ("builder-inited", search.replace_that_of_sphinx),
        ("builder-inited", memory.begin),
        ("builder-inited", bibliography.keep_formatted),
        ("builder-inited", bibliography.tell_years_apart),
        ("env-get-outdated", memory.changed_pages),
        ("env-purge-doc", memory.forget_page),
        ("env-before-read-docs", build.workplace.open_for_reading),
        ("env-before-read-docs", build.execute),
        ("env-before-read-docs", memory.keep_what_holds),
        ("source-read", memory.remember_text),
        ("source-read", build.wait_before_notebook),
        ("doctree-read", openers.find_paragraphs),
        ("doctree-read", downloads.offer_download),
        ("doctree-read", roles.remember_references),
        ("doctree-read", bibliography.name_by_key),
        ("env-updated", build.wait),
        ("env-get-updated", build.pages_to_write),
        ("write-started", build.workplace.open),
        ("missing-reference", roles.resolve_row),
        ("doctree-resolved", web_chronicle.fill),
        ("doctree-resolved", web_ledger.fill),
        ("doctree-resolved", web_dial.fill),
        ("doctree-resolved", latex.keep_on_page),
        ("doctree-resolved", pdf.translate),
        ("doctree-resolved", events.lead_to_pages),
        ("doctree-resolved", sources.show_what_rests),
        ("html-page-context", pages.describe),
        ("html-page-context", languages.tell),
        ("html-collect-pages", search.page),
        ("build-finished", figures.copy_for_latex),
        ("build-finished", latex.cut_fonts),
        ("build-finished", build.finish),
    ]


# All of ours comes after what Sphinx, the theme and other extensions do on the same event.
AFTER_OTHERS = 900


def _saying_what_cannot_be_written(act: Callable) -> Callable:
    """The hook, but a full disk or a folder without rights ends the build in one line; what it left, the next one clears away."""

    @functools.wraps(act)
    def hook(*arguments):
        try:
            return act(*arguments)
        except OSError as error:
            stop(CANNOT_WRITE.format(reason=_reason(error)))

    return hook


def _reason(error: OSError) -> str:
    """What the system refused, in a line, with the file if it is known: a disk that fills up while a file is written names none."""
    if isinstance(error, shutil.Error):  # of a folder that was copied; the first of its files says enough
        _, _, why = error.args[0][0]
        return str(why)
    return (error.strerror or str(error)) + (f" ({error.filename})" if error.filename else "")


def setup(app: Sphinx) -> dict:
    # A page is thousands of nodes that refer to each other and are kept to the end. With
    # Python's own threshold, looking for garbage among them takes a fifteenth of a build.
    gc.set_threshold(200_000, 20, 100)
    app.add_config_value("rapprochement_fingerprint", "", "env", str)
    app.add_config_value("rapprochement_assets", "", "html", str)
    app.add_config_value("rapprochement_static", "", "", str)
    app.add_config_value("rapprochement_data", "", "", str)
    app.add_config_value("rapprochement_facts", "", "", str)
    # True leaves executing to myst-nb and the pages as the themes make them:
    # what the benchmark compares this book with.
    app.add_config_value("rapprochement_content_only", False, "env", bool)
    # For rapprochement.run.preview: "quick" makes the pages alone, "whole" the rest as well; neither publishes.
    app.add_config_value("rapprochement_preview", "", "", str)
    bibliography.register()
    for name, role in ROLES.items():
        app.add_role(name, role)
    app.add_role_to_domain("glue", "text", openers.SaidRole(), override=True)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    for node, visitors in NODES.items():
        app.add_node(node, **visitors)
    hooks = CONTENT
    if not app.config.rapprochement_content_only:
        sys.modules.setdefault(CARD_DRAWING, SimpleNamespace(DEFAULT_SOCIAL_CONFIG={}, create_social_card=None))
        app.setup_extension("sphinxext.opengraph")
        app.setup_extension("sphinxcontrib.bibtex")
        app.add_domain(bibliography.Sources, override=True)
        app.add_post_transform(line_breaks.KeepStrokeWithName)
        hooks = in_order(Building())
    for event, act in hooks:
        app.connect(event, _saying_what_cannot_be_written(act), priority=AFTER_OTHERS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
