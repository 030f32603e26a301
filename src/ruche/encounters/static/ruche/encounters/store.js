// What this phone keeps: what waits to be sent, one outbox per member, and what it needs to work alone.
// Everything that tells of someone is already sealed for others when it comes here.
//
// It is kept twice. When Chromium is killed while it writes its log, then writes after the cut, it finds
// the log broken at the next start and begins all the bases of the site again, empty. A storage bucket
// has a log of its own, where browsers have buckets (Chromium has): the copy lives there. Each write goes
// to the copy, then to the base, never to both at once, so no kill cuts both.
import { Base, ITEMS, SHELF, isFull } from "./base.js";

/** The name of the last write, in each base. A base without it has just begun. */
const LAST = "dernière écriture";

const base = new Base(() => indexedDB);
const copy = new Base(async () => (await bucket())?.indexedDB);
base.onLost = copy.onLost = () => { agreed = null; };

const bucket = () =>
  navigator.storageBuckets?.open("ruche-copie", { durability: "strict", persisted: true }).catch(() => null);

const alone = (act) => (navigator.locks ? navigator.locks.request("ruche-saisie, écriture", act) : act());

let agreed = null;

/** Whether both hold the same. To be called alone: before the first reading of a page, and before each write. */
function agree() {
  agreed = agreeing();
  agreed.catch(() => { agreed = null; });
  return agreed;
}

/** The base is right, unless it has just begun: then it takes what the copy has. */
async function agreeing() {
  if (!(await copy.exists())) return false;
  const here = await base.read(SHELF, lastOf);
  const there = await copy.read(SHELF, lastOf).catch(() => undefined);
  if (here && here === there) return true;
  if (!here && there) await base.add(await copy.everything());
  return copy.add(await base.everything(), { instead: true }).then(() => true, () => false);
}

const lastOf = (shelf) => shelf.get(LAST);

async function read(shelf, ask) {
  await (agreed ?? alone(() => agreed ?? agree()));
  return base.read(shelf, ask);
}

const write = (act) =>
  alone(async () => {
    const isCopied = await agree();
    const name = crypto.randomUUID();
    const signed = (shelves) => {
      act(shelves);
      shelves.shelf.put(name, LAST);
    };
    try {
      if (isCopied) await copy.write(signed);
      await base.write(signed);
    } catch (error) {
      throw told(error);
    }
  });

function told(error) {
  if (!isFull(error)) return error ?? new Error("Ce téléphone n’a pas pu garder.");
  return new Error("Ce téléphone n’a plus de place : libérez-en, puis réessayez. Ce qui est déjà gardé le reste.");
}

// -------------------------------------------------------------------------------- outbox

/** Keep items, all or none. */
export const putItems = (found) => replaceItems([], found);

/** Remove items, and put others in their place, in one act. */
export const replaceItems = (gone, found = []) =>
  write(({ items }) => {
    gone.forEach((id) => items.delete(id));
    found.forEach((item) => items.put(item));
  });

/** Everything that waits on this phone, whoever wrote it. */
export const everyItem = () => read(ITEMS, (shelf) => shelf.getAll());

/** At most `limit` items of one kind of a member. */
export const someItems = (member, kind, limit) => read(ITEMS, (shelf) => shelf.index("kind").getAll([member, kind], limit));

export const countItems = (member, kind) => read(ITEMS, (shelf) => shelf.index("kind").count([member, kind]));

// --------------------------------------------------------------------------------- shelf

export const kept = (name) => read(SHELF, (shelf) => shelf.get(name));
export const keep = (name, value) => write(({ shelf }) => shelf.put(value, name));
export const forget = (name) => write(({ shelf }) => shelf.delete(name));
