// Finding a person among those whose names this browser has opened.
//
// The server keeps names sealed and never reads one: it can neither search them nor notice that a
// person is being written down twice. The browser that has opened a circle's directory does both,
// in memory, for some 15 000 persons, and forgets everything when the page is left.
//
// Persons share words: 15 000 of them use a few thousand. Each word is kept once, with its sound and
// those who bear it; a question is compared with every word, never with every person.

import { isParticle, LONGEST_WORD, markOf, readQuestion, soundOf } from "./french.js";
import { bitsOfBirth, bitsOfOther, compared, recordOf } from "./resemblance.js";
import { ranked, together } from "./ranking.js";
import { because, comparable, lettersOf, likeness } from "./similarity.js";

const MOST_SHOWN = 100;

// Search. Two words asked must both be found, three may miss one; a particle hardly counts.
const ENOUGH = 0.6;
const PARTICLE = 0.2;

// Near. Bits beyond which a person is shown: log2 of how many there are, and this. Chosen on one
// invented crowd, measured on others (benchmarks/finding.py).
const SURE = -1;
const ELSEWHERE = 200; // persons imagined beside: among ten, a name borne once is not rare
const DOUBT = 6; // bits that a mistake in a word takes away, by what it lacks of quality
const FAR_BEHIND = 9;
const MOST_COMPARED = 80;

export class Directory {
  #waiting = new Map(); // identities not read yet: the directory is read at the first question
  #records = []; // by slot; null where someone was forgotten
  #slots = new Map(); // id → slot
  #free = [];
  #words = new Map(); // text → { text, sound, letters, slots }
  #cards = new Map(); // mark → slots

  constructor(identities = []) {
    for (const identity of identities) this.add(identity);
  }

  get size() {
    return this.#slots.size + this.#waiting.size;
  }

  get(id) {
    return this.#waiting.get(id) ?? this.#records[this.#slots.get(id)]?.identity;
  }

  // The same id replaces what was known of it.
  add(identity) {
    this.remove(identity.id);
    this.#waiting.set(identity.id, identity);
  }

