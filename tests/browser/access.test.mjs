// Every main screen, on a phone and on a desk, light and dark: for people who do not see, hear or point as others do.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { furnish, HEIGHTS, SCHEMES, screens, WIDTHS } from "./support/gallery.mjs";
import { closeWorld, openWorld } from "./support/world.mjs";

/** The narrowest that a page must fit on: 1280 px at four times the size (WCAG 2.2, 1.4.10). */
const NARROWEST = 320;

const axe = await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** Only what keeps somebody out. */
const GRAVE = ["serious", "critical"];

describe("every screen can be used by everybody", () => {
  let world;
  let all;
  before(async () => {
    world = await openWorld();
    all = new Map(screens(await furnish(world)).map(([name, person, show]) => [name, { person, show }]));
  });
  after(() => closeWorld(world));

  // The names have to be known before there is anything to look at.
  const nobody = { world: {} };
  for (const [name] of screens({ ann: nobody, jo: nobody, dan: nobody, stranger: nobody })) {
    test(name, async () => {
      const { person, show } = all.get(name);
      try {
        await show(person);
        assert.deepEqual(await problemsOf(person.page), []);
        person.watch.assertNoSurprises();
      } finally {
        person.watch.forget();
      }
    });
  }
});

async function problemsOf(page) {
  await page.evaluate(axe);
  const problems = [];
  for (const width of [NARROWEST, ...WIDTHS]) {
    await page.setViewportSize({ width, height: HEIGHTS[width] });
    problems.push(...(await page.evaluate(whatSticksOut)).map((what) => `${width} px wide: sticks out: ${what}`));
    if (width === NARROWEST) continue;
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      for (const { id, impact, help, nodes } of violations.filter((it) => GRAVE.includes(it.impact))) {
        const where = nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ""}`).slice(0, 3).join("; ");
        problems.push(`${width} px wide, ${colorScheme}: ${impact}: ${help} (${id}): ${where}`);
      }
    }
  }
  return problems;
}

/** In the page: nothing, unless one would have to scroll sideways; then the elements that are to blame. */
function whatSticksOut() {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const tooFar = [...document.body.querySelectorAll("*")].filter((it) => it.getBoundingClientRect().right > room + 1);
  return tooFar.slice(-3).map((it) => it.cloneNode(false).outerHTML.slice(0, 100)).concat(`${document.documentElement.scrollWidth} px`);
}
