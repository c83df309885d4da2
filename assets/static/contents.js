// On a narrow screen the contents of a page stand in a panel over it, which gives way to the section that is chosen.
"use strict";
document.addEventListener("click", ({ target }) => target.closest?.("dialog .page-toc a")?.closest("dialog").close());
