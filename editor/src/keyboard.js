// The keyboard of a phone covers the page without telling it; the toolbar stands right above it while one writes.

/** Smaller than this, it is a bar of the browser's and no keyboard. */
const KEYBOARD = 120;

/** Keeps the toolbar of an editor above the keyboard while its surface has the focus. */
export function standAboveKeyboard(editor, hasFocus) {
  const seen = window.visualViewport;
  if (!seen) return;
  const look = () => {
    const covered = Math.round(document.documentElement.clientHeight - seen.height - seen.offsetTop);
    const isOpen = hasFocus() && covered > KEYBOARD && seen.scale < 1.05;
    editor.classList.toggle("editor--keyboard", isOpen);
    editor.style.setProperty("--keyboard", `${isOpen ? covered : 0}px`);
  };
  for (const name of ["resize", "scroll"]) seen.addEventListener(name, look);
  for (const name of ["focusin", "focusout"]) editor.addEventListener(name, () => requestAnimationFrame(look));
}
