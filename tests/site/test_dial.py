"""Whoever sets the counting rules on the page sees what the measures say, at once, and can come back to it."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from site_browser import assert_targets_are_large, opened_without, window
from site_visits import AXE, AXE_SCRIPT, OVER

from rapprochement import load_evidence, load_outlets, load_references, measures
from rapprochement.article import article_window
from rapprochement.counting import NOBODY, CountingRule, contacts
from rapprochement.editions.web import dial
from rapprochement.editions.web.dial import WORDS
from rapprochement.findings import CANNOT_SAY, outcomes
from rapprochement.multiverse import CHOICES, rules
from rapprochement.provenance import with_outlets, with_tellers

CHAPTER = "chapters/evidence/counting-rules.html"
# Milliseconds in which a reader sees what a change does.
AT_ONCE = 50
MOST_BYTES = 60_000
ALL = rules()
MAIN = "0000000"
ONE_RULE = [key for key in ALL if key.count("0") == len(key) - 1]
TRIED = [MAIN, *ONE_RULE, *random.Random(2023).sample([key for key in ALL if key.count("0") < len(key) - 1], 4)]
SAID = {"yes": "holds", "no": "does not hold", CANNOT_SAY: "cannot say"}

SHOWN = """() => {
    const text = (each) => each.textContent.replace(/\\s+/g, ' ').trim();
    const rows = (selector) => [...document.querySelectorAll(selector)];
    const dial = document.querySelector('.dial');
    return {
        key: dial.dataset.shown,
        said: text(dial.querySelector('output')),
        findings: rows('.dial .findings li').map((each) => [text(each.querySelector('.finding')), text(each.querySelector('.verdict'))]),
        mediators: rows('.dial .periods table').map((table) => ({
            caption: text(table.caption),
            rows: [...table.querySelectorAll('tr:not([hidden])')].map((row) => [text(row.cells[0]), text(row.querySelector('.number')), row.querySelector('.bar').getBoundingClientRect().width]),
        })),
        half_years: rows('.dial .frequency li').map((each) => [text(each.querySelector('.told')), text(each.querySelector('.number'))]),
        changed: Object.fromEntries(rows('.dial .changed li').map((each) => [each.querySelector('a').getAttribute('href'), text(each.querySelector('.how') ?? each.closest('ol').previousElementSibling)])),
    };
}"""


@dataclass(frozen=True)
class Direct:
    """What a combination counts, by the measures themselves."""

    findings: list[list[str]]
    mediators: list[dict[str, tuple[float, int]]]
    totals: list[float]
    half_years: list[tuple[float, float]]
    left_out: set[str]
    otherwise: set[str]


@pytest.fixture(scope="module")
def told(events) -> pd.DataFrame:
    """The events with whose outlets tell them."""
    return with_tellers(events, with_outlets(load_evidence(), load_references(), load_outlets()))


def counted(events: pd.DataFrame, rule: CountingRule) -> pd.DataFrame:
    return contacts(events[events["track"] == "AM-AZ"], rule)


def directly(events: pd.DataFrame, rule: CountingRule) -> Direct:
    _, day = article_window(events)
    main, met = (counted(events, each) for each in (CountingRule(), rule))
    periods = [met[met["start"] <= day], met[met["start"] > day]]
    shares = [measures.mediator_shares(period) if len(period) else pd.DataFrame(columns=["mediator", "contacts", "share"]) for period in periods]
    first, last = main["start"].min(), main["start"].max()
    halves = [measures.contacts_per_period(rows, "half-year", first=first, last=last)["contacts"] for rows in (measures.with_mediator(met), measures.without_mediator(met))]
    found = outcomes(events, (rule,))

    def ways(rows: pd.DataFrame) -> dict[str, tuple]:
        part = (rows["mediator_weight"] / rows["weight"]).where(rows["with_mediator"].map(bool), 1)
        return {row: (weight, frozenset(names), each) for row, weight, names, each in zip(rows["event_id"], rows["weight"], rows["with_mediator"], part)}

    before, after = ways(main), ways(met)
    return Direct(
        findings=[[finding.replace("'", "’"), SAID[holds]] for finding, holds in zip(found["finding"], found["holds"])],
        mediators=[{row.mediator: (row.contacts, row.share) for row in frame.itertuples() if row.contacts} for frame in shares],
        totals=[period["weight"].sum() for period in periods],
        half_years=list(zip(*halves)),
        left_out=set(before) - set(after),
        otherwise={row for row in after if after[row] != before[row]},
    )


def address_of(key: str) -> str:
    """The search of an address that holds a combination."""
    words = [(WORDS[field], int(place)) for field, place in zip(CHOICES, key)]
    return "?" + "&".join(f"{name}={list(choices)[place]}" for (name, _, choices), place in words if place)


def choose(page: Page, key: str, before: str) -> None:
    """Set the controls as a reader would, whose list first, as it locks who is host; *before*: what they show."""
    for field, place, shown in sorted(zip(CHOICES, key, before), key=lambda each: each[0] != "list"):
        name, _, choices = WORDS[field]
        radio = page.locator(f".dial input[name={name}][value={list(choices)[int(place)]}]")
        # What is locked keeps what was chosen before.
        if radio.is_enabled() and not radio.is_checked() if name == "hosts" else place != shown:
            radio.check()


def ready(page: Page) -> None:
    page.locator(".dial").scroll_into_view_if_needed()
    expect(page.locator(".dial .results")).to_have_attribute("aria-busy", "false")


def assert_shows(shown: dict, direct: Direct, key: str) -> None:
    assert shown["findings"] == direct.findings, key
    for which, found in enumerate(shown["mediators"]):
        numbers = {name: said for name, said, _ in found["rows"]}
        expected = {name: f"{round(number, 1):g} ({share * 100:.0f}%)" for name, (number, share) in direct.mediators[which].items()}
        if direct.totals[which]:
            expected.setdefault(NOBODY, "0 (0%)")
            assert f" {direct.totals[which]:g} " in found["caption"], key
        else:
            assert "nothing to count" in found["caption"], key
        assert numbers == expected, key
        longest_first = sorted(direct.mediators[which], key=lambda name: direct.mediators[which][name][1])
        widths = {name: width for name, _, width in found["rows"]}
        assert sorted(widths[name] for name in longest_first) == pytest.approx([widths[name] for name in longest_first], abs=1.5), key
    halves = [(f": {mediated:g} with a mediator, {alone:g} without one", f"{mediated + alone:g}") for mediated, alone in direct.half_years]
    assert [(said[said.index(":"):], total) for said, total in shown["half_years"]] == halves, key
    changed = {href.removeprefix("../../events/").removesuffix(".html"): how for href, how in shown["changed"].items()}
    assert {row for row, how in changed.items() if how == "Left out"} == direct.left_out, key
    assert {row for row, how in changed.items() if how != "Left out"} == direct.otherwise, key


def test_the_dial_shows_what_the_measures_count_under_each_combination_tried(page, served, site, told):
    page.goto(served + CHAPTER)
    ready(page)
    for before, key in zip([MAIN, *TRIED], TRIED):
        choose(page, key, before)
        shown = page.evaluate(SHOWN)
        assert shown["key"] == key
        direct = directly(told, ALL[key])
        assert_shows(shown, direct, key)
        assert shown["said"].startswith(f"{len(direct.left_out | direct.otherwise) or 'All'} "), key
        holding = sum(verdict == "holds" for _, verdict in direct.findings)
        assert f"{holding} of {len(direct.findings)} findings hold" in shown["said"], key
    assert any(shown["changed"]) and all((site / CHAPTER).parent.joinpath(href).is_file() for href in shown["changed"])


@pytest.mark.parametrize("place", ["server", "disk"])
def test_the_address_holds_the_rules_and_back_undoes_a_change(page, served, site, place):
    root = served if place == "server" else site.as_uri() + "/"
    page.goto(root + CHAPTER)
    ready(page)
    said = page.locator(".dial output")
    by_main = said.text_content()
    page.get_by_label("each gets a part").check()
    page.get_by_label("counts once a day").check()
    assert "joint=split" in page.url and "unit=day" in page.url
    by_both = said.text_content()
    page.reload()
    expect(said).to_have_text(by_both)
    assert page.evaluate("document.querySelector('.dial').dataset.shown") == "0001100"
    page.go_back()
    expect(page.get_by_label("counts once", exact=True)).to_be_checked()
    assert "joint=split" in page.url and "unit=day" not in page.url
    page.go_back()
    expect(said).to_have_text(by_main)
    shared = root + CHAPTER + address_of("0101012")
    page.goto("about:blank")
    page.goto(shared)
    expect(page.locator(".dial")).to_have_attribute("data-shown", "0101012")
    page.get_by_role("button", name="Back to the main rule").click()
    expect(said).to_have_text(by_main)
    assert "?" not in page.url


def test_an_address_that_names_no_rule_shows_the_main_one(page, served):
    page.goto(served + CHAPTER + "?joint=nonsense&words=Lachin&margins=")
    ready(page)
    expect(page.locator(".dial")).to_have_attribute("data-shown", MAIN)


def test_the_dial_answers_at_once(page, served):
    page.goto(served + CHAPTER)
    ready(page)
    took = page.evaluate("""() => {
        const took = {};
        for (let round = 0; round < 3; round++) for (const radio of document.querySelectorAll('.dial input')) {
            if (radio.disabled || radio.checked) continue;
            const start = performance.now();
            radio.click();
            document.querySelector('.dial .changed').getBoundingClientRect();
            (took[`${radio.name}=${radio.value}`] ??= []).push(performance.now() - start);
        }
        return took;
    }""")
    assert len(took) > 12
    # The quickest of each, as the machine may be busy with something else.
    assert {choice: times for choice, times in took.items() if min(times) >= AT_ONCE} == {}


def test_keyboard_sets_the_rules_and_the_change_is_said(page, served):
    page.goto(served + CHAPTER)
    ready(page)
    said = page.locator(".dial output")  # a live region by its role
    before = said.text_content()
    page.get_by_label("the record").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("the article’s own")).to_be_checked()
    expect(said).not_to_have_text(before)
    expect(said).to_contain_text("No longer: “Russia mediated most of all”.")
    expect(said).to_contain_text("Not to be judged: “The share without a mediator grew after the article”.")
    # What the list does not say cannot be chosen, and the page says why.
    assert page.get_by_label("counts as mediator").is_disabled()
    expect(page.locator(".dial .why")).to_be_visible()
    page.locator(".dial summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dial .changed a").first).to_be_visible()


def test_a_finger_meets_every_control(browser, served):
    context = window(browser, width=390, has_touch=True)
    tab = context.new_page()
    tab.goto(served + CHAPTER)
    ready(tab)
    tab.get_by_label("the article’s own").check()
    tab.locator(".dial summary").click()
    assert_targets_are_large(tab.locator(".dial :is(label, button, summary), .dial .changed li:nth-child(-n+3) a"))
    context.close()


def test_what_it_looks_up_is_the_same_each_time_and_made_anew_only_for_other_data_or_another_package(tmp_path: Path, root: Path, monkeypatch):
    config = SimpleNamespace(rapprochement_fingerprint="package", rapprochement_data="data")
    app = SimpleNamespace(doctreedir=tmp_path, srcdir=root, config=config, env=SimpleNamespace(rapprochement_shown_by={"dial": "page"}))
    made = []
    monkeypatch.setattr(dial, "script", lambda known, make=dial.script: made.append(make(known)) or made[-1])
    sites = [tmp_path / name for name in ("first", "second", "third", "fourth")]
    for before, site in zip([tmp_path / "none", *sites], sites):
        (site / "_static").mkdir(parents=True)
        dial.write_script(app, site, before)
        if site.name == "second":
            assert len(made) == 1  # nothing had changed
            config.rapprochement_data = "other data"
        if site.name == "third":
            config.rapprochement_fingerprint = "another package"
    assert len(made) == 3 and len(set(made)) == 1
    assert {(site / "_static" / dial.SCRIPT).read_text(encoding="utf-8") for site in sites} == set(made)
    app.env.rapprochement_shown_by = {}
    dial.write_script(app, tmp_path / "no such site", sites[0])  # a book without a dial has no script


@pytest.mark.parametrize("width", [1400, 390], ids=lambda width: f"at {width} pixels")
def test_axe_finds_nothing_and_nothing_scrolls_sideways_whatever_is_set(browser, served, picture, width):
    context = window(browser, width=width)
    tab = context.new_page()
    tab.set_viewport_size({"width": width, "height": 3000})  # all of it in a picture
    tab.goto(served + CHAPTER + address_of("0002110"))
    ready(tab)
    tab.evaluate(AXE_SCRIPT)
    faults = []
    for theme in ("light", "dark"):
        tab.emulate_media(color_scheme=theme)
        picture(tab.locator(".dial"), f"dial-{width}-{theme}")
        faults += tab.evaluate(AXE, [".dial", "all" if (width, theme) == (390, "light") else "colours"])
    assert not faults, "\n".join(faults)
    tab.locator(".dial summary").click()
    assert tab.evaluate(OVER) <= 0
    context.close()


def test_without_scripts_and_in_print_the_tables_stand_and_no_dial(browser, page, served):
    context = window(browser, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(served + CHAPTER)
    page.goto(served + CHAPTER)
    page.emulate_media(media="print")
    for each in (tab, page):
        expect(each.locator(".dial")).to_be_hidden()
        for name in ("tab-rules", "tab-multiverse", "tab-rules-numbers", "fig-multiverse", "fig-rules"):
            expect(each.locator(f"#{name}")).to_be_visible()
    context.close()


def test_the_dial_loads_little_and_only_where_it_is_reached(browser, served, site):
    script = (site / "_static" / "dial-data.js").read_bytes()
    assert len(gzip.compress(script, 9, mtime=0)) < MOST_BYTES
    held = json.loads(script.decode().removeprefix("window.countingDial = ").removesuffix(";\n"))
    assert set(held["combinations"]) == set(ALL)
    context = window(browser)
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[1]))
    tab.set_viewport_size({"width": 1400, "height": 200})
    tab.goto(served + CHAPTER)
    assert "dial.js" in {name.split("?")[0] for name in asked} and "dial-data.js" not in asked
    ready(tab)
    assert "dial-data.js" in asked
    tab.goto(served + "chapters/evidence/whose-word.html")
    assert not [name for name in asked[asked.index("whose-word.html"):] if name.startswith("dial")]
    context.close()


def test_a_rule_set_before_the_script_comes_stays_set(page, served):
    with opened_without(page, f"{served}{CHAPTER}?remote=no", "dial.js"):
        page.locator(".dial input[name=margins][value=no]").check()
        assert page.locator(".dial input[name=remote][value=no]").is_checked()
    expect(page.locator(".dial")).to_have_attribute("data-shown", "1100000")
    assert "margins=no" in page.url and "remote=no" in page.url
