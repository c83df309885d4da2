// Where a page has no margin, what a sentence rests on is folded into a number, which opens it in
// its line. The style sheet folds it, so that nothing moves when this comes; without scripts it
// is never folded.
"use strict";
for (const [place, cited] of document.querySelectorAll(".cited").entries()) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "fold" });
  button.setAttribute("aria-label", `Sources ${place + 1}`);
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => button.setAttribute("aria-expanded", String(cited.classList.toggle("open"))));
  cited.prepend(button);
}
