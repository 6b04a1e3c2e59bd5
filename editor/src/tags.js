// HTML from a clipboard, rewritten before any parser of the browser sees it: tags with the few attributes that say
// something, and words. Even a document that nothing runs in would report what the page's policy forbids.

const KEPT = new Set(["alt", "aria-level", "class", "href", "role", "src", "start"]);
const NOT_WORDS = /^(?:script|title|textarea|xmp|iframe|noembed|noframes|noscript|plaintext|template|select|svg|math|object)$/;
const NO_USE = /^(?:base|meta|link|embed|form|input|button|frame|frameset|html|head|body)$/;

/** The same HTML with its styles as `data-style`, its stylesheets as `<textarea data-css>`, and nothing that acts. */
export function harmless(html) {
  let out = "";
  let at = 0;
  while (at < html.length) {
    const start = html.indexOf("<", at);
    if (start < 0) return out + html.slice(at);
    out += html.slice(at, start);
    const next = html[start + 1] ?? "";
    if (html.startsWith("<!--", start)) {
      const end = html.indexOf("-->", start + 4);
      at = end < 0 ? html.length : end + 3;
    } else if (next === "!" || next === "?") {
      const end = html.indexOf(">", start);
      at = end < 0 ? html.length : end + 1;
    } else if (/[a-z]/i.test(next) || (next === "/" && /[a-z]/i.test(html[start + 2] ?? ""))) {
      const tag = readTag(html, start);
      at = tag.end;
      if (!tag.isEnd && (tag.name === "style" || NOT_WORDS.test(tag.name))) {
        const [words, end] = until(html, at, tag.name);
        if (tag.name === "style") out += `<textarea data-css>${escape(words)}</textarea>`;
        at = end;
      } else if (/^[a-z][a-z0-9]*$/.test(tag.name) && !NO_USE.test(tag.name) && !NOT_WORDS.test(tag.name)) {
        out += tag.isEnd ? `</${tag.name}>` : `<${tag.name}${tag.attributes.map(([name, value]) => ` ${name}="${escape(value)}"`).join("")}>`;
      }
    } else {
      out += "&lt;";
      at = start + 1;
    }
  }
  return out;
}

function readTag(html, start) {
  const isEnd = html[start + 1] === "/";
  const name = /^[^\s/>]+/.exec(html.slice(start + (isEnd ? 2 : 1), start + 80))?.[0].toLowerCase() ?? "";
  const attributes = [];
  const attribute = /[\s/]*(?:([^\s/>=][^\s/>=]*)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']*)))?|(>))/y;
  attribute.lastIndex = start + (isEnd ? 2 : 1) + name.length;
  for (;;) {
    const found = attribute.exec(html);
    if (!found) {
      const end = html.indexOf(">", start);
      return { isEnd, name, attributes, end: end < 0 ? html.length : end + 1 };
    }
    if (found[5]) return { isEnd, name, attributes, end: attribute.lastIndex };
    const [, key, ...values] = found;
    const kept = key.toLowerCase() === "style" ? "data-style" : key.toLowerCase();
    if (kept === "data-style" || kept === "data-pm-slice" || KEPT.has(kept)) attributes.push([kept, values.find((it) => it !== undefined) ?? ""]);
  }
}

/** What stands before the end tag of an element, and where that ends. */
function until(html, from, name) {
  const end = new RegExp(`</${name}[^>]*>`, "gi");
  end.lastIndex = from;
  const found = end.exec(html);
  return found ? [html.slice(from, found.index), end.lastIndex] : [html.slice(from), html.length];
}

/** References stay what they are. */
function escape(text) {
  return text.replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
