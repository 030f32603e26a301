// The acts by which a circle lives: create, admit, note a departure, appoint custodians, come back.
// Each is signed here; the server checks it, and so does every other browser.
import { checkApprovals, signAct, signApproval, verified } from "./acts.js";
import { believed, isPinned, readActs } from "./circles.js";
import { EpochSecret } from "./epochs.js";
import { base64, bytesOf, context, same } from "./forms.js";
import { keeper } from "./keeper.js";
import { Refused, memberId, post } from "./server.js";
import { join, split } from "./shamir.js";
import { openWrapped, pairOf, publicOf, random, wrap } from "./suite.js";

const UNKNOWN = "Comparez d’abord vos mots avec chaque personne que vous choisissez.";
const UNKNOWN_GUARD = "Comparez d’abord vos mots avec les gardiennes ou gardiens qui ont donné leur accord.";
const CHANGED = "Le cercle vient de changer, ou le serveur en présente un autre : rechargez la page.";
const ALONE = "Seule ou seul, il faut trois gardiennes ou gardiens ; à plusieurs, trois ou aucun.";

/** The keys of members as the server shows them today. */
async function keysOf(members) {
  if (!members.length) return {};
  const { keys } = await post("/coffre/cles/", { members });
  return Object.fromEntries(Object.entries(keys).map(([who, { seal, sign }]) => [who, { seal: bytesOf(seal), sign: bytesOf(sign) }]));
}

/** Whether the keys that the server shows for someone are those whose words were compared. */
export async function isKnown(member) {
  return isPinned(keeper.ring, member, (await keysOf([member]))[member]);
}

async function knownKeysOf(members) {
  const keys = await keysOf(members);
  if (!members.every((one) => isPinned(keeper.ring, one, keys[one]))) throw new Refused(UNKNOWN, 0);
  return keys;
}

const today = () => new Date().toLocaleDateString("sv-SE"); // 2026-11-24

async function stateOf(id) {
  await keeper.refresh();
  const { circles } = await post("/coffre/etat/");
  const given = circles.find((circle) => circle.id === id);
  const held = keeper.circles.get(id);
  if (!given || !held) throw new Refused(keeper.troubles.get(id)?.message ?? "Vous n’êtes pas dans ce cercle.", 403);
  const circle = await verified(readActs(given.acts));
  // These acts were fetched once more: they must be those that were believed, or a new secret would
  // be confided to whoever the server likes.
  if (circle.digest !== held.circle.digest) throw new Refused(CHANGED, 409);
  return { circle, secret: held.secrets.get(circle.epoch) };
}

// ------------------------------------------------------------------------------ new epochs

// A new secret, confided to each member, chained to the one before, sealed for the custodians.
async function newEpoch(id, number, { members, recovery, previous }) {
  const secret = new EpochSecret(id, number, random());
  const wraps = {};
  for (const [who, keys] of Object.entries(members)) wraps[who] = base64(await secret.wrappedTo(who, keys.seal));
  return {
    public: await secret.depositPublic(),
    sent: {
      wraps,
      chained: previous ? base64(await secret.chained(previous)) : "",
      recovery: recovery?.length ? base64(await secret.wrappedForRecovery(recovery)) : "",
    },
  };
}

// A recovery key in three parts, each sealed to its custodian; the key itself is forgotten.
async function newRecovery(id, act, custodians) {
  const people = Object.entries(custodians);
  if (!people.length) return { recovery: new Uint8Array(), parts: {} };
  if (people.length !== 3) throw new Refused(ALONE, 0);
  const key = random();
  const shares = split(key);
  const parts = {};
  for (const [at, [who, keys]] of people.entries()) {
    parts[who] = base64(await wrap(keys.seal, shares[at], context("custody", id, act, who)));
    shares[at].fill(0);
  }
  const recovery = await publicOf(key);
  key.fill(0);
  return { recovery, parts };
}

async function send(statement, more, approvals = {}) {
  const said = { ...statement, by: memberId(), on: today() };
  const act = await signAct(said, keeper.signingKey, approvals);
  await post("/coffre/actes/", {
    circle: said.circle,
    statement: base64(act.statement),
    signature: base64(act.signature),
    approvals: Object.fromEntries(Object.entries(approvals).map(([who, given]) => [who, base64(given)])),
    ...more,
  });
  await keeper.refresh();
}

const following = (circle, kind, changes) => ({
  circle: circle.id,
  number: circle.number + 1,
  previous: circle.digest,
  kind,
  epoch: circle.epoch,
  public: circle.public,
  members: circle.members,
  custodians: circle.custodians,
  recovery: circle.recovery,
  ...changes,
});

// ------------------------------------------------------------------------------------ acts

