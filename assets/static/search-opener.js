// Opens the search, and loads it when it is first opened: names, index, the search itself and its style.
"use strict";
// Not on DOMContentLoaded: it must listen before the theme does, whose own way needs the browser's storage.
(() => {
  const root = new URL(document.documentElement.dataset.content_root, location.href).href;
  const dialog = document.getElementById("pst-search-dialog");
  const page = document.getElementById("search-page");

  const load = () => {
    if (load.done) return;
    load.done = true;
    if (!page) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${root}_static/search.css` }));
    for (const name of ["words.js", "search-names.js", "search-index.js", "search.js"]) {
      if (document.querySelector(`script[src*="_static/${name}"]`)) continue;
      document.head.append(Object.assign(document.createElement("script"), { async: false, src: `${root}_static/${name}` }));
    }
  };

  function open(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    load();
    const field = (page ?? dialog).querySelector("input");
    if (!page) dialog.open ? dialog.close() : dialog.showModal();
    field.focus();
    field.select();
  }

  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") open(event);
  }, true);
  addEventListener("click", (event) => {
    if (event.target.closest?.(".search-button__button")) open(event);
    else if (event.target === dialog) dialog.close();  // beside what it holds
  }, true);
  dialog?.addEventListener("focusin", load);
  // On its own page nothing is loaded either before somebody searches.
  if (new URLSearchParams(location.search).get("q")) addEventListener("DOMContentLoaded", () => page && load());
  page?.addEventListener("focusin", load);
  // At once: a field of this type would first be emptied.
  dialog?.addEventListener("keydown", ({ key }) => key === "Escape" && dialog.close());
})();
