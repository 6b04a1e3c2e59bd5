// Who may see what, as it goes in a family: the secret link, asking to join, other people's eyes, blocking, handing over.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { PASSWORD } from "./support/people.mjs";
import { story } from "./support/world.mjs";

const SITE = "/p/maria";
const PAGE = "Maria’s page";

async function annHasAPage(world) {
  const ann = await world.arrives("Ann");
  await ann.signUp();
  await ann.startPage("Maria");
  return ann;
}

/** Invites somebody, who says yes. */
async function follows(ann, name) {
  await ann.invite(SITE, `${name} <${name.toLowerCase()}@example.org>`);
  const person = await ann.world.arrives(name);
  await person.acceptInvitation(PAGE);
  return person;
}

/** Posts an update that only some may read. */
async function postFor(person, audience, title, body) {
  await person.visit(`${SITE}/updates/new`);
  await person.fill("Title, if you like", title);
  await person.fill("Your update", body);
  await person.page.getByRole("radio", { name: audience }).check();
  await person.press("Post update");
  await person.isTold("Your update is posted");
}

/** For this person the page is not there, and looks like one that never was. */
async function findsNothing(person, path = SITE) {
  assert.equal(await person.visit(path), 404, path);
  person.watch.expectRefusal(404);
  const here = await person.page.getByRole("main").innerText();
  assert.equal(await person.visit("/p/never-was"), 404);
  person.watch.expectRefusal(404);
  assert.equal(await person.page.getByRole("main").innerText(), here);
}

