// The card, on the telephone of whoever holds it. Written with the words of 2018, for old ones too.
// Its secret stays in the fragment and in this page: the server receives a handle and a proof.
import { LABELS, readingOf } from "./names.js";
import { cardOf, keyShown, threadIn, wordsKey } from "../vault/cards.js";
import { readCode } from "../vault/codes.js";
import { base64, bytesOf, canonical, context, hex, padded, parsed, unpadded } from "../vault/forms.js";
import { openBody } from "../vault/pieces.js";
import { openSealed, random, seal } from "../vault/suite.js";

const SAID = { words: "Vos mots", correction: "Vous demandez une correction", erasure: "Vous demandez d’effacer" };
const WEATHER = "https://meteofrance.com/";
const page = document.querySelector("[data-ruche-held-card]");
const find = (selector) => page.querySelector(selector);
const form = find("[data-ruche-open-card]");
let card = null;

// ------------------------------------------------------------------------------- the server

async function post(path, body) {
  let answer;
  try {
    const proven = Object.assign({ handle: hex(card.handle), proof: base64(card.proof) }, body);
    answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(proven) });
  } catch (error) {
    throw new Error("Le réseau ne répond pas. Réessayez dans un moment.");
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.message || "Cela n’a pas marché. Réessayez dans un moment.");
  return said;
}

function tell(message) {
  const line = find("[data-ruche-refusal]");
  line.textContent = message;
  line.hidden = !message;
}

async function attempt(button, act) {
  tell("");
  button.disabled = true;
  try {
    await act();
  } catch (error) {
    tell(error.message);
  }
  button.disabled = false;
}

// --------------------------------------------------------------------------------- opening

async function open() {
  const pin = find("#code-secret").value.trim();
  card = await cardOf(readCode(find("#code").value), pin);
  const { threads } = await post("/carte/ouvrir/", {});
  const opened = [];
  for (const thread of threads) opened.push(await openedThread(thread, pin));
  show(opened);
}

async function openedThread(thread, pin) {
  let key;
  try {
    key = await threadIn(card, bytesOf(thread.held), thread.record);
  } catch (error) {
    find("[data-ruche-pin]").hidden = false;
    find("#code-secret").focus();
    throw new Error(pin ? "Ce n’est pas le code secret de cette carte." : "Cette carte a un code secret : écrivez-le.");
  }
  const shown = [];
  for (const one of thread.shown) shown.push(await openedPiece(one, thread, key));
  const words = await wordsKey(key, thread.record);
  const said = [];
  for (const one of thread.said) said.push(await openedWords(one, thread.record, words));
  return Object.assign({}, thread, { words, shown, said });
}

async function openedPiece({ piece, kind, epoch, body, key }, { record, circle }, thread) {
  const place = { kind, circle: circle.id, epoch, record, piece };
  try {
    const opened = await keyShown(thread, bytesOf(key), { record, piece });
    return { piece, kind, value: await openBody(bytesOf(body), opened, place) };
  } catch (error) {
    return { piece, kind, value: null };
  }
}

async function openedWords({ id, kind, body }, record, words) {
  try {
    return { kind, text: parsed(unpadded(await openSealed(words, bytesOf(body), context("words", record, id)))).text };
  } catch (error) {
    return { kind, text: "Ces mots ne s’ouvrent pas." };
  }
}

// --------------------------------------------------------------------------------- showing

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function show(threads) {
  form.hidden = true;
  const list = find("[data-ruche-opened]");
  list.textContent = "";
  for (const thread of threads) list.appendChild(threadPart(thread));
  list.hidden = false;
  list.focus();
}

function threadPart(thread) {
  const part = element("section", "", "side flow");
  part.appendChild(element("h2", thread.circle.name));
  part.appendChild(shownPart(thread));
  if (thread.shares.length) part.appendChild(sharesPart(thread));
  part.appendChild(sayPart(thread));
  return part;
}

function shownPart(thread) {
  const part = element("div", "", "flow");
  if (!thread.shown.length) {
    part.appendChild(element("p", "Vous n’avez rien choisi de voir ici. Demandez-le à votre équipe."));
    return part;
  }
  for (const one of thread.shown) part.appendChild(pieceItem(one, thread));
  return part;
}

function pieceItem({ piece, kind, value }, thread) {
  const item = element("div", "", "card-piece flow");
  if (!value) item.appendChild(element("p", "Ceci ne s’ouvre pas avec cette carte."));
  else if (kind === "identity") item.appendChild(identityList(value));
  else item.appendChild(noteLines(value));
  item.appendChild(actionButton("Ne plus le voir ici", () => withdraw({ piece }, item)));
  return item;
}

