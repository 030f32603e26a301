// How much it means that two persons share what they share.
//
// Sharing « Marie » says little, sharing « Dastugue » says much: what two records have in common is
// counted in bits, the rarer the more, and what contradicts is taken away (after Fellegi and Sunter,
// A Theory for Record Linkage, 1969). What was never given neither adds nor takes.

import { birthOf, dialled, isParticle, LONGEST_WORD, markOf, wordsOf } from "./french.js";
import { because, mistakes, SAME } from "./similarity.js";

const FIELDS = ["given", "family", "alias"];
const MOST_CARDS = 20;
const LONGEST_NICKNAME = 3; // words; beyond, it is a sentence, that nobody writes as one word

// An identity read once: its parts, each with its word, its field and the places that it covers.
// `wordFor` gives the word of a text; `read` remembers what was already split.
export function recordOf(identity, wordFor, read) {
  const parts = [];
  for (const field of FIELDS) addParts(parts, field, wordsIn(identity[field], read), wordFor);
  return {
    identity,
    parts,
    marks: marksOf(identity.cards),
    phone: dialled(identity.phone),
    order: "", // filled by ranking.js
    ...birthOf(identity.birth),
  };
}

function wordsIn(text, read) {
  if (!text) return [];
  let words = read.get(text);
  if (!words) read.set(text, (words = wordsOf(text)));
  return words;
}

// A name of several words is also known as one: Ben Ali and Benali, Jean-Luc and Jeanluc. A
// particle can be searched, but is no reason to think that two persons are one.
function addParts(parts, field, words, wordFor) {
  const first = parts.filter(({ single }) => single).length;
  const meant = words.some((text) => !isParticle(text)) ? (text) => !isParticle(text) : () => true;
  words.forEach((text, at) => {
    parts.push({ field, word: wordFor(text), covers: 1 << (first + at), single: true, meant: meant(text) });
  });
  if (words.length < 2 || (field === "alias" && words.length > LONGEST_NICKNAME)) return;
  const covers = ((1 << words.length) - 1) << first;
  parts.push({ field, word: wordFor(words.join("").slice(0, LONGEST_WORD)), covers, single: false, meant: true });
}

function marksOf(cards) {
  return Array.isArray(cards) ? cards.slice(0, MOST_CARDS).map(markOf).filter(Boolean) : [];
}

// What agrees or contradicts, in bits.
const SAME_DAY = 11;
const SAME_YEAR = 5.5;
const OTHER_FIELD = 1; // a given name in the place of a family name
const OTHER_NAME = 5; // both have one, nothing in common
const OTHER_PART = 2.5; // Jean-Luc and Jean-Pierre
const WHOLE = 2; // every word written, and written alike
const MORE_WORDS = 0.6; // Jean and Jean-Luc
const SAME_PHONE = 11;
const HOUSEHOLD = 1; // the same telephone and another given name
const NEAR_PHONE = 5;
const OTHER_PHONE = -0.3;
const SAME_CARD = 25;

export function bitsOfBirth(one, other) {
  if (!one.year || !other.year) return 0;
  const years = Math.abs(one.year - other.year);
  if (!one.month || !other.month) return years === 0 ? SAME_YEAR : bitsOfYears(one, other, years);
  const days = Number(one.month === other.month) + Number(one.day === other.day);
  const swapped = one.month === other.day && one.day === other.month;
  if (years === 0) return days === 2 ? SAME_DAY : swapped ? SAME_DAY - 2 : days === 1 ? 5 : -1;
  if (days === 2 || swapped) return years === 1 || sameDigits(one.year, other.year) ? 6 : 1;
  return Math.min(bitsOfYears(one, other, years) - 3, -2);
}

function bitsOfYears(one, other, years) {
  if (years === 1) return 2;
  return sameDigits(one.year, other.year) ? -1 : -4 - Math.min(years, 10) / 3;
}

// 1957 and 1975, 1957 and 1967: one slip of the hand.
function sameDigits(one, other) {
  return mistakes(String(one), String(other), 1, false) === 1;
}

