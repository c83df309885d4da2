"""The PDF edition, opened and counted; and the LaTeX way where TeX is installed."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from string import punctuation
from types import SimpleNamespace
from urllib.parse import quote, unquote, urldefrag, urljoin

import page
import pikepdf
import pypdfium2
import pytest
import typst
import yaml
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from rapprochement.book.chronicle import PRINTED_WHOLE, Chronicle
from rapprochement.editions.pdf import Press, translate
from rapprochement.editions.pdf.typesetter import Typesetter, text

NAME = "rapprochement-in-evidence.pdf"
PARTS = 8


@pytest.fixture(scope="module")
def pdf_path(built_book: Path) -> Path:
    return built_book / "pdf" / NAME


@pytest.fixture(scope="module")
def pdf(pdf_path: Path):
    with pikepdf.open(pdf_path) as document:
        yield document


def structure(pdf: pikepdf.Pdf) -> list[tuple[str, pikepdf.Object]]:
    """The structure tree in reading order: standard type and element."""
    roles = {str(key): str(value) for key, value in pdf.Root.StructTreeRoot.get("/RoleMap", {}).items()}
    found = []

    def walk(element):
        if isinstance(element, pikepdf.Array):
            for child in element:
                walk(child)
        elif isinstance(element, pikepdf.Dictionary):
            if "/S" in element:
                kind = str(element.S)
                found.append((roles.get(kind, kind).lstrip("/"), element))
            if "/K" in element and element.get("/Type") not in ("/MCR", "/OBJR"):
                walk(element.K)

    walk(pdf.Root.StructTreeRoot.K)
    return found


@pytest.fixture(scope="module")
def tags(pdf) -> list[tuple[str, pikepdf.Object]]:
    return structure(pdf)


def text_of(path: Path) -> str:
    """Everything that can be copied out of a PDF."""
    return "\n".join(sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(path))


@pytest.fixture(scope="module")
def words(pdf_path: Path) -> str:
    return text_of(pdf_path)


@pytest.fixture()
def leaflet(root: Path, tmp_path: Path):
    """Sets a text as a book of one page, on the way that the book goes; gives the path of its PDF."""
    for needed in ("CITATION.cff", "data", "assets/fonts"):
        (tmp_path / needed).parent.mkdir(exist_ok=True)
        (tmp_path / needed).symlink_to(root / needed)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    last, site = tmp_path / "_build" / "last", tmp_path / "_build" / "site"

    def set_leaflet(markdown: str) -> Path:
        (tmp_path / "page.md").write_text(markdown, encoding="utf-8")
        build_folder = tmp_path / "_build"
        app = Sphinx(
            tmp_path, None, build_folder / "html", build_folder / ".doctrees", "html", status=None, warning=io.StringIO(),
            confoverrides={
                "extensions": ["myst_parser", "sphinx_external_toc"],
                "exclude_patterns": ["assets", "data", "_build"],
                "html_theme": "basic",
            },
        )  # fmt: skip
        app.add_config_value("rapprochement_preview", "", "", str)
        app.connect("doctree-resolved", translate)
        app.build()
        if site.exists():
            shutil.rmtree(last, ignore_errors=True)
            site.rename(last)
        site.mkdir()
        press = Press()
        press.start(app, last)
        press.deliver(app, site)
        return site / NAME

    return set_leaflet


@pytest.fixture(scope="module")
def articles(built_book: Path, root: Path) -> dict[str, BeautifulSoup]:
    """The article of each web page that is a chapter, by the address of its page."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [toc["root"], *(chapter["file"] for part in toc["parts"] for chapter in part["chapters"])]
    pages = {f"{file}.html": (built_book / "html" / f"{file}.html").read_text(encoding="utf-8") for file in files}
    return {name: BeautifulSoup(text, "html.parser").select_one("article.bd-article") for name, text in pages.items()}


def web(articles: dict[str, BeautifulSoup], selector: str) -> list:
    """What a reader of the web pages sees of one kind, screen-only parts aside."""
    return [node for article in articles.values() for node in article.select(selector) if not node.find_parent(class_="screen-only")]


def test_the_pdf_is_offered_beside_the_pages(built_book, pdf_path):
    assert (built_book / "html" / NAME).read_bytes() == pdf_path.read_bytes()


