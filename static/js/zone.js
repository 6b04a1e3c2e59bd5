// The zone of this device stands first on the list, for whoever has not chosen one yet.

const list = document.querySelector("select[data-zones]");
const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const known = here && list?.querySelector(`option[value="${CSS.escape(here)}"]`);
if (known && list.value === "UTC" && here !== "UTC") {
  const group = document.createElement("optgroup");
  group.label = "This device";
  group.append(new Option(here.replaceAll("_", " "), here));
  list.prepend(group);
  // Putting it there chooses nothing.
  list.value = "UTC";
}
