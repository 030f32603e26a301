// The key ring of a member and the slots that open it. The same as `ruche.engines.vault.ring`.
import { bytesOf, base64, canonical, context, padded, parsed, unpadded, Unreadable } from "./forms.js";
import { writeCode } from "./codes.js";
import { asSource, derive, openSealed, random, seal, signingPublicOf, publicOf, stretch } from "./suite.js";
import { normalised } from "./words.js";

const SALT = 16;

/** A new ring: two pairs of keys, nobody known yet. */
export function newRing() {
  return { keys: { seal: base64(random()), sign: base64(random()) }, version: 1, pins: {}, circles: {} };
}

/** The public keys of a ring, as bytes. */
export async function publicKeysOf(ring) {
  return {
    seal: await publicOf(bytesOf(ring.keys.seal)),
    sign: await signingPublicOf(bytesOf(ring.keys.sign)),
  };
}

/** What a passkey gave, made at once into something that cannot be read again. */
export const passkeySource = (output) => asSource(output);

// `secret`: a source of `passkeySource`, the phrase, or the 16 bytes of the sheet.
async function slotKey(kind, secret, salt) {
  if (kind === "passkey") return derive(secret, context("slot", kind));
  if (kind === "phrase") return stretch(normalised(secret), salt);
  return stretch(writeCode(secret).replace(/-/g, ""), salt);
}

/** One more way of opening a ring → `{ id, kind, salt, sealed }`. */
export async function makeSlot(ringKey, { member, id, kind, secret }) {
  const salt = kind === "passkey" ? new Uint8Array() : random(SALT);
  const sealed = await seal(await slotKey(kind, secret, salt), ringKey, context("slot", member, kind, id));
  return { id, kind, salt, sealed };
}

/** The key of the ring; `Unreadable` for a wrong secret. */
export async function openSlot({ id, kind, salt, sealed }, secret, member) {
  return openSealed(await slotKey(kind, secret, salt), sealed, context("slot", member, kind, id));
}

export function sealRing(ring, ringKey, member) {
  return seal(ringKey, padded(canonical(ring)), context("ring", member, ring.version));
}

export async function openRing(sealed, ringKey, { member, version }) {
  const ring = parsed(unpadded(await openSealed(ringKey, sealed, context("ring", member, version))));
  if (ring.version !== version) throw new Unreadable("version du trousseau");
  return ring;
}
