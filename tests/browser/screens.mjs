// Takes a picture of every main screen, on a phone and on a desk, light and dark: node screens.mjs FOLDER [NAME…]

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { furnish, HEIGHTS, SCHEMES, screens, WIDTHS } from "./support/gallery.mjs";
import { closeWorld, openWorld } from "./support/world.mjs";

const [folder, ...names] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node screens.mjs FOLDER [NAME…]");
  process.exit(2);
}

const world = await openWorld();
try {
  await mkdir(folder, { recursive: true });
  const all = screens(await furnish(world));
  // "confirm" needs the mail that "sign-up-sent" asks for, so that every screen is visited, wanted or not.
  for (const [name, person, show] of all) {
    await show(person);
    if (names.length > 0 && !names.includes(name)) continue;
    for (const width of WIDTHS) {
      await person.page.setViewportSize({ width, height: HEIGHTS[width] });
      for (const colorScheme of SCHEMES) {
        await person.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await person.page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      }
    }
    console.log(name);
  }
} finally {
  await closeWorld(world);
}
