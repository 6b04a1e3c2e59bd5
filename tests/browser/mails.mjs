// Takes pictures of mails, as several programs would show them: node mails.mjs OUTBOX FOLDER [NAME…]
//
// OUTBOX holds files *.eml, such as `outbox/` in the folder of an installation without a mail server, or what
// `TIDINGS_TEST_MAILS=… cargo test --test it every_mail` puts there. Of each mail there are, in FOLDER: a wide screen and a
// phone, light and dark; the phone once more without `<style>`, as some accounts of Gmail have it; and the text part.

import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { simpleParser } from "mailparser";
import { chromium } from "playwright-core";

const [outbox, folder, ...names] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node mails.mjs OUTBOX FOLDER [NAME…]");
  process.exit(2);
}

const WIDE = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

/** How a mail is shown: the name of the picture, the screen, its colours, and what becomes of the HTML before. */
const SHOWN = [
  ["wide-light", WIDE, "light", (html) => html],
  ["wide-dark", WIDE, "dark", (html) => html],
  ["phone-light", PHONE, "light", (html) => html],
  ["phone-dark", PHONE, "dark", (html) => html],
  ["phone-no-style", PHONE, "light", (html) => html.replace(/<style>[\s\S]*?<\/style>/g, "")],
  ["wide-no-style", WIDE, "light", (html) => html.replace(/<style>[\s\S]*?<\/style>/g, "")],
];

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** The text part as a plain program shows it. */
function asText(text) {
  return `<!doctype html><meta charset="utf-8"><pre style="font:15px/1.5 monospace;white-space:pre-wrap">${escaped(text)}</pre>`;
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
let asked = 0;
try {
  await mkdir(folder, { recursive: true });
  for (const file of (await readdir(outbox)).filter((name) => name.endsWith(".eml")).sort()) {
    const name = file.replace(/\.eml$/, "");
    if (names.length > 0 && !names.some((wanted) => name.includes(wanted))) continue;
    // Pictures that came with the mail stand in it as `data:` from here on.
    const mail = await simpleParser(await readFile(join(outbox, file)), { skipHtmlToText: true, skipTextToHtml: true });
    for (const [how, viewport, colorScheme, change] of SHOWN) {
      const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: 1, javaScriptEnabled: false });
      // Nothing may be asked for: a mail is all there.
      await context.route(/^(?!data:)/, (route) => {
        asked += 1;
        console.error(`${name}: asks for ${route.request().url()}`);
        return route.abort();
      });
      const page = await context.newPage();
      await page.setContent(change(mail.html || ""));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth).catch(() => 0);
      if (wide > viewport.width) console.error(`${name}: ${how} is ${wide} wide`);
      await page.screenshot({ path: join(folder, `${name}-${how}.png`), fullPage: true });
      await context.close();
    }
    const context = await browser.newContext({ viewport: { width: 700, height: 600 } });
    const page = await context.newPage();
    await page.setContent(asText(mail.text ?? ""));
    await page.screenshot({ path: join(folder, `${name}-text.png`), fullPage: true });
    await context.close();
    console.log(`${name}: ${mail.subject}`);
  }
} finally {
  await browser.close();
}
if (asked > 0) process.exit(1);
