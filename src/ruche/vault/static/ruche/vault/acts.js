// The signed acts of a circle: who is in it, under which key.
// The same rules as `ruche.engines.vault.acts`: a browser believes no server about a circle.
import { Unreadable, base64, bytesOf, canonical, context, hex, parsed, same } from "./forms.js";
import { sha256, sign, verify } from "./suite.js";

const FIELDS = ["by", "circle", "custodians", "epoch", "kind", "members", "number", "on", "previous", "public", "recovery"];
const TEXTS = ["circle", "previous", "kind", "public", "recovery", "by", "on"];
const PERSON = /^[a-z0-9-]*[a-z-][a-z0-9-]*$/;
const OPENS_AN_EPOCH = new Set(["depart", "replace", "custodians", "rescue"]);
const KINDS = new Set(["create", "admit", ...OPENS_AN_EPOCH]);
const MOST_MEMBERS = 60;
const CUSTODIANS = 3;
const APPROVALS = 2;
const KEY = 32;

/** An act that the rules refuse: `number` says which. */
export class BadAct extends Unreadable {
  constructor(number, why) {
    super(`Acte ${number} du cercle : ${why}`);
    this.number = number;
  }
}

const written = (keys) => ({ seal: base64(keys.seal), sign: base64(keys.sign) });
const writtenAll = (people) => Object.fromEntries(Object.entries(people).map(([who, keys]) => [who, written(keys)]));

/** An act, signed → `{ statement, signature, approvals }`, bytes. */
export async function signAct(said, signingKey, approvals = {}) {
  const statement = canonical({
    ...said,
    public: base64(said.public),
    recovery: said.recovery ? base64(said.recovery) : "",
    members: writtenAll(said.members),
    custodians: writtenAll(said.custodians),
  });
  return { statement, signature: await sign(signingKey, statement, context("act", said.circle)), approvals };
}

/** What two custodians sign so that someone may come back. */
export function approvalBytes(circle, member, keys) {
  return canonical({ circle: circle.id, head: circle.digest, member, keys: written(keys) });
}

export const signApproval = (circle, member, keys, signingKey) =>
  sign(signingKey, approvalBytes(circle, member, keys), context("approval", circle.id));

/** The circle after these acts; `BadAct` at the first that breaks a rule. */
export async function verified(acts) {
  let circle = null;
  for (const [at, act] of acts.entries()) {
    try {
      circle = await after(circle, act);
    } catch (error) {
      if (error instanceof BadAct) throw error;
      throw new BadAct(at + 1, error.message || "il est illisible");
    }
  }
  if (!circle) throw new BadAct(1, "il manque.");
  return circle;
}

async function after(before, act) {
  const said = parsed(act.statement);
  if (!isWellFormed(said) || !same(canonical(said), act.statement)) throw new Unreadable("il n’a pas la forme attendue.");
  const number = before ? before.number + 1 : 1;
  const demand = (condition, why) => {
    if (!condition) throw new BadAct(number, why);
  };
  demand(said.number === number, "il n’est pas à sa place.");
  demand(said.previous === (before ? before.digest : ""), "il en suit un autre.");
  demand(KINDS.has(said.kind) && (said.kind === "create") === !before, "le premier acte crée le cercle.");
  demand(!before || said.circle === before.id, "il est d’un autre cercle.");
  const members = readAll(said.members);
  const custodians = readAll(said.custodians);
  const many = Object.keys(members).length;
  const guards = Object.keys(custodians).length;
  demand(many > 0 && many <= MOST_MEMBERS, "le nombre de membres n’est pas permis.");
  demand(guards === 0 || guards === CUSTODIANS, "il faut trois gardiennes ou aucune.");
  demand(Boolean(guards) === Boolean(said.recovery), "une clé de secours a des gardiennes.");
  demand(many > 1 || guards, "un cercle d’une seule personne a besoin de trois gardiennes.");
  const opens = !before || OPENS_AN_EPOCH.has(said.kind);
  const epoch = (before ? before.epoch : 0) + (opens ? 1 : 0);
  demand(said.epoch === epoch, "son époque n’est pas la bonne.");
  const publicKey = bytesOf(said.public);
  const recovery = bytesOf(said.recovery);
  demand(publicKey.length === KEY, "sa clé n’a pas la bonne taille.");
  demand(recovery.length === 0 || recovery.length === KEY, "sa clé de secours n’a pas la bonne taille.");
  const signers = !before || said.kind === "rescue" ? members : before.members;
  demand(Object.hasOwn(signers, said.by), "qui le signe n’était pas du cercle.");
  await verify(signers[said.by].sign, act.signature, act.statement, context("act", said.circle));
  const next = { kind: said.kind, by: said.by, members, custodians, public: publicKey, recovery, approvals: act.approvals };
  if (before) await checkChange(before, next, demand);
  return {
    id: said.circle,
    number,
    digest: hex(await sha256(act.statement)),
    epoch,
    public: publicKey,
    members,
    custodians,
    recovery,
    once: remembered(before, epoch, members),
    signedBy: said.by,
    vouchedBy: [...(before && !opens ? before.vouchedBy : []), [said.by, signers[said.by]]],
  };
}

