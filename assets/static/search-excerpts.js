// Where the words stand, on the search page: Sphinx fetches each page that it found and quotes it.
// The answer comes from one script with the words of all pages (rapprochement/editions/web/search.py).
"use strict";
(() => {
  const root = new URL(document.documentElement.dataset.content_root, location.href).href;

  const texts = () => texts.once ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = `${root}_static/search-texts.js`;
    script.addEventListener("load", () => done(window.bookTexts));
    script.addEventListener("error", fail);
    document.head.append(script);
  });

  const fetchAnything = window.fetch;
  window.fetch = async (address, ...options) => {
    const page = new URL(address, location.href).href.split(/[?#]/)[0].replace(root, "");
    const text = (await texts())[page];
    return text === undefined ? fetchAnything(address, ...options) : new Response(`<div role="main">${text}</div>`);
  };
})();
