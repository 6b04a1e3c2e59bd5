// The writing surface: what one does on it, by keyboard and by hand, is what the textarea underneath sends.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { describe } from "node:test";

import * as clipboards from "./support/clipboards.mjs";
import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PHOTO = "019ab1c2-0000-7000-8000-00000000000a";
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==", "base64");

describe("the writing surface", () => {
  const { step, aside } = story();
  let ann;
  let desks = 0;

  // What was begun on this device before comes back by itself otherwise; another address each time, so that the page is read anew.
  const emptyDesk = () => `/p/maria/updates/new?desk=${(desks += 1)}#empty`;
  const surface = () => ann.field("Your update");
  const tool = (name) => ann.page.getByRole("toolbar", { name: "Formatting" }).getByRole("button", { name, exact: true });
  const keys = async (...all) => {
    for (const key of all) await ann.page.keyboard.press(key);
  };
  const settled = () => ann.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  const type = (text) => ann.page.keyboard.type(text);
  const written = () => ann.page.locator("textarea[name=body]").evaluate((it) => it.value);
  const isWritten = async (text) => {
    let now;
    await until(`the text to be ${JSON.stringify(text)}`, async () => (now = await written()) === text, 3_000).catch(() => assert.equal(now, text));
  };
  const begin = async (text = "") => {
    await ann.visit(emptyDesk());
    await ann.page.locator("textarea[data-editor=on]").waitFor({ state: "attached" });
    if (text) {
      await ann.page.locator("textarea[name=body]").evaluate((it, words) => {
        it.value = words;
      }, text);
    }
    await surface().click();
    await keys("Control+End");
  };

  step("Ann has a page", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await ann.context.route("**/photos/*/320", (route) => route.fulfill({ contentType: "image/png", body: PIXEL }));
  });

  aside("what is typed with its signs becomes what they mean, and is posted as Markdown", async () => {
    await begin();
    await type("# News\nShe is **home** and *well*.");
    await keys("Shift+Enter");
    await type("All is quiet\n- soup\n- sleep\n\n1. one\n2. two\n\n> he said");
    await keys("Enter", "Enter");
    await type("Ann 2 * 3, a_b, [x](y) and <b>");
    const text = "## News\n\nShe is **home** and *well*.\nAll is quiet\n\n- soup\n- sleep\n\n1. one\n2. two\n\n> he said\n\nAnn 2 * 3, a_b, \\[x](y) and \\<b>";
    await isWritten(text);
    await ann.fill("Title, if you like", "By signs");
    await ann.press("Post update");
    await ann.isTold("Your update is posted");
    const update = ann.update("By signs");
    assert.equal(await update.locator(".words h3").innerText(), "News");
    assert.equal(await update.locator(".words strong").innerText(), "home");
    assert.equal(await update.locator(".words em").innerText(), "well");
    assert.deepEqual(await update.locator(".words ul li").allInnerTexts(), ["soup", "sleep"]);
    assert.deepEqual(await update.locator(".words ol li").allInnerTexts(), ["one", "two"]);
    await update.getByText("Ann 2 * 3, a_b, [x](y) and <b>").waitFor();
  });

  aside("keys mark words, and take it back", async () => {
    await begin();
    await keys("Control+b");
    await type("bold");
    await keys("Control+b");
    await type(" and ");
    await keys("Control+i");
    await type("italic");
    await isWritten("**bold** and *italic*");
    await keys("Control+z");
    await until("something to be taken back", async () => (await written()) !== "**bold** and *italic*");
    await keys("Control+Shift+z");
    await isWritten("**bold** and *italic*");
  });

  aside("the toolbar is one stop, with arrows inside, and each button does its work", async () => {
    await begin("words");
    await keys("Shift+Tab");
    const focused = () => ann.page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    assert.equal(await focused(), "Bold");
    const order = [];
    for (let at = 0; at < 7; at += 1) {
      order.push(await focused());
      await keys("ArrowRight");
    }
    assert.deepEqual(order.slice(0, 7), ["Bold", "Italic", "Heading", "List", "Steps", "Quote", "Link"]);
    for (const [name, text] of [["Heading", "## words"], ["List", "- words"], ["Steps", "1. words"], ["Quote", "> words"]]) {
      await begin("words");
      await keys("Shift+Tab", "Home");
      while ((await focused()) !== name) await keys("ArrowRight");
      await keys("Enter");
      await isWritten(text);
      assert.equal(await tool(name).getAttribute("aria-pressed"), "true", name);
      assert.ok(await surface().evaluate((it) => it === document.activeElement), "the focus is back in the words");
      await tool(name).click();
      await isWritten("words");
    }
    for (const [name, text] of [["Bold", "**words**"], ["Italic", "*words*"]]) {
      await begin("words");
      await keys("Control+a");
      await tool(name).click();
      await isWritten(text);
    }
    await keys("Alt+F10");
    await keys("Escape");
    assert.ok(await surface().evaluate((it) => it === document.activeElement));
    await keys("Tab");
    assert.ok(!(await surface().evaluate((it) => it === document.activeElement)), "the Tab key leads out of the words");
  });

  aside("a link is asked for, changed and removed by keyboard", async () => {
    await begin("the ward");
    await keys("Control+a", "Control+k");
    const dialog = ann.page.getByRole("dialog", { name: "Make a link" });
    await dialog.waitFor();
    await type("not an address");
    await keys("Enter");
    await dialog.getByRole("alert").getByText("Please write an address").waitFor();
    await keys("Control+a");
    await type("example.org/ward");
    await keys("Enter");
    await isWritten("[the ward](https://example.org/ward)");
    // The surface learns of a moved caret a moment after the browser.
    await keys("ArrowRight");
    await settled();
    await keys("ArrowLeft");
    await settled();
    await keys("Control+k");
    const change = ann.page.getByRole("dialog", { name: "Change the link" });
    assert.equal(await change.getByLabel("Web or e-mail address").inputValue(), "https://example.org/ward");
    await ann.press("Remove the link", change);
    await isWritten("the ward");
    await keys("Control+End");
    await settled();
    await keys("Enter", "Control+k");
    await type("mail us");
    await keys("Tab");
    await type("jo@example.org");
    await keys("Enter");
    await isWritten("the ward\n\n[mail us](mailto:jo@example.org)");
    await keys("Control+k", "Escape");
    await until("the focus to be back", () => surface().evaluate((it) => it === document.activeElement));
  });

  aside("an address pasted over words makes a link of them", async () => {
    await begin("the ward");
    await keys("Control+a");
    await clipboards.paste(ann.page, { text: "https://example.org/x" });
    await isWritten("[the ward](https://example.org/x)");
    await begin("the ward");
    await keys("Control+a");
    await clipboards.paste(ann.page, { text: "javascript:alert(1)" });
    await isWritten("javascript:alert(1)");
  });

  for (const [name, html, text] of [
    ["Word", clipboards.WORD, clipboards.WORD_AS_MARKDOWN],
    ["Google Docs", clipboards.GOOGLE_DOCS, clipboards.GOOGLE_DOCS_AS_MARKDOWN],
    ["Gmail", clipboards.GMAIL, clipboards.GMAIL_AS_MARKDOWN],
    ["Pages", clipboards.PAGES, clipboards.PAGES_AS_MARKDOWN],
  ]) {
    aside(`a paste from ${name} keeps its structure and nothing else`, async () => {
      await begin();
      await clipboards.paste(ann.page, { html, text: "not this" });
      await isWritten(text);
    });
  }

  aside("plain words are pasted as the Markdown that they are", async () => {
    await begin();
    await clipboards.paste(ann.page, { text: "Dear all,\nshe is **home**.\n\n- soup\n- sleep" });
    await isWritten("Dear all,\nshe is **home**.\n\n- soup\n- sleep");
  });

  aside("one can write in plain text, and come back", async () => {
    await begin("She is **home**.");
    await ann.press("Plain text");
    assert.equal(await surface().inputValue(), "She is **home**.");
    assert.ok(await surface().evaluate((it) => it === document.activeElement));
    await keys("Control+End");
    await type("\n\n- soup");
    await ann.press("With a toolbar");
    assert.equal(await surface().locator("li").innerText(), "soup");
    await keys("Control+End");
    await settled();
    await type("!");
    await isWritten("She is **home**.\n\n- soup!");
  });

  aside("words that a script puts into the textarea show on the surface", async () => {
    await begin();
    await ann.page.locator("textarea[name=body]").evaluate((it) => {
      it.value = "From *elsewhere*";
    });
    assert.equal(await surface().locator("em").innerText(), "elsewhere");
    assert.equal(await written(), "From *elsewhere*");
  });

  aside("every change is told to whoever saves drafts", async () => {
    await begin();
    await ann.page.evaluate(() => {
      window.heard = [];
      document.querySelector("textarea[name=body]").addEventListener("input", (event) => window.heard.push(event.target.value));
    });
    await type("ab");
    assert.deepEqual(await ann.page.evaluate(() => window.heard), ["a", "ab"]);
  });

  aside("a photo stands in the text, with words about it", async () => {
    await begin(`Look:\n\n![The dog](photo:${PHOTO})\n\nso`);
    assert.equal(await surface().getByRole("img", { name: "Photo: The dog" }).locator("img").getAttribute("src"), `/photos/${PHOTO}/320`);
    const dialog = ann.page.getByRole("dialog", { name: "What does the photo show?" });
    await surface().getByText("The dog", { exact: true }).click();
    await dialog.waitFor();
    await keys("Escape");
    await dialog.waitFor({ state: "detached" });
    await keys("Enter");
    await dialog.waitFor();
    await keys("Control+a");
    await type("The dog, asleep");
    await keys("Enter");
    await isWritten(`Look:\n\n![The dog, asleep](photo:${PHOTO})\n\nso`);
  });

  aside("a photo that is uploaded is offered, and goes where the cursor is", async () => {
    await begin("Look");
    await ann.page.evaluate((id) => {
      document.querySelector("textarea[name=body]").form.dispatchEvent(new CustomEvent("tidings:photo", { detail: { id, alt: "The dog" } }));
    }, PHOTO);
    await ann.press("Put it in the text, where the cursor is");
    await isWritten(`Look\n\n![The dog](photo:${PHOTO})`);
    await type("and so on");
    await isWritten(`Look\n\n![The dog](photo:${PHOTO})\n\nand so on`);
  });

  aside("a picture in the clipboard goes to the field for photos", async () => {
    await begin("Look");
    await ann.page.evaluate(() => {
      document.addEventListener("tidings:choose-photo", (event) => {
        window.chosen = event.detail.files.map((file) => file.name);
      });
    });
    const answered = ann.page.waitForResponse((response) => response.url().endsWith("/photos"));
    await clipboards.paste(ann.page, { file: "dog.png" });
    assert.deepEqual(await ann.page.evaluate(() => window.chosen), ["dog.png"]);
    await isWritten("Look");
    // What stands in for a picture here is none, and is refused.
    await answered;
    ann.watch.expectAnswers(422, "/photos");
  });

  aside("an error leads to the surface, which says what is wrong", async () => {
    await ann.visit(emptyDesk());
    await ann.page.locator("textarea[data-editor=on]").waitFor({ state: "attached" });
    await ann.press("Post update");
    await ann.isAskedToCheck("Your update", "Please write a few words.");
    await ann.page.locator("textarea[data-editor=on]").waitFor({ state: "attached" });
    await ann.page.getByRole("alert").getByRole("link").click();
    assert.ok(await surface().evaluate((it) => it.isContentEditable && it === document.activeElement));
    await ann.page.getByText("Title, if you like").click();
    await ann.page.getByText("Your update", { exact: true }).click();
    assert.ok(await surface().evaluate((it) => it === document.activeElement));
  });

  for (const colorScheme of ["light", "dark"]) {
    aside(`nothing stands in anybody’s way, on a phone, ${colorScheme}`, async () => {
      await ann.page.setViewportSize({ width: 390, height: 844 });
      await ann.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await begin(`## News\n\nShe is **home**, see [here](https://example.org).\n\n- soup\n\n> so\n\n![The dog](photo:${PHOTO})`);
      await keys("Control+b");
      await ann.page.evaluate(AXE);
      const { violations } = await ann.page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
      assert.deepEqual(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(" ")}`), []);
      const width = await ann.page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 390, `the page is ${width} wide`);
      for (const box of await ann.page.getByRole("toolbar").getByRole("button").evaluateAll((all) => all.map((it) => it.getBoundingClientRect()))) {
        assert.ok(box.width >= 44 && box.height >= 44, `a button is ${box.width} by ${box.height}`);
      }
      // However far one scrolls in a long text, the toolbar stays in sight.
      await ann.page.locator("textarea[name=body]").evaluate((it) => {
        it.value = "A line.\n\n".repeat(80);
      });
      await surface().click({ position: { x: 40, y: 3000 } });
      assert.ok(await ann.page.getByRole("toolbar").evaluate((it) => it.getBoundingClientRect().top >= 0 && it.getBoundingClientRect().top < 10));
    });
  }
});

describe("without JavaScript", () => {
  const { step } = story({ javaScript: false });

  step("the textarea sends the same", async (world) => {
    const ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await ann.postUpdate("/p/maria", "Plain", "She is **home**.\nAll is quiet.\n\n- soup");
    const update = ann.update("Plain");
    assert.equal(await update.locator(".words strong").innerText(), "home");
    assert.equal(await update.locator(".words li").innerText(), "soup");
  });
});
