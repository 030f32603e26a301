// What this browser keeps between two pages: a key that cannot be exported, and sealed bytes.

const NAME = "ruche-coffre";
const SHELF = "gardé";

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(SHELF);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("base occupée"));
  });
}

async function used(mode, act) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = base.transaction(SHELF, mode);
      const asked = act(transaction.objectStore(SHELF));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    base.close();
  }
}

/** `undefined` when there is nothing, or when this browser keeps nothing (private window, blocked). */
export const kept = (name) => used("readonly", (shelf) => shelf.get(name)).catch(() => undefined);

/** Whether it could be kept. */
export const keep = (name, value) => used("readwrite", (shelf) => shelf.put(value, name)).then(() => true, () => false);

export const forget = (name) => used("readwrite", (shelf) => shelf.delete(name)).catch(() => undefined);

// Closing is asynchronous, leaving a page is not: a mark written at once says that the ring is closed,
// even if the page is left before the rest is done.
const CLOSED = "ruche-coffre-fermé";

export const markClosed = () => marked((marks) => marks.setItem(CLOSED, "oui"));
export const unmarkClosed = () => marked((marks) => marks.removeItem(CLOSED));
export const isMarkedClosed = () => marked((marks) => marks.getItem(CLOSED) !== null) ?? false;

function marked(act) {
  try {
    return act(localStorage);
  } catch {
    return undefined; // storage refused: nothing was kept either
  }
}
