"""The counting rules as a dial: controls on the page, and one script with what each combination of rules counts.

All is computed here, when the book is built: ``assets/static/dial.js`` looks up
what the reader chose and draws lengths. Without scripts the page has its tables.
"""

from __future__ import annotations

import html
import json
import string
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from rapprochement import record, wording
from rapprochement.book.dial import SHOWN, dial_form
from rapprochement.counting import NOBODY
from rapprochement.editions.web.light import curled
from rapprochement.findings import CANNOT_SAY, FINDINGS, Period, judged
from rapprochement.measures import period_label
from rapprochement.multiverse import CHOICES, LEFT_OUT, Combination, Multiverse, multiverse
from rapprochement.provenance import with_outlets, with_tellers
from rapprochement.run.workplace import taken_again
from rapprochement.style import MEDIATOR_COLOURS

# Loaded when the reader comes near the dial, as a script: pages opened from a
# disk may load scripts but not data.
SCRIPT = "dial-data.js"
# The words of each of CHOICES: its name in the address, what is decided, and what one may choose, each by its word in the address.
WORDS: dict[str, tuple[str, str, dict[str, str]]] = {
    "margins": ("margins", "A talk at the margins of a summit", {"yes": "counts", "no": "does not count"}),
    "remote": ("remote", "A call, or a meeting by video", {"yes": "counts", "no": "does not count"}),
    "mediating_roles": ("hosts", "Whoever is only the host", {"no": "is no mediator", "yes": "counts as mediator"}),
    "joint": ("joint", "If several mediate together", {"full": "each gets the whole contact", "split": "each gets a part", "alone": "none of them gets it"}),
    "unit": ("unit", "A round of several days", {"contact": "counts once", "day": "counts once a day"}),
    "list": ("list", "Whose list is counted", {"record": "the record", "article": "the article’s own"}),
    "sources": ("sources", "Whose word is enough", {"all": "that of any source", "two-sided": "not that of one side alone", "both": "only that of both sides"}),
}
NO_HOSTS = "The article’s list does not say who was host."
# One letter says how a combination counts a contact.
LETTERS = string.digits + string.ascii_lowercase
OUTCOMES = {"yes": "y", "no": "n", CANNOT_SAY: "?"}