def test_every_chapter_is_in_the_outline_in_order(pdf, articles):
    def titles(items):
        return [title for item in items for title in (item.title, *titles(item.children))]

    with pdf.open_outline() as outline:
        listed = iter([re.sub(r"^[\d.]+ ", "", title) for title in titles(outline.root)])
    for article in articles.values():
        title = "".join(article.h1.find_all(string=True, recursive=False)).strip()
        assert title in listed, f"{title!r} is missing from the outline, or out of order"


def test_viewers_count_the_pages_as_they_are_numbered(pdf):
    first = pdf.Root.PageLabels.Nums
    assert list(first)[0] == 0 and list(first)[1].S == "/D"


def test_every_section_is_a_heading(tags, articles):
    headings = sum(1 for kind, _ in tags if re.fullmatch(r"H\d", kind))
    front = 2  # about this edition, contents
    assert headings == len(web(articles, "h1, h2, h3, h4, h5")) + PARTS + front


def test_every_figure_is_there_with_its_alt_text(tags, articles):
    expected = Counter(" ".join(drawing["aria-label"].split()) for drawing in web(articles, "svg.drawing.wide"))
    alts = Counter(" ".join(str(element.Alt).split()) for kind, element in tags if kind == "Figure")
    assert alts == expected
    assert all(expected)


def test_figures_are_vectors(pdf):
    pixels = [name for sheet in pdf.pages for name, image in sheet.get_images().items()]
    assert not pixels


def test_every_table_has_heads(tags, articles):
    tables = [element for kind, element in tags if kind == "Table"]
    assert len(tables) == len(web(articles, "table"))
    for table in tables:
        assert any(child.S == "/THead" for child in table.K if isinstance(child, pikepdf.Dictionary))


def test_every_footnote_is_there(tags, articles):
    assert sum(1 for kind, _ in tags if kind == "Note") == len(web(articles, "aside.footnote"))


def test_footnotes_are_at_the_foot_of_the_page(leaflet):
    """On a page of its own, for the book may do without footnotes."""
    path = leaflet("# A leaflet\n\nFirst,[^a] second,[^b] first again.[^a]\n\n[^a]: One note.\n[^b]: Another note.\n")
    with pikepdf.open(path) as document:
        assert sum(1 for kind, _ in structure(document) if kind == "Note") == 2
    *_, sheet = pypdfium2.PdfDocument(path)
    for note in ("One note.", "Another note."):
        place, length = sheet.get_textpage().search(note).get_next()
        assert length == len(note)
        assert sheet.get_textpage().get_charbox(place)[3] < sheet.get_height() / 4  # measured from the bottom


def test_links_are_those_of_the_pages(pdf, tags, articles, events):
    """Each link within the book and out of it, save those that only a screen needs; what leads to an event's page leads to the chronicle."""
    # On the web the sources of an event stand on its own page.
    inside, outside = events["sources"].map(len).sum(), Counter()
    for address, article in articles.items():
        for link in article.select("a[href]:not(.headerlink, .footnote-reference, [role=doc-backlink], [download], .number, .paragraph, .figure-mark)"):
            if link.find_parent(class_=["screen-only", "toctree-wrapper", "downloads", "backrefs", "notebook-downloads", "chronicle", "rests"]):
                continue
            target, _ = urldefrag(urljoin(address, unquote(link["href"])))
            target = target.partition("?")[0]
            if target in articles or target.startswith("events/"):
                inside += 1
            else:
                outside[quote(unquote(link["href"]), safe=punctuation)] += 1
    goals = [annotation.A for sheet in pdf.pages for annotation in sheet.get("/Annots", []) if "/A" in annotation]
    addresses = {quote(unquote(str(goal.URI)), safe=punctuation) for goal in goals if goal.S == "/URI"}
    assert set(outside) <= addresses
    contents, lists_of_the_parts, licence = len(articles) + PARTS, len(articles) - 1, 1
    printed = sum(1 for kind, _ in tags if kind == "Link")
    assert printed == inside + outside.total() + contents + lists_of_the_parts + licence


def test_nothing_is_unresolved(words):
    assert "??" not in words
    assert "�" not in words


def fonts(document: pikepdf.Pdf) -> dict[str, pikepdf.Object]:
    """The fonts of all pages by their names, each without the prefix of its subset."""
    found = [font for sheet in document.pages for font in sheet.resources.get("/Font", {}).values()]
    return {str(font.BaseFont).partition("+")[2]: font for font in found}


