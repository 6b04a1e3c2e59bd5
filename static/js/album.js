// Photos straight into an album: each by itself, tried again by itself; when all are there, the album is shown with them.

import { button, make } from "./dom.js";
import { Sending, accept, onTheirWay } from "./uploads.js";

const form = document.querySelector("form[data-album-photos]");
const list = form.querySelector("[data-photos-list]");
const drop = form.querySelector("[data-photos-drop]");
const said = form.querySelector("[data-photos-said]");
const album = form.dataset.albumPhotos;
const all = new Map();

function add(file) {
  const name = file.name || "Photo";
  const bar = make("progress", { className: "photo-item__progress", max: 1, value: 0, "aria-label": `Sending ${name}` });
  const state = make("p", { className: "photo-item__state" });
  const tools = make("div", { className: "photo-item__tools" });
  const item = make("li", { className: "photo-item" }, make("span", { className: "hint" }, name), make("div", { className: "photo-item__words" }, state, bar, tools));
  const sending = new Sending(file, form.action, () => ({ csrf: form.elements.csrf.value }), {
    state(text) {
      state.textContent = text;
      state.classList.remove("field__error");
      bar.hidden = false;
      tools.replaceChildren();
    },
    progress(part) {
      bar.value = part;
    },
    arrived() {
      bar.remove();
      state.textContent = "It is in the album.";
      settle();
    },
    failed(text, mayRetry) {
      bar.hidden = true;
      state.textContent = text;
      state.classList.add("field__error");
      if (mayRetry) tools.append(button("Try again", () => sending.again(), "button button--quiet"));
      tools.append(button("Leave it out", () => leaveOut(item), "button button--quiet"));
      said.textContent = `${name}: ${text}`;
      settle();
    },
  });
  all.set(item, sending);
  list.append(item);
  sending.start();
}

function leaveOut(item) {
  all.get(item).stop();
  all.delete(item);
  item.remove();
  form.querySelector("input[type=file]").focus();
  settle();
}

/** What could not be sent stays to be read; otherwise the album says the rest. */
function settle() {
  const sent = [...all.values()];
  if (sent.some((it) => it.isUnderWay || it.failed)) return;
  if (sent.length > 0) location.assign(album);
}

accept(form, form.querySelector("input[type=file]"), drop, (files) => {
  said.textContent = onTheirWay(files);
  files.forEach(add);
});
// The files go by themselves as they are chosen.
form.querySelector("button[type=submit]").closest("p").remove();
