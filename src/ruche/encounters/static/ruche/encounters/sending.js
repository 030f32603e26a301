// Send what waits, as soon as the server can be reached; forget it once the server says that it has it.
import { mark, mix, readyItems, remove, shuffled } from "./outbox.js";
import { keep, kept, someItems } from "./store.js";
import { Refused, post } from "../vault/server.js";

export const CLIENT = Number(document.querySelector("meta[name=ruche-client]")?.content ?? 0);
const TOGETHER = 100;
const HEAVIEST = 1_500_000;
const FACTS_TOGETHER = 20;

let busy = null;

/**
 * Send everything of a member → `{ sent, stopped }`; `stopped` says why it could not go on.
 * `all`: counters too, without waiting to be mixed with more of them.
 */
export async function send(member, { all = false, today } = {}) {
  if (busy && all) await busy.catch(() => undefined); // what is under way would leave some counters waiting
  busy ??= alone(`ruche-saisie ${member}`, () => sendAll(member, { all, today })).finally(() => { busy = null; });
  return busy;
}

// One tab at a time; where there are no locks, the server counts a thing once anyway.
const alone = (name, act) => (navigator.locks ? navigator.locks.request(name, act) : act());

async function sendAll(member, { all, today }) {
  let sent = 0;
  try {
    sent += await sendDeposits(member);
    await mix(member, today, { all });
    sent += await sendBatches(member);
    sent += await sendFacts(member);
    await keep(`dernier envoi de ${member}`, Date.now());
    return { sent };
  } catch (error) {
    if (error instanceof Refused) return { sent, stopped: error };
    throw error;
  }
}

const posted = (path, body) => post(path, { client: CLIENT, ...body });

async function sendDeposits(member) {
  let sent = 0;
  for (;;) {
    const items = withinSize(await readyItems(member, "deposit", TOGETHER));
    if (!items.length) return sent;
    const settled = items.flatMap((item) => item.settled);
    const answer = await posted("/saisie/rencontres/", { member, deposits: items.filter(({ body }) => body).map(({ body }) => body), settled });
    const done = new Set([...answer.kept, ...answer.quarantined]);
    const known = items.filter(({ id, body }) => done.has(id) || !body);
    await remove(known.map(({ id }) => id));
    await keepConflicts(items, answer.conflicts);
    if (answer.quarantined.length) await noteQuarantine(member, answer.quarantined.length);
    if (!known.length && !Object.keys(answer.conflicts).length) return sent;
    sent += known.length;
  }
}

// Long notes weigh: one request stays under what the server accepts, and holds one item at least.
function withinSize(items) {
  let weight = 0;
  return items.filter(({ body }, at) => (weight += body?.body.length ?? 0) <= HEAVIEST || at === 0);
}

async function keepConflicts(items, conflicts) {
  for (const item of items) if (conflicts[item.id]) await mark([item], conflicts[item.id]);
}

async function noteQuarantine(member, count) {
  const name = `quarantaine de ${member}`;
  await keep(name, ((await kept(name)) ?? 0) + count);
}

async function sendBatches(member) {
  let sent = 0;
  for (;;) {
    const [item] = await readyItems(member, "batch", 1);
    if (!item) return sent;
    try {
      const { refused } = await posted("/saisie/compteurs/", { member, ...item.body });
      await remove([item.id], refused.length ? [refusedOf(item, refused)] : []);
      sent += 1;
    } catch (error) {
      if (error.status !== 400) throw error;
      await mark([item], error.message);
    }
  }
}

// The increments that nobody may count are kept, and shown; the others were counted.
function refusedOf(item, refused) {
  const slips = refused.map((place) => item.body.slips[place]);
  const trouble = `${slips.length} incrément${slips.length > 1 ? "s" : ""} que le serveur ne sait pas compter : une équipe, un lieu ou une question qui n’existe plus.`;
  return { ...item, id: `${item.id}-reste`, body: { ...item.body, slips }, trouble };
}

// Alone in their request, in another order than they came.
async function sendFacts(member) {
  let sent = 0;
  for (;;) {
    const items = shuffled(await readyItems(member, "fact", FACTS_TOGETHER));
    if (!items.length) return sent;
    const answer = await posted("/saisie/faits/", { member, envelopes: items.map(({ body }) => body) });
    const done = new Set(answer.kept);
    await remove(items.filter(({ id }) => done.has(id)).map(({ id }) => id));
    await keepConflicts(items, answer.conflicts);
    sent += done.size;
    if (!done.size && !Object.keys(answer.conflicts).length) return sent;
  }
}

// ----------------------------------------------------------------------------- who left

/** Hand over what waits by the permit of this phone, for a member whose account is closed. */
export async function sendByPermit(member, permit) {
  await mix(member, "9999", { all: true });
  const kinds = { deposit: "deposit", batch: "batch", fact: "envelope" };
  const items = (await Promise.all(Object.keys(kinds).map((kind) => someItems(member, kind)))).flat();
  let sent = 0;
  for (const item of items) {
    const body = item.kind === "batch" ? { client: CLIENT, ...item.body } : item.body;
    const answer = await posted("/saisie/quarantaine/", { permit, kind: item.kind, [kinds[item.kind]]: body });
    if (answer.quarantined.includes(item.id)) await remove([item.id]);
    else await keepConflicts([item], answer.conflicts);
    sent += 1;
  }
  return sent;
}
