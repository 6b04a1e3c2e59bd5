// Two versions of one draft, and what stays. Nothing goes by choosing: the other version is kept, and can be put back.

import { button, make, when } from "./dom.js";
import { isForTheSame, narrower } from "./words.js";

const FOR = { family: "For: Family only", organizers: "For: Organizers only" };

const version = (heading, words, audience) =>
  make(
    "section",
    { className: "version" },
    make("h3", {}, heading),
    audience && make("p", { className: "hint" }, FOR[words.audience] ?? "For: Everyone on the page"),
    words.title && make("p", { className: "version__title", dir: "auto" }, words.title),
    make("p", { className: "version__body", dir: "auto", tabIndex: 0 }, words.body || "No words yet."),
  );

/**
 * Shows both and waits for a choice. `theirs` has `title`, `body`, and who saved it and when; `choose` is called with
 * `"mine"`, `"theirs"` or `"both"`.
 */
export function offerChoice(saved, mine, theirs, choose) {
  const isOwn = !theirs.by || theirs.by === document.querySelector(".masthead__nav a[href='/account']")?.textContent;
  const whose = isOwn ? "the others" : `${theirs.by}’s`;
  const sentence = isOwn
    ? `There are other words in this draft, saved elsewhere (${when(theirs.saved_at)}). Nothing is lost: choose what stays.`
    : `${theirs.by} saved other words in this draft (${when(theirs.saved_at)}). Nothing is lost: choose what stays.`;
  const isDifferent = !isForTheSame(mine, theirs);
  const pick = (which) => () => {
    saved.clear("choice");
    choose(which);
  };
  saved.notice(
    "choice",
    sentence,
    make("div", { className: "versions" }, version(isOwn ? "In this window" : "Yours", mine, isDifferent), version(isOwn ? "Saved elsewhere" : whose, theirs, isDifferent)),
    make(
      "p",
      { className: "actions" },
      button("Keep mine", pick("mine")),
      button(`Keep ${whose}`, pick("theirs"), "button button--quiet"),
      button("Put both into one", pick("both"), "button button--quiet"),
    ),
  );
}

/** Mine first, and theirs below a line; for no more people than either. */
export function joined(mine, theirs) {
  return { title: mine.title || theirs.title, body: [mine.body.trim(), "---", theirs.body.trim()].join("\n\n"), audience: narrower(mine, theirs) };
}

/** The versions that were not chosen, below the desk until they are thrown away. */
export function showAside(place, versions, { putBack, throwAway }) {
  place.hidden = versions.length === 0;
  place.replaceChildren(
    ...versions.map((it) =>
      make(
        "details",
        {},
        make("summary", {}, `Other words in this draft, put aside ${when(it.at)}`),
        version("", it),
        make("p", { className: "actions" }, button("Put these back", () => putBack(it), "button button--quiet"), button("Throw them away", () => throwAway(it), "link")),
      ),
    ),
  );
}
