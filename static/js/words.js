// The words in a form, and which of two versions of them to show. Nothing here touches the network or the device.

/** What belongs to one sending and not to the words, or is no words at all. */
const NOT_KEPT = new Set(["csrf", "draft", "revision", "submission", "keep"]);

/** Every field of the form as it is now, as pairs. Files are not among them: photos travel by themselves. */
export function fieldsOf(form, submitter) {
  const pairs = [...new FormData(form, submitter)];
  return pairs.filter(([name, value]) => typeof value === "string" && !NOT_KEPT.has(name));
}

/** The words among the fields, and whom they are for. */
export function wordsOf(fields) {
  const value = (name) => fields.find(([it]) => it === name)?.[1] ?? "";
  return { title: value("title"), body: value("body"), audience: value("audience") };
}

const plain = (text) => (text ?? "").replace(/\r\n?/g, "\n").trim();

const EVERYONE = "everyone";

/** Whom words are for; where nothing is said, everyone, as on the server. */
const audienceOf = (words) => words.audience || EVERYONE;

export const isForTheSame = (one, other) => audienceOf(one) === audienceOf(other);

/** Of the audiences of two versions, the one with fewer people. */
export const narrower = (one, other) => ["organizers", "family"].find((it) => [one, other].some((words) => audienceOf(words) === it)) ?? EVERYONE;

/** Whether two versions say the same to the same people; what the server tidies at the edges is no difference. */
export const isSame = (one, other) => plain(one.title) === plain(other.title) && plain(one.body) === plain(other.body) && isForTheSame(one, other);

export const isBlank = (words) => plain(words.title) === "" && plain(words.body) === "";

/** A UUID, also where the browser has no `randomUUID` since the address is not https. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** What to call a draft in a list. */
export function nameOf(words) {
  const name = plain(words.title) || plain(words.body).replace(/[#>*_`[\]]/g, "").trim();
  const line = name.split("\n")[0];
  return line.length > 60 ? `${line.slice(0, 59)}…` : line || "Nothing written yet";
}

/** Puts fields into the form, and tells whoever listens (the editor, what is unfolded by a choice). */
export function fill(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const element of form.elements) {
    if (!element.name || NOT_KEPT.has(element.name) || ["file", "submit", "button"].includes(element.type)) continue;
    const wanted = values.get(element.name);
    if (element.type === "radio" || element.type === "checkbox") {
      // What was never kept stays as the page has it; a box that was kept empty leaves no field behind.
      if (element.type === "radio" && !wanted) continue;
      element.checked = Boolean(wanted?.includes(element.value));
    } else if (wanted?.length) {
      element.value = wanted.shift();
    } else {
      continue;
    }
    for (const kind of ["input", "change"]) element.dispatchEvent(new Event(kind, { bubbles: true }));
  }
}

/** Goes to where the words are written, whatever stands above the textarea. */
export function focusWords(form) {
  const textarea = form.querySelector("textarea[name=body]");
  (textarea?.hidden ? form.querySelector("[contenteditable=true]") : textarea)?.focus();
}

/**
 * Which version to show: what the device kept (`"kept"`), what the server has (`"shown"`), or both, where neither was
 * made from the other. `kept.sent` is what was on its way when the answer was lost.
 */
export function choose(kept, shown) {
  if (!kept) return "shown";
  const words = wordsOf(kept.fields);
  if (!kept.dirty) return kept.revision > shown.revision ? "kept" : "shown";
  if (kept.revision >= shown.revision || isSame(words, shown.words)) return "kept";
  if (kept.sent && isSame(kept.sent, shown.words)) return "kept";
  return "both";
}
