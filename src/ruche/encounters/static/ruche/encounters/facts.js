// Joint facts: what encounters said together, without name, day or note, for the circle « mesure ».
import { base64, context, hex } from "../vault/forms.js";
import { depositPiece } from "../vault/pieces.js";
import { asSource, derive } from "../vault/suite.js";

/** The joint fact of an encounter; a token when she can be counted once in the year. */
export function factOf({ answers }, { form, number, team }, { site, month }, token = "") {
  const fact = { form, number, month, site, team, answers };
  return token ? { ...fact, token } : fact;
}

/** An envelope of facts, as it is posted. `measuring`: `{ id, epoch, public }`, already believed. */
export async function factFor(fact, measuring) {
  const id = crypto.randomUUID();
  const place = placeOfFacts(measuring, id);
  const { body, wrap: key } = await depositPiece([fact], place, measuring.public);
  return { id, circle: measuring.id, epoch: measuring.epoch, body: base64(body), key: base64(key) };
}

export const placeOfFacts = ({ id: circle, epoch }, id) => ({ kind: "fact", circle, epoch, record: id, piece: id });

/**
 * What lets the circle « mesure » count a person once in a year, and says nothing else of her. From
 * the first secret of her circle: the same all year, whoever has left meanwhile.
 */
export async function tokenFor({ record, circle }, keeper, year) {
  const first = Math.min(...keeper.circles.get(circle).secrets.keys());
  const key = await keeper.secretOf(circle, first).keyFor("token", year);
  return hex(await derive(await asSource(key), context("person", record), { length: 16 }));
}
