// Making elements without ever making HTML out of somebody's words.

/** An element with its properties and what is in it. `data-…`, `aria-…`, `role` and `for` are attributes. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (key.includes("-") || key === "role" || key === "for") element.setAttribute(key, value);
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element[key] = value;
  }
  element.append(...children.filter((it) => it !== undefined && it !== null && it !== false));
  return element;
}

export const button = (label, act, className = "button") => make("button", { type: "button", className, onclick: act }, label);

export const link = (label, href, className = "") => make("a", { href, className }, label);

/** A time of day, with the day if it was not today. */
export function when(time) {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "a moment ago";
  const isToday = date.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(document.documentElement.lang === "en" ? undefined : document.documentElement.lang, {
    ...(isToday ? {} : { weekday: "long" }),
    hour: "numeric",
    minute: "2-digit",
  }).format(date);
}
