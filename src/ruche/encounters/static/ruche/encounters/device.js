// A phone signs what it seals while nobody has opened anything on it: with a key of its own, that
// cannot be exported, and that its member vouched for once with her ring.
import { keep, kept } from "./store.js";
import { base64, bytesOf, canonical, context, joined, parsed, textOf, utf8, Unreadable } from "../vault/forms.js";
import { sign, signingPublicOf, verify } from "../vault/suite.js";

const nameOf = (member) => `appareil de ${member}`;
const pledge = (member) => context("device", member);

/** Vouch for this phone, while the ring is open: `signingKey` is that of the member. */
export async function vouch(member, signingKey) {
  if ((await kept(nameOf(member)))?.by === base64(await publicBytesFor(signingKey))) return;
  const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
  const publicRaw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const warrant = await sign(signingKey, publicRaw, pledge(member));
  await keep(nameOf(member), { privateKey: pair.privateKey, public: base64(publicRaw), warrant: base64(warrant), by: base64(await publicBytesFor(signingKey)) });
}

const publicBytesFor = (signingKey) => signingPublicOf(signingKey);

/** The content of a deposit: what is said, and, when the phone is vouched for, its signature. */
export async function signedByDevice(said, place) {
  const device = await kept(nameOf(said.by));
  const text = textOf(canonical(said));
  if (!device) return { text };
  const signed = joined(utf8(`${whereOf(place)}\n`), utf8(text));
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", device.privateKey, signed));
  return { text, device: device.public, warrant: device.warrant, signature: base64(signature) };
}

/** What a deposit says, and whether the phone of the member that it names really sealed it. */
export async function readDeposit({ text, device, warrant, signature }, place, keysOf) {
  const said = parsed(utf8(text));
  for (const key of keysOf(said.by)) {
    try {
      await verify(key, bytesOf(warrant), bytesOf(device), pledge(said.by));
      await verify(bytesOf(device), bytesOf(signature), utf8(text), whereOf(place));
      return { ...said, isSigned: true };
    } catch (error) {
      if (!(error instanceof Unreadable || error instanceof TypeError)) throw error;
    }
  }
  return { ...said, isSigned: false };
}

const whereOf = ({ kind, circle, epoch, piece }) => context(kind, circle, epoch, piece);
