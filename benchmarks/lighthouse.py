"""What Lighthouse says of every page, on a desktop and on a phone.

    python benchmarks/lighthouse.py [--runs 5] [--only WORD] [--command "npx --yes lighthouse@12.8.2"]

Needs Node 18 or newer with npx, Chromium, and a built book. Serves the pages
compressed on this machine and prints, for each page and device, the median of
the runs and every check that failed. Performance moves with whatever else the
machine does; the other three scores do not.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))  # for the server that the tests of the site use
import find_browser  # noqa: E402
from site_browser import pages_of, serving  # noqa: E402

SITE = ROOT / "_build" / "html"
SCORES = ("performance", "accessibility", "best-practices", "seo")
DEVICES = {"desktop": ["--preset=desktop"], "mobile": []}
# Pages that ask search engines to stay away.
NOT_TO_BE_FOUND = ("404.html", "search.html")


def judge(command: list[str], address: str, device: str) -> dict:
    """One run of Lighthouse over one page; raises if it could not run."""
    result = subprocess.run(
        [*command, address, *DEVICES[device], "--output=json", "--quiet",
         "--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-background-networking"],
        capture_output=True, text=True, timeout=180, check=True,
        env={**os.environ, "CHROME_PATH": os.environ.get("CHROME_PATH") or find_browser.of_the_system() or ""},
    )
    report = json.loads(result.stdout)
    if "runtimeError" in report:
        raise RuntimeError(report["runtimeError"]["message"])
    return report


def failures(report: dict) -> set[str]:
    """The checks that took points, performance apart: it has no yes and no."""
    return {
        each["id"]
        for name in SCORES[1:]
        for each in report["categories"][name]["auditRefs"]
        if each["weight"] and (report["audits"][each["id"]]["score"] or 0) < 1
        and report["audits"][each["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--only", default="", help="only pages whose address holds this")
    parser.add_argument("--command", default="npx --yes lighthouse@12.8.2")
    wanted = parser.parse_args()
    with serving(SITE) as root:
        print("page | device | " + " | ".join(SCORES) + " | largest paint s | blocked ms | shift | load | failed", flush=True)
        for page in (page for page in pages_of(SITE) if wanted.only in page):
            for device in DEVICES:
                reports = [judge(shlex.split(wanted.command), root + page, device) for _ in range(wanted.runs)]
                scores = [round(statistics.median(100 * each["categories"][name]["score"] for each in reports)) for name in SCORES]
                paint, blocked, shift = (
                    statistics.median(each["audits"][name]["numericValue"] for each in reports)
                    for name in ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
                )
                failed = sorted(set().union(*map(failures, reports)))
                load, *_ = os.getloadavg()
                print(
                    f"{page} | {device} | {' | '.join(map(str, scores))} | {paint / 1000:.1f} | {blocked:.0f} | {shift:.2f} | {load:.1f} | {', '.join(failed)}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
