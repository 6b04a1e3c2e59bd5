// What is pasted from elsewhere: its structure stays, its looks go. Builds clean HTML of the few elements that there are.

const BLOCKS = new Set(["P", "DIV", "SECTION", "ARTICLE", "HEADER", "FOOTER", "MAIN", "ASIDE", "CENTER", "ADDRESS", "PRE", "FIGURE", "FIGCAPTION", "DL", "DT", "DD", "FORM", "FIELDSET", "TABLE", "TBODY", "THEAD", "TFOOT", "CAPTION", "BODY"]);
const DROPPED = new Set(["SCRIPT", "STYLE", "META", "LINK", "TITLE", "HEAD", "TEMPLATE", "SVG", "MATH", "OBJECT", "EMBED", "IFRAME", "NOSCRIPT", "AUDIO", "VIDEO", "CANVAS", "BUTTON", "SELECT", "TEXTAREA", "INPUT", "COL", "COLGROUP", "XML"]);

/** Clean HTML of what a clipboard holds. */
export function cleanPaste(html) {
  // Our own copies are clean already.
  if (/\sdata-pm-slice=/.test(html)) return withoutStyle(html);
  const source = new DOMParser().parseFromString(withoutStyle(html), "text/html");
  const writer = new Writer(source, classStyles(source));
  writer.children(source.body, {});
  return writer.finish();
}

/** Styles are read as words and never applied: the page allows none. */
function withoutStyle(html) {
  return html
    .replace(/<style\b/gi, "<textarea data-css")
    .replace(/<\/style\b/gi, "</textarea")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
}

/** What the stylesheet in a clipboard says of classes: Pages writes “span.s2 {font-weight: bold}”. */
function classStyles(source) {
  const styles = new Map();
  for (const { textContent } of source.querySelectorAll("textarea[data-css]")) {
    for (const [, selector, rules] of textContent.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
      for (const one of selector.split(",")) {
        const name = /\.([\w-]+)\s*$/.exec(one)?.[1];
        if (name) styles.set(name, `${styles.get(name) ?? ""};${rules}`);
      }
    }
  }
  return styles;
}

class Writer {
  #classes;
  #root;
  /** The open containers: the body of all, quotes, items of lists. */
  #stack;
  #block = null;

  constructor(source, classes) {
    this.#classes = classes;
    this.#root = source.implementation.createHTMLDocument("").body;
    this.#stack = [this.#root];
  }

  finish() {
    this.#endBlock();
    for (const empty of this.#root.querySelectorAll("li:empty, ul:empty, ol:empty, blockquote:empty")) empty.remove();
    return this.#root.innerHTML;
  }

  children(parent, marks) {
    let words = null;
    for (const node of parent.childNodes) {
      const item = node.nodeType === 1 ? this.#wordItem(node) : null;
      if (item) {
        words ??= [];
        this.#pushWordItem(words, node, item, marks);
        continue;
      }
      // Empty lines and comments between the items of Word's lists do not end them.
      if (words && (node.nodeType !== 1 || !node.textContent.trim()) && !/\S/.test(node.nodeType === 8 ? "" : node.textContent)) continue;
      words = this.#endWordList(words);
      this.#node(node, marks);
    }
    this.#endWordList(words);
  }

  #node(node, marks) {
    if (node.nodeType === 3) {
      this.#text(node.data, marks);
    } else if (node.nodeType === 1) {
      this.#element(node, marks);
    }
  }

