// The card that a person holds, and the threads that it opens. The same as `ruche.engines.vault.cards`.
// AES-GCM, HKDF and PBKDF2 only, with the words of 2018: old telephones can.
import { context, joined } from "./forms.js";
import { asSource, derive, openSealed, seal, stretch } from "./suite.js";

const HANDLE = 16;

/** What a card gives. `secret`: 16 bytes; `pin`: what she chose, or "". */
export async function cardOf(secret, pin = "") {
  const source = await asSource(secret);
  const handle = await derive(source, context("card", "handle"), { length: HANDLE });
  const proof = await derive(source, context("card", "proof"));
  const stretched = pin ? await stretch(pin, handle) : new Uint8Array();
  const key = await derive(await asSource(joined(secret, stretched)), context("card", "key"));
  return { handle, proof, key };
}

/** A thread's key, sealed for a card. */
export const holdThread = (card, thread, record) => seal(card.key, thread, context("thread", record));

export const threadIn = (card, sealed, record) => openSealed(card.key, sealed, context("thread", record));

/** The key of a piece, for her to read it. */
export async function showPiece(thread, key, { record, piece }) {
  return seal(await threadKey(thread, "read", record), key, context("shown", record, piece));
}

export async function keyShown(thread, sealed, { record, piece }) {
  return openSealed(await threadKey(thread, "read", record), sealed, context("shown", record, piece));
}

/** What seals her words, and opens them in the circle. */
export const wordsKey = (thread, record) => threadKey(thread, "words", record);

const threadKey = async (thread, use, record) => derive(await asSource(thread), context("thread", use, record));
