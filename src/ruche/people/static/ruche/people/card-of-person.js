// The card of a person, seen from her file: hand one, choose with her what it shows, revoke it.
import { nameOf } from "./names.js";
import { sealed } from "./writing.js";
import { drawQr } from "./qr.js";
import { cardOf, holdThread, showPiece, wordsKey } from "../vault/cards.js";
import { writeCode } from "../vault/codes.js";
import { base64, bytesOf, context, hex, parsed, unpadded } from "../vault/forms.js";
import { keeper } from "../vault/keeper.js";
import { keyBytesOf } from "../vault/pieces.js";
import { all, attempt, one, onSubmit } from "../vault/pages/dom.js";
import { post } from "../vault/server.js";
import { openSealed, random, sha256 } from "../vault/suite.js";

const SAID = { words: "Ses mots", correction: "Demande de correction", erasure: "Demande d’effacement" };
let fresh = false;

/** Fill the part of the file that is about the card. */
export async function showCard(part, file) {
  const { card } = await post("/personnes/carte/etat/", { record: file.record });
  if (fresh) return;
  turn(part, card ? "given" : "none");
  prepare(part, file);
  if (!card) return;
  one("[data-ruche-made]", part).textContent = new Date(`${card.made_on}T12:00`).toLocaleDateString("fr-FR", { dateStyle: "long" });
  one("[data-ruche-showing]", part).replaceChildren(...shownItems(card, file));
  await showSaid(part, card, file);
}

function turn(part, state) {
  for (const side of all("[data-card]", part)) side.hidden = side.dataset.card !== state;
}

function prepare(part, file) {
  if (part.dataset.ready) return;
  part.dataset.ready = "yes";
  onSubmit(one("[data-ruche-give]", part), (form) => attempt(one("button", form), file.line, () => give(part, form, file)));
  one("[data-ruche-lost-card]", part).addEventListener("click", ({ currentTarget }) =>
    attempt(currentTarget, file.line, async () => {
      await post("/personnes/carte/perdue/", { record: file.record });
      await file.reload();
    }),
  );
  one("[data-ruche-card-done]", part).addEventListener("click", async () => {
    fresh = false;
    one("[data-ruche-qr]", part).replaceChildren();
    one("[data-ruche-code]", part).textContent = "";
    await file.reload();
  });
}

// ------------------------------------------------------------------------------ a new card

async function give(part, form, { circle, record }) {
  const [secret, thread] = [random(16), random()];
  const card = await cardOf(secret, one("input", form).value.trim());
  await post("/personnes/carte/remettre/", {
    handle: hex(card.handle),
    proof: hex(await sha256(card.proof)),
    held: base64(await holdThread(card, thread, record)),
    thread: await sealed("thread", { secret: base64(thread) }, { circle, record }),
  });
  form.reset();
  print(part, writeCode(secret));
}

function print(part, code) {
  const where = `${location.origin}/carte/`;
  fresh = true;
  one("[data-ruche-qr]", part).replaceChildren(drawQr(`${where}#${code.replace(/-/g, "")}`, { title: "Votre carte" }));
  one("[data-ruche-code]", part).textContent = code;
  one("[data-ruche-where]", part).textContent = where.replace(/^https?:\/\//, "");
  turn(part, "fresh");
}

// --------------------------------------------------------------------------- what it shows

function shownItems(card, file) {
  const { identity, notes } = file.held;
  const pieces = [identity, ...notes].filter((piece) => piece?.value);
  return pieces.map((piece) => shownItem(piece, card, file));
}

function shownItem(piece, card, file) {
  const item = document.createElement("li");
  const label = Object.assign(document.createElement("label"), { className: "choice" });
  const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: card.shown.includes(piece.place.piece) });
  label.append(box, Object.assign(document.createElement("span"), { textContent: headline(piece) }));
  box.addEventListener("change", () =>
    attempt(box, file.line, async () => {
      const key = box.checked ? base64(await keyForHer(piece, file)) : null;
      await post("/personnes/carte/montrer/", { piece: piece.place.piece, key });
    }),
  );
  item.append(label);
  return item;
}

function headline({ place, value }) {
  if (place.kind === "identity") return `Son identité : ${nameOf(value)}`;
  const day = new Date(value.at).toLocaleDateString("fr-FR", { dateStyle: "medium" });
  return `La note du ${day} : ${value.text.slice(0, 60)}${value.text.length > 60 ? "…" : ""}`;
}

function threadIn(file) {
  const thread = file.held.pieces.find(({ place }) => place.kind === "thread");
  if (!thread?.value) throw new Error("Le fil avec cette personne ne s’ouvre pas : faites-lui une autre carte.");
  return bytesOf(thread.value.secret);
}

async function keyForHer({ place, wrap }, file) {
  const key = await keyBytesOf(wrap, place, keeper.secretOf(place.circle, place.epoch));
  return showPiece(threadIn(file), key, { record: place.record, piece: place.piece });
}

// ------------------------------------------------------------------------------- her words

async function showSaid(part, card, file) {
  one("[data-ruche-said-part]", part).hidden = !card.said.length;
  const key = await wordsKey(threadIn(file), file.record);
  const items = await Promise.all(card.said.map((said) => saidItem(said, key, file)));
  one("[data-ruche-said]", part).replaceChildren(...items);
}

async function saidItem({ id, kind, body }, key, file) {
  const item = document.createElement("li");
  const text = await textOf(body, key, context("words", file.record, id));
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button-quiet", textContent: "C’est traité avec elle" });
  button.addEventListener("click", () =>
    attempt(button, file.line, async () => {
      await post("/personnes/carte/repondu/", { said: id });
      await file.reload();
    }),
  );
  item.append(
    Object.assign(document.createElement("p"), { textContent: text }),
    Object.assign(document.createElement("p"), { className: "note", textContent: SAID[kind] }),
    button,
  );
  return item;
}

async function textOf(body, key, where) {
  try {
    return parsed(unpadded(await openSealed(key, bytesOf(body), where))).text;
  } catch {
    return "Ces mots ne s’ouvrent pas.";
  }
}
