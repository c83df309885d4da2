"""Search that finds a name in any of its spellings: Lachin, Laçın, Berdzor, Բերձոր; Aliyev, Əliyev.

Sphinx stems words alike in Python, for the index, and in the browser, for the
query. Folding letters in both stemmers makes accents and the like irrelevant;
other names of a place, from ``places.csv``, go into the index beside the one on
the page.

Sphinx shows where the words stand by fetching each page that it found. Browsers
refuse that for a book read from a folder, and it would quote the folded code of
the notebooks; ``assets/static/search-excerpts.js`` answers from a script that
holds the words of all pages.
"""

from __future__ import annotations

import html
import json
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.search.en import SearchEnglish

from rapprochement import record
from rapprochement.data.names import LETTERS, fold, spellings

TEXTS = "search-texts.js"


FOLD_IN_BROWSER = """
var foldedStemmer = Stemmer;
Stemmer = function () {
  const plain = new foldedStemmer();
  const letters = %s;
  this.stemWord = (word) => plain.stemWord(
    Array.from(word.toLowerCase().normalize("NFD").replace(/\\p{M}/gu, ""), (letter) => letters[letter] || letter).join(""));
};
""" % json.dumps(LETTERS, ensure_ascii=True)


class FoldingEnglish(SearchEnglish):
    """English search whose index and queries ignore accents, and that knows places by all their names."""

    # Where a language says how a query is split; it comes after the stemmer, wherever Sphinx takes that from.
    js_splitter_code = FOLD_IN_BROWSER
    other_spellings: dict[str, set[str]] = {}

    def stem(self, word: str) -> str:
        return super().stem(fold(word))

    def split(self, text: str) -> list[str]:
        words = super().split(text)
        return words + sorted({other for word in words for other in self.other_spellings.get(fold(word), ())})


def words_of_page(page: LexborHTMLParser) -> str:
    """What a reader sees in the article of a written page, less headings' marks and folded code."""
    article = LexborHTMLParser(page.css_first("article").html)
    for node in article.css("details, script, svg, a.headerlink"):
        node.decompose()
    return html.escape(" ".join(article.body.text().split()), quote=False)


def write_texts(site: Path, texts: dict[str, str]) -> None:
    """Write the words of all pages, by address, to the script that the search page loads once something is found."""
    script = f"window.bookTexts = {json.dumps(texts, ensure_ascii=False, separators=(',', ':'))};\n"
    (site / "_static" / TEXTS).write_text(script, encoding="utf-8")


def know_the_places(app: Sphinx, builder: Builder) -> None:
    FoldingEnglish.other_spellings = spellings(record.load(app.srcdir).places)


def recall_index_entries(app: Sphinx, builder: Builder) -> None:
    """Give Sphinx back the glossary terms of pages that it does not write again; it forgets them when it reads its index."""
    path = _index_entries(app)
    if path.is_file():
        for page, entries in json.loads(path.read_text(encoding="utf-8")).items():
            if page in app.env.found_docs:
                app.env._search_index_index_entries[page] = [tuple(entry) for entry in entries]


def forget_lost_words(app: Sphinx) -> list:
    """Take out of the index what no page says any more; Sphinx keeps such words, with no page, and a clean build has none. Adds no page."""
    for words in (app.builder.indexer._mapping, app.builder.indexer._title_mapping) if app.builder.name == "html" else ():
        for word in [word for word, pages in words.items() if not pages]:
            del words[word]
    return []


def keep_index_entries(app: Sphinx) -> None:
    _index_entries(app).write_text(json.dumps(app.env._search_index_index_entries), encoding="utf-8")


def _index_entries(app: Sphinx) -> Path:
    return Path(app.doctreedir) / "index-entries.json"
