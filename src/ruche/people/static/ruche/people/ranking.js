// In which order those who may be meant are shown.

const TOO_FAR_BELOW = 0.35; // the best answer hides what resembles much less
const SHARE_OF_PHONE = 0.4; // beside a name
const SHARE_OF_BIRTH = 0.15;

// One mark, from 0 to 1, for the names and the telephone number that were asked.
export function together(question, name, phone) {
  const dialled = phone && 0.8 + 0.2 * phone;
  if (!question.words.length) return dialled;
  return question.phones.length ? (1 - SHARE_OF_PHONE) * name + SHARE_OF_PHONE * dialled : name;
}

// Best first. A birth asked beside a name moves those who agree up; it hides nobody.
export function ranked(found, birth, records, limit) {
  const best = found.reduce((most, { base }) => Math.max(most, base), 0);
  const kept = found.filter(({ base }) => base >= best - TOO_FAR_BELOW);
  if (birth.year) {
    for (const one of kept) one.score = (1 - SHARE_OF_BIRTH) * one.base + SHARE_OF_BIRTH * agreement(birth, records[one.slot]);
  }
  const alphabetical = (a, b) => compareTexts(orderOf(records[a.slot]), orderOf(records[b.slot]));
  return worthSorting(kept, limit).sort((a, b) => b.score - a.score || alphabetical(a, b) || a.slot - b.slot);
}

const LAST = "\uffff"; // who has no family name comes after those who have one

// Written once per person: thousands of equals are put in order at each letter typed.
function orderOf(record) {
  const { parts } = record;
  record.order ||= `${written(parts, "family") || LAST} ${written(parts, "given")} ${written(parts, "alias")}`;
  return record.order;
}

function written(parts, field) {
  return parts.filter((part) => part.single && part.field === field).map(({ word }) => word.text).join(" ");
}

const compareTexts = (one, other) => (one === other ? 0 : one < other ? -1 : 1);

// Three letters may find thousands: those that will not be shown are not put in order.
function worthSorting(found, limit) {
  if (found.length <= limit) return found;
  const least = Float64Array.from(found, ({ score }) => score).sort().at(-limit) ?? Infinity;
  return found.filter(({ score }) => score >= least);
}

function agreement(asked, { year, month, day }) {
  if (!year) return 0.5;
  if (asked.year !== year) return Math.abs(asked.year - year) === 1 ? 0.6 : 0;
  return asked.month && month && (asked.month !== month || asked.day !== day) ? 0.8 : 1;
}
