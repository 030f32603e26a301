// Find a person among those of one's circles; before writing a new one, look at who resembles.
import { fetchEarly, openDirectories } from "./directories.js";
import { identityIn, isNamed, nameOf, readingOf } from "./names.js";
import { sealed, write } from "./writing.js";
import { registerFormat } from "../vault/holes.js";
import { readCode } from "../vault/codes.js";
import { keeper } from "../vault/keeper.js";
import { all, attempt, followState, one, onSubmit, whenOpen } from "../vault/pages/dom.js";

const BECAUSE = {
  name: "",
  sound: "se prononce pareil",
  spelling: "orthographe proche",
  phone: "même téléphone",
  card: "sa carte",
};
const NAMELESS = "Écrivez au moins un surnom, un prénom ou un nom.";
const page = one("[data-ruche-directory]");
const line = page && one("[data-ruche-refusal]", page);
let directory = null;

function counted(number) {
  if (number === 0) return "Aucune personne dans vos cercles pour l’instant.";
  return number === 1 ? "Une personne dans vos cercles." : `${number.toLocaleString("fr-FR")} personnes dans vos cercles.`;
}

function show(list, found) {
  list.replaceChildren(...found.map(entry));
}

function entry({ identity, because }) {
  const item = document.createElement("li");
  const link = Object.assign(document.createElement("a"), { href: `/personnes/${identity.id}/`, textContent: nameOf(identity) });
  const circle = keeper.circles.size > 1 ? keeper.circles.get(identity.circle)?.name : "";
  const details = [readingOf(identity, "birth"), circle, BECAUSE[because]].filter(Boolean).join(", ");
  item.append(link, Object.assign(document.createElement("span"), { className: "note", textContent: details }));
  return item;
}

function search() {
  const text = one("#chercher", page).value;
  if (isCode(text)) return location.assign(`/personnes/carte/#${encodeURIComponent(text.trim())}`);
  const found = text.trim().length < 2 ? [] : directory.search(text);
  show(one("[data-ruche-results]", page), found);
  one("[data-ruche-count]", page).textContent = text.trim().length < 2 ? counted(directory.size) : resultsOf(found.length);
  return undefined;
}

// A whole code of a card, typed or read by a scanner: it leads to the file.
function isCode(text) {
  try {
    return text.length >= 27 && Boolean(readCode(text));
  } catch {
    return false;
  }
}

function resultsOf(number) {
  if (number === 0) return "Personne ne correspond. Essayez moins de lettres, ou un autre nom.";
  return number === 1 ? "Une personne correspond." : `${number} personnes correspondent.`;
}

function near(form) {
  const found = directory.near({ ...identityIn(form), id: "" });
  one("[data-ruche-near]", form).hidden = !found.length;
  show(one("[data-ruche-near-list]", form), found);
}

async function create(form) {
  const identity = identityIn(form);
  if (!isNamed(identity)) throw new Error(NAMELESS);
  const record = crypto.randomUUID();
  await write(await sealed("identity", identity, { circle: one("[data-ruche-circle]", form).value, record }));
  location.assign(`/personnes/${record}/`);
}

// What the server gives and nobody can open was changed, or moved: that is not hidden.
function tellClosed(number) {
  one("[data-ruche-closed]", page).hidden = !number;
  one("[data-ruche-closed-count]", page).textContent = number === 1 ? "Une fiche ne s’ouvre pas" : `${number} fiches ne s’ouvrent pas`;
}

function begin(form) {
  form.hidden = false;
  one("h2", form).focus();
}

function wipe() {
  directory = null;
  for (const list of all("ul", page)) list.replaceChildren();
  for (const input of all("input[id]", page)) input.value = "";
}

registerFormat("name", nameOf);
if (page) {
  const form = one("[data-ruche-new-person]", page);
  if (await keeper.isHeld()) fetchEarly(page.dataset.circles.split(" "));
  followState(one("main"));
  keeper.addEventListener("change", () => keeper.isOpen || wipe());
  whenOpen(async () => {
    const opened = await openDirectories();
    directory = opened.directory;
    tellClosed(opened.closed);
    dispatchEvent(new CustomEvent("ruche:directory", { detail: directory.size }));
    search();
    directory.ready();
  });
  one("#chercher", page).addEventListener("input", () => directory && search());
  one("[data-ruche-new]", page).addEventListener("click", () => begin(form));
  one("[data-ruche-cancel]", form).addEventListener("click", () => { form.hidden = true; });
  form.addEventListener("input", () => directory && near(form));
  onSubmit(form, () => attempt(one("button[type=submit]", form), line, () => create(form)));
}
