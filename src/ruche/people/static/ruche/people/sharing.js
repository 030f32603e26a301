// Share a file with another circle: the person's consent first, then one more wrap per piece.
import { sealed } from "./writing.js";
import { believed, isPinned } from "../vault/circles.js";
import { base64 } from "../vault/forms.js";
import { keeper } from "../vault/keeper.js";
import { shareKey } from "../vault/pieces.js";
import { post } from "../vault/server.js";

const NOBODY = "Comparez d’abord vos mots avec la personne qui a signé la clé de ce cercle : sans cela, rien ne prouve que c’est la bonne.";

/** The circle that will receive, if someone whose words were compared signed its key. */
export async function trusted(id) {
  const { circles } = await post("/coffre/cercles/", { circles: [id] });
  if (!circles.length) throw new Error("Ce cercle n’existe plus.");
  const circle = await believed(circles[0], { ring: keeper.ring });
  const known = circle.vouchedBy.some(([who, keys]) => isPinned(keeper.ring, who, keys));
  if (!known && !keeper.circles.has(id)) throw new Error(NOBODY);
  if (keeper.ring.circles[id]?.digest !== circle.digest) {
    await keeper.changeRing((ring) => { ring.circles[id] = { number: circle.number, digest: circle.digest }; });
  }
  return circle;
}

/** Consent, permission, wraps, in one request. `form` holds what the person said. */
export async function shareRecord({ identity, notes }, { circle, record, form }) {
  const said = Object.fromEntries(["circle", "how", "until"].map((field) => [field, form.querySelector(`[data-field=${field}]`).value.trim()]));
  if (!form.querySelector("[data-field=agreed]").checked) throw new Error("Sans l’accord de la personne, rien n’est partagé.");
  if (!said.how || !said.until) throw new Error("Écrivez comment la personne l’a dit, et jusqu’à quand.");
  const receiving = await trusted(said.circle);
  const withNotes = form.querySelector("[data-field=notes]").checked;
  const what = withNotes ? [identity, ...notes] : [identity];
  const consent = await sealed("consent", { ...said, what: withNotes ? "identité et notes" : "identité" }, { circle, record });
  const wraps = await Promise.all(what.filter((piece) => piece.value).map((piece) => wrapFor(piece, receiving)));
  await post("/coffre/partages/", { id: crypto.randomUUID(), circle: said.circle, until: said.until, consent, wraps });
}

/** Hand to a circle that may read the keys of more pieces: newer notes, an identity that changed. */
export async function completeShare({ id, circle }, pieces) {
  const receiving = await trusted(circle);
  const wraps = await Promise.all(pieces.filter((piece) => piece.value).map((piece) => wrapFor(piece, receiving)));
  if (wraps.length) await post("/coffre/partages/completer/", { permission: id, wraps });
}

async function wrapFor({ place, wrap }, receiving) {
  const to = { circle: receiving.id, epoch: receiving.epoch, public: receiving.public };
  const secret = keeper.secretOf(place.circle, place.epoch);
  return { piece: place.piece, epoch: receiving.epoch, key: base64(await shareKey(wrap, place, secret, to)) };
}

