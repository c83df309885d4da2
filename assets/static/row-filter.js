// Filter the rows of a page's tables with a form (see book/web/row_filter.py).
// The rows are the only data: their classes hold what one may filter by.
"use strict";
// table: class of the tables. describe: what else to note of a row. matches: what a
// row must meet beside words and selects. tell: the sentence on the rows shown.
// changed: what else to do after each change. Nothing happens before start().
function rowFilter(form, { table, describe = () => ({}), matches = () => true, tell, changed = () => {} }) {
  const result = form.querySelector("output");
  const selects = [...form.querySelectorAll("select")];
  // ə and ı carry no accent that normalising could take off.
  const fold = (text) => text.toLowerCase().replace(/ə/g, "a").normalize("NFD").replace(/\p{M}/gu, "").replace(/ı/g, "i");

  // Places under their other names, so that Laçın finds Berdzor and Lachin.
  const spellings = JSON.parse(form.dataset.spellings);
  const names = (word) => [word, ...(spellings[word] ?? [])];

  const items = [...document.querySelectorAll(`table.${table} tbody tr`)].map((row) =>
    ({ row, classes: new Set(row.classList), ...describe(row) }));
  // Folded when the first word is typed: it would hold up the page as it opens.
  const textOf = (item) => (item.text ??= fold(item.row.textContent));

  // ---- What is chosen, in the form and in the address ----
  const chosen = () => Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));

  function fill(state) {
    for (const field of form.elements) if (field.name) field.value = state.get(field.name) ?? "";
  }

  function meets(item, state, except) {
    return selects.every(({ name }) => name === except || !state[name] || item.classes.has(`${name}-${state[name]}`))
      && (!state.words || fold(state.words).split(/\s+/).every((word) => names(word).some((name) => textOf(item).includes(name))))
      && matches(item, state);
  }

  // ---- Show what is chosen ----
  function update() {
    const state = chosen();
    const shown = items.filter((item) => meets(item, state));
    const visible = new Set(shown);
    for (const item of items) if (item.row.hidden === visible.has(item)) item.row.hidden = !item.row.hidden;
    for (const section of document.querySelectorAll(`section:has(> .table-box > table.${table})`))
      section.hidden = !section.querySelector("tbody tr:not([hidden])");
    for (const select of selects) {
      const others = items.filter((item) => meets(item, state, select.name));
      for (const option of select.options) {
        option.dataset.words ??= option.textContent;
        const number = option.value ? others.filter((item) => item.classes.has(`${select.name}-${option.value}`)).length : others.length;
        option.textContent = `${option.dataset.words} (${number})`;
      }
    }
    changed(visible, state);
    result.textContent = tell(shown, items);
    const address = new URL(location.href);
    address.search = new URLSearchParams(state);
    if (address.href !== location.href) history.replaceState(null, "", address);
  }

  // A link to one row must find it, whatever was filtered before.
  function revealTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest("tr[hidden], section[hidden]")) return;
    form.reset();
    update();
    target.scrollIntoView();
  }

  function start() {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", update);
    form.addEventListener("reset", () => setTimeout(update));
    addEventListener("hashchange", revealTarget);
    fill(new URLSearchParams(location.search));
    form.querySelector("details").open = matchMedia("(min-width: 600px)").matches || location.search !== "";
    update();
    revealTarget();
  }

  return { items, update, start };
}
