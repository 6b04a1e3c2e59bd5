// What this device keeps of what somebody writes: their own words, never what others wrote. A draft is kept by person,
// page and draft, so that nobody is shown the words of somebody else who uses the same device.
//
// The store is IndexedDB by itself: a wrapper would save a few lines, but none of the small ones changes a record in one
// transaction and says when another window has thrown the whole database away.

const NAME = "tidings";
const VERSION = 1;
const STORES = { drafts: ["person", "page", "draft"], pages: ["person", "page"], notes: ["person", "page", "draft"] };

/** The words here were wiped meanwhile, since somebody signed out. Nothing is kept from now on. */
export class Wiped extends Error {}

const RESCUED = "tidings:rescued";
const isPage = typeof window !== "undefined";
let opening;
let wiped = false;

function open() {
  if (wiped) return Promise.reject(new Wiped("signed out in another window"));
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath });
    };
    request.onsuccess = () => {
      const database = request.result;
      // The worker may be asked again after the next sign-in; a window that shows the old words may not.
      const letGo = () => {
        database.close();
        opening = undefined;
        wiped = isPage;
      };
      database.onversionchange = letGo;
      database.onclose = letGo;
      if (isPage) remember("tidings:device", "yes");
      resolve(database);
    };
    request.onerror = () => reject(request.error);
  });
  opening.catch(() => (opening = undefined));
  return opening;
}

/** Runs `work` in one transaction; answers with what it gave to `give`, once all of it is on the disk. */
async function inside(mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(Object.keys(STORES), mode, { durability: "strict" });
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error ?? new Error("the device did not keep it"));
    work((name) => transaction.objectStore(name), (value) => (result = value));
  });
}

const keyOf = (store, record) => STORES[store].map((part) => record[part]);

/** Whether anything was ever kept here; looking does not make a database. */
export async function isThere() {
  try {
    if (!indexedDB.databases) return true;
    return (await indexedDB.databases()).some((it) => it.name === NAME);
  } catch {
    return false;
  }
}

/** For the last moment of a page, when only what takes no time at all is sure to happen: kept beside the database. */
export function rescue(record) {
  if (!wiped) remember(RESCUED, JSON.stringify(record));
}

async function bringRescued() {
  let record;
  try {
    record = JSON.parse(localStorage.getItem(RESCUED));
  } catch {
    // Nothing that can be read was left there.
  }
  if (!record) return;
  await change("drafts", record, (found) => (found && found.edited >= record.edited ? undefined : record));
  remember(RESCUED, null);
}

/** Everything in a store, of one person or of all. */
export async function list(store, person) {
  if (isPage && !wiped) await bringRescued();
  if (!(await isThere())) return [];
  const all = await inside("readonly", (at, give) => {
    const request = at(store).getAll();
    request.onsuccess = () => give(request.result);
  });
  return person === undefined ? all : all.filter((it) => it.person === person);
}

export function find(store, key) {
  return inside("readonly", (at, give) => {
    const request = at(store).get(keyOf(store, key));
    request.onsuccess = () => give(request.result);
  });
}

export function put(store, record) {
  return inside("readwrite", (at) => at(store).put(record));
}

/**
 * Changes one record in one transaction: `edit` is given what is there (or nothing) and answers with what is to be
 * there instead, `null` to take it away, or nothing to leave it. Answers with what is there afterwards.
 */
export function change(store, key, edit) {
  return inside("readwrite", (at, give) => {
    const request = at(store).get(keyOf(store, key));
    request.onsuccess = () => {
      const found = request.result;
      const changed = edit(found);
      if (changed === undefined) return give(found);
      if (changed === null) at(store).delete(keyOf(store, key));
      else at(store).put(changed);
      give(changed ?? undefined);
    };
  });
}

export const remove = (store, key) => change(store, key, () => null);

/** Forgets all of it: the words, the pages, the copies of our own files, and the worker. */
export async function wipe() {
  opening?.then((database) => database.close(), () => {});
  opening = undefined;
  wiped = isPage;
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = resolve;
  });
  for (const key of ["tidings:device", "tidings:person", RESCUED]) remember(key, null);
  // What was heard at the bedside, by person, and how it looks here.
  for (const key of keys()) if (key.startsWith("tidings:heard:") || key === "tidings:bedside") remember(key, null);
  if (globalThis.caches) for (const key of await caches.keys()) await caches.delete(key);
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
}

/** A word in `localStorage`, where there is one. */
export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing has nothing to remember.
  }
}

function keys() {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

/** Who read or wrote here last, for as long as they are signed in. */
export function lastPerson() {
  try {
    return localStorage.getItem("tidings:person") || undefined;
  } catch {
    return undefined;
  }
}

/** “phone”, or “device” where the screen is wide. */
export const thisDevice = () => (isPage && matchMedia("(min-width: 48em)").matches ? "device" : "phone");
