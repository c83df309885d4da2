// Where the style sheet lays out the parts of a table as other boxes, as on a phone, some browsers
// would take their meaning away; said outright, it stays. Where a table is laid out as one,
// its parts have these roles anyway, and to say so again would be a fault of the page. The table
// itself and its caption are laid out as ever.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const roles = { thead: "rowgroup", tbody: "rowgroup", tr: "row", th: "columnheader", td: "cell" };
  const tables = [...document.querySelectorAll("table:is(.evidence, .stacked)")];
  const parts = Object.keys(roles).join();

  function say() {
    for (const table of tables) {
      const apart = getComputedStyle(table.tBodies[0]).display !== "table-row-group";
      if (apart === table.tBodies[0].hasAttribute("role")) continue;
      for (const part of table.querySelectorAll(parts))
        if (apart) part.setAttribute("role", roles[part.localName]);
        else part.removeAttribute("role");
    }
  }

  // The width at which the style sheet changes its mind.
  matchMedia("(max-width: 599px)").addEventListener("change", say);
  say();
});
