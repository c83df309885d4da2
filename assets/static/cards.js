// Shows what a link to an event, a source or a term leads to, on hover and on
// keyboard focus. Escape hides it; it stays while the pointer rests on it.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const article = document.querySelector("article.bd-article");
  if (!article) return;
  const root = new URL(document.documentElement.dataset.content_root, location.href).href;
  const wait = 250;
  let card, timer, owner;

  const load = () => load.once ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = `${root}_static/cards-data.js`;
    script.addEventListener("load", done);
    document.head.append(script);
  });

  // Links that may have a card: those with an anchor, save the ones of the table of contents and headings.
  const linkOf = (event) => event.target.closest?.('a.reference[href*="#"]');

  function make(content) {
    card = document.createElement("div");
    card.id = "link-card";
    card.setAttribute("role", "tooltip");
    for (const part of ["over", "head", "text", "under"]) {
      if (!content[part]) continue;
      const line = document.createElement("p");
      line.className = part;
      line.textContent = content[part];
      card.append(line);
    }
    document.body.append(card);
  }

  function place(link) {
    const at = link.getClientRects()[0] ?? link.getBoundingClientRect();
    const gap = 6;
    const below = at.bottom + gap + card.offsetHeight < innerHeight;
    card.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 8)) + scrollX}px`;
    card.style.top = `${(below ? at.bottom + gap : Math.max(8, at.top - gap - card.offsetHeight)) + scrollY}px`;
  }

  async function show(link) {
    await load();
    const content = window.bookCards[decodeURI(link.href).replace(root, "").replace(/\?[^#]*/, "")];
    if (!content || owner !== link) return;
    make(content);
    place(link);
    // The card takes the place of the browser's own hint.
    if (link.title) { link.dataset.title = link.title; link.removeAttribute("title"); }
    link.setAttribute("aria-describedby", card.id);
  }

  function hide() {
    clearTimeout(timer);
    owner?.removeAttribute("aria-describedby");
    if (owner?.dataset.title) owner.title = owner.dataset.title;
    card?.remove();
    card = owner = undefined;
  }

  function soon(link) {
    if (link === owner) return clearTimeout(timer);
    hide();
    owner = link;
    timer = setTimeout(() => show(link), wait);
  }

  article.addEventListener("pointerover", (event) => {
    // A finger has no hover: a tap follows the link.
    const link = event.pointerType === "mouse" && linkOf(event);
    if (link) soon(link);
  });
  document.addEventListener("pointerout", (event) => {
    if (!owner || event.pointerType !== "mouse") return;
    const to = event.relatedTarget;
    if (to && (owner.contains(to) || card?.contains(to))) return clearTimeout(timer);
    clearTimeout(timer);
    timer = setTimeout(hide, wait);
  });
  article.addEventListener("focusin", (event) => {
    const link = linkOf(event);
    if (link?.matches(":focus-visible")) soon(link);
  });
  article.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
});
