// How the bedside looks and sounds on this device: how large, how dim, and whether each wish is read aloud. It is kept on
// the device, since it is about the device and the eyes in front of it.

const KEY = "tidings:bedside";
const [SMALLEST, LARGEST] = [-1, 4];

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

/** What is wished for: `size` in steps, `dim`, `each`. */
export const look = { size: 0, dim: false, each: false, ...kept() };

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(look));
  } catch {
    // A browser that keeps nothing asks anew.
  }
}

function apply() {
  const { dataset } = document.documentElement;
  dataset.size = look.size;
  if (look.dim) dataset.dimmed = "";
  else delete dataset.dimmed;
}

const on = (selector, act) => document.querySelector(selector)?.addEventListener("click", act);
const press = (selector, isPressed) => document.querySelector(selector)?.setAttribute("aria-pressed", String(isPressed));

/** Shows the choices; `onEach` hears when reading each aloud was chosen or not. */
export function setUpLook(canSpeak, onEach) {
  const choices = document.querySelector("[data-look]");
  if (!choices) return;
  choices.hidden = false;
  const show = () => {
    apply();
    press("[data-dim]", look.dim);
    press("[data-each]", look.each);
    document.querySelector("[data-smaller]").disabled = look.size <= SMALLEST;
    document.querySelector("[data-larger]").disabled = look.size >= LARGEST;
  };
  const change = (edit) => () => {
    edit();
    keep();
    show();
  };
  on("[data-smaller]", change(() => (look.size = Math.max(SMALLEST, look.size - 1))));
  on("[data-larger]", change(() => (look.size = Math.min(LARGEST, look.size + 1))));
  on("[data-dim]", change(() => (look.dim = !look.dim)));
  on("[data-each]", change(() => {
    look.each = !look.each;
    onEach();
  }));
  document.querySelector("[data-each]").hidden = !canSpeak;
  const full = document.querySelector("[data-full]");
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", () => {
    const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
    done.catch(() => (full.hidden = true));
  });
  document.addEventListener("fullscreenchange", () => {
    full.textContent = document.fullscreenElement ? "Leave full screen" : "Fill the screen";
  });
  show();
}

apply();
