// Photos in the form of an update: many at once, each by itself, tried again by itself. What is on its way belongs to the
// draft; the form only names it.

import { make } from "./dom.js";
import { Sending, accept, onTheirWay } from "./uploads.js";

const field = document.querySelector("[data-photos]");
const form = field.closest("form");
const list = field.querySelector("[data-photos-list]");
const drop = field.querySelector("[data-photos-drop]");
const chooser = field.querySelector("input[type=file]");
const said = field.querySelector("[data-photos-said]");

const draft = () => form.elements.draft?.value || field.dataset.draft;
const csrf = () => form.elements.csrf.value;

const say = (text) => {
  said.textContent = text;
};

// --- what is said of a photo, kept as one types ---

const ask = (path, body) =>
  fetch(path, {
    method: "POST",
    headers: { accept: "application/json", "x-csrf-token": csrf() },
    body: new URLSearchParams({ csrf: csrf(), ...body }),
  });

const keepWords = (item) => {
  const id = item.dataset.photo;
  if (!id) return;
  clearTimeout(item.keeping);
  item.keeping = setTimeout(async () => {
    const [alt, caption] = ["photo_alt", "photo_caption"].map((name) => item.querySelector(`[name=${name}]`).value);
    // The form says it once more when it is sent, so that nothing is lost if this is.
    await ask(`${field.dataset.path}/${id}`, { alt, caption }).catch(() => {});
  }, 800);
};

list.addEventListener("input", (event) => {
  const item = event.target.closest(".photo-item");
  if (item && event.target.type === "text") keepWords(item);
});

// --- the tools of a photo ---

const neighbours = () => {
  const items = [...list.children];
  items.forEach((item, index) => {
    const [earlier, later] = ["earlier", "later"].map((way) => item.querySelector(`[data-move=${way}]`));
    if (earlier) earlier.disabled = index === 0;
    if (later) later.disabled = index === items.length - 1;
  });
};

const tools = (item) => {
  const bar = make(
    "div",
    { className: "photo-item__tools" },
    make("button", { type: "button", className: "button button--quiet", "data-move": "earlier" }, "Earlier"),
    make("button", { type: "button", className: "button button--quiet", "data-move": "later" }, "Later"),
    make("button", { type: "button", className: "button button--quiet", "data-remove": "" }, "Remove"),
  );
  item.querySelector(".photo-item__words").append(bar);
  item.querySelector(".photo-item__check")?.remove();
};

list.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  const item = button?.closest(".photo-item");
  if (!item) return;
  if (button.dataset.move === "earlier" && item.previousElementSibling) item.previousElementSibling.before(item);
  if (button.dataset.move === "later" && item.nextElementSibling) item.nextElementSibling.after(item);
  if (button.dataset.move) {
    neighbours();
    if (button.disabled) item.querySelector("[data-move]:not(:disabled)")?.focus();
    else button.focus();
    say(`Photo ${[...list.children].indexOf(item) + 1} of ${list.children.length}`);
  }
  if (button.hasAttribute("data-retry")) item.upload?.sending.again();
  if (button.hasAttribute("data-remove")) remove(item);
});

const remove = async (item) => {
  item.upload?.sending.stop();
  const id = item.dataset.photo;
  if (id) {
    const answer = await ask(`${field.dataset.path}/${id}/removal`, {}).catch(() => null);
    if (!answer || (!answer.ok && answer.status !== 404)) {
      say("The photo could not be removed just now. Please try again.");
      state(item, "It could not be removed just now. Please try again.");
      return;
    }
  }
  const next = item.nextElementSibling || item.previousElementSibling;
  item.remove();
  neighbours();
  say("The photo is removed.");
  (next?.querySelector("button:not(:disabled)") || chooser).focus();
};

// --- a photo on its way ---

const state = (item, text, wrong = false) => {
  let place = item.querySelector(".photo-item__state");
  if (!place) {
    place = make("p", { className: "photo-item__state" });
    item.querySelector(".photo-item__words").prepend(place);
  }
  place.textContent = text;
  place.classList.toggle("field__error", wrong);
  place.hidden = text === "";
};

const words = (item, key) => {
  const line = (name, label) => [
    make("label", { className: "photo-item__label", for: `${name}-${key}` }, label),
    make("input", { type: "text", id: `${name}-${key}`, name: `photo_${name}`, maxLength: 500, dir: "auto", autocomplete: "off" }),
  ];
  item.querySelector(".photo-item__words").append(
    ...line("alt", "What can be seen, for those who cannot see it"),
    ...line("caption", "Caption"),
  );
};

