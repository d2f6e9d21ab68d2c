// Keeps what is typed: at the server after each pause, and in this browser until the server has it.
"use strict";

const PAUSE_MS = 700; // without a key, before it is kept
const AGAIN_MS = 3000; // after a try that failed
const LONGEST_MS = 65000; // of a try; htmx itself gives up after 60 s
const TYPED = "textarea[name], input[name^=title-], input[name^=comment-]";
const WORDS = JSON.parse(document.getElementById("words").innerHTML);

const tell = (form, key) => {
  const status = form.querySelector("[data-status]") ?? document.querySelector("[data-status]");
  if (status && status.textContent !== WORDS[key]) status.textContent = WORDS[key];
};
// A key of an input method (Korean, Japanese …) is no Enter: the word is not whole yet.
const isComposing = (event) => event.isComposing || event.keyCode === 229;

// What the server does not have yet, by the name of the field.
class Unsaved {
  constructor(name) {
    this.name = name;
  }
  read() {
    return JSON.parse(localStorage.getItem(this.name) ?? "{}");
  }
  add(field) {
    localStorage.setItem(this.name, JSON.stringify({ ...this.read(), [field.name]: field.value }));
  }
  // Forget what was sent, but not what was typed since.
  forget(sent) {
    const left = Object.entries(this.read()).filter(([name, value]) => sent[name] !== value);
    if (left.length) localStorage.setItem(this.name, JSON.stringify(Object.fromEntries(left)));
    else localStorage.removeItem(this.name);
    return left.length === 0;
  }
  restore(form) {
    for (const [name, value] of Object.entries(this.read())) {
      const field = form.elements[name];
      if (field && "value" in field && field.value !== value) field.value = value;
    }
  }
}

const late = () => new Promise((resolve) => setTimeout(resolve, LONGEST_MS, "again"));

// Calls `save` after a pause, one at a time, and again while it fails.
function keeper(form, unsaved, save) {
  let timer = 0;
  let running = false;
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait);
  };
  async function run() {
    if (running) return later(PAUSE_MS);
    const sent = unsaved.read();
    if (!Object.keys(sent).length) return;
    running = true;
    tell(form, "saving");
    const kept = await Promise.race([save().catch(() => "again"), late()]);
    running = false;
    if (kept === "again") {
      tell(form, "unsaved");
      later(AGAIN_MS);
    } else if (kept === "clash") {
      tell(form, "unsaved");
    } else if (unsaved.forget(sent)) {
      tell(form, "saved");
    } else {
      later(PAUSE_MS);
    }
  }
  form.addEventListener("input", (event) => {
    if (!event.target.matches(TYPED)) return;
    unsaved.add(event.target);
    tell(form, "unsaved");
    later(PAUSE_MS);
  });
  // What was typed before this script came told nobody.
  form.querySelectorAll(TYPED).forEach((field) => field.value !== field.defaultValue && unsaved.add(field));
  unsaved.restore(form);
  if (Object.keys(unsaved.read()).length) later(PAUSE_MS);
  return { flush: () => later(0) };
}

// The posts of a draft: htmx sends the form, and puts the new counters and looks in their places.
function setUpDraft(form) {
  const unsaved = new Unsaved(`socialpipe.draft.${form.dataset.who}.${form.dataset.draft}`);
  let settle = () => {};
  const save = () =>
    new Promise((resolve) => {
      settle = resolve;
      htmx.trigger(form, "save");
    });
  let sent = {};
  form.addEventListener("htmx:before:request", () => (sent = unsaved.read()));
  form.addEventListener("htmx:after:request", (event) => {
    const status = event.detail.ctx.response.status;
    if (status < 400 && unsaved.forget(sent)) tell(form, "saved");
    settle(status < 400 ? "kept" : status === 409 ? "clash" : "again");
  });
  form.addEventListener("htmx:error", () => {
    tell(form, "unsaved");
    settle("again");
  });
  keeper(form, unsaved, save);
  form.addEventListener("change", (event) => {
    const wanted = event.target.dataset.do;
    if (wanted) press(form, wanted);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    if (!isComposing(event) && event.target.dataset.enter) press(form, event.target.dataset.enter);
  });
  // Both texts are shown on a page of their own.
  form.addEventListener("click", (event) => {
    if (!event.target.matches("[data-compare]")) return;
    event.preventDefault();
    event.stopPropagation();
    HTMLFormElement.prototype.submit.call(form);
  });
}

const press = (form, action) => form.querySelector(`button[name=do][value="${CSS.escape(action)}"]`)?.click();

// The text that posts are made from: kept as a draft from the first words on.
function setUpSource(form) {
  const unsaved = new Unsaved(`socialpipe.source.${form.dataset.who}.${form.dataset.keep}`);
  const save = async () => {
    const body = new FormData(form);
    body.delete("file");
    body.set("keep", "1");
    const headers = { "HX-Request": "true" };
    const answer = await fetch(form.dataset.keep, { method: "POST", body: new URLSearchParams(body), headers });
    if (answer.status === 409) return "clash";
    if (!answer.ok) return "again";
    const kept = await answer.json();
    form.elements.base.value = kept.base;
    if (form.dataset.keep === "/compose/keep") {
      localStorage.removeItem(unsaved.name);
      form.dataset.keep = form.action = `/compose/${kept.id}/source`;
      history.replaceState(null, "", form.action);
    }
    return "kept";
  };
  keeper(form, unsaved, save);
  form.addEventListener("submit", () => localStorage.removeItem(unsaved.name));
}

document.querySelectorAll("form[data-draft]").forEach(setUpDraft);
document.querySelectorAll("form[data-keep]").forEach(setUpSource);
