// The writing surface: a textarea that says `data-editor` becomes one, and stays underneath as what is sent.

import { enhance } from "./editor.js";

export { toDocument } from "./read.js";
export { toMarkdown } from "./write.js";
export { cleanPaste } from "./paste.js";

if (typeof document !== "undefined") {
  for (const textarea of document.querySelectorAll("textarea[data-editor]")) enhance(textarea);
}
