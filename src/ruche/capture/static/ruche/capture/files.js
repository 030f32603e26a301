// The outbox as a sealed file: a last resort, that another device can send.
import { changed } from "../encounters/outbox.js";
import { everyItem, putItems, replaceItems } from "../encounters/store.js";

const MARK = "ruche-envois-1";
const KINDS = new Set(["deposit", "pool", "batch", "fact", "troubled"]);
const NOT_OURS = "Ce fichier n’est pas un fichier d’envois de Ruche, ou il est abîmé. Rien n’a été repris.";

/** Save what waits for a member in a file; how many items. They stay here, marked as saved. */
export async function saveFile(member) {
  const items = (await everyItem()).filter((item) => item.member === member);
  if (!items.length) return 0;
  const file = new Blob([JSON.stringify({ mark: MARK, member, items })], { type: "application/json" });
  const address = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: address, download: `envois-${new Date().toISOString().slice(0, 10)}.ruche` });
  link.click();
  URL.revokeObjectURL(address);
  await putItems(items.map((item) => ({ ...item, saved: true })));
  changed();
  return items.length;
}

/** Take up the items of a file, whole or not at all; how many. What is already here is not doubled. */
export async function importFile(file, member) {
  const items = itemsIn(await file.text(), member);
  await replaceItems([], items);
  changed();
  return items.length;
}

function itemsIn(text, member) {
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Error(NOT_OURS);
  }
  const isItem = (item) => typeof item?.id === "string" && KINDS.has(item.kind);
  if (read?.mark !== MARK || !Array.isArray(read.items) || !read.items.every(isItem)) throw new Error(NOT_OURS);
  return read.items.map((item) => ({ ...item, member, ready: 0 }));
}
