"""What a reader can do with the claims ledger on screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from site_browser import assert_targets_are_large, opened_without, window

LEDGER = "chapters/evidence/claims.html"


def shown(tab) -> set[str]:
    return set(
        tab.evaluate(
            "[...document.querySelectorAll('table.claims tbody tr')].filter((row) => row.checkVisibility())"
            ".map((row) => row.querySelector('[id^=claim-]').id.slice(6))"
        )
    )


def ids(claims, **wanted) -> set[str]:
    """The ids that filters must leave, counted here from the data alone."""
    for column, value in wanted.items():
        claims = claims[claims[column] == value]
    return set(claims["claim_id"])


@pytest.mark.parametrize("place", ["server", "disk"])
def test_verdict_shows_its_claims_counts_them_and_stays_in_the_address(page, served, site, claims, place):
    root = served if place == "server" else site.as_uri() + "/"
    page.goto(root + LEDGER)
    page.get_by_label("Against the record").select_option("contradicted")
    wrong = ids(claims, against_record="contradicted")
    assert wrong and shown(page) == wrong
    expect(page.locator("output")).to_have_text(f"Showing {len(wrong)} of {len(claims)} claims.")
    address = page.url
    assert "record=contradicted" in address
    page.goto("about:blank")
    page.goto(address)
    assert shown(page) == wrong
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("output")).to_have_text(f"Showing {len(claims)} of {len(claims)} claims.")


def test_every_filter_of_the_ledger_shows_what_the_data_says(page, served, claims):
    page.goto(served + LEDGER)
    computed = set(claims[claims["check"] != ""]["claim_id"])
    for label, value, expected in (
        ("Against its own list", "partly", ids(claims, against_own_list="partly")),
        ("Kind", "omission", ids(claims, kind="omission")),
        ("How it was decided", "by-computer", computed),
        ("How it was decided", "by-reading", set(claims["claim_id"]) - computed),
        ("Chapter", "highlights-recognition", ids(claims, chapter="highlights/recognition")),
    ):
        page.get_by_label(label, exact=True).select_option(value)
        assert expected and shown(page) == expected, label
        page.get_by_label(label, exact=True).select_option("")
    page.get_by_label("Words in the claim").fill("ERDOGAN")
    expect(page.locator("form.row-filter")).to_have_attribute("aria-busy", "false")  # names come with the first word
    assert shown(page) and shown(page) < set(claims["claim_id"])


def test_chapter_in_the_address_shows_its_claims_and_hides_emptied_parts(page, served, claims):
    page.goto(served + LEDGER + "?chapter=highlights-ankara-inauguration")
    assert shown(page) == ids(claims, chapter="highlights/ankara-inauguration")
    expect(page.get_by_role("heading", name="First highlight: recognition")).to_be_hidden()
    expect(page.get_by_label("Chapter", exact=True).locator("option:checked")).to_contain_text("Pashinyan at the inauguration in Ankara")


@pytest.mark.parametrize("place", ["server", "disk"])
def test_links_from_a_chapter_arrive_with_its_claims_alone(page, served, site, claims, place):
    root = served if place == "server" else site.as_uri() + "/"
    chapter = "highlights/recognition"
    page.goto(f"{root}chapters/{chapter}.html")
    page.get_by_role("link", name="ledger", exact=True).click()
    expect(page.locator("output")).to_contain_text("Showing")
    assert shown(page) == ids(claims, chapter=chapter)
    expect(page.get_by_label("Chapter", exact=True).locator("option:checked")).to_contain_text("Recognition")
    page.goto(f"{root}chapters/{chapter}.html")
    page.get_by_role("link", name="P15", exact=True).first.click()
    expect(page.locator("output")).to_contain_text("Showing")
    assert shown(page) == ids(claims, paragraph="P15")
    expect(page.locator("#paragraph-p15")).to_be_in_viewport()


def test_verdict_counts_of_a_chapter_lead_to_just_these_claims_in_the_ledger(page, served, claims):
    page.goto(served + "chapters/highlights/recognition.html")
    page.locator("p", has_text="Claim by claim.").locator("a.number").nth(1).click()
    page.get_by_role("link", name="in the ledger").click()
    expect(page.locator("output")).to_contain_text("Showing")
    assert shown(page) == ids(claims, chapter="highlights/recognition", against_record="holds")


def test_link_to_a_claim_finds_it_under_any_filter(page, served):
    page.goto(served + LEDGER + "?record=contradicted#claim-p1-call-date")
    assert "p1-call-date" in shown(page)
    expect(page.locator("#claim-p1-call-date")).to_be_in_viewport()


def test_ledger_is_whole_without_scripts(browser, served, claims):
    context = window(browser, java_script_enabled=False)
    tab = context.new_page()
    tab.goto(served + LEDGER)
    expect(tab.locator(".ledger-tools")).to_be_hidden()
    assert tab.locator("table.claims tbody tr:visible").count() == len(claims)
    context.close()


def test_targets_in_the_filters_of_the_ledger_are_at_least_24_pixels(phone, served):
    phone.goto(served + LEDGER)
    phone.locator(".ledger-tools summary").click()
    assert_targets_are_large(phone.locator(".ledger-tools :is(input, select, button, summary)"))


def test_what_is_typed_or_sent_before_the_script_comes_is_kept(page, served, claims):
    words = page.locator("form.row-filter input[type=search]")
    with opened_without(page, f"{served}{LEDGER}?record=holds", "row-filter.js"):
        words.fill("Brussels")
        expect(page.get_by_label("Against the record")).to_have_value("holds")
    expect(page.locator("output")).to_contain_text(f" of {len(claims)} claims.")
    expect(words).to_have_value("Brussels")
    assert shown(page) and shown(page) < ids(claims, against_record="holds")
    assert "words=Brussels" in page.url and "record=holds" in page.url
