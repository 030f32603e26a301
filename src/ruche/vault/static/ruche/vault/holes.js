// Sealed holes: `<ruche-sealed data-piece="…" data-show="…">`. The page comes without what they hold;
// they are filled once the ring is open, also when htmx or a script brings new ones.
//
// The text lives in a closed shadow root: htmx's snapshots, the page's source and extensions that
// read `innerHTML` do not see it. What is not yet open shows the hole's own words.
import { openPieces } from "./opening.js";
import { keeper } from "./keeper.js";

const holes = new Set();
const formats = new Map([["text", (value) => value.text ?? ""]]);
let waiting = null;

/** How a hole shows a value: `data-show` names a format. */
export const registerFormat = (name, format) => formats.set(name, format);

class SealedHole extends HTMLElement {
  #text;
  #generation = 0;
  #root;

  connectedCallback() {
    if (!this.#root) {
      this.#root = this.attachShadow({ mode: "closed" });
      this.#text = document.createTextNode("");
      this.#root.append(document.createElement("slot"));
    }
    holes.add(this);
    fillSoon();
  }

  disconnectedCallback() {
    holes.delete(this);
    this.wipe();
  }

  /** Asynchronous work writes only if the hole has not been wiped or asked anew meanwhile. */
  begin() {
    this.#generation += 1;
    return this.#generation;
  }

  show(value, generation) {
    if (generation !== this.#generation) return;
    const format = formats.get(this.dataset.show ?? "text");
    this.#text.data = format ? format(value) : "";
    this.#root.replaceChildren(this.#text);
    this.toggleAttribute("data-filled", true);
  }

  wipe() {
    this.#generation += 1;
    this.#text.data = "";
    this.#root.replaceChildren(document.createElement("slot"));
    this.removeAttribute("data-filled");
  }
}

function fillSoon() {
  waiting ??= Promise.resolve().then(() => {
    waiting = null;
    return fill();
  });
}

async function fill() {
  if (!keeper.isOpen) return;
  const empty = [...holes].filter((hole) => !hole.hasAttribute("data-filled"));
  if (!empty.length) return;
  const generations = new Map(empty.map((hole) => [hole, hole.begin()]));
  const ids = [...new Set(empty.map((hole) => hole.dataset.piece))];
  const values = await openPieces(ids).catch(() => new Map());
  for (const hole of empty) {
    const found = values.get(hole.dataset.piece);
    if (found?.value) hole.show(found.value, generations.get(hole));
  }
  dispatchEvent(new CustomEvent("ruche:filled", { detail: empty.length }));
}

export function startHoles() {
  customElements.define("ruche-sealed", SealedHole);
  keeper.addEventListener("change", () => {
    if (keeper.isOpen) fillSoon();
    else holes.forEach((hole) => hole.wipe());
  });
}
