// Leaving words without belonging to a page.

import { until } from "./until.mjs";

/** As old as a form has to be, in milliseconds, before it is taken for somebody's who has read it. */
const OLD_ENOUGH = 3_100;

/** Fills in the form for visitors and sends it, when it has stood there for as long as it takes to read it. */
export async function leavesWords(person, button, fields, sentence = "One press is left") {
  for (const [label, text] of Object.entries(fields)) await person.fill(label, text);
  await until("the form to be old enough", () =>
    person.page.evaluate((age) => performance.now() > age, OLD_ENOUGH));
  await person.press(button);
  await person.sees(sentence);
}
