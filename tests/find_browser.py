"""The browser that the tests of the site need: ``python tests/find_browser.py`` finds it, or says how to get one.

As root on Debian, ``--install`` gets it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

# The first takes a sixth less of the processor for the same pages.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OF_MACOS = ("Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium")
APPLICATIONS = (Path("/Applications"), Path.home() / "Applications")


class NoBrowser(Exception):
    """There is no browser that starts; the message says how to get one."""


def of_the_system() -> str | None:
    """Chromium or Chrome on the path or among the applications of macOS; None if there is none."""
    found = [*map(shutil.which, NAMES), *(str(folder / name) for folder in APPLICATIONS for name in OF_MACOS)]
    return next((each for each in found if each and _answers(each)), None)


def _answers(executable: str) -> bool:
    """Whether it is more than a name: Ubuntu has a chromium-browser that only says where to get one."""
    try:
        return subprocess.run([executable, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def start(playwright: Playwright) -> Browser:
    """Start the browser of the system, else the one that Playwright has brought; raises NoBrowser."""
    told = ""
    system = of_the_system()
    for executable in (system, None) if system else (None,):
        try:
            return playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-background-networking"])
        except Error as error:
            first, *log = error.message.splitlines()
            if "Executable doesn't exist" not in first:
                own_words = [line.partition("[err] ")[2] for line in log if line.startswith("[pid=")]
                told += f"\n{executable or 'The browser of Playwright'} does not start: {next(filter(None, own_words), first)}"
    raise NoBrowser(how_to_get_one() + told)


def how_to_get_one() -> str:
    own = f"{shlex.quote(sys.executable)} -m playwright install chromium"
    if sys.platform == "darwin":
        ways = f"Put Google Chrome into Applications, or run: {own}"
    elif sys.platform == "win32":
        ways = f"Run: {own}"
    else:
        ways = f"As root on Debian: apt-get install {NAMES[0]}\nWithout root, and on any other system: {own}"
    return f"The tests of the site need Chromium or Chrome, and there is none that starts.\n{ways}\nThen run make test again; make quick runs the tests that need no browser."


def _install() -> None:
    quietly = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "update", "-qq"], **quietly)
    for package in NAMES[:2]:  # an older system has only the second
        if subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], **quietly).returncode == 0:
            return


def main(arguments: list[str]) -> int:
    if of_the_system():
        return 0
    with sync_playwright() as playwright:
        try:
            start(playwright).close()
        except NoBrowser as reason:
            if "--install" in arguments and shutil.which("apt-get") and os.geteuid() == 0:
                _install()
                if of_the_system():
                    return 0
            print(reason, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
