"""Maps: every name can be read, stands by its place and in both forms; places lie as on the globe; each line has an owner and a source."""

from __future__ import annotations

import csv
import itertools
import math
import re
from typing import NamedTuple

import pytest
from conftest import CHAPTERS, Table

from rapprochement import chapter_figures, map_figures, record, translated, wording
from rapprochement.flags import width
from rapprochement.maps import STATES
from rapprochement.style import NARROW, WIDE, drawing, svg

BLOCK = re.compile(r"```\{figure-from-data\} (map-\S+)\n:query: (.+)\n:name: (\S+)")
SHOWN = {kind: (path, query, name) for path in CHAPTERS for kind, query, name in BLOCK.findall(path.read_text(encoding="utf-8"))}
BOTH_FORMS = (
    "Aghdam / Akna", "Alican / Margara", "Berdzor / Lachin", "Hakari / Lachin", "Ivanyan / Khojaly", "Karabakh / Nagorno-Karabakh",
    "Khankendi / Stepanakert", "Shusha / Shushi", "Akhurik / Akyaka",
)
TEXT = re.compile(r'<text style="font-size:([\d.]+)px;([^"]*)" (?:x="([\d.-]+)" y="([\d.-]+)"|transform="translate\(([\d.-]+) ([\d.-]+)\)")>([^<]+)</text>')


