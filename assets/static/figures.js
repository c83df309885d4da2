// Lets the arrow keys go from mark to mark of a figure, in the order of time or place, so that
// the tab key stops at each figure once. What a mark stands for its card shows (cards.js), so the
// browser's own hint, which would cover the card, becomes the name by which the mark is read out.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  for (const title of document.querySelectorAll(".drawing .figure-mark > title")) {
    title.parentNode.setAttribute("aria-label", title.textContent);
    title.remove();
  }

  const inOrder = (drawing) => [...drawing.querySelectorAll(".figure-mark")]
    .map((mark) => ({ mark, box: mark.getBoundingClientRect() }))
    .sort((a, b) => a.box.left - b.box.left || a.box.top - b.box.top)
    .map(({ mark }) => mark);

  const next = { ArrowRight: (at) => at + 1, ArrowLeft: (at) => at - 1, Home: () => 0, End: (at, last) => last };

  document.addEventListener("keydown", (event) => {
    const mark = document.activeElement?.closest?.(".drawing .figure-mark");
    if (!mark || !next[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
    const marks = inOrder(mark.ownerSVGElement);
    const goal = marks[Math.max(0, Math.min(marks.length - 1, next[event.key](marks.indexOf(mark), marks.length - 1)))];
    event.preventDefault();
    if (goal === mark) return;
    mark.setAttribute("tabindex", "-1");
    goal.setAttribute("tabindex", "0");
    goal.focus({ preventScroll: true });
  });
});
