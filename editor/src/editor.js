// One textarea and the surface above it.

import { dropCursor } from "prosemirror-dropcursor";
import { history, redo, undo } from "prosemirror-history";
import { Slice } from "prosemirror-model";
import { EditorState, NodeSelection, Plugin } from "prosemirror-state";
import { EditorView } from "prosemirror-view";

import { keys, rules } from "./commands.js";
import { make } from "./dom.js";
import { standAboveKeyboard } from "./keyboard.js";
import { askForLink, pasteOverWords } from "./link.js";
import { cleanPaste } from "./paste.js";
import { askAboutPhoto, insertPhoto, PhotoView } from "./photos.js";
import { toDocument } from "./read.js";
import { toolbar } from "./toolbar.js";
import { toMarkdown } from "./write.js";

const PLAIN = "tidings-plain-text";

/** Whether a text comes out of the editor with nothing lost. */
function isSafe(text) {
  try {
    const doc = toDocument(text);
    return toDocument(toMarkdown(doc)).textContent.replace(/\s/g, "") === doc.textContent.replace(/\s/g, "");
  } catch {
    return false;
  }
}

/** Puts a writing surface in the place of a textarea, which stays underneath and is what is sent. */
export function enhance(textarea) {
  if (textarea.dataset.editor === "on") return;
  textarea.dataset.editor = "on";
  new Editor(textarea);
}

class Editor {
  #textarea;
  #form;
  #id;
  #label;
  #view;
  #bar;
  #box;
  #foot;
  #buttons;
  #offer;
  /** The text that the document stands for: what the textarea held last, letter by letter. */
  #text;
  #isPlain = false;
  #isOurs = false;
  /** Whether the next photo was asked for from here, so that it goes where the cursor is. */
  #awaitsPhoto = false;

