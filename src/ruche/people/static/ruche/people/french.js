// How French readers write and hear a name: letters without accents, words, sounds, numbers, dates.
//
// Names are written in a hurry, from hearing, by many hands. Everything here takes whatever was
// typed and gives plain, short, comparable text; nothing here throws, whatever the text.

const LONGEST_TEXT = 160;
export const LONGEST_WORD = 32;
const MOST_WORDS = 8;

const LEFT_ALONE = /^[a-z]*$/;
const UNSEEN = /[\p{M}\p{Cf}]+/gu; // accents once apart from their letter, zero-width signs, directions
const BETWEEN_WORDS = /[^\p{L}]+/u;
const LETTERS_OF_TWO = { œ: "oe", æ: "ae", ß: "ss", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ə: "e" };
const TO_SPELL_OUT = new RegExp(`[${Object.keys(LETTERS_OF_TWO).join("")}]`, "g");

// Written or not, apart or not: their absence says nothing about who it is.
const PARTICLES = new Set([
  "a", "al", "ait", "au", "aux", "avec", "ben", "bent", "bin", "bint", "d", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do",
  "dos", "du", "e", "el", "et", "i", "l", "la", "las", "le", "les", "lo", "los", "o", "ould", "san", "st", "ste", "un", "une", "van",
  "von", "y",
]);

export const isParticle = (word) => PARTICLES.has(word);

// Small letters without accents nor invisible signs.
export function fold(text) {
  if (typeof text !== "string") return "";
  const small = text.slice(0, LONGEST_TEXT).toLowerCase();
  if (LEFT_ALONE.test(small)) return small;
  return small.normalize("NFKD").replace(UNSEEN, "").replace(TO_SPELL_OUT, (letter) => LETTERS_OF_TWO[letter]);
}

// The words of a name, folded: « Jean-Luc D’Ornézan » → jean, luc, d, ornezan.
export function wordsOf(text) {
  const words = [];
  for (const word of fold(text).split(BETWEEN_WORDS)) {
    if (word && words.length < MOST_WORDS) words.push(word.slice(0, LONGEST_WORD));
  }
  return words;
}

// ------------------------------------------------------------------------------ sounds

const VOWELS = "aeiouy";
const VOWEL_GROUPS = new Map(Object.entries({
  eau: "o", oeu: "e", au: "o", ai: "e", ay: "e", ei: "e", ey: "e", ee: "e", eu: "e", ou: "u", oo: "u", oi: "ua", oy: "ua",
  a: "a", e: "e", i: "i", o: "o", u: "u", y: "i",
}));
// « in », « an », « on »: three sounds that no letter writes.
const NASALS = new Map(Object.entries({
  i: "1", y: "1", u: "1", ai: "1", ay: "1", ei: "1", ey: "1", oi: "u1", a: "2", e: "2", o: "3",
}));
const SAME_SOUND = { q: "k", w: "u", z: "s", x: "ks" };

// How a whole word sounds, its mute ending left out: Thérèse and Tereze → teres.
export const soundOf = (word) => scan(withoutMuteEnding(word));

// How the beginning of a word sounds, when the rest is still to be typed.
export const soundOfBeginning = (word) => scan(word);

function withoutMuteEnding(word) {
  if (word.length < 4) return word;
  let end = word.length;
  while (end > 3 && "stdxzp".includes(word[end - 1])) end -= 1;
  if (end === word.length && word[end - 1] === "e") end -= 1;
  return word.slice(0, end);
}

function scan(written) {
  const word = written.includes("h") ? withoutH(written) : written;
  let heard = "";
  for (let at = 0; at < word.length; ) {
    const [sound, length] = VOWELS.includes(word[at]) ? vowelAt(word, at) : consonantAt(word, at);
    heard += heard.endsWith(sound) ? "" : sound; // a doubled letter sounds once
    at += length;
  }
  return heard;
}

function withoutH(word) {
  return word
    .replace(/ch(?=[lr])/g, "k")
    .replace(/t?s?ch|sh/g, "S")
    .replace(/ph/g, "f")
    .replace(/gh/g, "G")
    .replace(/h/g, "");
}

function vowelAt(word, at) {
  let length = 3;
  while (!VOWEL_GROUPS.has(word.slice(at, at + length))) length -= 1;
  const group = word.slice(at, at + length);
  const nasal = NASALS.get(group);
  if (nasal && closesVowel(word, at + group.length)) return [nasal, group.length + 1];
  return [VOWEL_GROUPS.get(group), group.length];
}