/** A new circle → its id. `members`, `custodians`: ids of people whose words were compared. */
export async function create({ name, purpose, retentionMonths, members, custodians }) {
  if (!members.length && custodians.length !== 3) throw new Refused(ALONE, 0);
  const id = crypto.randomUUID();
  const everyone = { ...(await knownKeysOf(members)), [memberId()]: await keeper.publicKeys };
  const guards = await knownKeysOf(custodians);
  const { recovery, parts } = await newRecovery(id, 1, guards);
  const epoch = await newEpoch(id, 1, { members: everyone, recovery });
  const statement = { circle: id, number: 1, previous: "", kind: "create", epoch: 1, public: epoch.public, members: everyone, custodians: guards, recovery };
  await send(statement, { name, purpose, retention_months: retentionMonths, ...epoch.sent, parts });
  return id;
}

/** Someone enters: the secret of today is confided to her. Known keys that changed are replaced. */
export async function admit(id, member) {
  const { circle, secret } = await stateOf(id);
  const keys = (await knownKeysOf([member]))[member];
  if (circle.members[member]) return replace(circle, secret, { member, keys });
  const members = { ...circle.members, [member]: keys };
  const wraps = { [member]: base64(await secret.wrappedTo(member, keys.seal)) };
  return send(following(circle, "admit", { members }), { wraps });
}

// A lost device, a ring made anew: her former keys are void, and a new epoch begins.
async function replace(circle, secret, { member, keys }) {
  return turn(circle, secret, "replace", { members: { ...circle.members, [member]: keys } });
}

/** People leave: a new epoch begins without them. */
export async function depart(id, gone) {
  const { circle, secret } = await stateOf(id);
  const stay = Object.entries(circle.members).filter(([who]) => !gone.includes(who));
  if (stay.length === 1 && !Object.keys(circle.custodians).length) throw new Refused(ALONE, 0);
  return turn(circle, secret, "depart", { members: Object.fromEntries(stay) });
}

/** Three custodians receive a new recovery key; a new epoch begins under it. */
export async function appoint(id, custodians) {
  if (custodians.length !== 3) throw new Refused("Choisissez trois personnes.", 0);
  const { circle, secret } = await stateOf(id);
  const guards = await knownKeysOf(custodians);
  const { recovery, parts } = await newRecovery(id, circle.number + 1, guards);
  return turn(circle, secret, "custodians", { custodians: guards, recovery }, { parts });
}

async function turn(circle, previous, kind, changes, more = {}, approvals = {}) {
  const next = { ...circle, ...changes };
  const epoch = await newEpoch(circle.id, circle.epoch + 1, { members: next.members, recovery: next.recovery, previous });
  const statement = following(circle, kind, { ...changes, epoch: circle.epoch + 1, public: epoch.public });
  return send(statement, { ...epoch.sent, ...more }, approvals);
}

// ------------------------------------------------------------------------------ custodians

/** What is known of a demand to come back. */
export const agreementsOf = (ask) => post("/coffre/demandes/secours/", { ask });

/** A custodian hands over her part, and signs for the keys whose words she compared. */
export async function approve(ask) {
  const asked = await agreementsOf(ask);
  const keys = (await knownKeysOf([asked.member]))[asked.member];
  const circle = await believed(asked.circle, { ring: keeper.ring });
  const { act, sealed } = asked.circle.part;
  const mine = await pairOf(bytesOf(keeper.ring.keys.seal));
  const part = await openWrapped(mine, bytesOf(sealed), context("custody", circle.id, act, memberId()));
  const handed = await wrap(keys.seal, part, context("handed", circle.id, memberId(), asked.member));
  const signature = await signApproval(circle, asked.member, keys, keeper.signingKey);
  await post("/coffre/demandes/accord/", { ask, part: base64(handed), signature: base64(signature) });
}

/** With two agreements, the recovery key is rebuilt, the history opened, and a new epoch begun. */
export async function returnWith(ask) {
  const asked = await agreementsOf(ask);
  const circle = await believed(asked.circle, { ring: keeper.ring });
  const mine = await pairOf(bytesOf(keeper.ring.keys.seal));
  const parts = [];
  const approvals = {};
  for (const { custodian, part, signature } of asked.approvals) {
    if (!isPinned(keeper.ring, custodian, circle.custodians[custodian])) throw new Refused(UNKNOWN_GUARD, 0);
    parts.push(await openWrapped(mine, bytesOf(part), context("handed", circle.id, custodian, memberId())));
    approvals[custodian] = bytesOf(signature);
  }
  // What custodians signed is this very circle: another one, made up by the server, would not hold.
  await checkApprovals(circle, memberId(), await keeper.publicKeys, approvals);
  const recovery = await pairOf(join(parts[0], parts[1]));
  const previous = await EpochSecret.recovered(bytesOf(asked.recovery), recovery, { circle: circle.id, epoch: circle.epoch });
  if (!same(await previous.depositPublic(), circle.public)) throw new Refused(CHANGED, 409);
  const members = { ...circle.members, [memberId()]: await keeper.publicKeys };
  return turn(circle, previous, "rescue", { members }, {}, approvals);
}
