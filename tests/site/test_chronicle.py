"""What a reader can do with the chronicle, with mouse, keyboard, phone, address bar and file manager."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from playwright.sync_api import expect
from selectolax.lexbor import LexborHTMLParser
from site_browser import assert_targets_are_large, window

from rapprochement.counting import MEDIATING_ROLES

CHRONICLE = "chapters/process/chronicle.html"


def shown(tab) -> set[str]:
    return set(
        tab.evaluate(
            "[...document.querySelectorAll('table.chronicle tbody tr')].filter((row) => row.checkVisibility())"
            ".map((row) => row.querySelector('[id^=event-]').id.slice(6))"
        )
    )


def with_mediator(events, party):
    return {
        event["event_id"]
        for _, event in events.iterrows()
        if party in [p for p, role in zip(event["mediators"], event["mediator_roles"]) if role in MEDIATING_ROLES]
    }


def expected(events, **wanted) -> set[str]:
    """The ids that filters must leave, counted here from the data alone."""
    rows = events
    for column in ("track", "level", "kind"):
        if column in wanted:
            rows = rows[rows[column] == wanted[column]]
    if "thread" in wanted:
        rows = rows[rows["threads"].map(lambda threads: wanted["thread"] in threads)]
    ids = set(rows["event_id"])
    return ids & with_mediator(events, wanted["mediator"]) if "mediator" in wanted else ids


def touches(events, first, last) -> set[str]:
    """The events of which some day lies between two days."""
    return set(events[(events["end"] >= first) & (events["start"] <= last)]["event_id"])


def type_words(page, words) -> None:
    """Type words and wait until what they are looked for in is there."""
    page.get_by_label("Words in the record").fill(words)
    expect(page.locator(".chronicle-tools")).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize(
    "wanted",
    [
        {"track": "AM-TR"},
        {"level": "leaders"},
        {"kind": "incident"},
        {"thread": "recognition"},
        {"mediator": "EU"},
        {"track": "AM-AZ", "level": "leaders", "mediator": "EU"},
    ],
    ids=lambda wanted: "-".join(wanted),
)
def test_filters_show_what_the_data_says_and_count_it(page, served, events, wanted):
    page.goto(served + CHRONICLE)
    for name, value in wanted.items():
        page.locator(f"select[name={name}]").select_option(value.lower())
    ids = expected(events, **wanted)
    assert ids and shown(page) == ids
    expect(page.locator("output")).to_contain_text(f"Showing {len(ids)} of {len(events)} events")
    for name, value in wanted.items():
        expect(page.locator(f"select[name={name}] option[value='{value.lower()}']")).to_contain_text(f"({len(ids)})")


def test_period_shows_every_event_that_touches_it(page, served, events):
    page.goto(served + CHRONICLE)
    page.get_by_label("From").fill("2023-01-01")
    page.get_by_label("Until").fill("2023-04-30")
    touching = touches(events, "2023-01-01", "2023-04-30")
    assert "2022-12-12-lachin-road-blocked" in touching
    assert shown(page) == touching
    expect(page.locator("#year-2021")).to_be_hidden()


def test_words_are_found_whatever_their_accents(page, served):
    page.goto(served + CHRONICLE)
    found = {}
    for word in ("Erdoğan", "erdogan", "ERDOĞAN"):
        type_words(page, word)
        found[word] = shown(page)
    assert found["Erdoğan"] and len(set(map(frozenset, found.values()))) == 1


def test_no_match_is_said_and_undone(page, served, events):
    page.goto(served + CHRONICLE)
    type_words(page, "zzzz")
    expect(page.locator("output")).to_contain_text("No event matches")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("output")).to_contain_text(f"Showing {len(events)} of {len(events)}")
    assert len(shown(page)) == len(events)


@pytest.mark.parametrize("place", ["server", "disk"])
def test_address_holds_the_view(page, served, site, events, place):
    root = served if place == "server" else site.as_uri() + "/"
    page.goto(root + CHRONICLE)
    page.locator("select[name=thread]").select_option("recognition")
    address = page.url
    assert "thread=recognition" in address
    page.goto("about:blank")
    page.goto(address)
    assert shown(page) == expected(events, thread="recognition")


def test_address_of_one_entry_gives_way_to_what_is_typed(page, served, events):
    page.goto(f"{served}{CHRONICLE}#event-2022-10-06-prague-statement")
    type_words(page, "granada")
    found = shown(page)
    assert found and len(found) < len(events)
    page.reload()
    expect(page.get_by_label("Words in the record")).to_have_value("granada")
    expect(page.locator("output")).to_contain_text(f"Showing {len(found)} of")
    assert shown(page) == found


@pytest.mark.parametrize("place", ["server", "disk"])
def test_back_undoes_one_filter_and_forward_does_it_again(page, served, site, events, place):
    page.goto((served if place == "server" else site.as_uri() + "/") + CHRONICLE)
    page.locator("select[name=level]").select_option("leaders")
    page.locator("select[name=mediator]").select_option("eu")
    page.get_by_label("Words in the record").press_sequentially("brussels")
    both, leaders = expected(events, level="leaders", mediator="EU"), expected(events, level="leaders")
    page.go_back()
    expect(page.get_by_label("Words in the record")).to_have_value("")
    assert shown(page) == both
    page.go_back()
    expect(page.locator("select[name=mediator]")).to_have_value("")
    assert shown(page) == leaders
    page.go_forward()
    expect(page.locator("select[name=mediator]")).to_have_value("eu")
    assert shown(page) == both
    for _ in range(2):
        page.go_back()
    assert "chronicle.html" in page.url and len(shown(page)) == len(events)


def test_an_empty_result_is_said_in_sight_of_where_one_types(browser, served):
    for width in (390, 1400):
        context = window(browser, width)
        tab = context.new_page()
        tab.goto(served + CHRONICLE)
        type_words(tab, "zzzz")
        field, said = tab.get_by_label("Words in the record").bounding_box(), tab.locator("output").bounding_box()
        assert 0 <= said["y"] - (field["y"] + field["height"]) < 30
        assert said["y"] < 900
        context.close()


def test_the_first_entry_is_near_the_filter_on_a_phone(browser, served):
    context = window(browser, 390)
    tab = context.new_page()
    tab.goto(served + CHRONICLE)
    assert tab.locator("table.chronicle tbody tr").first.bounding_box()["y"] < 900
    context.close()


@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("name", [CHRONICLE, "chapters/evidence/claims.html"])
def test_rows_stay_where_they_are_when_the_script_of_their_filter_comes(browser, served, name, width):
    context = window(browser, width)
    tab = context.new_page()
    first = "table:is(.chronicle, .claims) tbody tr"
    tab.route("**/row-filter.js*", lambda route: route.abort())
    tab.goto(served + name)
    tab.evaluate("document.fonts.ready")
    before = tab.locator(first).first.bounding_box()["y"]
    tab.unroute_all()
    tab.goto(served + name)
    tab.evaluate("document.fonts.ready")
    expect(tab.locator("form.row-filter")).to_have_attribute("aria-busy", "false")
    assert abs(tab.locator(first).first.bounding_box()["y"] - before) < 5
    context.close()


def test_every_entry_leads_to_the_page_of_its_event(site, events):
    page = LexborHTMLParser((site / CHRONICLE).read_text(encoding="utf-8"))
    rows = page.css("table.chronicle tbody tr")
    assert len(rows) == len(events)
    for row, event in zip(rows, events.to_dict("records")):
        link = row.css_first("td:nth-child(2) a")
        assert (site / CHRONICLE).parent.joinpath(link.attrs["href"]).resolve() == site / "events" / f"{event['event_id']}.html"
        assert re.sub("[’\u00a0]", lambda mark: {"’": "'"}.get(mark.group(), " "), link.text().strip()) == event["title"]
        assert row.css_first(f"[id='event-{event['event_id']}']")


def test_link_to_an_event_finds_it_under_any_filter(page, served, events):
    leaders = expected(events, level="leaders")
    other = next(id for id in events["event_id"] if id not in leaders)
    page.goto(f"{served}{CHRONICLE}?level=leaders#event-{other}")
    assert other in shown(page)


@pytest.mark.parametrize("place", ["server", "disk"])
def test_download_holds_the_rows_that_are_shown_and_names_the_data(page, served, site, events, root, place):
    address = served if place == "server" else site.as_uri() + "/"
    page.goto(address + CHRONICLE)
    page.locator("select[name=mediator]").select_option("eu")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download these events").click()
    version = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))["version"]
    assert download.value.suggested_filename == f"events-shown-{version}.csv"
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["event_id"] for row in rows} == with_mediator(events, "EU")
    assert list(rows[0]) == list(events.columns)
    assert not [cell for row in rows for cell in row.values() if re.match(r"[=+@\t\r-]", cell)]


@pytest.mark.parametrize("width", [390, 1400])
def test_timeline_works_by_keyboard_and_its_targets_are_large(browser, served, events, width):
    context = window(browser, width)
    tab = context.new_page()
    tab.goto(served + CHRONICLE)
    tab.locator(".chronicle-tools details").evaluate("(each) => { each.open = true; }")
    button = tab.get_by_role("button", name="January to June 2023")
    size = button.bounding_box()
    assert size["width"] >= 24 and size["height"] >= 24
    button.focus()
    tab.keyboard.press("Enter")
    assert shown(tab) == touches(events, "2023-01-01", "2023-06-30")
    expect(button).to_have_attribute("aria-pressed", "true")
    tab.keyboard.press("Enter")
    assert len(shown(tab)) == len(events)
    context.close()


def test_controls_are_reached_by_keyboard_in_order(page, served):
    page.goto(served + CHRONICLE)
    page.get_by_label("Words in the record").focus()
    names = []
    for _ in range(9):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.name || document.activeElement.tagName"))
    assert names == ["BUTTON", "BUTTON", "SUMMARY", "track", "level", "mediator", "kind", "thread", "article"]


def test_targets_in_the_controls_are_at_least_24_pixels(browser, served):
    context = window(browser, 390)
    tab = context.new_page()
    tab.goto(served + CHRONICLE)
    tab.locator(".chronicle-tools summary").click()
    assert_targets_are_large(tab.locator(".chronicle-tools :is(input, select, button, summary)"))
    context.close()


def test_the_entry_that_a_link_leads_to_stands_out(page, served, events):
    first, second = events["event_id"].iloc[[100, 101]]
    page.goto(f"{served}{CHRONICLE}#event-{first}")
    ground = page.locator(f"tr:has(#event-{second})").evaluate("(row) => getComputedStyle(row).backgroundColor")
    expect(page.locator(f"tr:has(#event-{first})")).not_to_have_css("background-color", ground)


@pytest.mark.parametrize("word", ["Laçın", "berdzor", "LACHIN"])
def test_words_find_a_place_by_any_of_its_names(page, served, word):
    page.goto(f"{served}{CHRONICLE}?words=Lachin")
    expect(page.locator(".chronicle-tools")).to_have_attribute("aria-busy", "false")
    by_one_name = shown(page)
    page.goto(f"{served}{CHRONICLE}?words={word}")
    expect(page.locator(".chronicle-tools")).to_have_attribute("aria-busy", "false")
    assert shown(page) == by_one_name != set()
