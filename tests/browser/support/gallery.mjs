// The main screens, with something on them: for the tests that look at every screen, and for the people who do.

import { offer } from "./manners.mjs";
import { PASSWORD } from "./people.mjs";
import { photo } from "./photos.mjs";
import { until } from "./until.mjs";
import { leavesWords } from "./visitors.mjs";

const SITE = "/p/maria";
const ASKED = "/p/noah";
const LINKED = "/p/theo";
const CLOSED = "/p/lena";
const PAGE = "Maria’s page";

const NEWS = `She is **home**. The night was quiet, she ate *two* bowls of soup, and the dog has not left her side.

## What comes next

- Tuesday: the dressing is changed
- Thursday: the results, and an update here
- then a great deal of sleep

> Tell them I am fine, and that I miss the choir.

A map of the way: https://example.org/a/very/long/address/that-does-not-want-to-break/anywhere/at/all?because=it-is-long&and=longer

Please do not call just yet. A word here is read to her every evening. 🌷`;

/** Fills the installation with people and words, and answers with who can be asked to look at what. */
export async function furnish(world) {
  const ann = await world.arrives("Ann");
  await ann.signUp();
  await ann.startPage("Maria");
  await ann.startPage("Noah", { privacy: /and people who ask/, relationship: "his mother" });
  await ann.startPage("Ida", { relationship: "a friend" });
  await ann.startPage("Theo", { relationship: "his daughter" });
  await ann.startPage("Lena", { relationship: "her neighbour" });
  world.mailbox.refuse("gone@example.org");
  await ann.invite(SITE, "Jo <jo@example.org>\nBill Okafor <bill@example.org>\nCleo <cleo@example.org>\ngone@example.org");
  await world.server.logged("a mail that failed", (it) => it.message === "job settled" && it.outcome === "failed");
  await ann.postUpdate(SITE, "The operation went well", "Three hours, and the surgeon smiled. That is all for today.");
  const jo = await world.arrives("Jo");
  await jo.acceptInvitation(PAGE);
  const bill = await world.arrives("Bill");
  await bill.acceptInvitation(PAGE);
  const news = await ann.postUpdate(SITE, "Home, and eating soup", NEWS);
  await ann.postUpdate(SITE, "خبر جيد من البيت", "هي بخير اليوم، والحمد لله. نامت جيدًا.");
  await jo.leaveWish(SITE, "Thinking of you every day.\nThe garden says hello too. 🌻");
  await bill.leaveWish(SITE, "Get well <3");
  await jo.leaveComment(news, "What good news. Kiss the dog.");
  await bill.press("Send a heart", bill.wish("Thinking of you"));
  for (const person of [jo, bill]) {
    await person.visit(news);
    await person.page.getByRole("button", { name: "Send a heart" }).first().click();
    await person.page.getByRole("button", { name: "Take my heart back" }).waitFor();
  }
  await bill.leave();
  await furnishPrivacy(world, ann);
  const stranger = await world.arrives("Someone");
  const dan = await world.arrives("Dan");
  await dan.signUp();
  return { ann, jo, dan, stranger, news };
}

/** The pages that others may read or ask for, and people in every state. */
async function furnishPrivacy(world, ann) {
  await ann.setPrivacy(LINKED, /secret link/);
  await ann.postUpdate(LINKED, "A calm week", "He sat in the sun every afternoon.");
  for (const [name, word] of [["Frieda", "I taught him to swim, a long time ago now, and we still write."], ["Gus", "The bakery"]]) {
    const asker = await world.arrives(name);
    await asker.ask(ASKED, word);
    await asker.leave();
  }
  await ann.visit(`${SITE}/settings`);
  await ann.page.getByRole("radio", { name: /They name somebody/ }).check();
  await ann.press("Save");
  await ann.isTold("Saved.");
  await ann.visit(`${CLOSED}/closing`);
  await ann.press("Close the page");
  await ann.isTold("The page is closed.");
}

