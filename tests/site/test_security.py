"""No page runs or loads what the build did not write."""

from __future__ import annotations

import re

from site_browser import pages_of

from rapprochement.editions.web.policy import policy


def test_every_page_carries_its_policy_before_anything_that_loads(site):
    for name in [*pages_of(site), "index.html", "404.html"]:
        text = (site / name).read_text(encoding="utf-8")
        head = text.partition("Content-Security-Policy")
        assert head[1], f"{name} has no policy"
        assert not re.search(r"<(script|link|style)", head[0]), f"{name} loads before its policy"
        assert text.count('http-equiv="Content-Security-Policy"') == 1, f"{name} has more than one policy"
        policies = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert policies == [policy(text)], f"{name}: the policy is not that of the finished page"


def broken(told: list[str]) -> list[str]:
    return [text for text in told if "Content Security Policy" in text]


def test_no_page_breaks_its_policy(visits):
    """What the browser refuses, it tells on its console."""
    assert {name: broken([text for _, text in visit.told]) for name, visit in visits.items() if broken([text for _, text in visit.told])} == {}


def test_no_page_opened_from_a_disk_breaks_its_policy(visits_from_disk):
    assert {name: broken([text for _, text in visit.told]) for name, visit in visits_from_disk.items() if broken([text for _, text in visit.told])} == {}


def test_a_search_breaks_no_policy(served, page):
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"{served}search.html?q=Lachin")
    page.locator(".hits li p").first.wait_for()
    assert not broken(told)


def test_a_foreign_script_is_refused(site, served, page):
    """The policy is not only there: it holds."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(f"{served.rstrip('/')}/chapters/intro.html")
    page.evaluate("() => { const s = document.createElement('script'); s.textContent = 'window.intruder = 1'; document.head.append(s); }")
    page.evaluate("() => { const s = document.createElement('script'); s.src = 'https://example.org/x.js'; document.head.append(s); }")
    page.wait_for_timeout(300)
    assert page.evaluate("window.intruder") is None
    assert len(broken(told)) == 2
