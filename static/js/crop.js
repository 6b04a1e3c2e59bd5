// A frame over a photo for the part of it that shows. It writes into the number fields beside it, which say the same.

const LEAST = 10;

/** Puts the frame over the photo in `place`. */
export function croppable(place) {
  const form = place.closest("form");
  const photo = place.querySelector("img");
  const fields = Object.fromEntries(["left", "top", "width"].map((name) => [name, form.elements[name]]));
  // By what the photo says of itself: it may not be there yet, and then it has no size on the screen.
  const [wide, high] = ["width", "height"].map((side) => Number(photo.getAttribute(side)));
  const ratio = () => (wide / high) * (Number(place.dataset.down) / Number(place.dataset.across));
  const widest = () => Math.min(100, 100 / ratio());
  const frame = document.createElement("div");
  const corner = document.createElement("span");
  frame.className = "crop__frame";
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", "The part that shows. Arrows move it, plus and minus change its size.");
  corner.className = "crop__corner";
  frame.append(corner);
  place.append(frame);
  const help = form.querySelector("[data-crop-help]");
  if (help) help.hidden = false;

  const number = (name) => Number.parseFloat(fields[name].value.replace(",", ".")) || 0;
  const between = (least, value, most) => Math.max(least, Math.min(most, value));

  function put(left, top, width) {
    const across = between(Math.min(LEAST, widest()), width, widest());
    const down = across * ratio();
    const part = { left: between(0, left, 100 - across), top: between(0, top, Math.max(0, 100 - down)), width: across };
    // Rounded down, so that no tenth of a per cent lies beyond the edge.
    for (const name of Object.keys(fields)) fields[name].value = (Math.floor(part[name] * 10 + 1e-6) / 10).toFixed(1);
    draw();
  }

  function draw() {
    const width = number("width");
    frame.style.left = `${number("left")}%`;
    frame.style.top = `${number("top")}%`;
    frame.style.width = `${width}%`;
    frame.style.height = `${width * ratio()}%`;
  }

  let hold;
  frame.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary) return;
    frame.setPointerCapture(event.pointerId);
    hold = { x: event.clientX, y: event.clientY, left: number("left"), top: number("top"), width: number("width"), sizes: event.target === corner };
  });
  frame.addEventListener("pointermove", (event) => {
    if (!hold) return;
    const across = ((event.clientX - hold.x) / photo.clientWidth) * 100;
    const down = ((event.clientY - hold.y) / photo.clientHeight) * 100;
    if (hold.sizes) put(hold.left, hold.top, Math.min(hold.width + across, 100 - hold.left, (100 - hold.top) / ratio()));
    else put(hold.left + across, hold.top + down, hold.width);
  });
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, () => (hold = undefined));
  frame.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 5 : 1;
    const [left, top, width] = [number("left"), number("top"), number("width")];
    const keys = {
      ArrowLeft: [left - step, top, width],
      ArrowRight: [left + step, top, width],
      ArrowUp: [left, top - step, width],
      ArrowDown: [left, top + step, width],
      "+": [left, top, width + step],
      "=": [left, top, width + step],
      "-": [left, top, width - step],
    };
    const to = keys[event.key];
    if (!to || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    put(...to);
  });
  for (const field of Object.values(fields)) field.addEventListener("input", draw);
  draw();
}