for (const javaScript of [true, false]) {
  describe(`the secret link ${javaScript ? "with" : "without"} JavaScript`, () => {
    const { step, aside } = story({ javaScript });
    let ann, visitor, link;

    step("Ann has a page, and only those whom she invites can read it", async (world) => {
      ann = await annHasAPage(world);
      await ann.postUpdate(SITE, "First news", "She is awake.");
      await postFor(ann, "Family only", "For the family", "The results.");
      visitor = await world.arrives("Vera");
      await findsNothing(visitor);
      await findsNothing(visitor, `${SITE}/follow`);
    });

    step("before anybody with a link could read, Ann is told who could read what", async () => {
      await ann.visit(SITE);
      await ann.follow("Settings");
      await ann.page.getByRole("radio", { name: /^Anyone with the secret link/ }).check();
      await ann.press("Save who may read");
      await ann.seesHeading("Anyone with the secret link?");
      await ann.sees("Then anybody who has the secret link, also by being handed it on, could read everything on it");
      await ann.sees("What is for family only, or for organizers only, stays so.");
      await ann.follow("Leave it as it is");
      assert.ok(await ann.page.getByRole("radio", { name: /^Only people you invite/ }).isChecked());
      assert.equal(await ann.page.locator("#page-link").count(), 0);
      await ann.setPrivacy(SITE, /^Anyone with the secret link/);
      assert.ok(await ann.page.getByRole("radio", { name: /^Anyone with the secret link/ }).isChecked());
    });

    step("Ann has the link, to copy", async (world) => {
      link = await ann.pageLink(SITE);
      assert.ok(link.startsWith(`${world.server.origin}/links/`), link);
      const copy = ann.page.getByRole("button", { name: "Copy the link" });
      if (!javaScript) {
        assert.ok(!(await copy.isVisible()), "a button that does nothing is shown");
        return;
      }
      await ann.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: world.server.origin });
      await copy.click();
      await ann.isTold("The link is copied.");
      assert.equal(await ann.page.evaluate(() => navigator.clipboard.readText()), link);
    });

    if (javaScript) {
      aside("where a browser does not copy, the link is marked", async () => {
        await ann.visit(`${SITE}/settings`);
        await ann.page.evaluate(() => {
          navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
        });
        await ann.press("Copy the link");
        await ann.isTold("It could not be copied from here. It is marked now: copy it by hand.");
        assert.equal(await ann.page.evaluate(() => getSelection().toString()), link);
      });
    }

    aside("the card with the link prints alone, on one sheet of A6", async () => {
      await ann.visit(`${SITE}/settings`);
      await ann.follow("Print a card with it");
      const card = ann.page.getByRole("region", { name: "The card" });
      await card.getByText(link, { exact: true }).waitFor();
      const print = ann.page.getByRole("button", { name: "Print the card" });
      assert.equal(await print.isVisible(), javaScript, "the button to print is for those only with whom it prints");
      if (javaScript) {
        await ann.page.evaluate(() => {
          window.print = () => document.body.classList.add("printed");
        });
        await print.click();
        assert.ok(await ann.page.locator("body.printed").count(), "nothing is printed");
      }
      const pdf = (await ann.page.pdf({ preferCSSPageSize: true })).toString("latin1");
      const sheets = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)];
      assert.deepEqual(sheets.map(([, ...points]) => points.map((it) => Math.round((it / 72) * 25.4))), [[105, 148]]);
      await ann.page.emulateMedia({ media: "print" });
      assert.ok(await card.isVisible());
      assert.ok(!(await ann.page.getByRole("heading", { name: "A card to print" }).isVisible()), "more than the card is printed");
      await ann.page.emulateMedia({ media: null });
    });

    step("the address alone opens nothing; the link does", async () => {
      await findsNothing(visitor);
      assert.equal(await visitor.visit(link), 200);
      assert.equal(new URL(visitor.page.url()).pathname, SITE, "the secret stays in the address bar");
      await visitor.seesHeading("First news");
      await visitor.seesNot("For the family");
      await visitor.seesNot("The results.");
      // What is written here is shown once its address is confirmed.
      await visitor.field("Your well wish").waitFor();
      assert.equal(await visitor.page.getByRole("button", { name: "Send a heart" }).count(), 0);
    });

    step("a visitor follows by leaving a name and confirming the address", async (world) => {
      await visitor.follow("Follow by e-mail");
      await visitor.fill("Your name", "Vera");
      await visitor.fill("E-mail address", "vera");
      await visitor.press(`Follow ${PAGE}`);
      await visitor.isAskedToCheck("E-mail address", "An e-mail address has an @ in it, like jo@example.org.");
      assert.equal(await visitor.field("Your name").inputValue(), "Vera");
      await visitor.fill("E-mail address", visitor.email);
      await visitor.press(`Follow ${PAGE}`);
      await visitor.sees("Look into your mail: there is a link to confirm that the address is yours.");
      const mail = await world.mailbox.wait(visitor.email, "Please confirm: follow Maria’s page");
      assert.ok(!mail.text.includes("invites you"), mail.text);
      await visitor.visit(mail.link("/invitations/"));
      await visitor.press(`Follow ${PAGE}`);
      await visitor.isTold("Welcome. You will hear of each update by e-mail.");
      await visitor.leaveWish(SITE, "From far away, with love");
      await visitor.seesNot("For the family");
    });

    step("Ann replaces the link, and the old one opens nothing", async (world) => {
      await ann.visit(`${SITE}/settings`);
      await ann.press("Replace the link");
      await ann.isTold("There is a new link. The one before opens nothing any more.");
      const fresh = await ann.pageLink(SITE);
      assert.notEqual(fresh, link);
      const late = await world.arrives("Late");
      await findsNothing(late, new URL(link).pathname);
      await findsNothing(late);
      assert.equal(await late.visit(fresh), 200);
      await late.seesHeading("First news");
      // Whoever has confirmed their address stays.
      await visitor.visit(SITE);
      await visitor.seesHeading("First news");
    });

    step("the link is not for those who have it any more when only the invited may read", async (world) => {
      const again = await ann.pageLink(SITE);
      const other = await world.arrives("Other");
      await other.visit(again);
      await other.seesHeading("First news");
      await ann.page.getByRole("radio", { name: /^Only people you invite/ }).check();
      await ann.press("Save who may read");
      await ann.isTold("Saved. It holds from now on, for everything on the page.");
      await findsNothing(other);
      await findsNothing(other, new URL(again).pathname);
    });
  });
}

