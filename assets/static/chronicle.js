// Timeline and download of the chronicle, beside its filters (row-filter.js).
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.chronicle-tools");
  const timeline = form.querySelector(".timeline");
  const proseColumns = ["title", "participants", "summary", "note", "sources"];
  const mostMarks = 60;  // in the pile of a half-year

  const filter = rowFilter(form, {
    table: "chronicle",
    describe: (row) => {
      const start = row.className.match(/start-([\d-]+)/)[1];
      return {
        id: row.querySelector("[id^=event-]").id.slice("event-".length),
        start,
        end: row.className.match(/ end-([\d-]+)/)?.[1] ?? start,
        track: row.className.match(/track-[\w-]+/)[0],
        contact: row.matches(".kind-meeting, .kind-call"),
      };
    },
    // What lasts for months belongs to each period that it touches.
    matches: (event, state) => (!state.from || event.end >= state.from) && (!state.until || event.start <= state.until),
    moreWords: () => {
      const [head, ...lines] = tableLines();
      const columns = cells(head);
      const places = proseColumns.map((name) => columns.indexOf(name));
      const prose = new Map(lines.map(cells).map((row) => [row[0], places.map((place) => row[place]).join(" ")]));
      return (event) => prose.get(event.id);
    },
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
      half = { from, until: second ? `${year}-12-31` : `${year}-06-30`, label: second && halves.length ? "" : `’${year.slice(2)}`,
        name: second ? `July to December ${year}` : `January to June ${year}`, events: [] };
      halves.push(half);
    }
    half.events.push(event);
  }
  // In a long record a mark stands for several events.
  const each = Math.ceil(Math.max(...halves.map((half) => half.events.length)) / mostMarks);
  for (const half of halves) {
    half.button = document.createElement("button");
    half.button.type = "button";
    const pile = document.createElement("span");
    const label = document.createElement("span");
    pile.className = "pile";
    label.className = "label";
    // Drawn by the style sheet, as the button's name says it in full.
    label.dataset.year = half.label;
    half.button.append(pile, label);
    timeline.append(half.button);
    half.marks = [];
    for (let first = 0; first < half.events.length; first += each) {
      const mark = document.createElement("i");
      mark.className = `mark ${half.events[first].track}`;
      pile.append(mark);
      half.marks.push({ mark, events: half.events.slice(first, first + each) });
    }
    half.button.addEventListener("click", () => {
      const again = form.elements.from.value === half.from && form.elements.until.value === half.until;
      form.elements.from.value = again ? "" : half.from;
      form.elements.until.value = again ? "" : half.until;
      filter.choose();
    });
  }

  function drawTimeline(visible, state) {
    for (const half of halves) {
      for (const { mark, events } of half.marks) mark.classList.toggle("off", !events.some((event) => visible.has(event)));
      const number = half.events.filter((event) => visible.has(event)).length;
      half.button.setAttribute("aria-label", `${half.name}: ${number} of ${half.events.length} events`);
      half.button.setAttribute("aria-pressed", state.from === half.from && state.until === half.until);
    }
  }

  // ---- The table as a file: one event a line ----
  const tableLines = () => (window.eventsTable ?? "").trim().split("\n");
  const cells = (line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);

  // ---- Download: the lines of events.csv whose events are shown ----
  function download(button) {
    const [head, ...lines] = tableLines();
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

  form.querySelector(".download").addEventListener("click", async ({ target }) => {
    await filter.loadTexts();
    download(target);
  });

  filter.start();
});
