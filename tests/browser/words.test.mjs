// Words: answered, changed, removed; on a wish, an update and a photo; with a script and without.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { answer, fillAlbum } from "./support/gallery.mjs";
import { story } from "./support/world.mjs";

const SITE = "/p/maria";

for (const javaScript of [true, false]) {
  describe(`words ${javaScript ? "with" : "without"} a script`, () => {
    const { step } = story({ javaScript });
    let ann;
    let jo;
    let wish;

    step("Jo leaves a wish, and Ann answers it on its own page", async (world) => {
      ann = await world.arrives("Ann");
      await ann.signUp();
      await ann.startPage("Maria");
      await ann.invite(SITE, "Jo <jo@example.org>");
      jo = await world.arrives("Jo");
      await jo.acceptInvitation("Maria’s page");
      await jo.leaveWish(SITE, "The garden says hello");
      await ann.visit(SITE);
      await ann.follow("Answer Jo");
      await ann.field("Your answer").waitFor();
      wish = new URL(ann.page.url()).pathname;
      await answer(ann, wish, "She says hello back");
      await jo.visit(SITE);
      await jo.sees("She says hello back");
    });

    step("Jo is told by mail, and the link leads to it", async (world) => {
      const mail = await world.mailbox.wait(jo.email, "An answer to you");
      await jo.visit(mail.link("/sign-in/link/"));
      await jo.seesHeading("A well wish from Jo");
      assert.equal(new URL(jo.page.url()).pathname, wish);
    });

    step("Jo changes what they wrote; what was changed meanwhile is shown, and nothing is lost", async () => {
      await jo.follow("Change what you wrote");
      const other = await jo.context.newPage();
      await other.goto(jo.page.url());
      await jo.fill("Your words", "The garden says hello, and so do I");
      await jo.press("Save");
      await jo.isTold("Your words are changed.");
      await jo.sees(/Changed/);
      await other.getByLabel("Your words", { exact: true }).fill("From the other window");
      await other.getByRole("button", { name: "Save", exact: true }).click();
      await other.getByText("It was changed meanwhile").waitFor();
      jo.watch.expectRefusal(409);
      await other.getByText("and so do I").waitFor();
      assert.equal(await other.getByLabel("Your words", { exact: true }).inputValue(), "From the other window");
      await other.close();
    });

    step("Ann hides it and shows it again", async () => {
      await ann.visit(wish);
      await ann.page.getByRole("button", { name: "Hide what Jo wrote" }).click();
      await ann.isTold("They are hidden.");
      assert.equal(await jo.visit(SITE), 200);
      await jo.seesNot("so do I");
      await ann.page.getByRole("button", { name: "Show again what Jo wrote" }).click();
      await ann.isTold("They are shown again.");
      await jo.visit(SITE);
      await jo.sees("so do I");
    });

    step("Jo removes it, and is told before what goes with it", async () => {
      await jo.visit(wish);
      await jo.page.getByRole("link", { name: /^Remove/ }).first().click();
      await jo.sees("One answer from somebody else goes with it,");
      await jo.press("Remove it");
      await jo.isTold("They are removed, for everybody.");
      await jo.seesNot("so do I");
    });

    step("a photo is commented on, and says so where it is looked at", async () => {
      const album = await fillAlbum(ann, SITE, "In the garden");
      await jo.visit(album);
      await jo.visit(await jo.page.locator("a[data-large]").first().getAttribute("href"));
      await jo.follow("Write a comment");
      await jo.fill("Your comment", "What a lovely lake");
      await jo.press("Send comment");
      await jo.isTold("Your comment is there.");
      await ann.visit(album);
      await ann.sees("One comment");
      if (javaScript) {
        await ann.page.locator("a[data-large]").first().click();
        const photos = ann.page.getByRole("dialog", { name: "Photos" });
        await photos.getByRole("link", { name: "One comment" }).waitFor();
        await photos.getByRole("button", { name: "Next" }).click();
        await photos.getByRole("link", { name: "One comment" }).waitFor({ state: "hidden" });
        await photos.getByRole("button", { name: "Previous" }).click();
        await photos.getByRole("link", { name: "One comment" }).click();
      } else {
        await ann.follow("One comment");
      }
      await ann.sees("What a lovely lake");
    });
  });
}
