// Signing out takes everything of this person's off the device. Words that have not reached the server are sent first,
// and where they cannot be, the person decides.

import * as device from "./device.js";
import { button, make } from "./dom.js";
import { tell } from "./heard.js";
import { sendWaiting } from "./sending.js";
import { isBlank, wordsOf } from "./words.js";

/** Signs out as the form would have, after having seen to the words. */
export async function signOut(form) {
  const person = document.documentElement.dataset.person;
  document.dispatchEvent(new CustomEvent("desk:leaving"));
  await Promise.all([sendWaiting().catch(() => {}), tell(person)]);
  const left = await unsent();
  if (left.length > 0 && !(await agrees(left, person))) return;
  let isOut = false;
  try {
    const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
    isOut = response.type === "opaqueredirect";
    // A page is the answer: it is for the person to read.
    if (!isOut && response.status) return form.submit();
  } catch {
    return inform("Tidings cannot be reached, so you are still signed in. Please try again when you are back online.");
  }
  await device.wipe().catch(() => {});
  location.assign("/");
}

/** Words that would be lost, whoever wrote them: the browser forgets all of it. */
async function unsent() {
  const all = await device.list("drafts").catch(() => []);
  return all.filter((it) => (it.dirty || it.queued) && !isBlank(wordsOf(it.fields)));
}

function agrees(left, person) {
  const phone = device.thisDevice();
  const isOthers = left.every((it) => it.person !== person);
  const sentence = isOthers
    ? `Somebody else wrote words that are only on this ${phone}, and have not reached Tidings. Signing out here takes them away.`
    : `Some words are only on this ${phone}, and have not reached Tidings. Signing out takes them away.`;
  return new Promise((resolve) => {
    const close = (answer) => () => {
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    const dialog = ask(sentence, button("Stay", close(false)), button("Sign out and lose them", close(true), "button button--grave"));
    dialog.addEventListener("cancel", close(false));
  });
}

function inform(sentence) {
  const dialog = ask(sentence, button("Stay", () => dialog.remove()));
  dialog.addEventListener("cancel", () => dialog.remove());
}

function ask(sentence, ...buttons) {
  const heading = make("p", { id: "leaving-words" }, sentence);
  const dialog = make("dialog", { className: "ask", "aria-labelledby": "leaving-words" }, heading, make("p", { className: "actions" }, ...buttons));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
