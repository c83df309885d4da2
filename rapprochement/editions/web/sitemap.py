"""The list of all pages for search engines, once the book knows its address.

Made of the finished site, so that it names the pages beside the chapters, and
also those that this build did not write.
"""

from __future__ import annotations

import html
from pathlib import Path
from urllib.parse import quote

NAME = "sitemap.xml"
# The root only leads on; the others hold nothing to find.
NOT_LISTED = ("index.html", "404.html", "search.html")
NO_PAGES = ("_static", "_sources", "downloads")


def write(base: str, site: Path) -> None:
    """Write the list into *site* and tell crawlers of it; *base* is the address of the book, empty where it has none."""
    if not base:
        return
    root = base.rstrip("/") + "/"
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    listed = [page for page in pages if page not in NOT_LISTED and page.split("/")[0] not in NO_PAGES]
    urls = "".join(f"<url><loc>{html.escape(root + quote(page))}</loc></url>\n" for page in listed)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    (site / NAME).write_text(text, encoding="utf-8")
    robots = site / "robots.txt"
    rules = robots.read_text(encoding="utf-8").rstrip("\n") + "\n" if robots.is_file() else ""
    robots.write_text(f"{rules}Sitemap: {root}{NAME}\n", encoding="utf-8")
