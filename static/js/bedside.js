// The bedside: one wish after the other without a page in between, by swiping, keys or a big button; read aloud; the
// screen stays on. Without it, everything is links and forms.

import { sayDays } from "./days.js";
import { isKept, keepHeard, keepHeart, tell } from "./heard.js";
import { look, setUpLook } from "./look.js";
import { canSpeak, nameOf, speak, stop } from "./speech.js";

/** How far a finger goes for a swipe, in pixels. */
const SWIPE = 48;

/** How many words are there before they are needed. */
const AHEAD = 4;

const main = document.querySelector("[data-bedside]");
const { person } = document.documentElement.dataset;
const page = main?.dataset.bedside;
const at = (selector) => document.querySelector(selector);
const bar = { before: at("[data-before]"), heart: at("[data-heart]"), next: at("[data-next]"), aloud: at("[data-aloud]") };
const notice = at("[data-notice]");

/** The words, in their order: those that were shown, and those that come. */
const words = [...(main?.querySelectorAll("article") ?? [])];
let here = 0;
let isFirstKnown = bar.before?.hidden ?? true;
let isLastKnown = false;

const current = () => words[here];
const isHeard = (word) => word.dataset.heard !== undefined;

// What was heard

let waits = 2_000;
let timer;

/** Tells the server until it knows everything, ever more seldom. */
async function tellAll() {
  clearTimeout(timer);
  if (!person || !isKept(person)) return true;
  if (await tell(person)) {
    waits = 2_000;
    return true;
  }
  clearTimeout(timer);
  timer = setTimeout(tellAll, waits);
  waits = Math.min(waits * 2, 60_000);
  return false;
}

function hear(word) {
  if (isHeard(word)) return;
  word.dataset.heard = "";
  keepHeard(person, page, word.dataset.wish);
  tellAll();
}

// The words before and after

/** The words that a page of them has. */
async function fetchWords(query) {
  const response = await fetch(`${page}/bedside/words?${new URLSearchParams(query)}`, { credentials: "same-origin", redirect: "manual" });
  if (!response.ok) throw new Error(`the answer ${response.status}`);
  const found = new DOMParser().parseFromString(await response.text(), "text/html");
  sayDays(found);
  return [...found.querySelectorAll("article[data-wish]")].map((it) => document.adoptNode(it));
}

let fetching;

/** Sees to it that the next few words are there. */
function fetchAhead() {
  if (isLastKnown || words.length - here > AHEAD) return Promise.resolve();
  fetching ??= (async () => {
    try {
      const last = words.at(-1);
      // Back among what was heard, one goes on through it up to the first that was not; from there, through what is new.
      const way = main.dataset.on === "again" ? "again" : isGoneThrough(last) ? "back" : "";
      let found = await fetchWords({ after: last.dataset.wish, on: way });
      const first = found.findIndex((it) => !isHeard(it));
      if (way === "back" && first >= 0) found = found.slice(0, first + 1);
      if (found.length === 0 && way === "back") last.dataset.new = "";
      else if (found.length === 0) isLastKnown = true;
      words.push(...found);
    } finally {
      fetching = undefined;
    }
  })();
  return fetching;
}

/** Whether it was heard before it came to this page. */
const isGoneThrough = (word) => isHeard(word) && word.dataset.new === undefined;

async function fetchBefore() {
  const found = await fetchWords({ before: words[0].dataset.wish, on: main.dataset.on });
  if (found.length === 0) isFirstKnown = true;
  words.unshift(...found);
  here += found.length;
}

// Going

function show(index) {
  stopReading();
  here = index;
  const word = current();
  main.querySelector("article").replaceWith(word);
  for (const form of [bar.heart, bar.next]) form.querySelector("input[name=wish]").value = word.dataset.wish;
  showHeart();
  bar.before.hidden = isFirstKnown && here === 0;
  tellNothing();
  window.scrollTo(0, 0);
  word.focus({ preventScroll: true });
  history.replaceState(null, "", word.dataset.address);
  if (look.each) readAloud();
  fetchAhead().catch(() => {});
}

let isGoing = false;

/** One thing at a time: a second tap while the next words come is the same tap. */
async function going(act) {
  if (isGoing) return;
  isGoing = true;
  try {
    await act();
  } catch {
    inform("Tidings cannot be reached just now. What was heard is kept on this device, and you can try again.");
    tellAll();
  } finally {
    isGoing = false;
  }
}

const next = () => going(async () => {
  if (!isHeard(current())) current().dataset.new = "";
  hear(current());
  while (here + 1 >= words.length && !isLastKnown) await fetchAhead();
  if (here + 1 < words.length) return show(here + 1);
  stopReading();
  // What comes then is for the server to say, once it knows what was heard.
  if (!(await tellAll())) throw new Error("the server does not know yet");
  location.assign(`${page}/bedside`);
});

const before = () => going(async () => {
  if (here === 0 && !isFirstKnown) await fetchBefore();
  if (here > 0) show(here - 1);
  else bar.before.hidden = true;
});

// Hearts

function showHeart() {
  const isGiven = current().dataset.hearted !== undefined;
  bar.heart.querySelector("button").setAttribute("aria-pressed", String(isGiven));
  bar.heart.action = `${page}/bedside/hearts${isGiven ? "/removal" : ""}`;
}

