// Who has read an update: what the reading script tells, and what it does not.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";

const SITE = "/p/maria";
const SHORT = "She slept.";
const LONG = "A paragraph that somebody reads in peace.\n\n".repeat(30);

/** The line about readers on the update's own page. */
async function summary(person, address) {
  await person.visit(address);
  const line = person.page.locator(".receipts summary");
  return (await line.count()) ? line.innerText() : "";
}

describe("who has read an update", () => {
  const { step } = story();
  const at = {};
  let ann;
  let jo;

  step("Ann writes, and nobody has read it yet", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await ann.invite(SITE, "Jo <jo@example.org>");
    for (const [title, words] of [["Far down", SHORT], ["Long", LONG], ["Third", SHORT], ["Second", SHORT], ["First", SHORT]]) {
      at[title] = await ann.postUpdate(SITE, title, words);
    }
    jo = await world.arrives("Jo");
    await jo.acceptInvitation("Maria’s page");
    assert.equal(await summary(ann, at.First), "");
  });

  step("what comes onto the screen together is told together, and what lies below is not", async () => {
    const tellings = [];
    const listen = (it) => {
      if (it.url().endsWith("/position") && it.method() === "POST") tellings.push(new URLSearchParams(it.postData()));
    };
    jo.page.on("request", listen);
    await jo.page.setViewportSize({ width: 1280, height: 1200 });
    await jo.visit(SITE);
    await jo.update("First").scrollIntoViewIfNeeded();
    await until("a telling", async () => tellings.length > 0);
    jo.page.off("request", listen);
    const seen = tellings.flatMap((it) => it.getAll("seen"));
    assert.ok(seen.length > 1, `${seen.length} updates in ${tellings.length} tellings`);
    assert.equal(new Set(seen).size, seen.length, "an update was told of twice");
    await until("Ann to see it", async () => (await summary(ann, at.First)) === "Read by one person");
    assert.equal(await summary(ann, at.Second), "Read by one person");
    assert.equal(await summary(ann, at["Far down"]), "");
  });

  step("the position is still the newest that was seen", async () => {
    await jo.visit("/");
    await jo.seesNot("New since you were last here");
  });

  step("Jo chooses to be seen, and Ann sees her name, by keyboard", async () => {
    await jo.visit(`${SITE}/follow`);
    await jo.page.getByRole("checkbox", { name: /Let whoever writes see/ }).check();
    await jo.press("Save your choice");
    await jo.isTold("Saved.");
    await ann.visit(at.First);
    assert.equal(await ann.page.locator(".receipts__names").isVisible(), false);
    await ann.page.locator(".receipts summary").focus();
    await ann.page.keyboard.press("Enter");
    await ann.page.locator(".receipts__names").getByText("Jo", { exact: true }).waitFor();
  });

  step("Ann’s own reading is never written down, nor with other eyes", async () => {
    await ann.visit(at.Third);
    const told = ann.page.waitForResponse((it) => it.url().endsWith("/position"));
    assert.equal((await told).status(), 204);
    const before = await summary(ann, at["Far down"]);
    assert.equal(before, "");
    await ann.seeAs(SITE, "a friend who follows it");
    await ann.visit(at["Far down"]);
    assert.equal(await ann.page.locator("[data-reading]").count(), 0);
    await ann.seeAsThemselves();
  });
});

describe("a page in loving memory", () => {
  const { step } = story();
  let ann;

  step("the preview shows the page as it will be, and leads nowhere", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await ann.postUpdate(SITE, "Home", "She is home.");
    await ann.visit(`${SITE}/memorial`);
    const frame = ann.page.frameLocator("iframe");
    await frame.getByRole("heading", { name: "In loving memory of Maria", level: 1 }).waitFor();
    await frame.getByRole("heading", { name: "Book of condolence" }).waitFor();
    // Its style is there: otherwise the first line of the heading would be no line.
    const display = await frame.locator(".site-title__of").evaluate((it) => getComputedStyle(it).display);
    assert.equal(display, "block");
    // Its links want a window of their own, which a sandbox without popups never opens.
    assert.equal(await frame.locator("base").getAttribute("target"), "_blank");
    assert.equal(await ann.page.locator("iframe").getAttribute("sandbox"), "allow-same-origin");
    await ann.follow("Look at it without");
    await ann.page.frameLocator("iframe").getByText("thanks you for every word").waitFor();
  });

  step("one press, and one press back", async () => {
    await ann.press("Keep the page in loving memory");
    await ann.isTold("The page is in loving memory.");
    await ann.seesHeading("In loving memory of Maria");
    await ann.visit(`${SITE}/memorial`);
    await ann.press("Make the page as it was before");
    await ann.isTold("The page is as it was before.");
    await ann.seesHeading("Maria’s page");
  });
});
