// What stands between the words and the server, in words, and what to do about it.

import * as device from "./device.js";
import { button, link, make } from "./dom.js";
import { addressOf } from "./sending.js";
import { isSame } from "./words.js";

/** Says why the server has not taken the words of a desk. */
export function explain(desk, outcome) {
  const phone = device.thisDevice();
  const { saved } = desk;
  switch (outcome.kind) {
    case "signed-out":
      device.remember("tidings:person", null);
      return saved.notice("signed-out", `You are signed out. Your words are safe on this ${phone}. Sign in to go on.`, signIn(desk));
    case "somebody-else":
      return saved.notice(
        "somebody-else",
        `Somebody else is signed in on this ${phone} now. Your words are safe here, and not sent in their name. Sign in as yourself to go on.`,
        signIn(desk),
      );
    case "posted-before":
      return explainPosted(desk, outcome.path);
    default: {
      const why = Object.values(outcome.errors ?? {})[0];
      return saved.notice("refused", why
        ? `It cannot be saved like this: ${why} It is kept on this ${phone}.`
        : `Tidings does not take these words here: the page may be closed, or you may no longer write on it. They are safe on this ${phone}.`);
    }
  }
}

function signIn(desk) {
  // The page may be the answer to a form, at an address that cannot be asked for.
  const next = desk.form.dataset.update ? location.pathname : addressOf(desk.record());
  return make("p", { className: "actions" }, link("Sign in", `/sign-in?next=${encodeURIComponent(next)}`, "button"));
}

function explainPosted(desk, path) {
  // What went along with a form is in what was posted.
  if (desk.left && isSame(desk.left, desk.words)) return void desk.forget(path);
  desk.published = path;
  void desk.keep();
  return desk.saved.notice(
    "posted-before",
    "This update has been posted. What you changed since is not in it, and stays here.",
    make(
      "p",
      { className: "actions" },
      link("Read the update", path, "button button--quiet"),
      button(`Remove it from this ${device.thisDevice()}`, () => void desk.forget(), "link"),
    ),
  );
}