function identityList(value) {
  const list = element("dl", "", "definitions");
  for (const field of Object.keys(LABELS)) {
    const text = readingOf(value, field);
    if (!text) continue;
    const pair = element("div");
    pair.appendChild(element("dt", LABELS[field]));
    pair.appendChild(element("dd", text));
    list.appendChild(pair);
  }
  return list;
}

function noteLines(value) {
  const lines = element("div");
  lines.appendChild(element("p", value.text));
  lines.appendChild(element("p", new Date(value.at).toLocaleDateString("fr-FR"), "note"));
  return lines;
}

function sharesPart(thread) {
  const part = element("div", "", "flow");
  part.appendChild(element("h3", "Vous avez accepté que lisent aussi"));
  for (const share of thread.shares) {
    const item = element("div", "", "card-piece flow");
    const until = new Date(`${share.until}T12:00`).toLocaleDateString("fr-FR");
    item.appendChild(element("p", `${share.circle}, jusqu’au ${until}`));
    item.appendChild(actionButton("Retirer ce partage", () => withdraw({ permission: share.id }, item)));
    part.appendChild(item);
  }
  return part;
}

async function withdraw(what, item) {
  await post("/carte/retirer/", what);
  item.textContent = "";
  item.appendChild(element("p", "C’est retiré."));
}

function actionButton(label, act) {
  const button = element("button", label, "button button-quiet");
  button.type = "button";
  button.addEventListener("click", () => attempt(button, act));
  return button;
}

// ------------------------------------------------------------------------------- her words

function sayPart(thread) {
  const part = element("form", "", "flow");
  part.appendChild(element("h3", "Vous voulez dire quelque chose ?"));
  const id = `mots-${thread.record}`;
  const kinds = kindChoices(id);
  const label = element("label", "Vos mots");
  label.htmlFor = id;
  const area = element("textarea");
  Object.assign(area, { id, maxLength: 3000, autocomplete: "off" });
  const field = element("div", "", "field");
  field.appendChild(label);
  field.appendChild(area);
  const button = element("button", "Envoyer à cette équipe", "button");
  const list = element("ul");
  for (const one of thread.said) list.appendChild(saidItem(one));
  for (const one of [kinds, field, button, list]) part.appendChild(one);
  part.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(button, () => say(thread, kinds.querySelector("select").value, area, list));
  });
  return part;
}

function kindChoices(id) {
  const field = element("div", "", "field");
  const label = element("label", "C’est pour");
  label.htmlFor = `${id}-nature`;
  const select = element("select");
  select.id = label.htmlFor;
  for (const [value, text] of [["words", "ajouter mes mots"], ["correction", "demander une correction"], ["erasure", "demander d’effacer"]]) {
    const option = element("option", text);
    option.value = value;
    select.appendChild(option);
  }
  field.appendChild(label);
  field.appendChild(select);
  return field;
}

const saidItem = ({ kind, text }) => element("li", `${SAID[kind]} : ${text}`);

async function say(thread, kind, area, list) {
  const text = area.value.trim();
  if (!text) throw new Error("Écrivez d’abord vos mots.");
  const id = uuid();
  const content = padded(canonical({ text, at: new Date().toISOString() }));
  const body = await seal(thread.words, content, context("words", thread.record, id));
  await post("/carte/dire/", { record: thread.record, id, kind, body: base64(body) });
  list.appendChild(saidItem({ kind, text }));
  area.value = "";
}

// `crypto.randomUUID` is younger than the telephones that we want to welcome.
function uuid() {
  const bytes = random(16);
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

// ----------------------------------------------------------------------------------- start

function leaveFast() {
  page.textContent = "";
  location.replace(WEATHER);
}

function takeFragment() {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!code) return false;
  history.replaceState(null, "", location.pathname); // the secret leaves the address bar and the history
  find("#code").value = code;
  return true;
}

function start() {
  if (takeFragment()) attempt(form.querySelector("button"), open);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(form.querySelector("button"), open);
});
for (const button of document.querySelectorAll("[data-ruche-leave]")) button.addEventListener("click", leaveFast);
window.addEventListener("hashchange", start);
window.addEventListener("pagehide", () => {
  card = null;
  find("#code").value = "";
  find("[data-ruche-opened]").textContent = "";
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
const staff = document.querySelector("[data-ruche-staff]");
staff.addEventListener("click", () => { staff.href = `${staff.pathname}#${find("#code").value}`; });
page.hidden = false;
start();
