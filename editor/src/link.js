// Links: asked for in a dialog, or made by pasting an address over words.

import { askFor } from "./dialog.js";
import { schema } from "./schema.js";

const link = schema.marks.link;

/** The address that somebody means, or nothing if it is none that can be followed. */
export function addressOf(text) {
  const address = text.trim();
  if (/\s/.test(address)) return null;
  if (/^(?:https?:\/\/)[^\s/?#]+\S*$/i.test(address)) return address;
  if (/^mailto:[^\s@]+@[^\s@]+$/i.test(address)) return address;
  if (/^[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+$/.test(address)) return `mailto:${address}`;
  if (/^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}(?:[/?#]\S*)?$/u.test(address)) return `https://${address}`;
  return null;
}

/** Asks where the selected words, or the link at the cursor, should lead. */
export async function askForLink(view) {
  const range = linkAround(view.state);
  const { from, to } = range ?? view.state.selection;
  const words = view.state.doc.textBetween(from, to, " ");
  const answer = await askFor({
    title: range ? "Change the link" : "Make a link",
    fields: [
      ...(words ? [] : [{ name: "words", label: "Words to show", hint: "Leave it empty to show the address." }]),
      {
        name: "address",
        label: "Web or e-mail address",
        value: range?.href ?? "",
        inputmode: "url",
        check: (text) => (addressOf(text) ? "" : "Please write an address, like https://example.org or jo@example.org."),
      },
    ],
    button: range ? "Save" : "Make the link",
    more: range ? "Remove the link" : null,
  });
  if (answer) {
    const { tr } = view.state;
    if (answer.button === "more") {
      tr.removeMark(from, to, link);
    } else {
      const mark = link.create({ href: addressOf(answer.values.address) });
      if (words) tr.addMark(from, to, mark);
      else tr.insert(from, schema.text(answer.values.words || answer.values.address, [...view.state.selection.$from.marks(), mark]));
    }
    view.dispatch(tr.removeStoredMark(link));
  }
  view.focus();
}

/** The whole of the link that the cursor or the selection is in. */
function linkAround({ selection: { $from, from, to } }) {
  const mark = link.isInSet($from.nodeAfter?.marks ?? []) ?? (from === to && link.isInSet($from.nodeBefore?.marks ?? []));
  if (!mark) return null;
  const runs = [];
  $from.parent.forEach((child, offset) => {
    if (!mark.isInSet(child.marks)) return;
    const at = $from.start() + offset;
    if (runs.at(-1)?.to === at) runs.at(-1).to += child.nodeSize;
    else runs.push({ from: at, to: at + child.nodeSize, href: mark.attrs.href });
  });
  return runs.find((run) => run.from <= from && run.to >= to) ?? null;
}

/** An address pasted over words makes a link of them. */
export function pasteOverWords(view, event) {
  const { selection, doc } = view.state;
  if (selection.empty || !selection.$from.sameParent(selection.$to)) return false;
  const text = event.clipboardData?.getData("text/plain")?.trim() ?? "";
  const href = /^(?:https?:\/\/|mailto:)/i.test(text) ? addressOf(text) : null;
  if (!href || addressOf(doc.textBetween(selection.from, selection.to))) return false;
  view.dispatch(view.state.tr.addMark(selection.from, selection.to, link.create({ href })));
  return true;
}
