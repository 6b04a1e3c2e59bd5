// Photos on their way to the server: two at once, each with a key of its own and tried again by itself.

import { uuid } from "./words.js";

const largest = 30 * 1024 * 1024;
const atOnce = 2;
// How long to wait before the next try, in seconds; after the last, the person decides.
const patience = [1, 3, 10, 30, 60];

const waiting = [];
let sending = 0;

function next() {
  while (sending < atOnce && waiting.length > 0) {
    sending += 1;
    waiting.shift()().finally(() => {
      sending -= 1;
      next();
    });
  }
}

/** What the server says, in words; `true` where another try can help. */
function refusal(status, answer) {
  switch (status) {
    case 0:
      return ["It did not get through.", true];
    case 401:
      return ["You are signed out. Your words are safe: sign in in another window, and try again.", false];
    case 403:
      return ["This page is from before you signed in. Keep your words, load the page again, and try again.", false];
    case 404:
      return ["You cannot write on this page any more.", false];
    case 413:
      return ["This photo is larger than 30 MB. Most phones can send it in a smaller size.", false];
    case 422:
      return [answer?.errors?.photos || Object.values(answer?.errors || {})[0] || "This photo cannot be used.", false];
    case 429:
      return ["That was a lot at once. It goes on in a moment.", true];
    default:
      return ["Something went wrong on our side.", status >= 500];
  }
}

/** One photo. `show` is told of it: `state(text)`, `progress(part)`, `arrived(answer)`, `failed(text, mayRetry)`. */
export class Sending {
  /** `fields` says what goes with it, at the time when it goes. */
  constructor(file, path, fields, show) {
    Object.assign(this, { file, path, fields, show, tries: 0 });
    // The same for every try, so that a photo whose answer never arrived is not there twice.
    this.key = uuid();
  }

  start() {
    this.failed = false;
    if (this.file.size > largest) return this.#fail(refusal(413)[0]);
    this.show.state("Waiting its turn");
    waiting.push(() => this.#send());
    next();
  }

  again() {
    this.tries = 0;
    this.start();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.request?.abort();
  }

  get isUnderWay() {
    return !this.done && !this.failed && !this.stopped;
  }

  #send() {
    return new Promise((resolve) => {
      if (this.stopped) return resolve();
      this.show.state("Sending");
      const body = new FormData();
      const fields = this.fields();
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
      body.append("upload", this.key);
      body.append("photos", this.file, this.file.name || "photo.jpg");
      const request = new XMLHttpRequest();
      this.request = request;
      request.open("POST", this.path);
      request.setRequestHeader("accept", "application/json");
      request.setRequestHeader("x-csrf-token", fields.csrf);
      request.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) this.show.progress(event.loaded / event.total);
      });
      request.addEventListener("loadend", () => {
        resolve();
        if (!this.stopped) this.#answered(request.status, parsed(request.responseText));
      });
      request.send(body);
    });
  }

  #answered(status, answer) {
    if (status === 201 && answer?.id) {
      this.done = true;
      return this.show.arrived(answer);
    }
    const [text, again] = refusal(status, answer);
    if (!again) return this.#fail(text, status === 401);
    const wait = patience[this.tries];
    this.tries += 1;
    if (wait === undefined) return this.#fail(`${text} Your words are not touched by this.`, true);
    this.show.state(`${text} Trying again in ${wait} seconds.`);
    this.timer = setTimeout(() => this.start(), wait * 1000);
  }

  #fail(text, mayRetry = false) {
    this.failed = true;
    this.show.failed(text, mayRetry);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Gives `take` what is chosen in the field, dropped on the form or pasted anywhere on the page. */
export function accept(form, chooser, drop, take) {
  chooser.addEventListener("change", () => {
    take([...chooser.files]);
    chooser.value = "";
  });
  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => {
      if (![...(event.dataTransfer?.types || [])].includes("Files")) return;
      event.preventDefault();
      drop.classList.add("photo-drop--over");
    });
  }
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, () => drop.classList.remove("photo-drop--over"));
  form.addEventListener("drop", (event) => {
    if (event.defaultPrevented || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
  document.addEventListener("paste", (event) => {
    if (event.defaultPrevented) return;
    const photos = [...(event.clipboardData?.files || [])].filter((file) => file.type.startsWith("image/"));
    if (photos.length === 0) return;
    event.preventDefault();
    take(photos);
  });
  drop.querySelector(".photo-drop__label").textContent = "Choose photos, or drop them here";
  // Somebody may have been quicker than this script.
  if (chooser.files.length > 0) chooser.dispatchEvent(new Event("change"));
}

/** "One photo is on its way." */
export function onTheirWay(files) {
  return files.length === 1 ? "One photo is on its way." : `${files.length} photos are on their way.`;
}