class Upload {
  constructor(file) {
    this.name = file.name || "A photo";
    this.sending = new Sending(file, field.dataset.path, () => ({ csrf: csrf(), draft: draft() }), {
      state: (text) => {
        this.item.querySelector("[data-retry]")?.remove();
        state(this.item, text);
      },
      progress: (part) => {
        if (this.bar) this.bar.value = part;
      },
      arrived: (answer) => this.arrived(answer),
      failed: (text, mayRetry) => this.failed(text, mayRetry),
    });
    this.item = this.show();
    this.item.upload = this;
  }

  show() {
    const item = make("li", { className: "photo-item" });
    // The policy of our pages lets no page show a file of the device: the picture comes when it is prepared.
    const place = make("span", { className: "hint" }, this.name);
    item.append(
      place,
      make("div", { className: "photo-item__words" }, make("progress", { className: "photo-item__progress", max: 1, value: 0, "aria-label": `Sending ${this.name}` })),
    );
    words(item, this.sending.key);
    tools(item);
    list.append(item);
    neighbours();
    return item;
  }

  get bar() {
    return this.item.querySelector("progress");
  }

  failed(text, mayRetry) {
    state(this.item, text, true);
    say(`${this.name}: ${text}`);
    this.bar?.setAttribute("hidden", "");
    if (mayRetry) {
      const button = make("button", { type: "button", className: "button button--quiet", "data-retry": "" }, "Try again");
      this.item.querySelector(".photo-item__tools").prepend(button);
    }
    settle();
  }

  arrived({ id }) {
    this.item.dataset.photo = id;
    this.item.prepend(make("input", { type: "hidden", name: "photo", value: id }));
    this.bar?.remove();
    state(this.item, "Being prepared. You can go on writing.");
    say(`${this.name} is here.`);
    keepWords(this.item);
    look(this.item);
    // Whoever shows the words may want to put it among them.
    const alt = this.item.querySelector("[name=photo_alt]").value;
    form.dispatchEvent(new CustomEvent("tidings:photo", { detail: { id, alt } }));
    settle();
  }
}

// --- being prepared ---

const look = async (item, wait = 700) => {
  if (!item.isConnected) return;
  const id = item.dataset.photo;
  const answer = await fetch(`${field.dataset.path}/${id}`, { headers: { accept: "application/json" } }).catch(() => null);
  const now = answer?.ok ? await answer.json().catch(() => null) : null;
  if (now?.state === "ready") {
    const alt = item.querySelector("[name=photo_alt]").value;
    const image = make("img", { className: "photo-item__image", src: `/photos/${id}/320`, alt });
    const first = item.querySelector(":scope > .hint, :scope > .photo-item__image, :scope > .photo-item__state");
    if (first) first.replaceWith(image);
    else item.prepend(image);
    state(item, "");
    item.dataset.state = "ready";
    return;
  }
  if (now?.state === "failed") {
    state(item, now.problem || "This photo could not be read.", true);
    item.dataset.state = "failed";
    return;
  }
  setTimeout(() => look(item, Math.min(wait * 1.5, 10000)), wait);
};

// --- choosing, dropping, pasting ---

const take = (files) => {
  if (files.length === 0) return;
  say(onTheirWay(files));
  for (const file of files) new Upload(file).sending.start();
};

accept(form, chooser, drop, take);

// The writing surface has a button for photos, and takes them from what is pasted into it.
form.addEventListener("tidings:choose-photo", (event) => {
  if (event.detail?.files) take([...event.detail.files]);
  else chooser.click();
});

// --- sending the form: after the photos that are on their way ---

const underWay = () =>
  [...list.children].filter((item) => item.upload?.sending.isUnderWay);
let held = null;

const settle = () => {
  if (held && underWay().length === 0) {
    const { button } = held;
    held = null;
    if ([...list.children].some((item) => item.upload?.sending.failed)) {
      say("A photo could not be sent. Remove it, or try it again, and then post.");
      field.focus();
      return;
    }
    form.requestSubmit(button || undefined);
  }
};

form.addEventListener(
  "submit",
  (event) => {
    if (underWay().length === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held = { button: event.submitter };
    say("Your photos are still on their way. The update goes when they are here.");
    drop.querySelector(".photo-drop__held")?.remove();
    drop.append(make("p", { className: "photo-drop__held hint" }, "Your photos are still on their way. The update goes when they are here."));
  },
  true,
);

// The files go one by one from now on; what is left in the form is words.
chooser.removeAttribute("name");
form.enctype = "application/x-www-form-urlencoded";
for (const item of list.children) {
  tools(item);
  if (item.dataset.state === "preparing") look(item);
}
neighbours();
