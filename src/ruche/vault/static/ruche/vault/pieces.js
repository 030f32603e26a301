// What is written about a person: sealed pieces of a record. The same as `ruche.engines.vault.pieces`.
import { Unreadable, canonical, context, hex, joined, padded, parsed, unpadded } from "./forms.js";
import { openSealed, openWrapped, random, seal, sha256, sign, verify, wrap } from "./suite.js";

const UNSIGNED = 0;
const SIGNED = 1;
const SIGNATURE = 64;
export const IDENTITY = "identity";

/** Where a piece belongs: it opens nowhere else. */
export const placeOf = ({ kind, circle, epoch, record, piece }) => context(kind, circle, epoch, record, piece);

const sharedPlaceOf = ({ kind, circle, epoch, record, piece }, to) =>
  context("share", kind, circle, epoch, record, piece, to.circle, to.epoch);

export const digestOf = async (body) => hex(await sha256(body));

/** Seal a value where it belongs → `{ body, wrap }`. `signingKey`: 32 private bytes, or nothing. */
export async function sealPiece(value, place, secret, signingKey) {
  const where = placeOf(place);
  const content = padded(await contentOf(value, where, signingKey));
  if (place.kind === IDENTITY) {
    const salt = random();
    return { body: await seal(await secret.identityKey(salt, where), content, where), wrap: salt };
  }
  const key = random();
  return { body: await seal(key, content, where), wrap: await wrap(await secret.depositPublic(), key, where) };
}

/** Seal for a circle of which one is not: only its public key is known. */
export async function depositPiece(value, place, publicRaw, signingKey) {
  const where = placeOf(place);
  const key = random();
  const body = await seal(key, padded(await contentOf(value, where, signingKey)), where);
  return { body, wrap: await wrap(publicRaw, key, where) };
}

async function contentOf(value, where, signingKey) {
  const text = canonical(value);
  if (!signingKey) return joined(Uint8Array.of(UNSIGNED), text);
  return joined(Uint8Array.of(SIGNED), await sign(signingKey, text, where), text);
}

/** The value of a piece of one's own circle. `signer`: the author's public key, when one is due. */
export async function openPiece({ body, wrap: wrapped }, place, secret, signer) {
  return openBody(body, await keyOf(wrapped, place, secret), place, signer);
}

/** The value and its claimed author; the signature is checked by `signerOf(value)`. */
export async function openBody(body, key, place, signerOf) {
  const where = placeOf(place);
  const content = unpadded(await openSealed(key, body, where));
  if (content[0] === UNSIGNED) {
    if (signerOf) throw new Unreadable("signature");
    return parsed(content.subarray(1));
  }
  if (content[0] !== SIGNED) throw new Unreadable("forme");
  const text = content.subarray(1 + SIGNATURE);
  const value = parsed(text);
  if (signerOf) await verify(signerOf(value), content.subarray(1, 1 + SIGNATURE), text, where);
  return value;
}

async function keyOf(wrapped, place, secret) {
  if (place.kind === IDENTITY) return secret.identityKey(wrapped, placeOf(place));
  return openWrapped(await secret.depositPair(), wrapped, placeOf(place));
}

/** The key of a piece as bytes, to be wrapped once more. */
export async function keyBytesOf(wrapped, place, secret) {
  if (place.kind === IDENTITY) return secret.identityKeyBytes(wrapped, placeOf(place));
  return openWrapped(await secret.depositPair(), wrapped, placeOf(place));
}

/** One more wrap, for another circle. `to`: `{ circle, epoch, public }`. */
export async function shareKey(wrapped, place, secret, to) {
  return wrap(to.public, await keyBytesOf(wrapped, place, secret), sharedPlaceOf(place, to));
}

/** The value of a piece that another circle shared with ours. */
export async function openShared({ body, wrap: wrapped }, place, secret, signerOf) {
  const where = sharedPlaceOf(place, secret);
  return openBody(body, await openWrapped(await secret.depositPair(), wrapped, where), place, signerOf);
}
