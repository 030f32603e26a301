// Open the facts of the circle « mesure »: those that phones sealed one by one, and those that someone of
// the circle sealed together since. What was opened one by one is sealed together on the way.
import { placeOfFacts } from "./facts.js";
import { base64, bytesOf, canonical, context, padded, parsed, unpadded } from "../vault/forms.js";
import { keeper } from "../vault/keeper.js";
import { openPiece } from "../vault/pieces.js";
import { post } from "../vault/server.js";
import { openSealed, random, seal } from "../vault/suite.js";

const TOGETHER = 500;
/** Envelopes that are left alone before they are sealed together. */
const LOOSE = 50;
const MOST_GONE = 20_000;
const MOST_BLOCKS = 20;
const ROOM = 60_000;

/** Every fact of the circle; `told(count)` says how far it went. `closed`: envelopes that do not open. */
export async function openFacts(circle, told = () => undefined) {
  const envelopes = await fetched(told);
  const opened = [];
  for (let at = 0; at < envelopes.length; at += TOGETHER) {
    opened.push(...(await Promise.all(envelopes.slice(at, at + TOGETHER).map((one) => openOne(circle, one)))));
    told(at + TOGETHER);
  }
  const readable = opened.filter(({ facts }) => facts);
  return { facts: readable.flatMap(({ facts }) => facts), closed: opened.length - readable.length, opened: readable };
}

async function fetched(told) {
  const found = [];
  for (let after = null, more = true; more; ) {
    const answer = await post("/rencontres/croiser/faits/", { after });
    found.push(...answer.facts);
    more = answer.more;
    after = answer.facts.at(-1)?.id;
    told(found.length);
  }
  return found;
}

async function openOne(circle, envelope) {
  try {
    const secret = keeper.secretOf(circle, envelope.epoch);
    const facts = envelope.block ? await openBlock(envelope, secret) : await openPiece({ body: bytesOf(envelope.body), wrap: bytesOf(envelope.key) }, placeOfFacts({ id: circle, epoch: envelope.epoch }, envelope.id), secret);
    return { ...envelope, facts };
  } catch {
    return envelope;
  }
}

// ------------------------------------------------------------------------------- blocks

const placeOfBlock = (secret, id) => context("facts", secret.circle, secret.epoch, id);

async function openBlock({ id, body, key }, secret) {
  const where = placeOfBlock(secret, id);
  const content = unpadded(await openSealed(await secret.identityKey(bytesOf(key), where), bytesOf(body), where));
  return parsed(await through(new DecompressionStream("deflate-raw"), content));
}

async function sealBlock(facts, secret) {
  const id = crypto.randomUUID();
  const where = placeOfBlock(secret, id);
  const salt = random();
  const content = padded(await through(new CompressionStream("deflate-raw"), canonical(facts)));
  return { id, epoch: secret.epoch, body: base64(await seal(await secret.identityKey(salt, where), content, where)), key: base64(salt) };
}

async function through(stream, bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}

/**
 * Seal together what phones sealed one by one, and what an older epoch sealed. Each block is opened
 * again before it takes their place: nothing is lost to a mistake of this browser. Facts of a month
 * before `oldest` have had their time: they are left out, for ever.
 */
export async function groupFacts(circle, opened, { loose: least = LOOSE, oldest = "" } = {}) {
  const secret = keeper.currentSecret(circle);
  const isOver = ({ month }) => month < oldest;
  const isDue = ({ block, epoch, facts }) => !block || epoch !== secret.epoch || facts.some(isOver);
  const loose = opened.filter(isDue).slice(0, MOST_GONE);
  if (loose.length < least && !loose.some(({ facts }) => facts.some(isOver))) return 0;
  const kept = loose.map((one) => ({ ...one, facts: one.facts.filter((fact) => !isOver(fact)) }));
  const [blocks, held] = await blocksOf(kept, secret);
  for (const block of blocks) await openBlock(block, secret);
  await post("/rencontres/croiser/regrouper/", { blocks, gone: held.map(({ id }) => id) });
  return held.length;
}

// As many envelopes as twenty blocks hold; the others wait for the next time.
async function blocksOf(loose, secret) {
  const blocks = [];
  let at = 0;
  for (let size = 1_000; at < loose.length && blocks.length < MOST_BLOCKS; ) {
    const taken = loose.slice(at, at + size);
    try {
      if (canonical(taken.flatMap(({ facts }) => facts)).length > ROOM * 20) throw new RangeError("trop long");
      blocks.push(await sealBlock(taken.flatMap(({ facts }) => facts), secret));
      at += taken.length;
    } catch (error) {
      if (!(error instanceof RangeError) || size === 1) throw error;
      size = Math.ceil(size / 2); // too many for one envelope
    }
  }
  return [blocks, loose.slice(0, at)];
}