def fill(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the controls where the page wants them."""
    for place in list(doctree.findall(dial_form)):
        place.replace_self(controls())


def controls() -> nodes.raw:
    """The form and the empty places for what the script shows; kept for scripts by :mod:`rapprochement.editions.web.mend`."""
    fields = "".join(_field(*WORDS[field]) for field in CHOICES)
    findings = "".join(
        f'<li><span class="verdict"></span> <span class="finding">{html.escape(curled(name))}</span> <span class="numbers"></span></li>' for name in FINDINGS
    )
    return nodes.raw(
        "",
        f'<div class="dial screen-only" data-script="{SCRIPT}">'
        f'<form aria-label="Counting rules" autocomplete="off"><div class="rules-to-set">{fields}'
        '<p><button type="reset">Back to the main rule</button></p></div><p class="said"><output></output></p></form>'
        '<div class="results" aria-busy="true">'
        f'<section class="findings"><h3>Which findings hold</h3><ul>{findings}</ul></section>'
        '<section class="mediators"><h3>Who mediated</h3><div class="periods"></div></section>'
        '<section class="frequency"><h3>How often, by half-year</h3>'
        '<p class="key"><span><i class="with"></i>with a mediator</span> <span><i class="without"></i>without one</span> <span><i class="main"></i>by the main rule</span></p><ol></ol></section>'
        '<section class="changed"><h3>Which contacts count otherwise</h3><p class="none"></p><details><summary></summary><div></div></details></section>'
        "</div></div>\n",
        format="html",
        classes=["screen-only"],
    )


def _field(name: str, legend: str, choices: dict[str, str]) -> str:
    radios = "".join(
        f'<label><input type="radio" name="{name}" value="{value}"{" checked" if not place else ""}> {html.escape(words)}</label>'
        for place, (value, words) in enumerate(choices.items())
    )
    why = f'<p class="why" hidden>{NO_HOSTS}</p>' if name == "hosts" else ""
    return f'<fieldset data-name="{name}"><legend>{html.escape(legend)}</legend>{radios}{why}</fieldset>'


def write_script(app: Sphinx, site: Path, last: Path) -> None:
    """Write what the dial looks up, if a page has one; taken from the *last* site where neither data nor package changed."""
    if SHOWN not in getattr(app.env, "rapprochement_shown_by", {}):
        return
    name = f"_static/{SCRIPT}"
    if not taken_again(app, "dial", [app.config.rapprochement_fingerprint, app.config.rapprochement_data], [name], site, last):
        (site / name).write_text(script(record.load(app.srcdir)), encoding="utf-8")


def script(known: record.Record) -> str:
    """What the dial looks up, as a script that hands it to the page."""
    events = with_tellers(known.events, with_outlets(known.evidence, known.sources, known.outlets))
    return f"window.countingDial = {json.dumps(_looked_up(multiverse(events), known), ensure_ascii=False, separators=(',', ':'))};\n"


def _looked_up(tried: Multiverse, known: record.Record) -> dict:
    main = tried.combinations[0]
    ids = tried.contacts["event_id"].to_list()
    ways = [list(dict.fromkeys(["", *(each.changed.get(event_id, "") for each in tried.combinations)])) for event_id in ids]
    events = [known.event(event_id) for event_id in ids]
    parties = _in_order(tried)
    most = {unit: max(sum(half) for each in tried.combinations if each.rule.unit == unit for half in each.half_years) for unit in ("contact", "day")}
    return {
        "main": main.key,
        "parties": [[party, MEDIATOR_COLOURS.get(party, "grey")] for party in [*parties, NOBODY]],
        "half_years": [[wording.capitalise(period_label(start, "half-year")), f"’{start:%y}" if start.month == 1 else ""] for start in tried.half_years],
        "events": [[event["event_id"], wording.event_date(event), curled(event["title"]), words[1:]] for event, words in zip(events, ways)],
        "combinations": {
            each.key: {
                "said": _said(each, main, len(ids)),
                "rows": "".join(LETTERS[words.index(each.changed.get(event_id, ""))] for event_id, words in zip(ids, ways)),
                "summary": _summary(each, len(ids)),
                "holds": "".join(OUTCOMES[holds] for holds in judged(each.tally).values()),
                "numbers": [finding.numbers(each.tally) for finding in FINDINGS.values()],
                "captions": _captions(each),
                "before": _shares(each.tally.before, parties),
                "after": _shares(each.tally.after, parties),
                "half_years": [[_short(number) for number in half] for half in each.half_years],
                "totals": [_short(sum(half)) for half in each.half_years],
                "most": _short(most[each.rule.unit]),
            }
            for each in tried.combinations
        },
    }


def _in_order(tried: Multiverse) -> list[str]:
    """Every mediator under any combination; first those of the main rule, by how often they mediate under it."""
    periods = [period for each in tried.combinations for period in (each.tally.before, each.tally.after)]
    everyone = {party for period in periods for party in period.mediators}
    under_main = [period.mediators for period in periods[:2]]
    return sorted(everyone, key=lambda party: (-sum(found.get(party, 0) for found in under_main), party))


def _shares(period: Period, parties: list[str]) -> list:
    """Contacts of a period, then for each party its contacts and its share in per cent, and for no mediator; nothing but a nought where there are none."""
    if not period.contacts:
        return [0]
    numbers = [*(period.mediators.get(party, 0) for party in parties), period.unmediated]
    return [_short(period.contacts), *([_short(number), int(f"{number / period.contacts * 100:.0f}")] for number in numbers)]


def _captions(combination: Combination) -> list[str]:
    """What stands over the bars of either period."""
    unit = "contacts" if combination.rule.unit == "contact" else "days of contacts"
    periods = (("Up to the article", combination.tally.before), ("After it", combination.tally.after))
    return [f"{when}: {f'{period.contacts:g} {unit}' if period.contacts else 'nothing to count'}" for when, period in periods]


def _short(number: float) -> float:
    """With one decimal at most."""
    rounded = round(number, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def _said(combination: Combination, main: Combination, whole: int) -> str:
    """The sentence that a reader hears after a change."""
    holds, before = judged(combination.tally), judged(main.tally)
    said = [_summary(combination, whole) + ".", f"{sum(each == 'yes' for each in holds.values())} of {len(holds)} findings hold under the rules set here."]
    for result, words in (("no", "No longer"), ("yes", "Now"), (CANNOT_SAY, "Not to be judged")):
        named = [f"“{name}”" for name, each in holds.items() if each == result and before[name] != result]
        if named:
            said.append(f"{words}: {wording.join(named)}.")
    return curled(" ".join(said))


def _summary(combination: Combination, whole: int) -> str:
    left_out = sum(words == LEFT_OUT for words in combination.changed.values())
    otherwise = len(combination.changed) - left_out
    if not combination.changed:
        return f"All {whole} contacts count as under the main rule"
    if left_out and otherwise:
        return f"{len(combination.changed)} of {whole} contacts change: {left_out} left out, {otherwise} counted otherwise"
    return f"{len(combination.changed)} of {whole} contacts are {'left out' if left_out else 'counted otherwise'}"
