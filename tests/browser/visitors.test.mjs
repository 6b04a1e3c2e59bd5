// Visitors: words left without an account, one press in a mail, and what the family can do about them.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { leavesWords } from "./support/visitors.mjs";
import { story } from "./support/world.mjs";

const SITE = "/p/maria";
const SUBJECT = "Please confirm: words for Maria’s page";

for (const javaScript of [true, false]) {
  describe(`a visitor leaves words ${javaScript ? "with" : "without"} JavaScript`, () => {
    const { step } = story({ javaScript });
    let ann, vera, update, mail;

    step("Vera reads a page that everyone may read, and leaves a well wish", async (world) => {
      ann = await world.arrives("Ann");
      await ann.signUp();
      await ann.startPage("Maria");
      await ann.setPrivacy(SITE, /^Everyone/);
      update = await ann.postUpdate(SITE, "First news", "She is awake.");
      vera = await world.arrives("Vera");
      await vera.visit(SITE);
      await leavesWords(vera, "Send well wish", {
        "Your well wish": "Sleep well, dear Maria.\nThe lake is still here.",
        "Your name": "Vera Quick",
        "E-mail address": vera.email,
      });
      await vera.sees(vera.email);
      await vera.sees("Until then nobody reads them.");
      await ann.visit(SITE);
      await ann.seesNot("The lake is still here.");
    });

    step("nobody comes upon the field that is for machines", async () => {
      await vera.visit(SITE);
      const decoy = vera.page.locator(".decoy input");
      assert.equal(await decoy.getAttribute("tabindex"), "-1");
      const box = await vera.page.locator(".decoy").boundingBox();
      assert.ok(box.width < 2 && box.height < 2, `the field takes up ${box.width} × ${box.height}`);
      await vera.field("Your name").focus();
      for (let n = 0; n < 4; n += 1) {
        await vera.page.keyboard.press("Tab");
        assert.notEqual(await vera.page.evaluate(() => document.activeElement?.id), "website");
      }
    });

    step("the mail says nothing of what was written, and one press is enough", async (world) => {
      mail = await world.mailbox.wait(vera.email, SUBJECT);
      for (const part of [mail.text, mail.html]) assert.ok(!/lake|Vera|Quick|awake/.test(part), part);
      await vera.visit(mail.link("/visits/"));
      await vera.seesHeading("Are these your words?");
      await vera.sees("The lake is still here.");
      await vera.press("Yes, these are my words");
      await vera.seesHeading("Thank you");
      await vera.follow("Go to Maria’s page");
      await vera.wish("The lake is still here.").getByText("visitor").waitFor();
      await ann.visit(SITE);
      await ann.wish("The lake is still here.").locator(".byline__name").first().waitFor();
    });

    step("there she is known now: a comment needs no second mail", async (world) => {
      await vera.visit(update);
      await vera.sees("Your words will stand under the name");
      await leavesWords(vera, "Send comment", { "Your comment": "How good." }, "Thank you. Your words are with the family.");
      await vera.wish("How good.").waitFor();
      assert.equal(world.mailbox.to(vera.email).length, 1);
    });

    step("Ann sees whose words they are, and shuts her out with one press", async () => {
      await ann.visit(`${SITE}/wishes`);
      await ann.seesNot(vera.email);
      await ann.follow("visitor", ann.wish("The lake is still here."));
      await ann.sees(vera.email);
      await ann.press("Block Vera Quick");
      await ann.isTold("They are blocked. They are not told.");
      await vera.visit(SITE);
      await vera.seesNot("The lake is still here.");
      await leavesWords(vera, "Send well wish", { "Your well wish": "Hello again" }, "Thank you. Your words are with the family.");
      await ann.visit(SITE);
      await ann.seesNot("Hello again");
    });
  });
}
