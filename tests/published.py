"""What readers get of a build, and how two of them differ."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

FOLDERS = ("html", "pdf")


def published(build: Path) -> dict[str, bytes]:
    """Every published file of a _build folder, by its name there."""
    return {str(path.relative_to(build)): path.read_bytes() for folder in FOLDERS for path in sorted((build / folder).rglob("*")) if path.is_file()}


def differences(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """A line for each file that only one of them has, or that differs, with the place where it does."""
    alone = [f"{name} is only in {where}" for where, name in sorted([("the first", n) for n in set(one) - set(other)] + [("the second", n) for n in set(other) - set(one)])]
    return alone + [f"{name} {_first_difference(one[name], other[name])}" for name in sorted(set(one) & set(other)) if one[name] != other[name]]


def _first_difference(one: bytes, other: bytes) -> str:
    at = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    return f"at byte {at}: {one[max(at - 60, 0) : at + 60]!r} / {other[max(at - 60, 0) : at + 60]!r}"
