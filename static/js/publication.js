// Pressing “Post update”: at once where the server answers, and as soon as there is a connection where it does not.

import * as device from "./device.js";
import { button, link, make } from "./dom.js";
import { addressOf, desk, publish, sendWaiting } from "./sending.js";
import { fieldsOf, focusWords, isBlank, nameOf } from "./words.js";

/** What the words came back for. */
const RETURNED = {
  "signed-out": "It was not posted, since you were signed out by then. Your words are here; post them when you are ready.",
  conflict: "It was not posted, since somebody had saved other words in this draft. Your words are here.",
  refused: "It could not be posted like this. Your words are here.",
};

export class Publication {
  #desk;
  #isBusy = false;
  #goesAsFormsGo = false;
  #card;

  constructor(desk) {
    this.#desk = desk;
    // A page that the browser brings back as it was left.
    window.addEventListener("pageshow", (event) => event.persisted && this.#mayBeSentAgain());
    if (!globalThis.BroadcastChannel) return;
    const channel = new BroadcastChannel("tidings");
    channel.onmessage = ({ data }) => {
      if (data.draft === desk.key.draft && data.person === desk.key.person) void this.#onNews(data);
    };
  }

  /** Why a queued update came back, in words. */
  explain({ kind, why }) {
    const sentence = why ? `It was not posted: ${why} Your words are here.` : (RETURNED[kind] ?? RETURNED.refused);
    this.#desk.saved.notice("returned", sentence);
  }

  async onSubmit(event) {
    const { form, key } = this.#desk;
    if (this.#goesAsFormsGo) return;
    // A second tap while the first is on its way.
    if (this.#isBusy) return event.preventDefault();
    if (event.defaultPrevented) return;
    const { submitter } = event;
    const action = new URL(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action, location.href).pathname;
    event.preventDefault();
    this.#isBusy = true;
    try {
      const isOffline = Boolean(form.closest("[data-offline]"));
      // A change of an update is saved at its own page; until then it is kept.
      if (isOffline && form.elements.update?.value) await this.#keepIt();
      else if (action === `/p/${key.page}/updates` || isOffline) await this.#post(submitter);
      else if (action === desk(key) && !submitter?.name) await this.#keepIt();
      else await this.#goOnAsForm(submitter);
    } catch (error) {
      this.#mayBeSentAgain();
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  /** Saving on purpose says aloud that it is saved. */
  async #keepIt() {
    const it = this.#desk;
    await it.keep();
    await it.save();
    it.saved.say(it.dirty ? `Saved on this ${device.thisDevice()}` : "Saved");
    this.#mayBeSentAgain();
  }

  /** Sends the form to the server's own pages, after what is on its way has arrived. */
  async #goOnAsForm(submitter) {
    await this.#desk.takeLeave();
    // A form that is still telling of being sent cannot be sent (HTML, "firing submission events").
    await new Promise((done) => setTimeout(done));
    this.#mayBeSentAgain();
    this.#goesAsFormsGo = true;
    this.#desk.form.requestSubmit(submitter?.form ? submitter : undefined);
    this.#goesAsFormsGo = false;
  }

  async #post(submitter) {
    const it = this.#desk;
    if (isBlank(it.words)) return it.form.closest("[data-offline]") ? this.#askForWords() : this.#goOnAsForm(submitter);
    // From here on it is the device's promise: were the power to go now, it would be posted when it is back.
    it.queued = Date.now();
    it.returned = null;
    it.saved.clear("returned");
    const record = { ...it.record(), fields: fieldsOf(it.form, submitter) };
    // What is typed from here on would be in nothing that is sent or kept.
    it.form.inert = true;
    await it.settled();
    record.revision = it.revision;
    record.sent = it.sent;
    const isKept = await this.#queue(record);
    it.saved.show("Posting…");
    const outcome = await publish(record, it.token);
    if (outcome.kind === "unreachable" && isKept) return this.#waitForNetwork();
    if (outcome.kind === "unreachable") {
      it.queued = null;
      it.saved.notice("returned", `It is not posted: there is no connection, and this ${device.thisDevice()} cannot keep it. Leave this page open and try again.`);
      return this.#mayBeSentAgain();
    }
    await this.#after(record, outcome, submitter);
  }

  async #queue(record) {
    try {
      await device.put("drafts", record);
      return true;
    } catch {
      return false;
    }
  }

  /** What the server answered. */
  async #after(record, outcome, submitter) {
    const it = this.#desk;
    if (["posted", "scheduled", "posted-before"].includes(outcome.kind)) {
      await device.remove("notes", it.key).catch(() => {});
      return it.forget(outcome.kind === "posted" ? undefined : outcome.path);
    }
    it.queued = null;
    it.dirty = true;
    await it.keep();
    this.#mayBeSentAgain();
    if (outcome.kind === "conflict") return it.conflict(outcome.theirs);
    // What is wrong with it stands beside its field on the page that the server makes of it.
    if (outcome.kind === "refused" && !it.form.closest("[data-offline]")) return this.#goOnAsForm(submitter);
    it.explain(outcome);
  }

