"""A light page beside the chapters: one event, or what stands behind one number.

No theme, no search box, no menu: a line that leads back, the words, the footer.
The look stands in ``assets/static/light.css``. A page follows the theme that a
reader chose in the book, else the one of the system, also without scripts.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Sequence
from pathlib import Path

from docutils.utils.smartquotes import smartyPants
from sphinx.application import Sphinx

from rapprochement.editions.web.line_breaks import tied
from rapprochement.editions.web.pages import edition_line
from rapprochement.editions.web.policy import with_policy
from rapprochement.run import workplace

STYLE = "_static/light.css"
# The theme keeps the reader's choice under this name; "auto", as nothing, leaves it to the system.
FOLLOW_THEME = (
    'try{const m=localStorage.getItem("mode");'
    'if(m==="light"||m==="dark")document.documentElement.dataset.theme=m}catch{}'
)
# As much of a page's words as search engines show.
DESCRIPTION = 160


def taken_again(app: Sphinx, folder: str, site: Path, last: Path, *parts: object) -> bool:
    """Make the folder of light pages of one kind; true if those of the last site serve again, which are there then.

    parts: all that they depend on besides the package, the data as a whole, and what each light page says of the book.
    """
    config, env = app.config, app.env
    made_of = [
        config.rapprochement_fingerprint, config.rapprochement_data, config.project, config.author, config.html_baseurl, sorted(map(str, config.html_theme_options.items())),
        sorted((page, title.astext()) for page, title in env.titles.items()), sorted(env.rapprochement_shown_by.items()), *parts,
    ]  # fmt: skip
    (site / folder).mkdir(exist_ok=True)
    names = [f"{folder}/{name}" for name in os.listdir(last / folder)] if (last / folder).is_dir() else []
    return workplace.taken_again(app, folder, made_of, names, site, last)


def page(
    app: Sphinx, title: str, body: str, depth: int, way: Sequence[tuple[str, str]] = (), description: str = "", head: str = "", base: str = "", address: str = ""
) -> str:
    """A whole page, with its policy.

    title: plain text. body: HTML, with its own ``h1``. depth: how many folders
    below the root of the site the page lies. way: names and addresses, relative
    to the root, of the pages that lead here, below the first page of the book.
    description: plain text for search engines. head: HTML. base: where the book
    is, for a page that may be shown anywhere. address: of the page, relative to
    the root, for whoever shares it.
    """
    root = base or "../" * depth
    project = app.config.project
    steps = [(project, app.builder.get_target_uri(app.config.root_doc)), *way]
    trail = "".join(f'<li><a href="{html.escape(root + address)}">{escaped(name)}</a></li>' for name, address in steps)
    described = escaped(shortened(description or title))
    # What lets scripts in stands in the head alone; to look for them in every body would take a tenth of the time.
    top = with_policy(
        f'<!DOCTYPE html>\n<html lang="{app.config.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(title)} — {escaped(project)}</title>"
        f'<meta name="description" content="{described}"><meta property="og:title" content="{escaped(title)}">'
        f"{_shared(app, described, address)}<script>{FOLLOW_THEME}</script>"
        f'<link rel="icon" href="{root}_static/favicon.svg"><link rel="stylesheet" href="{root}{STYLE}">{head}</head>\n'
    )
    return (
        top + f'<body><a class="skip-link" href="#main">Skip to main content</a>'
        f'<header><nav aria-label="Where this page belongs"><ol>{trail}</ol></nav></header>\n'
        f'<main id="main">\n{body}\n</main>\n'
        f"<footer>{edition_line(app, lambda address: root + address)}{app.config.html_theme_options.get('extra_footer', '')}</footer></body></html>\n"
    )


def _shared(app: Sphinx, described: str, address: str) -> str:
    """What shows of the page where it is shared. A preview needs full addresses, so there is none until the book has one."""
    config = app.config
    if not (config.html_baseurl and address):
        return ""
    told = {
        "og:type": "article", "og:url": config.html_baseurl + address, "og:site_name": html.escape(config.project), "og:description": described,
        "og:image": config.html_baseurl + config.ogp_image, "og:image:alt": html.escape(config.ogp_image_alt),
    }
    return f'<link rel="canonical" href="{told["og:url"]}">' + "".join(f'<meta property="{name}" content="{value}">' for name, value in told.items())


def escaped(text: str) -> str:
    """Text as it may stand in a page, between tags or in an attribute, with quotation marks as on the other pages; the two names of a place stay together."""
    return tied(html.escape(curled(text)))


def curled(text: str) -> str:
    """Text with quotation marks as on the other pages."""
    return smartyPants(text, "q") if "'" in text or '"' in text else text


def shortened(text: str) -> str:
    """The first words of a text, as many as :data:`DESCRIPTION` holds."""
    text = " ".join(text.split())
    return text if len(text) <= DESCRIPTION else re.sub(r"\W*\s\S*$", "", text[:DESCRIPTION]) + " …"
