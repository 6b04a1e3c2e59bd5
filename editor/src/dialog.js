// A question with one or two fields. Answers come as the words in them, or nothing if one thought better of it.

import { make } from "./dom.js";

let count = 0;

/**
 * Asks in a dialog. `fields` are `{ name, label, hint, value, type, inputmode, check }`; `check` answers with what is wrong.
 * `more` is a further button: its word. Resolves to `{ button, values }`, or null.
 */
export function askFor({ title, fields, button, more }) {
  count += 1;
  const id = `editor-question-${count}`;
  const rows = fields.map((field) => fieldRow(`${id}-${field.name}`, field));
  const keep = make("button", { class: "button", type: "submit", value: "keep" }, button);
  const cancel = make("button", { class: "button button--quiet", type: "button" }, "Cancel");
  const others = more ? [make("button", { class: "link", type: "button" }, more)] : [];
  const form = make(
    "form",
    { method: "dialog", novalidate: "" },
    make("h2", { id }, title),
    ...rows.map((row) => row.element),
    make("p", { class: "actions" }, keep, cancel, ...others),
  );
  const dialog = make("dialog", { class: "editor__dialog", "aria-labelledby": id }, form);
  document.body.append(dialog);
  return new Promise((done) => {
    let answer = null;
    const values = () => Object.fromEntries(fields.map((field, index) => [field.name, rows[index].input.value.trim()]));
    form.addEventListener("submit", (event) => {
      const wrong = rows.filter((row, index) => row.say(fields[index].check?.(row.input.value.trim()) ?? ""));
      if (wrong.length > 0) {
        event.preventDefault();
        wrong[0].input.focus();
        return;
      }
      answer = { button: "keep", values: values() };
    });
    cancel.addEventListener("click", () => dialog.close());
    for (const other of others) {
      other.addEventListener("click", () => {
        answer = { button: "more", values: values() };
        dialog.close();
      });
    }
    dialog.addEventListener("close", () => {
      dialog.remove();
      done(answer);
    });
    dialog.showModal();
    (rows.find((row) => !row.input.value) ?? rows[0]).input.focus();
  });
}

function fieldRow(id, { label, hint, value = "", type = "text", inputmode }) {
  const input = make("input", { id, type, inputmode, dir: "auto", autocomplete: "off", "aria-describedby": hint ? `${id}-hint` : null });
  input.value = value;
  const problem = make("p", { class: "field__error", id: `${id}-error`, role: "alert", hidden: "" });
  const hints = hint ? [make("p", { class: "hint", id: `${id}-hint` }, hint)] : [];
  const element = make("div", { class: "field" }, make("label", { class: "field__label", for: id }, label), ...hints, problem, input);
  return {
    element,
    input,
    say(text) {
      problem.textContent = text;
      problem.hidden = !text;
      element.classList.toggle("field--wrong", Boolean(text));
      if (text) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      input.setAttribute("aria-describedby", [text && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" "));
      return Boolean(text);
    },
  };
}
