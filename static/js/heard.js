// What was heard at the bedside, and which hearts were given there, until the server knows of it. It is written down on
// the device before anything is sent, by person and page, so that neither a hospital's wireless network nor a tablet that
// is put away loses it; no words are kept, only which they were. Telling twice changes nothing.
//
// A line of `localStorage` and no database: it is there at once, also in the last moment of a page.

const KEY = "tidings:heard:";

/** As many as the server takes at once. */
const AT_ONCE = 100;

/** Answers that will not be better the next time. */
const FINAL = [404, 410, 422];

/** Where nothing is kept, what is to be told is here for as long as the page is. */
let unkept;

/** What is kept of a person, by page: `{ heard: [id], hearts: { id: true } }`. */
function read(person) {
  if (unkept) return unkept;
  try {
    return JSON.parse(localStorage.getItem(KEY + person)) ?? {};
  } catch {
    return {};
  }
}

function change(person, page, edit) {
  const all = read(person);
  const it = { heard: [], hearts: {}, ...all[page] };
  edit(it);
  if (it.heard.length > 0 || Object.keys(it.hearts).length > 0) all[page] = it;
  else delete all[page];
  try {
    if (Object.keys(all).length > 0) localStorage.setItem(KEY + person, JSON.stringify(all));
    else localStorage.removeItem(KEY + person);
    unkept = undefined;
  } catch {
    // A browser that keeps nothing tells what it can while it is open.
    unkept = all;
  }
}

/** Whether something is kept that the server does not know. */
export const isKept = (person) => Object.keys(read(person)).length > 0;

/** Keeps that words were heard. */
export function keepHeard(person, page, id) {
  change(person, page, (it) => {
    if (!it.heard.includes(id)) it.heard.push(id);
  });
}

/** Keeps that a heart was given, or taken back. */
export function keepHeart(person, page, id, isGiven) {
  change(person, page, (it) => {
    it.hearts[id] = isGiven;
  });
}

let telling;
let wantsMore = false;

/** Tells the server; answers whether it knows everything now. Asked while it is telling, it tells once more after that. */
export function tell(person) {
  if (telling) wantsMore = true;
  telling ??= (async () => {
    try {
      do wantsMore = false;
      while ((await tellOnce(person)) && wantsMore);
      return !isKept(person);
    } catch {
      return false;
    } finally {
      telling = undefined;
    }
  })();
  return telling;
}

async function tellOnce(person) {
  const all = structuredClone(read(person));
  const line = new Line(person);
  for (const [page, { heard, hearts }] of Object.entries(all)) {
    for (let from = 0; from < heard.length; from += AT_ONCE) {
      const ids = heard.slice(from, from + AT_ONCE);
      if (!(await line.post(`${page}/bedside/hearings`, ids))) return false;
      change(person, page, (it) => (it.heard = it.heard.filter((id) => !ids.includes(id))));
    }
    for (const [id, isGiven] of Object.entries(hearts)) {
      if (!(await line.post(`${page}/bedside/hearts${isGiven ? "" : "/removal"}`, [id]))) return false;
      change(person, page, (it) => {
        if (it.hearts[id] === isGiven) delete it.hearts[id];
      });
    }
  }
  return true;
}

/** Sends as one person and nobody else, with the token of the page at first, and with a new one where that is over. */
class Line {
  #person;
  #csrf;

  constructor(person) {
    this.#person = person;
    if (document.documentElement.dataset.person === person) this.#csrf = document.querySelector("input[name=csrf]")?.value;
  }

  /** Whether it arrived, or never will. */
  async post(address, ids) {
    const isFresh = !this.#csrf;
    if (isFresh && !(await this.#ask())) return false;
    const body = new URLSearchParams(ids.map((id) => ["wish", id]));
    const headers = { accept: "application/json", "x-csrf-token": this.#csrf };
    const response = await fetch(address, { method: "POST", body, headers, credentials: "same-origin", keepalive: true, redirect: "manual" });
    if (response.ok || FINAL.includes(response.status)) return true;
    if (response.status !== 403 || isFresh) return false;
    // Somebody has signed out or in meanwhile.
    this.#csrf = undefined;
    return this.post(address, ids);
  }

  /** Asks for a token, and who is signed in. */
  async #ask() {
    const response = await fetch("/csrf", { headers: { accept: "application/json" }, cache: "no-store", credentials: "same-origin" });
    if (!response.ok) return false;
    const said = await response.json();
    if (said.person !== this.#person) return false;
    this.#csrf = said.csrf;
    return true;
  }
}
