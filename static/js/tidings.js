// Small kindnesses on top of pages that work without them.

import "./zone.js";

// Times in the zone of the reader's device, unless they have chosen one; this week's by the day's name.
const language = document.documentElement.lang === "en" ? undefined : document.documentElement.lang;
const thisWeek = new Intl.DateTimeFormat(language, { weekday: "long", hour: "numeric", minute: "2-digit" });
const longAgo = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
const sixDaysAgo = Date.now() - 6 * 24 * 60 * 60 * 1000;
for (const time of document.querySelectorAll("time[datetime]:not([data-zone], [data-day])")) {
  const date = new Date(time.dateTime);
  if (Number.isNaN(date.getTime())) continue;
  time.title = longAgo.format(date);
  time.textContent = (date > sixDaysAgo ? thisWeek : longAgo).format(date);
}

// A form that must be sent once is sent once, however often it is tapped.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", "true");
  });
}
// Coming back to the page, one may send again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[type=submit]")) button.removeAttribute("aria-disabled");
  }
});

// What only a script can do is shown only where there is one.
for (const place of document.querySelectorAll("[data-print]")) {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => window.print());
}
for (const place of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(place.dataset.copy);
  const said = place.querySelector("[role=status]");
  place.hidden = false;
  place.querySelector("button").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      said.textContent = "The link is copied.";
    } catch {
      window.getSelection().selectAllChildren(source);
      said.textContent = "It could not be copied from here. It is marked now: copy it by hand.";
    }
  });
}

// What is wrong with a form is where the reader is.
document.querySelector(".errors")?.focus();

// Passkeys, on the few pages that have to do with them.
if (document.querySelector("[data-passkey]")) import("./passkeys.js");

// How far one has read, where that is one's own to keep.
if (document.querySelector("[data-reading]")) import("./reading.js");

// A day ends where whoever names it is.
for (const field of document.querySelectorAll("[data-zone-here]")) {
  field.value = new Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}

// On paper, a link whose words are its address is not followed by it once more.
for (const link of document.querySelectorAll(".words a[href]")) {
  if (link.textContent.trim() === link.getAttribute("href") || link.href === `mailto:${link.textContent.trim()}`) {
    link.classList.add("says-itself");
  }
}

// Photos, where some can be brought.
if (document.querySelector("[data-photos]")) import("./photos.js");
if (document.querySelector("[data-album-photos]")) import("./album.js");

// The writing surface, where there is something to write.
if (document.querySelector("[data-editor]")) import("./editor.js");

// Who reads here is who may see what this device keeps of somebody's writing; the attribute is there on every page that
// knows whether somebody is signed in, and empty if nobody is.
const { person } = document.documentElement.dataset;
let keepsWords = false;
let keepsHeard = false;
try {
  if (person) localStorage.setItem("tidings:person", person);
  else if (person === "") localStorage.removeItem("tidings:person");
  keepsWords = localStorage.getItem("tidings:device") !== null;
  keepsHeard = Boolean(person) && localStorage.getItem(`tidings:heard:${person}`) !== null;
} catch {
  // A browser that keeps nothing has nothing to see to.
}

// The desk, and what it keeps on this device.
const desk = document.querySelector("form[data-desk]");
if (desk) import("./desk.js").then(({ openDesk }) => openDesk(desk));
else if (document.querySelector("[data-offline]")) import("./offline.js");
else if (person && keepsWords) import("./publication.js").then(({ catchUp }) => catchUp(person));
// What was heard at the bedside, and could not be told there.
if (keepsHeard) import("./heard.js").then(({ tell }) => tell(person));
// Fetched beforehand: there may be no network when it is needed.
const leaving = person && (keepsWords || keepsHeard || desk) ? import("./leaving.js") : undefined;
leaving?.catch(() => {});
for (const form of document.querySelectorAll('form[action^="/sign-out"], form[data-leaves]')) {
  form.addEventListener("submit", async (event) => {
    if (!leaving) return;
    event.preventDefault();
    try {
      const { signOut } = await leaving;
      await signOut(form);
    } catch {
      form.submit();
    }
  });
}

// A time that is typed is meant where this device is, for whoever has chosen no zone in their account.
for (const field of document.querySelectorAll("input[data-fills-zone]")) {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (field.value || !zone) continue;
  field.value = zone;
  const name = field.form?.querySelector("[data-zone-name]");
  if (name) name.textContent = zone.replaceAll("_", " ");
}

// Photos that fill the screen, and the part of one that a cover shows.
for (const place of document.querySelectorAll("[data-lightbox]")) import("./lightbox.js").then(({ openable }) => openable(place));
for (const place of document.querySelectorAll("[data-crop]")) import("./crop.js").then(({ croppable }) => croppable(place));

// Hearts at once, and what else can be given.
if (document.querySelector("[data-reactions]")) import("./reactions.js");

// Words to begin with, and hints, where somebody writes to the family.
for (const place of document.querySelectorAll("[data-kindness]")) import("./kindness.js").then(({ beKind }) => beKind(place));
