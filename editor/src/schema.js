// What an update can hold: exactly what light Markdown can say, and what the page shows of it.

import { Schema } from "prosemirror-model";

/** How a photo's address looks in the text. */
export const PHOTO = /^photo:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** The address of a link if it is one that the page would make a link of; nothing otherwise. */
export function safeAddress(href) {
  return /^(?:https?:\/\/|mailto:|tel:)/i.test(href) ? href : null;
}

export const schema = new Schema({
  nodes: {
    doc: { content: "block+" },
    paragraph: {
      content: "inline*",
      group: "block",
      parseDOM: [{ tag: "p" }],
      toDOM: () => ["p", 0],
    },
    blockquote: {
      content: "block+",
      group: "block",
      defining: true,
      parseDOM: [{ tag: "blockquote" }],
      toDOM: () => ["blockquote", 0],
    },
    heading: {
      attrs: { level: { default: 2 } },
      content: "inline*",
      group: "block",
      defining: true,
      parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({
        tag: `h${level}`,
        getAttrs: (dom) => ({ level: Number(dom.dataset.level) || (level > 2 ? 3 : 2) }),
      })),
      toDOM: ({ attrs: { level } }) => [level > 2 ? "h4" : "h3", { "data-level": level, "aria-level": level > 2 ? 3 : 2 }, 0],
    },
    bullet_list: {
      attrs: { bullet: { default: "-" }, tight: { default: true } },
      content: "list_item+",
      group: "block",
      parseDOM: [{ tag: "ul" }],
      toDOM: () => ["ul", 0],
    },
    ordered_list: {
      attrs: { order: { default: 1 }, delimiter: { default: "." }, tight: { default: true } },
      content: "list_item+",
      group: "block",
      parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ order: dom.hasAttribute("start") ? Math.max(0, dom.start) : 1 }) }],
      toDOM: ({ attrs: { order } }) => ["ol", order === 1 ? {} : { start: order }, 0],
    },
    list_item: {
      content: "block+",
      defining: true,
      parseDOM: [{ tag: "li" }],
      toDOM: () => ["li", 0],
    },
    horizontal_rule: {
      attrs: { markup: { default: "---" } },
      group: "block",
      parseDOM: [{ tag: "hr" }],
      toDOM: () => ["hr"],
    },
    text: { group: "inline" },
    hard_break: {
      inline: true,
      group: "inline",
      selectable: false,
      parseDOM: [{ tag: "br" }],
      toDOM: () => ["br"],
    },
    photo: {
      attrs: { id: {}, alt: { default: "" } },
      inline: true,
      group: "inline",
      draggable: true,
      parseDOM: [{
        tag: "img[src]",
        getAttrs: (dom) => {
          const id = /^\/photos\/([0-9a-f-]{36})\/\d+$/i.exec(dom.getAttribute("src"))?.[1];
          return id ? { id, alt: dom.getAttribute("alt") ?? "" } : false;
        },
      }],
      toDOM: ({ attrs: { id, alt } }) => ["img", { src: `/photos/${id}/320`, alt }],
    },
  },
  marks: {
    link: {
      attrs: { href: {}, title: { default: null } },
      inclusive: false,
      parseDOM: [{
        tag: "a[href]",
        getAttrs: (dom) => (safeAddress(dom.getAttribute("href")) ? { href: dom.getAttribute("href") } : false),
      }],
      toDOM: ({ attrs: { href } }) => ["a", safeAddress(href) ? { href, title: href } : {}, 0],
    },
    strong: {
      parseDOM: [{ tag: "strong" }, { tag: "b" }],
      toDOM: () => ["strong", 0],
    },
    em: {
      parseDOM: [{ tag: "em" }, { tag: "i" }],
      toDOM: () => ["em", 0],
    },
    code: {
      code: true,
      parseDOM: [{ tag: "code" }],
      toDOM: () => ["code", 0],
    },
  },
});
