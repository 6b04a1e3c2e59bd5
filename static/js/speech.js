// Reading aloud with the device's own voice. Nothing leaves the device for it that the browser does not send by itself.

/** Chrome stops after a quarter of a minute, whatever it is saying: some ten seconds of speech at a time. */
const LONGEST = 180;

/** How long to wait for the list of voices, in milliseconds: it is there a little after the page is. */
const PATIENCE = 1_500;

const synthesis = globalThis.speechSynthesis;

/** Whether the device can read aloud at all. */
export const canSpeak = synthesis !== undefined && typeof SpeechSynthesisUtterance === "function";

/** What one utterance says: sentences, and long ones in parts that end at a word. */
export function chunks(text, language) {
  return sentences(text, language).flatMap((sentence) => (sentence.length > LONGEST ? cut(sentence) : [sentence]));
}

function sentences(text, language) {
  const lines = text.split(/\n+/);
  const split = globalThis.Intl?.Segmenter
    ? (line) => [...new Intl.Segmenter(language, { granularity: "sentence" }).segment(line)].map((it) => it.segment)
    : (line) => line.match(/[^.!?…。！？]+[.!?…。！？]*/g) ?? [line];
  return lines.flatMap(split).map((it) => it.trim()).filter((it) => /[\p{L}\p{N}]/u.test(it));
}

function cut(sentence) {
  const parts = [];
  let part = "";
  for (const word of sentence.split(/(?<=\s)/)) {
    // A word that is longer by itself is a script without spaces, or no word.
    const letters = [...word];
    for (let from = 0; from < letters.length; from += LONGEST) {
      const piece = letters.slice(from, from + LONGEST).join("");
      if (part && part.length + piece.length > LONGEST) {
        parts.push(part.trim());
        part = "";
      }
      part += piece;
    }
  }
  return [...parts, part.trim()].filter(Boolean);
}

function voices() {
  const found = synthesis.getVoices();
  if (found.length > 0) return Promise.resolve(found);
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      synthesis.removeEventListener?.("voiceschanged", done);
      resolve(synthesis.getVoices());
    };
    const timer = setTimeout(done, PATIENCE);
    synthesis.addEventListener?.("voiceschanged", done);
  });
}

const parts = (tag) => tag.replaceAll("_", "-").toLowerCase().split("-");

/**
 * The best voice for a language: of its region before that of another one, on the device before one that needs a network.
 * Never one of another language: words read as if they were something else are no words.
 */
export function voiceFor(all, language) {
  const [wanted, ...rest] = parts(language);
  const rank = (voice) => {
    const [, ...more] = parts(voice.lang);
    return (rest.some((it) => more.includes(it)) ? 4 : 0) + (voice.localService ? 2 : 0) + (voice.default ? 1 : 0);
  };
  return all.filter((voice) => parts(voice.lang)[0] === wanted).sort((a, b) => rank(b) - rank(a))[0];
}

let turn = 0;
// Chrome forgets an utterance that nothing holds, and with it to say when it has ended.
let saying;

/** Says no more. */
export function stop() {
  turn += 1;
  saying = undefined;
  if (canSpeak) synthesis.cancel();
}

/**
 * Says these, one after the other: `{ text, language, isLeft }`, where `isLeft` says that it is left out if there is no
 * voice for it. Answers with "ended", "stopped", or the language that there is no voice for.
 */
export async function speak(texts) {
  stop();
  const mine = turn;
  const all = await voices();
  for (const { text, language, isLeft } of texts) {
    const voice = voiceFor(all, language);
    // Some devices name no voices and speak all the same.
    if (!voice && all.length > 0) {
      if (isLeft) continue;
      return mine === turn ? { missing: language } : "stopped";
    }
    for (const chunk of chunks(text, language)) {
      if (mine !== turn) return "stopped";
      const problem = await say(chunk, language, voice);
      if (mine !== turn) return "stopped";
      if (["language-unavailable", "voice-unavailable"].includes(problem)) return { missing: language };
      // The device wants to be touched before it speaks, or cannot just now.
      if (problem) return "ended";
    }
  }
  return "ended";
}

function say(text, language, voice) {
  return new Promise((resolve) => {
    saying = new SpeechSynthesisUtterance(text);
    saying.lang = voice?.lang.replaceAll("_", "-") ?? language;
    if (voice) saying.voice = voice;
    saying.rate = 0.92;
    saying.onend = () => resolve();
    saying.onerror = (event) => resolve(event.error || "failed");
    synthesis.speak(saying);
  });
}

/** What a language is called, for a sentence. */
export function nameOf(language) {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(language.split("-")[0]);
  } catch {
    return "this language";
  }
}