/** Every main screen: its name, who looks at it, and how they come to see it. */
export function screens({ ann, jo, dan, stranger, news }) {
  const { mailbox } = ann.world;
  const at = (path) => (person) => person.visit(path);
  const mailTo = (address, subject, part) => async (person) => person.visit((await mailbox.wait(address, subject)).link(part));
  const refused = (status, act) => async (person) => {
    await act(person);
    await person.page.getByRole("main").waitFor();
    person.watch.expectRefusal(status);
  };
  const sent = (path, fields, button, unfold) => {
    return refused(422, async (person) => {
      await person.visit(path);
      if (unfold) await person.page.getByText(unfold).click();
      for (const [label, text] of Object.entries(fields)) await person.fill(label, text);
      await person.press(button);
      await person.page.getByRole("alert").waitFor();
    });
  };
  return [
    ["welcome", stranger, at("/")],
    ["sign-up", stranger, at("/sign-up")],
    ["sign-up-wrong", stranger, sent("/sign-up", { "Your name": "Someone", "E-mail address": "someone" }, "Create account")],
    ["sign-up-sent", stranger, signedUp],
    ["confirm", stranger, mailTo("someone@example.org", "", "/email/confirm/")],
    ["sign-in", stranger, at("/sign-in")],
    ["sign-in-wrong", stranger, sent("/sign-in", { "E-mail address": "no@example.org", Password: "no" }, "Sign in")],
    ["password-reset", stranger, at("/password/reset")],
    ["front-door", stranger, at("/p/noah")],
    ["front-door-wrong", stranger, sent("/p/noah", { "Your name": "" }, "Ask to join")],
    ["invitation", stranger, mailTo("cleo@example.org", "invites you", "/invitations/")],
    ["link-from-mail", stranger, mailTo("jo@example.org", "soup", "/sign-in/link/")],
    ["stop-mail", stranger, mailTo("jo@example.org", "soup", "/unsubscribe/")],
    ["mail-stopped", stranger, mailStopped],
    ["hearing-from-mail", stranger, hearingChosen],
    ["link-is-over", stranger, refused(410, at(`/invitations/${"A".repeat(32)}`))],
    ["nothing-here", stranger, refused(404, at("/p/never-was"))],
    ["home", ann, at("/")],
    ["account", ann, at("/account")],
    ["account-name-wrong", ann, sent("/account", { "Your name": "www.example.org" }, "Save", "Change your name")],
    ["account-proof", ann, at("/account/proof")],
    ["account-email", ann, at("/account/email")],
    ["account-password", ann, at("/account/password")],
    ["account-passkeys", ann, at("/account/passkeys")],
    ["account-second-step", ann, at("/account/second-factor")],
    ["account-sessions", ann, at("/account/sessions")],
    ["sign-in-by-mail", stranger, at("/sign-in/link")],
    ["start-a-page", ann, at("/pages/new")],
    ["start-a-page-wrong", ann, sent("/pages/new", { "What is their first name?": "" }, "Start the page")],
    ["page-empty", ann, at("/p/ida")],
    ["page-organizer", ann, at(SITE)],
    ["page-reader", jo, at(SITE)],
    ["update", jo, at(news)],
    ["hearts-chooser", jo, chooser(news)],
    ["hearts-everybody", jo, at(`${news}/reactions`)],
    ["hearts-dialog", jo, heartsDialog(news)],
    ["comment-wrong", jo, sent(news, { "Your comment": "" }, "Send comment")],
    ["wishes", jo, at(`${SITE}/wishes`)],
    ["wish-hint", jo, wishHint],
    ["wish-photo-wrong", jo, refused(422, wishPhotoWrong)],
    ["wishes-private", ann, privateWishes(jo)],
    ["wish-with-photo", jo, at(`${SITE}/wishes`)],
    ["wish-photo", jo, wishPhoto],
    ["how-i-hear", jo, at(`${SITE}/follow`)],
    ["write", ann, at(`${SITE}/updates/new`)],
    ["write-wrong", ann, scaffoldLeft],
    ["change", ann, at(`${news}/edit`)],
    ["delete", ann, at(`${news}/deletion`)],
    ["people", ann, at(`${SITE}/people`)],
    ["people-wrong", ann, sent(`${SITE}/people`, { "E-mail addresses": "just some words\neve@nowhere" }, "Send invitations")],
    ["remove", ann, removal],
    ["member", ann, (person) => person.openMember(SITE, "jo@example.org")],
    ["member-oneself", ann, (person) => person.openMember(SITE, "ann@example.org")],
    ["member-invited", ann, (person) => person.openMember(SITE, "cleo@example.org")],
    ["block", ann, block],
    ["member-blocked", ann, blocked],
    ["people-blocked", ann, at(`${SITE}/people`)],
    ["people-asking", ann, at(`${ASKED}/people`)],
    ["member-asking", ann, (person) => person.openMember(ASKED, "frieda@example.org")],
    ["settings", ann, at(`${SITE}/settings`)],
    ["settings-wrong", ann, sent(`${SITE}/settings`, { "First name": "" }, "Save")],
    ["settings-link", ann, at(`${LINKED}/settings`)],
    ["settings-closed", ann, at(`${CLOSED}/settings`)],
    ["page-closed", ann, at(CLOSED)],
    ["closing", ann, at(`${SITE}/closing`)],
    ["closing-closed", ann, at(`${CLOSED}/closing`)],
    ["widening", ann, widening],
    ["card", ann, at(`${LINKED}/card`)],
    ["card-to-ask", ann, at(`${ASKED}/card`)],
    ["card-to-nowhere", ann, at(`${SITE}/card`)],
    ["history", ann, at(`${SITE}/history`)],
    ["departure", ann, at(`${SITE}/departure`)],
    ["departure-alone", ann, at(`${LINKED}/departure`)],
    ["departure-reader", jo, at(`${SITE}/departure`)],
    ["suggestion", jo, at(`${SITE}/suggestions`)],
    ["suggestion-wrong", jo, sent(`${SITE}/suggestions`, { "Their name": "Hilde", "Their e-mail address": "hilde" }, "Tell the family")],
    ["front-door-asked", stranger, at(`${ASKED}/follow?asked=yes`)],
    ["page-by-link", stranger, async (person) => person.visit(await ann.pageLink(LINKED))],
    ["front-door-by-link", stranger, at(`${LINKED}/follow`)],
    ["front-door-by-link-sent", stranger, at(`${LINKED}/follow?asked=yes`)],
    ["seen-as-stranger", ann, refused(404, (person) => person.seeAs(SITE, "a stranger"))],
    ["seen-as-friend", ann, seenAsFriend],
    ["language", dan, at("/account/language")],
    ["your-data", dan, at("/account/data")],
    ["erase", dan, at("/account/erasure")],
    ["erase-wrong", dan, sent("/account/erasure", { "Type the word erase": "yes" }, "Erase my account")],
    ["erase-not-yet", ann, at("/account/erasure")],
    ["erase-by-mail", jo, at("/account/erasure")],
    ["erase-link", stranger, erasureLink(jo)],
    ["glance-notes", ann, notes],
    ["glance-note-wrong", ann, sent(`${SITE}/notes/new`, { Title: "" }, "Pin it")],
    ["glance-next", ann, next],
    ["glance-next-wrong", ann, sent(`${SITE}/next-update`, { "By which day": "2020-01-01" }, "Save")],
    ["glance-desk", ann, glanceDesk],
    ["glance-organizer", ann, at(SITE)],
    ["glance-reader", jo, at(SITE)],
    ["glance-status", jo, at(`${SITE}/status`)],
    ["glance-home", ann, at("/")],
    ["reading-oldest", jo, at(`${SITE}?order=oldest`)],
    ["reading-months", jo, at(`${SITE}/updates`)],
    ["reading-month", jo, month],
    ["how-i-hear-feed", jo, feedMade],
    ["glance-rest-words", ann, at(`${SITE}/rest`)],
    ["glance-rest", ann, rest],
    ["glance-rest-reader", jo, at(SITE)],
    ["album-new", ann, at(`${SITE}/albums/new`)],
    ["album", ann, album],
    ["album-order", ann, inAlbum("/order")],
    ["album-deletion", ann, inAlbum("/deletion")],
    ["gallery", ann, at(`${SITE}/photos`)],
    ["gallery-reader", jo, at(`${SITE}/photos`)],
    ["photo", ann, onePhoto],
    ["photo-full-screen", ann, fullScreen],
    ["photo-edit", ann, onePhotoAt("/edit")],
    ["photo-removal", ann, onePhotoAt("/removal")],
    ["cover", ann, cover],
    ["portrait", ann, portrait],
    ["page-with-cover", jo, at(SITE)],
    ["front-door-with-cover", stranger, doorWithCover(ann)],
    ["home-with-portrait", ann, at("/")],
    ["desk-choices", ann, deskChoices],
    ["desk-scaffold", ann, at(`${SITE}/updates/new?scaffold=first`)],
    ["draft", ann, savedDraft("Half a thought", "She asked for the window to be opened, and")],
    ["drafts", ann, at(`${SITE}/drafts`)],
    ["preview", ann, preview],
    ["two-texts", ann, twoTexts],
    ["hard-news", ann, hardNews],
    ["scheduled", ann, scheduled],
    ["revisions", ann, revisions(news)],
    ["correction", ann, at(`${news}/correction`)],
    ["quiet-hours", ann, at(`${SITE}/settings`)],
    ["receipts", ann, receipts(jo, news)],
    ["memory-before", ann, at(`${SITE}/memorial`)],
    ["memory-book", jo, condoles(ann)],
    ["memory-paper", jo, at(`${SITE}/condolences?paper=yes`)],
    ["memory-page", jo, at(SITE)],
    ["memory-organizer", ann, at(SITE)],
    ["memory-home", ann, at("/")],
    ["memory-since", ann, at(`${SITE}/memorial`)],
    ["memory-undone", ann, asBefore],
    ["bedside", ann, at(`${SITE}/bedside`)],
    ["bedside-look", ann, bedsideLook],
    ["bedside-print", ann, at(`${SITE}/bedside/print?all`)],
    ["bedside-again", ann, at(`${SITE}/bedside/again`)],
    ["bedside-end", ann, bedsideEnd],
    ["words", ann, answered],
    ["words-reader", jo, ownWords("")],
    ["words-edit", jo, ownWords("/edit")],
    ["words-removal", jo, ownWords("/removal")],
    ["words-in-a-list", ann, at(`${SITE}/wishes`)],
    ["words-on-the-page", jo, at(SITE)],
    ["words-under-an-update", jo, at(news)],
    ["words-hidden", ann, hiddenWords(news)],
    ["photo-comments", ann, photoComments],
    ["photo-with-comments", ann, onePhoto],
    ["gallery-with-comments", ann, at(`${SITE}/photos`)],
    ["photo-full-screen-with-comments", ann, fullScreen],
    ["encouragement", ann, at(`${SITE}/encouragement`)],
    ["encouragement-wrong", ann, sent(`${SITE}/encouragement`, { "Words that are never to be shown": "a word that goes on and on and on and is no word any more but a story" }, "Save")],
    ["news-nothing", ann, at("/p/ida/encouragement/new")],
    ["news", ann, wordsWait(jo)],
    ["news-home", ann, at("/")],
    ["news-journal", ann, at(SITE)],
    ["wishes-own-held", jo, at(`${SITE}/wishes`)],
    ["report", jo, report],
    ["thanks", ann, at(`${SITE}/thanks`)],
    ["thanked", jo, thanked(ann)],
    ["comments-closed", jo, commentsClosed(ann, news)],
    ["wishes-closed", jo, wishesClosed(ann)],
    ["visitor-form", stranger, async (person) => person.visit(await ann.pageLink(LINKED))],
    ["visitor-wrong", stranger, sent(LINKED, { "Your name": "Vera Quick", "E-mail address": "vera" }, "Send well wish")],
    ["visitor-sent", stranger, visitorSent],
    ["visitor-confirm", stranger, mailTo("vera@example.org", "Please confirm: words", "/visits/")],
    ["visitor-refusal", stranger, async (person) => person.follow("Have them thrown away")],
    ["visitor-done", stranger, visitorDone],
    ["visitor-known", stranger, at(LINKED)],
    ["visitor-words", ann, at(`${LINKED}/wishes`)],
    ["visitor-entry", ann, async (person) => person.follow("visitor")],
    ["flood-none", ann, at(`${LINKED}/encouragement/flood`)],
  ];
}

