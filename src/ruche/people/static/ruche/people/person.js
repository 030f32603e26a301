// The file of a person: opened here, read with her, written here, and handed to nobody in clear.
import { suggestion } from "./guard.js";
import { FIELDS, LABELS, fillForm, identityIn, isNamed, nameOf, readingOf } from "./names.js";
import { download, readable } from "./exporting.js";
import { showCard } from "./card-of-person.js";
import { notesOfMerged, offerMerge } from "./merging.js";
import { completeShare, shareRecord } from "./sharing.js";
import { WRITTEN, sealed, write } from "./writing.js";
import { openGiven } from "../vault/opening.js";
import { keeper } from "../vault/keeper.js";
import { bytesOf } from "../vault/forms.js";
import { digestOf } from "../vault/pieces.js";
import { memberId, post } from "../vault/server.js";
import { attempt, followState, one, onSubmit, whenOpen } from "../vault/pages/dom.js";

const page = one("[data-ruche-person]");
const { ruchePerson: record, circle, mine } = page.dataset;
const line = one("[data-ruche-refusal]", page);
const NAMELESS = "Écrivez au moins un surnom, un prénom ou un nom.";
const nothing = () => ({ identity: null, notes: [], consents: [], permissions: [] });
let held = nothing();

async function load() {
  const given = await post("/coffre/fiche/", { record });
  const pieces = await openGiven(given.pieces);
  const identity = pieces.find(({ place }) => place.kind === "identity");
  const notes = pieces.filter(({ place }) => WRITTEN.has(place.kind)).concat(await notesOfMerged(identity?.value));
  const consents = pieces.filter(({ place, value }) => place.kind === "consent" && value).map(({ value }) => value);
  held = { identity, notes: notes.sort(oldestFirst), consents, permissions: given.permissions, endsIn: given.ends_in, pieces };
  await showAll();
}

async function showAll() {
  show();
  if (mine !== "yes" || !held.identity?.value) return;
  const file = { held, circle, record, reload: load, line };
  offerMerge(one("[data-ruche-merging]", page), file);
  await showCard(one("[data-ruche-card]", page), file);
}

const oldestFirst = (left, right) => (left.value?.at ?? "").localeCompare(right.value?.at ?? "");

function show() {
  const value = held.identity?.value;
  one("[data-ruche-name]").textContent = value ? nameOf(value) : "Fiche qui ne s’ouvre pas";
  if (value) showIdentity(value);
  one("[data-ruche-notes]", page).replaceChildren(...held.notes.map(noteItem));
  one("[data-ruche-no-note]", page).hidden = held.notes.length > 0;
  one("[data-ruche-dropped]", page).hidden = !isSomethingDropped();
  if (mine === "yes") one("[data-ruche-shares]", page).replaceChildren(...held.permissions.filter(({ alive }) => alive).map(shareItem));
}

// A note says what its author had read: if that is no longer served, someone dropped it.
function isSomethingDropped() {
  const served = new Set(held.notes.map(({ digest }) => digest));
  return held.notes.some(({ value }) => (value?.after ?? []).some((digest) => !served.has(digest)));
}

function showIdentity(value) {
  const entries = FIELDS.map((field) => [LABELS[field], readingOf(value, field)]).filter(([, text]) => text);
  one("[data-ruche-identity]", page).replaceChildren(...entries.map(([label, text]) => definition(label, text)));
  const form = one("[data-ruche-change]", page);
  if (form) fillForm(form, value);
}

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties });
}

function definition(label, text) {
  const pair = document.createElement("div");
  pair.append(element("dt", label), element("dd", text));
  return pair;
}

