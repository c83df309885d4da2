"""The page that a server shows for an address that does not exist.

It is shown at any depth, so it holds its own style and must find the book: by the
base address where the book knows it, else by a script that looks in one folder
above the other for a file that only the book has.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

from sphinx.application import Sphinx

from rapprochement.editions.web import light

NAME = "404.html"
BODY = """\
<p class="over">Not found</p>
<h1>There is no such page</h1>
<p>The address may have changed, or it was never there. These lead on:</p>
<ul>
<li><a href="{root}{home}">The first page</a>, the story on one screen</li>
<li><a href="{root}{chronicle}">The chronicle</a>, every event, to filter and to search</li>
<li><a href="{root}search.html">Search</a></li>
</ul>
"""
NOT_SURE = '<p id="not-sure">If they lead nowhere, take the last part off the address above, up to a slash, and try again; the book begins at one of these.</p>\n'
FIND_THE_BOOK = """addEventListener("DOMContentLoaded", async () => {
  if (!location.protocol.startsWith("http")) return;
  const folders = location.pathname.split("/").slice(0, -1);
  for (; folders.length; folders.pop()) {
    const root = `${folders.join("/")}/`;
    const answer = await fetch(`${root}%s`, { method: "HEAD" }).catch(() => null);
    // Some servers answer every address with a page.
    if (!answer?.ok || !answer.headers.get("content-type")?.includes("css")) continue;
    for (const link of document.querySelectorAll("a[href]:not([href^='#'], [href*='://'])")) link.href = root + link.getAttribute("href");
    document.getElementById("not-sure").remove();
    return;
  }
});"""


def write(app: Sphinx, site: Path) -> None:
    """Write the page to *site*, whose style it takes up."""
    base = app.config.html_baseurl
    uri = app.builder.get_target_uri
    body = BODY.format(root=html.escape(base), home=uri(app.config.root_doc), chronicle=uri(app.env.rapprochement_shown_by["event"]))
    page = light.page(
        app, "There is no such page", body if base else body + NOT_SURE, depth=0,
        description="There is no page at this address; these lead on.",
        head="" if base else f"<script>{FIND_THE_BOOK % light.STYLE}</script>", base=base,
    )
    style = (site / light.STYLE).read_text(encoding="utf-8")
    page = re.sub(r'<link rel="icon"[^>]*><link rel="stylesheet"[^>]*>', lambda _: f'<link rel="icon" href="data:,"><style>{style}</style>', page, count=1)
    (site / NAME).write_text(page, encoding="utf-8")
