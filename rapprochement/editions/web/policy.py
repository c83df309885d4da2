"""A content security policy on every page: nothing from other hosts, no script that the build did not write.

Stands in the pages themselves, so that it holds on any host and for a book
read from a folder. The scripts that the themes write into a page are let in by
their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re

META = '<meta http-equiv="Content-Security-Policy" content="{}">'
# Not what only holds text for machines or for other scripts.
INLINE_SCRIPT = re.compile(r'<script(?![^>]*\ssrc=)(?![^>]*\stype="(?:application/ld\+json|text/html)")[^>]*>(.*?)</script>', re.DOTALL)
HANDLER = re.compile(r'<[^<>]*\son[a-z]+="([^"]*)"')


def policy(page: str) -> str:
    """The policy that a page needs, and no more."""
    scripts = sorted({_hash(text) for text in INLINE_SCRIPT.findall(page)})
    handlers = sorted({_hash(html.unescape(text)) for text in HANDLER.findall(page)})
    allowed = ["'self'", *scripts, *(["'unsafe-hashes'", *handlers] if handlers else [])]
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(allowed)}",
            "style-src 'self' 'unsafe-inline'",  # column widths stand in style attributes, which have no hashes
            "img-src 'self' data:",  # data: the theme's style sheets draw small marks so
            "font-src 'self'",
            "connect-src 'self'",  # a preview asks whether a page was written anew
            "base-uri 'self'",
            "form-action 'self'",
        ]
    )


def with_policy(page: str) -> str:
    """A page with its policy right after the character set, before anything that could load."""
    return re.sub(r"<meta charset=[^>]*>", lambda found: found.group() + META.format(policy(page)), page, count=1)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
