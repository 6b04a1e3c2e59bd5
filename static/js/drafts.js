// The desk: whatever is written is on the device within a fifth of a second, and on the server as soon as it can be.

import { joined, offerChoice, showAside } from "./choice.js";
import * as device from "./device.js";
import { button, link, make } from "./dom.js";
import { Publication } from "./publication.js";
import { Saved } from "./saved.js";
import { desk, holdWhileOpen, isOpenElsewhere, save, updateOf } from "./sending.js";
import { explain } from "./trouble.js";
import { choose, fieldsOf, fill, focusWords, isBlank, isSame, uuid, wordsOf } from "./words.js";

/** How long the writing may rest before it is kept on the device and sent to the server, in milliseconds. */
const TO_DEVICE = 200;
const TO_SERVER = 1_500;
/** However long somebody writes without a pause, the server hears of it this often. */
const AT_LEAST = 10_000;
const LONGEST_WAIT = 60_000;
const ONE_DAY = 24 * 60 * 60 * 1_000;
/** The most that a browser sends for a page that is being closed, in characters. */
const LAST_WORDS = 50_000;

export class Desk {
  dirty = false;
  sent = null;
  queued = null;
  returned = null;
  published = null;
  /** The words that a form took along when it went as forms go, to a page of the server's. */
  left = null;
  aside = [];
  /** Why the server is not asked: it needs the person first. */
  blocked = null;
  #kept;
  #stamp = uuid();
  #onDevice = "nothing";
  #keeping = Promise.resolve();
  #saving = null;
  #failures = 0;
  #timers = {};
  #isFilling = false;
  #isLeft = false;

  constructor(form) {
    this.form = form;
    const { person, page, draft, revision } = form.dataset;
    this.key = { person, page, draft };
    this.revision = Number(revision) || 0;
    this.token = { csrf: form.elements.csrf?.value };
    this.saved = new Saved(form);
    this.asidePlace = make("div", { className: "aside", hidden: true });
    form.after(this.asidePlace);
    this.publication = new Publication(this);
  }

  get words() {
    return wordsOf(fieldsOf(this.form));
  }

  /** Brings back what the device has, and listens from now on. */
  async start() {
    const shown = { words: this.words, revision: this.revision };
    this.#listen();
    let record;
    try {
      record = await this.#find(shown);
    } catch {
      this.#onDevice = "failed";
    }
    if (record) this.#bringBack(record, shown);
    holdWhileOpen(this.key.draft);
    this.#showAside();
    if (this.returned) this.publication.explain(this.returned);
    if (this.queued) await this.publication.goOn();
    else if (this.dirty) this.#soon();
    this.tell();
  }

