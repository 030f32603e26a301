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
