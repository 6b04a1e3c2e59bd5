// From the device to the server: saving a draft, posting an update, and catching up with what waits. The desk and the
// service worker share it, so it must not need a window.
//
// Whatever is sent may have arrived although no answer came. Each thing here can therefore be sent again: a draft
// carries the revision that its words were made from, and an update carries its draft's id, which the server posts once.

import * as device from "./device.js";
import { isBlank, isSame, nameOf, wordsOf } from "./words.js";

/** How long an answer may take, in milliseconds. */
const PATIENCE = 30_000;

/** How long a window that is being closed may hold on to its draft, in milliseconds. */
const LETS_GO = 1_500;

const UNREACHABLE = { kind: "unreachable" };

export const desk = (record) => `/p/${record.page}/drafts/${record.draft}`;

/** The published update that a draft is to change, or nothing. */
export const updateOf = (record) => record.fields.find(([name]) => name === "update")?.[1] ?? "";

/** Where to go on with a draft of this device. */
export function addressOf(record) {
  if (record.revision > 0) return desk(record);
  const update = updateOf(record);
  return `/p/${record.page}/updates/${update ? `${update}/edit` : "new"}#draft=${record.draft}`;
}

/** Who is signed in, and the token that fits: nothing when the server cannot be reached. */
export async function ask() {
  try {
    const response = await fetch("/csrf", { headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** Sends fields, and says in one word what came of it. */
async function post(address, fields, csrf, options) {
  let response;
  let answer;
  try {
    response = await fetch(address, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { accept: "application/json", "x-csrf-token": csrf },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
      ...options,
    });
    // An answer that breaks off in the middle is none.
    answer = response.headers.get("content-type")?.startsWith("application/json") ? await response.json() : {};
  } catch {
    return UNREACHABLE;
  }
  switch (response.status) {
    case 200:
      return { kind: "saved", ...answer };
    case 201:
      return { kind: "posted", path: answer.path };
    case 202:
      return { kind: "scheduled", path: answer.path };
    case 401:
      return { kind: "signed-out" };
    case 403:
      return { kind: answer.error === "stale-form" ? "stale" : "refused", status: 403 };
    case 409:
      return answer.revision === undefined ? { kind: "refused", status: 409 } : { kind: "conflict", theirs: answer };
    case 410:
      return { kind: "posted-before", path: answer.published };
    case 0:
      // Sent somewhere else: an answer for people, so the form goes as forms go.
      return { kind: "refused", status: 303 };
    default: {
      const isRefused = response.status >= 400 && response.status < 500 && ![408, 425, 429].includes(response.status);
      return isRefused ? { kind: "refused", status: response.status, errors: answer.errors } : UNREACHABLE;
    }
  }
}

/** Sends with the token at hand; with a new one where that no longer fits and the person is still the same. */
async function postAs(record, address, fields, token, options) {
  let outcome = token.csrf ? await post(address, fields, token.csrf, options) : { kind: "stale" };
  if (outcome.kind !== "stale") return outcome;
  const pass = await ask();
  if (!pass) return UNREACHABLE;
  if (!pass.person) return { kind: "signed-out" };
  if (pass.person !== record.person) return { kind: "somebody-else" };
  token.csrf = pass.csrf;
  outcome = await post(address, fields, token.csrf, options);
  return outcome.kind === "stale" ? { kind: "refused", status: 403 } : outcome;
}

const numbered = (record) => [["draft", record.draft], ["revision", String(record.revision)]];

/**
 * Saves a draft. `token.csrf` is tried first and renewed where it no longer fits. Words that turn out to be our own,
 * sent before without an answer, are no conflict.
 */
export async function save(record, token, { keep, ...options } = {}) {
  const fields = () => [...record.fields, ...numbered(record), ...(keep ? [["keep", keep]] : [])];
  let outcome = await postAs(record, desk(record), fields(), token, options);
  if (outcome.kind === "conflict" && isOwn(record, outcome.theirs)) {
    record = { ...record, revision: outcome.theirs.revision };
    outcome = await postAs(record, desk(record), fields(), token, options);
  }
  return outcome;
}

const isOwn = (record, theirs) =>
  isSame(theirs, wordsOf(record.fields)) || Boolean(record.sent && isSame(theirs, record.sent));

/** Posts an update. The server answers the same however often it is asked. */
export async function publish(record, token) {
  const fields = (it) => [...it.fields, ...numbered(it)];
  const address = `/p/${record.page}/updates`;
  let outcome = await postAs(record, address, fields(record), token);
  if (outcome.kind === "conflict" && isOwn(record, outcome.theirs)) {
    outcome = await postAs(record, address, fields({ ...record, revision: outcome.theirs.revision }), token);
  }
  return outcome;
}

/** One at a time, over all windows and the worker; `undefined` where somebody else is at it. */
export function alone(name, work) {
  if (!navigator.locks) return work();
  return navigator.locks.request(`tidings:${name}`, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
}

/**
 * Sends everything that waits on this device and may go: updates that are to be posted, and words of windows that were
 * closed. Answers with what came of each, and whether some of it still waits. Words of somebody else than who is signed
 * in are never sent.
 */
export async function sendWaiting() {
  return (await alone("sending", sendAll)) ?? { results: [], waits: false };
}

async function sendAll() {
  const goes = (it) => it.dirty && !it.returned && !it.differs && !isBlank(wordsOf(it.fields));
  const waiting = (await device.list("drafts")).filter((it) => it.queued || goes(it));
  const results = [];
  if (waiting.length === 0) return { results, waits: false };
  const pass = await ask();
  if (!pass) return { results, waits: true };
  const token = { csrf: pass.csrf };
  let waits = false;
  waiting.sort((one, other) => Boolean(other.queued) - Boolean(one.queued));
  for (const record of waiting) {
    if (record.person !== pass.person) {
      // Whoever it was has to come back for it themselves.
      if (record.queued) await giveBack(record, { kind: "signed-out" });
      continue;
    }
    const outcome = record.queued ? await postQueued(record, token) : await saveClosed(record, token);
    if (!outcome) continue;
    if (outcome.kind === "unreachable") waits = true;
    else if (record.queued) results.push({ record, outcome });
    else if (outcome.kind === "conflict") {
      // Only whoever opens it can choose; to ask again and again would change nothing.
      await device.change("drafts", record, (now) => (now?.stamp === record.stamp ? { ...now, differs: true } : undefined));
    }
  }
  return { results, waits };
}

/** Posts an update that waits, unless it was taken back meanwhile. */
async function postQueued(record, token) {
  const now = await device.find("drafts", record);
  if (!now?.queued) return undefined;
  const outcome = await publish(now, token);
  if (outcome.kind !== "unreachable") await settle(now, outcome);
  return outcome;
}

/** Writes down what came of an update that was to be posted. */
export async function settle(record, outcome) {
  if (["posted", "scheduled", "posted-before"].includes(outcome.kind)) {
    await device.change("drafts", record, (now) => {
      if (!now) return undefined;
      // Words that were written while it was on its way are kept.
      return now.stamp === record.stamp ? null : { ...now, queued: null, published: outcome.path };
    });
  } else {
    await giveBack(record, outcome);
  }
  await announce(record, outcome);
}

/** Makes a draft again of an update that could not be posted. */
function giveBack(record, { kind, errors }) {
  const why = Object.values(errors ?? {})[0];
  return device.change("drafts", record, (now) => now && { ...now, queued: null, dirty: true, returned: { kind, why } });
}

/** Tells the windows that are open, and keeps a note for the next one. */
async function announce(record, outcome) {
  const { person, page, draft } = record;
  const note = { person, page, draft, kind: outcome.kind, path: outcome.path, name: nameOf(wordsOf(record.fields)) };
  await device.put("notes", note).catch(() => {});
  if (globalThis.BroadcastChannel) {
    const channel = new BroadcastChannel("tidings");
    channel.postMessage(note);
    channel.close();
  }
}

/** Lets nobody but this window save a draft, for as long as the window is there. */
export function holdWhileOpen(draft) {
  navigator.locks?.request(`tidings:draft:${draft}`, () => new Promise(() => {})).catch(() => {});
}

/** Whether a draft is open in another window, as far as the browser can tell. */
export async function isOpenElsewhere(draft) {
  const held = (await navigator.locks?.query())?.held ?? [];
  return held.some((lock) => lock.name === `tidings:draft:${draft}`);
}

/** Saves words that nobody has open any more. */
async function saveClosed(record, token) {
  const work = async () => {
    const sent = wordsOf(record.fields);
    const outcome = await save(record, token);
    if (outcome.kind === "saved") {
      await device.change("drafts", record, (now) => {
        if (!now) return undefined;
        // A new desk goes on with it: nobody has seen that it was saved.
        return { ...now, revision: outcome.revision, sent: null, dirty: now.stamp !== record.stamp, closed: now.revision === 0 };
      });
    } else if (outcome.kind === "unreachable") {
      await device.change("drafts", record, (now) => now && { ...now, sent });
    } else if (outcome.kind === "posted-before") {
      await device.change("drafts", record, (now) => {
        if (!now) return undefined;
        // What a form took along is in what was posted.
        const isIn = now.left && isSame(now.left, wordsOf(now.fields));
        return isIn ? null : { ...now, dirty: false, published: outcome.path };
      });
    }
    return outcome;
  };
  if (!navigator.locks) return work();
  // A window that has just been closed lets go of its draft a moment later.
  const signal = AbortSignal.timeout(LETS_GO);
  return navigator.locks.request(`tidings:draft:${record.draft}`, { signal }, work).catch(() => undefined);
}
