// What somebody does at the desk, and what their device holds.

import { setTimeout as pause } from "node:timers/promises";

import { until } from "./until.mjs";

/** Where the words are written, whatever stands above the textarea. */
const surface = (person) => person.page.locator("form.desk").locator("[contenteditable=true]:visible, textarea[name=body]:visible").first();

export const TITLE = "Title, if you like";

/** The desk of a page, with the script that keeps the words at work. */
export async function openDesk(person, site, address = `${site}/updates/new`) {
  await person.visit(address);
  await person.page.locator(".desk__saved").waitFor({ state: "attached" });
  await hasSurface(person);
}

/** The writing surface comes over the textarea a moment after the page. */
async function hasSurface(person) {
  await person.page.locator("form.desk textarea[data-editor]:not([data-editor=on])").waitFor({ state: "detached" });
}

/** Writes on at the end as people do, a key at a time. */
export async function write(person, text) {
  await hasSurface(person);
  await surface(person).press("Control+End");
  await surface(person).pressSequentially(text);
}

/** Writes something else. */
export async function rewrite(person, text) {
  await hasSurface(person);
  await surface(person).fill(text);
}

export async function goToWords(person) {
  await surface(person).focus();
}

/** The words at the desk as they would be sent. */
export function words(person) {
  return person.page.locator("form.desk textarea[name=body]").inputValue();
}

/** Waits until the quiet line under the words says this. */
export async function isSaved(person, sentence) {
  await person.page.locator(".saved").getByText(sentence, { exact: true }).waitFor();
}

/** Waits until the desk shows these words. */
export async function hasWords(person, text) {
  await until(`the desk of ${person.name} to show “${text}”`, async () => (await words(person)) === text);
}

/** Nothing reaches the server any more, although every device still sees a network. */
export function cutLine(person) {
  person.watch.expectSilence();
  person.world.line.cut();
}

export function mendLine(person) {
  person.world.line.mend();
  person.watch.endSilence();
}

/** The network goes away, for one person as their device sees it and for what their browser does behind the scenes. */
export async function goOffline(person) {
  person.watch.expectSilence();
  person.world.line?.cut();
  await person.context.setOffline(true);
}

export async function comeOnline(person) {
  person.world.line?.mend();
  await person.context.setOffline(false);
  person.watch.endSilence();
}

/**
 * The tab of somebody dies without another word to anybody, and an empty one takes its place. It has a network:
 * after `goOffline` Chromium never tells of the crash; `cutLine` keeps it from the server as well.
 */
export async function crash(person) {
  const crashed = person.page;
  person.page = await person.context.newPage();
  const down = crashed.waitForEvent("crash");
  crashed.goto("chrome://crash").catch(() => {});
  await down;
  await crashed.close();
}

/** What a browser says by itself when there is a network again. */
export async function nudge(person) {
  await person.page.evaluate(() => void window.dispatchEvent(new Event("online")));
}

/** The drafts that the device of somebody holds, whoever they are of. */
export function drafts(person) {
  return person.page.evaluate(async () => {
    if (!(await indexedDB.databases()).some((it) => it.name === "tidings")) return [];
    const open = indexedDB.open("tidings");
    await new Promise((done) => (open.onsuccess = done));
    const all = open.result.transaction("drafts").objectStore("drafts").getAll();
    await new Promise((done) => (all.onsuccess = done));
    open.result.close();
    return all.result;
  });
}

/** Everything that a browser keeps for a site beside its cookies. */
export function keeps(person) {
  return person.page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map((it) => it.name),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    words: Object.keys(localStorage),
  }));
}

/** Waits until the worker has all that it needs for the time without a network. */
export async function isReadyForOffline(person) {
  await person.page.evaluate(() => navigator.serviceWorker.ready);
  await until("the worker to keep the page for the time without a network", () =>
    person.page.evaluate(async () => Boolean(navigator.serviceWorker.controller && (await caches.match("/offline")))));
}

/** A copy of somebody's session, on another device of theirs. */
export async function anotherDevice(person, options = {}) {
  const other = await person.world.arrives(person.name, options);
  await other.context.addCookies(await person.context.cookies());
  return other;
}

/** Keeps asking until enough time has gone by for something to have happened, were it to happen; it must not. */
export async function staysSo(look, times = 10) {
  for (let at = 0; at < times; at += 1) {
    await look();
    await pause(50);
  }
}
