// What the buttons, the keys and the signs that one types do to the document.

import { baseKeymap, chainCommands, exitCode, lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { InputRule, inputRules, textblockTypeInputRule, undoInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";

import { schema } from "./schema.js";

const { nodes, marks } = schema;

/** The innermost node around the cursor that is one of these types. */
function around(state, ...types) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if (types.includes($from.node(depth).type)) return { node: $from.node(depth), at: $from.before(depth) };
  }
  return null;
}

/** Whether the cursor is in a block of this type; of lists, the innermost counts. */
export function isIn(state, type) {
  const lists = [nodes.bullet_list, nodes.ordered_list];
  return lists.includes(type) ? around(state, ...lists)?.node.type === type : around(state, type) !== null;
}

/** Whether everything that is selected, or what is typed next, has a mark. */
export function isMarked(state, type) {
  const { from, to, $from, empty } = state.selection;
  if (empty) return Boolean(type.isInSet(state.storedMarks ?? $from.marks()));
  return state.doc.rangeHasMark(from, to, type);
}

export const bold = toggleMark(marks.strong);
export const italic = toggleMark(marks.em);

export function heading(state, dispatch) {
  if (around(state, nodes.heading)) return setBlockType(nodes.paragraph)(state, dispatch);
  return setBlockType(nodes.heading, { level: 2 })(state, dispatch);
}

/** A list of this type, of another type, or no list: whatever it is not yet. */
export function list(type) {
  return (state, dispatch) => {
    const found = around(state, nodes.bullet_list, nodes.ordered_list);
    if (!found) return chainCommands(wrapInList(type), headingToList(type))(state, dispatch);
    if (found.node.type === type) return liftListItem(nodes.list_item)(state, dispatch);
    dispatch?.(state.tr.setNodeMarkup(found.at, type, { tight: found.node.attrs.tight }));
    return true;
  };
}

function headingToList(type) {
  return (state, dispatch) => around(state, nodes.heading) !== null && setBlockType(nodes.paragraph)(state, dispatch) && wrapInList(type)(state);
}

export function quote(state, dispatch) {
  return around(state, nodes.blockquote) ? lift(state, dispatch) : wrapIn(nodes.blockquote)(state, dispatch);
}

function lineEnd(state, dispatch) {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
}

/** The keys. `ask` opens what needs a dialog: a link, or the words about a photo. */
export function keys(ask) {
  const redoKeys = { "Mod-y": redo, "Shift-Mod-z": redo };
  return [
    keymap({
      "Mod-b": bold,
      "Mod-i": italic,
      "Mod-k": (state, dispatch, view) => ask.link(view),
      "Mod-z": undo,
      ...redoKeys,
      "Mod-Shift-8": list(nodes.bullet_list),
      "Mod-Shift-7": list(nodes.ordered_list),
      "Mod-]": sinkListItem(nodes.list_item),
      "Mod-[": liftListItem(nodes.list_item),
      "Shift-Enter": chainCommands(exitCode, lineEnd),
      Enter: chainCommands((state, dispatch, view) => ask.photo(view), splitListItem(nodes.list_item)),
      Backspace: undoInputRule,
      "Alt-F10": () => ask.toolbar(),
    }),
    // Control and Enter is for the form.
    keymap(Object.fromEntries(Object.entries(baseKeymap).filter(([key]) => key !== "Mod-Enter"))),
  ];
}

/** In a list already, the sign of an item is one too many. */
function listRule(pattern, type, ...more) {
  const rule = wrappingInputRule(pattern, type, ...more);
  return new InputRule(pattern, (state, match, start, end) => {
    const found = around(state, nodes.bullet_list, nodes.ordered_list);
    if (!found) return rule.handler(state, match, start, end);
    return found.node.type === type ? state.tr.delete(start, end) : null;
  });
}

function markRule(pattern, type) {
  return new InputRule(pattern, (state, match, start, end) => {
    const [whole, lead, words] = match;
    if (type.isInSet(state.doc.resolve(start).marks())) return null;
    const { tr } = state;
    const from = start + lead.length;
    tr.replaceWith(from, end, schema.text(words, type.create().addToSet(state.doc.resolve(end).marks())));
    return whole ? tr.removeStoredMark(type) : null;
  });
}

/** What turns into a list, a quote, a heading, bold or italic as one types its sign. */
export function rules() {
  return inputRules({
    rules: [
      listRule(/^\s*[-+*]\s$/, nodes.bullet_list),
      listRule(
        /^(\d{1,3})[.)]\s$/,
        nodes.ordered_list,
        (match) => ({ order: Number(match[1]) }),
        (match, node) => node.childCount + node.attrs.order === Number(match[1]),
      ),
      wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
      textblockTypeInputRule(/^(#{1,3})\s$/, nodes.heading, (match) => ({ level: match[1].length > 2 ? 3 : 2 })),
      markRule(/(^|[\s("“])\*\*([^\s*](?:[^*]*[^\s*])?)\*\*$/, marks.strong),
      markRule(/(^|[\s("“])\*([^\s*](?:[^*]*[^\s*])?)\*$/, marks.em),
      markRule(/(^|[\s("“])_([^\s_](?:[^_]*[^\s_])?)_$/, marks.em),
    ],
  });
}
