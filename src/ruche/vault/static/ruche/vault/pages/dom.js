// Small gestures shared by the pages of the vault: show, tell, refuse, once at a time.
import { keeper } from "../keeper.js";

export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const one = (selector, root = document) => root.querySelector(selector);

/** Parts that show only while the vault is open, or closed. */
export function followState(root) {
  const show = () => all("[data-when]", root).forEach((part) => { part.hidden = part.dataset.when !== (keeper.isOpen ? "open" : "closed"); });
  keeper.addEventListener("change", show);
  show();
}

/** Run once the vault is open, now or later, each time it opens. */
export function whenOpen(act) {
  keeper.addEventListener("change", ({ detail }) => detail === "open" && act());
  if (keeper.state === "open") act(); // said, not only under way: else it would be done twice
}

export function refuse(line, message) {
  line.textContent = message;
  line.hidden = !message;
}

/** Run `act`; what it refuses is told on `line`, and the button cannot be pressed meanwhile. */
export async function attempt(button, line, act) {
  refuse(line, "");
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    return await act();
  } catch (error) {
    refuse(line, error.message);
    return undefined;
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

export function listWords(list, words) {
  list.replaceChildren(...words.map((word) => Object.assign(document.createElement("li"), { textContent: word })));
}

/** A form that is never sent as it is: its fields have no name, and this module alone reads them. */
export function onSubmit(form, act) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    act(form);
  });
}
