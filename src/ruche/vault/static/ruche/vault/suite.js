// The only suite of the format, numbered 1, on WebCrypto alone: HPKE (RFC 9180, base mode, X25519,
// HKDF-SHA256, AES-256-GCM), AES-256-GCM, HKDF, PBKDF2, Ed25519. See docs/coffre.md.
// Written with the words of 2018: the card of a person opens on old telephones too.
import { Unreadable, bytesOf, joined, utf8 } from "./forms.js";

const subtle = crypto.subtle;
const SUITE = 1;
const NONCE = 12;
const TAG = 16;
const KEY = 32;
const ROUNDS = 600000;
const NOTHING = new Uint8Array();

export const random = (length = KEY) => crypto.getRandomValues(new Uint8Array(length));

/** Whether this browser has all that the vault needs. */
export async function isSupported() {
  try {
    await subtle.generateKey("X25519", false, ["deriveBits"]);
    await subtle.generateKey("Ed25519", false, ["sign", "verify"]);
    return true;
  } catch {
    return false;
  }
}

// ------------------------------------------------------------------------------------ keys

/** A secret from which keys are derived; never to be exported again. */
export const asSource = (secret) => subtle.importKey("raw", secret, "HKDF", false, ["deriveBits", "deriveKey"]);

const hkdf = (use, salt) => ({ name: "HKDF", hash: "SHA-256", salt, info: utf8(use) });
const AES = { name: "AES-GCM", length: 256 };

/** Bytes derived for one use. `source`: a CryptoKey of `asSource`. */
export async function derive(source, use, { salt = NOTHING, length = KEY } = {}) {
  return new Uint8Array(await subtle.deriveBits(hkdf(use, salt), source, length * 8));
}

/** An AES key derived for one use. */
export function deriveKey(source, use, { salt = NOTHING } = {}) {
  return subtle.deriveKey(hkdf(use, salt), source, AES, false, ["encrypt", "decrypt"]);
}

const aesKey = (raw) => subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** A phrase or a code, made slow to guess. */
export async function stretch(secret, salt) {
  const source = await subtle.importKey("raw", utf8(secret), "PBKDF2", false, ["deriveBits"]);
  const asked = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return new Uint8Array(await subtle.deriveBits(asked, source, KEY * 8));
}

export const sha256 = async (bytes) => new Uint8Array(await subtle.digest("SHA-256", bytes));

// -------------------------------------------------------------------------------- symmetric

/** `01 ‖ nonce ‖ AES-256-GCM`, bound to the context `where`. `key`: a CryptoKey or 32 bytes. */
export async function seal(key, content, where) {
  const iv = random(NONCE);
  const sealed = await subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(where) }, await asAes(key), content);
  return joined(Uint8Array.of(SUITE), iv, new Uint8Array(sealed));
}

export async function openSealed(key, sealed, where) {
  ofThisSuite(sealed, 1 + NONCE + TAG);
  const asked = { name: "AES-GCM", iv: sealed.subarray(1, 1 + NONCE), additionalData: utf8(where) };
  try {
    return new Uint8Array(await subtle.decrypt(asked, await asAes(key), sealed.subarray(1 + NONCE)));
  } catch {
    throw new Unreadable("refusé");
  }
}

const asAes = (key) => (key instanceof Uint8Array ? aesKey(key) : key);

function ofThisSuite(sealed, shortest) {
  if (sealed.length < shortest) throw new Unreadable("coupé");
  if (sealed[0] !== SUITE) throw new Unreadable("version");
}

// ------------------------------------------------------------------------------------ HPKE

const KEM = utf8("KEM\0 ");
const HPKE = Uint8Array.of(0x48, 0x50, 0x4b, 0x45, 0, 0x20, 0, 1, 0, 2);
const VERSION = utf8("HPKE-v1");
const PKCS8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20);
const PKCS8_SIGN = PKCS8.map((byte, at) => (at === 11 ? 0x70 : byte));

export const privateKey = (raw) => subtle.importKey("pkcs8", joined(PKCS8, raw), "X25519", false, ["deriveBits"]);
const publicKey = (raw) => subtle.importKey("raw", raw, "X25519", true, []);

/** The X25519 public key of 32 private bytes. */
export const publicOf = (raw) => publicPart(joined(PKCS8, raw), "X25519", ["deriveBits"]);