describe("asking to join", () => {
  const { step } = story();
  let ann, gina, harry;

  step("strangers see a door, and what they say of themselves reaches Ann", async (world) => {
    ann = await annHasAPage(world);
    await ann.postUpdate(SITE, "For everyone", "She is awake.");
    await postFor(ann, "Family only", "For the family", "The results are here.");
    await ann.setPrivacy(SITE, /and people who ask/);
    gina = await world.arrives("Gina");
    harry = await world.arrives("Harry");
    await gina.visit(SITE);
    await gina.seesHeading(PAGE);
    await gina.seesNot("She is awake.");
    await gina.ask(SITE, "Her cousin from Turin");
    await harry.ask(SITE, "We met once");
    for (const person of [gina, harry]) {
      await person.visit(SITE);
      await person.seesNot("She is awake.");
    }
  });

  step("Ann lets one in as family, and declines the other without a word", async (world) => {
    await ann.visit(SITE);
    await ann.follow("2 people ask to join.");
    const asking = ann.page.locator("#admissions");
    await asking.getByText("Her cousin from Turin").waitFor();
    await asking.getByRole("checkbox", { name: /^Gina/ }).check();
    await asking.getByLabel("Let them in as").selectOption({ label: "Family: also read what is for family only" });
    await ann.press("Let in", asking);
    await ann.isTold("They are let in, and a mail tells them so.");
    await asking.getByRole("checkbox", { name: /^Harry/ }).waitFor();
    assert.ok(await asking.getByRole("checkbox", { name: /^Harry/ }).isChecked(), "one who asks alone is chosen already");
    await ann.press("Decline, without a word", asking);
    await ann.isTold("Their request is gone. They are not told.");
    assert.equal(await ann.page.locator("#admissions").count(), 0);
    await world.mailbox.wait(gina.email, "invites you to");
    assert.deepEqual(world.mailbox.to(harry.email), []);
  });

  step("the one reads what is for family; the other is at the door", async () => {
    await gina.acceptInvitation(PAGE);
    await gina.seesHeading("For the family");
    await gina.sees("The results are here.");
    await harry.visit(SITE);
    await harry.page.getByRole("button", { name: "Ask to join" }).waitFor();
    await harry.seesNot("She is awake.");
  });

  step("Ann finds it all in the record, which has no word that anybody wrote", async () => {
    await ann.visit(`${SITE}/settings`);
    await ann.follow("What happened on this page");
    for (const sentence of [/^Ann let Gina in/, /^Ann declined somebody who has not come/, /^Gina joined/, /^Ann changed who may read/]) await ann.sees(sentence);
    await ann.seesNot("Her cousin from Turin");
  });
});

for (const javaScript of [true, false]) {
  describe(`other people’s eyes ${javaScript ? "with" : "without"} JavaScript`, () => {
    const { step } = story({ javaScript });
    let ann;

    step("Ann has written to everyone and to the family", async (world) => {
      ann = await annHasAPage(world);
      await ann.postUpdate(SITE, "For everyone", "She is awake.");
      await postFor(ann, "Family only", "For the family", "The results.");
    });

    step("as a stranger she sees that there is nothing, and can stop", async () => {
      await ann.seeAs(SITE, "a stranger");
      ann.watch.expectRefusal(404);
      await ann.seesHeading("There is nothing here");
      await ann.sees("Nothing that you press here is sent.");
      assert.equal(await ann.visit(`${SITE}/people`), 404);
      ann.watch.expectRefusal(404);
      await ann.seeAsThemselves();
      await ann.seesHeading("For the family");
    });

    step("as a friend she sees what is for everyone, and nothing that she presses is sent", async () => {
      await ann.seeAs(SITE, "a friend who follows it");
      await ann.seesHeading("For everyone");
      await ann.seesNot("For the family");
      assert.equal(await ann.page.getByRole("link", { name: "People", exact: true }).count(), 0);
      assert.equal(await ann.page.getByRole("link", { name: "Write an update" }).count(), 0);
      await ann.fill("Your well wish", "As somebody else");
      await ann.press("Send well wish");
      await ann.page.getByRole("heading", { level: 1 }).waitFor();
      ann.watch.expectRefusal(409);
      await ann.seeAsThemselves();
      await ann.seesNot("As somebody else");
    });

    step("as family she sees what is for family, and is herself again", async () => {
      await ann.seeAs(SITE, "somebody of the family");
      await ann.seesHeading("For the family");
      await ann.seeAsThemselves();
      await ann.follow("People");
      await ann.seesHeading("People");
    });
  });
}

describe("blocking", () => {
  const { step } = story();
  const WISH = "Words that hurt";
  let ann, jo, mallory;

  step("Mallory and Jo follow the page", async (world) => {
    ann = await annHasAPage(world);
    await ann.postUpdate(SITE, "First news", "She is awake.");
    jo = await follows(ann, "Jo");
    mallory = await follows(ann, "Mallory");
    await mallory.leaveWish(SITE, WISH);
    await jo.visit(SITE);
    await jo.wish(WISH).waitFor();
  });

  step("Ann blocks Mallory and hides what Mallory wrote", async () => {
    await ann.openMember(SITE, mallory.email);
    await ann.follow("Block them");
    await ann.seesHeading("Block Mallory?");
    await ann.page.getByRole("checkbox", { name: /^Hide what they wrote, too/ }).check();
    await ann.press("Block them");
    await ann.isTold("They are blocked. They are not told.");
    await ann.seesHeading("Blocked");
  });

  step("the words are gone for Jo, and the page for Mallory, who gets no mail either", async (world) => {
    await jo.visit(SITE);
    await jo.seesNot(WISH);
    await findsNothing(mallory);
    await ann.postUpdate(SITE, "A quiet day", "Nothing new.");
    await world.mailbox.wait(jo.email, "A quiet day");
    assert.deepEqual(world.mailbox.to(mallory.email, "A quiet day"), []);
    const mail = await world.mailbox.wait(mallory.email, "invites you to");
    await mallory.visit(mail.link("/invitations/"));
    await mallory.seesHeading("This link is over");
    mallory.watch.expectRefusal(410);
  });

  step("unblocked, Mallory is a stranger, and the words can be read again", async () => {
    await ann.openMember(SITE, mallory.email);
    await ann.sees("They are blocked: they see what a stranger sees");
    assert.ok(await ann.page.getByRole("checkbox", { name: /^Show again what was hidden/ }).isChecked());
    await ann.press("Unblock them");
    await ann.isTold("They are not blocked any more, and not on the page.");
    await jo.visit(SITE);
    await jo.wish(WISH).waitFor();
    await findsNothing(mallory);
  });
});

