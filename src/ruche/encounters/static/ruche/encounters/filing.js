// The tray « à ranger »: open what phones sealed, say of whom it is, file it in her record.
import { readDeposit } from "./device.js";
import { factFor, factOf, tokenFor } from "./facts.js";
import { shuffled } from "./outbox.js";
import { CLIENT, send } from "./sending.js";
import { putItems } from "./store.js";
import { openDirectories } from "../people/directories.js";
import { nameOf, readingOf } from "../people/names.js";
import { trusted } from "../people/sharing.js";
import { sealed } from "../people/writing.js";
import { couldSign } from "../vault/acts.js";
import { bytesOf } from "../vault/forms.js";
import { keeper } from "../vault/keeper.js";
import { openBody, placeOf } from "../vault/pieces.js";
import { memberId, post } from "../vault/server.js";
import { openWrapped } from "../vault/suite.js";
import { attempt, followState, one, whenOpen } from "../vault/pages/dom.js";

const page = one("[data-ruche-tray]");
const line = one("[data-ruche-refusal]", page);
/** Milliseconds before facts leave: not in the request, nor in the minute, of the filing. */
const APART = 20_000;
/** Their facts left from the phone: nobody to recognise, or someone already known there. */
const LEFT_ALREADY = new Set(["anonymous", "known"]);
let directory = null;
let waiting = [];

async function load() {
  const [{ deposits }, opened] = await Promise.all([post("/rencontres/a-ranger/liste/"), openDirectories()]);
  directory = opened.directory;
  waiting = await Promise.all(deposits.map(open));
  await recogniseCards();
  show();
}

// ------------------------------------------------------------------------------- opening

async function open({ id, circle, epoch, body, key }) {
  const place = { kind: "deposit", circle, epoch, record: id, piece: id };
  try {
    const secret = keeper.secretOf(circle, epoch);
    if (!secret) throw new Error("elle est d’une époque que vous ne pouvez pas ouvrir.");
    const opener = await openWrapped(await secret.depositPair(), bytesOf(key), placeOf(place));
    const value = await openBody(bytesOf(body), opener, place);
    const known = keeper.circles.get(circle).circle;
    return { id, circle, said: await readDeposit(value, place, (member) => couldSign(known, member, epoch)) };
  } catch (error) {
    return { id, circle, trouble: error.message };
  }
}

// A card leads to a record: the server says which, among those that one may read.
async function recogniseCards() {
  const handles = [...new Set(waiting.map(({ said }) => said?.handle).filter(Boolean))];
  const found = new Map(await Promise.all(handles.map(async (handle) => [handle, (await post("/personnes/carte/lue/", { handle })).records])));
  for (const item of waiting) {
    const records = [item.said?.record, ...(found.get(item.said?.handle) ?? [])];
    item.record = records.find((record) => record && directory.get(record)?.circle === item.circle);
  }
}

// ------------------------------------------------------------------------------- showing

const element = (name, text, properties = {}) => Object.assign(document.createElement(name), { textContent: text, ...properties });

function show() {
  const known = waiting.filter(({ record }) => record);
  one("[data-ruche-told]", page).textContent = waiting.length ? `${waiting.length} à ranger.` : "Tout est rangé.";
  one("[data-ruche-all]", page).hidden = known.length < 2;
  one("[data-ruche-file-all]", page).textContent = `Ranger les ${known.length} dont la personne est reconnue`;
  one("[data-ruche-deposits]", page).replaceChildren(...waiting.map(itemFor));
}

function itemFor(item) {
  const entry = document.createElement("li");
  if (!item.said) {
    entry.append(element("p", `Cette rencontre ne s’ouvre pas : ${item.trouble}`));
    return entry;
  }
  entry.append(...summaryOf(item.said), ...choicesFor(item));
  return entry;
}

function summaryOf(said) {
  const promised = said.promises.map(({ kind, text }) => [PROMISED[kind], text].filter(Boolean).join(" : "));
  return [
    element("p", [said.given && `« ${said.given} »`, `${said.title}, ${said.site_name}, ${dayOf(said)}`].filter(Boolean).join(", "), { className: "eyebrow" }),
    element("p", said.read.map(([question, answers]) => `${question} ${answers.join(", ")}`).join(" · ")),
    said.note && element("p", said.note),
    promised.length && element("p", `Promis : ${promised.join(" ; ")}`),
    element("p", authorOf(said), { className: "note" }),
  ].filter(Boolean);
}

const PROMISED = { call: "rappeler", bring: "apporter une information", check: "vérifier une démarche" };

function authorOf({ by, isSigned }) {
  const who = by === memberId() ? "Notée par vous" : "Notée par une personne de votre cercle";
  return isSigned ? `${who}.` : `${who}, d’après ce téléphone : il n’est pas reconnu.`;
}

function choicesFor(item) {
  const { said, record } = item;
  if (record) return [buttons(choice(item, `Ranger chez ${nameOf(directory.get(record))}`, "button", () => fileIn(item, record)), erase(item))];
  const near = said.given ? directory.near({ given: said.given, id: "" }).filter(({ identity }) => identity.circle === item.circle) : [];
  const found = element("div", "", { className: "cluster" });
  found.append(...near.map(({ identity }) => candidate(item, identity)));
  return [found, searchFor(item, found), buttons(choice(item, "Nouvelle fiche", "button", () => fileAnew(item)), erase(item))];
}

