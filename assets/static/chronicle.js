// Timeline and download of the chronicle, beside its filters (row-filter.js).
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.chronicle-tools");
  const timeline = form.querySelector(".timeline");

  const filter = rowFilter(form, {
    table: "chronicle",
    describe: (row) => ({
      id: row.querySelector("[id^=event-]").id.slice("event-".length),
      start: row.className.match(/start-([\d-]+)/)[1],
      contact: row.matches(".kind-meeting, .kind-call"),
    }),
    matches: (event, state) => (!state.from || event.start >= state.from) && (!state.until || event.start <= state.until),
    tell,
    changed: drawTimeline,
  });
  const events = filter.items;

  function tell(shown) {
    const contacts = shown.filter((event) => event.contact).length;
    return shown.length
      ? `Showing ${shown.length} of ${events.length} events; ${contacts} of them ${contacts === 1 ? "is a meeting or a call" : "are meetings or calls"}.`
      : "No event matches all of this. Take a filter away, or show all.";
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
      // Drawn by the style sheet, as the button's name says it in full.
      label.dataset.year = second && halves.length ? "" : `’${year.slice(2)}`;
      button.append(pile, label);
      timeline.append(button);
      half = { from, until: second ? `${year}-12-31` : `${year}-06-30`, button, pile, events: [],
        name: second ? `July to December ${year}` : `January to June ${year}` };
      halves.push(half);
      button.addEventListener("click", () => {
        const again = form.elements.from.value === half.from && form.elements.until.value === half.until;
        form.elements.from.value = again ? "" : half.from;
        form.elements.until.value = again ? "" : half.until;
        filter.update();
      });
    }
    event.mark = document.createElement("i");
    event.mark.className = `mark ${event.row.className.match(/track-[\w-]+/)[0]}`;
    half.pile.append(event.mark);
    half.events.push(event);
  }

  function drawTimeline(visible, state) {
    for (const event of events) event.mark.classList.toggle("off", !visible.has(event));
    for (const half of halves) {
      const number = half.events.filter((event) => visible.has(event)).length;
      half.button.setAttribute("aria-label", `${half.name}: ${number} of ${half.events.length} events`);
      half.button.setAttribute("aria-pressed", state.from === half.from && state.until === half.until);
    }
  }

  // ---- Download: the lines of events.csv whose events are shown ----
  function download(button) {
    const [head, ...lines] = window.eventsTable.trim().split("\n");
    const ids = new Set(events.filter((event) => !event.row.hidden).map((event) => event.id));
    // The mark in front lets spreadsheets read the file as UTF-8. Cells need no
    // guard against formulas: the check of the data lets none in that begins like one.
    const text = "\ufeff" + [head, ...lines.filter((line) => ids.has(line.slice(0, line.indexOf(","))))].join("\n") + "\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = button.dataset.savedAs;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  form.querySelector(".download").addEventListener("click", ({ target }) => {
    if (window.eventsTable) return download(target);
    const script = document.createElement("script");
    script.src = `${document.documentElement.dataset.content_root}_static/${target.dataset.table}`;
    script.addEventListener("load", () => download(target));
    document.head.append(script);
  });

  filter.start();
});