/** The address of a wish, by its words. */
async function wishAt(person, words) {
  await person.visit(`${SITE}/wishes`);
  return person.wish(words).locator("a.byline__time").first().getAttribute("href");
}

/** Answers a wish, and stays with it. */
export async function answer(person, wish, words) {
  await person.visit(wish);
  await person.fill("Your answer", words);
  await person.press("Send answer");
  await person.isTold("Your answer is there.");
}

async function answered(person) {
  const wish = await wishAt(person, "Thinking of you");
  await answer(person, wish, "She read it twice, and smiled.");
  await answer(person, wish, "And the garden is well looked after, tell your mother.\n\nWe planted the tulips on Sunday, and there is one for you.");
  await answer(person, wish, "🌷");
}

const ownWords = (part) => async (person) => person.visit((await wishAt(person, "Thinking of you")) + part);

const hiddenWords = (update) => async (person) => {
  await person.visit(update);
  await person.visit(await person.wish("Kiss the dog").locator("a.byline__time").first().getAttribute("href"));
  await person.press("Hide what Jo wrote");
  await person.isTold("They are hidden.");
  await person.visit(`${SITE}/wishes/hidden`);
};

async function photoComments(person) {
  await onePhoto(person);
  await person.follow("Write a comment");
  await person.fill("Your comment", "We will be there in June, all of us.");
  await person.press("Send comment");
  await person.isTold("Your comment is there.");
}

