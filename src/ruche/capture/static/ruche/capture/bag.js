// The sac de tournée: the sealed identities of the people expected at a site today, and what was
// promised to them. It opens on this phone with a passkey or the phrase; it is thrown away at return.
import { CLIENT } from "../encounters/sending.js";
import { forget, keep, kept } from "../encounters/store.js";
import { tokenFor } from "../encounters/facts.js";
import { bytesOf, canonical, context, parsed } from "../vault/forms.js";
import { openSealed, openWrapped, pairOf, random, seal, wrap } from "../vault/suite.js";
import { openRing, openSlot } from "../vault/ring.js";
import { openGiven } from "../vault/opening.js";
import { post } from "../vault/server.js";

const nameOf = (member) => `sac de ${member}`;
const place = (member) => context("bag", member);

/**
 * Prepare the bag of a séance, while the vault is open: what the server gives is opened, and sealed
 * anew for this member alone, with what opens her ring. The server writes a line that names whom.
 */
export async function loadBag({ member, seance, use, keeper, records = [] }) {
  const given = await post("/saisie/sac/", { client: CLIENT, site: seance.site.id, month: `${seance.day.slice(0, 7)}-01`, records });
  const pieces = (await openGiven(given.pieces)).filter(({ value }) => value);
  const content = canonical({ people: await peopleIn(pieces, given.promises, keeper, seance.day.slice(0, 4)) });
  const key = random();
  const { ring } = await post("/coffre/trousseau/");
  const publicRaw = (await keeper.publicKeys).seal;
  const bag = {
    seance: seance.id,
    use: use.id,
    site: seance.site.id,
    day: seance.day,
    sealed: await seal(key, content, place(member)),
    key: await wrap(publicRaw, key, place(member)),
    ring,
    promises: Object.keys(given.promises).length,
  };
  await keep(nameOf(member), bag);
  return bag;
}

async function peopleIn(pieces, promises, keeper, year) {
  const people = new Map();
  for (const { place: { kind, record, circle, piece }, value } of pieces) {
    const person = people.get(record) ?? { record, circle, promises: [] };
    people.set(record, person);
    if (kind === "identity") person.identity = value;
    else if (promises[piece]) person.promises.push({ ...promises[piece], kind: value.kind, text: value.words, day: value.day });
  }
  const found = [...people.values()].filter(({ identity }) => identity);
  for (const person of found) person.token = await tokenFor(person, keeper, year);
  return found;
}

export const bagOf = (member) => kept(nameOf(member));
export const throwBag = (member) => forget(nameOf(member));

/** A bag serves on its day: the day after, it is thrown away unread. */
export async function throwOldBag(member, today) {
  const bag = await bagOf(member);
  if (bag && bag.day < today) await throwBag(member);
}

/** The people in the bag, opened with a slot of the ring: `kind`, and its secret. */
export async function openBag(member, kind, secret) {
  const bag = await bagOf(member);
  const ring = await ringIn(bag, member, kind, secret);
  const key = await openWrapped(await pairOf(bytesOf(ring.keys.seal)), bag.key, place(member));
  return parsed(await openSealed(key, bag.sealed, place(member))).people;
}

async function ringIn({ ring }, member, kind, secret) {
  let refused = new Error("Votre trousseau ne s’ouvre pas de cette façon.");
  for (const slot of ring.slots.filter((one) => one.kind === kind)) {
    try {
      const key = await openSlot({ ...slot, salt: bytesOf(slot.salt), sealed: bytesOf(slot.sealed) }, secret, member);
      return await openRing(bytesOf(ring.sealed), key, ring);
    } catch (error) {
      refused = new Error("Ce n’est pas la bonne phrase, ou pas la bonne clé.");
    }
  }
  throw refused;
}

export const slotsOf = ({ ring }) => ring.slots.map(({ kind }) => kind);
