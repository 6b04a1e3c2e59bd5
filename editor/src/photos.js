// Photos in the text: what stands for one while one writes, the words about it, and where a new one goes.

import { NodeSelection, TextSelection } from "prosemirror-state";

import { make } from "./dom.js";
import { askFor } from "./dialog.js";
import { schema } from "./schema.js";

const { nodes } = schema;

/** How long to wait before looking again for a photo that is still being prepared: longer each time, and not for ever. */
const PATIENCE = [2_000, 4_000, 8_000, 15_000, 30_000];

/** What stands for a photo on the surface. */
export class PhotoView {
  #words = make("span", { class: "editor__caption" });
  #image = make("img", { alt: "" });
  #timer = null;
  #tries = 0;

  constructor(node) {
    this.node = node;
    this.dom = make("span", { class: "editor__photo", contenteditable: "false", role: "img" }, this.#image, this.#words);
    this.#image.addEventListener("load", () => this.dom.classList.remove("editor__photo--missing"));
    this.#image.addEventListener("error", () => this.#later());
    this.#show();
  }

  update(node) {
    if (node.type !== nodes.photo) return false;
    const isOther = node.attrs.id !== this.node.attrs.id;
    this.node = node;
    this.#show(isOther);
    return true;
  }

  destroy() {
    clearTimeout(this.#timer);
  }

  ignoreMutation() {
    return true;
  }

  #show(isOther = true) {
    const { id, alt } = this.node.attrs;
    this.dom.setAttribute("aria-label", alt ? `Photo: ${alt}` : "Photo");
    this.#words.textContent = alt || "A photo. Press here to say what it shows.";
    if (isOther) this.#image.src = `/photos/${id}/320`;
  }

  #later() {
    this.dom.classList.add("editor__photo--missing");
    const wait = PATIENCE[this.#tries];
    this.#tries += 1;
    if (wait) this.#timer = setTimeout(() => { this.#image.src = `/photos/${this.node.attrs.id}/320`; }, wait);
  }
}

/** Asks for the words about the photo that is selected. Answers whether one is. */
export function askAboutPhoto(view) {
  const { selection } = view.state;
  if (!(selection instanceof NodeSelection) || selection.node.type !== nodes.photo) return false;
  describe(view, selection.from);
  return true;
}

async function describe(view, at) {
  const { id, alt } = view.state.doc.nodeAt(at).attrs;
  const answer = await askFor({
    title: "What does the photo show?",
    fields: [{ name: "alt", label: "In a few words", hint: "For those who cannot see it, and for mail. It may stay empty.", value: alt }],
    button: "Save",
    more: "Take it out of the text",
  });
  const node = view.state.doc.nodeAt(at);
  if (answer && node?.type === nodes.photo && node.attrs.id === id) {
    view.dispatch(answer.button === "more" ? view.state.tr.delete(at, at + 1) : view.state.tr.setNodeMarkup(at, null, { id, alt: answer.values.alt }));
  }
  view.focus();
}

/** Puts a photo in a paragraph of its own, after the one that the cursor is in, and the cursor behind it. */
export function insertPhoto(view, { id, alt }) {
  const { tr } = view.state;
  const photo = nodes.photo.create({ id, alt: alt ?? "" });
  const { $to } = view.state.selection;
  const depth = $to.parent.inlineContent ? $to.depth : 0;
  const isEmpty = depth > 0 && $to.parent.type === nodes.paragraph && $to.parent.content.size === 0;
  const [from, to] = depth === 0 ? [tr.doc.content.size, tr.doc.content.size] : isEmpty ? [$to.before(), $to.after()] : [$to.after(), $to.after()];
  const isLast = to === ($to.node(Math.max(0, depth - 1)).content.size + ($to.depth > 0 ? $to.start(Math.max(0, depth - 1)) : 0));
  const paragraph = nodes.paragraph.create(null, photo);
  tr.replaceWith(from, to, isLast ? [paragraph, nodes.paragraph.create()] : paragraph);
  tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(from + paragraph.nodeSize + 1, tr.doc.content.size))));
  view.dispatch(tr.scrollIntoView());
}