/** Jo writes what waits, and something that does not. */
const wordsWait = (jo) => async (ann) => {
  await ann.visit(`${SITE}/encouragement`);
  await ann.fill("Words that are never to be shown", "battle\nrest in peace");
  await ann.press("Save");
  await ann.isTold("Saved.");
  for (const words of ["You will win this battle, I know it.", "There is soup at your door. No need to answer."]) {
    await jo.visit(`${SITE}/wishes`);
    await jo.fill("Your well wish", words);
    await jo.press("Send well wish");
    await jo.isTold("Thank you.");
  }
  await ann.visit(`${SITE}/encouragement/new`);
};

async function report(person) {
  await person.visit(`${SITE}/wishes`);
  await person.page.locator(".wish__menu summary").first().click();
  await person.page.getByRole("link", { name: "Ask the family to look at this" }).first().click();
  await person.seesHeading("Ask the family to look at this");
}

const thanked = (ann) => async (jo) => {
  await jo.visit(`${SITE}/follow`);
  await jo.page.getByRole("radio", { name: /Not by e-mail/ }).check();
  await jo.press("Save");
  await jo.isTold("Saved.");
  await ann.visit(`${SITE}/thanks`);
  await ann.fill("A sentence of your own", "We read every word aloud at supper.");
  await ann.press("Thank everyone who wrote since the last thanks");
  await ann.isTold("Your thanks are on their way.");
  await jo.visit(SITE);
};