/** Whether a signature of this key counts in this epoch: after a departure, it does not. */
export function couldSign(circle, member, epoch) {
  return (circle.once.get(epoch) || new Map()).get(member) || [];
}

// Fields and types that every reader understands alike: the server must not read another act.
function isWellFormed(said) {
  return (
    said !== null && typeof said === "object" && !Array.isArray(said) &&
    Object.keys(said).sort().join() === FIELDS.join() &&
    [said.number, said.epoch].every(Number.isInteger) &&
    TEXTS.every((name) => typeof said[name] === "string") &&
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(said.on)
  );
}

function remembered(before, epoch, members) {
  const once = new Map([...(before ? before.once : [])].map(([at, who]) => [at, new Map(who)]));
  const present = once.get(epoch) || new Map();
  for (const [member, { sign: key }] of Object.entries(members)) {
    const known = present.get(member) || [];
    if (!known.some((one) => same(one, key))) present.set(member, [...known, key]);
  }
  return once.set(epoch, present);
}

async function checkChange(before, next, demand) {
  const came = Object.keys(next.members).filter((one) => !Object.hasOwn(before.members, one));
  const gone = Object.keys(before.members).filter((one) => !Object.hasOwn(next.members, one));
  const changed = Object.keys(next.members).filter(
    (one) => Object.hasOwn(before.members, one) && !sameKeys(before.members[one], next.members[one]),
  );
  const moves = [came.length, gone.length, changed.length].join();
  if (OPENS_AN_EPOCH.has(next.kind)) demand(!same(next.public, before.public), "une nouvelle époque a une nouvelle clé.");
  else demand(same(next.public, before.public), "sa clé a changé sans nouvelle époque.");
  if (next.kind !== "custodians") demand(sameGuards(before, next), "les gardiennes ont changé sans que ce soit dit.");
  if (next.kind === "admit") demand(moves === "1,0,0", "une personne entre, et rien d’autre ne change.");
  if (next.kind === "depart") {
    demand(came.length === 0 && gone.length > 0 && changed.length === 0, "quelqu’un part, c’est tout.");
    demand(Object.hasOwn(next.members, next.by), "qui part ne peut pas fermer la porte.");
  }
  if (next.kind === "replace") {
    demand(moves === "0,0,1", "une personne change de clés, et rien d’autre.");
    demand(!changed.includes(next.by), "on ne remplace pas ses propres clés.");
  }
  if (next.kind === "custodians") {
    demand(moves === "0,0,0", "seules les gardiennes changent.");
    demand(!same(next.recovery, before.recovery), "de nouvelles gardiennes ont une nouvelle clé.");
  }
  if (next.kind === "rescue") {
    const back = [...came, ...changed];
    demand(gone.length === 0 && back.length === 1 && back[0] === next.by, "une seule personne revient.");
    await checkApprovals(before, next.by, next.members[next.by], next.approvals || {});
  }
}

/** Pass in silence if two custodians signed for these keys, on the circle as it stands. */
export async function checkApprovals(circle, member, keys, approvals) {
  const text = approvalBytes(circle, member, keys);
  const given = Object.entries(approvals);
  for (const [custodian, signature] of given) {
    if (!Object.hasOwn(circle.custodians, custodian)) throw new Unreadable("ce n’est pas une gardienne.");
    await verify(circle.custodians[custodian].sign, signature, text, context("approval", circle.id));
  }
  if (given.length < APPROVALS) throw new Unreadable("il faut l’accord de deux gardiennes.");
}

const sameKeys = (left, right) => same(left.seal, right.seal) && same(left.sign, right.sign);

function sameGuards(before, next) {
  const [left, right] = [Object.keys(before.custodians).sort(), Object.keys(next.custodians).sort()];
  const people = left.join() === right.join() && left.every((one) => sameKeys(before.custodians[one], next.custodians[one]));
  return people && same(before.recovery, next.recovery);
}

function readAll(said) {
  const found = {};
  for (const [who, keys] of Object.entries(said)) {
    if (!PERSON.test(who)) throw new Unreadable("une personne n’y est pas désignée comme il faut.");
    found[who] = { seal: bytesOf(keys.seal), sign: bytesOf(keys.sign) };
    if (found[who].seal.length !== KEY || found[who].sign.length !== KEY) throw new Unreadable("une clé n’a pas 32 octets.");
  }
  return found;
}
