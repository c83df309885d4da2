"""Every page opened once, seen at each width, and opened once from the disk, with all that the tests ask of it noted on the way."""

from __future__ import annotations

import contextlib
import functools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page
from site_browser import KEEP_PICTURES, fresh_window, pages_of, see_whole

# The second is a phone; 320 pixels are a window of 640 at a zoom of 200 per cent, or of 1280 at 400.
WIDE, PHONE, NARROWEST = WIDTHS = (1400, 390, 320)
LONGEST_WAIT = 10_000  # milliseconds
# What pictures are kept of, for whoever wants to look: the first screen of these pages, and every map.
PICTURED = ("chapters/intro.html", "chapters/story.html")
MAPS = "figure[id$='-map'] svg:visible"

# What only a screen needs.
CONTROLS = (".bd-sidebar-primary", ".downloads", ".row-filter", ".notebook-downloads", "details.hide:not([open])")

ASKED = """() => {
    const shown = (each) => each.checkVisibility();
    return {
        headings: [...document.querySelectorAll('main :is(h1,h2,h3,h4,h5,h6)')].filter(shown).map((each) => +each.tagName[1]),
        figures: [...document.querySelectorAll('figure.evidence-figure svg')].filter(shown).map((each) => ({
            name: each.closest('figure').id,
            smallest: Math.min(...[...each.querySelectorAll('text')].map((words) => parseFloat(getComputedStyle(words).fontSize)))
                * each.getBoundingClientRect().width / each.viewBox.baseVal.width,
        })),
    };
}"""
STORED = "({local: Object.keys(localStorage), 'of the tab': Object.keys(sessionStorage)})"
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
AXE = """async ([place, which]) => {
    const rules = axe.getRules().filter(({tags}) => !tags.some((tag) => ['wcag2aaa', 'experimental', 'deprecated'].includes(tag)));
    const judged = rules.filter(({tags}) => which === 'all' || tags.includes('cat.color') === (which === 'colours')).map(({ruleId}) => ruleId);
    const {violations} = await axe.run(place, {resultTypes: ['violations'], preload: false, runOnly: judged});
    return violations.map((each) => `${each.id}: ${each.nodes[0].html.slice(0, 200)}`);
}"""
# Looks come from style sheets and structure from templates, so what is alike need not be judged a
# thousand times: this takes each part away whose every element has two others before it that stand in
# elements of the same kind, with the same role, as empty and as named, and with the same computed look,
# be it on this page or among the kinds that are known from others; it gives the kinds that are left, and
# the other puts back what was taken.
KEEP_TWO_OF_A_KIND = """(known) => {
    const LOOK = ['display', 'visibility', 'opacity', 'color', 'backgroundColor', 'backgroundImage', 'fill', 'fontSize', 'fontWeight', 'textDecorationLine'];
    const WHOLE = 'tr, thead, dl, select, svg text, svg defs';  // of which no part can be missed
    const FRAME = 'section, header, h1, h2, h3';  // without which a page is none
    const short = (words) => {
        let one = 0xdeadbeef, other = 0x41c6ce57;
        for (let at = 0; at < words.length; at++) {
            one = Math.imul(one ^ words.charCodeAt(at), 2654435761);
            other = Math.imul(other ^ words.charCodeAt(at), 1597334677);
        }
        return (other >>> 0) * 0x100000 + (one >>> 12);
    };
    const kinds = new Map([[document.documentElement, 0]]), seen = new Map();
    for (const kind of known) seen.set(kind, (seen.get(kind) || 0) + 1);
    for (const each of [document.body, ...document.body.querySelectorAll('*')]) {
        const told = [...each.attributes].filter(({name}) => /^(role|scope|tabindex|type|open|lang|aria-(?!label|describedby|controls))/.test(name));
        const look = getComputedStyle(each);
        const named = ['aria-label', 'aria-labelledby', 'title', 'alt', 'value', 'placeholder', 'href', 'for'].filter((name) => each.getAttribute(name)?.trim());
        kinds.set(each, short([kinds.get(each.parentElement), each.localName, /\\S/.test(each.textContent), ...named, ...told.map(({name, value}) => name + value), ...LOOK.map((name) => look[name])].join()));
    }
    const often = (each) => seen.get(kinds.get(each)) || 0;
    const left = [];
    const twins = [];
    (window.twins ??= []).push(twins);
    const go = (parent) => {
        const leave = !parent.matches(WHOLE);
        [...parent.children].forEach((each, number) => {
            if (leave && number > 1 && !each.matches(FRAME) && !each.querySelector(FRAME) && [each, ...each.querySelectorAll('*')].every((part) => often(part) > 1)) {
                twins.push([document.createComment(''), each]);
            } else {
                seen.set(kinds.get(each), often(each) + 1);
                if (often(each) < 3) left.push(kinds.get(each));
                go(each);
            }
        });
    };
    go(document.body);
    twins.forEach(([place, each]) => each.replaceWith(place));
    return left;
}"""
OPEN = """async (open) => {
    const others = [...document.querySelectorAll('main details')].filter((each) => each.open !== open);
    if (!others.length) return;
    others.forEach((each) => { each.open = open; });
    for (const _ of [1, 2]) await new Promise(requestAnimationFrame);  // until scripts have seen it
}"""
PUT_TWINS_BACK = "() => window.twins.pop().forEach(([place, each]) => place.replaceWith(each))"