const candidate = (item, identity) => choice(item, `C’est ${[nameOf(identity), readingOf(identity, "birth")].filter(Boolean).join(", ")}`, "button button-secondary", () => fileIn(item, identity.id));

function searchFor(item, found) {
  const label = element("label", "Chercher la personne ");
  const input = Object.assign(document.createElement("input"), { type: "search", autocomplete: "off", spellcheck: false });
  input.addEventListener("input", () => {
    const people = input.value.trim().length < 2 ? [] : directory.search(input.value, { limit: 6 });
    found.replaceChildren(...people.filter(({ identity }) => identity.circle === item.circle).map(({ identity }) => candidate(item, identity)));
  });
  const field = element("div", "", { className: "field" });
  label.append(input);
  field.append(label);
  return field;
}

const erase = (item) => choice(item, "Lue : l’effacer", "button button-quiet", async () => {
  if (!confirm("Effacer cette rencontre ? Ce qu’elle dit ne sera rangé nulle part.")) return;
  await post("/rencontres/a-ranger/effacer/", { deposit: item.id });
  forget(item);
});

function choice(item, words, className, act) {
  const button = element("button", words, { type: "button", className });
  button.addEventListener("click", () => attempt(button, line, act));
  return button;
}

function buttons(...parts) {
  const place = element("p", "", { className: "cluster" });
  place.append(...parts);
  return place;
}

function forget(item) {
  waiting = waiting.filter((one) => one !== item);
  show();
}

// -------------------------------------------------------------------------------- filing

async function fileAnew(item) {
  const record = crypto.randomUUID();
  const identity = { given: item.said.given || `Rencontre du ${new Date(`${item.said.day}T12:00:00`).toLocaleDateString("fr-FR")}` };
  const known = item.said.given ? identity : { alias: identity.given };
  const piece = await sealed("identity", known, { circle: item.circle, record });
  await fileIn(item, record, [piece]);
  directory.add({ ...known, id: record, circle: item.circle, piece: piece.id });
}

async function fileIn(item, record, before = []) {
  const { said, circle } = item;
  const encounter = await sealed("encounter", { met: said, text: textOf(said) }, { circle, record });
  const promises = await Promise.all(said.promises.map((promise) => sealed("promise", promisedIn(said, promise), { circle, record })));
  await post("/rencontres/a-ranger/ranger/", {
    deposit: item.id,
    pieces: [...before, encounter, ...promises],
    promises: promises.map(({ id }) => ({ piece: id, site: said.site, month: said.month })),
  });
  await keepFact(item, record);
  forget(item);
}

// Only here is she known: her fact leaves from here, later and alone, with what counts her once.
// What one reads of it in her record, whatever the form became.
function textOf(said) {
  return [`${said.title}, ${said.site_name}, ${dayOf(said)}.`, ...said.read.map(([question, answers]) => `${question} ${answers.join(", ")}`), said.note].filter(Boolean).join("\n");
}

function promisedIn(said, { kind, text: words }) {
  const text = `Promis à ${said.site_name}, ${dayOf(said)} : ${[PROMISED[kind], words].filter(Boolean).join(", ")}.`;
  return { kind, words, text, site: said.site, day: said.day };
}

const dayOf = ({ day }) => new Date(`${day}T12:00:00`).toLocaleDateString("fr-FR", { dateStyle: "long" });

async function keepFact({ said, circle }, record) {
  const measuring = await measuringCircle();
  if (!measuring || LEFT_ALREADY.has(said.mode)) return;
  const token = await tokenFor({ record, circle }, keeper, said.day.slice(0, 4));
  const fact = factOf(said, said, { month: said.day.slice(0, 7), site: said.site }, token);
  const envelope = await factFor(fact, measuring);
  await putItems([{ id: envelope.id, member: memberId(), kind: "fact", body: envelope, ready: 0 }]);
  setTimeout(sendFacts, APART + Math.random() * APART);
}

let believed = null;
function measuringCircle() {
  const { measuring } = page.dataset;
  if (!measuring) return null;
  const ours = keeper.circles.get(measuring);
  believed ??= ours ? currentKey(ours) : trusted(measuring).catch(() => null);
  return believed;
}

async function currentKey({ circle }) {
  return { id: circle.id, epoch: circle.epoch, public: await keeper.currentSecret(circle.id).depositPublic() };
}

const sendFacts = () => CLIENT && send(memberId(), { today: "0000" }).catch(() => undefined); // the next visit will

one("[data-ruche-file-all]", page).addEventListener("click", ({ currentTarget }) =>
  attempt(currentTarget, line, async () => {
    for (const item of shuffled(waiting.filter(({ record }) => record))) await fileIn(item, item.record);
  }),
);

followState(one("main"));
keeper.addEventListener("change", () => {
  if (keeper.isOpen) return;
  waiting = [];
  one("[data-ruche-deposits]", page).replaceChildren();
});
whenOpen(() => load().catch((error) => { line.textContent = error.message; line.hidden = false; }));
