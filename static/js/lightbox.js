// Photos that fill the screen. Without this, each opens on a page of its own, which says the same.

const SWIPE = 45;

/** Makes the photos in a place open in front of the page; `place` holds links with `data-large`. */
export function openable(place) {
  const links = [...place.querySelectorAll("a[data-large]")];
  for (const [index, link] of links.entries()) {
    link.addEventListener("click", (event) => {
      // A new tab, a new window or a file is what was asked for.
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      new Lightbox(links).open(index);
    });
  }
}

class Lightbox {
  #links;
  #at = 0;
  #dialog = document.createElement("dialog");
  #image = document.createElement("img");
  #caption = document.createElement("p");
  #count = document.createElement("span");
  #page = document.createElement("a");
  #comments = document.createElement("a");
  #before;
  #after;
  #swipe;

  constructor(links) {
    this.#links = links;
    this.#dialog.className = "lightbox";
    this.#dialog.setAttribute("aria-label", "Photos");
    const close = button("Close", () => this.#leave());
    this.#before = button("Previous", () => this.#go(-1));
    this.#after = button("Next", () => this.#go(1));
    this.#page.textContent = "More about it";
    const bar = part("div", "lightbox__bar", close, this.#count, this.#page);
    const stage = part("div", "lightbox__stage", this.#image);
    this.#caption.className = "lightbox__caption";
    // What is read out when another photo comes: its place, and what stands under it.
    this.#count.setAttribute("role", "status");
    this.#image.className = "lightbox__image";
    this.#image.draggable = false;
    this.#image.addEventListener("load", () => delete this.#image.dataset.coming);
    const steps = part("div", "lightbox__bar", this.#before, this.#comments, this.#after);
    this.#dialog.append(bar, stage, part("div", "", this.#caption, steps));
    this.#dialog.addEventListener("keydown", (event) => this.#onKey(event));
    // Escape, and the back gesture of a phone where it asks the dialog.
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#leave();
    });
    stage.addEventListener("pointerdown", (event) => {
      this.#swipe = event.isPrimary ? { x: event.clientX, y: event.clientY } : undefined;
    });
    stage.addEventListener("pointerup", (event) => this.#onSwipeEnd(event));
    stage.addEventListener("pointercancel", () => (this.#swipe = undefined));
  }

  open(index) {
    this.#at = index;
    document.body.append(this.#dialog);
    this.#show();
    this.#dialog.showModal();
    // Going back closes it, as anywhere on a phone.
    history.pushState({ lightbox: true }, "");
    window.addEventListener("popstate", () => this.#close(), { once: true });
  }

  #show() {
    const link = this.#links[this.#at];
    const small = link.querySelector("img:not([aria-hidden])");
    this.#image.dataset.coming = "";
    this.#image.src = link.dataset.large;
    this.#image.alt = small?.alt ?? "";
    this.#caption.textContent = link.dataset.caption ?? "";
    this.#count.textContent = this.#links.length > 1 ? `Photo ${this.#at + 1} of ${this.#links.length}` : "";
    this.#page.hidden = link.pathname.startsWith("/photos/");
    this.#page.href = link.href;
    this.#comments.textContent = link.dataset.comments ?? "";
    this.#comments.hidden = !link.dataset.comments;
    this.#comments.href = link.dataset.commentsAt ?? link.href;
    can(this.#before, this.#at > 0);
    can(this.#after, this.#at < this.#links.length - 1);
  }

  #go(step) {
    const to = this.#at + step;
    if (to < 0 || to >= this.#links.length) return;
    this.#at = to;
    this.#show();
  }

  #onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const forwards = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backwards = document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
    if (event.key === forwards) this.#go(1);
    else if (event.key === backwards) this.#go(-1);
    else if (event.key === "Home") this.#go(-this.#at);
    else if (event.key === "End") this.#go(this.#links.length - 1 - this.#at);
    else return;
    event.preventDefault();
  }

  #onSwipeEnd(event) {
    const from = this.#swipe;
    this.#swipe = undefined;
    // While somebody has zoomed in, a finger moves the photo, and the browser sees to it.
    if (!from || (window.visualViewport?.scale ?? 1) > 1.01) return;
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (Math.abs(x) > SWIPE && Math.abs(x) > 1.5 * Math.abs(y)) this.#go(x < 0 ? 1 : -1);
  }

  #leave() {
    history.back();
  }

  #close() {
    this.#dialog.close();
    this.#dialog.remove();
    // Where one has got to, which is where one began when no other was looked at.
    this.#links[this.#at].focus();
  }
}

function part(name, className, ...inside) {
  const it = document.createElement(name);
  it.className = className;
  it.append(...inside);
  return it;
}

function button(words, act) {
  const it = document.createElement("button");
  it.type = "button";
  it.textContent = words;
  it.addEventListener("click", act);
  return it;
}

/** A button that can do nothing just now keeps the focus, and says so. */
function can(it, enabled) {
  if (enabled) it.removeAttribute("aria-disabled");
  else it.setAttribute("aria-disabled", "true");
}