  #element(node, outer) {
    const tag = node.tagName.toUpperCase();
    const style = this.#style(node);
    if (DROPPED.has(tag) || /display:none|mso-hide:all|visibility:hidden|mso-list:ignore/.test(style)) return;
    const marks = marked(tag, style, outer);
    const level = headingLevel(node, tag, style);
    if (level) {
      this.#inBlock(level, () => this.children(node, { ...marks, strong: false, heading: true }));
    } else if (tag === "BR") {
      this.#lineEnd();
    } else if (tag === "HR") {
      this.#endBlock();
      this.#top().append(this.#make("hr"));
    } else if (tag === "IMG") {
      this.#image(node);
    } else if (tag === "UL" || tag === "OL") {
      this.#list(node, tag, marks);
    } else if (tag === "LI") {
      this.#inside("li", () => this.children(node, marks));
    } else if (tag === "BLOCKQUOTE") {
      this.#inside("blockquote", () => this.children(node, marks));
    } else if (tag === "TR") {
      this.#row(node, marks);
    } else if (BLOCKS.has(tag)) {
      this.#endBlock();
      this.children(node, marks);
      this.#endBlock();
    } else if (tag === "A") {
      const href = node.getAttribute("href") ?? "";
      this.children(node, /^(?:https?:\/\/|mailto:)/i.test(href) ? { ...marks, href } : marks);
    } else {
      this.children(node, marks);
    }
  }

  #style(node) {
    const of_classes = Array.from(node.classList, (name) => this.#classes.get(name) ?? "").join(";");
    return `${of_classes};${node.getAttribute("data-style") ?? ""}`.toLowerCase().replace(/\s+/g, " ").replace(/ ?([:;]) ?/g, "$1");
  }

  // Containers and blocks

  #make(tag) {
    return this.#root.ownerDocument.createElement(tag);
  }

  #top() {
    return this.#stack.at(-1);
  }

  #inside(tag, write, attributes = {}) {
    this.#endBlock();
    const element = this.#make(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    this.#top().append(element);
    this.#stack.push(element);
    write();
    this.#endBlock();
    this.#stack.pop();
  }

  /** A list right in a list, as Google Docs and Word Online write it, belongs to the item before it. */
  #list(node, tag, marks) {
    this.#endBlock();
    const isLost = ["UL", "OL"].includes(this.#top().tagName);
    const host = isLost ? this.#top().lastElementChild : null;
    if (host) this.#stack.push(host);
    const start = tag === "OL" && /^\d{1,6}$/.test(node.getAttribute("start") ?? "") ? { start: node.getAttribute("start") } : {};
    this.#inside(tag.toLowerCase(), () => {
      for (const child of node.children) this.#element(child, marks);
    }, start);
    if (host) this.#stack.pop();
  }

  #inBlock(tag, write) {
    this.#endBlock();
    this.#block = this.#make(tag);
    write();
    this.#endBlock();
  }

  /** A paragraph ends; without a word in it, it was none. */
  #endBlock() {
    const block = this.#block;
    this.#block = null;
    if (!block) return;
    while (block.lastChild?.nodeName === "BR") block.lastChild.remove();
    while (block.firstChild?.nodeName === "BR") block.firstChild.remove();
    if (/[^\s\u00a0]/.test(block.textContent) || block.querySelector("img")) this.#top().append(block);
  }

  #row(row, marks) {
    const cells = Array.from(row.children).filter((cell) => /^T[DH]$/.test(cell.tagName));
    const isLayout = cells.length < 2 || cells.some((cell) => cell.querySelector("table, ul, ol, p + p, div + div, h1, h2, h3"));
    this.#endBlock();
    let isFirst = true;
    for (const cell of cells) {
      if (isLayout) {
        this.children(cell, marks);
        this.#endBlock();
      } else if (/\S/.test(cell.textContent)) {
        if (!isFirst) this.#text(" · ", {});
        isFirst = false;
        this.#inlineOnly(cell, marks);
      }
    }
    this.#endBlock();
  }

  /** What is in a cell, on one line. */
  #inlineOnly(node, outer) {
    for (const child of node.childNodes) {
      if (child.nodeType === 3) this.#text(child.data, outer);
      else if (child.nodeType === 1 && !DROPPED.has(child.tagName.toUpperCase())) {
        this.#inlineOnly(child, marked(child.tagName, this.#style(child), outer));
      }
    }
  }

  // Words

  #text(data, marks) {
    const text = data.replace(/[ \t\r\n\f]+/g, " ").replace(/\u00a0(?= |$)|(?<= |^)\u00a0/g, " ").replace(/ {2,}/g, " ");
    if (!text || (text === " " && !this.#block)) return;
    this.#block ??= this.#make("p");
    let node = this.#root.ownerDocument.createTextNode(this.#block.hasChildNodes() ? text : text.trimStart());
    if (!node.data) return;
    const wrap = (tag) => {
      const element = this.#make(tag);
      element.append(node);
      node = element;
      return element;
    };
    if (marks.em) wrap("em");
    if (marks.strong && !marks.heading) wrap("strong");
    if (marks.href) wrap("a").setAttribute("href", marks.href);
    this.#block.append(node);
  }

  /** One line end stays one, two are the end of a paragraph. */
  #lineEnd() {
    if (!this.#block) return;
    if (this.#block.lastChild?.nodeName === "BR") this.#endBlock();
    else this.#block.append(this.#make("br"));
  }

  #image(node) {
    if (!/^\/photos\/[0-9a-f-]{36}\/\d+$/.test(node.getAttribute("src") ?? "")) return;
    this.#block ??= this.#make("p");
    const image = this.#make("img");
    image.setAttribute("src", node.getAttribute("src"));
    image.setAttribute("alt", node.getAttribute("alt") ?? "");
    this.#block.append(image);
  }

  // Word's lists, which are paragraphs that say that they are items

  #wordItem(node) {
    if (!/^(?:P|DIV|H[1-6])$/.test(node.tagName)) return null;
    const [, depth] = /mso-list:\S+ level(\d+)/.exec(this.#style(node)) ?? [];
    if (!depth) return null;
    const sign = Array.from(node.querySelectorAll("[data-style]")).find((it) => /mso-list:\s*ignore/i.test(it.getAttribute("data-style")));
    const isOrdered = /^[\s\u00a0]*\(?(?:\d+|[a-z]{1,4})[.)]/i.test(sign?.textContent ?? "");
    const [, start] = /(\d+)[.)]/.exec(sign?.textContent ?? "") ?? [];
    return { depth: Number(depth), tag: isOrdered ? "ol" : "ul", start };
  }

  #pushWordItem(open, node, { depth, tag, start }, marks) {
    this.#endBlock();
    while (open.length > 0 && (open.at(-1).depth > depth || (open.at(-1).depth === depth && open.at(-1).tag !== tag))) this.#closeWordLevel(open);
    if (open.length === 0 || open.at(-1).depth < depth) {
      const list = this.#make(tag);
      if (tag === "ol" && start && start !== "1") list.setAttribute("start", start);
      this.#top().append(list);
      open.push({ depth, tag, list });
    } else {
      this.#stack.pop();
    }
    const item = this.#make("li");
    open.at(-1).list.append(item);
    this.#stack.push(item);
    this.children(node, marks);
    this.#endBlock();
  }

  #closeWordLevel(open) {
    this.#endBlock();
    this.#stack.pop();
    open.pop();
  }

  #endWordList(open) {
    while (open?.length > 0) this.#closeWordLevel(open);
    return null;
  }
}

function marked(tag, style, outer) {
  const marks = { ...outer };
  if (/^(?:B|STRONG)$/i.test(tag)) marks.strong = true;
  if (/^(?:I|EM)$/i.test(tag)) marks.em = true;
  const weight = /font-weight:(\w+)/.exec(style)?.[1] ?? /font:[^;]*\b(bold|[6-9]00)\b/.exec(style)?.[1];
  if (weight) marks.strong = /^bold|^[6-9]00/.test(weight);
  const slant = /font-style:(\w+)/.exec(style)?.[1] ?? /font:[^;]*\b(italic|oblique)\b/.exec(style)?.[1];
  if (slant) marks.em = /^(?:italic|oblique)/.test(slant);
  return marks;
}

function headingLevel(node, tag, style) {
  const own = /^H([1-6])$/.exec(tag)?.[1] ?? /mso-outline-level:(\d)/.exec(style)?.[1];
  if (own) return Number(own) > 2 ? "h3" : "h2";
  if (node.getAttribute("role") === "heading") return Number(node.getAttribute("aria-level")) > 2 ? "h3" : "h2";
  return /^Mso(?:Title|Subtitle)/.test(node.className) ? "h2" : null;
}
