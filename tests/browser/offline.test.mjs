// Without a network one can write and post: it goes once there is one, and once only. And what a device holds of a
// person goes with the person.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";
import {
  comeOnline, cutLine, drafts, goOffline, hasWords, isReadyForOffline, isSaved, keeps, mendLine, nudge, openDesk,
  rewrite, staysSo, TITLE, write,
} from "./support/writing.mjs";

const SITE = "/p/maria";
const PAGE = "Maria’s page";
const WAITS = "Will be posted when you are back online";

async function gather(world) {
  const ann = await world.arrives("Ann");
  await ann.signUp();
  await ann.startPage("Maria");
  await ann.invite(SITE, "Jo <jo@example.org>");
  const jo = await world.arrives("Jo");
  await jo.acceptInvitation(PAGE);
  await jo.leave();
  return ann;
}

async function compose(person, title, body) {
  await openDesk(person, SITE);
  await person.fill(TITLE, title);
  await rewrite(person, body);
  await person.chooseNow();
}

/** The update is on the page once, and in the mailbox of its reader once. */
async function isPostedOnce(person, title) {
  const { mailbox } = person.world;
  await mailbox.wait("jo@example.org", title);
  await person.visit(SITE);
  assert.equal(await person.update(title).count(), 1, `“${title}” on the page`);
  await staysSo(() => assert.equal(mailbox.to("jo@example.org", title).length, 1, `mails about “${title}”`));
}

const hasNothingWaiting = (person) =>
  until("nothing to wait on the device", async () => (await drafts(person)).every((it) => !it.queued));

describe("posting without a network", () => {
  const { step } = story({ line: true });
  let ann;

  step("an update that is posted in a tunnel goes by itself afterwards, once", async (world) => {
    ann = await gather(world);
    await compose(ann, "In the tunnel", "Words on their way.");
    await isReadyForOffline(ann);
    await isSaved(ann, "Saved");
    await goOffline(ann);
    await ann.page.getByRole("button", { name: "Post update" }).dblclick();
    await ann.seesHeading(WAITS);
    assert.deepEqual(world.mailbox.to("jo@example.org", "In the tunnel"), []);
    await comeOnline(ann);
    await ann.page.waitForURL(`**${SITE}`);
    await isPostedOnce(ann, "In the tunnel");
    await hasNothingWaiting(ann);
  });

  step("it goes when the tab was closed, with the next page that is opened", async () => {
    await compose(ann, "Closed before", "The tab is gone.");
    await goOffline(ann);
    await ann.press("Post update");
    await ann.seesHeading(WAITS);
    await ann.page.close();
    ann.page = await ann.context.newPage();
    await comeOnline(ann);
    await ann.visit("/account/language");
    await ann.isTold("Your update is posted");
    await isPostedOnce(ann, "Closed before");
    await hasNothingWaiting(ann);
  });

  step("it goes by background sync, with no page of ours open", async (world) => {
    await compose(ann, "No page open", "Only the worker is awake.");
    cutLine(ann);
    await ann.press("Post update");
    await ann.seesHeading(WAITS);
    await ann.page.close();
    ann.page = await ann.context.newPage();
    mendLine(ann);
    await wakeWorker(ann);
    await world.mailbox.wait("jo@example.org", "No page open");
    await isPostedOnce(ann, "No page open");
    await hasNothingWaiting(ann);
  });

  step("an answer that never arrived does not post it twice", async (world) => {
    await compose(ann, "Lost answer", "It arrived, and nobody said so.");
    await isSaved(ann, "Saved");
    ann.watch.expectSilence();
    world.line.loseAnswers((method, path) => method === "POST" && path === `${SITE}/updates`);
    await ann.press("Post update");
    await ann.seesHeading(WAITS);
    await ann.press("Try now");
    await until("more than one answer to be lost", () => world.line.lost.filter((it) => it === `POST ${SITE}/updates`).length > 1);
    world.line.mend();
    await nudge(ann);
    await ann.page.waitForURL(`**${SITE}`);
    ann.watch.endSilence();
    await isPostedOnce(ann, "Lost answer");
  });

  step("a server that is killed in the middle posts it once", async (world) => {
    await compose(ann, "Killed in the middle", "The lights went out.");
    await isSaved(ann, "Saved");
    ann.watch.expectSilence();
    world.line.loseAnswers((method, path) => method === "POST" && path === `${SITE}/updates`);
    await ann.press("Post update");
    await ann.seesHeading(WAITS);
    await world.server.kill();
    world.line.mend();
    await ann.press("Try now");
    await ann.seesHeading(WAITS);
    await world.server.start();
    await nudge(ann);
    await ann.page.waitForURL(`**${SITE}`);
    ann.watch.endSilence();
    await isPostedOnce(ann, "Killed in the middle");
  });

  step("it can be changed as long as it waits", async () => {
    await compose(ann, "Second thoughts", "First words.");
    await goOffline(ann);
    await ann.press("Post update");
    await ann.seesHeading(WAITS);
    await ann.press("Change it first");
    await hasWords(ann, "First words.");
    await rewrite(ann, "Better words.");
    await isSaved(ann, "Saved on this device");
    await comeOnline(ann);
    await isSaved(ann, "Saved");
    await ann.press("Post update");
    await ann.isTold("Your update is posted");
    await ann.sees("Better words.");
    await isPostedOnce(ann, "Second thoughts");
  });

  step("signed out meanwhile, it is not posted but goes back to the drafts, and nothing is lost", async () => {
    await compose(ann, "Signed out meanwhile", "Do not lose me.");
    await isSaved(ann, "Saved");
    await goOffline(ann);
    await ann.press("Post update");
    await ann.seesHeading(WAITS);
    await ann.page.close();
    const cookies = await ann.context.cookies();
    await ann.context.clearCookies();
    ann.page = await ann.context.newPage();
    await comeOnline(ann);
    await ann.visit("/");
    await wakeWorker(ann);
    await until("it to be a draft again", async () => (await drafts(ann)).some((it) => it.returned?.kind === "signed-out"));
    await ann.context.addCookies(cookies);
    await ann.visit(`${SITE}/updates/new`);
    await ann.page.getByRole("link", { name: "Signed out meanwhile" }).first().click();
    await hasWords(ann, "Do not lose me.");
    await ann.page.getByText("It was not posted, since you were signed out by then.").first().waitFor();
    await ann.press("Post update");
    await ann.isTold("Your update is posted");
    await isPostedOnce(ann, "Signed out meanwhile");
  });

  step("with a network, two taps post it once, and the page says so", async () => {
    await compose(ann, "Two taps", "Once is enough.");
    await ann.page.getByRole("button", { name: "Post update" }).dblclick();
    await ann.isTold("Your update is posted");
    await isPostedOnce(ann, "Two taps");
  });
});

