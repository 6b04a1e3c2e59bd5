// Words to begin with and quiet hints, in a real browser; and the form of a well wish with all that is in it.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe } from "node:test";

import { reloadUntil } from "./support/gallery.mjs";
import { photo } from "./support/photos.mjs";
import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";

const SITE = "/p/maria";
const field = (person) => person.page.locator("textarea#message");
const hint = (person) => person.page.locator(".kind-hint");
const tap = (person, words) => person.page.getByRole("button", { name: words, exact: true }).click();

async function follower(world, ann, name) {
  await ann.invite(SITE, `${name} <${name.toLowerCase()}@example.org>`);
  const person = await world.arrives(name, { hasTouch: true });
  await person.acceptInvitation("Maria’s page");
  return person;
}

describe("kind words with a script", () => {
  const { step } = story();
  let ann;
  let jo;

  step("Jo follows Maria’s page", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    jo = await follower(world, ann, "Jo");
  });

  step("words come where the caret is, overwrite nothing, and go again", async () => {
    await jo.visit(`${SITE}/wishes`);
    await tap(jo, "I am thinking of you.");
    assert.equal(await field(jo).inputValue(), "I am thinking of you.");
    await tap(jo, "You do not have to answer this.");
    assert.equal(await field(jo).inputValue(), "I am thinking of you. You do not have to answer this.");
    await jo.page.keyboard.press("Control+z");
    assert.equal(await field(jo).inputValue(), "I am thinking of you.");
    await field(jo).fill("Dear Maria. Yours, Jo");
    await field(jo).evaluate((it) => it.setSelectionRange(0, 11));
    await tap(jo, "A memory I have of you…");
    assert.ok(await field(jo).evaluate((it) => it === document.activeElement), "the focus is lost");
    await jo.page.keyboard.type("the lake.");
    assert.equal(await field(jo).inputValue(), "Dear Maria. A memory I have of you: the lake. Yours, Jo");
  });

  step("by keyboard, too", async () => {
    await field(jo).fill("");
    await jo.page.getByRole("button", { name: "I wish this was not happening to you.", exact: true }).focus();
    await jo.page.keyboard.press("Enter");
    assert.equal(await field(jo).inputValue(), "I wish this was not happening to you.");
  });

  step("a phrase that hurts is hinted at, quietly and once", async () => {
    await field(jo).fill("Dear Maria, everything happens for a reason.");
    await hint(jo).getByText("I wish this was not happening to you").waitFor();
    assert.equal(await hint(jo).getAttribute("aria-live"), "polite");
    assert.ok(await field(jo).evaluate((it) => it === document.activeElement), "the hint takes the focus");
    await tap(jo, "Leave it as it is");
    await until("the hint to be gone", async () => (await hint(jo).innerText()) === "");
    // What was left is not hinted at again; another phrase is, and its hint goes when the phrase goes.
    await field(jo).pressSequentially(" Stay strong!");
    await hint(jo).getByText("You do not have to be strong for me").waitFor();
    assert.equal(await hint(jo).getByText("I wish this was not happening").count(), 0);
    await field(jo).fill("I am at your side.");
    await until("the hint to be gone", async () => (await hint(jo).innerText()) === "");
  });

  step("nothing is kept from being sent", async () => {
    await jo.leaveWish(SITE, "Everything happens for a reason. Be strong!");
    await jo.sees("Everything happens for a reason. Be strong!");
  });

  step("the script finds what the suite finds, and nothing else", async () => {
    const cases = JSON.parse(await readFile(new URL("../hints.json", import.meta.url), "utf8"));
    await jo.visit(`${SITE}/wishes`);
    const address = await jo.page.locator("[data-hints]").getAttribute("data-hints");
    const served = await (await jo.page.request.get(new URL(address, jo.page.url()).href)).json();
    // As a module of its own, whatever Node.js takes the folder for.
    const source = await readFile(new URL("../../static/js/phrases.js", import.meta.url), "base64");
    const { hintsFor, readPhrases } = await import(`data:text/javascript;base64,${source}`);
    const phrases = readPhrases(served);
    const found = (text) => hintsFor(phrases, text).map((it) => it.id);
    const wrong = [
      ...cases.hurts.filter(([id, text]) => !found(text).includes(id)).map(([id, text]) => `${id}: ${text}`),
      ...cases.does_not.filter((text) => found(text).length > 0),
    ];
    assert.deepEqual(wrong, []);
    assert.deepEqual(found("Stáy pósitive. I’d say: Bé STRONG"), ["positive", "strong"]);
  });

  step("a private note with a photo", async () => {
    await jo.visit(SITE);
    await jo.fill("Your well wish", "The key is under the blue pot.");
    await jo.page.getByText("Add a photo, or choose who may read it").click();
    await jo.page.getByRole("radio", { name: /A private note to the organizers only/ }).check();
    await jo.page.getByLabel("One photo, if you like").setInputFiles(photo("pot.png"));
    await jo.fill("What can be seen on it, if you like", "A blue pot");
    await jo.press("Send well wish");
    await jo.isTold("Only those whom you have written to can read it");
    await ann.visit(`${SITE}/wishes`);
    await ann.seesNot("The key is under the blue pot.");
    await ann.follow("One well wish that is not for everyone");
    await ann.sees("The key is under the blue pot.");
    await reloadUntil(ann, "img.photo__image[alt='A blue pot']");
  });
});

describe("kind words without a script", () => {
  const { step } = story({ javaScript: false });

  step("they are there to be read, and the form does all it does", async (world) => {
    const ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await ann.visit(SITE);
    await ann.sees("If you do not know how to begin:");
    assert.equal(await ann.page.getByRole("button", { name: "I am thinking of you." }).count(), 0);
    await ann.fill("Your well wish", "Stay strong");
    await ann.page.getByText("Add a photo, or choose who may read it").click();
    await ann.page.getByRole("radio", { name: /Only the organizers, to read to Maria/ }).check();
    await ann.page.getByLabel("One photo, if you like").setInputFiles(photo("sea.png"));
    await ann.press("Send well wish");
    await ann.isTold("Only those whom you have written to can read it");
    await ann.visit(`${SITE}/wishes/private`);
    await ann.sees("Stay strong");
    await reloadUntil(ann, "img.photo__image");
  });
});
