// The search: results while one types, grouped by kind, each leading to its section, row or page.
// search-index.js holds the texts (editions/web/search.py writes it), words.js says what was typed.
"use strict";
(() => {
  const { fold, terms, vocabulary } = bookWords;
  const root = new URL(document.documentElement.dataset.content_root, location.href).href;
  const slice = 12;  // milliseconds of work between two chances for the reader's next key
  const around = [9, 24];  // words of an excerpt before and after what was found
  const full = new Set(["Chapters", "Events"]);  // kinds of which more is shown at once
  const reach = 260;  // letters before and after the place where it must be

  const make = (tag, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };

  // ---- The texts, folded in pieces, so that no key waits for it ----
  const ready = (async () => {
    const all = [], holding = new Map();  // a word -> the numbers of the entries that hold it
    let began = performance.now();
    for (const { name, entries } of window.bookIndex) {
      for (const [address, over, title, text, ...span] of entries) {
        const entry = { kind: name, address, over, title, text, span, head: ` ${fold(title)} `, line: ` ${fold(over)} `, body: ` ${fold(text)} ` };
        entry.all = `${entry.head}| ${entry.line}| ${entry.body}`;
        for (const word of new Set(entry.all.split(" "))) {
          if (holding.has(word)) holding.get(word).push(all.length);
          else holding.set(word, [all.length]);
        }
        all.push(entry);
        if (performance.now() - began > slice) {
          await new Promise((next) => setTimeout(next));
          began = performance.now();
        }
      }
    }
    return { all, holding, texts: vocabulary(holding.keys()) };
  })();

  // ---- Find and put in order ----
  const count = (text, part) => {
    let number = 0;
    for (let at = text.indexOf(part); at >= 0 && number < 8; at = text.indexOf(part, at + part.length - 1)) number++;
    return number;
  };

  // How much of a text it is about, from 0 to 5: three times in a paragraph is more than four times in a long page.
  function density(text, part) {
    const times = count(text, part);
    return 5 * times / (times + 0.5 + text.length / 1500);
  }

  function worth(entry, wanted) {
    let sum = 0;
    for (const term of wanted) {
      let best = 0;
      for (const each of term.any) {
        const at = entry.head.indexOf(each);
        const inHead = at < 0 ? 0 : (each.endsWith(" ") || entry.head[at + each.length] === " " ? 12 : 8) + (at === 0 ? 2 : 0);
        best = Math.max(best, inHead + (entry.line.includes(each) ? 4 : 0) + density(entry.body, each));
      }
      if (term.date && entry.span[0] === term.date) best += 20;
      sum += best;
    }
    return sum;
  }

  // The numbers of the entries that hold a folded string.
  function entriesWith({ all, holding, texts }, part) {
    const [first, ...more] = part.trim().split(" ");
    if (!more.length) return part.endsWith(" ") ? holding.get(first) ?? [] : texts.beginning(first).flatMap((word) => holding.get(word));
    return (holding.get(first) ?? []).filter((number) => all[number].all.includes(part));
  }

  function find(index, typed) {
    const wanted = terms(typed, index.texts);
    let fitting;
    for (const term of wanted) {
      const some = new Set(term.any.flatMap((part) => entriesWith(index, part)));
      if (term.date) index.all.forEach(({ span: [start, end] }, number) => start <= term.date && term.date <= end && some.add(number));
      fitting = fitting ? fitting.filter((number) => some.has(number)) : [...some];
    }
    const groups = new Map(window.bookIndex.map(({ name }) => [name, []]));
    for (const number of (fitting ?? []).sort((one, other) => one - other)) {
      const entry = index.all[number];
      groups.get(entry.kind).push({ entry, worth: worth(entry, wanted) });
    }
    const found = [...groups].filter(([, hits]) => hits.length);
    return { wanted, groups: found.map(([name, hits]) => ({ name, hits: hits.sort((one, other) => other.worth - one.worth).map(({ entry }) => entry) })) };
  }

  // ---- Show ----
  // The same words come again with each key.
  const seen = new Map();
  function foldedWord(word) {
    if (!seen.has(word)) seen.set(word, fold(word));
    return seen.get(word);
  }

  // The pieces of a text, words and what stands between them, and the places of those that were found.
  function marked(text, parts) {
    const pieces = text.split(/(\s+)/);
    const positions = [];
    let joined = " ";
    for (let place = 0; place < pieces.length; place += 2) {
      const folded = foldedWord(pieces[place]);
      if (!folded) continue;
      for (const word of folded.split(" ")) {
        positions.push([joined.length, place]);
        joined += `${word} `;
      }
    }
    const found = new Set();
    for (const part of parts) {
      for (let at = joined.indexOf(part); at >= 0; at = joined.indexOf(part, at + 1)) {
        for (const [position, place] of positions) if (position > at && position < at + part.trimEnd().length) found.add(place);
      }
    }
    return { pieces, found };
  }

  function nodesOf({ pieces, found }, from = 0, until = pieces.length) {
    const nodes = [];
    let plain = "";
    for (let place = from; place < until; place++) {
      if (found.has(place)) {
        nodes.push(plain, make("mark", { textContent: pieces[place] }));
        plain = "";
      } else plain += pieces[place];
    }
    return [...nodes, plain];
  }

  const withMarks = (text, parts) => nodesOf(marked(text, parts));

  // The words around what was found first. Only they are looked at: to take a long text apart for each key takes too long.
  function excerpt({ text, body }, parts) {
    const places = parts.map((part) => body.indexOf(part)).filter((place) => place >= 0);
    // The folded text is shorter, and evenly so.
    const near = places.length ? Math.round(Math.min(...places) / body.length * text.length) : 0;
    const from = Math.max(0, text.lastIndexOf(" ", Math.max(0, near - reach)) + 1);
    const cut = text.slice(from, near + reach);
    const part = marked(cut, parts);
    const first = part.found.size ? Math.min(...part.found) : 0;
    const begin = Math.max(0, first - 2 * around[0]);
    const end = Math.min(part.pieces.length, begin + 2 * (around[0] + around[1]) - 1);
    return [from + begin > 0 ? "… " : "", ...nodesOf(part, begin, end), end < part.pieces.length || from + cut.length < text.length ? " …" : ""];
  }

  function hit(entry, parts) {
    const link = make("a", { href: root + entry.address }, ...withMarks(entry.title, parts));
    const item = make("li", {}, link);
    // Of a whole chapter the line would say the title again.
    const over = entry.over.endsWith(entry.title) ? entry.over.slice(0, -entry.title.length).replace(": ", "") : entry.over;
    if (over) item.append(" ", make("span", { className: "over" }, ...withMarks(over, parts)));
    if (entry.text) item.append(" ", make("p", {}, ...excerpt(entry, parts)));
    return item;
  }

  const number = (many, what) => `${many.toLocaleString("en")} ${what}`;

  function attach(form) {
    const field = form.querySelector("input");
    const said = make("p", { className: "said" });
    const list = make("div", { className: "hits" });
    const place = make("div", { className: "search-found" }, said, list);
    said.setAttribute("role", "status");
    form.after(place);
    let asked;

    function group({ name, hits }, parts) {
      const most = full.has(name) ? 5 : 3;
      const shown = make("ol", {}, ...hits.slice(0, most).flatMap((entry) => [hit(entry, parts), " "]));
      const section = make("section", {}, make("h2", {}, name, " ", make("span", { textContent: hits.length })), shown);
      if (hits.length > most) {
        const more = make("button", { type: "button", textContent: `Show all ${hits.length} in ${name.toLowerCase()}` });
        more.addEventListener("click", () => {
          shown.append(...hits.slice(most).flatMap((entry) => [hit(entry, parts), " "]));
          shown.children[most].querySelector("a").focus();
          more.remove();
        });
        section.append(more);
      }
      return section;
    }

    async function show() {
      const typed = asked = field.value;
      if (typed.trim().length < 2) {
        said.textContent = "";
        return list.replaceChildren();
      }
      if (!ready.done) said.textContent = "Opening the index …";
      const index = await ready;
      if (typed !== asked) return;
      const { wanted, groups } = find(index, typed);
      const slips = wanted.filter(({ slip }) => slip);
      const total = groups.reduce((sum, { hits }) => sum + hits.length, 0);
      const meant = slips.map(({ slip, any }) => `Nothing is spelt “${slip}”; this is for “${any[0].trim()}”.`);
      said.textContent = [...(total ? meant : []), total
        ? `Found: ${groups.map(({ name, hits }) => number(hits.length, `in ${name.toLowerCase()}`)).join(", ")}.`
        : "Nothing holds all of this. Take a word away, or look at its spelling."].join(" ");
      const parts = wanted.flatMap(({ any }) => any);
      list.replaceChildren(...groups.map((each) => group(each, parts)));
    }

    field.addEventListener("input", show);
    // From the field into the hits and through them by the arrow keys, as in a menu.
    form.parentElement.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const stops = [field, ...list.querySelectorAll("a")];
      const next = stops[stops.indexOf(document.activeElement) + step];
      if (!next || !stops.includes(document.activeElement)) return;
      event.preventDefault();
      next.focus();
    });
    return { field, show };
  }

  ready.then(() => { ready.done = true; });
  const page = document.querySelector("#search-page form");
  const dialog = document.querySelector("#pst-search-dialog form");
  if (dialog && !page) attach(dialog).show();
  if (page) {
    const { field, show } = attach(page);
    field.addEventListener("input", () => {
      const address = new URL(location.href);
      address.search = field.value ? new URLSearchParams({ q: field.value }) : "";
      history.replaceState(null, "", address);
    });
    page.addEventListener("submit", (event) => {
      event.preventDefault();
      show();
    });
    show();
  }
})();