const commentsClosed = (ann, news) => async (jo) => {
  await ann.visit(news);
  await ann.page.getByText("Close comments on this update").click();
  await ann.press("Close comments");
  await ann.isTold("Comments on this update are closed.");
  await jo.visit(news);
};

const wishesClosed = (ann) => async (jo) => {
  await ann.visit(`${SITE}/encouragement`);
  await ann.page.getByRole("checkbox", { name: /Close them for now/ }).check();
  await ann.press("Save");
  await ann.isTold("Saved.");
  await jo.visit(`${SITE}/wishes`);
};

async function visitorSent(person) {
  await person.visit(LINKED);
  await leavesWords(person, "Send well wish", {
    "Your well wish": "We read every line here, at the kitchen table.\nMore sun to you, Theo.",
    "Your name": "Vera Quick",
    "E-mail address": "vera@example.org",
  });
}

async function visitorDone(person) {
  await person.follow("It was me after all");
  await person.press("Yes, these are my words");
  await person.seesHeading("Thank you");
}

async function deskChoices(person) {
  await person.visit(SITE);
  await person.visit(`${SITE}/updates/new`);
  await person.page.getByText("When, by mail or not, and more").click();
}

/** The lines of a scaffold that nobody has written over are never posted: the script asks, and then the form itself is shown. */
async function scaffoldLeft(person) {
  await person.visit(`${SITE}/updates/new?scaffold=first`);
  await person.chooseNow();
  await person.press("Post update");
  await person.page.getByRole("alert").waitFor();
  person.watch.expectRefusal(422);
  person.watch.expectAnswers(422, `${SITE}/updates`);
}

function savedDraft(title, body) {
  return async (person) => {
    await person.visit(`${SITE}/updates/new`);
    await person.fill("Title, if you like", title);
    await person.fill("Your update", body);
    await person.press("Save as a draft");
    await person.page.getByText("Saved", { exact: true }).first().waitFor();
    await person.visit(new URL(person.page.url()).pathname);
    await person.seesHeading("Your draft");
  };
}

async function preview(person) {
  await person.visit(`${SITE}/updates/new`);
  await person.fill("Title, if you like", "A walk in the garden");
  await person.fill("Your update", "Ten minutes, **on her own feet**. The dog was beside himself.\n\nSunday is a good day for visits.");
  await person.press("Preview");
  await person.seesHeading("Preview");
  await person.page.frameLocator("iframe").getByText("Ten minutes, on her own feet. The dog was beside himself.", { exact: true }).waitFor();
}

/** Two windows with one draft: the second one saves last, having seen nothing of the first. */
async function twoTexts(person) {
  await savedDraft("Thursday", "She slept well.\n\nThe results come on Friday.")(person);
  const other = await person.page.context().newPage();
  await other.goto(person.page.url());
  await other.getByLabel("Your update", { exact: true }).fill("She slept badly.\n\nThe results come on Friday.\n\nBring oranges.");
  await other.getByRole("button", { name: "Save as a draft", exact: true }).click();
  await other.getByText("Saved", { exact: true }).first().waitFor();
  await other.close();
  await person.fill("Your update", "She slept well, and ate an egg.\n\nThe results come on Friday.");
  await person.press("Save as a draft");
  await person.page.getByRole("button", { name: "Keep mine" }).waitFor();
  person.watch.expectAnswers(409, "/drafts/");
}

