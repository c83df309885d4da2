// Filter the rows of a page's tables with a form (see editions/web/row_filter.py).
// The classes of the rows hold what one may filter by; what more there is to search for
// words, and the names in all their spellings, come with the first word that is typed.
"use strict";
// table: class of the tables. describe: what else to note of a row. matches: what a
// row must meet beside words and selects. tell: the sentence on the rows shown.
// changed: what else to do after each change. moreWords: from the script that the form
// names, a function from an item to words that its row does not show. Nothing happens before start().
function rowFilter(form, { table, describe = () => ({}), matches = () => true, tell, changed = () => {}, moreWords }) {
  const result = form.querySelector("output");
  const selects = [...form.querySelectorAll("select")];

  const items = [...document.querySelectorAll(`table.${table} tbody tr`)].map((row) =>
    ({ row, section: row.closest("section"), classes: new Set(row.classList), ...describe(row) }));
  const sections = [...new Set(items.map((item) => item.section))].filter((section) => !section.contains(form));

  // ---- Choices: how many rows each would show ----
  const options = selects.flatMap((select) => [...select.options].map((option) =>
    ({ option, select, words: option.textContent, name: option.value && `${select.name}-${option.value}`, number: 0 })));
  for (const item of items) item.options = options.filter(({ name }) => !name || item.classes.has(name));

  // ---- Words: folded when the first is typed, as it would hold up the page as it opens ----
  const more = form.dataset.texts;
  const script = (name) => new Promise((done) => {
    const node = document.createElement("script");
    node.src = `${document.documentElement.dataset.content_root}_static/${name}`;
    for (const event of ["load", "error"]) node.addEventListener(event, done);
    document.head.append(node);
  });
  let texts;
  const loadTexts = () => loadTexts.once ??= Promise.all(["search-names.js", ...more ? [more] : []].map(script)).then(() => {
    const words = more ? moreWords() : () => "";
    for (const item of items) item.text = ` ${bookWords.fold(`${[...item.row.cells].map((cell) => cell.textContent).join(" ")} ${words(item)}`)} `;
    texts = bookWords.vocabulary(new Set(items.flatMap((item) => item.text.split(" "))));
  });

  // ---- What is chosen, in the form and in the address ----
  const chosen = () => Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));

  function fill(state) {
    for (const field of form.elements) if (field.name) field.value = state.get(field.name) ?? "";
  }

  // The address keeps what is shown, and the back button undoes one step. A word is one step, whatever its letters.
  function remember(typing) {
    const address = new URL(location.href);
    address.search = new URLSearchParams(chosen());
    address.hash = "";
    if (address.href === location.href) return;
    const keep = typing && history.state?.typing ? "replaceState" : "pushState";
    history[keep]({ typing }, "", address);
  }

  // ---- Show what is chosen ----
  function update() {
    const state = chosen();
    const waits = Boolean(state.words && !texts);
    form.setAttribute("aria-busy", waits);
    if (waits) return loadTexts().then(update);
    const wanted = state.words ? bookWords.terms(state.words, texts) : [];
    const set = selects.filter(({ name }) => state[name]);
    const shown = [], visible = new Set();
    for (const option of options) option.number = 0;
    for (const item of items) {
      const fails = set.filter(({ name }) => !item.classes.has(`${name}-${state[name]}`));
      const hidden = fails.length > 1 || !wanted.every((term) => bookWords.holds(item.text, term, item.start, item.end)) || !matches(item, state);
      // A row that one select alone hides counts for the other choices of that select.
      if (!hidden) for (const option of item.options) if (!fails.length || fails[0] === option.select) option.number += 1;
      if (!hidden && !fails.length) {
        shown.push(item);
        visible.add(item);
      }
    }
    for (const item of items) if (item.row.hidden === visible.has(item)) item.row.hidden = !item.row.hidden;
    const open = new Set(shown.map((item) => item.section));
    for (const section of sections) section.hidden = !open.has(section);
    for (const { option, words, number } of options) option.textContent = `${words} (${number})`;
    changed(visible, state);
    result.textContent = tell(shown, items);
  }

  function choose(typing = false) {
    remember(typing);
    return update();
  }

  // A link to one row must find it, whatever was filtered before.
  function revealTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest("tr[hidden], section[hidden]")) return;
    fill(new URLSearchParams());
    const address = new URL(location.href);
    address.search = "";
    history.replaceState(null, "", address);
    update();
    target.scrollIntoView();
  }

  async function show() {
    fill(new URLSearchParams(location.search));
    await update();
    revealTarget();
  }

  function start() {
    const address = new URLSearchParams(location.search);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const first = items.find(({ row }) => !row.hidden)?.row;
      first?.closest("[tabindex]")?.focus({ preventScroll: true });
      first?.scrollIntoView({ block: "center" });
    });
    form.addEventListener("input", ({ target }) => choose(target.type === "search"));
    form.addEventListener("change", () => history.state?.typing && history.replaceState(null, ""));
    form.elements.words.addEventListener("focus", loadTexts);
    form.addEventListener("reset", () => setTimeout(choose));
    addEventListener("popstate", show);
    form.querySelector("details").open = matchMedia("(min-width: 600px)").matches
      || [...address.keys()].some((name) => name !== "words");
    // What a reader chose before this script came stays chosen.
    if ([...form.elements].some(({ name, value }) => name && value && value !== address.get(name))) return choose(true);
    // What lies above a target has gone from the page meanwhile.
    return show().then(() => document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView());
  }

  return { items, choose, loadTexts, start };
}
