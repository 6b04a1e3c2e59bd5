// The suite's own eye: a page that does what none may is noticed, with and without JavaScript.

import assert from "node:assert/strict";
import { describe } from "node:test";

import { until } from "./support/until.mjs";
import { story } from "./support/world.mjs";

const CSP = "default-src 'none'; script-src 'nonce-x'; style-src 'self'; img-src *";

for (const javaScript of [true, false]) {
  describe(`the eye on every page ${javaScript ? "with" : "without"} JavaScript`, () => {
    const { step } = story({ javaScript });

    async function noticed(world, html, pattern) {
      const person = await world.arrives("Eve");
      await person.context.route("**/trap", (route) => {
        route.fulfill({ contentType: "text/html", headers: { "content-security-policy": CSP }, body: html });
      });
      await person.visit("/trap");
      await until(`${pattern} to be noticed`, () => {
        try {
          person.watch.assertNoSurprises();
          return false;
        } catch (error) {
          assert.match(error.message, pattern);
          return true;
        }
      });
      await person.leave();
    }

    step("inline style is noticed", (world) => noticed(world, '<p style="color: red">x</p>', /Content Security Policy/i));

    step("a request to another origin is noticed", (world) => {
      return noticed(world, '<img src="https://elsewhere.example/pixel.gif">', /elsewhere: https:\/\/elsewhere\.example/);
    });

    step("a file that is missing is noticed", (world) => noticed(world, '<img src="/static/x/none.png">', /missing: GET .* 404/));

    if (javaScript) {
      step("inline script is noticed", (world) => noticed(world, "<script>1</script>", /Content Security Policy/i));

      step("an error in a script is noticed", (world) => {
        return noticed(world, '<script nonce="x">throw new Error("oh no")</script>', /uncaught: Error: oh no/);
      });
    }
  });
}
