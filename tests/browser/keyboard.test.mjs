// Everything that matters, with nothing but a keyboard.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { PASSWORD } from "./support/people.mjs";
import { story } from "./support/world.mjs";

/** More stops than any page has. */
const STOPS = 60;

describe("with a keyboard only", () => {
  const { step } = story();
  let ann;

  /** Presses Tab until this has the focus; at every stop on the way one must see where one is. */
  async function tabTo(target) {
    await target.waitFor();
    for (let stop = 0; stop < STOPS; stop += 1) {
      await ann.page.keyboard.press("Tab");
      const focused = await ann.page.evaluate(whereTheFocusIs);
      assert.ok(focused.isVisible, `the focus cannot be seen on ${focused.what}`);
      if (await target.evaluate((it) => it === document.activeElement)) return;
    }
    assert.fail(`Tab does not lead to ${target}`);
  }

  const button = (name) => ann.page.getByRole("button", { name, exact: true });
  const link = (name) => ann.page.getByRole("link", { name, exact: true });
  const type = (text) => ann.page.keyboard.insertText(text);
  const enter = () => ann.page.keyboard.press("Enter");

  step("Ann has an account and a page", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await ann.signOut();
  });

  step("the first stop skips to the content", async () => {
    await ann.visit("/");
    await tabTo(link("Skip to the content"));
    const box = await link("Skip to the content").boundingBox();
    assert.ok(box && box.x >= 0 && box.y >= 0 && box.width > 1 && box.height > 1, "the skip link stays out of sight");
    await enter();
    await ann.page.keyboard.press("Tab");
    const inContent = await ann.page.evaluate(() => document.querySelector("main").contains(document.activeElement));
    assert.ok(inContent, "after skipping, the next stop is not in the content");
  });

  step("Ann signs in", async () => {
    await ann.visit("/");
    await tabTo(link("Sign in").first());
    await enter();
    await ann.seesHeading("Sign in");
    await tabTo(ann.field("E-mail address"));
    await type(ann.email);
    await tabTo(ann.field("Password"));
    await type(PASSWORD);
    await enter();
    await ann.isTold("You are signed in.");
  });

  step("Ann writes and posts an update", async () => {
    await tabTo(ann.page.getByRole("main").getByRole("link", { name: /^Maria’s page/ }));
    await enter();
    await ann.seesHeading("Maria’s page");
    await tabTo(link("Write the first update"));
    await enter();
    await tabTo(ann.field("Title, if you like"));
    await type("By keyboard");
    await tabTo(ann.field("Your update"));
    await type("Not one click.");
    await tabTo(ann.page.getByRole("radio", { name: "Everyone on the page" }));
    await ann.page.keyboard.press("ArrowDown");
    assert.ok(await ann.page.getByRole("radio", { name: "Family only" }).isChecked());
    await ann.page.keyboard.press("ArrowUp");
    await tabTo(button("Post update"));
    await enter();
    await ann.isTold("Your update is posted");
    await ann.sees("Not one click.");
  });

  step("Ann sends a well wish and a heart", async () => {
    await tabTo(ann.update("By keyboard").getByRole("button", { name: "Send a heart" }));
    await enter();
    await ann.update("By keyboard").getByRole("button", { name: "Take my heart back" }).waitFor();
    await ann.visit("/p/maria");
    await tabTo(ann.field("Your well wish"));
    await type("From my keyboard");
    await tabTo(button("Send well wish"));
    await enter();
    await ann.isTold("Your well wish is on the page.");
    await ann.wish("From my keyboard").waitFor();
  });

  step("from an error, Enter leads to the field that it is about", async () => {
    await ann.visit("/p/maria/updates/new?again#empty");
    await tabTo(button("Post update"));
    await enter();
    await ann.isAskedToCheck("Your update", "Please write a few words.");
    await tabTo(ann.page.getByRole("alert").getByRole("link"));
    await enter();
    assert.ok(await ann.field("Your update").evaluate((it) => it === document.activeElement));
  });
});

/** In the page: what has the focus, and whether an outline says so, on itself or on the label or frame around it. */
function whereTheFocusIs() {
  const it = document.activeElement;
  const hasOutline = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
  };
  const around = [it, ...(it.labels ?? []), it.closest(".choice, .prefixed")].filter(Boolean);
  return { what: it.outerHTML.slice(0, 120), isVisible: it === document.body || around.some(hasOutline) };
}
