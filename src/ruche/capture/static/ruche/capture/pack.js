// What a phone knows of its member's work: séances, forms, keys. Fetched when there is a network, kept
// for when there is none. No person is in it.
import { CLIENT } from "../encounters/sending.js";
import { intakeOf } from "../encounters/sealing.js";
import { keep, kept } from "../encounters/store.js";
import { Distrust, believed, readActs } from "../vault/circles.js";
import { verified } from "../vault/acts.js";
import { hex } from "../vault/forms.js";
import { post } from "../vault/server.js";
import { sha256 } from "../vault/suite.js";

const CURRENT = "membre";
const nameOf = (member) => `paquet de ${member}`;
const permitOf = (member) => `permis de ${member}`;
const SEEN = "cercles vus";

/** The member whose work this phone shows, with her pack; nothing before a first visit. */
export async function currentPack() {
  const member = await kept(CURRENT);
  return member ? kept(nameOf(member)) : undefined;
}

export const permitFor = (member) => kept(permitOf(member));

/** Fetch the pack of who is signed in, and keep it. Circles that cannot be believed are left out. */
export async function refreshPack(ring) {
  const known = await kept(CURRENT);
  const given = await post("/saisie/preparer/", { client: CLIENT, permit: Boolean(known && (await permitFor(known))) });
  const member = given.member.id;
  if (given.permit) await keep(permitOf(member), given.permit);
  else if (!(await permitFor(member))) await keep(permitOf(member), (await post("/saisie/preparer/", { client: CLIENT, permit: false })).permit);
  const { circles, troubles } = await believedCircles(given.circles, ring);
  const pack = { ...given, circles, troubles, fetched: Date.now(), skew: Date.now() - Date.parse(given.now) };
  await keep(nameOf(member), pack);
  await keep(CURRENT, member);
  return pack;
}

// A server could present another circle than yesterday's, with keys of its own: it is compared with
// what this phone saw, and with what the ring remembers when it is open.
async function believedCircles(given, ring) {
  const seen = (await kept(SEEN)) ?? {};
  const found = {};
  const troubles = [];
  for (const [id, circle] of Object.entries(given)) {
    try {
      found[id] = await believedOne(circle, seen[id], ring);
      seen[id] = { number: found[id].number, digest: found[id].digest };
    } catch (error) {
      troubles.push(`${circle.name} : ${error.message}`);
    }
  }
  await keep(SEEN, seen);
  return { circles: found, troubles };
}

async function believedOne(given, seen, ring) {
  const acts = readActs(given.acts);
  if (seen && acts.length < seen.number) throw new Distrust("shorter");
  if (seen && hex(await sha256(acts[seen.number - 1].statement)) !== seen.digest) throw new Distrust("rewritten");
  const circle = ring ? await believed(given, { ring }) : await verified(acts);
  if (circle.id !== given.id) throw new Distrust("rewritten");
  return { id: circle.id, name: given.name, epoch: circle.epoch, public: circle.public, number: circle.number, digest: circle.digest };
}

/** The keys for which this pack seals. */
export function keysIn(pack) {
  return {
    circles: new Map(Object.entries(pack.circles)),
    measuring: pack.measuring ? pack.circles[pack.measuring] : undefined,
    intake: intakeOf(pack.intake),
  };
}

/** Whether two packs tell the same work on the same day, whenever each was fetched. */
export function sameWork(one, other) {
  const told = (pack) => JSON.stringify([todayOf(pack), { ...pack, now: 0, fetched: 0, skew: 0, permit: 0 }]);
  return told(one) === told(other);
}

/** Today as the server counts days: a clock that is off does not change it. */
export function todayOf(pack, now = Date.now()) {
  const date = new Date(now - (pack?.skew ?? 0));
  return date.toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" });
}
