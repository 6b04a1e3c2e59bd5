// The desk of a page of ours: the words in it are kept, and the device learns what it needs for the time without a network.

import * as device from "./device.js";
import { make } from "./dom.js";
import { Desk } from "./drafts.js";
import { addressOf } from "./sending.js";
import { isBlank, nameOf, wordsOf } from "./words.js";

/** Other drafts of this page that are on this device alone, to go on with. */
async function showOthers(form, current) {
  const { person, page } = form.dataset;
  const all = await device.list("drafts", person);
  const others = all.filter((it) => it.page === page && it.draft !== current && (it.dirty || it.queued) && !isBlank(wordsOf(it.fields)));
  if (others.length === 0) return;
  const items = others.map((it) => make("li", {}, make("a", { href: addressOf(it), dir: "auto" }, nameOf(wordsOf(it.fields))), it.queued ? " · will be posted" : ""));
  form.before(make("div", { className: "note others" }, make("p", {}, `Also on this ${device.thisDevice()}, not finished:`), make("ul", {}, ...items)));
}

/** Opens the desk that is on this page. */
export async function openDesk(form) {
  const it = new Desk(form);
  await it.start();
  const { person, page } = form.dataset;
  const name = document.querySelector(".site-nav__name")?.textContent.trim();
  const mayOrganize = Boolean(form.querySelector("[name=audience][value=organizers]"));
  if (!form.closest("[data-offline]")) {
    await device.put("pages", { person, page, name: name ?? page, mayOrganize }).catch(() => {});
    navigator.serviceWorker?.register("/sw.js", { type: "module", scope: "/" }).catch(() => {});
  }
  await showOthers(form, it.key.draft).catch(() => {});
  return it;
}
