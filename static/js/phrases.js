// Phrases that are known to hurt, found in a text. Knows neither page nor network.

/** Text as the patterns know it: lower case, no accents or apostrophes, `|` where a sentence or a part of one ends. */
export function fold(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/['’‘`´ʼ]/g, "")
    .replace(/[.!?;:,()"“”„«»…\n\r–—]+/g, " | ")
    .replace(/[^\p{L}\p{N}|]+/gu, " ")
    .replace(/(?:\| )+/g, "| ")
    .trim();
}

/** The phrases of a language, ready to be looked for. */
export function readPhrases({ unless_after: unless, hints }) {
  return { unless: new RegExp(unless), hints: hints.map((hint) => ({ ...hint, pattern: new RegExp(hint.pattern, "g") })) };
}

/** The hints that a text gives cause to, in their order. */
export function hintsFor(phrases, text) {
  const folded = fold(text);
  return phrases.hints.filter((hint) =>
    [...folded.matchAll(hint.pattern)].some((found) => {
      const sentence = folded.slice(0, found.index).split("|").pop();
      return !phrases.unless.test(sentence);
    }),
  );
}
