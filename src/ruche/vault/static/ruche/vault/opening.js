// Fetch sealed pieces and open them: what the server gives is journaled, one line per batch.
import { bytesOf } from "./forms.js";
import { signerIn } from "./circles.js";
import { keeper } from "./keeper.js";
import { IDENTITY, digestOf, openPiece, openShared } from "./pieces.js";
import { post } from "./server.js";

const BATCH = 144;

/** Piece id → `{ value, place, body, wrap, digest }`, or `{ trouble }` when it does not open. */
export async function openPieces(ids) {
  const batches = [];
  for (let at = 0; at < ids.length; at += BATCH) batches.push(ids.slice(at, at + BATCH));
  const given = await Promise.all(batches.map((pieces) => post("/coffre/lire/", { pieces })));
  const opened = await openGiven(given.flatMap(({ pieces }) => pieces));
  return new Map(opened.map((found) => [found.place.piece, found]));
}

/** The pieces of an answer, opened. */
export const openGiven = (pieces) => Promise.all(pieces.map(openOne));

async function openOne({ piece, record, kind, circle, epoch, body, wrap, through }) {
  const place = { piece, record, kind, circle, epoch };
  const sealed = { body: bytesOf(body), wrap: bytesOf(wrap) };
  try {
    const value = await valueOf(sealed, place, through);
    return { ...sealed, place, through, value, digest: await digestOf(sealed.body) };
  } catch (error) {
    return { ...sealed, place, through, trouble: error.message };
  }
}

async function valueOf(sealed, place, through) {
  const secret = keeper.secretOf(through.circle, through.epoch);
  if (!secret) throw new Error("Ce contenu est d’un cercle que vous ne pouvez pas ouvrir.");
  const ours = through.circle === place.circle;
  const isSigned = place.kind !== IDENTITY;
  if (!ours) return openShared(sealed, place, secret);
  const signer = isSigned ? signerIn(keeper.circles.get(place.circle).circle, place.epoch) : undefined;
  return openPiece(sealed, place, secret, signer);
}
