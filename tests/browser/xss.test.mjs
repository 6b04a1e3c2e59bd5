// Everything that hides in tests/xss.json, everywhere that people's words are shown: it is words, and nothing else. No
// dialog opens, no policy has to step in, and nothing is asked for elsewhere (support/browser.mjs watches for both).

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe } from "node:test";

import { paste } from "./support/clipboards.mjs";
import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";

const PAYLOADS = JSON.parse(await readFile(new URL("../xss.json", import.meta.url), "utf8"));
const SITE = "/p/maria";
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");

/** All of them again, many in one text. */
const TEXTS = Array.from({ length: 10 }, (_, part) => PAYLOADS.filter((_, index) => index % 10 === part).join("\n\n"));

describe("attacks in words", () => {
  const { step, aside } = story();
  let ann;
  let jo;
  const dialogs = [];

  const watchDialogs = (person) => person.context.on("dialog", (dialog) => {
    dialogs.push(`${dialog.type()} on ${person.page.url()}: ${dialog.message()}`);
    dialog.dismiss();
  });

  /** Sends the form of a page with these words in it, without leaving the page that is shown. */
  const send = (person, path, selector, words) => person.page.evaluate(async ({ path, selector, words }) => {
    const page = new DOMParser().parseFromString(await (await fetch(path)).text(), "text/html");
    const form = page.querySelector(selector);
    const fields = new URLSearchParams(new FormData(form));
    for (const [name, text] of Object.entries(words)) fields.set(name, text);
    const answer = await fetch(form.getAttribute("action") ?? path, { method: "POST", body: fields, redirect: "manual" });
    return answer.type === "opaqueredirect" ? "done" : `${answer.status}`;
  }, { path, selector, words });

  const looked = async (person, path) => {
    await person.visit(path);
    await person.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    assert.deepEqual(dialogs, []);
  };

  step("Ann writes every attack as a title and an update, Jo as comments and well wishes", async (world) => {
    assert.ok(PAYLOADS.length >= 100);
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await ann.invite(SITE, "jo@example.org");
    jo = await world.arrives("Jo");
    await jo.acceptInvitation("Maria’s page");
    for (const person of [ann, jo]) {
      watchDialogs(person);
      // Nobody took the photo that some of them name.
      await person.context.route("**/photos/**", (route) => route.fulfill({ contentType: "image/png", body: PIXEL }));
    }
    for (const payload of PAYLOADS) {
      assert.equal(await send(ann, `${SITE}/updates/new`, "form.desk", { title: payload.slice(0, 100), body: `${payload}\n\nand on` }), "done", payload);
    }
    const update = await firstUpdate();
    for (let at = 0; at < PAYLOADS.length; at += 8) {
      const message = PAYLOADS.slice(at, at + 8).join("\n\n");
      assert.equal(await send(jo, update, "form#comment", { message }), "done", message);
      assert.equal(await send(jo, SITE, `form[action$="/wishes"]`, { message }), "done", message);
    }
  });

  async function firstUpdate() {
    await ann.visit(SITE);
    return new URL(await ann.page.getByRole("article").first().locator("h2 a").getAttribute("href"), ann.page.url()).pathname;
  }

  step("the page, each update, the comments and the well wishes show words", async () => {
    const updates = new Set();
    for (let path = SITE; path; ) {
      await looked(jo, path);
      for (const href of await jo.page.locator("article h2 a").evaluateAll((all) => all.map((it) => it.pathname))) updates.add(href);
      const older = jo.page.getByRole("link", { name: /older|earlier/i }).first();
      path = (await older.count()) > 0 ? await older.getAttribute("href").then((href) => new URL(href, jo.page.url()).href) : null;
    }
    assert.equal(updates.size, PAYLOADS.length);
    // An update by itself shows what the page showed; a few will do.
    for (const update of [...updates].filter((_, index) => index % 8 === 0)) await looked(jo, update);
    await looked(jo, await firstUpdate());
    await looked(jo, `${SITE}/wishes`);
    await jo.sees("alert(1)");
  });

  aside("a name shows as a name", async () => {
    for (const name of PAYLOADS.filter((it) => it.length <= 60 && !/[/@\\]|www\./i.test(it) && it.trim())) {
      if ((await send(ann, "/account", "form:has(input[name=name])", { name })) === "done") await looked(ann, "/account");
    }
    await looked(ann, SITE);
  });

  aside("the writing surface shows words, whether they were there, typed underneath or pasted", async () => {
    const update = await firstUpdate();
    await looked(ann, `${update}/edit`);
    await ann.page.locator("textarea[data-editor=on]").waitFor({ state: "attached" });
    const textarea = ann.page.locator("textarea[name=body]");
    for (const payload of PAYLOADS) {
      await textarea.evaluate((it, text) => {
        it.value = text;
      }, payload);
      assert.equal(await textarea.inputValue(), payload.replace(/\r\n?/g, "\n"));
    }
    for (const payload of PAYLOADS) {
      // A text that the surface could not keep as it is stands in the textarea, where nothing can happen.
      await textarea.evaluate((it) => {
        it.value = "";
      });
      if (!(await ann.field("Your update").evaluate((it) => it.isContentEditable))) await ann.press("With a toolbar");
      await ann.field("Your update").focus();
      await paste(ann.page, { html: payload, text: payload });
      await paste(ann.page, { text: payload });
      await ann.page.keyboard.press("End");
    }
    const found = await ann.page.locator(".editor__surface").locator("script, iframe, svg, object, form, style, [onerror], [onload], a[href^=javascript i]").count();
    assert.equal(found, 0);
    assert.deepEqual(dialogs, []);
  });

  aside("the mail shows words, even in a program that would run anything", async (world) => {
    const subject = () => world.mailbox.to("jo@example.org");
    await until("every update to be mailed", () => subject().length > PAYLOADS.length, 60_000);
    const page = await jo.context.newPage();
    for (const mail of subject()) {
      assert.ok(mail.html);
      await page.setContent(mail.html);
    }
    await page.close();
    assert.deepEqual(dialogs, []);
  });

  aside("the preview shows words, on the page and in the mail that it frames", async () => {
    for (const text of TEXTS) {
      await ann.visit(`${SITE}/drafts`);
      const path = await ann.page.evaluate(async ({ site, text }) => {
        const { csrf } = await (await fetch("/csrf")).json();
        const path = `${site}/drafts/${crypto.randomUUID()}`;
        const body = new URLSearchParams({ title: text.slice(0, 100), body: text, audience: "everyone", revision: "0" });
        const answer = await fetch(path, { method: "POST", body, headers: { accept: "application/json", "x-csrf-token": csrf } });
        return answer.ok ? path : `${answer.status}`;
      }, { site: SITE, text });
      assert.ok(path.startsWith("/"), path);
      await looked(ann, `${path}/preview`);
      await ann.page.frameLocator("iframe").locator("body").waitFor();
    }
    assert.deepEqual(dialogs, []);
  });

  aside("the feed shows words, even in a reader that would run anything", async () => {
    for (const text of TEXTS) {
      assert.equal(await send(ann, `${SITE}/updates/new`, "form.desk", { title: text.slice(0, 100), body: text }), "done", text);
    }
    await ann.visit(`${SITE}/follow`);
    await ann.press("Make an address");
    const address = new URL(await ann.page.locator("#feed-address").innerText()).pathname;
    const entries = await ann.page.evaluate(async (address) => {
      const feed = new DOMParser().parseFromString(await (await fetch(address)).text(), "application/xml");
      return [...feed.querySelectorAll("entry")].map((it) => it.querySelector("content").textContent);
    }, address);
    assert.ok(entries.length >= TEXTS.length);
    const page = await ann.context.newPage();
    for (const html of entries) await page.setContent(html);
    await page.close();
    assert.deepEqual(dialogs, []);
  });
});