async function hardNews(person) {
  // The two texts before this are still to be chosen from, which is found out once.
  const told = person.page.waitForResponse((response) => response.status() === 409);
  await person.visit(SITE);
  await told;
  person.watch.expectAnswers(409, "/drafts/");
  await person.visit(`${SITE}/updates/new`);
  await person.fill("Your update", "The tumour has come back.");
  await person.page.getByText("When, by mail or not, and more").click();
  await person.page.getByRole("checkbox", { name: /This is hard news/ }).check();
  await person.press("Post update");
  await person.seesHeading("Have the closest people been told?");
  person.watch.expectAnswers(422, `${SITE}/updates`);
}

async function scheduled(person) {
  await person.visit(`${SITE}/updates/new`);
  await person.fill("Your update", "Good morning from the ward.");
  await person.page.getByText("When, by mail or not, and more").click();
  await person.page.getByRole("radio", { name: /In the morning/ }).check();
  await person.press("Post update");
  await person.seesHeading("This waits for its time");
}

function revisions(update) {
  return async (person) => {
    await person.visit(`${update}/edit`);
    const body = await person.field("Your update").inputValue();
    await person.fill("Your update", body.replace("quiet", "restless"));
    await person.press("Save changes");
    await person.isTold("Your changes are saved.");
    await person.visit(`${update}/revisions`);
  };
}

async function signedUp(person) {
  await person.visit("/sign-up");
  await person.fill("Your name", person.name);
  await person.fill("E-mail address", person.email);
  await person.fill("Password", PASSWORD);
  await person.press("Create account");
  await person.seesHeading("Look into your mail");
}

async function mailStopped(person) {
  await person.visit((await person.world.mailbox.wait("bill@example.org", "soup")).link("/unsubscribe/"));
  await person.press("Stop all mail");
  await person.seesHeading("No more mail");
}

/** Chosen behind the link in a mail, by somebody who has stopped all mail before. */
async function hearingChosen(person) {
  await person.visit((await person.world.mailbox.wait("bill@example.org", "soup")).link("/unsubscribe/"));
  await person.page.locator("#delivery-weekly").check({ force: true });
  await person.press("Save");
  await person.isTold("Saved.");
}

/** The page behind the link that somebody without an account was sent. */
function erasureLink(asker) {
  return async (person) => {
    await asker.visit("/account/erasure");
    await asker.press("Send me the link");
    await asker.seesHeading("Look into your mail");
    await person.visit((await person.world.mailbox.wait(asker.email, "Erase")).link("/erasure/"));
  };
}

async function removal(person) {
  await person.openMember(SITE, "jo@example.org");
  await person.follow("Remove them");
  await person.page.getByRole("heading", { name: /^Remove/ }).waitFor();
}

async function block(person) {
  await person.openMember(SITE, "bill@example.org");
  await person.follow("Block them");
  await person.page.getByRole("heading", { name: /^Block/ }).waitFor();
}

async function blocked(person) {
  await block(person);
  await person.page.getByRole("checkbox", { name: /Hide what they wrote/ }).check();
  await person.press("Block them");
  await person.isTold("They are blocked.");
  await person.openMember(SITE, "bill@example.org");
}

async function widening(person) {
  await person.visit(`${SITE}/settings`);
  await person.page.getByRole("radio", { name: /^Everyone/ }).check();
  await person.page.getByRole("checkbox", { name: /Search engines/ }).check();
  await person.press("Save who may read");
  await person.seesHeading("Everyone?");
}

async function seenAsFriend(person) {
  await person.seeAsThemselves();
  await person.seeAs(SITE, "a friend who follows it");
  await person.visit(SITE);
}

async function notes(person) {
  await person.visit(SITE);
  await person.seeAsThemselves();
  const said = [
    ["Start here", "Maria fell ill in May. The short of it: **she is getting better**, slowly."],
    ["Visiting hours", "- Tuesday and Thursday, three to five\n- please no flowers in the ward"],
    ["Cards go to", "Maria Lee\\\n12 Elm Street\\\nBristol"],
  ];
  for (const [title, words] of said) {
    await person.visit(`${SITE}/notes/new`);
    await person.fill("Title", title);
    await person.fill("The note", words);
    await person.press("Pin it");
    await person.isTold("Saved.");
  }
}

async function next(person) {
  await person.visit(`${SITE}/next-update`);
  await person.fill("By which day", new Date(Date.now() + 3 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10));
  await person.page.getByLabel("And when on it").selectOption("evening");
  await person.press("Save");
  await person.isTold("Saved.");
  await person.visit(`${SITE}/next-update`);
}

async function glanceDesk(person) {
  await person.visit(`${SITE}/status`);
  await person.fill("In a few words", "Home, resting well");
  await person.press("Say it");
  await person.isTold("Saved.");
  await person.page.getByText("Change how Maria is").click();
}