  remove(id) {
    this.#waiting.delete(id);
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    const { parts, marks } = this.#records[slot];
    for (const { word } of parts) leave(this.#words, word.text, word.slots, slot);
    for (const mark of marks) leave(this.#cards, mark, this.#cards.get(mark) ?? [], slot);
    this.#slots.delete(id);
    this.#records[slot] = null;
    this.#free.push(slot);
  }

  // Reads who is waiting to be; called by each question, or earlier in an idle moment.
  ready() {
    if (!this.#waiting.size) return;
    const read = new Map();
    for (const identity of this.#waiting.values()) this.#enter(identity, read);
    this.#waiting.clear();
  }

  #enter(identity, read) {
    const slot = this.#free.pop() ?? this.#records.length;
    const record = recordOf(identity, (text) => this.#word(text), read);
    this.#records[slot] = record;
    this.#slots.set(identity.id, slot);
    for (const { word } of record.parts) if (word.slots.at(-1) !== slot) word.slots.push(slot);
    for (const mark of record.marks) this.#bearersOfCard(mark).push(slot);
  }

  #bearersOfCard(mark) {
    if (!this.#cards.has(mark)) this.#cards.set(mark, []);
    return this.#cards.get(mark);
  }

  #word(text) {
    let word = this.#words.get(text);
    if (!word) this.#words.set(text, (word = { text, sound: soundOf(text), letters: lettersOf(text), slots: [] }));
    return word;
  }

  // --------------------------------------------------------------------------- search

  // Who may be meant by what is being typed → [{ identity, score, because }], best first.
  search(text, { limit = 20 } = {}) {
    this.ready();
    const question = readQuestion(text);
    const names = this.#byNames(question.words);
    const phones = this.#byPhones(question.phones);
    const cards = this.#byCards(text);
    const found = [];
    for (let slot = 0; slot < this.#records.length; slot += 1) {
      const [name, phone] = [names.mean[slot], phones[slot]];
      if (name || phone || cards.has(slot)) {
        const base = cards.has(slot) ? 1 : together(question, name, phone);
        const reason = cards.has(slot) ? "card" : phone ? "phone" : because(names.least[slot]);
        found.push({ slot, base, reason, score: base });
      }
    }
    const shown = howMany(limit);
    return this.#shown(ranked(found, question.birth, this.#records, shown), shown);
  }

  // For each slot: how well the words asked are found in it (0 if too few are), the worst of them.
  #byNames(words) {
    const size = this.#records.length;
    const [mean, least] = [new Float32Array(size), new Float32Array(size).fill(1)];
    const parts = words.map((word) => this.#bearersOf(word, words));
    words.slice(1).forEach((word, at) => raise(parts[at], parts[at + 1], this.#bearersOf(words[at] + word, words)));
    const weights = words.map((word) => (isParticle(word) ? PARTICLE : 1));
    const whole = weights.reduce((sum, weight) => sum + weight, 0);
    for (let slot = 0; slot < size; slot += 1) {
      let [sum, found] = [0, 0];
      for (let at = 0; at < parts.length; at += 1) {
        const quality = parts[at][slot];
        if (quality === 0) continue;
        sum += quality * weights[at];
        found += weights[at];
        if (quality < least[slot]) least[slot] = quality;
      }
      if (found && found >= whole * ENOUGH) mean[slot] = sum / whole;
    }
    return { mean, least };
  }

  // For each slot, the quality of its nearest word. One letter or two, alone, must be the whole word.
  #bearersOf(text, words) {
    const asked = comparable(text.slice(0, LONGEST_WORD));
    const open = text.length > 2 || words.some((word) => word.length > 2);
    const best = new Float32Array(this.#records.length);
    for (const word of this.#words.values()) {
      const quality = likeness(asked, word, { open });
      if (quality) for (const slot of word.slots) if (quality > best[slot]) best[slot] = quality;
    }
    return best;
  }

  #byPhones(fragments) {
    const found = new Float32Array(this.#records.length);
    if (!fragments.length) return found;
    this.#records.forEach((record, slot) => {
      if (!record?.phone) return;
      for (const digits of fragments) {
        if (record.phone.includes(digits)) found[slot] = Math.max(found[slot], digits.length / record.phone.length);
      }
    });
    return found;
  }

  #byCards(text) {
    const marks = typeof text === "string" ? [text, ...text.slice(0, 200).split(/\s+/).slice(0, 8)] : [];
    return new Set(marks.flatMap((mark) => this.#cards.get(markOf(mark)) ?? []));
  }

  #shown(found, limit) {
    const answer = ({ slot, score, reason }) => ({ identity: this.#records[slot].identity, score, because: reason });
    return found.slice(0, limit).map(answer);
  }

  // ----------------------------------------------------------------------------- near

  // Who may already be the person about to be written down → [{ identity, score, because }].
  near(identity, { limit = 5 } = {}) {
    this.ready();
    const person = recordOf(identity, comparable, new Map());
    const meant = person.parts.filter((part) => part.meant);
    const shared = new Map(meant.map(({ word }) => [word, this.#meaningOf(word)]));
    const people = this.#slots.size + ELSEWHERE;
    const found = [];
    for (const slot of this.#worthComparing(person, shared)) {
      const record = this.#records[slot];
      if (record.identity.id === identity.id && identity.id !== undefined) continue;
      const { bits, reason } = compared(person, record, (a, b) => shared.get(a.word).get(b.word));
      const above = bits - Math.log2(people) - SURE;
      if (above > 0) found.push({ slot, bits, reason, score: 1 - 0.5 * 2 ** (-above / 4) });
    }
    found.sort((a, b) => b.bits - a.bits);
    return this.#shown(found.filter(({ bits }) => bits > found[0].bits - FAR_BEHIND), howMany(limit));
  }

  // What sharing each word of the directory with this one is worth: the fewer persons bear it, or
  // one that resembles as much, the more.
  #meaningOf(asked) {
    const alike = [];
    for (const word of this.#words.values()) {
      const quality = likeness(asked, word, { open: false });
      if (quality) alike.push({ word, quality });
    }
    const meaning = new Map();
    const people = this.#slots.size + ELSEWHERE;
    let [bearers, tied] = [0, []];
    alike.sort((a, b) => b.quality - a.quality).forEach((one, at) => {
      bearers += one.word.slots.length;
      tied.push(one);
      if (alike[at + 1]?.quality === one.quality) return;
      const bits = Math.max(Math.log2(people / (bearers + 1)), 0) - DOUBT * (1 - one.quality);
      if (bits > 0) for (const { word, quality } of tied) meaning.set(word, { bits, quality });
      tied = [];
    });
    return meaning;
  }

  // The slots that share most with a person: only these are compared word by word.
  #worthComparing(person, shared) {
    const bits = new Float32Array(this.#records.length);
    for (const meaning of shared.values()) {
      for (const [word, { bits: worth }] of meaning) for (const slot of word.slots) bits[slot] += worth;
    }
    const found = [];
    for (let slot = 0; slot < bits.length; slot += 1) {
      const record = this.#records[slot];
      if (!record) continue;
      const other = bitsOfOther(person, record).bits;
      if (bits[slot] || other > 0) found.push({ slot, bits: bits[slot] + other + bitsOfBirth(person, record) });
    }
    return found.sort((a, b) => b.bits - a.bits).slice(0, MOST_COMPARED).map(({ slot }) => slot);
  }
}

const howMany = (limit) => Math.max(0, Math.min(Math.trunc(Number(limit)) || 0, MOST_SHOWN));

function leave(index, key, slots, slot) {
  const at = slots.indexOf(slot);
  if (at >= 0) slots.splice(at, 1);
  if (!slots.length) index.delete(key);
}

// « ben ali » asked, « Benali » known: what the two words find together, each has found.
function raise(first, second, both) {
  for (let slot = 0; slot < both.length; slot += 1) {
    if (both[slot] > first[slot]) first[slot] = both[slot];
    if (both[slot] > second[slot]) second[slot] = both[slot];
  }
}
