// One box selects every delivery of the page.
"use strict";

document.addEventListener("change", (event) => {
  if (event.target.id !== "check-all") return;
  document.querySelectorAll("input[name=ids]").forEach((box) => (box.checked = event.target.checked));
});
