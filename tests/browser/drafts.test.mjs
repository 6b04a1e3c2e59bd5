// What is written is not lost: not by a reload, a crash, a closed tab, a dead line, a killed server or an ended session;
// and of two versions of one draft neither goes without being asked for.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";
import {
  anotherDevice, comeOnline, crash, cutLine, drafts, goOffline, goToWords, hasWords, isSaved, mendLine, openDesk, rewrite,
  TITLE, words, write,
} from "./support/writing.mjs";

const SITE = "/p/maria";

async function begin(world) {
  const ann = await world.arrives("Ann");
  await ann.signUp();
  await ann.startPage("Maria");
  return ann;
}

const draftOf = (person) => person.page.locator("form[data-desk]").getAttribute("data-draft");

describe("words on the device", () => {
  const { step } = story({ line: true });
  let ann;

  step("are there as soon as they are written, and on the server soon after", async (world) => {
    ann = await begin(world);
    await openDesk(ann, SITE);
    await write(ann, "She slept.");
    await until("the device to have them", async () => (await drafts(ann)).some((it) => it.fields.some(([, value]) => value === "She slept.")));
    await isSaved(ann, "Saved");
    assert.match(new URL(ann.page.url()).pathname, /\/drafts\/[0-9a-f-]{36}$/, "the draft has an address of its own by now");
  });

  step("are there after a reload, also those that the server never had", async () => {
    await goOffline(ann);
    await write(ann, " And woke.");
    await isSaved(ann, "Saved on this device");
    await comeOnline(ann);
    await ann.page.reload();
    await hasWords(ann, "She slept. And woke.");
    await isSaved(ann, "Saved");
  });

  step("are there after the tab crashed without a network", async () => {
    await openDesk(ann, SITE);
    cutLine(ann);
    await write(ann, "Nobody knows this yet.");
    await isSaved(ann, "Saved on this device");
    await crash(ann);
    mendLine(ann);
    await openDesk(ann, SITE);
    await hasWords(ann, "Nobody knows this yet.");
    await isSaved(ann, "Saved");
  });

  step("reach the server although the tab was closed at once", async () => {
    await openDesk(ann, SITE);
    await ann.fill(TITLE, "Closed at once");
    await write(ann, "Only a moment.");
    await ann.page.close();
    ann.page = await ann.context.newPage();
    await ann.visit("/");
    const other = await anotherDevice(ann);
    await until("the draft to be on the list of another device", async () => {
      await other.visit(`${SITE}/drafts`);
      return other.page.getByText("Closed at once").first().isVisible();
    });
    await other.leave();
    // What the page sent while it was being closed may have been sent once more.
    ann.watch.expectAnswers(409, "/drafts/", 0);
  });

  step("stay when the answer to a save was lost, and are no conflict with themselves", async (world) => {
    await openDesk(ann, SITE);
    ann.watch.expectSilence();
    world.line.loseAnswers((method, path) => method === "POST" && path.startsWith(`${SITE}/drafts/`));
    await write(ann, "First.");
    await until("an answer to be lost", () => world.line.lost.length > 0);
    await write(ann, " Second.");
    world.line.mend();
    await isSaved(ann, "Saved");
    ann.watch.endSilence();
    ann.watch.expectAnswers(409, "/drafts/");
    assert.equal(await ann.page.getByRole("button", { name: "Keep mine" }).count(), 0);
    await ann.page.reload();
    await hasWords(ann, "First. Second.");
  });

  step("stay when the server is killed in the middle of saving", async (world) => {
    ann.watch.expectSilence();
    await write(ann, " Third.");
    await world.server.kill();
    await write(ann, " Fourth.");
    await isSaved(ann, "Saved on this device");
    await world.server.start();
    ann.watch.endSilence();
    await ann.page.reload();
    await hasWords(ann, "First. Second. Third. Fourth.");
    await isSaved(ann, "Saved");
  });

  step("are told of when the device keeps nothing, and are saved all the same", async () => {
    const page = ann.page;
    ann.page = await ann.context.newPage();
    await ann.page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
      };
    });
    await openDesk(ann, SITE);
    await write(ann, "No room here.");
    await ann.page.getByText("cannot keep your words", { exact: false }).first().waitFor();
    await isSaved(ann, "Saved");
    await ann.page.close();
    ann.page = page;
  });
});

