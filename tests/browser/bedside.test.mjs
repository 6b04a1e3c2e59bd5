// The bedside: by keyboard and by touch, read aloud, without a network in the middle, without scripts, and on paper.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";
import { cutLine, mendLine } from "./support/writing.mjs";

const SITE = "/p/maria";
const BEDSIDE = `${SITE}/bedside`;
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true };
const LONG = "One more line that somebody reads in peace, and then one more.\n".repeat(40);

/** A device that tells what it was asked for: to stay awake, and to speak. */
function listenIn() {
  window.asked = { awake: [], said: [], stops: 0 };
  const voice = (lang) => ({ lang, localService: true, default: false, name: lang });
  const voices = [voice("en-US"), voice("en_GB"), voice("es-ES")];
  class Utterance {
    constructor(text) {
      this.text = text;
    }
  }
  let timer;
  const synthesis = {
    getVoices: () => voices,
    addEventListener() {},
    removeEventListener() {},
    speak(it) {
      window.asked.said.push({ text: it.text, lang: it.lang, voice: it.voice?.lang });
      if (!window.staysSilent) timer = setTimeout(() => it.onend?.());
    },
    cancel() {
      clearTimeout(timer);
      window.asked.stops += 1;
    },
  };
  Object.defineProperty(window, "speechSynthesis", { value: synthesis });
  Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Utterance });
  const request = async (kind) => {
    window.asked.awake.push(kind);
    window.lock = { released: false };
    return window.lock;
  };
  Object.defineProperty(navigator, "wakeLock", { value: { request } });
}

const asked = (person) => person.page.evaluate(() => window.asked);
const said = async (person) => (await asked(person)).said;

/** Waits until these words, and no others, are on the screen. */
async function hears(person, words) {
  await until(`“${words}” at the bedside`, async () =>
    (await person.page.locator(".bedside__words").allInnerTexts()).join("|").startsWith(words));
  assert.equal(await person.page.locator("article").count(), 1);
}

/** What the server thinks was not heard yet. */
async function unheard(person) {
  const page = await person.context.newPage();
  await page.goto(`${BEDSIDE}/print`);
  const words = await page.locator(".sheet__words").allInnerTexts();
  await page.close();
  return words;
}

const isTold = (person, left) =>
  until(`the server to know that ${left} are left`, async () => (await unheard(person)).length === left);

async function startWith(world, wishes) {
  const ann = await world.arrives("Ann", PHONE);
  await ann.signUp();
  await ann.startPage("Maria");
  await ann.invite(SITE, "Jo <jo@example.org>");
  const jo = await world.arrives("Jo", { locale: "es-ES" });
  await jo.acceptInvitation("Maria’s page");
  for (const wish of wishes) await jo.leaveWish(SITE, wish);
  return { ann, jo };
}

/** A finger that goes over the glass, as the browser itself feels it. */
async function swipe(person, by) {
  const cdp = await person.context.newCDPSession(person.page);
  const point = (x, y) => ({ type: x === undefined ? "touchEnd" : undefined, touchPoints: x === undefined ? [] : [{ x, y }] });
  const from = 195 - by.x / 2;
  await cdp.send("Input.dispatchTouchEvent", { ...point(from, 300), type: "touchStart" });
  for (const part of [0.25, 0.5, 0.75, 1]) {
    await cdp.send("Input.dispatchTouchEvent", { ...point(from + by.x * part, 300 + by.y * part), type: "touchMove" });
  }
  await cdp.send("Input.dispatchTouchEvent", point());
  await cdp.detach();
}

