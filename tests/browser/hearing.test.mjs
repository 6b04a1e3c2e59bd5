// How one hears of a page, chosen behind the link in a mail: no sign-in, no cookie, with and without JavaScript.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { story } from "./support/world.mjs";

const SITE = "/p/maria";

for (const javaScript of [true, false]) {
  describe(`how one hears, chosen from a mail ${javaScript ? "with" : "without"} JavaScript`, () => {
    const { step } = story({ javaScript });
    let ann, jo, mail;

    step("Jo follows Maria’s page, and gets a mail", async (world) => {
      ann = await world.arrives("Ann");
      await ann.signUp();
      await ann.startPage("Maria");
      await ann.invite(SITE, "Jo <jo@example.org>");
      jo = await world.arrives("Jo");
      await jo.acceptInvitation("Maria’s page");
      await ann.postUpdate(SITE, "Home at last", "She is home.");
      mail = await world.mailbox.wait("jo@example.org", "Home at last");
    });

    step("the mail leads to the choice, and what is chosen is kept", async (world) => {
      const somewhere = await world.arrives("Someone");
      const link = mail.link("/unsubscribe/");
      await somewhere.visit(link);
      await somewhere.seesHeading("Stop mail from Maria’s page?");
      await somewhere.seesHeading("Or choose how you hear of Maria");
      await somewhere.seesNot("She is home.");
      await somewhere.page.locator("#delivery-weekly").check({ force: true });
      await somewhere.page.locator("#digest_hour").selectOption("9");
      await somewhere.page.locator("#digest_day").selectOption("3");
      await somewhere.page.locator("#quiet_from").selectOption("22");
      await somewhere.page.locator("#quiet_until").selectOption("7");
      await somewhere.press("Save");
      await somewhere.isTold("Saved.");
      await somewhere.visit(link);
      assert.equal(await somewhere.page.locator("#delivery-weekly").isChecked(), true);
      assert.equal(await somewhere.page.locator("#digest_hour").inputValue(), "9");
      assert.equal(await somewhere.page.locator("#quiet_from").inputValue(), "22");
      // Where a script says where the device is, that is the zone of these hours.
      const zone = await somewhere.page.locator("#time_zone").inputValue();
      assert.equal(zone, javaScript ? "Europe/London" : "UTC");
      await somewhere.leave();
    });

    step("Jo finds it so on the page, and hears of the next update later", async (world) => {
      await jo.visit(`${SITE}/follow`);
      assert.equal(await jo.page.locator("#delivery-weekly").isChecked(), true);
      await ann.visit(await ann.postUpdate(SITE, "Soup", "She eats soup."));
      await ann.sees("One person hears of it in their next mail");
      assert.deepEqual(world.mailbox.to("jo@example.org", "Soup"), []);
    });
  });
}
