// The buttons above the words: one stop for the Tab key, arrows between them.

import { icon, make } from "./dom.js";
import { bold, heading, isIn, isMarked, italic, list, quote } from "./commands.js";
import { schema } from "./schema.js";

const { nodes, marks } = schema;

const isApple = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
const key = (letter) => (isApple ? `⌘${letter}` : `Ctrl+${letter}`);

const BUTTONS = [
  { name: "bold", label: "Bold", key: "B", path: "M7 4.5h6a3.6 3.6 0 0 1 0 7.2H7zM7 11.7h7a3.9 3.9 0 0 1 0 7.8H7z", run: bold, isOn: (state) => isMarked(state, marks.strong) },
  { name: "italic", label: "Italic", key: "I", path: "M10 4.5h8M6 19.5h8M14.2 4.5l-4.4 15", run: italic, isOn: (state) => isMarked(state, marks.em) },
  { name: "heading", label: "Heading", path: "M6 4.5v15M18 4.5v15M6 12h12", run: heading, isOn: (state) => isIn(state, nodes.heading) },
  { name: "list", label: "List", path: "M9.5 6h11M9.5 12h11M9.5 18h11M4 6h.01M4 12h.01M4 18h.01", run: list(nodes.bullet_list), isOn: (state) => isIn(state, nodes.bullet_list) },
  { name: "numbers", label: "Steps", hint: "Numbered list", path: "M10.5 6h10M10.5 12h10M10.5 18h10M3.6 4.6 5.2 4v4.8M3.5 15.6c.3-1.5 2.8-1.5 2.8.1 0 1.3-2.8 2.2-2.8 3.5h3", run: list(nodes.ordered_list), isOn: (state) => isIn(state, nodes.ordered_list) },
  { name: "quote", label: "Quote", path: "M10 6.5c-3.5 1-5 3.3-5 6.200v4.300h5v-5H7.300M19.5 6.5c-3.5 1-5 3.3-5 6.200v4.300h5v-5h-2.7", run: quote, isOn: (state) => isIn(state, nodes.blockquote) },
  { name: "link", label: "Link", key: "K", opens: "dialog", path: "M10 14a4.2 4.2 0 0 0 6 0l3-3a4.2 4.2 0 0 0-6-6l-1 1M14 10a4.2 4.2 0 0 0-6 0l-3 3a4.2 4.2 0 0 0 6 6l1-1", isOn: (state) => isMarked(state, marks.link) },
  { name: "photo", label: "Photo", path: "M4 5.5h16v13H4zM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15.5 9.300h.01" },
];

/** Builds the toolbar for a surface. `ask` does what a command alone cannot: links and photos. */
export function toolbar(id, { hasPhotos, ask }) {
  const wanted = BUTTONS.filter(({ name }) => name !== "photo" || hasPhotos);
  const bar = make("div", { class: "editor__bar", role: "toolbar", "aria-label": "Formatting", "aria-controls": id });
  let view;
  const buttons = wanted.map((it, index) => {
    const hint = it.hint ?? it.label;
    const button = make(
      "button",
      {
        type: "button",
        class: `editor__button editor__button--${it.name}`,
        "aria-label": it.label,
        "aria-pressed": it.run ? "false" : null,
        "aria-haspopup": it.opens ?? null,
        "aria-keyshortcuts": it.key ? (isApple ? `Meta+${it.key}` : `Control+${it.key}`) : null,
        title: it.key ? `${hint} (${key(it.key)})` : hint,
        tabindex: index === 0 ? "0" : "-1",
      },
      icon(it.path),
      make("span", { class: "editor__word", "aria-hidden": "true" }, it.label),
    );
    // The words stay selected, and the keyboard of a phone stays where it is.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      if (it.run) {
        it.run(view.state, view.dispatch, view);
        view.focus();
      } else {
        ask[it.name](view);
      }
    });
    bar.append(button);
    return button;
  });

  const goTo = (index) => {
    const to = buttons[(index + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === to ? 0 : -1;
    to.focus();
  };
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const isRightToLeft = getComputedStyle(bar).direction === "rtl";
    const moves = { ArrowRight: isRightToLeft ? at - 1 : at + 1, ArrowLeft: isRightToLeft ? at + 1 : at - 1, Home: 0, End: buttons.length - 1 };
    if (event.key === "Escape") view.focus();
    else if (event.key in moves) goTo(moves[event.key]);
    else return;
    event.preventDefault();
  });

  return {
    element: bar,
    attach: (to) => {
      view = to;
    },
    focus: () => buttons.find((button) => button.tabIndex === 0).focus(),
    update: (state) => {
      wanted.forEach((it, index) => {
        if (it.run) buttons[index].setAttribute("aria-pressed", String(it.isOn(state)));
        else if (it.isOn) buttons[index].classList.toggle("editor__button--on", it.isOn(state));
      });
    },
  };
}
