// The browser, and the eye that is kept on everything it is shown.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";

import { chromium } from "playwright-core";

import { PATIENCE } from "./until.mjs";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts Chromium: the one that `CHROMIUM` names, or the one that the system has. */
export async function startBrowser() {
  const executablePath = process.env.CHROMIUM ?? PLACES.find(existsSync);
  assert.ok(executablePath, "no Chromium found: install it, or set CHROMIUM to its path");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ],
  });
}

/**
 * Opens a browser of somebody's own: cookies that nobody else has, and one tab. Whatever goes wrong in it behind the
 * scenes is kept until `assertNoSurprises` is asked.
 */
export async function openBrowser(browser, origin, options = {}) {
  const context = await browser.newContext({
    baseURL: origin,
    locale: "en-GB",
    timezoneId: "Europe/London",
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  const watch = new Watch(context, origin);
  if (options.javaScriptEnabled !== false) await context.addInitScript(reportViolations);
  const page = await context.newPage();
  return { context, page, watch };
}

function reportViolations() {
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`content security policy: ${event.violatedDirective} forbids ${event.blockedURI || "inline code"}`);
  });
}

/** How Chromium says that nobody answered; what is wrong with an answer is called otherwise. */
const UNREACHABLE = /net::ERR_(INTERNET_DISCONNECTED|CONNECTION_REFUSED|CONNECTION_RESET|CONNECTION_CLOSED|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|NETWORK_CHANGED|FAILED)\b/;

class Watch {
  #origin;
  #surprises = [];
  #isSilent = false;
  #unreached = 0;

  constructor(context, origin) {
    this.#origin = origin;
    context.on("request", (request) => this.#onRequest(request));
    context.on("requestfailed", (request) => this.#onFailure(request));
    context.on("response", (response) => this.#onResponse(response));
    context.on("console", (message) => this.#onConsole(message));
    context.on("weberror", (error) => this.#note("uncaught", error.error().stack ?? String(error.error())));
  }

  /** The last page was refused with this status, and that is as it should be. */
  expectRefusal(status) {
    const at = this.#surprises.findLastIndex((it) => it.kind === "refused");
    assert.ok(at >= 0, `expected the answer ${status}, but nothing was refused`);
    assert.equal(this.#surprises[at].status, status, this.#surprises[at].text);
    this.#surprises.splice(at, 1);
  }

  /** What was asked for behind the scenes was answered with this, as often as that, and that is as it should be. */
  expectAnswers(status, part, atLeast = 1) {
    const isIt = (it) => it.kind === "missing" && it.status === status && it.text.includes(part);
    const found = this.#surprises.filter(isIt);
    assert.ok(found.length >= atLeast, `expected the answer ${status} from ${part}, but there were ${found.length}`);
    this.#surprises = this.#surprises.filter((it) => !isIt(it));
  }

  /** There is no network from now on: what cannot be reached is no surprise, and everything else still is. */
  expectSilence() {
    this.#isSilent = true;
  }

  /** The network is there again, and has to be. Answers with how much could not be reached meanwhile. */
  endSilence() {
    this.#isSilent = false;
    const count = this.#unreached;
    this.#unreached = 0;
    return count;
  }

  /** Nothing went wrong behind the scenes that the test has not said it expects. */
  assertNoSurprises() {
    const surprises = this.#surprises.splice(0).map((it) => `${it.kind}: ${it.text}`);
    assert.deepEqual(surprises, []);
  }

  /** Lets go of what went wrong, for the test after one that failed. */
  forget() {
    this.#surprises.length = 0;
  }

  #note(kind, text, more = {}) {
    this.#surprises.push({ kind, text, ...more });
  }

  #onRequest(request) {
    const url = new URL(request.url());
    if (!["data:", "blob:", "about:"].includes(url.protocol) && url.origin !== this.#origin) {
      this.#note("elsewhere", request.url());
    }
  }

  #onFailure(request) {
    // What is given up because the person has gone on already is no failure.
    const why = request.failure()?.errorText ?? "";
    if (this.#isSilent && UNREACHABLE.test(why)) {
      this.#unreached += 1;
      return;
    }
    if (why !== "net::ERR_ABORTED") this.#note("failed", `${request.url()} ${why}`);
  }

  #onResponse(response) {
    const request = response.request();
    if (response.status() < 400) return;
    // What the worker asks for in the place of a page is counted with the page.
    if (request.serviceWorker() && request.method() === "GET") return;
    // A save that comes after the words were posted is told so; which of the two arrives first is nobody's to say.
    if (response.status() === 410 && request.method() === "POST" && request.url().includes("/drafts/")) return;
    const kind = request.isNavigationRequest() ? "refused" : "missing";
    this.#note(kind, `${request.method()} ${response.url()} ${response.status()}`, { status: response.status() });
  }

  #onConsole(message) {
    if (message.type() !== "error") return;
    // Chromium says so of every 4xx; `#onResponse` has it in detail.
    if (message.text().startsWith("Failed to load resource: the server responded with")) return;
    if (this.#isSilent && UNREACHABLE.test(message.text())) return;
    this.#note("console", `${message.text()} (on ${message.location().url})`);
  }
}
