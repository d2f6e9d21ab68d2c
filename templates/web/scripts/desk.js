// What every page does beyond forms: keys, and toasts that go away.
"use strict";

const KEYS = "socialpipe.keys"; // "off": single keys do nothing (WCAG 2.1.4)
const TOAST_MS = 10000;

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

function onKey(event) {
  // While an input method composes (Korean, Japanese …), a key is not yet a letter.
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const dialog = document.getElementById("keys");
  if (event.key === "?" && dialog) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  if (localStorage.getItem(KEYS) === "off" || document.querySelector("dialog[open]")) return;
  const wanted = event.key === "/" ? document.querySelector("[type=search]") : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!wanted) return;
  event.preventDefault();
  if (wanted.matches("a, button")) wanted.click();
  else wanted.focus();
}

function setUpSwitch() {
  const box = document.getElementById("keys-on");
  if (!box) return;
  box.checked = localStorage.getItem(KEYS) !== "off";
  box.addEventListener("change", () => localStorage.setItem(KEYS, box.checked ? "on" : "off"));
}

// A toast stays while somebody points at it or is in it.
function fade(toast) {
  const gone = () => (toast.matches(":hover, :focus-within") ? setTimeout(gone, 2000) : toast.remove());
  setTimeout(gone, TOAST_MS);
}

function watchToasts() {
  const box = document.getElementById("toasts");
  if (!box) return;
  box.querySelectorAll(".toast").forEach(fade);
  new MutationObserver((changes) =>
    changes.forEach((change) => change.addedNodes.forEach((node) => node.matches?.(".toast") && fade(node))),
  ).observe(box, { childList: true });
}

// On a telephone the menu is wider than the page.
document.querySelector(".top nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.addEventListener("keydown", onKey);
setUpSwitch();
watchToasts();