describe("at the bedside", () => {
  const { step } = story({ line: true });
  const wishes = ["Que te mejores pronto. Te queremos.", ...Array.from({ length: 19 }, (_, n) => `Wish number ${n + 2}, with love`)];
  let ann;
  let jo;
  const press = (key) => ann.page.keyboard.press(key);

  step("there is one wish on the screen, and it is large", async (world) => {
    ({ ann, jo } = await startWith(world, wishes));
    await ann.context.addInitScript(listenIn);
    await ann.visit(SITE);
    await ann.follow("Read these to Maria");
    await hears(ann, wishes[0]);
    const size = await ann.page.locator(".bedside__words").evaluate((it) => parseFloat(getComputedStyle(it).fontSize));
    assert.ok(size >= 32, `${size} pixels`);
    for (const it of await ann.page.locator(".bedside__button:visible, summary:visible").all()) {
      const box = await it.boundingBox();
      assert.ok(box.width >= 64 && box.height >= 64, `${await it.innerText()}: ${box.width} × ${box.height}`);
      assert.ok(box.x >= 0 && box.x + box.width <= 390, `${await it.innerText()} is off the screen`);
    }
    for (const gone of [".masthead", "nav", "footer"]) assert.equal(await ann.page.locator(gone).count(), 0);
    assert.equal(await ann.page.evaluate(() => document.documentElement.scrollWidth), 390);
  });

  step("one goes on with arrows and the space bar, without another page", async () => {
    await ann.page.evaluate(() => (window.isSamePage = true));
    await press("ArrowRight");
    await hears(ann, wishes[1]);
    await press("Space");
    await hears(ann, wishes[2]);
    await press("ArrowLeft");
    await hears(ann, wishes[1]);
    await press("ArrowLeft");
    await hears(ann, wishes[0]);
    assert.equal(await ann.page.getByRole("link", { name: "Before" }).isVisible(), false);
    for (const at of [1, 2, 3]) {
      await press("ArrowRight");
      await hears(ann, wishes[at]);
    }
    assert.equal(await ann.page.evaluate(() => window.isSamePage), true);
    await isTold(ann, 17);
  });

  step("a button that the keyboard is on is pressed, and the focus is on the words again", async () => {
    await ann.page.getByRole("button", { name: "Next" }).focus();
    await press("Space");
    await hears(ann, wishes[4]);
    const focused = await ann.page.evaluate(() => document.activeElement.className);
    assert.equal(focused, "bedside__word");
  });

  step("a finger goes on and back, and up and down it only scrolls", async () => {
    await swipe(ann, { x: -160, y: 12 });
    await hears(ann, wishes[5]);
    await swipe(ann, { x: 160, y: -12 });
    await hears(ann, wishes[4]);
    await ann.page.getByRole("button", { name: "Next" }).tap();
    await hears(ann, wishes[5]);
    await ann.page.getByRole("link", { name: "Before" }).tap();
    await hears(ann, wishes[4]);
    // Last: Chromium takes the tap that stops a page which is still gliding for nothing else.
    await swipe(ann, { x: -20, y: 0 });
    await swipe(ann, { x: -60, y: -200 });
    await hears(ann, wishes[4]);
    assert.equal(await ann.page.evaluate(() => window.isSamePage), true);
  });

  step("a second tap is not a second wish", async () => {
    await swipe(ann, { x: -160, y: 0 });
    await hears(ann, wishes[5]);
    // Anew, so that no tap of before is counted with these.
    await ann.page.reload();
    await hears(ann, wishes[5]);
    await ann.page.getByRole("button", { name: "Next" }).dblclick();
    await hears(ann, wishes[6]);
  });

  step("the screen stays on, and is kept on again after one has looked elsewhere", async () => {
    assert.deepEqual((await asked(ann)).awake, ["screen"]);
    await ann.page.evaluate(() => {
      window.lock.released = true;
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await until("the second lock", async () => (await asked(ann)).awake.length === 2);
    await ann.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    assert.equal((await asked(ann)).awake.length, 2);
  });

  step("it is read aloud in its language, and stops when one goes on", async () => {
    await ann.page.goto(`${BEDSIDE}/again`);
    await ann.follow("From the beginning");
    await hears(ann, wishes[0]);
    await ann.press("Read aloud");
    await until("three sentences", async () => (await said(ann)).length === 3);
    const [by, ...words] = await said(ann);
    assert.deepEqual([by.lang, by.voice], ["en-GB", "en_GB"]);
    assert.match(by.text, /^Jo\s+today$/);
    assert.deepEqual(words, [
      { text: "Que te mejores pronto.", lang: "es-ES", voice: "es-ES" },
      { text: "Te queremos.", lang: "es-ES", voice: "es-ES" },
    ]);
    await ann.page.getByRole("button", { name: "Read aloud" }).waitFor();
    await ann.page.evaluate(() => (window.staysSilent = true));
    await ann.press("Read aloud");
    await ann.page.getByRole("button", { name: "Stop reading" }).waitFor();
    const { stops } = await asked(ann);
    await press("ArrowRight");
    await hears(ann, wishes[1]);
    assert.ok((await asked(ann)).stops > stops);
    await ann.page.getByRole("button", { name: "Read aloud" }).waitFor();
  });

  step("where the device has no voice for it, it says so", async () => {
    await ann.page.evaluate(() => {
      window.staysSilent = false;
      document.querySelector(".bedside__words").lang = "uk";
    });
    await ann.press("Read aloud");
    await ann.isTold("This device has no voice for Ukrainian");
    await press("ArrowRight");
    await hears(ann, wishes[2]);
    assert.equal(await ann.page.getByRole("status").isVisible(), false);
  });

  step("how it looks and sounds is kept on the device", async () => {
    const size = () => ann.page.locator(".bedside__words").evaluate((it) => parseFloat(getComputedStyle(it).fontSize));
    const before = await size();
    await ann.page.locator("summary").click();
    await ann.press("Larger text");
    await ann.press("Dim");
    await ann.press("Read each aloud");
    assert.ok((await size()) > before);
    await ann.page.reload();
    await hears(ann, wishes[2]);
    assert.ok((await size()) > before);
    assert.equal(await ann.page.locator("body").evaluate((it) => getComputedStyle(it).backgroundColor), "rgb(0, 0, 0)");
    await press("ArrowRight");
    await hears(ann, wishes[3]);
    await until("the next to be read by itself", async () => (await said(ann)).some((it) => it.text.startsWith("Wish number 4")));
    await ann.page.locator("summary").click();
    await ann.press("Read each aloud");
    await ann.press("Dim");
    await ann.press("Smaller text");
    // Nothing but the button makes it dark, or light again.
    await ann.page.locator("summary").click();
    assert.notEqual(await ann.page.locator("body").evaluate((it) => getComputedStyle(it).backgroundColor), "rgb(0, 0, 0)");
    assert.ok((await size()) <= before);
  });

  step("a heart is one tap, and is there the next time", async () => {
    const heart = ann.page.getByRole("button", { name: "Heart" });
    const told = ann.page.waitForResponse((it) => it.url().endsWith("/bedside/hearts"));
    await heart.click();
    assert.equal(await heart.getAttribute("aria-pressed"), "true");
    assert.equal((await told).status(), 204);
    await ann.page.reload();
    await hears(ann, wishes[3]);
    assert.equal(await heart.getAttribute("aria-pressed"), "true");
  });

  step("without a network one goes on with what is there, and nothing of it is lost", async () => {
    await ann.visit(BEDSIDE);
    await hears(ann, wishes[6]);
    // What comes next is fetched by now: the list of six that follows the first.
    await until("the next few", () => ann.page.evaluate(() =>
      performance.getEntriesByType("resource").some((it) => it.name.includes("/bedside/words") && it.responseEnd > 0)));
    cutLine(ann);
    for (const at of [7, 8, 9]) {
      await press("ArrowRight");
      await hears(ann, wishes[at]);
    }
    await ann.page.getByRole("button", { name: "Heart" }).click();
    // Up to the end of what was fetched, where it is said kindly that there is no more just now.
    await until("the end of what is here", async () => {
      await press("ArrowRight");
      return ann.page.getByText("Tidings cannot be reached just now").isVisible();
    });
    const kept = await ann.page.evaluate(() => Object.entries(localStorage).filter(([key]) => key.startsWith("tidings:heard:")));
    assert.equal(kept.length, 1);
    assert.ok(!kept[0][1].includes("Wish"), "words are kept on the device");
    // The tablet is put away, and opened on another page when there is a network again.
    await ann.page.goto("about:blank");
    mendLine(ann);
    await ann.visit(SITE);
    await until("everything to be told", () => ann.page.evaluate(() =>
      !Object.keys(localStorage).some((key) => key.startsWith("tidings:heard:"))));
    const left = await unheard(ann);
    assert.ok(left.length <= 9 && left.length > 0 && left.at(-1) === wishes.at(-1), left.join());
    await ann.visit(BEDSIDE);
    await hears(ann, left[0]);
  });

  step("an answer that is lost counts once", async (world) => {
    const [first, second] = await unheard(ann);
    await ann.visit(BEDSIDE);
    await hears(ann, first);
    ann.watch.expectSilence();
    world.line.loseAnswers((method, path) => method === "POST" && path.includes("/hearings"));
    await press("ArrowRight");
    await hears(ann, second);
    await until("an answer to be lost", () => world.line.lost.some((it) => it.includes("/hearings")));
    world.line.mend();
    await until("it to be told again", () => ann.page.evaluate(() =>
      !Object.keys(localStorage).some((key) => key.startsWith("tidings:heard:"))));
    ann.watch.endSilence();
    assert.equal((await unheard(ann))[0], second);
  });

  // While one page goes and the next comes, there are no words.
  const here = async () => (await ann.page.locator(".bedside__words").allInnerTexts().catch(() => [])).join();

  step("at the end it says so, and all of it can be heard again", async () => {
    await ann.visit(BEDSIDE);
    const end = ann.page.getByRole("heading", { name: "That is everything for now." });
    for (let left = 0; left < 30 && !(await end.isVisible()); left += 1) {
      const words = await here();
      await press("ArrowRight");
      // The answer may be a page that is still coming: then there are no words, and soon the end.
      await until("the next", async () => (await end.isVisible()) || !["", words].includes(await here()));
    }
    await end.waitFor();
    assert.deepEqual(await unheard(ann), []);
    await ann.follow("Hear them again");
    await ann.follow("From the beginning");
    await hears(ann, wishes[0]);
    for (const wish of wishes.slice(1)) {
      await press("ArrowRight");
      await hears(ann, wish);
    }
    await press("ArrowRight");
    await end.waitFor();
  });

  step("a space turns over the pages of long words before it goes on", async () => {
    await jo.leaveWish(SITE, LONG);
    await jo.leaveWish(SITE, "After the long one");
    await ann.visit(BEDSIDE);
    await hears(ann, "One more line");
    await press("Space");
    await until("the page to be turned", () => ann.page.evaluate(() => window.scrollY > 100));
    await hears(ann, "One more line");
    const next = await ann.page.getByRole("button", { name: "Next" }).boundingBox();
    assert.ok(next.y + next.height <= 844, "the button is not on the screen");
    await until("the last page to be turned", async () => {
      await press("Space");
      return (await here()).startsWith("After the long one");
    });
    assert.equal(await ann.page.evaluate(() => window.scrollY), 0);
  });

  step("enough is enough, and signing out takes everything along", async () => {
    await ann.page.evaluate(() => localStorage.setItem("tidings:heard:somebody", "{}"));
    await ann.follow("Enough for now");
    await ann.seesHeading("Maria’s page");
    await ann.signOut();
    assert.deepEqual(await ann.page.evaluate(() => Object.keys(localStorage)), []);
  });
});

describe("at the bedside without scripts", () => {
  const { step } = story({ javaScript: false });
  let ann;

  step("Next, Before, a heart and Enough are forms and links", async (world) => {
    ({ ann } = await startWith(world, ["First", "Second", "Third"]));
    await ann.visit(SITE);
    await ann.follow("Read these to Maria");
    await hears(ann, "First");
    assert.equal(await ann.page.getByRole("button", { name: "Read aloud" }).count(), 0);
    await ann.press("Heart");
    await hears(ann, "First");
    assert.equal(await ann.page.getByRole("button", { name: "Heart" }).getAttribute("aria-pressed"), "true");
    await ann.press("Next");
    await hears(ann, "Second");
    await ann.follow("Before");
    await hears(ann, "First");
    await ann.press("Next");
    await hears(ann, "Second");
    await ann.press("Next");
    await hears(ann, "Third");
    await ann.follow("Enough for now");
    await ann.visit(BEDSIDE);
    await hears(ann, "Third");
    await ann.press("Next");
    await ann.seesHeading("That is everything for now.");
  });

  step("on paper it is large, and nothing but words", async () => {
    await ann.visit(`${BEDSIDE}/print?all`);
    await ann.page.emulateMedia({ media: "print" });
    for (const gone of ["nav", "form", ".actions"]) {
      for (const it of await ann.page.locator(gone).all()) assert.equal(await it.isVisible(), false, `${gone} is printed`);
    }
    const style = (name) => ann.page.locator(".sheet__words").first().evaluate((it, name) => getComputedStyle(it)[name], name);
    assert.ok(parseFloat(await style("fontSize")) >= 30, await style("fontSize"));
    assert.equal(await ann.page.locator(".sheet__word").first().evaluate((it) => getComputedStyle(it).breakInside), "avoid");
    const paper = await ann.page.pdf({ format: "A4" });
    assert.ok(paper.length > 1_000);
  });
});