class Words(NamedTuple):
    """A line of text and where it stands, in points from the left and from the top."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: Words) -> bool:
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


def words_of(picture: str) -> list[Words]:
    found = []
    for points, style, x, y, moved_x, moved_y, text in TEXT.findall(picture):
        size, left, base = float(points), float(x or moved_x), float(y or moved_y)
        long = width(text.replace("&#160;", "\u00a0"), size)
        left -= long / 2 if "middle" in style else long if "end" in style else 0
        # Of the letters themselves: those of two lines of one name may stand close.
        found.append(Words(text, left, base - 0.7 * size, left + long, base + 0.2 * size))
    return found


@pytest.fixture(scope="module")
def maps(root) -> dict[str, dict]:
    """Each map of the chapters: its frame, and both drawings as SVG."""
    known = record.load(root)
    found = {}
    for kind, (_, query, _) in SHOWN.items():
        parts = map_figures.FIGURES[kind](known, query, {})
        pictures = {}
        for size in (WIDE, NARROW):
            with drawing(size):
                figure = parts["draw"](parts["frame"], size)
                pictures[size] = (svg(figure, size), figure.get_size_inches() * 72)
        found[kind] = parts | {"pictures": pictures}
    return found


def each_drawing(maps):
    for kind, parts in maps.items():
        for size, (picture, (across, high)) in parts["pictures"].items():
            yield f"{kind}, {'narrow' if size.narrow else 'wide'}", parts, picture, across, high


def marks_and_places(picture: str, frame) -> tuple[list[tuple[float, float]], object]:
    """Where the marks are drawn, and their places in the same order: those that lead nowhere lie below the others."""
    marks = [(float(x), float(y)) for x, y in re.findall(r'<use href="#m[^"]*" x="([\d.]+)" y="([\d.]+)"', picture)]
    places = frame[frame["what"] == "place"].sort_values("event_ids", key=lambda rows: rows.map(bool), kind="stable")
    assert len(marks) == len(places)
    return marks, places


def test_every_map_stands_in_a_chapter_that_reads_it():
    assert SHOWN.keys() == map_figures.MAPS.keys()
    for path, _, name in SHOWN.values():
        assert f"{{numref}}`{name}`" in path.read_text(encoding="utf-8"), name


def test_no_label_covers_another_or_leaves_the_map(maps):
    seen = 0
    for name, _, picture, across, high in each_drawing(maps):
        words = words_of(picture)
        assert len(words) == picture.count("<text"), f"{name}: a label could not be measured"
        for one, other in itertools.combinations(words, 2):
            assert not one.covers(other), f"{name}: {one.text!r} and {other.text!r}"
        for each in words:
            assert each.left >= 0 and each.top >= 0 and each.right <= across and each.bottom <= high, f"{name}: {each.text!r}"
        seen += len(words)
    assert seen > 100


def test_no_label_covers_a_mark_and_each_stands_nearest_to_its_own(maps):
    for name, parts, picture, *_ in each_drawing(maps):
        marks, places = marks_and_places(picture, parts["frame"])
        words = words_of(picture)
        for (x, y), place in zip(marks, places.itertuples()):
            covering = [each.text for each in words if each.left < x < each.right and each.top < y < each.bottom]
            assert not covering, f"{name}: {covering} over {place.id}"
        for place in places[places["name"] != ""].itertuples():
            first = re.split(r" / | \(", place.name)[0]
            labels = [each for each in words if each.text.startswith(first)]
            at = dict(zip(places["id"], marks))
            apart = {key: min(_apart(label, point) for label in labels) for key, point in at.items()}
            near = [key for key, far in apart.items() if far < apart[place.id] - 2 and not _namesake(first, parts["frame"], key)]
            assert not near, f"{name}: the label of {place.id} stands nearer to {near}"


def _namesake(first: str, frame, key: str) -> bool:
    """Whether another place begins with the same word: "Berdzor / Lachin" and "Berdzor / Lachin road"."""
    return str(frame.loc[frame["id"] == key, "name"].iloc[0]).startswith(first)


def _apart(label: Words, point: tuple[float, float]) -> float:
    x, y = point
    return math.hypot(max(0, label.left - x, x - label.right), max(0, label.top - y, y - label.bottom))


def test_contested_places_carry_both_names(maps):
    seen = set()
    for name, _, picture, *_ in each_drawing(maps):
        written = " ".join(each.text for each in words_of(picture)).replace("&#160;", " ")
        for both in BOTH_FORMS:
            for form in both.split(" / "):
                alone = re.sub("|".join(map(re.escape, BOTH_FORMS)), "", written)
                assert not re.search(rf"(?<![\w-]){form}\b", alone), f"{name}: {form} alone"
            seen |= {both} if both in written else set()
    assert seen == set(BOTH_FORMS)


def test_places_lie_to_each_other_as_on_the_globe(maps):
    for name, parts, picture, *_ in each_drawing(maps):
        marks, places = marks_and_places(picture, parts["frame"])
        for ((x, y), one), ((other_x, other_y), other) in itertools.combinations(zip(marks, places.itertuples()), 2):
            if abs(one.longitude - other.longitude) > 0.1:
                assert (x < other_x) == (one.longitude < other.longitude), f"{name}: {one.id}, {other.id}"
            if abs(one.latitude - other.latitude) > 0.1:
                assert (y > other_y) == (one.latitude < other.latitude), f"{name}: {one.id}, {other.id}"


def test_names_of_lands_stand_where_the_lands_are(maps):
    """West of, east of, north of: what a reader who knows the region would look at first."""
    for name, _, picture, *_ in each_drawing(maps):
        at = {each.text: ((each.left + each.right) / 2, (each.top + each.bottom) / 2) for each in words_of(picture)}
        for west, east in (("Türkiye", "Armenia"), ("Armenia", "Azerbaijan"), ("Azerbaijan", "Caspian Sea")):
            assert not {west, east} <= at.keys() or at[west][0] < at[east][0], f"{name}: {west}, {east}"
        for north, south in (("Russia", "Georgia"), ("Georgia", "Armenia"), ("Armenia", "Iran")):
            assert not {north, south} <= at.keys() or at[north][1] < at[south][1], f"{name}: {north}, {south}"


def test_the_map_of_the_region_names_every_land_and_sea(maps):
    for size, (picture, _) in maps["map-region"]["pictures"].items():
        named = " ".join(each.text for each in words_of(picture))
        lands = [name for name in map_figures.AREAS if not name.startswith("Lake")]
        assert [name for name in lands if any(word not in named for word in name.split())] == [], size


def test_every_line_has_an_owner_and_every_place_a_source_of_its_coordinates(maps):
    for kind, parts in maps.items():
        frame = parts["frame"]
        assert (frame.loc[frame["what"] == "route", ["by", "source"]] != "").all(axis=None), kind
        assert (frame.loc[frame["what"] == "place", "source"] != "").all(), kind
        for route in frame[frame["what"] == "route"].itertuples():
            assert route.by in parts["alt"] or route.kind == "border", f"{kind}: {route.id}"
    schematic = [kind for kind, parts in maps.items() if "schematic" in parts["how"]]
    assert len(schematic) == len(maps) - 1, "all but the map of the region have lines, and say what they are"


WRONG = {
    "a route over a place that there is not": ("routes.csv", {"route_id": "kars-gyumri-railway"}, "course", "kars;atlantis", "not in places.csv"),
    "a route over a place that is no point": ("routes.csv", {"route_id": "kars-gyumri-railway"}, "course", "kars;armenia-azerbaijan-border", "has no coordinates"),
    "a route of one place": ("routes.csv", {"route_id": "kars-gyumri-railway"}, "course", "kars", "two or more"),
    "a border between three places": ("routes.csv", {"route_id": "sector-kirants"}, "course", "kirants;kheyrimli;baku", "lies between two"),
    "a route of nobody": ("routes.csv", {"route_id": "tripp"}, "by", "", "is empty"),
    "a route without an event": ("routes.csv", {"route_id": "tripp"}, "events", "no-such-event", "not in events.csv"),
    "a route without a source": ("routes.csv", {"route_id": "tripp"}, "sources", "no-such-source", "not in references.bib"),
    "a place whose coordinates come from nowhere": ("places.csv", {"place_id": "goris"}, "coordinates", "", "where coordinates come from"),
    "a place put by hand without a word": ("places.csv", {"place_id": "dilucu"}, "note", "", "by hand"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_map_is_not_drawn_from_what_nobody_can_check(wrong, data_copy, faults_of):
    file, where, column, value, says = WRONG[wrong]
    table = Table(data_copy / file)
    table[table.first_row(**where), column] = value
    table.save()
    assert any(says in fault and file in fault for fault in faults_of(data_copy)), faults_of(data_copy)


def test_the_data_of_a_map_holds_its_places_and_its_lines(site):
    for kind, (_, _, name) in SHOWN.items():
        with (site / "figures" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        places = {row["id"]: row for row in rows if row["what"] == "place"}
        assert places and all(row["latitude"] and row["source"] for row in places.values()), kind
        for row in rows:
            if row["what"] == "route":
                assert set(row["course"].split(";")) <= places.keys(), f"{kind}: {row['id']}"


@pytest.mark.parametrize("code", [wording.ENGLISH, *wording.TONGUES])
def test_map_of_venues_names_the_states_of_its_enlarged_part_clear_of_other_words(root, code):
    known = record.load(root)
    if code == wording.ENGLISH:  # that of the story
        parts, names = chapter_figures.FIGURES["venue-map"](known, "kind=contact track=AM-AZ", {}), list(STATES)
    else:
        parts = translated.in_language(wording.tongue(code), known, "venue-map", "kind=contact", {})
        names = [known.terms_in(code)[name] for name in STATES]
    for size in (WIDE, NARROW):
        with drawing(size):
            words = words_of(svg(parts["draw"](parts["frame"], size), size))
        for name in names:
            # The key may name one of them too, as a mediator.
            state = [each for each in words if each.text == name][-1]
            assert [other.text for other in words if other is not state and state.covers(other)] == [], f"{code}, {size}"
