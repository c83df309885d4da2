"""The table of terms: every name that another language prints is there, once, in the script and the order of that language."""

from __future__ import annotations

import re

import pytest
from babel import Locale

from rapprochement import load_events, load_places, load_terms
from rapprochement.counting import LEVELS, TRACKS
from rapprochement.wording import TONGUES

SCRIPTS = {"hy": r"[\u0531-\u0587]", "az": r"[A-Za-zÇƏĞİIÖŞÜçəğıöşü]", "tr": r"[A-Za-zÇĞİIÖŞÜçğıöşü]", "ru": r"[А-Яа-яЁё]"}
LETTERS = {
    "hy": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆ",
    "az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyz",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyz",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
}
TERRITORIES = {"Russia": "RU", "France": "FR", "Germany": "DE", "Georgia": "GE", "Czechia": "CZ", "Türkiye": "TR", "Armenia": "AM", "Azerbaijan": "AZ", "Iran": "IR", "Moldova": "MD"}
# Whose stroke stands between the ends of a line or of a border, not between two names of one place.
TWO_NAMES = re.compile(r"(.+?) / (.+)")


@pytest.fixture(scope="module")
def terms(root):
    return load_terms(root / "data").set_index("en", drop=False)


def place_in(code: str, name: str) -> list[int]:
    """What sorts a name by the alphabet of a language."""
    lower = name.replace("İ", "i").replace("I", "ı" if code in ("az", "tr") else "i").lower()
    return [LETTERS[code].index(letter) for letter in lower if letter in LETTERS[code]]


def test_every_name_that_a_label_or_a_card_may_print_has_its_term(root, terms):
    events = load_events(root / "data")
    parties = {party for parties in events["mediators"] for party in parties}
    needed = {*load_places(root / "data")["name"], *parties, *events["kind"], *TRACKS.values(), *LEVELS.values()}
    assert not needed - set(terms["en"])


@pytest.mark.parametrize("code", TONGUES)
def test_a_form_is_in_the_script_of_its_language(terms, code):
    for english, form in terms[code].items():
        letters = re.sub(r"[\W\d_]", "", form.replace("ICRC", "") if code == "tr" else form)
        foreign = re.sub(SCRIPTS[code], "", letters)
        # Turkish and Azerbaijani leave some foreign names as they are written.
        assert not (foreign if code in ("hy", "ru") else re.sub(r"[wWxXqQ]", "", foreign)), f"{english}: {form}"


@pytest.mark.parametrize("code", TONGUES)
def test_two_names_of_a_place_stand_in_the_order_of_the_alphabet_of_the_language(terms, code):
    for english, form in terms[code].items():
        if both := TWO_NAMES.fullmatch(form):
            assert " / " in english, english
            assert place_in(code, both[1]) < place_in(code, both[2]), form
        else:
            assert " / " not in english, f"{english} has one name only in {code}"


@pytest.mark.parametrize("code", TONGUES)
def test_two_states_stand_in_the_order_of_the_alphabet_of_the_language(terms, code):
    for track in ("Armenia–Azerbaijan", "Armenia–Türkiye"):
        first, second = terms.loc[track, code].split("–")
        assert place_in(code, first) < place_in(code, second)


@pytest.mark.parametrize("code", TONGUES)
def test_a_state_is_called_what_the_locale_data_calls_it(terms, code):
    named = Locale(code).territories
    assert {english: terms.loc[english, code] for english in TERRITORIES} == {english: named[territory] for english, territory in TERRITORIES.items()}


def test_where_the_source_is_the_table_of_places_the_form_stands_there(root, terms):
    places = load_places(root / "data").set_index("name")
    for english, row in terms[terms["source"].str.startswith("places.csv") & (terms["kind"] == "place")].iterrows():
        known = {name.lower() for name in (english, *english.split(" / "), *places.loc[english, "other_names"])}
        found = [form for code in TONGUES for form in row[code].split(" / ") if form.lower() in known]
        assert len(found) >= 2, f"{english}: {found}"
