// Photos with an update: many at once, one that is none, a line that breaks, and all of it without a script.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { photo } from "./support/photos.mjs";
import { story } from "./support/world.mjs";

const SITE = "/p/maria";
const chooser = (person) => person.page.locator("#photos-input");
const items = (person) => person.page.locator(".photo-item");
const shown = (person) => person.page.locator("article.update img.photo__image");

/** Whether every picture on the page has arrived in its browser. */
const arrived = (person) =>
  person.page.waitForFunction(() => {
    const all = [...document.querySelectorAll("article.update img.photo__image")];
    return all.length > 0 && all.every((image) => (image.scrollIntoView(), image.complete && image.naturalWidth > 0));
  });

describe("photos with a script", () => {
  const { step } = story();
  let ann;

  step("several are chosen at once, each goes by itself, and one that is none says why", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await ann.visit(`${SITE}/updates/new`);
    const none = { name: "notes.pdf", mimeType: "image/jpeg", buffer: Buffer.from("%PDF-1.7 and so on") };
    await chooser(ann).setInputFiles([photo("lake.png"), none, photo("tall.png", { width: 300, height: 600, colour: [150, 80, 60] })]);
    await ann.sees("This is a PDF document.");
    await ann.page.locator(".photo-item img.photo-item__image").nth(1).waitFor();
    assert.equal(await items(ann).count(), 3);
    ann.watch.forget();
  });

  step("the one that is none is removed, the others are put in order and described", async () => {
    await items(ann).filter({ hasText: "This is a PDF document." }).getByRole("button", { name: "Remove" }).click();
    assert.equal(await items(ann).count(), 2);
    await items(ann).nth(0).getByRole("button", { name: "Later" }).click();
    await items(ann).nth(0).getByLabel("Caption").fill("The tower");
    await items(ann).nth(0).getByLabel(/What can be seen/).fill("A tower in the evening");
  });

  step("a line that breaks is tried again, and the photo is there once", async () => {
    let broken = 0;
    await ann.page.route("**/p/maria/photos", async (route) => {
      // The photo arrives, and its answer never does.
      if (broken++ === 0) {
        await route.fetch();
        await route.abort("connectionreset");
      } else await route.continue();
    });
    await chooser(ann).setInputFiles(photo("again.png", { colour: [200, 180, 90] }));
    await ann.page.locator(".photo-item img.photo-item__image").nth(2).waitFor();
    await ann.page.unroute("**/p/maria/photos");
    assert.equal(broken, 2);
    ann.watch.forget();
  });

  step("the update has them all, in order, with their words", async () => {
    await ann.fill("Your update", "We went for a *walk*.");
    await ann.press("Post update");
    await ann.isTold("Your update is posted");
    await arrived(ann);
    assert.equal(await shown(ann).count(), 3);
    assert.equal(await shown(ann).nth(0).getAttribute("alt"), "A tower in the evening");
    await ann.sees("The tower");
  });

  step("a photo on its way is waited for", async () => {
    await ann.visit(`${SITE}/updates/new`);
    await ann.page.route("**/p/maria/photos", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await route.continue();
    });
    await chooser(ann).setInputFiles(photo("slow.png"));
    await ann.fill("Your update", "Posted too soon.");
    await ann.press("Post update");
    await ann.sees("Your photos are still on their way.");
    await ann.isTold("Your update is posted");
    const first = ann.page.locator("article.update").first();
    await first.getByText("Posted too soon.").waitFor();
    await first.locator(".photo").first().waitFor();
    await ann.page.unroute("**/p/maria/photos");
  });
});

describe("photos without a script", () => {
  const { step } = story({ javaScript: false });
  let ann;

  step("they come with the form, and a bad one costs nothing", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await ann.visit(`${SITE}/updates/new`);
    await ann.fill("Your update", "By the lake.");
    const none = { name: "film.mov", mimeType: "video/quicktime", buffer: Buffer.from("\0\0\0\x14ftypqt  \0\0\0\0qt  ", "latin1") };
    await chooser(ann).setInputFiles([photo("lake.png"), none]);
    await ann.press("Post update");
    await ann.sees("film.mov: This is a video.");
    ann.watch.expectRefusal(422);
    assert.equal(await ann.field("Your update").inputValue(), "By the lake.");
    assert.equal(await items(ann).count(), 1);
    await items(ann).getByLabel("Caption").fill("A boat");
    await ann.press("Post update");
    await ann.isTold("Your update is posted");
    await ann.sees("A boat");
  });

  step("one is removed while the update is changed", async () => {
    const update = ann.page.locator("article.update").first();
    const address = await update.locator(".byline__time").getAttribute("href");
    await ann.visit(`${address}/edit`);
    await ann.page.getByLabel("Remove this photo").check();
    await ann.press("Save changes");
    await ann.isTold("Your changes are saved.");
    await ann.seesNot("A boat");
  });
});
