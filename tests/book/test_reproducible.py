"""The same files give the same book, byte for byte, wherever and whenever it is built."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path

import pytest
from published import differences, published

# Read by every Python that starts, so by the kernels of the notebooks too.
ANOTHER_TIME = """\
import os, time_machine
time_machine.travel(float(os.environ["BOOK_BUILT_AT"]), tick=True).start()
"""


def copy_elsewhere(root: Path, folder: Path, *, built_at: datetime, zone: str, seed: str, language: str) -> tuple[Path, dict[str, str]]:
    """A clean copy of the book in a folder, and the environment to build it in, at a feigned time."""
    book = folder / "book"
    shutil.copytree(root, book, ignore=shutil.ignore_patterns(".*", "_build", "__pycache__", "*.egg-info"))
    for path in book.rglob("*"):
        os.utime(path, (built_at.timestamp(), built_at.timestamp()))
    (folder / "home").mkdir()
    (folder / "home" / ".docutils").write_text("[general]\nlanguage_code: de\n")  # of somebody who writes German as well
    (folder / "clock").mkdir()
    (folder / "clock" / "sitecustomize.py").write_text(ANOTHER_TIME)
    return book, {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "PYTHONPATH": os.pathsep.join([str(folder / "clock"), str(book)]),
        "BOOK_BUILT_AT": str(built_at.timestamp()),
        "TZ": zone,
        "PYTHONHASHSEED": seed,
        "LC_ALL": language,
    }


@pytest.fixture(scope="module")
def build_again(build) -> Callable[[Path, Mapping[str, str]], str]:
    """Builds a copy of the book; gives what the build said."""

    def run(book: Path, environment: Mapping[str, str]) -> str:
        result = build(book, environment=environment)
        assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
        return result.stdout + result.stderr

    return run


@pytest.fixture(scope="module")
def two_builds(build_again, built_book: Path, root: Path, tmp_path_factory) -> list[Path]:
    """The book as it was built here and now, and from a clean copy at another path, time, time zone, hash seed and language.

    The copy is first built with a line of style more, and then as it is: so each of its pages was written
    again without having been read again, and numbers of figures and citations come from what was kept.
    """
    book, environment = copy_elsewhere(
        root, tmp_path_factory.mktemp("another-with-a-longer-name"), built_at=datetime(2029, 7, 31, 23, 30, tzinfo=timezone.utc),
        zone="Pacific/Kiritimati", seed="2", language="C",
    )
    page, style = book / "_build/html/chapters/intro.html", book / "assets/static/book.css"
    as_it_is = style.read_text(encoding="utf-8")
    style.write_text(as_it_is + "\n.changed-by-a-test { color: red; }\n", encoding="utf-8")
    build_again(book, environment)
    before = page.read_bytes()
    style.write_text(as_it_is, encoding="utf-8")
    said = build_again(book, environment)
    assert "0 added, 0 changed, 0 removed" in said, "pages were read"
    assert page.read_bytes() != before, "no page was written"
    return [built_book, book / "_build"]


def test_two_builds_have_the_same_files(two_builds):
    one, other = map(published, two_builds)
    assert set(one) == set(other)
    names = set(one)
    assert any(name.endswith(".ipynb") for name in names), "no notebook to compare"
    assert any(name.endswith(".zip") for name in names), "no archive to compare"
    assert any(name.endswith(".pdf") for name in names), "no PDF to compare"
    assert any(name.endswith(".svg") for name in names), "no figure to compare"


def test_two_builds_are_the_same_byte_for_byte_also_where_pages_were_only_written_again(two_builds):
    """Pages with their figures, downloads, search index, styles and the PDF."""
    assert differences(*map(published, two_builds)) == []


def test_no_page_names_the_place_where_it_was_built(two_builds):
    here, elsewhere = two_builds
    # Home and clock of the second lie beside it; what is above the first may be as short as a word of an address.
    for build, place in ((here, here.parent), (elsewhere, elsewhere.parent.parent)):
        assert not [name for name, content in published(build).items() if str(place).encode() in content]


def test_a_build_with_nothing_new_publishes_nothing_and_does_not_wait_for_pandas(build, built_book, root):
    """To load it would take a fifth of the three seconds that such a build may take."""
    files = [built_book / "html", *(built_book / "html").rglob("*")]
    before = [(path, path.stat().st_ino, path.stat().st_mtime_ns) for path in files]
    result = build(root, environment={**os.environ, "PYTHONPROFILEIMPORTTIME": "1"})
    said = result.stdout + result.stderr
    assert result.returncode == 0, said[-3000:]
    assert re.search(r"\| +rapprochement\.wording$", said, re.MULTILINE), "imports were not listed"
    assert "pandas.core" not in said
    assert [(path, path.stat().st_ino, path.stat().st_mtime_ns) for path in files] == before