@dataclass
class Visit:
    """What one page asked for, said and showed from its opening to its end; by the width of the window, where that matters."""

    requests: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)  # kind and text of each line on the console
    bytes: int = 0  # of a first visit
    storage: dict[str, list[str]] = field(default_factory=dict)  # names of what is stored
    cookies: list[dict] = field(default_factory=list)
    headings: dict[int, list[int]] = field(default_factory=dict)  # levels of those that show
    figures: dict[int, list[dict]] = field(default_factory=dict)  # name of each drawing that shows and the size of its smallest words
    over: dict[int, int] = field(default_factory=dict)  # pixels by which the page is wider than the window
    faults: list[str] = field(default_factory=list)  # that axe finds
    dark: str = ""  # the theme of the page after the system has turned dark
    printed: dict[int, dict] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)  # addresses of pictures of the article that did not come

    @property
    def errors(self) -> list[str]:
        return [text for kind, text in self.told if kind in ("error", "warning")]


def listen(tab: Page, visit: Callable[[], Visit]) -> None:
    """Note what the pages of a tab ask for and say, each for the visit that is under way."""
    tab.on("request", lambda request: visit().requests.append(request.url))
    tab.on("requestfailed", lambda request: visit().failed.append(request.url))
    tab.on("console", lambda message: visit().told.append((message.type, message.text)))
    tab.on("pageerror", lambda error: visit().told.append(("error", str(error))))


@contextlib.contextmanager
def two_of_a_kind(tab: Page, judged: list[int] | None = None) -> Iterator[None]:
    """Meanwhile the page has all its details open and nothing that is there a third time.

    judged: kinds of elements that other pages had; those of this page are added.
    """
    tab.evaluate(OPEN, True)
    left = tab.evaluate(KEEP_TWO_OF_A_KIND, judged or [])
    if judged is not None:
        judged += left
    yield
    tab.evaluate(PUT_TWINS_BACK)


def axe_finds(tab: Page, which: str = "all", judged: list[int] | None = None) -> list[str]:
    """The faults of two of each kind of elements (see above) by "all" rules, or by those of "colours" or "structure"."""
    with two_of_a_kind(tab, judged):
        return tab.evaluate(AXE, ["html", which])


