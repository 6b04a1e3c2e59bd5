// Hearts at once: what is tapped is there before it is sent, and taken back with a sentence where it could not be. Without this,
// each button is a form that leads back to where it was pressed.
//
// A tap says what is to be, never "the other way round", so that however often one is sent it counts once. One request at a
// time is on its way for one thing, and the last tap is the one that holds.

import { make } from "./dom.js";

/** How long an answer may take, in milliseconds. */
const PATIENCE = 15_000;

/** What was tapped on this page, by the address that it goes to. */
const things = new Map();

/** A token that fits, where that of the page did not. */
let fresh;

document.documentElement.dataset.floats = "";

document.addEventListener("click", (event) => {
  for (const chooser of document.querySelectorAll("details.chooser[open]")) {
    if (!chooser.contains(event.target)) chooser.open = false;
  }
  const button = event.target.closest?.("[data-reactions] button[name=kind]");
  if (button) {
    event.preventDefault();
    // The second of two quick taps was meant as one.
    if (event.detail <= 1) tap(button);
    return;
  }
  const link = event.target.closest?.(".hearts__names a");
  if (!link || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  import("./givers.js").then(({ showGivers }) => showGivers(link.href)).catch(() => location.assign(link.href));
});

document.addEventListener("keydown", (event) => {
  const chooser = event.target.closest?.("details.chooser[open]");
  if (!chooser || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape") {
    chooser.open = false;
    chooser.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const stops = [...chooser.querySelectorAll("summary, button")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
    event.preventDefault();
  }
});

function tap(button) {
  const box = button.closest("[data-reactions]");
  const address = box.dataset.reactions;
  if (!things.has(address)) things.set(address, new Thing(address));
  things.get(address).tap(box, button);
  const chooser = button.closest("details.chooser");
  if (chooser) {
    chooser.open = false;
    chooser.querySelector("summary").focus();
  }
}

/** Something that is given to, wherever it stands on the page. */
class Thing {
  #address;
  /** By kind: whether it is to be given, and whether the server has it so. */
  #wanted = new Map();
  #known = new Map();
  #isSending = false;
  #box;

  constructor(address) {
    this.#address = address;
  }

  tap(box, button) {
    const kind = button.value;
    if (!this.#known.has(kind)) this.#know(kind, isMine(button));
    this.#wanted.set(kind, !this.#wanted.get(kind));
    this.#box = box;
    // There before it says something, so that it is read out.
    said(box);
    this.#show(kind);
    this.#send();
  }

  #know(kind, isGiven) {
    this.#known.set(kind, isGiven);
    this.#wanted.set(kind, isGiven);
  }

  #next() {
    return [...this.#wanted.keys()].find((kind) => this.#wanted.get(kind) !== this.#known.get(kind));
  }

  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let kind = this.#next(); kind !== undefined; kind = this.#next()) {
      const give = this.#wanted.get(kind);
      const { answer, why } = await post(this.#address, kind, give, tokenOf(this.#box));
      if (answer) {
        this.#known.set(kind, give);
        if (this.#next() === undefined) this.#settle(answer);
      } else if (this.#wanted.get(kind) === give) {
        this.#wanted.set(kind, !give);
        this.#show(kind);
        say(this.#box, why, true);
      } else {
        // It was tapped back meanwhile; what had no answer may have arrived all the same.
        const again = await post(this.#address, kind, !give, tokenOf(this.#box));
        if (again.answer && this.#next() === undefined) this.#settle(again.answer);
      }
    }
    this.#isSending = false;
  }

  #boxes() {
    return document.querySelectorAll(`[data-reactions="${CSS.escape(this.#address)}"]`);
  }

  /** Shows a kind as it is wanted, before anybody has answered. */
  #show(kind) {
    const give = this.#wanted.get(kind);
    for (const box of this.#boxes()) {
      const had = read(box);
      press(box, kind, give);
      const kinds = had.kinds.map((it) => (it.kind === kind ? { kind, count: it.count + (give ? 1 : -1) } : it));
      if (give && !kinds.some((it) => it.kind === kind)) kinds.push({ kind, count: 1 });
      const isThere = [...box.querySelectorAll("button[name=kind]")].some(isMine);
      write(box, { ...had, isThere, kinds: kinds.filter((it) => it.count > 0) });
    }
  }

  /** Shows what the server says. */
  #settle({ mine, kinds, words, names, rest, said: sentence }) {
    for (const kind of this.#known.keys()) this.#know(kind, mine.includes(kind));
    for (const box of this.#boxes()) {
      for (const button of box.querySelectorAll("button[name=kind]")) press(box, button.value, mine.includes(button.value));
      write(box, { isThere: mine.length > 0, kinds, words, names, rest });
    }
    say(this.#box, sentence, false);
  }
}

const isMine = (button) => button.classList.contains("heart--mine");

const tokenOf = (box) => fresh ?? box.querySelector("input[name=csrf]").value;

/** Makes a button say what pressing it will do. */
function press(box, kind, isGiven) {
  const button = box.querySelector(`button[name=kind][value="${CSS.escape(kind)}"]`);
  if (!button || isMine(button) === isGiven) return;
  const word = button.querySelector(".heart__word");
  [word.textContent, button.dataset.other] = [button.dataset.other, word.textContent];
  button.classList.toggle("heart--mine", isGiven);
  if (isGiven) button.setAttribute("formaction", `${box.dataset.reactions}/removal`);
  else button.removeAttribute("formaction");
}

/** What the line of names says. */
function read(box) {
  const line = box.querySelector(".hearts__names");
  if (!line) return { kinds: [], words: "", names: [] };
  const texts = (selector) => [...line.querySelectorAll(selector)].map((it) => it.textContent);
  return {
    kinds: [...line.querySelectorAll("[data-kind]")].map((it) => ({ kind: it.dataset.kind, count: Number(it.dataset.count) })),
    words: texts(".visually-hidden")[0],
    names: texts("bdi:not([data-me])"),
    rest: texts(".hearts__givers > span")[0],
  };
}

/** Writes the line of names: the marks, what was given, who gave it. */
function write(box, { isThere, kinds, words, names, rest }) {
  const line = box.querySelector(".hearts__names");
  const people = names.map((name) => make("bdi", {}, name));
  if (isThere) people.unshift(make("bdi", { "data-me": "" }, "You"));
  if (rest) people.push(make("span", {}, rest));
  if (kinds.length === 0 || people.length === 0) return line?.remove();
  const joint = (index) => (index === 0 ? "" : index === people.length - 1 ? " and " : ", ");
  const givers = make("span", { className: "hearts__givers" }, ...people.flatMap((it, index) => [joint(index), it]));
  const link = line?.querySelector("a") ?? make("a", { href: box.dataset.reactions });
  link.replaceChildren(...kinds.map(mark).filter(Boolean), " ", make("span", { className: "visually-hidden" }, words), " ", givers);
  if (!line) (box.querySelector("form") ?? box).after(make("p", { className: "hearts__names" }, link));
}

/** The mark of a kind, as it stands somewhere on this page. */
function mark({ kind, count }) {
  const known = document.querySelector(`.mark--${CSS.escape(kind)}`)?.cloneNode(true);
  known?.setAttribute("data-kind", kind);
  known?.setAttribute("data-count", count);
  return known;
}

/** Where a thing says what became of a tap. */
function said(box) {
  const place = box.querySelector(".hearts__said");
  if (place) return place;
  const made = make("p", { className: "hearts__said visually-hidden", role: "status" });
  box.append(made);
  return made;
}

function say(box, sentence, isTrouble) {
  const place = said(box);
  place.classList.toggle("visually-hidden", !isTrouble);
  place.textContent = sentence;
}

/** Gives or takes back: with what the server answers, or with why it could not be done. */
async function post(address, kind, give, csrf, isAgain = false) {
  const done = give ? "sent" : "taken back";
  const unreached = { why: `There is no connection just now, so it was not ${done}. Tap once more when it is back.` };
  let response;
  let answer;
  try {
    response = await fetch(give ? address : `${address}/removal`, {
      method: "POST",
      body: new URLSearchParams({ kind }),
      headers: { accept: "application/json", "x-csrf-token": csrf },
      redirect: "manual",
      // Somebody may tap and go.
      keepalive: true,
      signal: AbortSignal.timeout(PATIENCE),
    });
    answer = await response.json();
  } catch {
    return unreached;
  }
  if (response.ok) return { answer };
  const signedOut = { why: `You are signed out here, so it was not ${done}. Sign in again, and tap once more.` };
  switch (response.status) {
    case 401:
      return signedOut;
    case 403: {
      if (answer.error !== "stale-form" || isAgain) return { why: `It was not ${done}. Load the page again, and tap once more.` };
      const { ask } = await import("./sending.js");
      const pass = await ask();
      if (!pass) return unreached;
      if (!pass.person) return signedOut;
      // Nothing is sent in the name of somebody who has come in since.
      if (pass.person !== document.documentElement.dataset.person) {
        return { why: `Somebody else is signed in here now, so it was not ${done}. Load the page again to see who.` };
      }
      fresh = pass.csrf;
      return post(address, kind, give, fresh, true);
    }
    case 404:
      return { why: `It was not ${done}: what it was for may not be here any more. Load the page again to see.` };
    case 409:
      return { why: answer.message ?? `It was not ${done}. Load the page again to see why.` };
    case 422:
      return { why: Object.values(answer.errors ?? {})[0] ?? `It was not ${done}.` };
    case 429:
      return { why: `That was a lot in a short time, and it was not ${done}. Please wait a moment, and tap once more.` };
    default:
      return { why: `Something went wrong on our side, and it was not ${done}. Please tap once more in a minute.` };
  }
}
