// A base of this browser: two shelves, opened once, whose writes are on the disk when they resolve.

const NAME = "ruche-saisie";
export const ITEMS = "envois";
export const SHELF = "gardé";

export class Base {
  #place;
  #opened = null;
  /** Called when the browser closed the base: another one may be found in its place. */
  onLost = () => undefined;

  /** `place` gives the IDBFactory where the base lives, or nothing: then there is no base, and nothing happens. */
  constructor(place) {
    this.#place = place;
  }

  #open() {
    this.#opened ??= this.#begun();
    this.#opened.catch(() => { this.#opened = null; });
    return this.#opened;
  }

  async #begun() {
    const factory = await this.#place();
    if (!factory) return null;
    const found = await new Promise((resolve, reject) => {
      const asked = factory.open(NAME, 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore(ITEMS, { keyPath: "id" }).createIndex("kind", ["member", "kind"]);
        asked.result.createObjectStore(SHELF);
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    found.onclose = found.onversionchange = () => {
      found.close();
      this.#opened = null;
      this.onLost();
    };
    return found;
  }

  /** Whether there is a base here, and it can be opened. */
  exists() {
    return this.#open().then(Boolean, () => false);
  }

  /** What `ask` asks of a shelf, in one request. */
  async read(shelf, ask) {
    const base = await this.#open();
    if (!base) return undefined;
    const transaction = base.transaction(shelf, "readonly");
    const asked = ask(transaction.objectStore(shelf));
    await ended(transaction);
    return asked.result;
  }

  /** Do `act({ items, shelf })`, all or nothing: a phone that dies the instant after has lost nothing of it. */
  async write(act) {
    const base = await this.#open();
    if (!base) return;
    const transaction = base.transaction([ITEMS, SHELF], "readwrite", { durability: "strict" });
    const over = ended(transaction);
    try {
      act({ items: transaction.objectStore(ITEMS), shelf: transaction.objectStore(SHELF) });
    } catch (error) {
      over.catch(() => undefined);
      transaction.abort();
      throw error;
    }
    await over;
  }

  async everything() {
    const items = await this.read(ITEMS, (shelf) => shelf.getAll());
    const names = await this.read(SHELF, (shelf) => shelf.getAllKeys());
    const values = await this.read(SHELF, (shelf) => shelf.getAll());
    return { items: items ?? [], shelf: (names ?? []).map((name, at) => [name, values[at]]) };
  }

  /** Put what another base holds, and leave what is already there unless `instead`. */
  add(found, { instead = false } = {}) {
    return this.write(({ items, shelf }) => {
      if (instead) [items, shelf].forEach((one) => one.clear());
      found.items.forEach((item) => items.put(item));
      found.shelf.forEach(([name, value]) => shelf.put(value, name));
    });
  }
}

function ended(transaction) {
  return new Promise((resolve, reject) => {
    let failed = null; // browsers say why on the request, or on the transaction that it ends
    transaction.oncomplete = () => resolve();
    transaction.onerror = ({ target }) => { failed ??= target.error; }; // the first: others only follow
    transaction.onabort = () => reject([failed, transaction.error].find(isFull) ?? transaction.error ?? failed);
  });
}

/** Whether this phone has no room left. */
export const isFull = (error) => error?.name === "QuotaExceededError";
