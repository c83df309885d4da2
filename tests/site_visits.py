"""Every page opened once at each width and once from the disk, with all that the tests ask of it noted on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page
from site_browser import pages_of, see_whole, window

# The second is a phone; 320 pixels are a window of 640 at a zoom of 200 per cent, or of 1280 at 400.
WIDTHS = (1400, 390)
NARROWER = {390: 320}
LONGEST_WAIT = 10_000  # milliseconds

# What only a screen needs.
CONTROLS = (".bd-sidebar-primary", ".downloads", ".row-filter", ".notebook-downloads", "details.hide:not([open])")

ASKED = """() => {
    const shown = (each) => each.checkVisibility();
    return {
        storage: [...Object.keys(localStorage), ...Object.keys(sessionStorage)],
        headings: [...document.querySelectorAll('main :is(h1,h2,h3,h4,h5,h6)')].filter(shown).map((each) => +each.tagName[1]),
        figures: [...document.querySelectorAll('figure.evidence-figure svg')].filter(shown).map((each) => ({
            name: each.closest('figure').id,
            smallest: Math.min(...[...each.querySelectorAll('text')].map((words) => parseFloat(getComputedStyle(words).fontSize)))
                * each.getBoundingClientRect().width / each.viewBox.baseVal.width,
        })),
    };
}"""
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PRINTED = """(controls) => {
    const shown = (each) => each?.checkVisibility({visibilityProperty: true}) && each.getBoundingClientRect().width > 0;
    return {
        title: shown(document.querySelector('main h1')),
        naming: shown(document.querySelector('footer p.naming')),
        controls: controls.filter((each) => [...document.querySelectorAll(each)].some(shown)),
    };
}"""
# Of the rules that a page passes axe need not list every node, and it looks for the styles
# that a style sheet imports beside the page, where they are not.
AXE = """async ([place, choose]) => {
    const seen = axe.getRules(['cat.color'])
        .filter(({tags}) => !tags.some((tag) => ['wcag2aaa', 'experimental', 'deprecated'].includes(tag)))
        .map(({ruleId}) => ruleId);
    const {violations} = await axe.run(place, {resultTypes: ['violations'], preload: false, ...(choose === 'seen' ? {runOnly: seen} : {})});
    return violations.map((each) => `${each.id}: ${each.nodes[0].html.slice(0, 200)}`);
}"""
# Looks come from style sheets and structure from templates, so what is alike need not be judged a
# thousand times: this takes each part away whose every element has two others before it that stand in
# elements of the same kind, with the same role, as empty and as named, and with the same computed look;
# the other puts it back.
KEEP_TWO_OF_A_KIND = """() => {
    const LOOK = ['display', 'visibility', 'opacity', 'color', 'backgroundColor', 'backgroundImage', 'fill', 'fontSize', 'fontWeight', 'textDecorationLine'];
    const WHOLE = 'tr, thead, dl, select, svg text, svg defs';  // of which no part can be missed
    const kinds = new Map([[document.documentElement, '']]), numbers = new Map(), seen = new Map();
    for (const each of [document.body, ...document.body.querySelectorAll('*')]) {
        const told = [...each.attributes].filter(({name}) => /^(role|scope|tabindex|type|open|lang|aria-(?!label|describedby|controls))/.test(name));
        const look = getComputedStyle(each);
        const named = ['aria-label', 'aria-labelledby', 'title', 'alt', 'value', 'placeholder', 'href', 'for'].filter((name) => each.getAttribute(name)?.trim());
        const kind = [kinds.get(each.parentElement), each.localName, /\\S/.test(each.textContent), ...named, ...told.map(({name, value}) => name + value), ...LOOK.map((name) => look[name])].join();
        if (!numbers.has(kind)) numbers.set(kind, numbers.size);
        kinds.set(each, numbers.get(kind));
    }
    const often = (each) => seen.get(kinds.get(each)) || 0;
    window.twins = [];
    const go = (parent) => {
        const leave = !parent.matches(WHOLE);
        [...parent.children].forEach((each, number) => {
            if (leave && number > 1 && !each.matches('section, h1, h2, h3') && [each, ...each.querySelectorAll('*')].every((part) => often(part) > 1)) {
                twins.push([document.createComment(''), each]);
            } else {
                seen.set(kinds.get(each), often(each) + 1);
                go(each);
            }
        });
    };
    go(document.body);
    twins.forEach(([place, each]) => each.replaceWith(place));
}"""
OPEN = """async (open) => {
    document.querySelectorAll('main details').forEach((each) => each.open = open);
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);  // until scripts have seen it
}"""
PUT_TWINS_BACK = "() => twins.forEach(([place, each]) => place.replaceWith(each))"


@dataclass
class Visit:
    """What one page asked for, said and showed from its opening to its end."""

    requests: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)  # kind and text of each line on the console
    bytes: int = 0  # of the first visit, in the light theme
    storage: list[str] = field(default_factory=list)
    cookies: list[dict] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)  # levels of those that show
    figures: list[dict] = field(default_factory=list)  # name of each drawing that shows and the size of its smallest words
    over: dict[int, int] = field(default_factory=dict)  # pixels by which the page is wider than the window
    faults: list[str] = field(default_factory=list)  # that axe finds
    dark: str = ""  # the theme of the page after the system has turned dark
    printed: dict = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)  # addresses of pictures of the article that did not come

    @property
    def errors(self) -> list[str]:
        return [text for kind, text in self.told if kind in ("error", "warning")]

    def listen(self, tab: Page) -> None:
        tab.on("request", lambda request: self.requests.append(request.url))
        tab.on("requestfailed", lambda request: self.failed.append(request.url))
        tab.on("console", lambda message: self.told.append((message.type, message.text)))
        tab.on("pageerror", lambda error: self.told.append(("error", str(error))))


def axe_finds(tab: Page, theme: str) -> list[str]:
    """The faults of the page, and of what its details hold once they are open; in the dark only what is seen is judged, as nothing else differs."""
    faults: list[str] = []
    details = tab.locator("main details").count()
    for is_open in (False, True) if details else (False,):
        tab.evaluate(OPEN, is_open)
        tab.evaluate(KEEP_TWO_OF_A_KIND)
        faults += tab.evaluate(AXE, ["main details" if is_open else "html", "seen" if theme == "dark" else "all"])
        tab.evaluate(PUT_TWINS_BACK)
    tab.evaluate(OPEN, False)
    return [f"{theme}: {fault}" for fault in faults]


def visit(browser: Browser, address: str, width: int, picture: Path) -> Visit:
    """Open a page in a fresh window with an empty cache, read it whole, in the light, in the dark and as it prints."""
    visit = Visit()
    context = window(browser, width)
    tab = context.new_page()
    visit.listen(tab)
    coming: set[str] = set()
    network = context.new_cdp_session(tab)
    network.send("Network.enable")
    network.on("Network.requestWillBeSent", lambda event: coming.add(event["requestId"]))
    network.on("Network.loadingFailed", lambda event: coming.discard(event["requestId"]))

    def count(event) -> None:
        coming.discard(event["requestId"])
        visit.bytes += event["encodedDataLength"]

    network.on("Network.loadingFinished", count)
    tab.goto(address)
    see_whole(tab)
    waited = 0
    while coming and waited < LONGEST_WAIT:
        tab.wait_for_timeout(20)
        waited += 20
    network.detach()
    for name, value in tab.evaluate(ASKED).items():
        setattr(visit, name, value)
    visit.over[width] = tab.evaluate(OVER)
    tab.screenshot(path=picture.with_name(f"{picture.name}-{width}-light.png"))
    tab.evaluate(AXE_SCRIPT)
    visit.faults += axe_finds(tab, "light")

    tab.emulate_media(color_scheme="dark")
    see_whole(tab)
    visit.dark = tab.evaluate("document.documentElement.dataset.theme")
    tab.screenshot(path=picture.with_name(f"{picture.name}-{width}-dark.png"))
    if width == WIDTHS[0]:  # each colour has one name, which the dark theme gives another value at every width
        visit.faults += axe_finds(tab, "dark")

    tab.emulate_media(color_scheme="light", media="print")
    visit.printed = tab.evaluate(PRINTED, list(CONTROLS))
    tab.emulate_media(media="screen")
    if width in NARROWER:
        tab.set_viewport_size({"width": NARROWER[width], "height": 900})
        visit.over[NARROWER[width]] = tab.evaluate(OVER)
    visit.cookies = context.cookies()
    context.close()
    return visit


@pytest.fixture(scope="session", params=WIDTHS, ids=lambda width: f"{width} wide")
def visits(request, browser: Browser, served: str, site: Path, built_book: Path) -> dict[str, Visit]:
    """A first visit to every page at one width."""
    pictures = built_book / "screenshots"
    pictures.mkdir(exist_ok=True)
    return {
        name: visit(browser, served + name, request.param, pictures / name.removesuffix(".html").replace("/", "-"))
        for name in pages_of(site)
    }


@pytest.fixture(scope="session")
def visits_from_disk(browser: Browser, site: Path) -> dict[str, Visit]:
    """A visit to every page, opened as a file."""
    found = {}
    context = window(browser)
    for name in pages_of(site):
        tab = context.new_page()
        found[name] = Visit()
        found[name].listen(tab)
        tab.goto((site / name).as_uri())
        see_whole(tab)
        found[name].empty = tab.evaluate("[...document.querySelectorAll('article img')].filter((each) => !each.naturalWidth).map((each) => each.src)")
        tab.close()
    context.close()
    return found
