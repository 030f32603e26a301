// Seal an encounter on the phone, for others: the note for its circle, the increments for the server,
// the joint facts for the circle « mesure ». What has been sealed here cannot be read here.
import { cellsOf } from "./counting.js";
import { signedByDevice } from "./device.js";
import { factFor, factOf } from "./facts.js";
import { base64, bytesOf, canonical, context, padded } from "../vault/forms.js";
import { depositPiece } from "../vault/pieces.js";
import { wrap } from "../vault/suite.js";

/** What of an encounter is about someone, and is sealed for the circle. */
const isKept = ({ mode, note, promises }) => mode !== "anonymous" || Boolean(note) || promises.length > 0;

/**
 * The items of one encounter, ready for the outbox: a deposit when something is kept of someone, and
 * what waits to be mixed with others. `keys`: `{ circles, measuring, intake }`, already believed.
 */
export async function sealEncounter(encounter, { member, use, seance, keys, ready }) {
  const where = { day: seance.day, site: seance.site.id, team: use.team };
  const pool = { id: crypto.randomUUID(), member, kind: "pool", day: seance.day, ready };
  const cells = cellsOf(use.data, encounter.answers, where);
  [pool.slips, pool.fact] = await Promise.all([
    Promise.all(cells.map((cell) => slipFor(cell, keys.intake))),
    isCountedNow(encounter) && keys.measuring ? factFor(factOf(encounter, use, monthAndSite(seance)), keys.measuring) : null,
  ]);
  pool.intake = keys.intake.id;
  if (!use.circle || !isKept(encounter)) return [pool];
  const circle = keys.circles.get(use.circle);
  if (!circle) throw new Error(UNBELIEVED);
  return [await depositFor(encounter, { member, use, seance, circle, ready }), pool];
}

const UNBELIEVED = "Le cercle de votre équipe ne se reconnaît pas sur ce téléphone : rien ne peut être scellé pour lui. Notez la rencontre sur papier, et prévenez la personne qui protège les données.";

export const monthAndSite = ({ day, site }) => ({ month: day.slice(0, 7), site: site.id });

// Facts of someone who can be recognised wait for the filing: only there can she be counted once.
const isCountedNow = ({ mode }) => mode === "anonymous";

async function depositFor(encounter, { member, use, seance, circle, ready }) {
  const id = crypto.randomUUID();
  const place = { kind: "deposit", circle: circle.id, epoch: circle.epoch, record: id, piece: id };
  const said = {
    ...encounter,
    by: member,
    at: new Date().toISOString(),
    form: use.form,
    number: use.number,
    title: use.data.title,
    read: readable(encounter.answers, use.data),
    team: use.team,
    site: seance.site.id,
    site_name: seance.site.name,
    seance: seance.id,
    day: seance.day,
    month: `${monthDue(seance)}-01`,
  };
  const sealed = await depositPiece(await signedByDevice(said, place), place, circle.public);
  const due = encounter.promises.length ? { site: seance.site.id, month: `${monthDue(seance)}-01` } : {};
  const body = { id, circle: circle.id, epoch: circle.epoch, body: base64(sealed.body), key: base64(sealed.wrap), ...due };
  return { id, member, kind: "deposit", body, settled: encounter.settled ?? [], ready, ...due };
}

/** Each question with its answers, in words: readable in ten years, whatever the form became. */
export function readable(answers, form) {
  return form.fields
    .filter(({ key }) => answers[key]?.length)
    .map((field) => [field.label, field.options.filter(({ key }) => answers[field.key].includes(key)).map(({ label }) => label)]);
}

/** The month of the next séance there; without one, the month after this one. */
function monthDue({ next, day }) {
  if (next) return next.slice(0, 7);
  const [year, month] = day.split("-").map(Number);
  return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, "0")}`;
}

// ------------------------------------------------------------------------------ counters

async function slipFor(cell, intake) {
  return base64(await wrap(intake.public, padded(canonical(cell)), context("slip", intake.id)));
}

export const intakeOf = ({ id, public: text }) => ({ id, public: bytesOf(text) });