function noteItem({ value, trouble }) {
  const item = document.createElement("li");
  if (!value) {
    item.append(element("p", `Cette note ne s’ouvre pas : ${trouble}`));
    return item;
  }
  const when = new Date(value.at).toLocaleString("fr-FR", { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Paris" });
  item.append(element("p", value.text), element("p", `${when}, ${authorOf(value.by)}`, { className: "note" }));
  return item;
}

const authorOf = (member) => (member === memberId() ? "par vous" : "par une personne de votre cercle");

// The server says who may read; what she agreed to is sealed, and signed by whoever heard it.
function consentFor({ circle: shared, until }) {
  return held.consents.find((consent) => consent.circle === shared && consent.until === until);
}

function shareItem(share) {
  const { id, name, since, until } = share;
  const said = consentFor(share);
  const item = document.createElement("li");
  const day = (text) => new Date(`${text}T12:00:00`).toLocaleDateString("fr-FR", { dateStyle: "long" });
  const button = element("button", "Retirer ce partage", { type: "button", className: "button button-quiet" });
  button.addEventListener("click", () => attempt(button, line, async () => {
    await post("/coffre/partages/retirer/", { permission: id });
    await load();
  }));
  const text = [`${name}, du ${day(since)} au ${day(until)}`, said && `${said.what} ; dit ainsi : ${said.how}`].filter(Boolean).join(". ");
  const actions = element("span", "", { className: "cluster" });
  if (said && said.what !== "identité") actions.append(moreButton(share));
  actions.append(button);
  item.append(element("span", text), actions);
  return item;
}

function moreButton(share) {
  const button = element("button", "Y ajouter les notes récentes", { type: "button", className: "button button-quiet" });
  button.addEventListener("click", () => attempt(button, line, () => completeShare(share, held.notes.filter(({ place }) => place.record === record))));
  return button;
}

// -------------------------------------------------------------------------------- writing

// What was just sealed is shown as it is: reading it again would tell the journal when it was written.
async function written(given, value) {
  await write(given);
  const body = bytesOf(given.body);
  const place = { kind: given.kind, circle, epoch: given.epoch, record, piece: given.id };
  return { value, place, body, wrap: bytesOf(given.key), through: { circle, epoch: given.epoch }, digest: await digestOf(body) };
}

function onForm(selector, act) {
  const form = one(selector, page);
  if (form) onSubmit(form, () => attempt(one("button[type=submit]", form), line, () => act(form)));
}

onForm("[data-ruche-change]", async (form) => {
  const identity = identityIn(form);
  if (!isNamed(identity)) throw new Error(NAMELESS);
  const { place, digest, value: before } = held.identity;
  const history = Object.fromEntries(["merged", "into"].filter((name) => before[name]).map((name) => [name, before[name]]));
  const value = { ...identity, ...history };
  // Its key is new: those who may read receive it too, or the share would end without a word.
  held.identity = await written(await sealed("identity", value, { circle, record, piece: place.piece, replaces: digest }), value);
  for (const share of held.permissions.filter((one) => one.alive && consentFor(one))) await completeShare(share, [held.identity]);
  form.closest("details").open = false;
  await showAll();
});

onForm("[data-ruche-note]", async (form) => {
  const area = one("textarea", form);
  const text = area.value.trim();
  if (!text) throw new Error("La note est vide.");
  const after = held.notes.slice(-1).map(({ digest }) => digest); // what its author had read
  const note = await sealed("note", { text, after }, { circle, record });
  held.notes.push(await written(note, { text, after, by: memberId(), at: new Date().toISOString() }));
  area.value = "";
  one("[data-ruche-guard]", form).textContent = "";
  await showAll();
});

one("[data-ruche-note] textarea", page)?.addEventListener("input", ({ target }) => {
  one("[data-ruche-guard]", page).textContent = suggestion(target.value);
});

onForm("[data-ruche-share]", async (form) => {
  await shareRecord(held, { circle, record, form });
  form.reset();
  form.closest("details").open = false;
  await load();
});

// ---------------------------------------------------------------- read together, her rights

one("[data-ruche-turn]", page).addEventListener("click", ({ currentTarget }) => {
  const turned = document.body.classList.toggle("together");
  currentTarget.setAttribute("aria-pressed", String(turned));
  currentTarget.textContent = turned ? "Revenir à la fiche" : "À lire avec la personne";
});

one("[data-ruche-export]", page)?.addEventListener("click", ({ currentTarget }) =>
  attempt(currentTarget, line, async () => {
    download("fiche.json", "application/json", JSON.stringify(readable(held), null, 2));
  }),
);

one("[data-ruche-erase]", page)?.addEventListener("click", ({ currentTarget }) =>
  attempt(currentTarget, line, async () => {
    if (!confirm("Effacer cette fiche pour toujours ? Ses notes ne pourront plus être lues par personne.")) return;
    await post("/coffre/effacer/", { record });
    location.assign("/personnes/");
  }),
);

function wipe() {
  held = nothing();
  one("[data-ruche-name]").textContent = "Fiche scellée";
  for (const list of page.querySelectorAll("dl, ul")) list.replaceChildren();
  for (const field of page.querySelectorAll("[data-ruche-change] input")) field.value = "";
}

followState(one("main"));
keeper.addEventListener("change", () => keeper.isOpen || wipe());
whenOpen(() => load().catch((error) => { line.textContent = error.message; line.hidden = false; }));
