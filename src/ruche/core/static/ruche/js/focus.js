// After a swap, focus goes to the new heading marked data-ruche-focus; htmx itself gives it back to
// the control that had it when the new page has one with the same id. A page that comes back with an
// error summary puts the focus there.

export function keepFocus(root) {
  root.addEventListener("htmx:afterSettle", (event) => focusInside(event.target));
  focusInside(root.querySelector("main"), "[role='alert'][data-ruche-focus]");
}

function focusInside(container, selector = "[data-ruche-focus]") {
  const wanted = container?.matches?.(selector) ? container : container?.querySelector(selector);
  if (!wanted) return;
  if (!wanted.hasAttribute("tabindex")) wanted.setAttribute("tabindex", "-1");
  wanted.focus();
}