describe("writing together, and handing over", () => {
  const { step } = story();
  let ann, cleo;

  step("Cleo follows, and is asked to write too", async (world) => {
    ann = await annHasAPage(world);
    cleo = await follows(ann, "Cleo");
    assert.equal(await cleo.page.getByRole("link", { name: /^Write/ }).count(), 0);
    await ann.openMember(SITE, cleo.email);
    await ann.page.getByRole("radio", { name: /^Write updates too/ }).check();
    await ann.press("Save");
    await ann.isTold("Saved. It holds from now on.");
    await world.mailbox.wait(cleo.email, "You can write on Maria’s page now");
  });

  step("a link from a mail does not let her write; an account of her own does", async (world) => {
    await cleo.visit(SITE);
    assert.equal(await cleo.page.getByRole("link", { name: /^Write/ }).count(), 0);
    await cleo.sees("You came in with a link from a mail");
    const mail = await world.mailbox.wait(cleo.email, "You can write on");
    await cleo.visit(mail.link("/sign-up"));
    await cleo.fill("Your name", "Cleo");
    await cleo.fill("E-mail address", cleo.email);
    await cleo.fill("Password", PASSWORD);
    await cleo.press("Create account");
    await cleo.seesHeading("Look into your mail");
    const confirmation = await world.mailbox.wait(cleo.email, "onfirm");
    await cleo.visit(confirmation.link("/email/confirm/"));
    await cleo.press("Confirm my address");
    await cleo.seesHeading("Your pages");
    await cleo.postUpdate(SITE, "Cleo writes", "Ann is asleep, and so is Maria.");
    await cleo.update("Cleo writes").getByText("Cleo, for Maria", { exact: true }).waitFor();
    await findsNothing(cleo, `${SITE}/settings`);
  });

  step("Ann hands the page over to Cleo and stays to read", async (world) => {
    await ann.visit(`${SITE}/settings`);
    await ann.follow("Hand the page over, or leave it");
    await ann.sees("You are the only organizer.");
    const choice = await ann.page.getByLabel("Who organizes it then").inputValue();
    assert.equal(choice, "", "nobody is chosen before Ann chooses");
    await ann.page.getByLabel("Who organizes it then").selectOption({ label: `Cleo (${cleo.email})` });
    await ann.page.getByRole("radio", { name: /^I stay, and only read/ }).check();
    await ann.press("Hand over");
    await ann.isTold("The page is in other hands now.");
    assert.equal(await ann.page.getByRole("link", { name: "Settings", exact: true }).count(), 0);
    await findsNothing(ann, `${SITE}/settings`);
    await world.mailbox.wait(cleo.email, "You can organize Maria’s page now");
    await cleo.visit(SITE);
    await cleo.follow("Settings");
    await cleo.seesHeading("Settings");
  });

  step("Ann leaves, and the page goes on without her", async () => {
    await ann.visit(`${SITE}/follow`);
    await ann.follow(`Leave ${PAGE}`);
    await ann.seesHeading(`Leave ${PAGE}?`);
    await ann.press("Leave the page");
    await ann.isTold("You have left the page.");
    await findsNothing(ann);
    await cleo.visit(SITE);
    await cleo.seesHeading("Cleo writes");
  });

  step("closed, the page is Cleo’s alone, until she opens it again", async () => {
    await cleo.visit(`${SITE}/settings`);
    await cleo.follow("Close the page");
    await cleo.press("Close the page");
    await cleo.isTold("The page is closed. Only its organizers see it now, and nothing is lost.");
    await cleo.visit(`${SITE}/settings`);
    await cleo.press(`Open ${PAGE} again`);
    await cleo.isTold("The page is open again, for the same people as before.");
  });
});