/** The Ed25519 public key of 32 private bytes. */
export const signingPublicOf = (raw) => publicPart(joined(PKCS8_SIGN, raw), "Ed25519", ["sign"]);

async function publicPart(pkcs8, algorithm, uses) {
  const key = await subtle.importKey("pkcs8", pkcs8, algorithm, true, uses);
  return bytesOf((await subtle.exportKey("jwk", key)).x);
}

/** `01 ‖ enc ‖ ciphertext`: HPKE to a raw public key; `where` is its `info`. */
export async function wrap(publicRaw, content, where, ephemeral) {
  const pair = ephemeral || (await subtle.generateKey("X25519", false, ["deriveBits"]));
  const enc = new Uint8Array(await subtle.exportKey("raw", pair.publicKey));
  const shared = await agreed(pair.privateKey, publicRaw);
  const { key, iv } = await schedule(shared, enc, publicRaw, where);
  return joined(Uint8Array.of(SUITE), enc, new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv }, key, content)));
}

/** The content of `wrap`. `pair`: `{ privateKey: CryptoKey, publicRaw }`. */
export async function openWrapped({ privateKey: mine, publicRaw }, wrapped, where) {
  ofThisSuite(wrapped, 1 + KEY + TAG);
  const enc = wrapped.subarray(1, 1 + KEY);
  try {
    const { key, iv } = await schedule(await agreed(mine, enc), enc, publicRaw, where);
    return new Uint8Array(await subtle.decrypt({ name: "AES-GCM", iv }, key, wrapped.subarray(1 + KEY)));
  } catch {
    throw new Unreadable("refusé");
  }
}

/** Both halves of a pair from 32 private bytes. */
export async function pairOf(raw) {
  return { privateKey: await privateKey(raw), publicRaw: await publicOf(raw) };
}

async function agreed(mine, theirs) {
  return new Uint8Array(await subtle.deriveBits({ name: "X25519", public: await publicKey(theirs) }, mine, KEY * 8));
}

async function schedule(shared, enc, recipient, where) {
  const { key, iv } = await keySchedule(await sharedSecret(shared, enc, recipient), utf8(where));
  return { key: await aesKey(key), iv };
}

/** RFC 9180, 4.1: from what X25519 agreed on to the shared secret. */
export async function sharedSecret(agreement, enc, recipient) {
  return expand(await extract(NOTHING, KEM, "eae_prk", agreement), KEM, "shared_secret", joined(enc, recipient), KEY);
}

/** RFC 9180, 5.1, base mode. Another suite and length serve only to check the RFC's own vectors. */
export async function keySchedule(shared, info, suite = HPKE, length = KEY) {
  const noPsk = await extract(NOTHING, suite, "psk_id_hash", NOTHING);
  const bound = joined(Uint8Array.of(0), noPsk, await extract(NOTHING, suite, "info_hash", info));
  const secret = await extract(shared, suite, "secret", NOTHING);
  return {
    key: await expand(secret, suite, "key", bound, length),
    iv: await expand(secret, suite, "base_nonce", bound, NONCE),
  };
}

const extract = (salt, suite, label, material) => hmac(salt, joined(VERSION, suite, utf8(label), material));

// One block of HMAC is enough: nothing longer than 32 bytes is asked for.
async function expand(secret, suite, label, info, length) {
  const asked = joined(Uint8Array.of(0, length), VERSION, suite, utf8(label), info, Uint8Array.of(1));
  return (await hmac(secret, asked)).subarray(0, length);
}

async function hmac(key, message) {
  const raw = key.length ? key : new Uint8Array(KEY);
  const imported = await subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", imported, message));
}

// ------------------------------------------------------------------------------- signatures

const signed = (content, where) => joined(utf8(`${where}\n`), content);

export async function sign(privateRaw, content, where) {
  const key = await subtle.importKey("pkcs8", joined(PKCS8_SIGN, privateRaw), "Ed25519", false, ["sign"]);
  return new Uint8Array(await subtle.sign("Ed25519", key, signed(content, where)));
}

/** Pass in silence, or throw `Unreadable`. */
export async function verify(publicRaw, signature, content, where) {
  let holds = false;
  try {
    const key = await subtle.importKey("raw", publicRaw, "Ed25519", false, ["verify"]);
    holds = await subtle.verify("Ed25519", key, signature, signed(content, where));
  } catch {
    holds = false; // a key that cannot be read has signed nothing
  }
  if (!holds) throw new Unreadable("signature");
}
