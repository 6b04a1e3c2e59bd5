// Words to begin with, and quiet hints at phrases that are known to hurt. Nothing here keeps anybody from sending what they
// wrote; without it, the words to begin with can still be read.

import { make } from "./dom.js";
import { hintsFor, readPhrases } from "./phrases.js";

/** Puts words where the caret is, with a space around them, so that Ctrl-Z takes them out again. */
function insert(field, words) {
  const at = field.selectionEnd;
  const [before, after] = [field.value.slice(0, at), field.value.slice(at)];
  const lead = before === "" || /\s$/.test(before) ? "" : " ";
  const trail = after === "" || /^\s/.test(after) || /\s$/.test(words) ? "" : " ";
  field.focus();
  field.setSelectionRange(at, at);
  const text = lead + words + trail;
  // Out of date, and still the only way that goes into the list of what can be undone.
  const isIn = typeof document.execCommand === "function" && document.execCommand("insertText", false, text);
  if (!isIn) {
    field.setRangeText(text, at, at, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

function offerPrompts(place, field) {
  for (const words of place.querySelectorAll("[data-prompt]")) {
    const tap = make("button", { type: "button", className: "prompts__tap" }, words.textContent);
    // A tap leaves the caret where it is.
    tap.addEventListener("mousedown", (event) => event.preventDefault());
    tap.addEventListener("click", () => insert(field, words.dataset.prompt));
    words.replaceWith(tap);
  }
}

/** How long somebody has not typed when they are told of something. */
const PAUSE = 700;

function hintWhileWriting(place, field) {
  const box = make("div", { className: "kind-hint", role: "status", "aria-live": "polite" });
  place.prepend(box);
  const dismissed = new Set();
  let phrases;
  let shown;
  let timer;

  const show = (hint) => {
    if (shown === hint?.id) return;
    shown = hint?.id;
    if (!hint) return box.replaceChildren();
    const leave = make("button", { type: "button", className: "link" }, "Leave it as it is");
    leave.addEventListener("click", () => {
      dismissed.add(hint.id);
      field.focus();
      look();
    });
    box.replaceChildren(
      make("p", {}, `${hint.why} Perhaps instead: `, make("span", { className: "kind-hint__kinder" }, hint.kinder)),
      make("p", {}, leave),
    );
  };
  const look = () => show(hintsFor(phrases, field.value).find((hint) => !dismissed.has(hint.id)));
  const load = async () => {
    if (phrases) return;
    const answer = await fetch(place.dataset.hints);
    if (answer.ok) phrases = readPhrases(await answer.json());
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      try {
        await load();
      } catch {
        // Without a network there are no hints, and nothing else is different.
      }
      if (phrases) look();
    }, PAUSE);
  });
}

/** Everything that is kind about the form around `place`. */
export function beKind(place) {
  const field = place.closest("form")?.querySelector("textarea[name=message]");
  if (!field) return;
  offerPrompts(place, field);
  if (place.dataset.hints) hintWhileWriting(place, field);
}
