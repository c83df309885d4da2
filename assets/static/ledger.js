// Filters of the claims ledger.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  rowFilter(document.querySelector("form.ledger-tools"), {
    table: "claims",
    tell: (shown, claims) => shown.length
      ? `Showing ${shown.length} of ${claims.length} claims.`
      : "No claim matches all of this. Take a filter away, or show all.",
  }).start();
});
