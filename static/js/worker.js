// The service worker: it keeps our own files and one page that says that there is no network, and posts what waits on
// the device. Pages of anybody, and photos, are never kept: they are for whoever may see them at that moment.

import { sendWaiting } from "./sending.js";

const OFFLINE = "/offline";
/** The folder of the static files, which is a new one with every version of them. */
const BASE = new URL("..", import.meta.url).pathname;
const CACHE = `tidings ${BASE}`;

/** Listens for everything; `files` are the addresses to be kept. */
export function serve(files) {
  self.addEventListener("install", (event) => event.waitUntil(install(files)));
  self.addEventListener("activate", (event) => event.waitUntil(activate()));
  self.addEventListener("fetch", answer);
  self.addEventListener("sync", (event) => event.waitUntil(catchUp()));
}

async function install(files) {
  const cache = await caches.open(CACHE);
  await cache.addAll(files);
  // Asked for without a cookie, so that nothing of anybody can be in it.
  await cache.add(new Request(OFFLINE, { credentials: "omit", cache: "reload" }));
  await self.skipWaiting();
}

async function activate() {
  for (const key of await caches.keys()) if (key !== CACHE) await caches.delete(key);
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

/** Sends what waits; a sync that throws is tried again later by the browser. */
async function catchUp() {
  const { waits } = await sendWaiting();
  if (waits) throw new Error("the server cannot be reached");
}

let isAwake = false;

function answer(event) {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith(BASE)) {
    event.respondWith(caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
  } else if (request.mode === "navigate") {
    event.respondWith(navigate(event));
    // Where there is no background sync, what waits goes when the worker has been woken.
    if (!isAwake) event.waitUntil(sendWaiting().catch(() => {}));
    isAwake = true;
  }
}

async function navigate(event) {
  try {
    const response = (await event.preloadResponse) ?? (await fetch(event.request));
    // What stands before the server answers for it while it is down.
    if (response.status !== 502 && response.status !== 504) return response;
    return (await caches.match(OFFLINE)) ?? response;
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}
