// What this phone keeps: what waits to be sent, one outbox per member, and what it needs to work alone.
// Everything that tells of someone is already sealed for others when it comes here.

const NAME = "ruche-saisie";
const ITEMS = "envois";
const SHELF = "gardé";

let opened = null;

function base() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore(ITEMS, { keyPath: "id" }).createIndex("kind", ["member", "kind"]);
      asked.result.createObjectStore(SHELF);
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  }).then((found) => {
    found.onclose = found.onversionchange = () => { found.close(); opened = null; };
    return found;
  });
  opened.catch(() => { opened = null; });
  return opened;
}

/** Resolves once the disk has it: a phone that dies the instant after has lost nothing. */
async function used(shelf, mode, act) {
  const transaction = (await base()).transaction(shelf, mode, { durability: "strict" });
  return new Promise((resolve, reject) => {
    let answer;
    transaction.oncomplete = () => resolve(answer);
    let failed = null; // browsers say why on the request, or on the transaction that it ends
    transaction.onerror = ({ target }) => { failed = target.error; };
    transaction.onabort = () => reject(told([failed, transaction.error].find(isFull) ?? transaction.error ?? failed));
    Promise.resolve(act(transaction.objectStore(shelf), (found) => { answer = found; })).catch(reject);
  });
}

const FULL = "Ce téléphone n’a plus de place : libérez-en, puis réessayez. Ce qui est déjà gardé le reste.";

const isFull = (error) => error?.name === "QuotaExceededError";

function told(error) {
  return isFull(error) ? new Error(FULL) : (error ?? new Error("Ce téléphone n’a pas pu garder."));
}

// -------------------------------------------------------------------------------- outbox

/** Keep items, all or none. */
export const putItems = (items) => used(ITEMS, "readwrite", (shelf) => items.forEach((item) => shelf.put(item)));

/** Remove items, and put others in their place, in one act. */
export const replaceItems = (gone, items = []) =>
  used(ITEMS, "readwrite", (shelf) => {
    gone.forEach((id) => shelf.delete(id));
    items.forEach((item) => shelf.put(item));
  });

/** Everything that waits on this phone, whoever wrote it. */
export const everyItem = () => reading((shelf) => shelf.getAll());

/** At most `limit` items of one kind of a member. */
export const someItems = (member, kind, limit) => reading((shelf) => shelf.index("kind").getAll([member, kind], limit));

export const countItems = (member, kind) => reading((shelf) => shelf.index("kind").count([member, kind]));

const reading = (ask) =>
  used(ITEMS, "readonly", (shelf, give) => {
    const asked = ask(shelf);
    asked.onsuccess = () => give(asked.result);
  });

// --------------------------------------------------------------------------------- shelf

export const kept = (name) =>
  used(SHELF, "readonly", (shelf, give) => {
    const asked = shelf.get(name);
    asked.onsuccess = () => give(asked.result);
  });

export const keep = (name, value) => used(SHELF, "readwrite", (shelf) => shelf.put(value, name));
export const forget = (name) => used(SHELF, "readwrite", (shelf) => shelf.delete(name));
