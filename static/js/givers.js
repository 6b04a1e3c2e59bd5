// Everybody who gave something, in front of the page: the same list that the link leads to without a script.

import { button, make } from "./dom.js";

/** The parts of a page of the list. What people are called comes as the text that it is there, never as HTML of ours. */
async function load(address) {
  const response = await fetch(address, { headers: { accept: "text/html" } });
  if (!response.ok) throw new Error(`${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const part = (selector) => {
    const found = page.querySelector(`main ${selector}`);
    return found ? document.importNode(found, true) : undefined;
  };
  return { title: page.querySelector("main h1").textContent, kinds: part(".given"), givers: part("[data-givers]"), more: part("[data-more]") };
}

/** Opens the list at an address. Whoever calls it goes there if it fails. */
export async function showGivers(address) {
  const { title, kinds, givers, more } = await load(address);
  const heading = make("h2", { id: "givers-title" }, title);
  const dialog = make("dialog", { className: "givers-dialog", "aria-labelledby": heading.id });
  const close = button("Close", () => dialog.close(), "button button--quiet");
  const place = make("p", { className: "actions" });
  goesOn(place, givers, more);
  dialog.append(make("div", { className: "givers-dialog__head" }, heading, close), ...[kinds, givers].filter(Boolean), place);
  // A press beside it closes it.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** The way to the rest of a long list, which comes below what is there. */
function goesOn(place, givers, more) {
  if (!more) return place.remove();
  place.replaceChildren(more);
  more.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      const next = await load(more.href);
      const first = next.givers.firstElementChild;
      givers.append(...next.givers.children);
      goesOn(place, givers, next.more);
      first.tabIndex = -1;
      first.focus();
    } catch {
      location.assign(more.href);
    }
  });
}
