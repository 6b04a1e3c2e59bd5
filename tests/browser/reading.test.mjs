// Reading: with a keyboard, without scripts, what is new since one was last here, and on paper.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";

const SITE = "/p/maria";
const LONG = "A paragraph that somebody reads in peace.\n\n".repeat(14);

/** Scrolls an update onto the screen and waits until the server was told so. */
async function reads(person, title) {
  const told = person.page.waitForResponse((it) => it.url().endsWith("/position") && it.request().method() === "POST");
  await person.update(title).scrollIntoViewIfNeeded();
  assert.equal((await told).status(), 204);
}

describe("reading a journal", () => {
  const { step, aside } = story();
  let ann;
  let jo;

  step("Ann says how Maria is, and Jo sees it first", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await ann.invite(SITE, "Jo <jo@example.org>");
    await ann.visit(SITE);
    await ann.page.getByText("Say in a few words how Maria is").click();
    await ann.press("Resting");
    await ann.isTold("Saved.");
    await ann.postUpdate(SITE, "First", LONG);
    await ann.postUpdate(SITE, "Second", `${LONG}\n\nhttps://example.org/map and [the ward](https://example.org/ward).`);
    jo = await world.arrives("Jo");
    await jo.acceptInvitation("Maria’s page");
    await jo.visit(SITE);
    const box = await jo.page.getByText("Resting", { exact: true }).boundingBox();
    assert.ok(box.y < 300, `how Maria is stands ${box.y} pixels down`);
    await jo.sees(/since .*says Ann/);
  });

  step("what was on Jo’s screen is not new to her any more", async () => {
    await reads(jo, "Second");
    await jo.visit("/");
    await jo.seesNot("New since you were last here");
    await ann.postUpdate(SITE, "Third", LONG);
    await jo.visit("/");
    await jo.sees("New since you were last here");
  });

  step("a tab that nobody looks at says nothing", async () => {
    const page = await jo.context.newPage();
    let told = 0;
    page.on("request", (it) => { if (it.method() === "POST") told += 1; });
    await page.addInitScript(() => Object.defineProperty(document, "visibilityState", { get: () => "hidden" }));
    await page.clock.install();
    await page.goto(SITE);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    // An update is read when it has been on the screen for a moment and a half: this is a minute of its clock.
    await page.clock.runFor(60_000);
    await page.close();
    assert.equal(told, 0);
  });

  step("Ann and Jo read on with the keyboard from one update to the next", async () => {
    await jo.visit(`${SITE}?order=oldest`);
    const titles = await jo.page.locator(".update h2").allInnerTexts();
    assert.deepEqual(titles, ["First", "Second", "Third"]);
    const first = jo.update("First").getByRole("link", { name: "First", exact: true });
    await first.focus();
    await jo.page.keyboard.press("Enter");
    const next = jo.page.locator("a[rel=next]");
    await next.waitFor();
    for (let stop = 0; stop < 40 && !(await next.evaluate((it) => it === document.activeElement)); stop += 1) {
      await jo.page.keyboard.press("Tab");
    }
    const told = jo.page.waitForResponse((it) => it.url().endsWith("/position"));
    await jo.page.keyboard.press("Enter");
    await jo.seesHeading("Second");
    await told;
    await jo.visit(SITE);
    await jo.follow("Back to the update you were at");
    await jo.seesHeading("Second");
  });

  step("an update on paper is words, and where its links lead", async () => {
    await jo.visit(SITE);
    const address = await jo.update("Second").getByRole("link", { name: "Second", exact: true }).getAttribute("href");
    await jo.visit(address);
    await jo.page.emulateMedia({ media: "print" });
    for (const gone of ["nav", "form", ".actions", ".hearts", ".beside"]) {
      for (const it of await jo.page.locator(gone).all()) assert.equal(await it.isVisible(), false, `${gone} is printed`);
    }
    const after = (name) =>
      jo.page.getByRole("link", { name }).evaluate((it) => getComputedStyle(it, "::after").content);
    assert.match(await after("the ward"), /example\.org\/ward/);
    assert.equal(await after("https://example.org/map"), "none");
    const size = await jo.page.locator(".words--journal").evaluate((it) => parseFloat(getComputedStyle(it).fontSize));
    assert.ok(size >= 17, `${size} pixels`);
    const paper = await jo.page.pdf({ format: "A4" });
    assert.ok(paper.length > 1_000);
    await jo.page.emulateMedia({ media: "screen" });
  });

  aside("pinned notes are folded on a phone and open beside the journal", async () => {
    await ann.visit(`${SITE}/notes/new`);
    await ann.fill("Title", "Visiting hours");
    await ann.fill("The note", "From three to five.");
    await ann.press("Pin it");
    await ann.isTold("Saved.");
    const words = jo.page.getByText("From three to five.");
    await jo.page.setViewportSize({ width: 390, height: 844 });
    await jo.visit(SITE);
    assert.equal(await words.isVisible(), false);
    await jo.page.getByText("Visiting hours").click();
    await words.waitFor();
    await jo.page.setViewportSize({ width: 1280, height: 800 });
    await jo.visit(SITE);
    await words.waitFor();
    const [note, update] = await Promise.all([
      words.boundingBox(), jo.page.getByRole("article").first().boundingBox()]);
    assert.ok(note.x > update.x + update.width, "the notes do not stand beside the journal");
  });
});

describe("reading without scripts", () => {
  const { step } = story({ javaScript: false });

  step("everything can be read, said and ended", async (world) => {
    const ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await ann.page.getByText("Say in a few words how Maria is").click();
    await ann.fill("Or in your own words", "Home, resting well");
    await ann.press("Say it");
    await ann.sees("Home, resting well");
    await ann.postUpdate(SITE, "First", "She slept.");
    await ann.postUpdate(SITE, "Second", "She ate.");
    await ann.follow("From the beginning");
    await until("the oldest to be first", async () =>
      (await ann.page.locator(".update h2").allInnerTexts()).join() === "First,Second");
    await ann.follow("Month by month");
    await ann.page.locator(".months a").first().click();
    await ann.sees("She slept.");
    await ann.visit(SITE);
    await ann.page.getByText("Change how Maria is").click();
    await ann.press("Take a rest, and tell people so");
    await ann.sees("No news is no bad news.");
    await ann.press("End the rest");
    await ann.seesNot("No news is no bad news.");
    await ann.visit(`${SITE}/follow`);
    await ann.press("Make an address");
    const address = await ann.page.locator("#feed-address").innerText();
    assert.match(address, /\/feeds\/[\w-]{32}$/);
  });
});
