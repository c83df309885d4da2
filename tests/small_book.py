"""A small book to build many times: everything is real but its pages and the length of its data."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from conftest import ROOT

from rapprochement import typeface

NOTEBOOK = """\
---
file_format: mystnb
kernelspec:
  name: python3
---

# {title}

```{{code-cell}} ipython3
{code}
```
"""
CHRONICLE = "# Chronicle\n\n```{chronicle}\n```\n"  # events link to it
SOURCES = "# Changes\n\n{cite:t}`pashayeva-2023`\n\n```{bibliography}\n:all:\n```\n"


def make(folder: Path, pages: Mapping[str, str], data: Path = ROOT / "data") -> Path:
    """Put a book with these pages into a folder, in their order, the first one as root; names are those of ``_toc.yml``."""
    folder.mkdir(exist_ok=True)
    for name in ("_config.yml", "pyproject.toml", "README.md", "LICENSE", "CITATION.cff"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(data, folder / "data")
    for name in ("assets", "rapprochement"):
        # With what Python has compiled, which knows its source by the time: to compile it again for each book takes longer than a build.
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.pyc.*"))
    bring_typeface(folder)
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    order(folder, list(pages))
    return folder


def order(book: Path, pages: list[str]) -> None:
    """Write the table of contents: the first page, and a part with the others."""
    first, *others = pages
    files = "".join(f"      - file: {name}\n" for name in others)
    (book / "_toc.yml").write_text(f"format: jb-book\nroot: {first}\nparts:\n  - caption: More\n    numbered: true\n    chapters:\n{files}", encoding="utf-8")


def bring_typeface(book: Path) -> None:
    """The face of the figures as this machine has cut it once: to cut it for each book takes a third of a build."""
    for ending in ("ttf", *typeface.ENDINGS):
        kept = typeface.file(ending)
        target = book / "_build" / ".drawings" / "typeface" / kept.parent.name
        target.mkdir(parents=True)
        shutil.copy(kept, target)


def forget_builds(book: Path) -> None:
    shutil.rmtree(book / "_build", ignore_errors=True)
    bring_typeface(book)


def copy(book: Path, folder: Path) -> Path:
    """The same files in another folder, as nobody has built them."""
    copied = Path(shutil.copytree(book, folder, ignore=shutil.ignore_patterns("_build", "*.pyc.*")))
    bring_typeface(copied)
    return copied