async function month(person) {
  await person.visit(`${SITE}/updates`);
  await person.page.locator(".months a").first().click();
  await person.page.getByRole("article").first().waitFor();
}

async function feedMade(person) {
  await person.visit(`${SITE}/follow`);
  await person.press("Make an address");
  await person.isTold("There is a new address for your feed reader.");
}

async function rest(person) {
  await person.visit(SITE);
  await person.page.getByText("Change how Maria is").click();
  await person.press("Take a rest, and tell people so");
  await person.isTold("People see that you are taking a rest.");
}

export const WIDTHS = [390, 1280];
export const SCHEMES = ["light", "dark"];
export const HEIGHTS = { 320: 640, 390: 844, 1280: 900 };

const LIGHT = [
  ["lake.png", { width: 900, height: 600, colour: [70, 120, 150] }],
  ["tall.png", { width: 500, height: 800, colour: [150, 90, 70] }],
  ["meadow.png", { width: 800, height: 800, colour: [110, 140, 80] }],
  ["wide.png", { width: 1200, height: 500, colour: [170, 150, 110] }],
  ["evening.png", { width: 700, height: 500, colour: [90, 70, 120] }],
];

/** Opens a page again until something is on it: a photo is prepared a little later than it is taken in. */
export async function reloadUntil(person, selector, count = 1) {
  await until(`${count} of ${selector}`, async () => {
    await person.page.reload();
    return (await person.page.locator(selector).count()) >= count;
  });
}

/** Makes an album with photos in it, and stays there. */
export async function fillAlbum(person, site, title, photos = LIGHT) {
  await person.visit(`${site}/albums/new`);
  await person.fill("What is it called?", title);
  await person.press("Make the album");
  await person.seesHeading(title);
  // With a script they go by themselves, and then the album is shown anew.
  await person.page.evaluate(() => { window.isBefore = true; });
  await person.page.locator("#photos").setInputFiles(photos.map(([name, options]) => photo(name, options)));
  if (!person.world.javaScript) await person.press("Add them to the album");
  await person.page.waitForFunction(() => !window.isBefore);
  await person.seesHeading(title);
  await reloadUntil(person, "a[data-large]", photos.length);
  return new URL(person.page.url()).pathname;
}

let albumPath;

async function album(person) {
  if (albumPath) return void (await person.visit(albumPath));
  albumPath = await fillAlbum(person, SITE, "In the garden");
  await person.page.locator("a[data-large]").first().focus();
  await person.visit(`${await person.page.locator("a[data-large]").first().getAttribute("href")}`.replace("?in=album", "/edit"));
  await person.fill("What can be seen on it", "A lake between hills, early in the morning");
  await person.fill("Caption", "Where she wants to swim again");
  await person.press("Save");
  await person.isTold("Saved.");
  await person.visit(albumPath);
}

const inAlbum = (part) => async (person) => person.visit(`${albumPath}${part}`);

async function onePhoto(person) {
  await person.visit(albumPath);
  await person.visit(await person.page.locator("a[data-large]").first().getAttribute("href"));
}

const onePhotoAt = (part) => async (person) => {
  await onePhoto(person);
  await person.visit(new URL(person.page.url()).pathname + part);
};

async function fullScreen(person) {
  await person.visit(albumPath);
  await person.page.locator("a[data-large]").first().click();
  await person.page.getByRole("dialog", { name: "Photos" }).waitFor();
}

async function choose(person, path, file) {
  await person.visit(path);
  await person.page.locator("#photos").setInputFiles(file);
  await Promise.all([person.page.waitForEvent("load"), person.press("Use this photo")]);
  await reloadUntil(person, ".crop__frame");
}

const cover = (person) => choose(person, `${SITE}/cover`, photo("cover.png", { width: 1200, height: 800, colour: [90, 130, 120] }));
const portrait = (person) => choose(person, `${SITE}/portrait`, photo("face.png", { width: 600, height: 700, colour: [180, 130, 110] }));

/** An update of Ann's that Jo has read and chosen to be seen with, looked at by Ann. */
const receipts = (jo, news) => async (person) => {
  await jo.visit(`${SITE}/follow`);
  await jo.page.getByRole("checkbox", { name: /Let whoever writes see/ }).check();
  await jo.press("Save your choice");
  await jo.isTold("Saved.");
  const told = jo.page.waitForResponse((it) => it.url().endsWith("/position"));
  await jo.visit(news);
  await told;
  await person.visit(news);
  await person.page.getByText(/^Read by/).click();
};

/** Whatever comes after this finds the page as it was. */
async function asBefore(person) {
  await person.visit(`${SITE}/memorial`);
  await person.press("Make the page as it was before");
  await person.isTold("The page is as it was before.");
}

