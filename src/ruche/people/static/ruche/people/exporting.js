// Everything that is held on one person, readable and as data; made here, never on the server.
import { LABELS, readingOf } from "./names.js";

/** What a file holds, without keys: what one gives to the person. */
export function readable({ identity, notes, consents = [], permissions, endsIn }) {
  const value = identity?.value ?? {};
  return {
    format: "ruche/fiche/1",
    identity: Object.fromEntries(Object.keys(LABELS).map((field) => [field, readingOf(value, field)]).filter(([, text]) => text)),
    notes: notes.filter((note) => note.value).map((note) => ({ at: note.value.at, by: note.value.by, text: note.value.text })),
    consents,
    shares: permissions.map(({ name, since, until, alive }) => ({ circle: name, since, until, alive })),
    kept_until_end_of: endsIn,
  };
}

export function download(name, type, text) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
