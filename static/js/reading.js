// Tells the server how far somebody has read, so that the page can say next time what is new, and that they have, for
// whoever wrote it: only of updates that were really on the screen for a moment.

const MOMENT = 1_500;
/** What comes onto the screen within this time is told of at once. */
const TOGETHER = 300;

const places = document.querySelectorAll("[data-reading]");
const timers = new Map();
/** What each place has told of already. */
const told = new Map();

/** What is to be kept of this update: where one was, that one has come to the end, or nothing. */
function keep(place) {
  if (place.dataset.ends !== undefined) return "end";
  return place.dataset.keeps !== undefined ? "yes" : "";
}

/** Sends what was seen in a place, and where one is in it, if that has changed. */
async function tell(place, seen, at) {
  const csrf = document.querySelector("input[name=csrf]")?.value;
  if (!csrf || (seen.length === 0 && !at)) return;
  const known = told.get(place) ?? { seen: new Set(), at: "" };
  told.set(place, known);
  const news = seen.filter((id) => !known.seen.has(id));
  const moved = at && known.at !== at ? at : "";
  if (news.length === 0 && !moved) return;
  const before = known.at;
  for (const id of news) known.seen.add(id);
  if (moved) known.at = moved;
  try {
    const body = new URLSearchParams({ csrf, update: moved, keep: moved ? keep(place) : "" });
    for (const id of news) body.append("seen", id);
    await fetch(place.dataset.reading, { method: "POST", body, credentials: "same-origin", keepalive: true });
  } catch {
    // Without a network nothing is lost but a marker; the next update tells again.
    for (const id of news) known.seen.delete(id);
    if (moved) known.at = before;
  }
}

function watch(place) {
  const keeps = place.dataset.keeps !== undefined;
  let newest = Infinity;
  let gathered = new Set();
  let at = "";
  let soon;
  const updates = [...(place.matches("[data-update]") ? [place] : place.querySelectorAll("[data-update]"))];
  const flush = () => {
    clearTimeout(soon);
    soon = undefined;
    tell(place, [...gathered], at);
    gathered = new Set();
  };
  const seen = (update) => {
    gathered.add(update.dataset.update);
    // Where one is to come back to is the last one seen; what is new is known by the newest.
    const index = updates.indexOf(update);
    if (keeps || index < newest) {
      newest = Math.min(newest, index);
      at = update.dataset.update;
    }
    soon ??= setTimeout(flush, TOGETHER);
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
    else if (soon) flush();
  });
}

places.forEach(watch);
