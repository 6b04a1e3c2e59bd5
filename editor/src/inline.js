// The words of one paragraph or heading → Markdown, with no character more escaped than has to be.

import { toDocument } from "./read.js";

const known = new WeakMap();

/** The Markdown of what stands in a paragraph or heading. It is read back, and written with more care if that fails. */
export function inlineMarkdown(node, { inHeading = false } = {}) {
  const cached = known.get(node);
  if (cached && cached.inHeading === inHeading) return cached.text;
  const wanted = signature(node);
  const ways = [{}, { em: "_" }, { encode: true }, { em: "_", encode: true }, { plain: true }];
  let text = "";
  for (const way of ways) {
    text = write(node, { ...way, inHeading });
    const read = toDocument(inHeading ? `# ${text}` : text);
    if (read.childCount === 1 && signature(read.firstChild) === wanted) break;
  }
  known.set(node, { text, inHeading });
  return text;
}

/** What a reader sees: every character and how it is marked. Empty space looks the same in bold. */
function signature(node) {
  const out = [];
  node.forEach((child) => {
    const marks = child.marks.map((mark) => `${mark.type.name}${mark.attrs.href ?? ""}`).sort().join("+");
    if (child.isText) for (const it of child.text) out.push(/\s/.test(it) ? " " : `${it}${marks}`);
    else if (child.type.name === "photo") out.push(`photo ${child.attrs.id} ${child.attrs.alt.trim()} ${marks}`);
    else out.push("\n");
  });
  return out.join("\u0000").replace(/(?:\u0000? )+/g, "\u0000 ").replace(/(?:\u0000 )?\u0000?\n(?:\u0000 )?/g, "\n").replace(/^[\u0000\s]+|[\u0000\s]+$/g, "");
}

function write(node, way) {
  const steps = tidy(stepsOf(node, way));
  let out = "";
  const isLineStart = () => !way.inHeading && /(^|\n)$/.test(out);
  steps.forEach((step, index) => {
    switch (step.kind) {
      case "text": {
        const text = isLineStart() ? step.text.trimStart() : step.text;
        out += (step.encoded ?? "") + escape(text, { before: out, inLink: step.inLink, isLineStart: isLineStart(), next: steps[index + 1] });
        break;
      }
      case "break":
        out = out.replace(/[ \t]+$/, "");
        // An empty line would end the paragraph.
        out += /(^|\n)$/.test(out) ? "\\\n" : "\n";
        break;
      case "photo":
        out += `![${escape(step.alt, { inLink: true })}](photo:${step.id})`;
        break;
      case "code":
        out += code(step.text);
        break;
      case "open":
        if (step.mark.type.name === "link") {
          out += "[";
        } else {
          if (way.encode) out = encodeLast(out, steps[index + 1]);
          out += sign(step.mark, way);
        }
        break;
      case "auto":
        out += `<${step.text}>`;
        break;
      case "close":
        out += step.mark.type.name === "link" ? `](${target(step.mark.attrs)})` : sign(step.mark, way);
        if (way.encode && step.mark.type.name !== "link") encodeFirst(out, steps, index);
        break;
    }
  });
  return out.replace(/[ \t]+$/, "");
}

function sign(mark, { em = "*" }) {
  return mark.type.name === "strong" ? "**" : em;
}

/** The words as steps: marks that open and close around texts, properly nested, the longest outermost. */
function stepsOf(node, way) {
  const steps = [];
  const open = [];
  const nodes = [];
  node.forEach((child) => nodes.push(child));
  const wanted = (child) => child.marks.filter((mark) => mark.type.name !== "code" && (!way.plain || mark.type.name === "link"));
  const reach = (mark, from) => {
    let at = from;
    while (at < nodes.length && mark.isInSet(nodes[at].marks)) at += 1;
    return at;
  };
  const closeDownTo = (count) => {
    while (open.length > count) steps.push({ kind: "close", mark: open.pop() });
  };
  nodes.forEach((child, index) => {
    const marks = wanted(child);
    const kept = open.findIndex((mark) => !mark.isInSet(marks));
    closeDownTo(kept < 0 ? open.length : kept);
    const fresh = marks.filter((mark) => !mark.isInSet(open));
    fresh.sort((one, other) => reach(other, index) - reach(one, index));
    for (const mark of fresh) {
      open.push(mark);
      steps.push({ kind: "open", mark });
    }
    const inLink = open.some((mark) => mark.type.name === "link");
    if (child.type.name === "photo") steps.push({ kind: "photo", ...child.attrs });
    else if (!child.isText) steps.push({ kind: "break" });
    else if (child.marks.some((mark) => mark.type.name === "code")) steps.push({ kind: "code", text: child.text });
    else for (const text of child.text.match(/^\s+|\s+$|\S(?:.*\S)?/gsu) ?? []) steps.push({ kind: "text", text, inLink });
  });
  closeDownTo(0);
  return steps;
}

const isSpace = (step) => step?.kind === "break" || (step?.kind === "text" && !/\S/.test(step.text));

