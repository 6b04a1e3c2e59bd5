// What a family offers besides the heart, written where the program reads it.

import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Maria's family offers these from now on: words with spaces between. */
export function offer(world, kinds) {
  const statement = `INSERT OR REPLACE INTO manners (site_id, reactions, prompts, hints, holds_new, unwanted_words, updated_at)
    SELECT id, '${kinds}', 1, 1, 0, '', updated_at FROM sites WHERE slug = 'maria'`;
  execFileSync("sqlite3", ["-cmd", ".timeout 5000", join(world.server.folder, "tidings.db"), statement]);
}
