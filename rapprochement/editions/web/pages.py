"""What every page tells machines and readers about itself: footer, data version, structured data."""

from __future__ import annotations

import functools
import html
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import pandas as pd
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

from rapprochement import record, wording
from rapprochement.editions import web
from rapprochement.editions.web.policy import with_policy

PDF = "rapprochement-in-evidence.pdf"
# Pages that no author writes and that need words for search engines all the same.
DESCRIPTIONS = {
    "search": "Search sections, events, claims, sources, persons, places and terms; a name is found in any spelling.",
}


def follow_the_base_url(app: Sphinx, config: Config) -> None:
    """Where the book knows its address, say so in its pages."""
    if config.html_baseurl:
        config.ogp_site_url = config.html_baseurl


def describe(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Add the data's version to the footer and structured data to the first page."""
    if not web.is_written(app):
        return
    metadata = record.load(app.srcdir).metadata
    pdf = context["pathto"](PDF, 1)
    context["theme_extra_footer"] = edition_line(app, lambda address: context["pathto"](address, 1)) + "\n" + context["theme_extra_footer"]
    if pagename in DESCRIPTIONS:
        context["metatags"] = context.get("metatags", "") + f'\n<meta name="description" content="{DESCRIPTIONS[pagename]}">'
    if context.get("header_buttons"):
        context["header_buttons"] = _plain_links(context["header_buttons"], pdf)
    if pagename == app.config.root_doc:
        data = json.dumps(structured_data(app.config, metadata), ensure_ascii=False).replace("<", "\\u003c")
        context["metatags"] += f'\n<script type="application/ld+json">{data}</script>'


def edition_line(app: Sphinx, to: Callable[[str], str]) -> str:
    """The line of the footer on data and edition; *to* makes an address relative to the root one of the page."""
    metadata = record.load(app.srcdir).metadata
    changes = app.builder.get_target_uri("chapters/reference/changes")
    return _edition_line(metadata["version"], metadata["created"], to(changes), to(PDF))


@functools.cache
def _edition_line(version: str, created: str, changes: str, pdf: str) -> str:
    updated = wording.day(pd.Timestamp(created).tz_localize(None))
    return (
        f'<p class="edition">Data version {html.escape(version)}, last updated {updated}. '
        f'<a href="{changes}">What changed</a>. <a href="{pdf}">The whole book as PDF</a>.</p>'
    )


def in_order_of_reading(env: BuildEnvironment) -> list[str]:
    """The pages of the book as ``_toc.yml`` has them."""
    return [page for page in (name.removesuffix(".md") for name in env.external_site_map) if page in env.found_docs]


def chapter_number(env: BuildEnvironment, page: str) -> str:
    """The number of a chapter; empty for a page without one."""
    numbers = env.toc_secnumbers.get(page, {}).get("", ())
    return str(numbers[0]) if numbers else ""


def short_names(env: BuildEnvironment) -> dict[str, str]:
    """Each page, in the order of the book, by its number, or the first words of its title: "Chapter 5", "Codebook"."""
    numbers = {page: chapter_number(env, page) for page in in_order_of_reading(env)}
    return {page: f"Chapter\u00a0{number}" if number else env.titles[page].astext().partition(":")[0] for page, number in numbers.items()}


def _plain_links(buttons: list[dict], pdf: str) -> list[dict]:
    """The downloads and launches of the page as links side by side: a menu would need a library of scripts.

    Less the page's source, which opens as code in a reader's window; the line
    under a notebook's title offers it as a download.
    """
    links = [{"type": "link", "url": pdf, "icon": "fas fa-file-pdf", "tooltip": "The whole book as PDF", "label": "book-pdf"}]
    for button in buttons:
        for each in button.get("buttons", []):
            if each["type"] == "link" and "_sources/" not in each["url"]:
                links.append({name: value for name, value in each.items() if name != "text"})
        if button["type"] == "link":
            links.append(button)
    return links + [button for button in buttons if button["type"] not in ("group", "link")]


def structured_data(config: Config, metadata: dict) -> list[dict]:
    """The book and its data set in the words of schema.org."""
    site = config.html_baseurl
    author = {"@type": "Organization", "name": config.author}
    licence = metadata["licenses"][0]["path"]
    book = {
        "@context": "https://schema.org",
        "@type": "Book",
        "name": config.project,
        "author": author,
        "inLanguage": config.language,
        "bookFormat": "https://schema.org/EBook",
        "datePublished": metadata["created"][:10],
        "license": licence,
        "isAccessibleForFree": True,
    }
    dataset = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": metadata["title"],
        "description": metadata["description"],
        "version": metadata["version"],
        "dateModified": metadata["created"][:10],
        "creator": author,
        "license": licence,
        "keywords": metadata["keywords"],
        "isAccessibleForFree": True,
    }
    if site:
        book["url"] = site
        dataset["url"] = site
        dataset["distribution"] = {
            "@type": "DataDownload",
            "encodingFormat": "text/csv",
            "contentUrl": urljoin(site, "data/events.csv"),
        }
    return [book, dataset]


def send_root_to_first_page(app: Sphinx, site: Path) -> None:
    """Make the redirect at the root a page with language, title and link, as some readers and machines stop there."""
    target = app.builder.get_target_uri(app.config.root_doc)
    title = html.escape(app.config.project)
    page = (
        f'<!DOCTYPE html>\n<html lang="{app.config.language}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f'<meta name="description" content="{title}: a book with data on the talks between Armenia, Azerbaijan and Türkiye.">'
        f'<meta http-equiv="refresh" content="0; url={target}"><link rel="canonical" href="{target}"></head>\n'
        f'<body><main><h1>{title}</h1><p><a href="{target}">Open the book</a></p></main></body>\n</html>\n'
    )
    (site / "index.html").write_text(with_policy(page), encoding="utf-8")