function heart() {
  const word = current();
  const isGiven = word.toggleAttribute("data-hearted");
  keepHeart(person, page, word.dataset.wish, isGiven);
  showHeart();
  tellAll();
}

// Reading aloud

let isReading = false;

/** The words as they are said: of a link, where it leads. */
function textOf(word) {
  const place = word.querySelector(".bedside__words");
  let text = place.innerText;
  for (const link of place.querySelectorAll("a[href^=http]")) {
    if (link.innerText === link.getAttribute("href")) text = text.replace(link.innerText, new URL(link.href).hostname);
  }
  return { text, language: place.lang };
}

async function readAloud() {
  const word = current();
  isReading = true;
  showReading();
  tellNothing();
  const by = { text: word.querySelector(".bedside__by").innerText.replace(/\s+/g, " "), language: document.documentElement.lang, isLeft: true };
  const outcome = await speak([by, textOf(word)]);
  if (outcome === "stopped") return;
  isReading = false;
  showReading();
  if (outcome.missing) inform(`This device has no voice for ${nameOf(outcome.missing)}, so it cannot read this aloud.`);
}

function stopReading() {
  isReading = false;
  stop();
  showReading();
}

function showReading() {
  at("[data-aloud-words]").textContent = isReading ? "Stop reading" : "Read aloud";
}

// What has to be said

function inform(sentence) {
  notice.textContent = sentence;
}

function tellNothing() {
  notice.textContent = "";
}

// The screen

let awake;

async function stayAwake() {
  if (document.visibilityState !== "visible" || !navigator.wakeLock || (awake && !awake.released)) return;
  try {
    awake = await navigator.wakeLock.request("screen");
  } catch {
    // The battery is low, or the device will not have it.
  }
}

// Fingers and keys

function setUpFingers() {
  let start;
  document.addEventListener("touchstart", (event) => {
    start = event.touches.length === 1 ? event.touches[0] : undefined;
  }, { passive: true });
  // What goes across is ours: where the browser glides along with it, it takes the next tap for the one that stops it.
  document.addEventListener("touchmove", (event) => {
    if (!start || event.touches.length > 1 || !event.cancelable || visualViewport?.scale > 1.05) return;
    const { clientX, clientY } = event.touches[0];
    if (Math.abs(clientX - start.clientX) > Math.abs(clientY - start.clientY)) event.preventDefault();
  }, { passive: false });
  document.addEventListener("touchcancel", () => (start = undefined), { passive: true });
  document.addEventListener("touchend", (event) => {
    const end = event.changedTouches[0];
    if (!start || event.touches.length > 0) return;
    const [across, down] = [end.clientX - start.clientX, end.clientY - start.clientY];
    start = undefined;
    // Whoever has made it larger moves about in it, and whoever marks words means these.
    if (visualViewport?.scale > 1.05 || !getSelection().isCollapsed) return;
    if (Math.abs(across) < SWIPE || Math.abs(across) < 1.5 * Math.abs(down)) return;
    if (across < 0) next();
    else before();
  }, { passive: true });
}

function setUpKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
    const isAtEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 4;
    const act = {
      ArrowRight: next,
      ArrowLeft: before,
      // A space turns the page, as far as there is one, and presses what the keyboard is on.
      " ": event.target.closest("button, a, summary") || !isAtEnd ? undefined : next,
      Escape: isReading ? stopReading : undefined,
    }[event.key];
    if (!act) return;
    event.preventDefault();
    if (!event.repeat) act();
  });
}

/** How long a second tap on the same place is the same tap, in milliseconds: hands tremble, and a wish is soon passed over. */
const TREMBLING = 400;

function pressedOnce(place) {
  let pressed = -Infinity;
  place.addEventListener("click", (event) => {
    // A key has no places to tremble on, and says so.
    if (event.detail === 0) return;
    if (performance.now() - pressed < TREMBLING) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else pressed = performance.now();
  });
}

function onSubmit(form, act) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

function begin() {
  for (const place of [bar.next.querySelector("button"), bar.heart.querySelector("button"), bar.before]) pressedOnce(place);
  onSubmit(bar.next, next);
  onSubmit(bar.heart, heart);
  bar.before.addEventListener("click", (event) => {
    event.preventDefault();
    before();
  });
  bar.aloud.hidden = !canSpeak;
  bar.aloud.querySelector("button").addEventListener("click", () => (isReading ? stopReading() : readAloud()));
  setUpLook(canSpeak, () => (look.each ? readAloud() : stopReading()));
  setUpFingers();
  setUpKeys();
  document.addEventListener("visibilitychange", () => {
    stayAwake();
    tellAll();
  });
  window.addEventListener("online", () => {
    tellNothing();
    tellAll();
    fetchAhead().catch(() => {});
  });
  window.addEventListener("pagehide", stop);
  // Back from another page, the device may know of more than this one shows.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  current().focus({ preventScroll: true });
  stayAwake();
  fetchAhead().catch(() => {});
  if (look.each) readAloud();
}

// Where nobody is known, everything goes by forms.
if (words.length > 0 && person) begin();
tellAll();
