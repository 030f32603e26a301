// Build the page from words: text only, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** `h("p", { className: "note" }, "texte")`. Attributes with a dash, or `for`, are set as attributes. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === false || value === null) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key.includes("-") || key === "for" || key === "role") element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.flat().filter(Boolean).map((child) => (typeof child === "string" ? typeset(child) : child)));
  return element;
}

const NARROW = "\u202f";
const FIXED = "\u00a0";

/** French spaces: what goes with a sign stays on its line. */
const typeset = (text) => text.replace(/ ([;!?»])/g, `${NARROW}$1`).replace(/« /g, `«${NARROW}`).replace(/ :/g, `${FIXED}:`);

/** A pictogram, from the path that draws it; nothing without one. */
export function picture(path) {
  if (!path) return null;
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" })) svg.setAttribute(key, value);
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

export const plural = (count, word, many = `${word}s`) => `${count.toLocaleString("fr-FR")} ${count > 1 ? many : word}`;

const fromDay = (day) => new Date(`${day}T12:00:00`);
export const dayInWords = (day) => fromDay(day).toLocaleDateString("fr-FR", { weekday: "long", day: "numeric", month: "long" });
export const hour = (instant) => new Date(instant).toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" });
export const instantInWords = (instant) => `${new Date(instant).toLocaleDateString("fr-FR", { day: "numeric", month: "long" })} à ${hour(instant)}`;

let numbers = 0;
/** An identifier that nothing else in the page has. */
export const freshId = (word) => `${word}-${(numbers += 1)}`;

/** Run `act` once at a time; what it refuses is told on `line`. */
export async function attempt(button, line, act) {
  line.textContent = "";
  line.hidden = true;
  button.disabled = true;
  try {
    return await act();
  } catch (error) {
    line.textContent = error.message;
    line.hidden = false;
    return undefined;
  } finally {
    button.disabled = false;
  }
}

export const refusal = () => h("p", { className: "errors", role: "alert", hidden: true });
