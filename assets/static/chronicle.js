// Filters, timeline and download of the chronicle. The rows of the table are the
// only data: their classes hold what one may filter by (see book/web/chronicle.py).
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.chronicle-tools");
  const timeline = form.querySelector(".timeline");
  const result = form.querySelector("output");
  const selects = [...form.querySelectorAll("select")];
  // ə and ı carry no accent that normalising could take off.
  const fold = (text) => text.toLowerCase().replace(/ə/g, "a").normalize("NFD").replace(/\p{M}/gu, "").replace(/ı/g, "i");

  const events = [...document.querySelectorAll("table.chronicle tbody tr")].map((row) => ({
    row,
    id: row.querySelector("[id^=event-]").id.slice("event-".length),
    start: [...row.classList].find((name) => name.startsWith("start-")).slice("start-".length),
    contact: row.matches(".kind-meeting, .kind-call"),
    text: fold(row.textContent),
  }));

  // ---- What is chosen, in the form and in the address ----
  const chosen = () => Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));

  function fill(state) {
    for (const field of form.elements) if (field.name) field.value = state.get(field.name) ?? "";
  }

  function matches(event, state, except) {
    return selects.every(({ name }) => name === except || !state[name] || event.row.classList.contains(`${name}-${state[name]}`))
      && (!state.from || event.start >= state.from)
      && (!state.until || event.start <= state.until)
      && (!state.words || fold(state.words).split(/\s+/).every((word) => event.text.includes(word)));
  }

  // ---- Timeline: a pile of marks for each half-year ----
  const halves = [];
  for (const event of events) {
    const year = event.start.slice(0, 4);
    const second = event.start.slice(5, 7) > "06";
    const from = second ? `${year}-07-01` : `${year}-01-01`;
    let half = halves.find((each) => each.from === from);
    if (!half) {
      const button = document.createElement("button");
      button.type = "button";
      const pile = document.createElement("span");
      const label = document.createElement("span");
      pile.className = "pile";
      label.className = "label";
      label.ariaHidden = "true"; // the button's name says it in full
      label.textContent = second && halves.length ? "" : `’${year.slice(2)}`;
      button.append(pile, label);
      timeline.append(button);
      half = { from, until: second ? `${year}-12-31` : `${year}-06-30`, button, pile, events: [],
        name: second ? `July to December ${year}` : `January to June ${year}` };
      halves.push(half);
      button.addEventListener("click", () => {
        const again = form.elements.from.value === half.from && form.elements.until.value === half.until;
        form.elements.from.value = again ? "" : half.from;
        form.elements.until.value = again ? "" : half.until;
        update();
      });
    }
    event.mark = document.createElement("i");
    event.mark.className = `mark ${[...event.row.classList].find((name) => name.startsWith("track-"))}`;
    half.pile.append(event.mark);
    half.events.push(event);
  }

  // ---- Show what is chosen ----
  function update() {
    const state = chosen();
    const shown = events.filter((event) => matches(event, state));
    const visible = new Set(shown);
    for (const event of events) {
      event.row.hidden = !visible.has(event);
      event.mark.classList.toggle("off", !visible.has(event));
    }
    for (const section of document.querySelectorAll("section:has(> .pst-scrollable-table-container > table.chronicle)"))
      section.hidden = !section.querySelector("tbody tr:not([hidden])");
    for (const half of halves) {
      const number = half.events.filter((event) => visible.has(event)).length;
      half.button.setAttribute("aria-label", `${half.name}: ${number} of ${half.events.length} events`);
      half.button.setAttribute("aria-pressed", state.from === half.from && state.until === half.until);
    }
    for (const select of selects) {
      const others = events.filter((event) => matches(event, state, select.name));
      for (const option of select.options) {
        option.dataset.words ??= option.textContent;
        const number = option.value ? others.filter((event) => event.row.classList.contains(`${select.name}-${option.value}`)).length : others.length;
        option.textContent = `${option.dataset.words} (${number})`;
      }
    }
    const contacts = shown.filter((event) => event.contact).length;
    result.textContent = shown.length
      ? `Showing ${shown.length} of ${events.length} events; ${contacts} of them ${contacts === 1 ? "is a meeting or a call" : "are meetings or calls"}.`
      : "No event matches all of this. Take a filter away, or show all.";
    const address = new URL(location.href);
    address.search = new URLSearchParams(state);
    if (address.href !== location.href) history.replaceState(null, "", address);
  }

  // A link to one event must find it, whatever was filtered before.
  function revealTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest("tr[hidden], section[hidden]")) return;
    form.reset();
    update();
    target.scrollIntoView();
  }

  // ---- Download: the lines of events.csv whose events are shown ----
  function download() {
    const [head, ...lines] = window.eventsTable.trim().split("\n");
    const ids = new Set(events.filter((event) => !event.row.hidden).map((event) => event.id));
    // The mark in front lets spreadsheets read the file as UTF-8. Cells need no
    // guard against formulas: the check of the data lets none in that begins like one.
    const text = "\ufeff" + [head, ...lines.filter((line) => ids.has(line.slice(0, line.indexOf(","))))].join("\n") + "\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = "events-shown.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  form.querySelector(".download").addEventListener("click", ({ target }) => {
    if (window.eventsTable) return download();
    const script = document.createElement("script");
    script.src = `${document.documentElement.dataset.content_root}_static/${target.dataset.table}`;
    script.addEventListener("load", download);
    document.head.append(script);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", update);
  form.addEventListener("reset", () => setTimeout(update));
  addEventListener("hashchange", revealTarget);

  fill(new URLSearchParams(location.search));
  form.querySelector("details").open = matchMedia("(min-width: 600px)").matches || location.search !== "";
  form.hidden = false;
  update();
  revealTarget();
});
