// The circles of a member, as her browser believes them: acts checked, keys pinned, secrets opened.
import { couldSign, verified } from "./acts.js";
import { EpochSecret } from "./epochs.js";
import { Unreadable, bytesOf, hex, same } from "./forms.js";
import { sha256 } from "./suite.js";

const TROUBLES = {
  shorter: "Le serveur présente moins d’actes que ce que vous aviez vu. Prévenez la personne qui protège les données.",
  rewritten: "Le serveur présente d’autres actes que ceux que vous aviez vus. Prévenez la personne qui protège les données.",
  stranger: "Vous êtes entrée dans ce cercle par une personne dont vous n’avez pas comparé les mots.",
  keys: "Ce cercle connaît d’autres clés que les vôtres : demandez à une personne du cercle de les remplacer.",
  missing: "Le serveur ne donne pas le secret de ce cercle. Prévenez la personne qui protège les données.",
};

/** A circle that cannot be believed; `code` says why. */
export class Distrust extends Error {
  constructor(code) {
    super(TROUBLES[code]);
    this.code = code;
  }
}

export const readActs = (acts) =>
  acts.map((act) => ({
    statement: bytesOf(act.statement),
    signature: bytesOf(act.signature),
    approvals: Object.fromEntries(Object.entries(act.approvals).map(([who, given]) => [who, bytesOf(given)])),
  }));

/** The circle that these acts tell, if they go on from what the ring remembers. */
export async function believed(given, { member, ring, publicKeys }) {
  const acts = readActs(given.acts);
  const seen = ring.circles[given.id];
  if (seen && acts.length < seen.number) throw new Distrust("shorter");
  if (seen && hex(await sha256(acts[seen.number - 1].statement)) !== seen.digest) throw new Distrust("rewritten");
  const circle = await verified(acts);
  if (circle.id !== given.id) throw new Distrust("rewritten");
  if (member && !seen) await knowWhoOpened(acts, { member, ring, publicKeys });
  if (member && !sameKeys(circle.members[member], publicKeys)) throw new Distrust("keys");
  return circle;
}

// Whoever let her in must be herself, or someone whose words she compared: the acts before hold by her.
async function knowWhoOpened(acts, { member, ring, publicKeys }) {
  for (let length = 1; length <= acts.length; length += 1) {
    const circle = await verified(acts.slice(0, length));
    if (!sameKeys(circle.members[member], publicKeys)) continue;
    const by = circle.signedBy;
    if (by === member || isPinned(ring, by, circle.members[by])) return;
    throw new Distrust("stranger");
  }
}

export function isPinned(ring, member, keys) {
  const pin = ring.pins[member];
  return Boolean(pin && keys && same(bytesOf(pin.seal), keys.seal) && same(bytesOf(pin.sign), keys.sign));
}

const sameKeys = (left, right) => Boolean(left && same(left.seal, right.seal) && same(left.sign, right.sign));

/** Every secret of a circle, newest first, from the one that was confided. Epoch → EpochSecret. */
export async function secretsOf(given, circle, { member, pair }) {
  if (!given.wrap || given.wrap.epoch !== circle.epoch) throw new Distrust("missing");
  const where = { circle: circle.id, epoch: circle.epoch, member };
  let secret = await EpochSecret.unwrapped(bytesOf(given.wrap.wrapped), pair, where);
  if (!same(await secret.depositPublic(), circle.public)) throw new Distrust("rewritten");
  const secrets = new Map([[secret.epoch, secret]]);
  const chained = new Map(given.epochs.map((epoch) => [epoch.number, epoch.chained]));
  while (secret.epoch > 1) {
    secret = await secret.before(bytesOf(chained.get(secret.epoch) ?? ""));
    secrets.set(secret.epoch, secret);
  }
  return secrets;
}

/** The key with which the author of a piece must have signed; throws when she could not. */
export function signerIn(circle, epoch) {
  return ({ by }) => {
    const keys = couldSign(circle, by, epoch);
    if (!keys.length) throw new Unreadable("Cette note est signée par une personne qui n’était pas du cercle.");
    return keys.at(-1);
  };
}