class Visitor:
    """A browser that opens one page after the other, each as if it were the first: nothing that was loaded is kept."""

    def __init__(self, browser: Browser):
        self.context = fresh_window(browser)
        self.judged: dict[str, list[int]] = defaultdict(list)  # kinds of elements, on all pages
        self.now = Visit()
        self.coming: set[str] = set()
        self.tab = self.context.new_page()
        listen(self.tab, lambda: self.now)
        network = self.context.new_cdp_session(self.tab)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        network.on("Network.requestWillBeSent", lambda event: self.coming.add(event["requestId"]))
        network.on("Network.loadingFailed", lambda event: self.coming.discard(event["requestId"]))
        network.on("Network.loadingFinished", self._came)

    def _came(self, event) -> None:
        self.coming.discard(event["requestId"])
        self.now.bytes += event["encodedDataLength"]

    def visit(self, address: str, look: Callable[[Page, int], None]) -> Visit:
        """Read a page whole: wide and as on a phone, as it prints, in the light and in the dark; first as it comes, then with all its details open.

        look: takes what shows wide and as on a phone, as it comes.
        """
        tab = self.tab
        tab.set_viewport_size({"width": WIDE, "height": 900})
        visit = self.open(address)
        self._look(WIDE)
        look(tab, WIDE)
        tab.set_viewport_size({"width": NARROWEST, "height": 900})
        visit.over[NARROWEST] = tab.evaluate(OVER)
        tab.set_viewport_size({"width": PHONE, "height": 900})
        self._look(PHONE)
        look(tab, PHONE)
        tab.evaluate(AXE_SCRIPT)
        visit.faults += axe_finds(tab, "all", self.judged["on a phone"])
        tab.set_viewport_size({"width": WIDE, "height": 900})
        with two_of_a_kind(tab):
            visit.faults += tab.evaluate(AXE, ["html", "structure"])
            visit.faults += axe_finds(tab, "colours", self.judged["in the light"])
        tab.emulate_media(color_scheme="dark")
        see_whole(tab)
        visit.dark = tab.evaluate("document.documentElement.dataset.theme")
        # Each colour has one name, which the dark theme gives another value at every width.
        visit.faults += [f"dark: {fault}" for fault in axe_finds(tab, "colours", self.judged["in the dark"])]
        tab.emulate_media(color_scheme="light")
        visit.cookies = self.context.cookies()
        visit.storage = tab.evaluate(STORED)
        return visit

    def open(self, address: str) -> Visit:
        """Begin a visit, and wait until all of the page is there."""
        self.now = Visit()
        self.tab.goto(address)
        see_whole(self.tab)
        waited = 0
        while self.coming and waited < LONGEST_WAIT:
            self.tab.wait_for_timeout(20)
            waited += 20
        return self.now

    def _look(self, width: int) -> None:
        """Note what shows at a width, on the screen and in print."""
        tab, visit = self.tab, self.now
        see_whole(tab)
        for name, value in tab.evaluate(ASKED).items():
            getattr(visit, name)[width] = value
        visit.over[width] = tab.evaluate(OVER)
        tab.emulate_media(media="print")
        visit.printed[width] = tab.evaluate(PRINTED, list(CONTROLS))
        tab.emulate_media(media="screen")


# The name says to the workers which tests look at these visits.
@pytest.fixture(scope="session", params=["visited"])
def visits(browser: Browser, served: str, site: Path, picture) -> dict[str, Visit]:
    """A first visit to every page."""
    visitor = Visitor(browser)

    def look(name: str, tab: Page, width: int) -> None:
        if not KEEP_PICTURES:
            return
        shown = {name.removesuffix(".html").replace("/", "-"): tab} if name in PICTURED else {}
        shown |= {each.evaluate("(drawing) => drawing.closest('figure').id"): each for each in tab.locator(MAPS).all()}
        for theme in ("dark", "light") if shown else ():
            tab.emulate_media(color_scheme=theme)
            for what, part in shown.items():
                picture(part, f"{what}-{width}-{theme}")

    return {name: visitor.visit(served + name, functools.partial(look, name)) for name in pages_of(site)}


@pytest.fixture(scope="session")
def visits_from_disk(browser: Browser, site: Path) -> dict[str, Visit]:
    """A visit to every page, opened as a file."""
    visitor, found = Visitor(browser), {}
    for name in pages_of(site):
        found[name] = visitor.open((site / name).as_uri())
        found[name].empty = visitor.tab.evaluate("[...document.querySelectorAll('article img')].filter((each) => !each.naturalWidth).map((each) => each.src)")
    return found