// An n before a consonant or at the end; an m before b or p only: Adam keeps its m.
function closesVowel(word, at) {
  const next = word[at + 1] ?? "";
  if (word[at] === "m") return next === "b" || next === "p";
  return word[at] === "n" && (next === "" || !"aeiouynm".includes(next));
}

function consonantAt(word, at) {
  const letter = word[at];
  const next = word[at + 1] ?? "";
  const soft = next !== "" && "eiy".includes(next);
  if (letter === "c") return [soft ? "s" : "k", next === "k" || next === "q" ? 2 : 1];
  if (letter === "g") return gAt(word, at, soft);
  if (letter === "q") return ["k", next === "u" ? 2 : 1];
  if (letter === "d" && next === "j") return ["j", 2];
  if (letter === "b" && next === "v") return ["v", 2]; // Lefebvre, Lefèvre
  if (letter === "G") return ["g", 1];
  return [SAME_SOUND[letter] ?? letter, 1];
}

function gAt(word, at, soft) {
  const next = word[at + 1] ?? "";
  const after = word[at + 2] ?? "-";
  if (next === "n") return ["ni", after === "i" ? 3 : 2];
  if (next === "u" && "eiy".includes(after)) return ["g", 2];
  if (next === "e" && "aou".includes(after)) return ["j", 2];
  return [soft ? "j" : "g", 1];
}

// ----------------------------------------------------------------------------- numbers

// A number as France dials it: « +33 (0)6 12… », « 0033 6 12… » and « 06.12… » → 0612…
export function dialled(text) {
  if (typeof text !== "string") return "";
  const written = text.slice(0, LONGEST_TEXT).normalize("NFKC");
  const digits = written.replace(/\D/g, "");
  const abroad = /^\s*\(?\+/.test(written) ? digits : digits.startsWith("00") ? digits.slice(2) : "";
  const international = abroad || (digits.length === 11 && digits.startsWith("33") ? digits : "");
  if (!international) return digits;
  return international.startsWith("33") ? international.slice(2).replace(/^0?/, "0") : international;
}

// « 1957 » or « 1957-03-02 » → numbers, 0 for what is not known.
export function birthOf(text) {
  const [, year = 0, month = 0, day = 0] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(text ?? "") ?? [];
  return { year: Number(year), month: Number(month), day: Number(day) };
}

const ISO_DATE = /\b((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})\b/;
const FRENCH_DATE = /\b(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d{2})\b/;
const YEAR = /\b((?:19|20)\d{2})\b/;
const NUMBER = /(?:\+\s*)?\d[\d\s().-]*/g;
const FEWEST_DIGITS = 4;
const MOST_NUMBERS = 4;

// What was typed in the search field: words of a name, a birth, fragments of telephone numbers.
export function readQuestion(text) {
  const asked = typeof text === "string" ? text.slice(0, LONGEST_TEXT).normalize("NFKC") : "";
  const words = wordsOf(asked);
  return { words, birth: birthAsked(asked), phones: fragments(asked, { besideName: words.length > 0 }) };
}

function birthAsked(text) {
  const [, isoYear, isoMonth, isoDay] = ISO_DATE.exec(text) ?? [];
  const [, day = isoDay, month = isoMonth, year = isoYear] = FRENCH_DATE.exec(text) ?? [];
  return { year: Number(year ?? YEAR.exec(text)?.[1] ?? 0), month: Number(month ?? 0), day: Number(day ?? 0) };
}

// « 1957 » alone may be the end of a telephone number; beside a name it is a year.
function fragments(text, { besideName }) {
  const runs = text.replace(ISO_DATE, "|").replace(FRENCH_DATE, "|").match(NUMBER) ?? [];
  const read = runs.flatMap((run) => (besideName ? [run, run.replace(YEAR, "")] : [run]));
  const digits = read.map(dialled).filter((found) => found.length >= FEWEST_DIGITS);
  const years = besideName ? YEAR : /^$/;
  return [...new Set(digits)].filter((found) => found.length > 4 || !years.test(found)).slice(0, MOST_NUMBERS);
}

// A card's mark, as it is read aloud: case and separators do not count.
export function markOf(text) {
  if (typeof text !== "string") return "";
  return text.slice(0, LONGEST_TEXT).toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
