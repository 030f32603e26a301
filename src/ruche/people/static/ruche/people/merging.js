// Two files for one person: bring them together, value by value, and undo it if it was a mistake.
//
// Nothing moves: each file keeps its pieces. The identity that stays says which file came to it, and
// what both said before; the other one says where it went, and is no longer found by a search.
import { openDirectories } from "./directories.js";
import { FIELDS, LABELS, nameOf, readingOf } from "./names.js";
import { WRITTEN, sealed, write } from "./writing.js";
import { keeper } from "../vault/keeper.js";
import { openGiven } from "../vault/opening.js";
import { all, attempt, one, onSubmit, refuse } from "../vault/pages/dom.js";
import { post } from "../vault/server.js";

const ELSEWHERE = "Ces deux fiches ne sont pas du même cercle : elles ne peuvent pas être réunies.";
let directory = null; // asked for once, when somebody begins to search
let other = null;

/** What an identity says, without its history. */
const said = (value) => Object.fromEntries([...FIELDS, "answers"].filter((field) => value[field]).map((field) => [field, value[field]]));

/** The identity of a file, opened, with what is needed to change it. */
async function identityOf(record) {
  const { pieces } = await post("/coffre/fiche/", { record });
  const opened = await openGiven(pieces);
  return opened.find(({ place, value }) => place.kind === "identity" && value);
}

/** The notes of the files that were brought to this one. */
export async function notesOfMerged(value) {
  const notes = [];
  for (const { record } of value?.merged ?? []) {
    const { pieces } = await post("/coffre/fiche/", { record }).catch(() => ({ pieces: [] }));
    notes.push(...(await openGiven(pieces)).filter(({ place }) => WRITTEN.has(place.kind)));
  }
  return notes;
}

// ------------------------------------------------------------------------------- choosing

export function offerMerge(part, file) {
  showMerged(part, file);
  if (part.dataset.ready) return;
  part.dataset.ready = "yes";
  const input = one("#reunir", part);
  for (const sign of ["focus", "input"]) input.addEventListener(sign, () => suggest(part, file, input));
  keeper.addEventListener("change", () => keeper.isOpen || forgetChoice(part));
  onSubmit(one("[data-ruche-merge]", part), (form) => attempt(one("button[type=submit]", form), file.line, () => merge(part, file)));
}

/** Those who are called so: what is typed before the directory is open is looked for once it is. */
async function suggest(part, file, input) {
  let found = [];
  try {
    directory ??= openDirectories();
    const opened = (await directory).directory;
    if (!keeper.isOpen) return;
    if (input.value.trim().length >= 2) found = opened.search(input.value, { limit: 6 });
  } catch (error) {
    directory = null; // asked for again at the next letter
    refuse(file.line, error.message);
  }
  const others = found.filter(({ identity }) => identity.id !== file.record);
  one("[data-ruche-merge-found]", part).replaceChildren(...others.map(({ identity }) => suggestion(part, file, identity)));
}

function suggestion(part, file, identity) {
  const item = document.createElement("li");
  const label = [nameOf(identity), readingOf(identity, "birth")].filter(Boolean).join(", ");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet", textContent: label });
  button.addEventListener("click", () => attempt(button, file.line, () => choose(part, file, identity)));
  item.append(button);
  return item;
}

async function choose(part, file, { id, circle }) {
  if (circle !== file.circle) throw new Error(ELSEWHERE);
  const found = await identityOf(id);
  if (!keeper.isOpen) return;
  other = found;
  one("[data-ruche-merge-found]", part).replaceChildren();
  const differing = FIELDS.filter((field) => readingOf(mineIn(file), field) !== readingOf(other.value, field));
  one("[data-ruche-merge-values]", part).replaceChildren(...differing.map((field) => choice(file, field)));
  one("[data-ruche-merge]", part).hidden = false;
}

const mineIn = (file) => file.held.identity.value;

function choice(file, field) {
  const group = Object.assign(document.createElement("fieldset"), { className: "choices" });
  group.append(Object.assign(document.createElement("legend"), { textContent: LABELS[field] }));
  const values = [readingOf(mineIn(file), field), readingOf(other.value, field)];
  const kept = values[0] ? 0 : 1;
  values.forEach((text, side) => group.append(option(field, side, text, side === kept)));
  return group;
}

function option(field, side, text, checked) {
  const label = Object.assign(document.createElement("label"), { className: "choice" });
  const box = Object.assign(document.createElement("input"), { type: "radio", name: `reunir-${field}`, value: side ? "theirs" : "mine", checked });
  label.append(box, Object.assign(document.createElement("span"), { textContent: text || "(rien)" }));
  return label;
}

// -------------------------------------------------------------------------------- merging

async function merge(part, file) {
  const [mine, theirs] = [said(mineIn(file)), said(other.value)];
  const chosen = { ...theirs, ...mine };
  for (const box of all("[data-ruche-merge-values] input:checked", part)) {
    take(chosen, box.value === "mine" ? mine : theirs, box.name.replace("reunir-", ""));
  }
  const merged = [...(mineIn(file).merged ?? []), { record: other.place.record, mine, theirs, chosen }];
  await writeBoth(file, { ...chosen, merged }, other, { ...other.value, into: file.record });
  forgetChoice(part);
  await file.reload();
}

/** Once it is done, or the vault closed: nothing of the other file stays in the page. */
function forgetChoice(part) {
  directory = other = null;
  one("[data-ruche-merge]", part).hidden = true;
  one("#reunir", part).value = "";
  for (const list of ["found", "values"]) one(`[data-ruche-merge-${list}]`, part).replaceChildren();
}

function take(target, source, field) {
  if (source[field]) target[field] = source[field];
  else delete target[field];
  const answer = source.answers?.[field];
  target.answers = { ...target.answers, [field]: answer };
  if (!answer) delete target.answers[field];
}

const rewritten = ({ place, digest }, value) =>
  sealed("identity", value, { circle: place.circle, record: place.record, piece: place.piece, replaces: digest });

// Both identities in one request: they change together, or not at all.
async function writeBoth(file, mine, theirs, value) {
  await write(await rewritten(file.held.identity, mine), await rewritten(theirs, value));
}

// -------------------------------------------------------------------------------- undoing

function showMerged(part, file) {
  const { merged = [], into } = mineIn(file);
  one("[data-ruche-into]", part).hidden = !into;
  if (into) one("[data-ruche-into] a", part).href = `/personnes/${into}/`;
  one("[data-ruche-merged]", part).replaceChildren(...merged.map((past) => mergedItem(past, file)));
}

function mergedItem(past, file) {
  const item = document.createElement("li");
  const text = Object.assign(document.createElement("span"), { textContent: `Réunie avec la fiche de ${nameOf(past.theirs)}` });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet", textContent: "Séparer de nouveau" });
  button.addEventListener("click", () => attempt(button, file.line, () => undo(past, file)));
  item.append(text, button);
  return item;
}

/** What the merge changed and nobody touched since goes back; what was changed since stays. */
async function undo(past, file) {
  const now = mineIn(file);
  const back = said(now);
  for (const field of FIELDS) {
    if (readingOf(now, field) === readingOf(past.chosen, field)) take(back, past.mine, field);
  }
  const merged = now.merged.filter(({ record }) => record !== past.record);
  const theirs = await identityOf(past.record);
  const { into, ...alone } = theirs.value;
  if (into !== file.record) throw new Error("L’autre fiche a déjà été séparée.");
  await writeBoth(file, merged.length ? { ...back, merged } : back, theirs, alone);
  await file.reload();
}
