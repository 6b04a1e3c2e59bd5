// Days as one speaks of them, where this device is: "yesterday", "on Monday", "on 3 March".

const DAY = 24 * 60 * 60 * 1000;
const { lang } = document.documentElement;
// The words around them are English.
const language = lang.startsWith("en-") ? lang : "en-GB";

/** Midnight at the beginning of a day here, counted in days. */
const dayOf = (date) => Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY);

/** The day of a moment in words; `on` is what comes before the name of a day. */
export function dayAgo(date, on = "on ") {
  const now = new Date();
  const days = dayOf(now) - dayOf(date);
  if (days <= 0) return "today";
  if (days === 1) return "yesterday";
  const write = (options) => on + new Intl.DateTimeFormat(language, options).format(date);
  if (days < 7) return write({ weekday: "long" });
  if (date.getFullYear() === now.getFullYear()) return write({ day: "numeric", month: "long" });
  return write({ day: "numeric", month: "long", year: "numeric" });
}

/** Says the days in a part of the page as they are here, unless the reader has chosen a time zone in their account. */
export function sayDays(part) {
  for (const time of part.querySelectorAll("time[data-day]:not([data-zone])")) {
    const date = new Date(time.dateTime);
    if (!Number.isNaN(date.getTime())) time.textContent = dayAgo(date, time.dataset.day === "from" ? "" : "on ");
  }
}

sayDays(document);