  /** The record for this form: its own, the one that the address names, or what was begun on a form like it. */
  async #find(shown) {
    const drafts = (await device.list("drafts", this.key.person)).filter((it) => it.page === this.key.page);
    const named = new URLSearchParams(location.hash.slice(1)).get("draft") ?? history.state?.draft;
    const own = drafts.find((it) => it.draft === this.key.draft) ?? drafts.find((it) => it.draft === named);
    if (own) return own;
    const update = this.form.dataset.update ?? "";
    if (shown.revision > 0 || (!update && !isBlank(shown.words)) || location.hash === "#empty") return undefined;
    const isBegun = (it) => (it.revision === 0 && (it.dirty || it.queued)) || (it.closed && Date.now() - it.edited < ONE_DAY);
    const begun = drafts.filter((it) => isBegun(it) && updateOf(it) === update && !isBlank(wordsOf(it.fields)));
    begun.sort((one, other) => other.edited - one.edited);
    for (const it of begun) {
      if (await isOpenElsewhere(it.draft)) continue;
      this.#offerEmpty();
      return it;
    }
    return undefined;
  }

  /** Words that nobody asked for by name are not the only thing that one may have come for. */
  #offerEmpty() {
    const empty = () => {
      history.replaceState(null, "", `${location.pathname}#empty`);
      location.reload();
    };
    this.saved.notice("begun", "These are the words that you were writing here before.", make("p", { className: "actions" }, button(this.form.dataset.update ? "Show it as it stands on the page" : "Begin with an empty page", empty, "button button--quiet")));
  }

  #bringBack(record, shown) {
    this.#adopt(record);
    const typed = !isSame(this.words, shown.words);
    const choice = typed && record.dirty ? "both" : choose(record, shown);
    if (choice === "shown") {
      this.dirty = typed;
      return;
    }
    if (choice === "kept") {
      this.revision = Math.max(record.revision, shown.revision);
      this.fill(record.fields);
      this.dirty = record.dirty;
      return;
    }
    // Neither was made from the other. What the device has goes into the form, so that it is kept there as well.
    const theirs = { ...(typed ? this.words : shown.words), saved_at: new Date().toISOString(), revision: shown.revision };
    this.fill(record.fields);
    this.dirty = true;
    this.conflict(theirs);
  }

  #adopt(record) {
    for (const it of this.form.querySelectorAll("[formaction]")) it.setAttribute("formaction", it.getAttribute("formaction").replace(this.key.draft, record.draft));
    this.key = { ...this.key, draft: record.draft };
    this.form.dataset.draft = record.draft;
    if (this.form.elements.draft) this.form.elements.draft.value = record.draft;
    ({ sent: this.sent = null, queued: this.queued = null, returned: this.returned = null, published: this.published = null } = record);
    this.aside = record.aside ?? [];
    this.#kept = this.#stamp = record.stamp;
    this.#onDevice = "kept";
  }

  fill(fields) {
    this.#isFilling = true;
    fill(this.form, fields);
    this.#isFilling = false;
  }

  #listen() {
    const { form } = this;
    form.addEventListener("input", (event) => this.#onInput(event));
    form.addEventListener("change", (event) => this.#onInput(event));
    form.addEventListener("submit", (event) => this.publication.onSubmit(event));
    window.addEventListener("online", () => this.again());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#leave() : this.again()));
    window.addEventListener("pagehide", () => this.#leave());
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty && this.#onDevice === "failed") event.preventDefault();
    });
  }

  #onInput(event) {
    if (this.#isFilling || !event.target.name || event.target.type === "file") return;
    // Events of kind `change` repeat what was said by `input`.
    if (event.type === "change" && this.dirty && ["text", "textarea"].includes(event.target.type)) return;
    this.touch();
  }

  /** The words are other ones than a moment ago. */
  touch() {
    // “Saved” is not true any more, and what is true comes in a moment.
    if (!this.dirty) this.saved.show("");
    this.dirty = true;
    this.#stamp = uuid();
    this.saved.clear("begun");
    if (this.blocked === "refused") this.blocked = null;
    this.#timers.device ??= setTimeout(() => this.keep(), TO_DEVICE);
    this.#soon();
  }

  record() {
    const { dirty, sent, revision, queued, returned, published, left, aside } = this;
    const fields = fieldsOf(this.form);
    return { ...this.key, fields, dirty, sent, revision, queued, returned, published, left, aside, stamp: this.#stamp, edited: Date.now() };
  }

  /** Writes it to the device, after what is being written there already. What another window wrote is put aside. */
  keep() {
    clearTimeout(this.#timers.device);
    this.#timers.device = undefined;
    const isNothing = this.revision === 0 && !this.#kept && isBlank(this.words);
    if (isNothing) return this.#keeping;
    this.#keeping = this.#keeping.then(async () => {
      const record = this.record();
      try {
        await device.change("drafts", this.key, (found) => {
          const isOthers = found && found.stamp !== this.#kept && found.stamp !== record.stamp;
          if (isOthers && found.dirty && !isSame(wordsOf(found.fields), wordsOf(record.fields))) {
            this.aside = [...(found.aside ?? []), { ...wordsOf(found.fields), at: Date.now() }];
            record.aside = this.aside;
          }
          return record;
        });
        const isFirst = !this.#kept;
        this.#kept = record.stamp;
        this.#onDevice = "kept";
        this.saved.clear("device");
        if (isFirst) this.#firstWords();
      } catch (error) {
        this.#onDevice = "failed";
        if (error instanceof device.Wiped) this.#onWiped();
        else this.saved.notice("device", `This ${device.thisDevice()} cannot keep your words: its storage is full, or this is a private window. They are safe once it says “Saved”.`);
      }
      this.#showAside();
      this.tell();
    });
    return this.#keeping;
  }

  /** Asks the browser not to throw the words away for want of room, and remembers in this tab which draft it is. */
  #firstWords() {
    navigator.storage?.persist?.().catch(() => {});
    if (this.revision === 0) history.replaceState({ ...history.state, draft: this.key.draft }, "");
  }

  #onWiped() {
    this.blocked = "wiped";
    this.saved.notice("wiped", "You have signed out in another window. What stands here is kept nowhere: copy it if you need it.");
  }

  #soon() {
    if (this.blocked || this.queued) return;
    clearTimeout(this.#timers.pause);
    this.#timers.pause = setTimeout(() => this.save(), Math.max(TO_SERVER, this.#wait()));
    this.#timers.most ??= setTimeout(() => this.save(), Math.max(AT_LEAST, this.#wait()));
  }

  #wait() {
    const wait = Math.min(LONGEST_WAIT, 2 ** this.#failures * 1_000);
    return this.#failures === 0 ? 0 : wait * (0.75 + Math.random() / 2);
  }

  /** Something has changed out there: the network, or who is signed in. */
  again() {
    if (["signed-out", "somebody-else"].includes(this.blocked)) this.blocked = null;
    this.#failures = 0;
    if (this.queued) return void this.publication.goOn();
    if (this.dirty) void this.save();
  }

  /** Saves on the server, one request at a time, until nothing is left to save or the server is of another mind. */
  save(options = {}) {
    for (const timer of ["pause", "most"]) {
      clearTimeout(this.#timers[timer]);
      this.#timers[timer] = undefined;
    }
    if (this.#saving) return this.#saving;
    const hasNothing = !this.dirty || (this.revision === 0 && isBlank(this.words));
    if (hasNothing || this.queued || (this.blocked && !options.keep)) return Promise.resolve();
    this.#saving = this.#send(options).finally(() => {
      this.#saving = null;
      if (this.dirty && !this.blocked && !this.queued) this.#soon();
      this.tell();
    });
    return this.#saving;
  }

  async #send(options) {
    const stamp = this.#stamp;
    const record = this.record();
    const remembered = this.#rememberSent(wordsOf(record.fields));
    // A page that is being closed has no time to wait for its own device.
    if (!options.keepalive) await remembered;
    const outcome = await save(record, this.token, options);
    await this.#understand(outcome, stamp);
  }

  #rememberSent(words) {
    this.sent = words;
    return this.keep();
  }

  async #understand(outcome, stamp) {
    this.#failures = outcome.kind === "unreachable" ? this.#failures + 1 : 0;
    if (this.form.elements.csrf && this.token.csrf) this.form.elements.csrf.value = this.token.csrf;
    if (outcome.kind === "saved") {
      this.blocked = null;
      this.sent = null;
      if (this.#stamp === stamp) this.dirty = false;
      for (const name of ["signed-out", "somebody-else", "refused"]) this.saved.clear(name);
      this.#numbered(outcome.revision);
      await this.keep();
    } else if (outcome.kind === "conflict") {
      this.conflict(outcome.theirs);
    } else if (outcome.kind !== "unreachable") {
      this.explain(outcome);
    }
  }

  /** The draft has this revision on the server, and an address of its own there. */
  #numbered(revision) {
    this.revision = revision;
    this.form.dataset.revision = String(revision);
    if (this.form.elements.revision) this.form.elements.revision.value = String(revision);
    const [fresh, own] = [`/p/${this.key.page}/updates/new`, desk(this.key)];
    if (revision > 0 && location.pathname === fresh) history.replaceState({ draft: this.key.draft }, "", own);
    // A draft without a word is none.
    if (revision === 0 && location.pathname === own) history.replaceState({ draft: this.key.draft }, "", fresh);
  }

  /** Says what stands between the words and the server. */
  explain(outcome) {
    this.blocked = outcome.kind;
    explain(this, outcome);
  }

  /** Shows both versions and has the person choose. */
  conflict(theirs) {
    this.blocked = "conflict";
    if (theirs.scheduled) {
      const sentence = `This update waits for its time to be posted, so it is not changed. Take it back to the drafts first; what you wrote is safe on this ${device.thisDevice()}.`;
      return this.saved.notice("waits", sentence, make("p", { className: "actions" }, link("See when it will be posted", desk(this.key), "button button--quiet")));
    }
    offerChoice(this.saved, this.words, theirs, (which) => void this.#decide(which, theirs));
    this.tell();
  }

  async #decide(which, theirs) {
    const mine = this.words;
    if (which === "theirs") {
      // The server keeps what was not chosen; this device does too, until it is thrown away.
      void save({ ...this.record(), revision: theirs.revision }, this.token, { keep: "theirs" });
      this.aside = [...this.aside, { ...mine, at: Date.now() }];
      this.#write(theirs, theirs.audience);
    } else if (which === "both") {
      const both = joined(mine, theirs);
      this.#write(both, both.audience);
    }
    this.blocked = null;
    this.#numbered(theirs.revision);
    this.#stamp = uuid();
    this.dirty = which !== "theirs";
    await this.keep();
    if (this.dirty) await this.save({ keep: "mine" });
    this.tell();
    focusWords(this.form);
  }

  /** Puts words into the form, with whom they are for if that is said, and leaves everything else in it. */
  #write(words, audience) {
    const written = [["title", words.title ?? ""], ["body", words.body ?? ""], ...(audience ? [["audience", audience]] : [])];
    const others = fieldsOf(this.form).filter(([name]) => !written.some(([it]) => it === name));
    this.fill([...others, ...written]);
  }

  #showAside() {
    const without = (it) => (this.aside = this.aside.filter((other) => other !== it));
    showAside(this.asidePlace, this.aside, {
      putBack: (it) => {
        const now = this.words;
        without(it);
        if (!isBlank(now) && !isSame(now, it)) this.aside.push({ ...now, at: Date.now() });
        this.#write(it);
        this.touch();
        this.#showAside();
      },
      throwAway: (it) => {
        without(it);
        void this.keep();
        this.#showAside();
      },
    });
  }

  /** The page is being left: what is not on the device yet goes there, and to the server if there is time for it. */
  #leave() {
    if (!this.dirty || this.queued || this.blocked === "wiped") return;
    // They are on their way in the form itself.
    if (this.left && isSame(this.left, this.words)) return;
    const isShort = this.words.body.length <= LAST_WORDS && !isBlank(this.words);
    const mayGo = isShort && !this.blocked && !this.#saving;
    // The database may be too slow for a page that is going away.
    if (this.#timers.device || mayGo) {
      const record = { ...this.record(), sent: mayGo ? this.words : this.sent };
      device.rescue(record);
    }
    if (!mayGo) return;
    void this.save({ keepalive: true });
  }

  /** Takes the draft off the device. */
  async forget(goOn = `/p/${this.key.page}`) {
    this.dirty = false;
    await device.remove("drafts", this.key).catch(() => {});
    this.goOn(goOn);
  }

  /** Goes to another page, once, whoever says first that it is time to. */
  goOn(path) {
    if (this.#isLeft) return;
    this.#isLeft = true;
    location.assign(path);
  }

  /** The form goes to the server by itself now, and takes the words along. */
  async takeLeave() {
    await this.settled();
    this.left = this.words;
    await this.keep();
  }

  /** Waits until nothing is on its way, but not for long. */
  async settled(within = 3_000) {
    await Promise.race([Promise.all([this.#saving, this.#keeping]), new Promise((done) => setTimeout(done, within))]);
  }

  get isOnDevice() {
    return this.#onDevice === "kept";
  }

  /** The quiet line: where the words are now. */
  tell() {
    const isNothing = this.revision === 0 && this.#onDevice !== "kept" && isBlank(this.words);
    if (isNothing || this.blocked === "wiped") return this.saved.show("");
    if (!this.dirty) return this.saved.show(this.revision > 0 ? "Saved" : "");
    // Said when it is so, and not before.
    if (this.#onDevice === "kept" && this.#kept !== this.#stamp) return;
    if (this.#onDevice === "kept") return this.saved.show(`Saved on this ${device.thisDevice()}`);
    this.saved.show(this.#onDevice === "failed" ? "Not saved yet" : "");
  }
}