// A card or a telephone number in common.
export function bitsOfOther(one, other) {
  const card = one.marks.length > 0 && one.marks.some((mark) => other.marks.includes(mark));
  return card ? { bits: SAME_CARD, reason: "card" } : { bits: bitsOfPhone(one.phone, other.phone), reason: "phone" };
}

function bitsOfPhone(one, other) {
  if (one.length < 6 || other.length < 6) return 0;
  if (one === other) return SAME_PHONE;
  return mistakes(one.slice(0, 20), other.slice(0, 20), 1, false) === 1 ? NEAR_PHONE : OTHER_PHONE;
}

// What two persons have in common, in bits, and what shows it best.
export function compared(one, other, shared) {
  const names = bitsOfNames(one, other, shared);
  const more = bitsOfOther(one, other);
  if (names.otherGiven && more.bits === SAME_PHONE) more.bits = HOUSEHOLD;
  const reason = more.bits >= SAME_PHONE && more.bits > names.bits ? more.reason : because(names.quality);
  return { bits: names.bits + more.bits + bitsOfBirth(one, other), reason };
}

// What the names of two persons say. `shared(part, otherPart)` → { bits, quality } or undefined;
// a part is one word, or a whole name written as one, with the places that it covers.
function bitsOfNames(one, other, shared) {
  const pairs = [];
  for (const a of one.parts) {
    if (!a.meant) continue;
    for (const b of other.parts) {
      const found = b.meant && shared(a, b);
      if (found) pairs.push({ a, b, bits: found.bits - (crosses(a, b) ? OTHER_FIELD : 0), quality: found.quality });
    }
  }
  return settle(one, other, pairs.sort((x, y) => joined(y) - joined(x) || y.bits - x.bits));
}

// A whole name first: Pierre and Yves, which nearly always go together, are not two coincidences.
const joined = ({ a, b }) => Number(!a.single || !b.single);

const crosses = (a, b) => a.field !== b.field && a.field !== "alias" && b.field !== "alias";

// The best pairs first; a place serves once.
function settle(one, other, pairs) {
  let [bits, quality, usedOne, usedOther] = [0, 1, 0, 0];
  for (const pair of pairs) {
    if (usedOne & pair.a.covers || usedOther & pair.b.covers) continue;
    usedOne |= pair.a.covers;
    usedOther |= pair.b.covers;
    bits += pair.bits;
    quality = Math.min(quality, pair.quality);
  }
  const doubts = Object.fromEntries(FIELDS.map((field) => [field, doubt(field, one, usedOne, other, usedOther)]));
  bits -= doubts.given + doubts.family + doubts.alias;
  if (quality === SAME && one.parts.every((part) => !part.meant || usedOne & part.covers)) bits += WHOLE;
  return { bits, quality, otherGiven: doubts.given === OTHER_NAME };
}

function doubt(field, one, usedOne, other, usedOther) {
  const [mine, theirs] = [saidIn(field, one), saidIn(field, other)];
  if (!mine.length || !theirs.length) return 0;
  const [left, leftToo] = [mine.filter((part) => !(usedOne & part.covers)), theirs.filter((part) => !(usedOther & part.covers))];
  const alone = left.filter((part) => !leftToo.some((found) => isInitial(part.word.text, found.word.text)));
  const aloneToo = leftToo.filter((part) => !left.some((found) => isInitial(part.word.text, found.word.text)));
  if (!alone.length || !aloneToo.length) return MORE_WORDS * (alone.length + aloneToo.length);
  const inPart = alone.length < mine.length || aloneToo.length < theirs.length;
  if (field === "alias") return inPart ? OTHER_PART : 0; // one may have several nicknames
  return inPart ? OTHER_PART : OTHER_NAME;
}

const saidIn = (field, person) => person.parts.filter((part) => part.field === field && part.single && part.meant);

const isInitial = (one, other) => (one.length === 1 || other.length === 1) && one[0] === other[0];
