// Photos one looks through: with a keyboard, with a finger, without a script; and the part of one that a cover shows.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { fillAlbum, reloadUntil } from "./support/gallery.mjs";
import { photo } from "./support/photos.mjs";
import { story } from "./support/world.mjs";

const SITE = "/p/maria";
const tiles = (person) => person.page.locator("a[data-large]");
const dialog = (person) => person.page.getByRole("dialog", { name: "Photos" });
const hasFocus = (locator) => locator.evaluate((it) => it === document.activeElement);

describe("photos with a script", () => {
  const { step } = story();
  let ann;
  let album;

  step("Ann fills an album", async (world) => {
    ann = await world.arrives("Ann", { hasTouch: true });
    await ann.signUp();
    await ann.startPage("Maria");
    album = await fillAlbum(ann, SITE, "In the garden");
    assert.equal(await tiles(ann).count(), 5);
  });

  step("a photo that does not get through is tried again, and one that is none is left out", async () => {
    let tries = 0;
    const path = `**${album}/photos`;
    await ann.page.route(path, (route) => {
      tries += 1;
      return tries === 1 ? route.abort() : route.continue();
    });
    const items = ann.page.locator(".photo-item");
    ann.watch.expectSilence();
    await ann.page.locator("#photos").setInputFiles([photo("again.png", { colour: [20, 90, 60] }), { name: "letter.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7") }]);
    await items.nth(1).locator(".field__error").waitFor();
    await items.nth(0).getByText("It is in the album.").waitFor();
    assert.ok(tries >= 3, `${tries} requests`);
    await ann.page.unroute(path);
    await ann.page.evaluate(() => { window.isBefore = true; });
    await items.nth(1).getByRole("button", { name: "Leave it out" }).click();
    await ann.page.waitForFunction(() => !window.isBefore);
    await reloadUntil(ann, "a[data-large]", 6);
    assert.equal(ann.watch.endSilence(), 1);
    ann.watch.expectAnswers(422, `${album}/photos`);
    // As it was.
    await ann.visit(await tiles(ann).nth(5).getAttribute("href").then((it) => it.replace(/\?.*/, "/removal")));
    await ann.press("Remove the photo");
    await ann.visit(album);
    assert.equal(await tiles(ann).count(), 5);
  });

  step("Enter fills the screen, arrows go on, Escape comes back to where one is", async () => {
    await tiles(ann).nth(1).focus();
    await ann.page.keyboard.press("Enter");
    await dialog(ann).getByText("Photo 2 of 5").waitFor();
    await ann.page.keyboard.press("ArrowRight");
    await dialog(ann).getByText("Photo 3 of 5").waitFor();
    await ann.page.keyboard.press("End");
    await ann.page.keyboard.press("ArrowRight");
    await dialog(ann).getByText("Photo 5 of 5").waitFor();
    await ann.page.keyboard.press("Home");
    await dialog(ann).getByText("Photo 1 of 5").waitFor();
    const inside = await ann.page.evaluate(() => document.querySelector("dialog").contains(document.activeElement));
    assert.ok(inside, "the focus is behind the photo");
    await ann.page.keyboard.press("Escape");
    await dialog(ann).waitFor({ state: "detached" });
    assert.ok(await hasFocus(tiles(ann).nth(0)), "the focus is lost");
    assert.equal(new URL(ann.page.url()).pathname, album);
  });

  step("going back closes it, and leaves one on the page", async () => {
    await tiles(ann).nth(2).click();
    await dialog(ann).waitFor();
    await ann.page.goBack();
    await dialog(ann).waitFor({ state: "detached" });
    assert.equal(new URL(ann.page.url()).pathname, album);
    assert.ok(await hasFocus(tiles(ann).nth(2)));
  });

  step("a finger goes from one to the next", async () => {
    await tiles(ann).nth(0).click();
    await dialog(ann).waitFor();
    const touch = await ann.context.newCDPSession(ann.page);
    const swipe = async (from, to) => {
      await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: from, y: 400 }] });
      for (let at = 1; at <= 5; at += 1) {
        const x = from + ((to - from) * at) / 5;
        await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x, y: 402 }] });
      }
      await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    };
    await swipe(800, 400);
    await dialog(ann).getByText("Photo 2 of 5").waitFor();
    await swipe(400, 800);
    await dialog(ann).getByText("Photo 1 of 5").waitFor();
    await ann.press("Close");
    await dialog(ann).waitFor({ state: "detached" });
  });

  step("the part that a cover shows is chosen with the keyboard, and is what shows", async () => {
    await ann.visit(`${SITE}/cover`);
    await ann.page.locator("#photos").setInputFiles(photo("cover.png", { width: 1000, height: 800 }));
    await Promise.all([ann.page.waitForEvent("load"), ann.press("Use this photo")]);
    await reloadUntil(ann, ".crop__frame");
    await ann.page.locator(".crop__frame").focus();
    for (const key of ["-", "-", "ArrowRight", "ArrowUp"]) await ann.page.keyboard.press(key);
    assert.deepEqual([await ann.field("From the left").inputValue(), await ann.field("How wide").inputValue()], ["1.0", "98.0"]);
    await ann.press("Save");
    await ann.isTold("Saved.");
    await ann.visit(SITE);
    assert.match(await ann.page.locator("svg.cover").getAttribute("viewBox"), /^10 \d+ 980 392$/);
  });
});

describe("photos without a script", () => {
  const { step } = story({ javaScript: false });
  let ann;

  step("one is looked at after the other, described, and taken away", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    const album = await fillAlbum(ann, SITE, "In the garden", [["a.png", {}], ["b.png", { colour: [150, 60, 60] }]]);
    await tiles(ann).first().click();
    await ann.follow("Next");
    await ann.page.getByRole("link", { name: "Previous" }).waitFor();
    assert.equal(await ann.page.getByRole("link", { name: "Next" }).count(), 0);
    await ann.follow("Change");
    await ann.fill("Caption", "The red one");
    await ann.press("Save");
    await ann.sees("The red one");
    await ann.follow("Remove");
    await ann.press("Remove the photo");
    await ann.visit(album);
    assert.equal(await tiles(ann).count(), 1);
  });
});
