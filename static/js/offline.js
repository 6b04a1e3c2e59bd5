// The page that stands in for all others while there is no network: the drafts on this device, and a desk for them.

import * as device from "./device.js";
import { Desk } from "./drafts.js";
import { make, when } from "./dom.js";
import { addressOf, ask } from "./sending.js";
import { isBlank, nameOf, uuid, wordsOf } from "./words.js";

const page = document.querySelector("[data-offline]");
const part = (name) => page.querySelector(`[data-offline-${name}]`);
const person = device.lastPerson();
const lede = part("lede");
let isWriting = false;

// Back online, what was asked for is there again. Words that are being written are not taken away from under the hand.
async function lookAgain() {
  if (!(await ask())) return;
  if (!isWriting && location.pathname !== "/offline") return location.reload();
  lede.textContent = "You are back online.";
}
window.addEventListener("online", () => void lookAgain());

part("again").hidden = location.pathname === "/offline";

try {
  await open();
} catch {
  lede.textContent = "Tidings cannot be reached just now, and this device keeps nothing. What was saved before is safe.";
}
if (location.pathname === "/offline" && navigator.onLine) void lookAgain();

async function open() {
  if (!person) {
    const hasWords = (await device.list("drafts")).some((it) => it.dirty || it.queued);
    if (hasWords) lede.textContent += " You are signed out: what you wrote on this device is here when you sign in again.";
    return;
  }
  const drafts = (await device.list("drafts", person)).filter((it) => !isBlank(wordsOf(it.fields)));
  const pages = await device.list("pages", person);
  const asked = askedFor(drafts, pages);
  if (asked) return void (await write(asked, pages));
  drafts.sort((one, other) => other.edited - one.edited);
  show("drafts", drafts.map((it) => draftItem(it, pages)));
  show("pages", pages.map((it) => make("li", {}, make("a", { href: `/p/${it.page}/updates/new#new` }, `Write an update on ${it.name}`))));
}

/** The draft that the address is about, or a new one. */
function askedFor(drafts, pages) {
  const [, slug, id] = location.pathname.match(/^\/p\/([^/]+)\/(?:updates\/(?:new|[^/]+\/edit)|drafts\/([^/]+))$/) ?? [];
  if (!slug || !pages.some((it) => it.page === slug)) return undefined;
  if (id) return drafts.find((it) => it.draft === id && it.page === slug);
  const named = new URLSearchParams(location.hash.slice(1)).get("draft") ?? history.state?.draft;
  const found = drafts.find((it) => it.draft === named && it.page === slug);
  if (found || location.pathname.endsWith("/edit")) return found;
  return { page: slug, draft: uuid(), revision: 0 };
}

async function write(record, pages) {
  isWriting = true;
  const form = part("desk");
  const { name, mayOrganize } = pages.find((it) => it.page === record.page);
  Object.assign(form.dataset, { desk: "", person, page: record.page, draft: record.draft, revision: 0 });
  part("name").textContent = name;
  form.querySelector("[value=organizers]").closest(".choice").hidden = !mayOrganize;
  carry(form, record.fields ?? []);
  part("again").hidden = true;
  lede.textContent = `Tidings cannot be reached just now. You can go on writing: everything stays on this ${device.thisDevice()} until you are back online.`;
  form.hidden = false;
  await new Desk(form).start();
}

/** Fields of the full desk that this form does not show, such as a time, travel with the words as they are. */
function carry(form, fields) {
  for (const [name, value] of fields) {
    if (!form.elements[name]) form.prepend(make("input", { type: "hidden", name, value }));
  }
}

function draftItem(record, pages) {
  const words = wordsOf(record.fields);
  const name = pages.find((it) => it.page === record.page)?.name ?? record.page;
  const state = record.queued ? "will be posted when you are back online" : `written ${when(record.edited)}`;
  return make("li", {}, make("a", { href: addressOf(record), dir: "auto" }, nameOf(words)), make("span", { className: "hint" }, `${name}, ${state}`));
}

function show(name, items) {
  if (items.length === 0) return;
  part(name).hidden = false;
  part(name).querySelector("ul").replaceChildren(...items);
}
