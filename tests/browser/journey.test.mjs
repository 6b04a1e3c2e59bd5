// The whole way, from an account to the last mail, as two people go it: once with JavaScript, once without.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { PASSWORD } from "./support/people.mjs";
import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";

const SITE = "/p/maria";
const PAGE = "Maria’s page";

const FIRST_UPDATE = `Maria is **awake** 🏡👩‍👩‍👧 and says hello.

هي بخير اليوم، والحمد لله.

- soup
- sleep

See https://example.org/map?a=1&b=2 or [her song](https://example.org/song).

<script>document.title = "broken into"</script>
<b onclick="document.title = 'broken into'">not bold</b> <img src="https://elsewhere.example/pixel.gif" onerror="document.title = 'broken into'">
<style>body { display: none }</style> <iframe src="https://elsewhere.example/"></iframe>`;

const HOME = `She is **home**. 🎉

The whole story follows, and this is its last sentence: the cat was pleased — مرحبا.`;

const ADDRESSES = `Jo <jo@example.org>
"Okafor, Bill" <bill@example.org>; cleo@example.org, CLEO@example.org
dora@example.org\tDora Lee
Jo Again <jo@example.org>
just some words
eve@nowhere
gone@example.org`;

for (const javaScript of [true, false]) {
  describe(`the journey ${javaScript ? "with" : "without"} JavaScript`, () => {
    const { step, aside } = story({ javaScript });
    let ann, jo, homeUpdate, homeMail;

    step("a bad address comes back with the name kept and the error beside it", async (world) => {
      ann = await world.arrives("Ann");
      await ann.visit("/");
      await ann.follow("Start a page");
      await ann.seesHeading("Sign in");
      await ann.follow("Create one");
      await ann.fill("Your name", "Ann");
      await ann.fill("E-mail address", "ann.example.org");
      await ann.fill("Password", PASSWORD);
      await ann.press("Create account");
      await ann.isAskedToCheck("E-mail address", "An e-mail address has an @ in it, like jo@example.org.");
      assert.equal(await ann.field("Your name").inputValue(), "Ann");
      assert.equal(await ann.field("E-mail address").inputValue(), "ann.example.org");
    });

    step("Ann signs up and confirms her address from the mail", async (world) => {
      await ann.fill("E-mail address", ann.email);
      await ann.fill("Password", PASSWORD);
      await ann.press("Create account");
      await ann.seesHeading("Look into your mail");
      const mail = await world.mailbox.wait(ann.email, "");
      await ann.visit(mail.link("/email/confirm/"));
      await ann.press("Confirm my address");
      await ann.isTold("You are signed in.");
      await ann.seesHeading("Your pages");
    });

    step("Ann signs out and in again", async () => {
      await ann.signOut();
      await ann.visit("/sign-in");
      await ann.fill("E-mail address", ann.email);
      await ann.fill("Password", "not her password");
      await ann.press("Sign in");
      await ann.isAskedToCheck("E-mail address", "This address and password do not belong together.");
      await ann.signIn();
    });

    step("three questions, and the page is there", async () => {
      assert.equal(await ann.startPage("Maria"), SITE);
      await ann.seesHeading(PAGE);
    });

    aside("an address that is taken comes back with one that is free", async () => {
      await ann.visit("/pages/new");
      await ann.fill("What is their first name?", "Maria");
      await ann.fill("Who are you to them?", "a friend");
      await ann.page.getByText("Choose the address of the page").click();
      await ann.fill("Address", "maria");
      await ann.press("Start the page");
      await ann.isAskedToCheck("Address", "Another page has this address. “maria-2” is free; it stands in the field now.");
      assert.equal(await ann.field("What is their first name?").inputValue(), "Maria");
      assert.equal(await ann.field("Address").inputValue(), "maria-2");
      await ann.press("Start the page");
      await ann.isTold("The page is there");
      assert.equal(new URL(ann.page.url()).pathname, "/p/maria-2");
    });

    step("an update shows emoji, every script, lists and links, and no HTML of its own", async () => {
      await ann.postUpdate(SITE, "First news", FIRST_UPDATE);
      const update = ann.update("First news");
      await update.getByText("Ann, for Maria", { exact: true }).waitFor();
      const words = await update.innerText();
      for (const part of [
        "🏡👩‍👩‍👧",
        "هي بخير اليوم، والحمد لله.",
        '<script>document.title = "broken into"</script>',
        "<b onclick=",
        "<iframe",
      ]) {
        assert.ok(words.includes(part), `“${part}” is not to be read in: ${words}`);
      }
      assert.deepEqual(await update.getByRole("listitem").allInnerTexts(), ["soup", "sleep"]);
      assert.equal(await update.locator("strong").innerText(), "awake");
      const address = (name) => update.getByRole("link", { name, exact: true }).getAttribute("href");
      assert.equal(await address("https://example.org/map?a=1&b=2"), "https://example.org/map?a=1&b=2");
      assert.equal(await address("her song"), "https://example.org/song");
      assert.equal(await ann.page.getByRole("main").locator("script, b, img, style, iframe").count(), 0);
      assert.ok(!(await ann.page.title()).includes("broken into"));
    });

    aside("an update in a script from right to left runs from right to left", async () => {
      const update = await ann.postUpdate(SITE, "خبر جيد", "هي بخير اليوم، والحمد لله.");
      for (const line of [ann.page.getByRole("link", { name: "خبر جيد" }), ann.update("خبر جيد").getByText("هي بخير اليوم")]) {
        assert.equal(await line.evaluate((it) => getComputedStyle(it).direction), "rtl");
      }
      await ann.visit(update);
      await ann.follow("Delete");
      await ann.press("Delete it");
      await ann.isTold("The update is deleted.");
      await ann.seesNot("خبر جيد");
      assert.equal(await ann.visit(update), 404);
      ann.watch.expectRefusal(404);
    });

    step("an update can be changed", async () => {
      await ann.visit(SITE);
      await ann.follow("First news", ann.update("First news"));
      await ann.follow("Change");
      const kept = await ann.field("Your update").inputValue();
      assert.equal(kept.trim(), FIRST_UPDATE, "the text was not what was written");
      await ann.fill("Your update", kept.replace("hello", "thank you"));
      await ann.press("Save changes");
      await ann.isTold("Your changes are saved. No mail was sent about them.");
      await ann.sees("says thank you");
      await ann.seesNot("says hello");
    });

    aside("an empty update and a title that is too long come back with all that was written", async () => {
      const long = "very ".repeat(50);
      await ann.visit(`${SITE}/updates/new#empty`);
      await ann.fill("Title, if you like", "A title alone");
      await ann.press("Post update");
      await ann.isAskedToCheck("Your update", "Please write a few words.");
      assert.equal(await ann.field("Title, if you like").inputValue(), "A title alone");
      await ann.fill("Title, if you like", long);
      await ann.fill("Your update", "Words that must not be lost.\n\n🌱");
      await ann.page.getByRole("radio", { name: "Family only" }).check();
      await ann.press("Post update");
      await ann.isAskedToCheck("Title, if you like", "there is room for 200");
      // The script asks first, and then leaves it to the form.
      if (ann.world.javaScript) ann.watch.expectAnswers(422, `${SITE}/updates`);
      assert.equal(await ann.field("Title, if you like").inputValue(), long);
      assert.equal(await ann.field("Your update").inputValue(), "Words that must not be lost.\n\n🌱");
      assert.ok(await ann.page.getByRole("radio", { name: "Family only" }).isChecked());
    });

    step("a pasted list invites the good addresses and gives back the bad ones", async (world) => {
      world.mailbox.refuse("gone@example.org");
      await ann.invite(SITE, ADDRESSES);
      await ann.isTold("5 people are invited. What is left in the field was not sent.");
      await ann.isAskedToCheck("E-mail addresses", "“just some words”: There is no e-mail address in this.");
      await ann.page.getByRole("alert").getByRole("link", { name: "“eve@nowhere”" }).waitFor();
      assert.deepEqual(
        (await ann.field("E-mail addresses").inputValue()).trim().split("\n"),
        ["just some words", "eve@nowhere"],
      );
      for (const name of ["Jo", "Bill Okafor", "cleo", "Dora Lee"]) {
        await ann.page.getByRole("listitem").getByText(name, { exact: true }).waitFor();
      }
    });

    step("nobody is invited twice", async (world) => {
      await ann.invite(SITE, "Jo <jo@example.org>, Finn <finn@example.org>");
      await ann.isTold("One person is invited.");
      await ann.isTold("jo@example.org was invited before; no second mail was sent.");
      for (const name of ["jo", "bill", "cleo", "dora", "finn"]) {
        await world.mailbox.wait(`${name}@example.org`, "Ann invites you to Maria’s page");
      }
      for (const name of ["jo", "bill", "cleo", "dora", "finn"]) {
        assert.equal(world.mailbox.to(`${name}@example.org`).length, 1, `invitations to ${name}`);
      }
    });

    aside("a name that was given is kept when the address comes again without one", async (world) => {
      await ann.invite(SITE, "dora@example.org");
      await ann.isTold("dora@example.org was invited before; no second mail was sent.");
      await ann.page.getByRole("listitem").getByText("Dora Lee", { exact: true }).waitFor({ timeout: 2_000 });
      assert.equal(world.mailbox.to("dora@example.org").length, 1);
    });

    aside("Ann learns whom the mail could not reach", async (world) => {
      await world.server.logged("a mail that failed", (it) => it.message === "job settled" && it.outcome === "failed");
      await ann.visit(SITE);
      await ann.sees("Could not reach gone@example.org.");
      await ann.follow("See why");
      const gone = ann.page.getByRole("listitem").filter({ hasText: "gone@example.org" });
      await gone.getByText("There is no such mailbox").waitFor();
      assert.equal(await ann.page.getByText("Could not reach").count(), 1);
    });

    step("before she says yes, the page does not exist for Jo", async (world) => {
      jo = await world.arrives("Jo");
      assert.equal(await jo.visit(SITE), 404);
      jo.watch.expectRefusal(404);
      const here = await jo.page.getByRole("main").innerText();
      assert.equal(await jo.visit("/p/never-was"), 404);
      jo.watch.expectRefusal(404);
      assert.equal(await jo.page.getByRole("main").innerText(), here);
    });

    step("looking at an invitation changes nothing, however often", async (world) => {
      const link = (await world.mailbox.wait(jo.email, "invites you")).link("/invitations/");
      assert.equal(await jo.visit(link), 200);
      assert.equal(await jo.visit(link), 200);
      assert.equal((await fetch(link, { method: "HEAD", redirect: "manual" })).status, 200);
      await jo.seesHeading(PAGE);
      await jo.sees("Ann would like you to know how Maria is doing.");
      await ann.visit(`${SITE}/people`);
      const waiting = ann.page.getByRole("listitem").filter({ hasText: jo.email });
      await waiting.getByRole("button", { name: "Send the invitation again" }).waitFor();
    });

    step("Jo presses the button and reads", async () => {
      await jo.press(`Follow ${PAGE}`);
      await jo.isTold("Welcome. You will hear of each update by e-mail. Just reading is fine.");
      await jo.seesHeading("First news");
      assert.equal(await jo.page.getByRole("link", { name: "Write an update" }).count(), 0);
      for (const path of ["/people", "/updates/new"]) {
        assert.equal(await jo.visit(SITE + path), 404, path);
        jo.watch.expectRefusal(404);
      }
    });

    step("Bill and Dora follow too", async (world) => {
      for (const name of ["Bill", "Dora"]) {
        const friend = await world.arrives(name);
        await friend.acceptInvitation(PAGE);
        friend.watch.assertNoSurprises();
        await friend.leave();
      }
    });

    step("the whole update comes by mail, with a way to stop it", async (world) => {
      homeUpdate = await ann.postUpdate(SITE, "Home at last", HOME);
      homeMail = await world.mailbox.wait(jo.email, "Home at last");
      assert.equal(homeMail.subject, "Home at last");
      assert.deepEqual(homeMail.from, { address: "tidings@example.org", name: PAGE });
      for (const part of [homeMail.text, homeMail.html]) {
        assert.match(part, /She is .*home.*🎉/);
        assert.ok(part.includes("The whole story follows, and this is its last sentence: the cat was pleased — مرحبا."), part);
        assert.ok(part.includes("You get this because you follow how Maria is doing"), part);
      }
      assert.match(homeMail.header("Content-Type"), /^multipart\/alternative/);
      assert.match(homeMail.html, /<strong>home<\/strong>/);
      assert.match(homeMail.header("References"), /^<page-[^@>]+@example\.org>$/);
      assert.match(homeMail.header("List-Id"), /<maria\.example\.org>$/);
      const unsubscribe = homeMail.header("List-Unsubscribe");
      assert.ok(unsubscribe.startsWith(`<${world.server.origin}/unsubscribe/`), unsubscribe);
      assert.equal(homeMail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
      assert.deepEqual(world.mailbox.to(ann.email, "Home at last"), [], "Ann knows what she wrote");
      assert.deepEqual(world.mailbox.to("finn@example.org", "Home at last"), [], "Finn has not said yes");
    });

    step("the link in the mail lets Jo in on another device, after one press", async (world) => {
      await jo.leave();
      jo = await world.arrives("Jo");
      await jo.visit(homeMail.link("/sign-in/link/"));
      await jo.page.getByText("You are continuing as Jo.", { exact: true }).waitFor();
      await jo.press("Continue as Jo");
      await jo.seesHeading("Home at last");
      await jo.sees("the cat was pleased");
      assert.equal(new URL(jo.page.url()).pathname, homeUpdate);
    });

    step("a well wish that is tapped twice is there once", async () => {
      await jo.visit(SITE);
      await jo.fill("Your well wish", "Get well soon <3 🌷");
      await jo.page.getByRole("button", { name: "Send well wish", exact: true }).dblclick();
      await jo.wish("Get well soon <3 🌷").waitFor();
      await jo.visit(SITE);
      assert.equal(await jo.wish("Get well soon <3 🌷").count(), 1);
    });

    aside("a well wish that arrives twice at the same time is there once", async (world) => {
      await jo.visit(`${SITE}/wishes`);
      const hidden = (name) => jo.page.locator(`.wish-form [name=${name}]`).inputValue();
      const form = { message: "Thinking of you", csrf: await hidden("csrf"), submission: await hidden("submission") };
      const send = () => jo.context.request.post(`${world.server.origin}${SITE}/wishes`, { form, maxRedirects: 0 });
      const answers = await Promise.all([send(), send(), send()]);
      assert.deepEqual(answers.map((answer) => answer.status()), [303, 303, 303]);
      await jo.visit(`${SITE}/wishes`);
      assert.equal(await jo.wish("Thinking of you").count(), 1);
    });

    aside("an empty wish and an empty comment come back", async () => {
      await jo.visit(`${SITE}/wishes`);
      await jo.press("Send well wish");
      await jo.isAskedToCheck("Your well wish", "Please write a few words.");
      await jo.visit(homeUpdate);
      await jo.press("Send comment");
      await jo.isAskedToCheck("Your comment", "Please write a few words.");
    });

    step("Jo leaves a comment", async () => {
      await jo.leaveComment(homeUpdate, "What a day");
      await jo.wish("What a day").waitFor();
    });

    step("Jo gives hearts, and takes one back", async () => {
      await jo.visit(SITE);
      const update = jo.update("Home at last");
      const comment = update.getByRole("listitem").filter({ hasText: "What a day" });
      const wish = jo.wish("Get well soon");
      for (const place of [wish, comment]) {
        await jo.press("Send a heart", place);
        await place.getByRole("button", { name: "Take my heart back" }).waitFor();
        await place.getByText("You", { exact: true }).waitFor();
      }
      await update.getByRole("button", { name: "Send a heart" }).first().click();
      await until("three hearts", async () => (await jo.page.getByRole("button", { name: "Take my heart back" }).count()) === 3);
      await jo.press("Take my heart back", comment);
      await comment.getByRole("button", { name: "Send a heart" }).waitFor();
      assert.equal(await jo.page.getByRole("button", { name: "Take my heart back" }).count(), 2);
    });

    step("Ann sees who gave hearts, by name, and gives one", async () => {
      await ann.visit(SITE);
      const update = ann.update("Home at last");
      await update.getByText("Jo", { exact: true }).first().waitFor();
      await ann.wish("Get well soon").getByText("Jo", { exact: true }).nth(1).waitFor();
      await update.getByRole("button", { name: "Send a heart" }).first().click();
      await update.getByText("You and Jo", { exact: true }).waitFor();
      // What Ann sees at once is on its way to the server.
      await until("Ann's heart to be there", async () => {
        await jo.visit(homeUpdate);
        return (await jo.page.getByText("You and Ann", { exact: true }).count()) > 0;
      });
    });

    step("Ann gets one gathered mail, not one for each", async (world) => {
      await jo.leaveWish(SITE, "And once more, sleep well");
      await jo.leaveWish(SITE, "From all of us at the choir");
      const mail = await world.mailbox.wait(ann.email, "Encouragement on Maria’s page");
      assert.match(mail.text, /Jo left a well wish/);
      assert.match(mail.text, /at most once an hour/);
      const settled = world.server.log.filter((it) => it.message === "job settled" && it.kind === "encouragement");
      assert.equal(settled.length, 1);
      assert.equal(world.mailbox.to(ann.email, "Encouragement").length, 1);
    });

    step("Jo stops the mail, without cookies, by pressing a button", async (world) => {
      const stranger = await world.arrives("Someone");
      const link = homeMail.link("/unsubscribe/");
      for (let times = 0; times < 2; times += 1) {
        await stranger.visit(link);
        await stranger.seesHeading("Stop mail from Maria’s page?");
      }
      await stranger.press("Stop all mail");
      await stranger.seesHeading("No more mail");
      await stranger.sees("jo@example.org gets no more mail from Maria’s page.");
      stranger.watch.assertNoSurprises();
      await stranger.leave();
    });

    step("Bill’s mail program stops the mail by itself (RFC 8058)", async (world) => {
      const mail = await world.mailbox.wait("bill@example.org", "Home at last");
      const answer = await fetch(mail.header("List-Unsubscribe").slice(1, -1), {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "List-Unsubscribe=One-Click",
        redirect: "manual",
      });
      assert.equal(answer.status, 200);
    });

    step("those who stopped the mail get none, and can still read", async (world) => {
      await ann.postUpdate(SITE, "A quiet day", "Nothing new, and that is good.");
      await world.mailbox.wait("dora@example.org", "A quiet day");
      await jo.visit(SITE);
      await jo.seesHeading("A quiet day");
      await jo.follow("How I hear");
      assert.ok(await jo.page.getByRole("radio", { name: "Not by e-mail" }).isChecked());
    });

    step("the server stops in good order, and nobody has a mail too many", async (world) => {
      // It finishes what it has in hand, so that now no mail can come any more.
      await world.server.stop();
      const count = (name, subject) => world.mailbox.to(`${name}@example.org`, subject).length;
      const expected = [
        ["jo", "A quiet day", 0],
        ["bill", "A quiet day", 0],
        ["dora", "A quiet day", 1],
        ["jo", "Home at last", 1],
        ["bill", "Home at last", 1],
        ["jo", "invites you", 1],
        ["cleo", "", 1],
        ["gone", "", 0],
        ["ann", "Encouragement", 1],
      ];
      for (const [name, subject, mails] of expected) {
        assert.equal(count(name, subject), mails, `mails to ${name} about “${subject}”`);
      }
    });
  });
}
