// The counting rules as a dial (see editions/web/dial.py). What each combination of rules counts was
// computed when the book was built; here it is looked up and drawn. It comes as a script when the reader
// comes near the dial, moves a control, or opens an address that holds rules.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const dial = document.querySelector(".dial");
  const form = dial.querySelector("form");
  const results = dial.querySelector(".results");
  const root = document.documentElement.dataset.content_root;
  const fields = [...form.querySelectorAll("fieldset")];
  const section = dial.closest("section[id]").id;
  const words = { y: "holds", n: "does not hold", "?": "cannot say" };
  const make = (tag, className = "", text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

  // ---- What is chosen, in the form and in the address; the first choice of each is the main rule's ----
  const radios = (field) => [...field.querySelectorAll("input")];
  const place = (field) => (field.disabled ? 0 : radios(field).findIndex((radio) => radio.checked));
  const keyOf = () => fields.map(place).join("");

  function fill(state) {
    for (const field of fields) {
      const wanted = state.get(field.dataset.name);
      const found = radios(field).find((radio) => radio.value === wanted) ?? radios(field)[0];
      found.checked = true;
    }
    lock();
  }

  // By the article's list a host makes no difference, as it does not say who was one.
  function lock() {
    const hosts = fields.find((field) => field.dataset.name === "hosts");
    hosts.disabled = form.elements.list.value === "article";
    hosts.querySelector(".why").hidden = !hosts.disabled;
  }

  // The back button undoes one change, and a link to the address leads to the dial.
  function remember() {
    const address = new URL(location.href);
    const chosen = fields.filter(place).map((field) => [field.dataset.name, radios(field)[place(field)].value]);
    address.search = new URLSearchParams(chosen);
    address.hash = section;
    if (address.href !== location.href) history.pushState(null, "", address);
  }

  // ---- Show it ----
  const load = () => load.once ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = `${root}_static/${dial.dataset.script}`;
    script.addEventListener("load", done);
    document.head.append(script);
  }).then(prepare);

  let findings, parties, halves;

  // What stays whatever one chooses: the names of mediators and of half-years.
  function prepare() {
    const data = window.countingDial;
    findings = [...results.querySelectorAll(".findings li")].map((item) => ({ item, verdict: item.querySelector(".verdict"), numbers: item.querySelector(".numbers") }));
    parties = ["before", "after"].map((period) => {
      const table = make("table", period), caption = make("caption");
      const rows = data.parties.map(([name, colour], at) => {
        const row = make("tr", at === data.parties.length - 1 ? "nobody" : "");
        const head = make("th", "", name), cell = make("td"), bar = make("span", "bar"), said = make("span", "number");
        head.scope = "row";
        bar.style.setProperty("--fill", `var(--${colour})`);
        cell.append(bar, said);
        row.append(head, cell);
        return { row, bar, said };
      });
      const body = make("tbody");
      body.append(...rows.map(({ row }) => row));
      table.append(caption, body);
      results.querySelector(".periods").append(table);
      return { period, caption, rows };
    });
    halves = data.half_years.map(([name, year]) => {
      const item = make("li"), said = make("span", "number"), told = make("span", "told"), column = make("span", "column");
      const parts = { without: make("i", "without"), with: make("i", "with"), main: make("i", "main") };
      const label = make("span", "year");
      label.dataset.year = year;
      column.setAttribute("aria-hidden", "true");
      column.append(...Object.values(parts));
      item.append(told, said, column, label);
      results.querySelector(".frequency ol").append(item);
      return { item, name, said, told, parts };
    });
    results.setAttribute("aria-busy", "false");
  }

  function show() {
    const data = window.countingDial, key = keyOf();
    const now = data.combinations[key], main = data.combinations[data.main];
    dial.dataset.shown = key;
    form.querySelector("output").textContent = now.said;
    form.querySelector("button").disabled = key === data.main;

    findings.forEach(({ item, verdict, numbers }, at) => {
      const holds = now.holds[at], before = main.holds[at];
      item.className = `${{ y: "yes", n: "no", "?": "open" }[holds]}${holds === before ? "" : " moved"}`;
      verdict.textContent = words[holds];
      numbers.textContent = [now.numbers[at], holds === before ? "" : `by the main rule: ${words[before]}`].filter(Boolean).join("; ");
    });

    parties.forEach(({ period, caption, rows }, which) => {
      const [contacts, ...shares] = now[period];
      caption.textContent = now.captions[which];
      rows.forEach(({ row, bar, said }, at) => {
        const [number, share] = shares[at] ?? [0, 0];
        row.hidden = !number && (at < rows.length - 1 || !contacts);
        bar.style.setProperty("--share", share);
        said.textContent = `${number} (${share}%)`;
      });
    });

    halves.forEach(({ name, item, said, told, parts }, at) => {
      const [mediated, alone] = now.half_years[at], [mainMediated, mainAlone] = main.half_years[at];
      item.style.setProperty("--most", now.most);
      parts.with.style.setProperty("--number", mediated);
      parts.without.style.setProperty("--number", alone);
      parts.main.style.setProperty("--number", mainMediated);
      parts.main.style.setProperty("--more", mainAlone);
      told.textContent = `${name}: ${mediated} with a mediator, ${alone} without one`;
      said.textContent = now.totals[at];
    });

    const groups = { "left out": [], "counted otherwise": [] };
    data.events.forEach(([id, date, title, ways], at) => {
      const way = parseInt(now.rows[at], 36);
      if (!way) return;
      const item = make("li"), link = make("a", "reference", title), when = make("span", "when", date);
      link.href = `${root}events/${id}.html`;
      item.append(when, link);
      if (ways[way - 1] === "left out") groups["left out"].push(item);
      else {
        item.append(make("span", "how", ways[way - 1]));
        groups["counted otherwise"].push(item);
      }
    });
    const details = results.querySelector(".changed details");
    details.querySelector("summary").textContent = now.summary;
    details.querySelector("div").replaceChildren(...Object.entries(groups).filter(([, items]) => items.length).flatMap(([name, items]) => {
      const list = make("ol");
      list.append(...items);
      return [make("h4", "", name[0].toUpperCase() + name.slice(1)), list];
    }));
    const none = results.querySelector(".changed .none");
    details.hidden = !(none.hidden = Boolean(details.querySelector("li")));
    none.textContent = now.summary;
  }

  const update = () => (window.countingDial && findings ? show() : load().then(show));

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    lock();
    remember();
    update();
  });
  form.addEventListener("reset", () => setTimeout(() => {
    lock();
    remember();
    update();
  }));
  addEventListener("popstate", () => {
    fill(new URLSearchParams(location.search));
    update();
  });

  // What a reader chose before this script came stays chosen.
  const early = fields.flatMap(radios).filter((radio) => radio.checked);
  fill(new URLSearchParams(location.search));
  if (early.some((radio) => !radio.checked)) {
    for (const radio of early) radio.checked = true;
    lock();
    remember();
  }
  if (fields.some(place)) update();
  else new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    update();
  }, { rootMargin: "600px" }).observe(dial);
});
