// Hearts, and what else can be given: at once with a script, once however it is tapped, and all of it without one.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { offer } from "./support/manners.mjs";
import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";
import { cutLine, mendLine } from "./support/writing.mjs";

const SITE = "/p/maria";
const KINDS = "hug candle strength thanks praying smile";

async function gather(world) {
  const ann = await world.arrives("Ann");
  await ann.signUp();
  await ann.startPage("Maria");
  await ann.invite(SITE, "Jo <jo@example.org>");
  const address = await ann.postUpdate(SITE, "Home", "She is home.");
  const jo = await world.arrives("Jo");
  await jo.acceptInvitation("Maria’s page");
  await jo.visit(address);
  return { ann, jo, address };
}

const line = (person) => person.page.locator(".update .hearts__names");
const heart = (person, name) => person.page.locator(".update .hearts").getByRole("button", { name, exact: true });

/** What somebody else sees of it: what the server knows. */
async function isKnown(person, address, words) {
  await until(`the server to know ${words || "of nothing"}`, async () => {
    await person.visit(address);
    const all = await line(person).allInnerTexts();
    return all.join().replace(/\s+/g, " ").trim() === words;
  });
}

describe("hearts at once", () => {
  const { step } = story({ line: true });
  let ann;
  let jo;
  let address;

  step("a tap is there before it is answered, and the page stays where it is", async (world) => {
    ({ ann, jo, address } = await gather(world));
    let answer;
    await jo.page.route("**/reactions", async (route) => {
      await new Promise((done) => (answer = done));
      await route.continue();
    });
    await heart(jo, "Send a heart").click();
    await heart(jo, "Take my heart back").waitFor();
    assert.match(await line(jo).innerText(), /You/);
    const [reply] = await Promise.all([jo.page.waitForResponse("**/reactions"), until("the tap to be sent", () => answer).then(() => answer())]);
    assert.equal(reply.status(), 200);
    await jo.page.unroute("**/reactions");
    await jo.page.locator(".update .hearts [role=status]").filter({ hasText: "Your heart is there." }).waitFor({ state: "attached" });
    assert.equal(new URL(jo.page.url()).hash, "");
    await isKnown(ann, address, "Hearts from Jo");
  });

  step("a double tap is one, and what is tapped last holds however slowly it is answered", async () => {
    await heart(jo, "Take my heart back").dblclick();
    await isKnown(ann, address, "");
    await heart(jo, "Send a heart").waitFor();
    let [sent, release] = [0];
    const gate = new Promise((done) => (release = done));
    await jo.page.route("**/reactions**", async (route) => {
      sent += 1;
      await gate;
      await route.continue();
    });
    await heart(jo, "Send a heart").click();
    await heart(jo, "Take my heart back").click();
    await heart(jo, "Send a heart").focus();
    await jo.page.keyboard.press("Enter");
    await heart(jo, "Take my heart back").waitFor();
    await until("the first tap to be sent", () => sent === 1);
    release();
    await isKnown(ann, address, "Hearts from Jo");
    await jo.page.unroute("**/reactions**");
    assert.equal(sent, 1, "what came to the same in the end was sent once");
  });

  step("two tabs: the last tap wins, and nothing counts twice", async () => {
    const other = await jo.context.newPage();
    await other.goto(address);
    const there = (name) => other.locator(".update .hearts").getByRole("button", { name, exact: true });
    await there("Take my heart back").click();
    await isKnown(ann, address, "");
    // This tab has not heard of it, and takes back what is gone.
    await heart(jo, "Take my heart back").click();
    await heart(jo, "Send a heart").click();
    await isKnown(ann, address, "Hearts from Jo");
    await there("Send a heart").click();
    await there("Take my heart back").waitFor();
    await isKnown(ann, address, "Hearts from Jo");
    await other.close();
  });

  step("without a network the tap comes back with a sentence, and goes when it is there again", async (world) => {
    cutLine(jo);
    await heart(jo, "Take my heart back").click();
    await jo.sees("There is no connection just now, so it was not taken back.");
    await heart(jo, "Take my heart back").waitFor();
    assert.match(await line(jo).innerText(), /You/);
    mendLine(jo);
    await heart(jo, "Take my heart back").click();
    await isKnown(ann, address, "");
    assert.equal(await jo.page.getByText("There is no connection").isVisible(), false);
    // The answer is lost, and the heart has arrived: tapped again, it is still one.
    world.line.loseAnswers((method, path) => method === "POST" && path.endsWith("/reactions"));
    jo.watch.expectSilence();
    await heart(jo, "Send a heart").click();
    await jo.sees("There is no connection just now, so it was not sent.");
    world.line.mend();
    jo.watch.endSilence();
    await heart(jo, "Send a heart").click();
    await heart(jo, "Take my heart back").waitFor();
    await isKnown(ann, address, "Hearts from Jo");
  });

  step("what the family offers is chosen with the keyboard", async (world) => {
    offer(world, KINDS);
    await jo.page.reload();
    const chooser = jo.page.locator(".update details.chooser");
    await chooser.locator("summary").focus();
    await jo.page.keyboard.press("Enter");
    await heart(jo, "Send a hug").waitFor();
    for (const button of await chooser.getByRole("button").all()) {
      const { width, height } = await button.boundingBox();
      assert.ok(width >= 44 && height >= 44, `${await button.innerText()}: ${width} × ${height}`);
    }
    await jo.page.keyboard.press("ArrowDown");
    await jo.page.keyboard.press("ArrowDown");
    await jo.page.keyboard.press("Enter");
    await until("the chooser to be closed", async () => (await chooser.getAttribute("open")) === null);
    assert.ok(await chooser.locator("summary").evaluate((it) => it === document.activeElement));
    await isKnown(ann, address, "Hearts and candles from Jo");
    await chooser.locator("summary").click();
    await jo.page.keyboard.press("Escape");
    await until("Escape to close it", async () => (await chooser.getAttribute("open")) === null);
    await chooser.locator("summary").click();
    await jo.page.getByRole("heading", { name: "Home" }).click();
    await until("a press beside it to close it", async () => (await chooser.getAttribute("open")) === null);
  });

  step("everybody stands in a dialog, and on a page of their own where one asks for it", async () => {
    await ann.visit(address);
    await heart(ann, "Send a heart").click();
    await until("Ann’s heart to be known", async () => /Jo/.test(await line(ann).innerText()) && /You/.test(await line(ann).innerText()));
    await line(ann).getByRole("link").click();
    const dialog = ann.page.getByRole("dialog", { name: "Hearts and candles" });
    await dialog.waitFor();
    const rows = (await dialog.locator("li").allInnerTexts()).map((it) => it.replace(/\s+/g, " ").trim());
    assert.deepEqual(rows, ["2 hearts", "1 candle", "Jo a heart, a candle", "Ann (you) a heart"]);
    await ann.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.ok(await line(ann).getByRole("link").evaluate((it) => it === document.activeElement));
    await ann.visit(await line(ann).getByRole("link").getAttribute("href"));
    await ann.seesHeading("Hearts and candles");
    await ann.follow("Back to the update");
    await ann.seesHeading("Home");
  });

  step("somebody who was signed out is told so, and nothing is sent in another’s name", async () => {
    await jo.visit(address);
    const other = await jo.context.newPage();
    await other.goto("/");
    await other.getByRole("button", { name: "Sign out" }).click();
    await other.getByText("You are signed out.").first().waitFor();
    await other.close();
    await heart(jo, "Take my heart back").click();
    await jo.sees("You are signed out here, so it was not taken back.");
    await heart(jo, "Take my heart back").waitFor();
    jo.watch.expectAnswers(403, "/reactions/removal");
    await isKnown(ann, address, "Hearts and candles from You and Jo");
  });
});

describe("hearts without scripts", () => {
  const { step } = story({ javaScript: false });

  step("each is given and taken back by its button, and everybody stands on a page", async (world) => {
    const { ann, jo, address } = await gather(world);
    offer(world, KINDS);
    await jo.visit(address);
    await heart(jo, "Send a heart").click();
    await heart(jo, "Take my heart back").waitFor();
    await jo.page.locator(".update details.chooser summary").click();
    await heart(jo, "I am praying").click();
    await jo.page.locator(".update details.chooser summary").click();
    await heart(jo, "Take my prayer back").waitFor();
    await isKnown(ann, address, "Hearts and prayers from Jo");
    await line(ann).getByRole("link").click();
    await ann.seesHeading("Hearts and prayers");
    await ann.sees("a heart, a prayer");
    await heart(jo, "Take my prayer back").click();
    await isKnown(ann, address, "Hearts from Jo");
  });
});
