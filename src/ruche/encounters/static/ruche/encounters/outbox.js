// The outbox of a member: encounters go in once the disk has them, and out once the server has them.
import { countItems, putItems, replaceItems, someItems } from "./store.js";
import { base64, bytesOf, hex, joined } from "../vault/forms.js";
import { random, sha256 } from "../vault/suite.js";

export const UNDO = 10_000;
/** Encounters that wait before their counters leave: alone, a counter would tell which note it goes with. */
const MIXED = 5;
const MOST_SLIPS = 2_000;
const MOST_POOLS = 300;
const JUST_WRITTEN = 50;
const SHOWN = 1_000;
const TROUBLED = "troubled";
const KINDS = ["deposit", "pool", "batch", "fact"];

const changes = new EventTarget();
const between = new BroadcastChannel("ruche-saisie");
between.onmessage = () => tell();

export const onChange = (act) => changes.addEventListener("change", act);

function tell() {
  changes.dispatchEvent(new Event("change"));
}

export function changed() {
  tell();
  between.postMessage("change");
}

/** Keep the items of an encounter. Resolves once they are on the disk. */
export async function add(items) {
  await putItems(items);
  changed();
}

/** Take an encounter back, as long as nothing of it has left. */
export async function undo(items) {
  await replaceItems(items.map(({ id }) => id));
  changed();
}

/** What waits, by kind; and what the server refused or could not place, to be shown. */
export async function waiting(member) {
  const [deposits, pool, batches, facts] = await Promise.all(KINDS.map((kind) => countItems(member, kind)));
  const troubled = await someItems(member, TROUBLED, SHOWN);
  return { total: deposits + pool + batches + facts + troubled.length, deposits, pool, batches, facts, troubled };
}

/** Items of a kind whose ten seconds are over. A clock that jumped back does not hold them. */
export async function readyItems(member, kind, limit) {
  const found = await someItems(member, kind, limit + JUST_WRITTEN);
  const now = Date.now();
  return found.filter(({ ready }) => ready <= now || ready > now + UNDO).slice(0, limit);
}

/** Keep aside what the server could not take, with what it said. */
export async function mark(items, trouble) {
  await putItems(items.map((item) => ({ ...item, kind: TROUBLED, was: item.was ?? item.kind, trouble })));
  changed();
}

export async function remove(ids, instead = []) {
  await replaceItems(ids, instead);
  changed();
}

/**
 * Make batches of what waits to be mixed: enough encounters, or those of a day that is over, or all
 * when `all` is asked. Their increments are shuffled: none tells from which encounter it comes.
 */
export async function mix(member, today, { all = false } = {}) {
  for (;;) {
    const pools = await readyItems(member, "pool", MOST_POOLS);
    const isTime = all || pools.length >= MIXED || pools.some(({ day }) => day < today);
    if (!pools.length || !isTime) return;
    const key = pools[0].intake;
    const taken = within(pools.filter(({ intake }) => intake === key));
    const batch = await batchOf(taken, { member, key });
    const facts = taken.filter(({ fact }) => fact).map(({ fact }) => ({ id: fact.id, member, kind: "fact", body: fact, ready: 0 }));
    await replaceItems(taken.map(({ id }) => id), [batch, ...facts]);
    changed();
    if (taken.length === pools.length && pools.length < MOST_POOLS) return;
  }
}

function within(pools) {
  let slips = 0;
  return pools.filter((pool) => (slips += pool.slips.length) <= MOST_SLIPS);
}

async function batchOf(pools, { member, key }) {
  const slips = shuffled(pools.flatMap((pool) => pool.slips));
  const salt = random(16);
  const digests = await Promise.all(slips.map((slip) => sha256(bytesOf(slip))));
  const id = hex(await sha256(joined(salt, ...digests)));
  return { id, member, kind: "batch", body: { id, salt: base64(salt), key, slips }, ready: 0 };
}

/** Fisher and Yates, with the generator of keys. */
export function shuffled(items) {
  const mixed = [...items];
  const draws = new Uint32Array(mixed.length);
  for (let at = 0; at < draws.length; at += 16_384) crypto.getRandomValues(draws.subarray(at, at + 16_384));
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = draws[at] % (at + 1);
    [mixed[at], mixed[other]] = [mixed[other], mixed[at]];
  }
  return mixed;
}
