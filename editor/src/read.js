// Light Markdown → document, as src/text/markdown.rs reads it: a line end stays a line end, HTML and programs are words,
// pictures from elsewhere are links.

import MarkdownIt from "markdown-it";
import { MarkdownParser } from "prosemirror-markdown";

import { PHOTO, schema } from "./schema.js";

// Nothing is refused or rewritten here: what may be a link is for the page to say, and the words must come back as they were.
const markdown = new MarkdownIt("commonmark", { html: true, maxNesting: 10_000 });
markdown.validateLink = () => true;
markdown.normalizeLink = (address) => address;
markdown.normalizeLinkText = (words) => words;

/** A document of what somebody wrote. */
export function toDocument(text) {
  return parser.parse(text);
}

const tokenizer = { parse: (text, env) => markdown.parse(text, env).flatMap(block) };

const parser = new MarkdownParser(schema, tokenizer, {
  paragraph: { block: "paragraph" },
  blockquote: { block: "blockquote" },
  list_item: { block: "list_item" },
  bullet_list: {
    block: "bullet_list",
    getAttrs: (token, tokens, index) => ({ bullet: token.markup, tight: isTight(tokens, index) }),
  },
  ordered_list: {
    block: "ordered_list",
    getAttrs: (token, tokens, index) => ({
      order: Number(token.attrGet("start") ?? 1),
      delimiter: token.markup,
      tight: isTight(tokens, index),
    }),
  },
  heading: { block: "heading", getAttrs: (token) => ({ level: Number(token.tag.slice(1)) }) },
  hr: { node: "horizontal_rule", getAttrs: (token) => ({ markup: token.markup }) },
  hardbreak: { node: "hard_break" },
  photo: { node: "photo", getAttrs: (token) => token.meta },
  em: { mark: "em" },
  strong: { mark: "strong" },
  link: { mark: "link", getAttrs: (token) => ({ href: token.attrGet("href"), title: token.attrGet("title") || null }) },
  code_inline: { mark: "code", noCloseToken: true },
});

function isTight(tokens, index) {
  for (let at = index + 1; at < tokens.length; at += 1) {
    if (tokens[at].type !== "list_item_open") return tokens[at].type !== "paragraph_open" || tokens[at].hidden;
  }
  return true;
}

function block(token) {
  switch (token.type) {
    case "code_block":
    case "fence":
    case "html_block":
      return [
        make(token, "paragraph_open", 1),
        Object.assign(make(token, "inline", 0), { children: lines(token, token.content.replace(/\n+$/, "")) }),
        make(token, "paragraph_close", -1),
      ];
    case "inline":
      token.children = inline(token.children);
      return [token];
    default:
      return [token];
  }
}

function inline(tokens) {
  const open = { em: 0, strong: 0 };
  const out = [];
  for (const token of tokens) {
    switch (token.type) {
      case "softbreak":
        out.push(make(token, "hardbreak", 0));
        break;
      case "html_inline":
        out.push(...lines(token, token.content));
        break;
      case "image":
        out.push(...picture(token));
        break;
      // Bold in bold is bold: only the outermost counts.
      case "em_open":
      case "strong_open":
        if ((open[token.tag] += 1) === 1) out.push(token);
        break;
      case "em_close":
      case "strong_close":
        if ((open[token.tag] -= 1) === 0) out.push(token);
        break;
      // A link without words shows where it leads.
      case "link_close":
        if (out.at(-1)?.type === "link_open") out.push(text(token, out.at(-1).attrGet("href")));
        out.push(token);
        break;
      default:
        out.push(token);
    }
  }
  return out;
}

function picture(token) {
  const id = PHOTO.exec(token.attrGet("src"))?.[1].toLowerCase();
  if (id) return [Object.assign(make(token, "photo", 0), { meta: { id, alt: words(token.children) } })];
  const link = make(token, "link_open", 1);
  link.attrs = [["href", token.attrGet("src")], ["title", token.attrGet("title") ?? ""]];
  return inline([link, ...token.children, make(token, "link_close", -1)]);
}

function words(tokens) {
  return tokens.map((token) => {
    if (token.type === "softbreak" || token.type === "hardbreak") return " ";
    return token.type === "image" ? words(token.children) : token.content;
  }).join("");
}

function lines(token, content) {
  return content.split("\n").flatMap((line, index) => {
    const line_end = index > 0 ? [make(token, "hardbreak", 0)] : [];
    return line ? [...line_end, text(token, line)] : line_end;
  });
}

function text(token, content) {
  return Object.assign(make(token, "text", 0), { content });
}

function make(token, type, nesting) {
  return Object.assign(new token.constructor(type, "", nesting), { level: token.level });
}
