"""The house: each room imports only what stands before it, and no import closes a circle, also none that stands inside a function."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from conftest import ROOT

PACKAGE = "rapprochement"
# From what counts to what leaves; a room may import from itself and from those before it.
ROOMS = {
    "count": ("answer", "counting", "wording", "counted", "query", "measures"),
    "judge": ("article", "checks", "claims", "findings", "multiverse", "provenance"),
    "read and refuse": ("data",),
    "draw": ("output_types", "typeface", "mpl", "marks", "style", "flags", "figures", "maps", "sketches", "show"),
    "ask": ("record", "map_figures", "chapter_figures", "translated", "ask"),
    "run": ("run",),
    "book": ("book",),
    "editions": ("editions",),
    "the list of all hooks": ("extension",),
    "the command": ("__main__",),
}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / PACKAGE).rglob("*.py"))}


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """What a module imports of the package, wherever in it that stands, with the line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert not node.level, "written out, an import says where it leads"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            named = [name if name in MODULES else node.module for name in names]
        elif isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in ("import_module", "__import__"):
            named = [each.value for each in node.args if isinstance(each, ast.Constant)]
        else:
            continue
        yield from ((name, node.lineno) for name in named if name.partition(".")[0] == PACKAGE)


def room_of(name: str) -> int:
    """The place of a module in ROOMS."""
    top = name.split(".")[1]
    return next(place for place, tops in enumerate(ROOMS.values()) if top in tops)


def test_every_module_has_its_room():
    inside = {name.split(".")[1] for name in MODULES if name != PACKAGE}
    assert inside == {top for tops in ROOMS.values() for top in tops}


def test_each_room_imports_only_what_stands_before_it():
    names = list(ROOMS)
    wrong = [
        f"{module}, line {line}: {names[room_of(module)]} imports {found} of {names[room_of(found)]}"
        for module, tree in MODULES.items() if module != PACKAGE
        for found, line in imports(tree) if found != PACKAGE and room_of(found) > room_of(module)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_import_closes_a_circle():
    found = {module: {name for name, _ in imports(tree)} for module, tree in MODULES.items()}
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        raise AssertionError(" imports ".join(reversed(error.args[1]))) from None


def test_the_front_door_leads_readers_to_the_data_and_nobody_inside_goes_round_by_it():
    assert {name.rsplit(".", 1)[0] for name, _ in imports(MODULES[PACKAGE])} == {f"{PACKAGE}.data"}
    inside = [f"{module}, line {line}" for module, tree in MODULES.items() for name, line in imports(tree) if name == PACKAGE]
    assert not inside


def test_who_finds_all_drawings_kept_does_not_wait_for_matplotlib():
    told = subprocess.run([sys.executable, "-c", "import sys, rapprochement.chapter_figures, rapprochement.show; print('matplotlib' in sys.modules)"], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