def empty_boxes(document: pikepdf.Pdf) -> int:
    """How many glyphs of all pages are the one that stands for a letter the font does not have."""
    shown = [
        part
        for sheet in document.pages
        for operands, operator in pikepdf.parse_content_stream(sheet, "Tj TJ")
        for part in (operands[0] if str(operator) == "TJ" else operands)
        if isinstance(part, pikepdf.String)
    ]
    assert shown
    # In these fonts a glyph is two bytes, and the empty box is glyph 0.
    return sum(glyphs[i : i + 2] == b"\0\0" for glyphs in map(bytes, shown) for i in range(0, len(glyphs), 2))


def test_all_letters_have_shapes(pdf):
    for name, font in fonts(pdf).items():
        assert font.Encoding == "/Identity-H", name
        assert {"/FontFile2", "/FontFile3"} & set(font.DescendantFonts[0].FontDescriptor.keys()), name
        assert "/ToUnicode" in font, name
    assert empty_boxes(pdf) == 0


SCRIPTS = {
    "Armenian": ("Երևան", "NotoSerifArmenian"),
    "Georgian": ("თბილისი", "NotoSerifGeorgian"),
    "Cyrillic": ("Сергей", "SourceSerif4"),
    "Azerbaijani": ("Şəmkir", "SourceSerif4"),
    "Turkish": ("Iğdır", "SourceSerif4"),
}


@pytest.mark.parametrize("script", ["Armenian", "Cyrillic", "Latin of Azerbaijani and Turkish"])
def test_names_can_be_copied_in_their_own_script(words, script):
    letters = {"Armenian": "[Ա-և]{4}", "Cyrillic": "[А-я]{4}", "Latin of Azerbaijani and Turkish": "[əıĞğŞşİ]"}
    assert re.search(letters[script], words)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_name_is_set_in_a_face_of_its_script(leaflet, script):
    name, face = SCRIPTS[script]
    path = leaflet(f"# A leaflet\n\nA name: {name}, and **{name}**.\n")
    with pikepdf.open(path) as document:
        assert any(font.startswith(face) for font in fonts(document))
    assert text_of(path).count(name) == 2


def test_a_letter_that_no_font_has_stops_the_build(leaflet):
    with pytest.raises(ExtensionError, match="Ꮳ"):
        leaflet("# A leaflet\n\nThe Cherokee write ᏣᎳᎩ.\n")


def test_the_imprint_names_version_and_licence(words, root):
    version = re.search(r'"version": "([^"]+)"', (root / "data/datapackage.json").read_text(encoding="utf-8"))[1]
    assert f"version {version}" in words
    assert "Creative Commons Attribution 4.0" in words


def test_every_event_is_in_the_chronicle(words, events):
    letters = re.sub(r"\W+", "", words)  # lines break within words, quotes are curled
    missing = [event.event_id for event in events.itertuples() if re.sub(r"\W+", "", event.title) not in letters]
    assert not missing


def test_language_and_title_are_declared(pdf):
    assert str(pdf.Root.Lang).startswith("en")
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert pdf.Root.MarkInfo.Marked


def test_first_checker_finds_pdf_ua_1(pdf_path):
    result = page.validate_pdf(str(pdf_path), profile="ua1")
    assert result.is_compliant, [failure.message for failure in result.failures]