describe("a session that ends in the middle of writing", () => {
  const { step } = story({ line: true });
  let ann;

  step("is said, and takes no word away", async (world) => {
    ann = await begin(world);
    await openDesk(ann, SITE);
    await write(ann, "Written before");
    await isSaved(ann, "Saved");
    const other = await world.arrives("Ann");
    await other.signIn();
    await other.visit("/account/sessions");
    await other.press("Sign out everywhere");
    await other.isTold("You are signed out everywhere");
    await other.leave();
    await write(ann, " and after.");
    await ann.page.getByText(/^You are signed out\. Your words are safe on this device\./).first().waitFor();
    await isSaved(ann, "Saved on this device");
    ann.watch.expectAnswers(401, "/drafts/");
  });

  step("after signing in again the words are there, and go to the server", async () => {
    await ann.page.locator(".saved__notice").getByRole("link", { name: "Sign in" }).click();
    await ann.fill("E-mail address", ann.email);
    await ann.fill("Password", "correct horse battery");
    await ann.press("Sign in");
    await hasWords(ann, "Written before and after.");
    await isSaved(ann, "Saved");
  });

  step("a form from before another sign-in gets a new token by itself", async () => {
    const desk = ann.page;
    ann.page = await ann.context.newPage();
    await ann.signIn();
    await ann.page.close();
    ann.page = desk;
    await write(ann, " And more.");
    await isSaved(ann, "Saved");
    ann.watch.expectAnswers(403, "/drafts/");
  });

  step("somebody else on the same device sees nothing of it, and nothing goes in their name", async (world) => {
    await goOffline(ann);
    await write(ann, " Not for Eve.");
    await isSaved(ann, "Saved on this device");
    const draft = `${SITE}/drafts/${await draftOf(ann)}`;
    await ann.page.close();
    await comeOnline(ann);
    await ann.context.clearCookies();
    ann.page = await ann.context.newPage();
    const eve = Object.assign(Object.create(Object.getPrototypeOf(ann)), ann, { name: "Eve", email: "eve@example.org" });
    await eve.signUp();
    await eve.startPage("Noah");
    await openDesk(eve, "/p/noah");
    await eve.seesNot("Not for Eve");
    assert.equal(await words(eve), "");
    assert.equal((await drafts(eve)).filter((it) => it.dirty).length, 1, "it still waits for Ann");
    assert.equal(world.line.count("POST", "/p/maria/updates", 201), 0);
    await ann.context.clearCookies();
    await ann.signIn();
    await ann.visit(draft);
    await hasWords(ann, "Written before and after. And more. Not for Eve.");
  });
});

describe("two devices at one draft", () => {
  const { step } = story({ line: true });
  let ann;
  let phone;

  step("the words of one are on the other", async (world) => {
    ann = await begin(world);
    await openDesk(ann, SITE);
    await write(ann, "One.");
    await isSaved(ann, "Saved");
    phone = await anotherDevice(ann, { viewport: { width: 390, height: 844 } });
    await openDesk(phone, SITE, `${SITE}/drafts/${await draftOf(ann)}`);
    await hasWords(phone, "One.");
  });

  async function differ(mine, theirs) {
    await rewrite(phone, theirs);
    await isSaved(phone, "Saved");
    await rewrite(ann, mine);
    await ann.page.getByRole("button", { name: "Keep mine" }).waitFor();
    ann.watch.expectAnswers(409, "/drafts/");
    const notice = await ann.page.locator(".saved__notice").innerText();
    assert.ok(notice.includes(mine) && notice.includes(theirs), `both are to be read in: ${notice}`);
  }

  step("keeping mine wins, and the other words are kept", async () => {
    await differ("Mine wins.", "Theirs first.");
    await ann.press("Keep mine");
    await isSaved(ann, "Saved");
    await hasWords(ann, "Mine wins.");
    await phone.page.reload();
    await hasWords(phone, "Mine wins.");
  });

  step("keeping theirs gives way, and mine can be put back", async () => {
    await differ("Mine gives way.", "Theirs stays.");
    await ann.page.getByRole("button", { name: /^Keep the others/ }).click();
    await hasWords(ann, "Theirs stays.");
    await ann.page.reload();
    await hasWords(ann, "Theirs stays.");
    await ann.page.getByText("Other words in this draft, put aside").click();
    await ann.press("Put these back");
    await hasWords(ann, "Mine gives way.");
    await isSaved(ann, "Saved");
    await phone.page.reload();
    await hasWords(phone, "Mine gives way.");
  });

  step("both can be put into one", async () => {
    await differ("The one half.", "The other half.");
    await ann.press("Put both into one");
    await hasWords(ann, "The one half.\n\n---\n\nThe other half.");
    await isSaved(ann, "Saved");
  });

  step("words that differ are shown together when the draft is opened again", async () => {
    cutLine(ann);
    await rewrite(ann, "Far from everywhere.");
    await isSaved(ann, "Saved on this device");
    // A tab that is closed has a last word with the server, which may be heard once the line is mended.
    await crash(ann);
    mendLine(ann);
    await phone.page.reload();
    await rewrite(phone, "Close at hand.");
    await isSaved(phone, "Saved");
    await ann.visit(`${SITE}/drafts/${await draftOf(phone)}`);
    await ann.page.getByRole("button", { name: "Keep mine" }).waitFor();
    await ann.page.locator(".version__body").getByText("Close at hand.").waitFor();
    await hasWords(ann, "Far from everywhere.");
    ann.watch.expectAnswers(409, "/drafts/");
    await ann.press("Keep mine");
    await isSaved(ann, "Saved");
  });

  step("the choice can be made with the keyboard alone", async () => {
    await phone.page.reload();
    await differ("By key.", "By touch.");
    const mine = ann.page.getByRole("button", { name: "Keep mine" });
    await goToWords(ann);
    for (let at = 0; at < 40 && !(await mine.evaluate((it) => it === document.activeElement)); at += 1) await ann.page.keyboard.press("Tab");
    await ann.page.keyboard.press("Enter");
    await isSaved(ann, "Saved");
    await hasWords(ann, "By key.");
  });
});
