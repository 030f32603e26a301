// Seal what is written about a person, and hand it to the server.
import { base64 } from "../vault/forms.js";
import { keeper } from "../vault/keeper.js";
import { sealPiece } from "../vault/pieces.js";
import { memberId, post } from "../vault/server.js";

/** What a record tells, each piece with its `text`, in the order in which it was written. */
export const WRITTEN = new Set(["note", "encounter", "promise"]);

const SIGNED = new Set(["note", "consent", "thread", "encounter", "promise"]);

/** A piece, sealed for its own circle, as the server receives it. */
export async function sealed(kind, value, { circle, record, piece = crypto.randomUUID(), replaces }) {
  const secret = keeper.currentSecret(circle);
  if (!secret) throw new Error("Ce cercle n’est pas ouvert dans ce navigateur : rouvrez le coffre.");
  const place = { kind, circle, epoch: secret.epoch, record, piece };
  const written = SIGNED.has(kind) ? { ...value, by: memberId(), at: new Date().toISOString() } : value;
  const { body, wrap } = await sealPiece(written, place, secret, SIGNED.has(kind) ? keeper.signingKey : null);
  const given = { id: piece, record, circle, kind, epoch: secret.epoch, body: base64(body), key: base64(wrap) };
  return replaces ? { ...given, replaces } : given;
}

export const write = (...pieces) => post("/coffre/ecrire/", { pieces });