def test_second_checker_finds_nothing(pdf_path):
    result = subprocess.run([sys.executable, "-m", "pdfua", "check", str(pdf_path)], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


@pytest.fixture()
def settings_counted(monkeypatch) -> list:
    """Grows by one each time that Typst sets a PDF."""
    counted = []
    compile_one = typst.compile
    monkeypatch.setattr(typst, "compile", lambda *given, **named: counted.append(given) or compile_one(*given, **named))
    return counted


def test_what_has_changed_is_set_again_and_nothing_else(leaflet, settings_counted):
    first = leaflet("# A leaflet\n\nOld words.\n").read_bytes()
    assert leaflet("# A leaflet\n\n% a remark for authors\n\nOld words.\n").read_bytes() == first
    assert len(settings_counted) == 1
    assert "New words" in text_of(leaflet("# A leaflet\n\nNew words.\n"))
    assert len(settings_counted) == 2


def test_the_same_text_set_again_gives_the_same_bytes(leaflet, settings_counted):
    """For the whole book two builds are compared (book/test_reproducible.py)."""
    path = leaflet("# A leaflet\n\nThe same words.\n")
    first = path.read_bytes()
    path.unlink()  # else it need not be set again
    assert leaflet("# A leaflet\n\nThe same words.\n").read_bytes() == first
    assert len(settings_counted) == 2


@pytest.fixture()
def typesetter() -> Typesetter:
    """A typesetter for a page of its own; of Sphinx it needs the name of the page's file alone."""
    app = SimpleNamespace(env=SimpleNamespace(doc2path=lambda page, base: f"{page}.md"))
    return Typesetter(app, "chapters/x", Path())


def document(*content: nodes.Node) -> nodes.document:
    return nodes.document(None, None, "", *content)


@pytest.mark.parametrize("length, whole", [(PRINTED_WHOLE, True), (PRINTED_WHOLE + 1, False)])
def test_a_very_long_chronicle_is_printed_without_what_stands_below_the_titles(typesetter, events, length, whole):
    event = events.iloc[0]
    directive = SimpleNamespace(record=SimpleNamespace(events=range(length)), citations=lambda keys: [])
    markup = typesetter.markup(document(*Chronicle._account(directive, event)))
    assert text(event["title"]) in markup
    assert (text(event["summary"]) in markup) == whole
    assert ("Confidence" in markup) == whole


def test_an_unknown_element_stops_the_build_and_is_named(leaflet):
    with pytest.raises(ExtensionError, match=r"page\.md:5: .* math_block"):
        leaflet("# A leaflet\n\nA formula:\n\n```{math}\na = b\n```\n")


def test_html_for_the_screen_must_say_so(typesetter):
    assert typesetter.markup(document(nodes.raw("", "<button>", format="html", classes=["screen-only"]))) == ""
    with pytest.raises(ExtensionError, match="screen-only"):
        typesetter.markup(document(nodes.raw("", "<button>", format="html")))


@pytest.mark.skipif(not shutil.which("xelatex"), reason="no xelatex on this machine: the LaTeX way was NOT tested")
def test_the_latex_way_works_too(build, root, tmp_path):
    book = tmp_path / "book"
    shutil.copytree(root, book, ignore=shutil.ignore_patterns("_build", ".git", ".venv"))
    result = build(book, "--builder", "pdflatex")
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-1000:]
    log = (book / "_build/latex/rapprochement-in-evidence.log").read_text(encoding="utf-8", errors="replace")
    for fault in ("Missing character", "There were undefined references", "multiply-defined", "\n! "):
        assert fault not in log
    with pikepdf.open(book / "_build/latex" / NAME) as document:
        assert not [name for sheet in document.pages for name in sheet.get_images()]


def lines_of(sheet) -> list[str]:
    """The lines of a page from top to bottom, less running head and folio."""
    page_text = sheet.get_textpage()
    lines = [line.strip() for line in page_text.get_text_range().splitlines()]
    return [line for line in lines if line and not line.isdigit()][1:]


def test_no_page_holds_a_heading_or_a_few_lines_only(pdf_path):
    """Pages of parts list the chapters that follow; cover and imprint are what they are."""
    document = pypdfium2.PdfDocument(pdf_path)
    parts = {item.get_dest().get_index() for item in document.get_toc() if item.level == 0}
    few = {}
    for number, sheet in enumerate(document):
        lines = lines_of(sheet)
        if number not in parts and number > 2 and len(lines) < 6:
            few[number + 1] = lines
    assert few == {}


def test_no_table_is_parted_by_a_figure(pdf_path):
    """A table that goes on repeats its head at the top of the next page; below its first part stands no figure."""
    pages = [lines_of(sheet) for sheet in pypdfium2.PdfDocument(pdf_path)]
    parted = []
    for number, (lines, following) in enumerate(zip(pages, pages[1:]), start=1):
        head = following[0] if following else ""
        if len(head.split()) > 1 and head in lines and any(line.startswith("How it is counted") for line in lines[lines.index(head) :]):
            parted.append(f"{number}: {head}")
    assert parted == []


def test_figures_are_set_in_the_sans_of_the_book(pdf):
    names = fonts(pdf)
    assert not [name for name in names if name.startswith("DejaVuSans") and "Mono" not in name]
    assert any("SourceSans3" in name for name in names)
