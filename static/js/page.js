// What every page gets on top of plain HTML. Nothing here is needed to use the portal.

const MENUS = "details.menu[open], details.confirm[open]";

// Menus and confirmations close on Escape and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(MENUS)) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(MENUS)) if (!menu.contains(event.target)) menu.open = false;
});

// A second click on a button that has just been pressed does nothing. The server copes with it too.
const sent = new WeakMap();
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  const last = sent.get(event.target) ?? -Infinity;
  if (event.timeStamp - last < 1500) event.preventDefault();
  else sent.set(event.target, event.timeStamp);
});

// Boxes that scroll sideways are reachable by keyboard, and say what they hold.
const watch = new ResizeObserver((entries) => {
  for (const { target: box } of entries) {
    const wide = box.scrollWidth > box.clientWidth;
    box.toggleAttribute("tabindex", wide);
    if (!wide) {
      box.removeAttribute("role");
      box.removeAttribute("aria-label");
      continue;
    }
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", box.querySelector("caption")?.textContent.trim() || document.title);
  }
});
const scan = (root) => {
  for (const box of root.querySelectorAll(".table-scroll")) watch.observe(box);
};
scan(document);
document.addEventListener("htmx:load", (event) => scan(event.target.parentElement ?? event.target));

// A section or chart that takes the place of the link which asked for it takes its focus too, at its heading.
let heading = "";
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  heading = target.contains(document.activeElement) ? target.getAttribute("aria-labelledby") : "";
});
document.addEventListener("htmx:afterSettle", () => {
  const found = heading && document.getElementById(heading);
  heading = "";
  if (!found) return;
  found.tabIndex = -1;
  found.focus({ preventScroll: true });
});