/** Has the browser tell the worker that there is a network, as it does by itself when there is one again. */
async function wakeWorker(person) {
  await person.visit("/healthz");
  const session = await person.context.newCDPSession(person.page);
  const registration = new Promise((found) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find((it) => !it.isDeleted);
      if (ours) found(ours.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const origin = person.world.server.origin;
  await session.send("ServiceWorker.dispatchSyncEvent", { origin, registrationId: await registration, tag: "outbox", lastChance: false });
  await session.detach();
}

describe("the pages without a network", () => {
  const { step } = story({ line: true });
  let ann;

  step("the desk opens, and what is written there is posted later", async (world) => {
    ann = await gather(world);
    await openDesk(ann, SITE);
    await isReadyForOffline(ann);
    await goOffline(ann);
    await ann.page.goto(`${SITE}/updates/new`);
    await ann.seesHeading("You are offline");
    await ann.fill(TITLE, "From nowhere");
    await rewrite(ann, "No bars at all.");
    await isSaved(ann, "Saved on this device");
    await ann.page.reload();
    await hasWords(ann, "No bars at all.");
    await ann.press("Post update");
    await ann.seesHeading(WAITS);
    await comeOnline(ann);
    await ann.page.waitForURL(`**${SITE}`);
    await isPostedOnce(ann, "From nowhere");
  });

  step("a draft that the server has opens from the device", async () => {
    await compose(ann, "Half a letter", "Dear all,");
    await isSaved(ann, "Saved");
    const address = ann.page.url();
    await goOffline(ann);
    await ann.page.goto(address);
    await ann.seesHeading("You are offline");
    await hasWords(ann, "Dear all,");
    await write(ann, " more soon.");
    await isSaved(ann, "Saved on this device");
    await ann.page.goto("/offline");
    await ann.page.getByRole("link", { name: "Half a letter" }).waitFor();
    await comeOnline(ann);
    await ann.page.goto(address);
    await hasWords(ann, "Dear all, more soon.");
    await isSaved(ann, "Saved");
  });

  step("every other page says calmly that there is no network, and comes back by itself", async () => {
    await ann.visit(SITE);
    await goOffline(ann);
    await ann.page.goto(`${SITE}/people`);
    await ann.seesHeading("You are offline");
    await ann.seesNot("jo@example.org");
    await comeOnline(ann);
    await ann.page.getByText("jo@example.org").first().waitFor();
  });

  step("no page of anybody is among what the device keeps", async () => {
    const kept = await ann.page.evaluate(async () => {
      const all = [];
      for (const key of await caches.keys()) {
        for (const request of await (await caches.open(key)).keys()) all.push(new URL(request.url).pathname);
      }
      return all;
    });
    assert.ok(kept.includes("/offline"));
    assert.deepEqual(kept.filter((it) => it !== "/offline" && !it.startsWith("/static/")), []);
  });

  step("a visitor who is not signed in is given no worker and no database", async (world) => {
    const stranger = await world.arrives("Someone");
    await stranger.visit("/");
    await stranger.visit("/sign-in");
    assert.deepEqual(await keeps(stranger), { databases: [], caches: [], workers: 0, words: [] });
    await stranger.leave();
  });
});

describe("signing out", () => {
  const { step } = story({ line: true });
  let ann;

  step("sends what is on the device alone, and takes everything off it", async (world) => {
    ann = await gather(world);
    await openDesk(ann, SITE);
    await isReadyForOffline(ann);
    world.line.loseAnswers((method, path) => path.startsWith(`${SITE}/drafts/`));
    ann.watch.expectSilence();
    await ann.fill(TITLE, "Before I go");
    await rewrite(ann, "Keep this.");
    await until("the server to be out of reach for drafts", () => world.line.lost.length > 0);
    world.line.mend();
    await ann.signOut();
    ann.watch.endSilence();
    assert.deepEqual(await keeps(ann), { databases: [], caches: [], workers: 0, words: [] });
    await ann.signIn();
    await ann.visit(`${SITE}/drafts`);
    await ann.page.getByText("Before I go").first().waitFor();
  });

  step("asks before words are lost that cannot be sent, and stays if one wants to", async (world) => {
    await compose(ann, "Only here", "On this phone alone.");
    ann.watch.expectSilence();
    world.line.loseAnswers((method, path) => path.startsWith(`${SITE}/drafts/`));
    await write(ann, " Really.");
    await isSaved(ann, "Saved on this device");
    await ann.press("Sign out");
    await ann.page.getByRole("dialog").getByText("Some words are only on this device").waitFor();
    await ann.press("Stay");
    await hasWords(ann, "On this phone alone. Really.");
    await ann.press("Sign out");
    await ann.press("Sign out and lose them");
    await ann.isTold("You are signed out.");
    assert.deepEqual(await keeps(ann), { databases: [], caches: [], workers: 0, words: [] });
    world.line.mend();
    ann.watch.endSilence();
  });

  step("another window of the same person keeps nothing afterwards", async () => {
    await ann.signIn();
    await openDesk(ann, SITE);
    await write(ann, "In the first window.");
    await isSaved(ann, "Saved");
    const first = ann.page;
    ann.page = await ann.context.newPage();
    await ann.visit("/");
    await ann.signOut();
    const second = ann.page;
    ann.page = first;
    await write(ann, " And on.");
    await ann.page.getByText("You have signed out in another window.").first().waitFor();
    ann.page = second;
    await ann.page.reload();
    assert.deepEqual((await keeps(ann)).databases, []);
    ann.watch.forget();
  });

  step("without a network one stays signed in, and is told so", async () => {
    await ann.signIn();
    await openDesk(ann, SITE);
    await isReadyForOffline(ann);
    await goOffline(ann);
    await ann.press("Sign out");
    await ann.page.getByRole("dialog").getByText("you are still signed in").waitFor();
    await ann.press("Stay");
    await comeOnline(ann);
    await ann.visit("/account");
    await ann.sees(ann.email);
  });
});
