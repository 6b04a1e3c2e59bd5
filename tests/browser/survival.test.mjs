// The power goes. What was acknowledged is there when it comes back, and the mail about it still leaves, once.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";

const SITE = "/p/maria";
const PAGE = "Maria’s page";

/**
 * How many mails about an update the program has in hand at once when it begins, two batches of eight; after a crash they wait
 * until their lease is over.
 */
const IN_HAND = 16;

/** How long mail about an update waits before it leaves. */
const UNDO_SECONDS = 4;

/** Invites people and has them say yes; each answers with a plain browser-less form, as there are many. */
async function gather(ann, names) {
  const { mailbox } = ann.world;
  await ann.invite(SITE, names.map((name) => `${name} <${name}@example.org>`).join("\n"));
  for (const name of names) {
    const mail = await mailbox.wait(`${name}@example.org`, "invites you to");
    await sayYes(mail.link("/invitations/"));
  }
}

async function sayYes(link) {
  const shown = await fetch(link);
  const [, csrf] = (await shown.text()).match(/name="csrf" value="([^"]+)"/);
  const cookie = shown.headers.getSetCookie().map((it) => it.split(";")[0]).join("; ");
  const answer = await fetch(link, {
    method: "POST",
    headers: { cookie },
    body: new URLSearchParams({ csrf }),
    redirect: "manual",
  });
  assert.equal(answer.status, 303);
}

const people = (count, word) => Array.from({ length: count }, (_, index) => `${word}${index + 1}`);

describe("killed right after an update was acknowledged", () => {
  const { step } = story({ undoSeconds: UNDO_SECONDS });
  const friends = people(3, "friend");
  const title = "Just posted";
  let ann;

  step("friends follow the page", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await gather(ann, friends);
  });

  step("the power goes before any mail about the update has left", async (world) => {
    await ann.postUpdate(SITE, title, "Written down before the lights went out.");
    // Her browser may be asking whether the words have arrived.
    ann.watch.expectSilence();
    await world.server.kill();
    assert.deepEqual(friends.flatMap((name) => world.mailbox.to(`${name}@example.org`, title)), []);
  });

  step("after the restart the update is there, and Ann is still signed in", async (world) => {
    await world.server.start();
    await ann.visit(SITE);
    ann.watch.endSilence();
    await ann.seesHeading(title);
    await ann.sees("Written down before the lights went out.");
    await ann.follow("Write an update", ann.page.getByRole("main"));
    await ann.seesHeading("Write an update");
  });

  step("every friend gets the mail, once", async (world) => {
    for (const name of friends) await world.mailbox.wait(`${name}@example.org`, title);
    ann.watch.expectSilence();
    await world.server.stop();
    for (const name of friends) {
      assert.equal(world.mailbox.to(`${name}@example.org`, title).length, 1, `mails to ${name}`);
    }
  });
});

describe("killed while mail is leaving", () => {
  const { step } = story();
  const friends = people(30, "friend");
  const title = "Half way out";
  const TAKEN = 3;
  let ann;

  step("many friends follow the page", async (world) => {
    ann = await world.arrives("Ann");
    await ann.signUp();
    await ann.startPage("Maria");
    await gather(ann, friends);
  });

  step("the power goes after the first mails are out", async (world) => {
    world.mailbox.holdAfter(TAKEN);
    await ann.postUpdate(SITE, title, "To all of you.");
    await until("a mail to be held", () => world.mailbox.waiting.length > 0);
    // What the mail server has taken over is written down before the power goes; the moment in between is the one
    // where a mail can go twice, and no program can close it.
    const isDone = (it) => it.message === "job settled" && it.kind === "new_update" && it.outcome === "done";
    await until("those to be settled", () => world.server.log.filter(isDone).length === TAKEN);
    // Nobody looks at the page meanwhile, which would ask for the server; her browser's worker may.
    await ann.page.goto("about:blank");
    ann.watch.expectSilence();
    await world.server.kill();
  });

  step("those whose turn had not come get the mail, and nobody gets two", async (world) => {
    world.mailbox.release();
    await world.server.start();
    const reached = () => friends.filter((name) => world.mailbox.to(`${name}@example.org`, title).length > 0);
    await until("all but those in hand to be reached", () => reached().length >= friends.length - IN_HAND);
    await world.server.stop();
    for (const name of friends) {
      assert.ok(world.mailbox.to(`${name}@example.org`, title).length <= 1, `mails to ${name}`);
    }
  });
});
