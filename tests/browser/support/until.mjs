import { setTimeout as pause } from "node:timers/promises";

/** How long anything may take before a test says that it did not happen. */
export const PATIENCE = 10_000;

/** Asks again and again until `look` answers with something; says what was waited for when it never does. */
export async function until(what, look, within = PATIENCE) {
  const end = Date.now() + within;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited ${within} ms in vain for ${what}`);
    await pause(20);
  }
}
