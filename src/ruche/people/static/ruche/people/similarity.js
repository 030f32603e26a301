// How near two words are: the same, the same beginning, the same sound, or a slip of the hand.

import { soundOf, soundOfBeginning } from "./french.js";

// A quality goes from 0 (nothing in common) to 1 (the same); its place says why two words match.
export const SAME = 1;
const BEGINS = 0.9; // up to 1, with the share of the word that was typed
const SOUNDS = 0.85;
const SOUND_BEGINS = 0.78;
const SPELLING = 0.75; // and below: one mistake, two, three
const MISTAKE = 0.09;

export function because(quality) {
  if (quality >= BEGINS) return "name";
  return quality > SPELLING ? "sound" : "spelling";
}

// A word made ready to be compared; `beginning` is how it sounds if more is still to be typed.
export function comparable(text) {
  return { text, sound: soundOf(text), beginning: soundOfBeginning(text), letters: lettersOf(text) };
}

// One bit per letter: words that share too few letters are not worth comparing.
export function lettersOf(text) {
  let letters = 0;
  for (let at = 0; at < text.length; at += 1) letters |= 1 << (text.charCodeAt(at) % 32);
  return letters;
}

// How near a word is to what was asked. `open`: the end may still be to come, « sab » for Sabathier.
export function likeness(asked, word, { open }) {
  if (asked.text === word.text) return SAME;
  if (open && word.text.startsWith(asked.text)) return BEGINS + 0.09 * (asked.text.length / word.text.length);
  if (asked.sound === word.sound && asked.sound.length > 1) return SOUNDS;
  if (open && asked.beginning.length > 2 && word.sound.startsWith(asked.beginning)) return SOUND_BEGINS;
  return spelling(asked, word, open);
}

function spelling(asked, word, open) {
  const allowed = mistakesAllowed(asked.text.length);
  if (allowed === 0) return 0;
  if (missing(asked.letters, word.letters) <= allowed) {
    const whole = mistakes(asked.text, word.text, allowed, false);
    if (whole <= allowed) return SPELLING - MISTAKE * (whole - 0.5);
    if (open && mistakes(asked.text, word.text, 1, true) <= 1) return SPELLING - MISTAKE * 2;
  }
  return asked.sound.length > 3 && mistakes(asked.sound, word.sound, 1, false) === 1 ? SPELLING - MISTAKE * 2 : 0;
}

const mistakesAllowed = (length) => (length < 4 ? 0 : length < 7 ? 1 : length < 11 ? 2 : 3);

function missing(asked, found) {
  let count = 0;
  for (let left = asked & ~found; left; left &= left - 1) count += 1;
  return count;
}

const ROWS = [new Uint8Array(64), new Uint8Array(64), new Uint8Array(64)];

// Letters added, dropped, replaced, or two neighbours swapped, up to `most`; beyond, `most + 1`.
// `open`: what follows in `word` costs nothing. (Optimal string alignment, three rows.)
export function mistakes(asked, word, most, open) {
  if (asked.length - word.length > most || (!open && word.length - asked.length > most)) return most + 1;
  const width = open ? Math.min(word.length, asked.length + most) : word.length;
  let [before, above, row] = ROWS;
  for (let j = 0; j <= width; j += 1) above[j] = j;
  for (let i = 1; i <= asked.length; i += 1) {
    const letter = asked.charCodeAt(i - 1);
    let least = (row[0] = i);
    for (let j = 1; j <= width; j += 1) {
      const same = word.charCodeAt(j - 1) === letter;
      let cost = same ? above[j - 1] : 1 + Math.min(above[j - 1], above[j], row[j - 1]);
      if (!same && i > 1 && j > 1 && word.charCodeAt(j - 2) === letter && word.charCodeAt(j - 1) === asked.charCodeAt(i - 2)) {
        cost = Math.min(cost, before[j - 2] + 1);
      }
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > most) return most + 1;
    [before, above, row] = [above, row, before];
  }
  let found = above[width];
  if (open) for (let j = 0; j < width; j += 1) found = Math.min(found, above[j]);
  return Math.min(found, most + 1);
}