const condoles = (ann) => async (person) => {
  await ann.visit(`${SITE}/memorial`);
  await ann.press("Keep the page in loving memory");
  await ann.isTold("The page is in loving memory.");
  await person.visit(`${SITE}/condolences`);
  await person.fill("Your words", "She taught me to swim when I was six, in the cold lake, and never let go of my hand.");
  await person.press("Leave these words");
  await person.isTold("Your words are in the book of condolence.");
  await person.visit(`${SITE}/condolences`);
};

async function bedsideLook(person) {
  await person.visit(`${SITE}/bedside`);
  await person.page.locator("summary").click();
  await person.press("Larger text");
  await person.press("Dim");
}

async function bedsideEnd(person) {
  const end = person.page.getByRole("heading", { name: "That is everything for now." });
  await person.visit(`${SITE}/bedside`);
  while (!(await end.isVisible())) {
    const words = await person.page.locator("article").getAttribute("data-wish");
    await person.page.keyboard.press("ArrowRight");
    await until("the next words", async () =>
      (await end.isVisible()) || (await person.page.locator(`article:not([data-wish="${words}"])`).count()) === 1);
  }
}

const doorWithCover = (ann) => async (person) => {
  await choose(ann, `${ASKED}/cover`, photo("door.png", { width: 1000, height: 500, colour: [120, 110, 150] }));
  await choose(ann, `${ASKED}/portrait`, photo("noah.png", { width: 500, height: 500, colour: [140, 120, 90] }));
  await person.visit(ASKED);
};

const chooser = (news) => async (person) => {
  offer(person.world, "hug candle strength thanks praying smile");
  await person.visit(news);
  const first = person.page.locator(".update details.chooser");
  await first.locator("summary").click();
  const hug = first.getByRole("button", { name: "Send a hug" });
  // Looked at again, it has been given.
  if (await hug.count()) {
    await Promise.all([person.page.waitForResponse((it) => it.url().endsWith("/reactions")), hug.click()]);
    await first.locator("summary").click();
  }
  await first.getByRole("button", { name: "Take my hug back" }).waitFor();
};

const heartsDialog = (news) => async (person) => {
  await person.visit(news);
  await person.page.locator(".update .hearts__names a").click();
  await person.page.getByRole("dialog").waitFor();
};

/** The form of a well wish, unfolded, while it hints at something. */
async function wishHint(person) {
  await person.visit(`${SITE}/wishes`);
  await person.page.getByText("Add a photo, or choose who may read it").click();
  await person.fill("Your well wish", "Dear Maria, stay strong. At least you caught it early.");
  await person.page.locator(".kind-hint p").first().waitFor();
}

async function wishPhotoWrong(person) {
  await person.visit(`${SITE}/wishes`);
  await person.page.getByText("Add a photo, or choose who may read it").click();
  await person.fill("Your well wish", "Our walk by the sea.");
  const film = { name: "film.mov", mimeType: "video/quicktime", buffer: Buffer.from("\0\0\0\x14ftypqt  \0\0\0\0qt  ", "latin1") };
  await person.page.getByLabel("One photo, if you like").setInputFiles(film);
  await person.press("Send well wish");
  await person.page.getByRole("alert").waitFor();
}

/** Well wishes that are not for everyone, one of them with a photo, and one for everyone with a photo. */
const privateWishes = (jo) => async (ann) => {
  const leave = async (words, who, file) => {
    await jo.visit(SITE);
    await jo.fill("Your well wish", words);
    await jo.page.getByText("Add a photo, or choose who may read it").click();
    await jo.page.getByRole("radio", { name: who }).check();
    if (file) await jo.page.getByLabel("One photo, if you like").setInputFiles(file);
    await jo.press("Send well wish");
    await jo.isTold("Thank you.");
  };
  await leave("The insurance letter is in the blue folder. I can send it on.", /A private note/);
  await leave("Read this to her when it is quiet: I still laugh about the boat.", /Only the organizers, to read to Maria/, photo("boat.png"));
  await leave("Our walk by the sea. It waits for you.", /Everyone on the page/, photo("sea.png", { width: 900, height: 600, colour: [90, 130, 160] }));
  await jo.visit(`${SITE}/wishes`);
  await reloadUntil(jo, "img.photo__image");
  await ann.visit(`${SITE}/wishes/private`);
  await reloadUntil(ann, "img.photo__image");
};

async function wishPhoto(person) {
  await person.visit(`${SITE}/wishes`);
  await person.visit(await person.page.locator("a.photo__frame").first().getAttribute("href"));
}
