"""What the tests of the site share: the built pages, a server that counts bytes as hosts do, and a real browser."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from weakref import WeakKeyDictionary

import find_browser
import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, Page, Route, sync_playwright


@functools.lru_cache(maxsize=256)
def _packed(path: Path, saved: int) -> bytes:
    """A file as a host sends it; packed once, as each page asks for the same styles and scripts. saved: when it was."""
    return gzip.compress(path.read_bytes(), 9)


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, text compressed, as the usual hosts of static sites do."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits forty milliseconds for the browser to confirm its head

    def log_message(self, *arguments) -> None:
        pass

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            return self.send_error(404)
        kind = self.guess_type(str(path))
        self.send_response(200)
        self.send_header("Content-Type", kind)
        if kind.startswith("text/") or kind.endswith(("javascript", "json", "svg+xml")):
            content = _packed(path, path.stat().st_mtime_ns)
            self.send_header("Content-Encoding", "gzip")
        else:
            content = path.read_bytes()
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=600")  # so that the next page does not load styles, scripts and fonts again
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="session")
def site(built_book: Path) -> Path:
    """The folder of the built pages."""
    return built_book / "html"


# Set where somebody wants to look at what the tests open, as the workflow does: to take the pictures is a tenth of a visit.
KEEP_PICTURES = bool(os.environ.get("KEEP_PICTURES"))


@pytest.fixture(scope="session")
def picture(built_book: Path) -> Callable[[Page | Locator, str], None]:
    """Keeps a picture of what shows, under a name, if pictures are wanted."""
    folder = built_book / "screenshots"

    def keep(shown: Page | Locator, name: str) -> None:
        if KEEP_PICTURES:
            shown.screenshot(path=folder / f"{name}.png")

    return keep


# A script that adds up in a page's ``moved`` how far its parts move while it loads.
MOVED = "window.moved = 0; new PerformanceObserver((list) => { for (const each of list.getEntries()) moved += each.value; }).observe({type: 'layout-shift', buffered: true})"
# Made by one template from the data alone, so many that a browser opens only some of them.
LIGHT = ("events", "numbers")


def pages_of(site: Path) -> list[str]:
    """Every page of the book, as an address relative to the root; the root itself only redirects, and what a server shows for none is a light page."""
    found = (path.relative_to(site) for path in site.rglob("*.html"))
    return sorted(str(path) for path in found if path.parts[0] not in ("_static", "_sources", "index.html", "404.html", "downloads", *LIGHT))


def light_pages_of(site: Path) -> list[str]:
    """Every light page beside those of the book."""
    return sorted(str(path.relative_to(site)) for folder in LIGHT for path in (site / folder).glob("*.html"))


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address) -> None:
        # A browser that leaves before it has everything is no fault.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def assert_targets_are_large(controls: Locator) -> None:
    """Each control is at least 24 pixels wide and high, so that a finger meets it."""
    small = controls.evaluate_all("(all) => all.filter((each) => Math.min(each.getBoundingClientRect().width, each.getBoundingClientRect().height) < 24).map((each) => each.outerHTML)")
    assert not small, "\n".join(small)


@contextlib.contextmanager
def serving(site: Path) -> Iterator[str]:
    """A local server of the site for as long as it is needed; gives its address."""
    server = _Server(("127.0.0.1", 0), functools.partial(_Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The address of the site on a local server."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium or Chrome, wherever it comes from."""
    with sync_playwright() as playwright:
        try:
            started = find_browser.start(playwright)
        except find_browser.NoBrowser as reason:
            pytest.fail(str(reason), pytrace=False)
        yield started
        started.close()


class Window:
    """A window for one test, without motion, so that nothing is judged half-way.

    What lies below it stays for the next one: to begin anew, and to load styles,
    scripts and fonts again, takes a browser five times as long as to show a page.
    """

    def __init__(self, below: BrowserContext, width: int, theme: str):
        self._below, self._width, self._theme = below, width, theme
        self._tabs: list[Page] = []

    def new_page(self) -> Page:
        tab = self._below.new_page()
        self._tabs.append(tab)
        tab.set_viewport_size({"width": self._width, "height": 900})
        tab.emulate_media(color_scheme=self._theme)
        return tab

    def new_cdp_session(self, tab: Page) -> CDPSession:
        return self._below.new_cdp_session(tab)

    def close(self) -> None:
        """Close its tabs, and forget what they have stored."""
        for tab in self._tabs:
            if not tab.is_closed():
                tab.evaluate("() => { try { localStorage.clear(); } catch { /* a page that may not */ } }")
                tab.close()


_below: WeakKeyDictionary[Browser, dict[frozenset, BrowserContext]] = WeakKeyDictionary()


def window(browser: Browser, width: int = 1400, theme: str = "light", **options) -> Window:
    """A window; the options are those of a context of the browser."""
    kinds = _below.setdefault(browser, {})
    kind = frozenset(options.items())
    if kind not in kinds:
        kinds[kind] = fresh_window(browser, **options)
    return Window(kinds[kind], width, theme)


def fresh_window(browser: Browser, width: int = 1400, **options) -> BrowserContext:
    """A window of a browser that was never used before: with nothing loaded and nothing stored."""
    return browser.new_context(viewport={"width": width, "height": 900}, color_scheme="light", reduced_motion="reduce", **options)


@pytest.fixture()
def page(browser: Browser) -> Iterator[Page]:
    """A tab in a fresh wide window."""
    context = window(browser)
    yield context.new_page()
    context.close()


@pytest.fixture()
def phone(browser: Browser) -> Iterator[Page]:
    """A tab as large as the screen of a phone."""
    context = window(browser, 390)
    tab = context.new_page()
    tab.set_viewport_size({"width": 390, "height": 844})
    yield tab
    context.close()


@contextlib.contextmanager
def opened_without(page: Page, address: str, script: str) -> Iterator[None]:
    """Meanwhile the page is open and a script of it has not come."""
    held: list[Route] = []
    page.route(f"**/{script}*", lambda route: held.append(route))
    with page.expect_request(f"**/{script}*"):
        page.goto(address, wait_until="commit")
    yield
    held.pop().continue_()


def see_whole(page: Page) -> None:
    """Read to the end, until the pictures that wait to be seen and the fonts are there."""
    page.evaluate("""async () => {
        const frame = () => new Promise(requestAnimationFrame);
        const late = performance.now() + 10_000;
        for (const image of [...document.images].filter((each) => each.checkVisibility())) {
            image.scrollIntoView({block: 'center'});
            // Not decode(), which never ends where another source takes over meanwhile.
            do { await frame(); } while (!image.complete && performance.now() < late);
            if (!image.complete) throw new Error(`${image.currentSrc} does not come`);
        }
        scrollTo(0, document.body.scrollHeight);
        await document.fonts.ready;
        await frame();
        scrollTo(0, 0);
    }""")


def faces_of(browser: Browser, address: str, selector: str) -> list[dict]:
    """The faces in which the first element of a page that fits is set, opened with an empty cache, as Chromium tells them."""
    context = fresh_window(browser)
    tab = context.new_page()
    tab.goto(address)
    tab.evaluate("document.fonts.ready")
    devtools = context.new_cdp_session(tab)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    words = devtools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    faces = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": words})["fonts"]
    context.close()
    return faces