  #askForWords() {
    this.#mayBeSentAgain();
    this.#desk.saved.notice("returned", "Please write a few words.");
    focusWords(this.#desk.form);
  }

  #waitForNetwork() {
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("outbox")).catch(() => {});
    this.#showCard();
  }

  #showCard() {
    const it = this.#desk;
    this.#mayBeSentAgain();
    this.#card?.remove();
    const heading = make("h2", { tabIndex: -1 }, "Will be posted when you are back online");
    const isTimed = ["morning", "at"].includes(it.form.elements.when?.value);
    const goesByItself = "SyncManager" in window && navigator.serviceWorker?.controller;
    this.#card = make(
      "section",
      { className: "card queued", "aria-live": "polite" },
      heading,
      make("p", { className: "queued__words", dir: "auto" }, nameOf(it.words)),
      make("p", { className: "hint" }, goesByItself
        ? `It is safe on this ${device.thisDevice()}, and goes by itself, once. You can close this page.`
        : `It is safe on this ${device.thisDevice()}. When you are back online, open Tidings here and it goes, once.`),
      isTimed && make("p", { className: "hint" }, "It is posted at the time that you chose. If that is over by then, it comes back to you."),
      make(
        "p",
        { className: "actions" },
        button("Try now", () => void this.goOn(), "button button--quiet"),
        button("Change it first", () => void this.#takeBack(), "button button--quiet"),
      ),
    );
    it.form.hidden = true;
    it.form.before(this.#card);
    heading.focus();
  }

  /** Tries again to post what waits. */
  async goOn() {
    if (!this.#card) this.#showCard();
    const { results } = await sendWaiting();
    const mine = results.find((it) => it.record.draft === this.#desk.key.draft);
    if (mine) return this.#onNews({ kind: mine.outcome.kind, path: mine.outcome.path });
    // The worker may have been faster than this page could listen.
    const { key } = this.#desk;
    const [record, note] = await Promise.all([device.find("drafts", key), device.find("notes", key)]).catch(() => []);
    if (note) await this.#onNews(note);
    else if (record?.returned) await this.#onNews(record.returned);
  }

  /** The update was posted, or came back, by whoever it was sent. */
  async #onNews({ kind, path }) {
    const it = this.#desk;
    if (["posted", "scheduled", "posted-before"].includes(kind)) {
      it.dirty = false;
      await device.remove("notes", it.key).catch(() => {});
      return it.goOn(kind === "posted" ? `/p/${it.key.page}` : path);
    }
    const record = await device.find("drafts", it.key).catch(() => undefined);
    await device.remove("notes", it.key).catch(() => {});
    await this.#takeBack();
    if (kind === "signed-out") return it.explain({ kind });
    it.returned = record?.returned ?? { kind };
    this.explain(it.returned);
  }

  async #takeBack() {
    const it = this.#desk;
    it.queued = null;
    it.dirty = true;
    await it.keep();
    this.#card?.remove();
    this.#card = undefined;
    it.form.hidden = false;
    focusWords(it.form);
    it.tell();
  }

  /** Undoes what a form that is sent once does to itself. */
  #mayBeSentAgain() {
    const { form } = this.#desk;
    delete form.dataset.sent;
    form.inert = false;
    for (const it of form.querySelectorAll("button[type=submit]")) it.removeAttribute("aria-disabled");
  }
}

/** On any page of somebody who writes: sends what waits, and says what came of it. */
export async function catchUp(person) {
  if (!(await device.isThere())) return;
  const tell = async () => {
    for (const note of await device.list("notes", person)) {
      await device.remove("notes", note);
      showNote(note);
    }
  };
  // The worker may be at it already, and says when it is done.
  if (globalThis.BroadcastChannel) new BroadcastChannel("tidings").onmessage = () => void tell();
  await sendWaiting();
  await tidy(person);
  await tell();
}

/** How long words that the server has are kept on the device as well, in milliseconds. */
const KEPT = 30 * 24 * 60 * 60 * 1000;

/** Takes off the device what is safe elsewhere: what went along with a form, and what was not touched for a month. */
async function tidy(person) {
  for (const record of await device.list("drafts", person)) {
    const isSafe = !record.dirty && !record.queued && !record.aside?.length;
    if (isSafe && (record.left || Date.now() - record.edited > KEPT)) await device.remove("drafts", record);
  }
}

const SAID = { posted: "Your update is posted:", "posted-before": "Your update is posted:", scheduled: "Your update will be posted at its time:" };

function showNote(note) {
  const main = document.getElementById("main");
  // The server may have said so itself on this page.
  if (SAID[note.kind] && main?.querySelector(".flash")) return;
  const draft = addressOf({ ...note, revision: 0, fields: [] });
  const line = SAID[note.kind]
    ? make("p", { className: "flash", role: "status" }, `${SAID[note.kind]} `, link(note.name, note.path))
    : make("p", { className: "note", role: "status" }, "Your update was not posted, and its words are safe on this device: ", link(note.name, draft));
  main?.prepend(line);
}
