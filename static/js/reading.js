// Tells the server how far somebody has read, so that the page can say next time what is new: only of updates that were
// really on the screen for a moment, and for nobody's eyes but theirs.

const MOMENT = 1_500;

const places = document.querySelectorAll("[data-reading]");
const timers = new Map();
let told = "";

/** What is to be kept of this update: where one was, that one has come to the end, or nothing. */
function keep(place) {
  if (place.dataset.ends !== undefined) return "end";
  return place.dataset.keeps !== undefined ? "yes" : "";
}

async function tell(place, update) {
  const csrf = document.querySelector("input[name=csrf]")?.value;
  if (!csrf || told === update) return;
  told = update;
  try {
    const body = new URLSearchParams({ csrf, update, keep: keep(place) });
    await fetch(place.dataset.reading, { method: "POST", body, credentials: "same-origin", keepalive: true });
  } catch {
    // Without a network nothing is lost but a marker; the next update tells again.
    told = "";
  }
}

function watch(place) {
  const keeps = place.dataset.keeps !== undefined;
  let newest = Infinity;
  const updates = [...(place.matches("[data-update]") ? [place] : place.querySelectorAll("[data-update]"))];
  const seen = (update) => {
    // Where one is to come back to is the last one seen; what is new is known by the newest.
    const at = updates.indexOf(update);
    if (!keeps && at >= newest) return;
    newest = Math.min(newest, at);
    tell(place, update.dataset.update);
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        clearTimeout(timers.get(entry.target));
        // Half of the update, or half of the screen where it is longer.
        const half = entry.intersectionRatio >= 0.5 || entry.intersectionRect.height >= window.innerHeight / 2;
        if (!entry.isIntersecting || !half || document.visibilityState !== "visible") continue;
        timers.set(entry.target, setTimeout(() => seen(entry.target), MOMENT));
      }
    },
    { threshold: [0, 0.1, 0.25, 0.5, 0.75, 1] },
  );
  const begin = () => updates.forEach((update) => observer.observe(update));
  begin();
  // What lay in a tab behind others is looked at when the tab is.
  document.addEventListener("visibilitychange", () => {
    for (const timer of timers.values()) clearTimeout(timer);
    observer.disconnect();
    if (document.visibilityState === "visible") begin();
  });
}

places.forEach(watch);
