// Everything a test file needs: the program, a mail server and a browser; and a story, told step by step.

import { after, test } from "node:test";

import { startBrowser } from "./browser.mjs";
import { startLine } from "./line.mjs";
import { startMailbox } from "./mail.mjs";
import { Person } from "./people.mjs";
import { startServer } from "./server.mjs";

/** How long one test may take, in milliseconds: what never ends fails by its name, and the rest is still told. */
const LONGEST = 180_000;

/**
 * Starts it all. `javaScript` says whether the people in it have it; `host` is the name that they reach Tidings by; with
 * `line`, there is a line to it that can be cut.
 */
export async function openWorld({ javaScript = true, host, line, undoSeconds } = {}) {
  const world = { javaScript, people: [] };
  try {
    world.mailbox = await startMailbox();
    if (line) world.line = await startLine();
    world.server = await startServer(world.mailbox, { host, line: world.line, undoSeconds });
    world.browser = await startBrowser();
  } catch (error) {
    await closeWorld(world);
    throw error;
  }
  world.arrives = (name, options = {}) => Person.arrive(world, name, { javaScriptEnabled: javaScript, ...options });
  return world;
}

/** Leaves nothing behind. */
export async function closeWorld(world) {
  await world?.browser?.close();
  await world?.server?.clear();
  await world?.line?.stop();
  await world?.mailbox?.stop();
}

/**
 * To be called inside `describe`. Answers with two functions that add a test; all of them share one world, which the
 * first one opens. A `step` is built upon: after one has failed the rest is not tried. Nothing builds on an `aside`.
 * After each, nobody's browser may have had anything to complain about.
 */
export function story(options) {
  let world;
  let failed;
  after(() => closeWorld(world));

  const tell = (isBuiltUpon) => (name, act) => {
    test(name, { timeout: LONGEST }, async () => {
      if (failed) throw Object.assign(new Error(`not tried, because this failed: ${failed}`), { stack: "" });
      try {
        world ??= await openWorld(options);
        await act(world);
        for (const person of world.people) person.watch.assertNoSurprises();
      } catch (error) {
        if (isBuiltUpon || !world) failed = name;
        if (world) error.stack += `\n${whereabouts(world)}\n`;
        for (const person of world?.people ?? []) person.watch.forget();
        throw error;
      }
    });
  };
  return { step: tell(true), aside: tell(false) };
}

/** Where everybody was when it went wrong, and what the server said last. */
function whereabouts(world) {
  const people = world.people.map((person) => `${person.name} is at ${person.page.url()}`);
  return [...people, "The end of the server's log:", world.server.tail()].join("\n");
}
