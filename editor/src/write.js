// Document → light Markdown. What was read comes back as it was wherever the page shows it the same.

import { inlineMarkdown } from "./inline.js";

/** The text that a document is. */
export function toMarkdown(doc) {
  return blocks(children(doc)).join("\n");
}

function children(node) {
  return Array.from({ length: node.childCount }, (_, index) => node.child(index));
}

/** The lines of blocks that follow each other, with an empty line between two of them. */
function blocks(nodes) {
  const out = [];
  let before = null;
  for (const node of nodes) {
    const lines = block(node, before);
    if (lines.length === 0) continue;
    if (out.length > 0) out.push("");
    out.push(...lines);
    before = node;
  }
  return out;
}

function block(node, before) {
  switch (node.type.name) {
    case "paragraph":
      return inlineMarkdown(node).split("\n").filter((line, _, all) => all.length > 1 || line);
    case "heading":
      return heading(node);
    case "blockquote":
      return blocks(children(node)).map((line) => (line ? `> ${line}` : ">"));
    case "bullet_list":
    case "ordered_list":
      return list(node, before);
    case "horizontal_rule":
      return [node.attrs.markup];
    default:
      throw new RangeError(`no Markdown for ${node.type.name}`);
  }
}

function heading(node) {
  const lines = inlineMarkdown(node).split("\n");
  const { level } = node.attrs;
  if (lines.length === 1) {
    // Hashes at the end would be taken for a closing of the heading.
    const text = inlineMarkdown(node, { inHeading: true }).replace(/(^|\s)(#+)$/, "$1\\$2");
    return text ? [`${"#".repeat(level)} ${text}`] : [];
  }
  return level > 2 ? [`${"#".repeat(level)} ${lines.join(" ")}`] : [...lines, level === 1 ? "===" : "---"];
}

function list(node, before) {
  const isOrdered = node.type.name === "ordered_list";
  let number = isOrdered ? node.attrs.order : 0;
  const sign = signOf(node, before);
  const items = [];
  for (const item of children(node)) {
    const parts = children(item).map((part, index) => ({ part, lines: block(part, index ? item.child(index - 1) : null) }));
    const held = parts.filter(({ lines }) => lines.length > 0);
    // An item with nothing in it would, as the first one, be read as something else.
    if (held.length === 0 && items.length === 0) {
      number += 1;
      continue;
    }
    const mark = isOrdered ? `${Math.min(number, 999_999_999)}${sign}` : sign;
    items.push({ mark, held });
    number += 1;
  }
  while (items.length > 0 && items.at(-1).held.length === 0) items.pop();
  const tight = node.attrs.tight && items.every(({ held }) => held.every((it, index) => index === 0 || follows(held[index - 1], it)));
  return items.flatMap(({ mark, held }, index) => {
    const between = index > 0 && !tight ? [""] : [];
    return [...between, ...itemLines(mark, held, tight)];
  });
}

function itemLines(mark, held, tight) {
  const lines = held.flatMap(({ part, lines: own }, index) => {
    const lines_of_part = index === 0 && part.type.name === "horizontal_rule" ? ["___"] : own;
    return index > 0 && !tight ? ["", ...lines_of_part] : lines_of_part;
  });
  if (lines.length === 0) return [mark];
  const indent = " ".repeat(mark.length + 1);
  return lines.map((line, index) => (index === 0 ? `${mark} ${line}` : line && indent + line));
}

/** Whether a block is read as one of its own right below another, without an empty line between. */
function follows({ part: above }, { part, lines }) {
  const isWords = above.type.name === "paragraph" || above.type.name === "heading";
  if (!isWords) return false;
  switch (part.type.name) {
    case "bullet_list":
      return /^[-*+] /.test(lines[0]);
    case "ordered_list":
      return /^1[.)] /.test(lines[0]);
    case "blockquote":
      return true;
    case "heading":
      return lines.length === 1;
    default:
      return false;
  }
}

/** What stands before an item: another sign than that of a list right before, or they would be one list. */
function signOf(node, before) {
  const isBeside = before?.type === node.type;
  if (node.type.name === "ordered_list") {
    const { delimiter } = node.attrs;
    return isBeside && lastSign.get(before) === delimiter ? remember(node, delimiter === "." ? ")" : ".") : remember(node, delimiter);
  }
  const { bullet } = node.attrs;
  const taken = isBeside ? lastSign.get(before) : null;
  const free = ["-", "*", "+"].filter((sign) => sign !== taken);
  const sign = free.includes(bullet) ? bullet : free[0];
  return remember(node, sign);
}

const lastSign = new WeakMap();

function remember(node, sign) {
  lastSign.set(node, sign);
  return sign;
}
