// Dragging a post by its handle: to a day (its time of day is kept), or to a free slot.
"use strict";

const THRESHOLD = 4; // px before a press is a drag
let drag = null;

const targetAt = (x, y) => document.elementFromPoint(x, y)?.closest("[data-slot], [data-day]") ?? null;

function begin(event) {
  const handle = event.target.closest("[data-drag]");
  if (!handle || event.button !== 0) return;
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  drag = { id: handle.dataset.drag, card: handle.closest(".entry"), x: event.clientX, y: event.clientY, ghost: null, target: null };
}

function lift() {
  drag.ghost = drag.card.cloneNode(true);
  drag.ghost.removeAttribute("id");
  drag.ghost.classList.add("ghost");
  drag.ghost.setAttribute("aria-hidden", "true");
  document.body.append(drag.ghost);
  drag.card.classList.add("dragging");
}

function follow(event) {
  if (!drag) return;
  if (!drag.ghost && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < THRESHOLD) return;
  if (!drag.ghost) lift();
  drag.ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
  const target = targetAt(event.clientX, event.clientY);
  if (target === drag.target) return;
  drag.target?.classList.remove("over");
  target?.classList.add("over");
  drag.target = target;
}

function end() {
  if (!drag) return;
  drag.ghost?.remove();
  drag.card.classList.remove("dragging");
  drag.target?.classList.remove("over");
  drag = null;
}

function drop() {
  const { id, ghost, target, card } = drag ?? {};
  end();
  if (!ghost || !target || (target === card.closest("[data-day]") && !target.dataset.slot)) return;
  const form = document.getElementById("drop");
  form.action = `/calendar/${id}/move`;
  form.elements.at.value = target.dataset.slot ?? "";
  form.elements.day.value = target.dataset.day ?? "";
  form.requestSubmit();
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", follow);
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", end);
document.addEventListener("keydown", (event) => event.key === "Escape" && end());
