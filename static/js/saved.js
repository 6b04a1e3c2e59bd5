// The quiet line under the words that says where they are, and the place for what a person has to know or choose.

import { make } from "./dom.js";

/** How long a sentence must have stood before it is read out, in milliseconds. */
const SETTLED = 3_000;

export class Saved {
  #line = make("p", { className: "saved" });
  #voice = make("p", { className: "visually-hidden", role: "status" });
  #place = make("div", { className: "saved__notice" });
  #said = "";
  #timer;

  constructor(form) {
    const given = form.querySelector("[data-saved]");
    const place = make("div", { className: "desk__saved" }, this.#line, this.#voice, this.#place);
    if (given) given.replaceChildren(place);
    else (form.querySelector("textarea[name=body]")?.closest(".field") ?? form).after(place);
  }

  /** Shows a sentence at once. It is read out when it has stood for a while, and not if it was the last one read. */
  show(sentence) {
    this.#line.textContent = sentence;
    clearTimeout(this.#timer);
    if (sentence && sentence !== this.#said) this.#timer = setTimeout(() => this.say(sentence), SETTLED);
  }

  /** Has a sentence read out now. */
  say(sentence) {
    clearTimeout(this.#timer);
    this.#said = sentence;
    this.#voice.textContent = sentence;
  }

  /** Puts something in front of the person; the first sentence is read out. */
  notice(name, sentence, ...rest) {
    if (this.#place.dataset.notice === name) return;
    this.#place.dataset.notice = name;
    this.#place.replaceChildren(make("div", { className: "note", role: "group", "aria-label": sentence }, make("p", {}, sentence), ...rest));
    this.say(sentence);
  }

  /** Takes a notice away; all of them if it is not said which. */
  clear(name) {
    if (name && this.#place.dataset.notice !== name) return;
    delete this.#place.dataset.notice;
    this.#place.replaceChildren();
  }
}
