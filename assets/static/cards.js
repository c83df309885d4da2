// Shows what a link leads to (an event, a source, a term, a claim, the rows that a number
// counts, a paragraph of the article) where the link stands: on hover and on keyboard focus;
// under a finger one tap shows it and a second follows the link. Escape hides it. It stays while
// the pointer rests on it; its own links are reached by the arrow keys, so that the tab key
// goes from link to link of the text as before.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const article = document.querySelector("article.bd-article");
  if (!article) return;
  const root = new URL(document.documentElement.dataset.content_root, location.href).href;
  const wait = 250;
  let card, owner, showing, leaving, finger = false;

  const language = document.documentElement.lang;
  let words = { close: "Close", open: "Open", keys: "Arrow keys: rows. Enter: all of them. Escape: close." };

  const loadScript = (name) => new Promise((done) => {
    const script = document.createElement("script");
    script.src = `${root}_static/${name}.js`;
    script.addEventListener("load", done);
    document.head.append(script);
  });
  // On a page in another language its words come over the English ones; the rows of a number stay.
  const load = () => load.once ??= (language === "en" ? loadScript("cards-data") : Promise.all([loadScript("cards-data"), loadScript(`cards-data-${language}`)])).then(() => {
    if (!window.bookCardsInLanguage) return;
    const [cards, said] = window.bookCardsInLanguage;
    for (const [address, card] of Object.entries(cards)) window.bookCards[address] = { ...window.bookCards[address], ...card };
    words = said;
  });

  // Links that may have a card; not those of the table of contents and of headings.
  const links = 'a:is(.number, .paragraph, .figure-mark), a.reference:is([href*="#"], [href*="events/"])';
  const linkOf = (event) => event.target.closest?.("#link-card") ? null : event.target.closest?.(links);

  // In a drawing the property is no text.
  const addressOf = (link) => new URL(link.getAttribute("href"), document.baseURI).href;

  function contentOf(link) {
    const address = decodeURI(addressOf(link)).replace(root, "");
    const cards = window.bookCards ?? {};
    return cards[address] ?? cards[address.replace(/\?[^#]*/, "")] ?? cards[address.replace(/.*#event-(.*)/, "events/$1.html")];
  }

  const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text ?? "" });

  function linkTo(address, text) {
    const link = make("a", "", text);
    link.href = root + address;
    link.tabIndex = -1;
    return link;
  }

  function rowsOf(content) {
    const list = make("ul", "rows");
    for (const place of content.rows) {
      const address = window.bookRows[place];
      const { over, head, text } = window.bookCards[address];
      const row = make("li", "");
      row.append(make("span", "over", over), linkTo(address, head ?? text));
      list.append(row);
    }
    return list;
  }

  function draw(content, link) {
    card = make("div", "");
    card.id = "link-card";
    // A box that scrolls is a stop of the tab key, save where the arrow keys do the same.
    card.tabIndex = link.matches(":focus-visible") ? -1 : 0;
    for (const part of ["over", "head", "text", "under"])
      if (content[part]) card.append(make("p", part, content[part]));
    const opens = Boolean(content.rows);
    if (opens) card.append(rowsOf(content));
    if (opens || finger) {
      const more = make("p", "more");
      more.append(linkTo(addressOf(link).replace(root, ""), content.more ?? words.open));
      if (finger) {
        const close = make("button", "", words.close);
        close.type = "button";
        close.tabIndex = -1;
        close.addEventListener("click", hide);
        more.append(close);
      }
      card.append(more);
    }
    // With links in it, it is more than a hint.
    card.setAttribute("role", opens ? "group" : "tooltip");
    if (opens) card.setAttribute("aria-label", content.head);
    if (opens && !finger && link.matches(":focus-visible")) card.append(make("p", "keys", words.keys));
    // Right behind its link for whoever reads by ear, and above everything for whoever sees.
    if (card.showPopover) {
      card.popover = "manual";
      (link.ownerSVGElement ?? link).after(card);
      card.showPopover();
    } else document.body.append(card);
    if (opens) card.querySelector(".head").id = "link-card-head";
  }

  function place(link) {
    const at = link.getClientRects()[0] ?? link.getBoundingClientRect();
    const gap = 6;
    // Below if it fits there, else where there is more room; what does not fit scrolls.
    const room = { below: innerHeight - at.bottom - 2 * gap, above: at.top - 2 * gap };
    const below = card.offsetHeight <= room.below || room.below >= room.above;
    // Under a finger the text stays in sight.
    card.style.maxHeight = `${Math.min(Math.max(160, below ? room.below : room.above), finger ? innerHeight * 0.6 : Infinity)}px`;
    card.style.left = `${Math.max(8, Math.min(at.left, document.documentElement.clientWidth - card.offsetWidth - 8)) + scrollX}px`;
    card.style.top = `${(below ? at.bottom + gap : at.top - gap - card.offsetHeight) + scrollY}px`;
  }

  async function show(link) {
    await load();
    const content = contentOf(link);
    if (!content || owner !== link || card) return;
    draw(content, link);
    place(link);
    // The card takes the place of the browser's own hint.
    if (link.title) { link.dataset.title = link.title; link.removeAttribute("title"); }
    link.setAttribute("aria-describedby", content.rows ? "link-card-head" : card.id);
  }

  function hide() {
    clearTimeout(showing);
    clearTimeout(leaving);
    showing = undefined;
    owner?.removeAttribute("aria-describedby");
    if (owner?.dataset.title) owner.title = owner.dataset.title;
    const left = card;
    card = owner = undefined; // first, as to remove what has the focus tells of it
    left?.remove();
  }

  function soon(link) {
    clearTimeout(leaving);
    if (link === owner && (card || showing)) return;
    hide();
    owner = link;
    showing = setTimeout(() => { showing = undefined; show(link); }, wait);
  }

  // ---- Mouse ----
  // One that moves shows a card. A page that moves under one that rests shows none, and leaves what the keyboard has opened.
  let lastMove;
  const position = (event) => `${event.clientX} ${event.clientY}`;
  article.addEventListener("pointermove", (event) => {
    const link = event.pointerType === "mouse" && linkOf(event);
    if (link) soon(link);
  });
  document.addEventListener("pointermove", (event) => { lastMove = position(event); });
  document.addEventListener("pointerout", (event) => {
    if (!owner || event.pointerType !== "mouse" || card?.contains(document.activeElement)) return;
    if (owner.matches(":focus-visible") && [undefined, position(event)].includes(lastMove)) return;
    const to = event.relatedTarget;
    clearTimeout(leaving);
    if (owner.contains(to) || card?.contains(to)) return;
    clearTimeout(showing);
    showing = undefined;
    leaving = setTimeout(hide, wait);
  });

  // ---- Finger ----
  document.addEventListener("pointerdown", (event) => {
    finger = event.pointerType !== "mouse";
    if (!finger) return;
    if (linkOf(event)) load();
    if (owner && !owner.contains(event.target) && !card?.contains(event.target)) hide();
  });
  article.addEventListener("click", async (event) => {
    const link = finger && linkOf(event);
    if (!link || (link === owner && card) || event.defaultPrevented) return;
    if (window.bookCards && !contentOf(link)) return;
    event.preventDefault();
    hide();
    owner = link;
    await load();
    if (contentOf(link)) show(link);
    else location.href = addressOf(link);
  });

  // ---- Keyboard ----
  article.addEventListener("focusin", (event) => {
    const link = linkOf(event);
    if (link?.matches(":focus-visible") && !finger) soon(link);
  });
  article.addEventListener("focusout", (event) => {
    if (owner && !finger && event.relatedTarget !== owner && !card?.contains(event.relatedTarget)) hide();
  });
  addEventListener("pagehide", hide); // else it would still be there on the way back
  document.addEventListener("keydown", (event) => {
    finger = false;
    if (!owner) return;
    const inside = card?.contains(document.activeElement);
    if (event.key === "Escape") {
      const link = owner;
      hide();
      if (inside) link.focus({ preventScroll: true });
    } else if (card && (inside || document.activeElement === owner) && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      const stops = [owner, ...card.querySelectorAll("a")];
      if (stops.length === 1) return;
      event.preventDefault();
      stops.at((stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)) % stops.length).focus({ preventScroll: stops.length > 1 && !inside });
    } else if (event.key === "Tab" && inside) {
      owner.focus({ preventScroll: true }); // from where the tab key goes on
    }
  });
});