/** Empty space moves out of marks, marks with nothing in them go, and what ends only to begin again does not. */
function tidy(steps) {
  for (let at = 0; at < steps.length - 1; ) {
    const [one, other] = [steps[at], steps[at + 1]];
    if (one.kind === "open" && isSpace(other)) {
      steps.splice(at, 2, { ...other, inLink: false }, one);
    } else if (isSpace(one) && other.kind === "close") {
      steps.splice(at, 2, other, { ...one, inLink: false });
    } else if (one.kind === "open" && other.kind === "close") {
      steps.splice(at, 2);
    } else if (one.kind === "close" && other.kind === "open" && one.mark.eq(other.mark)) {
      steps.splice(at, 2);
    } else {
      at += 1;
      continue;
    }
    at = Math.max(0, at - 1);
  }
  while (isSpace(steps[0])) steps.shift();
  while (isSpace(steps.at(-1))) steps.pop();
  // An address that is its own words.
  for (let at = 0; at + 2 < steps.length; at += 1) {
    const [open, text, close] = steps.slice(at, at + 3);
    if (open.kind === "open" && open.mark.type.name === "link" && text.kind === "text" && close.mark === open.mark && isAuto(open.mark.attrs, text.text)) {
      steps.splice(at, 3, { kind: "auto", text: text.text });
    }
  }
  return steps;
}

function isAuto({ href, title }, text) {
  if (title) return false;
  if (href === text) return /^https?:\/\/[\w.~:/?#@!$&'()*+,;=%-]+$/i.test(text);
  return href === `mailto:${text}` && /^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$/.test(text);
}

function target({ href, title }) {
  const plain = /^[^\s\p{Cc}<>()\\&"'`[\]]+(?:\([^\s<>()\\&"'`[\]]*\)[^\s\p{Cc}<>()\\&"'`[\]]*)*$/u.test(href) || /^https?:\/\/[\w.~:/?#@!$,;=%-]+(?:&[\w.~:/?#@!$,=%-]+)*$/.test(href);
  const shown = plain ? href : `<${protect(href.replace(/[<>\\]/g, "\\$&"))}>`;
  return title ? `${shown} "${protect(title.replace(/["\\]/g, "\\$&")).replace(/\n/g, "&#10;")}"` : shown;
}

function protect(text) {
  return text.replace(/&(?=#?\w+;)/g, "\\&").replace(/[\n\r]/g, (it) => `&#${it.charCodeAt(0)};`);
}

function code(text) {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = /^`|`$/.test(text) || (/^ .* $/s.test(text) && /\S/.test(text)) ? " " : "";
  return fence + pad + text + pad + fence;
}

const WORD = /[\p{L}\p{N}]/u;
const SIGN = /[\p{P}\p{S}]/u;

function encode(char) {
  return `&#${char.codePointAt(0)};`;
}

/** A letter right before a mark that opens with a sign: written as a number, it does not keep the mark from opening. */
function encodeLast(out, next) {
  const last = Array.from(out.slice(-2)).at(-1);
  const first = next?.kind === "text" ? Array.from(next.text)[0] : "!";
  return last && WORD.test(last) && SIGN.test(first) ? out.slice(0, -last.length) + encode(last) : out;
}

function encodeFirst(out, steps, index) {
  const next = steps[index + 1];
  if (next?.kind !== "text") return;
  const first = Array.from(next.text)[0];
  if (WORD.test(first)) steps[index + 1] = { ...next, encoded: encode(first), text: next.text.slice(first.length) };
}

const PUNCTUATION = /[!-/:-@[-`{-~]/;

/** Escapes what would be read as markup, and nothing else. */
function escape(text, { before = "", inLink = false, isLineStart = false, next } = {}) {
  const at = (index) => (index < 0 ? (before.at(-1) ?? " ") : index < text.length ? text[index] : next ? "*" : " ");
  const ends = (index) => index >= text.length && (!next || next.kind === "break");
  let out = text.replace(/[\\`*_[\]<&!]/g, (sign, index) => {
    const [last, following] = [at(index - 1), at(index + 1)];
    switch (sign) {
      case "\\":
        return PUNCTUATION.test(following) || ends(index + 1) ? "\\\\" : sign;
      case "`":
        return "\\`";
      case "*":
        return /\s/.test(last) && /\s/.test(following) && (index > 0 || !isLineStart) ? sign : "\\*";
      case "_":
        return (/[A-Za-z0-9]/.test(last) && /[A-Za-z0-9]/.test(following)) || (/\s/.test(last) && /\s/.test(following) && index > 0) ? sign : "\\_";
      case "[":
        return !inLink && /^\[[^\\[\]*_`<&!]*\](?![(:[])/s.test(text.slice(index)) ? sign : "\\[";
      case "]":
        return inLink ? "\\]" : sign;
      case "<":
        return /[A-Za-z/!?]/.test(following) ? "\\<" : sign;
      case "&":
        return /^&(?:#\d+|#[xX][\da-fA-F]+|\w+);/.test(text.slice(index)) ? "\\&" : sign;
      default:
        return following === "[" || index === text.length - 1 && next?.kind === "open" && next.mark.type.name === "link" ? "\\!" : sign;
    }
  });
  if (isLineStart) {
    out = out
      .replace(/^(?=#{1,6}(?:\s|$)|>|[-+](?:\s|$)|~~~|[-=][-=\s]*$)/, "\\")
      .replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
  }
  return out;
}
