"""Whatever machine, folder or Python: the book is built, or one line says what to do."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, Table

from rapprochement.__main__ import main
from rapprochement.run import plainly

# A shell, make and Python each read some of these as their own.
HOSTILE_FOLDER = "Աղդամ (Akna) it's $HOME & more"


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "PYTHON"))}
    return subprocess.run(["make", "--no-print-directory", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture()
def folder(tmp_path) -> Path:
    """The makefile in a folder that is hard to name, with commands in its environment that say how they were called."""
    folder = tmp_path / HOSTILE_FOLDER
    commands = folder / ".venv" / "bin"
    commands.mkdir(parents=True)
    (folder / "chapters").mkdir()
    shutil.copytree(ROOT / ".ci", folder / ".ci")
    for name in ("Makefile", "requirements.txt", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "requirements.txt", folder / "tests")
    for name in ("python", "jupyter", "jupyter-book", "pre-commit"):
        command = commands / name
        command.write_text(f'#!/bin/sh\ncase "$1" in .ci/*) exec "{sys.executable}" "$@";; esac\necho "called: {name} $*"\necho "config: $JUPYTER_CONFIG_PATH"\n')
        command.chmod(0o755)
    for stamp in ("book", "test", "lab"):
        (folder / ".venv" / stamp).touch()
    return folder


@pytest.mark.parametrize("target", ["book", "pdf", "notebooks", "lab", "check", "tidy", "test", "quick", "chromium", "clean", "help", "install-locked", "bench"])
def test_every_target_works_in_a_folder_of_any_name(folder, target):
    result = make(folder, target)
    assert (result.returncode, result.stderr) == (0, "")
    if target in ("book", "pdf"):
        assert f"{folder}/_build/" in result.stdout
    if target == "lab":
        assert f"config: {folder}/.jupyter" in result.stdout
    if target != "clean":
        assert (folder / ".venv" / "bin" / "python").is_file()


def test_lint_without_a_clone_says_what_it_needs(folder):
    result = make(folder, "lint")
    assert result.returncode != 0
    assert "this folder is no clone: run git init" in result.stderr


def an_old_python(folder: Path) -> Path:
    old = folder / "old python3"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    return old


@pytest.mark.parametrize("python", ["an old one", "none"])
def test_a_python_that_is_too_old_or_missing_is_told_with_the_mend(folder, python):
    shutil.rmtree(folder / ".venv")
    command = an_old_python(folder) if python == "an old one" else folder / "nowhere"
    result = make(folder, "book", f"PYTHON={command}")
    assert result.returncode != 0
    told = [line for line in result.stderr.splitlines() if "***" not in line]
    assert len(told) == 1 and "needs Python 3.11 or newer" in told[0] and "make book PYTHON=python3.12" in told[0]
    assert not (folder / ".venv").exists(), "nothing is left that would hinder the next try"


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Path:
    """A real environment, with pip."""
    folder = tmp_path_factory.mktemp("made") / "first place"
    subprocess.run([sys.executable, "-m", "venv", folder / ".venv"], check=True)
    return folder / ".venv"


def judged(environment: Path) -> str:
    return subprocess.run([environment / "bin" / "python", ROOT / ".ci" / "environment.py"], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.thorough
def test_an_environment_knows_where_it_may_serve(environment, tmp_path):
    assert judged(environment) == ""
    moved = tmp_path / "another place" / ".venv"
    shutil.copytree(environment, moved, symlinks=True)
    assert judged(moved) == "was made in another folder", "else it would build the book of the first folder"
    shutil.rmtree(next(moved.glob("lib/python*/site-packages/pip")))
    assert judged(moved) == "has no pip"


@pytest.mark.thorough
def test_an_environment_that_lost_its_python_is_made_anew(folder):
    shutil.rmtree(folder / ".venv")
    commands = folder / ".venv" / "bin"
    commands.mkdir(parents=True)
    (commands / "python").symlink_to("/nowhere/python3")
    (folder / ".venv" / "book").touch()
    result = make(folder, ".venv/bin/python", f"PYTHON={sys.executable}")
    assert result.returncode == 0, result.stderr
    assert ".venv has no Python that runs; it is made anew" in result.stdout
    assert judged(folder / ".venv") == "" and not (folder / ".venv" / "book").exists()


# ---- A folder that is no book ---------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "tidy", "freeze", "build", "notebooks"])
def test_outside_the_book_each_command_says_so_in_a_line(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main([command]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    first = said.err.splitlines()[0]
    assert "go to the folder of the book" in first or "go to that folder" in first or "name the data folder" in first
    assert str(tmp_path) in first or "in data" in first
    assert not list(tmp_path.iterdir()), "and leaves nothing there"


@pytest.mark.parametrize(
    ("named", "says"),
    [("chapters/one", None), ("chapters/one.md", None), ("chapters/nobody", "there is no chapters/nobody.md"), ("chapters/nobody.md", "there is no chapters/nobody.md"), ("[", "cannot be read")],
)
def test_a_table_of_contents_may_name_endings_and_a_missing_page_is_told(tmp_path, named, says):
    (tmp_path / "chapters").mkdir()
    for name in ("root", "one"):
        (tmp_path / "chapters" / f"{name}.md").touch()
    (tmp_path / "_toc.yml").write_text(f"format: jb-book\nroot: chapters/root\nparts:\n- caption: A\n  chapters:\n  - file: {named}\n")
    reason = plainly.missing_page(tmp_path)
    assert reason is None if says is None else says in reason


def test_the_markup_of_the_pdf_takes_a_page_in_under_either_name(tmp_path):
    from types import SimpleNamespace

    from rapprochement.editions import pdf

    app = SimpleNamespace(doctreedir=str(tmp_path))
    (pdf.folder(app) / "chapters").mkdir(parents=True)
    (pdf.folder(app) / "chapters" / "one.typ").touch()
    assert pdf.page_markup(app, "chapters/one.md") == pdf.page_markup(app, "chapters/one")


def test_a_folder_that_cannot_be_written_is_told_before_the_build(tmp_path, monkeypatch):
    for name in plainly.MAKE_A_BOOK:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    locked = tmp_path / "_build" / "html"
    locked.mkdir(parents=True)
    assert plainly.hindrance(tmp_path) is None
    # Root, who may run the tests, may write anywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != locked)
    assert f"cannot write into {locked}" in plainly.hindrance(tmp_path)


# ---- The build's own words ------------------------------------------------------------------


def test_a_piped_build_has_no_colours_and_a_failure_no_traceback(tmp_path):
    book = tmp_path / "book"
    shutil.copytree(ROOT, book, ignore=shutil.ignore_patterns(".git", ".venv", "_build", "tests", ".hypothesis"))
    table = Table(book / "data" / "events.csv")
    table[2, "kind"] = "party"
    table.save()
    command = [sys.executable, "-m", "rapprochement", "build"]
    result = subprocess.run(command, cwd=book, env={**os.environ, "PYTHONPATH": str(book)}, capture_output=True, text=True, timeout=120)
    said = result.stdout + result.stderr
    assert result.returncode != 0 and "events.csv, row 2, column kind (E): 'party'" in said
    assert "\x1b" not in said and "Traceback" not in said


def test_colour_codes_are_taken_out_and_nothing_else():
    out = io.StringIO()
    print("\x1b[01mreading\x1b[39;49;00m [50%] Ağdam", file=plainly.Plain(out))
    assert out.getvalue() == "reading [50%] Ağdam\n"


def test_making_the_archive_says_nothing(root, capfd):
    import logging

    from rapprochement.data.files import load_metadata
    from rapprochement.editions import downloads

    logging.getLogger().setLevel(logging.INFO)
    downloads._wheel(root, downloads._day(load_metadata(root / "data")))
    said = capfd.readouterr()
    assert said.out + said.err == ""


@pytest.mark.parametrize("builder", ["epub", "singlehtml"])
def test_other_builders_are_spared_the_steps_of_the_web_edition(builder):
    from types import SimpleNamespace

    from rapprochement.editions.web import pages

    app = SimpleNamespace(builder=SimpleNamespace(name=builder, format="html"))
    context: dict = {}
    pages.describe(app, "chapters/intro", "page.html", context, None)
    assert not context


# ---- What a reader takes away ---------------------------------------------------------------


def test_the_table_of_a_figure_opens_rightly_in_excel_on_windows(built_book):
    """Which takes a CSV without a byte order mark for another alphabet."""
    tables = list((built_book / "html" / "figures").glob("*.csv"))
    assert len(tables) > 10
    for path in tables:
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\xef\xbb\xbf") == 1, path.name
        header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        assert header[0] and rows and all(len(row) == len(header) for row in rows), path.name


def test_line_ends_are_the_same_in_every_clone(root):
    listed = subprocess.run(["git", "ls-files", "--eol"], cwd=root, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("no clone")
    for line in listed.stdout.splitlines():
        of_index, _, attribute = line.split("\t")[0].split(maxsplit=2)
        assert of_index == "i/lf" and "eol=lf" in attribute or of_index in ("i/-text", "i/none"), line