  constructor(textarea) {
    this.#textarea = textarea;
    this.#form = textarea.form;
    this.#id = textarea.id;
    this.#label = document.querySelector(`label[for="${CSS.escape(this.#id)}"]`);
    if (this.#label && !this.#label.id) this.#label.id = `${this.#id}-label`;
    this.#text = textarea.value;
    this.#build();
    this.#follow();
    const isWanted = recall() === "yes" || !isSafe(this.#text);
    if (isWanted) this.#showPlain();
    else this.#showRich();
  }

  #build() {
    const ask = {
      link: (view) => {
        askForLink(view);
        return true;
      },
      photo: (view) => askAboutPhoto(view),
      toolbar: () => {
        this.#bar.focus();
        return true;
      },
    };
    const hasPhotos = Boolean(this.#form?.querySelector("input[type=file]"));
    this.#bar = toolbar(this.#id, {
      hasPhotos,
      ask: { link: ask.link, photo: (view) => askAboutPhoto(view) || this.#choosePhotos() },
    });
    const surface = make("div", { class: "editor__sheet" });
    const button = (words) => make("button", { type: "button", class: "link" }, words);
    this.#buttons = { undo: button("Undo"), redo: button("Redo"), plain: button("Plain text") };
    this.#offer = make("p", { class: "editor__offer", role: "status" });
    this.#foot = make("div", { class: "editor__foot" }, this.#buttons.undo, this.#buttons.redo, this.#buttons.plain);
    this.#box = make("div", { class: "editor" }, this.#bar.element, surface);
    this.#textarea.before(this.#box);
    this.#textarea.after(this.#foot);
    this.#foot.before(this.#offer);
    this.#view = new EditorView({ mount: surface.appendChild(make("div")) }, this.#props(ask));
    this.#bar.attach(this.#view);
    this.#buttons.undo.addEventListener("click", () => this.#step(undo));
    this.#buttons.redo.addEventListener("click", () => this.#step(redo));
    this.#buttons.plain.addEventListener("click", () => this.#turn());
    standAboveKeyboard(this.#box, () => !this.#isPlain && this.#view.hasFocus());
  }

  #props(ask) {
    return {
      state: EditorState.create({
        doc: toDocument(this.#text),
        plugins: [
          rules(),
          ...keys(ask),
          history(),
          dropCursor({ class: "editor__drop", color: false, width: 2 }),
          new Plugin({ props: { nodeViews: { photo: (node) => new PhotoView(node) } } }),
        ],
      }),
      attributes: () => this.#attributes(),
      // The toolbar may cover the first line of what is scrolled to, and the keyboard the last.
      scrollThreshold: { top: 90, bottom: 90, left: 5, right: 5 },
      scrollMargin: { top: 100, bottom: 110, left: 5, right: 5 },
      dispatchTransaction: (transaction) => {
        this.#view.updateState(this.#view.state.apply(transaction));
        if (transaction.docChanged && !transaction.getMeta("reload")) this.#write();
        this.#refresh();
      },
      transformPastedHTML: cleanPaste,
      clipboardTextParser: (text, $context, isPlain) => {
        const doc = isPlain ? null : toDocument(text.replace(/\r\n?/g, "\n"));
        return doc && Slice.maxOpen(doc.content);
      },
      handlePaste: (view, event) => pasteOverWords(view, event) || this.#takeFiles(event.clipboardData, event),
      handleDrop: (view, event, slice, isMove) => !isMove && this.#takeFiles(event.dataTransfer, event),
      handleDOMEvents: {
        // A link on the surface is words; to follow it, one looks at the page.
        click: (view, event) => {
          if (event.target.closest?.("a[href]")) event.preventDefault();
          return false;
        },
      },
      handleClickOn: (view, at, node, start, event) => {
        if (node.type.name !== "photo" || !event.target.closest(".editor__caption")) return false;
        view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, start)));
        return askAboutPhoto(view);
      },
      handleDoubleClickOn: (view, at, node) => node.type.name === "photo" && askAboutPhoto(view),
    };
  }

  #attributes() {
    const shared = { class: "editor__surface words words--journal", role: "textbox", "aria-multiline": "true" };
    // Out of sight it is nobody's field.
    if (this.#isPlain) return shared;
    const copied = {};
    for (const name of ["aria-describedby", "aria-invalid", "lang"]) {
      if (this.#textarea.hasAttribute(name)) copied[name] = this.#textarea.getAttribute(name);
    }
    return {
      ...shared,
      ...copied,
      id: this.#id,
      "aria-labelledby": this.#label?.id ?? "",
      dir: "auto",
      autocapitalize: "sentences",
      spellcheck: "true",
    };
  }

  // The text underneath

  #write() {
    this.#text = toMarkdown(this.#view.state.doc);
    this.#isOurs = true;
    valueOf.set.call(this.#textarea, this.#text);
    this.#textarea.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.#isOurs = false;
  }

  /** Another script, the browser or the person changed the text underneath: it is what counts. */
  #read() {
    const text = valueOf.get.call(this.#textarea);
    if (this.#isOurs || text === this.#text) return;
    this.#text = text;
    if (this.#isPlain) return;
    if (!isSafe(text)) {
      this.#showPlain();
      return;
    }
    const { tr, doc } = this.#view.state;
    this.#view.dispatch(tr.replaceWith(0, doc.content.size, toDocument(text).content).setMeta("reload", true));
  }

  #follow() {
    const read = () => this.#read();
    for (const name of ["input", "change"]) this.#textarea.addEventListener(name, read);
    window.addEventListener("pageshow", read);
    this.#form?.addEventListener("reset", () => setTimeout(read));
    // A script that puts words back says nothing; unseen, they would be lost at the next key.
    Object.defineProperty(this.#textarea, "value", {
      configurable: true,
      get: () => valueOf.get.call(this.#textarea),
      set: (text) => {
        valueOf.set.call(this.#textarea, text);
        read();
      },
    });
    this.#label?.addEventListener("click", () => {
      if (!this.#isPlain) this.#view.focus();
    });
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.(`a[href="#${CSS.escape(this.#id)}"]`);
      if (!link || this.#isPlain) return;
      event.preventDefault();
      this.#view.focus();
      this.#box.scrollIntoView({ block: "start" });
    });
    this.#form?.addEventListener("tidings:photo", (event) => this.#onPhoto(event.detail));
    this.#form?.addEventListener("click", (event) => {
      if (event.isTrusted && event.target.matches("input[type=file], label[for]")) this.#awaitsPhoto = false;
    });
  }

  // One surface or the other. Whichever it is has the name that the label and the errors know.

  #turn() {
    remember(!this.#isPlain);
    if (this.#isPlain) {
      this.#showRich();
      this.#view.focus();
    } else {
      this.#showPlain();
      this.#textarea.focus();
    }
  }

  #showRich() {
    this.#isPlain = false;
    this.#textarea.hidden = true;
    this.#textarea.removeAttribute("id");
    this.#label?.removeAttribute("for");
    this.#box.hidden = false;
    const { tr, doc } = this.#view.state;
    const fresh = toDocument(valueOf.get.call(this.#textarea));
    if (!fresh.eq(toDocument(toMarkdown(doc)))) this.#view.dispatch(tr.replaceWith(0, doc.content.size, fresh.content).setMeta("reload", true));
    this.#text = valueOf.get.call(this.#textarea);
    this.#view.setProps({});
    this.#refresh();
  }

  #showPlain() {
    this.#isPlain = true;
    this.#view.setProps({});
    this.#box.hidden = true;
    this.#textarea.hidden = false;
    this.#textarea.id = this.#id;
    this.#label?.setAttribute("for", this.#id);
    this.#refresh();
  }

  #step(command) {
    command(this.#view.state, this.#view.dispatch, this.#view);
    this.#view.focus();
  }

  #refresh() {
    const { state } = this.#view;
    this.#bar.update(state);
    const { undo: back, redo: forth, plain } = this.#buttons;
    plain.textContent = this.#isPlain ? "With a toolbar" : "Plain text";
    // What is said about signs in the text is for those who see them.
    for (const hint of this.#form?.querySelectorAll("[data-plain-text]") ?? []) hint.hidden = !this.#isPlain;
    for (const [button, command] of [[back, undo], [forth, redo]]) {
      button.hidden = this.#isPlain;
      button.setAttribute("aria-disabled", String(!command(state)));
    }
  }

  // Photos

  #choosePhotos(detail = null) {
    this.#awaitsPhoto = true;
    this.#form.dispatchEvent(new CustomEvent("tidings:choose-photo", { bubbles: true, detail }));
    return true;
  }

  /** Files of pictures go to the form's field for photos; words in the same clipboard come first. */
  #takeFiles(held, event) {
    const files = Array.from(held?.files ?? []).filter((file) => file.type.startsWith("image/"));
    if (files.length === 0 || !this.#form) return false;
    if (/\S/.test(held.getData("text/plain"))) return false;
    event.preventDefault();
    return this.#choosePhotos({ files });
  }

  #onPhoto(photo) {
    if (!photo?.id) return;
    const words = this.#isPlain ? "Put it at the end of the text" : "Put it in the text, where the cursor is";
    if (this.#awaitsPhoto && !this.#isPlain) {
      insertPhoto(this.#view, photo);
      return;
    }
    const button = make("button", { type: "button", class: "link" }, words);
    button.addEventListener("click", () => {
      this.#offer.replaceChildren();
      if (this.#isPlain) {
        this.#textarea.value = `${this.#textarea.value.trimEnd()}\n\n![${(photo.alt ?? "").replace(/[\\[\]]/g, "\\$&")}](photo:${photo.id})\n`.trimStart();
        this.#textarea.dispatchEvent(new InputEvent("input", { bubbles: true }));
        this.#textarea.focus();
      } else {
        insertPhoto(this.#view, photo);
        this.#view.focus();
      }
    });
    this.#offer.replaceChildren("A photo is added. ", button);
  }
}

const valueOf = typeof HTMLTextAreaElement === "undefined" ? null : Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");

function recall() {
  try {
    return localStorage.getItem(PLAIN);
  } catch {
    return null;
  }
}

function remember(isPlain) {
  try {
    if (isPlain) localStorage.setItem(PLAIN, "yes");
    else localStorage.removeItem(PLAIN);
  } catch {
    // Without a memory it is the surface each time.
  }
}
