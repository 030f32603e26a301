// A QR code drawn in the browser: a card carries a secret that the server must never see.
// ISO/IEC 18004:2015, byte mode (UTF-8), correction level M, versions 1 to 10. Words of 2018 only.

const TOO_LONG = "Ce texte est trop long pour un code QR : 213 octets au plus.";
const SVG = "http" + "://www.w3.org/2000/svg"; // a name: nothing is fetched from there
const QUIET = 4; // light modules that a reader wants all around

// Level M of table 9, by version: codewords of correction in a block, and blocks. No rule gives them.
const CORRECTION = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5];

// Table 10: the modules of row i and column j that a mask inverts.
const MASKS = [
  (i, j) => (i + j) % 2 === 0,
  (i) => i % 2 === 0,
  (i, j) => j % 3 === 0,
  (i, j) => (i + j) % 3 === 0,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2 === 0,
  (i, j) => (i * j) % 2 + (i * j) % 3 === 0,
  (i, j) => ((i * j) % 2 + (i * j) % 3) % 2 === 0,
  (i, j) => ((i + j) % 2 + (i * j) % 3) % 2 === 0,
];

/** Rows of booleans, true for dark: the smallest version that holds the text, and the best mask. */
export function matrixOf(text, { mask } = {}) {
  const bytes = [...new TextEncoder().encode(text)];
  for (let version = 1; version <= BLOCKS.length; version += 1) {
    const frame = frameOf(version);
    const places = placesIn(frame);
    const [blocks, correction] = [BLOCKS[version - 1], CORRECTION[version - 1]];
    const room = Math.floor(places.length / 8) - blocks * correction;
    const header = version < 10 ? 1.5 : 2.5; // bytes: the mode on 4 bits, the length on 8 or 16
    if (header + bytes.length > room) continue;
    const words = interleaved(wordsOf(bytes, room, version), blocks, correction);
    const masked = MASKS.map((inverts) => filled(frame, places, words, inverts));
    const penalties = mask === undefined ? masked.map(penaltyOf) : [];
    const chosen = mask === undefined ? penalties.indexOf(Math.min(...penalties)) : mask;
    return announced(masked[chosen], version, chosen);
  }
  throw new RangeError(TOO_LONG);
}

/** The code as an <svg>, with its quiet zone, light and dark whatever the theme of the page. */
export function drawQr(text, { title }) {
  const matrix = matrixOf(text);
  const side = matrix.length + 2 * QUIET;
  const svg = element("svg", { viewBox: `0 0 ${side} ${side}`, role: "img", "shape-rendering": "crispEdges" });
  svg.appendChild(element("title")).textContent = title;
  svg.appendChild(element("rect", { width: side, height: side, fill: "white" }));
  svg.appendChild(element("path", { d: matrix.map(runsOf).join(""), fill: "black" }));
  return svg;
}

function element(name, attributes = {}) {
  const made = document.createElementNS(SVG, name);
  Object.keys(attributes).forEach((key) => made.setAttribute(key, attributes[key]));
  return made;
}

const textOf = (row) => row.map(Number).join("");

// One rectangle for each run of dark modules of a row.
function runsOf(row, at) {
  const drawn = (run, from) => `M${from + QUIET} ${at + QUIET}h${run.length}v1h-${run.length}z`;
  return textOf(row).replace(/0+|1+/g, (run, from) => (run[0] === "1" ? drawn(run, from) : ""));
}

// ------------------------------------------------------------------------ codewords (7.4 to 7.6)
function wordsOf(bytes, room, version) {
  const bits = [];
  const add = (value, length) => bits.push(...value.toString(2).padStart(length, "0"));
  add(0b0100, 4); // bytes
  add(bytes.length, version < 10 ? 8 : 16);
  bytes.forEach((byte) => add(byte, 8));
  add(0, 4); // the end: it always has its place, and always fills the last byte
  const words = bits.join("").match(/.{8}/g).map((byte) => parseInt(byte, 2));
  for (let pad = 0xec; words.length < room; pad ^= 0xec ^ 0x11) words.push(pad);
  return words;
}

// The first words of all blocks, then the second… so that a stain hurts each block a little. The
// last blocks have one word more when words do not divide evenly.
function interleaved(words, blocks, correction) {
  const [short, length] = [blocks - words.length % blocks, Math.floor(words.length / blocks)];
  const parts = Array.from({ length: blocks }, (_, block) => {
    const from = block * length + Math.max(0, block - short);
    return words.slice(from, from + length + (block < short ? 0 : 1));
  });
  const checks = parts.map((part) => correctionOf(part, correction));
  const turns = (lists, most) => [...Array(most).keys()].map((at) => lists.map((list) => list[at]));
  return [].concat(...turns(parts, length + 1), ...turns(checks, correction)).filter((word) => word >= 0);
}

// The field of 256 elements of the standard: powers of 2 modulo x⁸ + x⁴ + x³ + x² + 1, and back.
const [EXP, LOG] = [[], []];
for (let power = 0, value = 1; power < 255; power += 1) {
  [EXP[power], LOG[value]] = [value, power];
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}
const times = (left, right) => (left && right ? EXP[(LOG[left] + LOG[right]) % 255] : 0);

// Reed and Solomon: what is left of the words divided by (x − 1)(x − 2)(x − 4)…
function correctionOf(words, degree) {
  let divisor = [1];
  for (let root = 0; root < degree; root += 1) {
    const shifted = [0, ...divisor.map((one) => times(one, EXP[root]))];
    divisor = [...divisor, 0].map((one, at) => one ^ shifted[at]);
  }
  const left = [...words, ...Array(degree).fill(0)];
  words.forEach((_, from) => {
    const factor = left[from];
    divisor.forEach((one, at) => { left[from + at] ^= times(one, factor); });
  });
  return left.slice(words.length);
}

// ------------------------------------------------------------- modules (6.3, 7.7, 7.9 and 7.10)
// What every symbol of a version shares: true or false where a module is given, null where it is free.
function frameOf(version) {
  const [size, last] = [17 + 4 * version, 10 + 4 * version];
  const cells = Array.from({ length: size }, () => Array(size).fill(null));
  const set = (row, column, dark) => {
    if (Math.min(row, column) >= 0 && Math.max(row, column) < size) cells[row][column] = dark;
  };
  const both = (row, column, dark) => { set(row, column, dark); set(column, row, dark); };
  const rings = (row, column, radius, light) => {
    for (let y = -radius; y <= radius; y += 1) for (let x = -radius; x <= radius; x += 1) {
      set(row + y, column + x, !light.includes(Math.max(Math.abs(x), Math.abs(y))));
    }
  };
  // Where format and version will be told: light as long as masks are compared.
  for (let at = 0; at < 9; at += 1) { both(8, at, false); both(8, size - Math.max(at, 1), false); }
  for (let at = 0; at < 18 && version > 6; at += 1) both(Math.floor(at / 3), size - 11 + at % 3, false);
  for (let at = 0; at < size; at += 1) both(6, at, at % 2 === 0); // timing
  const centres = version < 2 ? [] : version < 7 ? [6, last] : [6, (6 + last) / 2, last];
  centres.forEach((row) => centres.forEach((column) => {
    const corner = row + column === 12 || (row !== column && row + column === 6 + last);
    if (!corner) rings(row, column, 2, [1]);
  }));
  [[3, 3], [3, size - 4], [size - 4, 3]].forEach(([row, column]) => rings(row, column, 4, [2, 4]));
  return cells;
}

// Free modules in the order of the bits: by two columns, from the right, up then down.
function placesIn(cells) {
  const [places, size] = [[], cells.length];
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5; // the column of the timing
    for (let step = 0; step < 2 * size; step += 1) {
      const [row, column] = [up ? size - 1 - (step >> 1) : step >> 1, right - step % 2];
      if (cells[row][column] === null) places.push([row, column]);
    }
  }
  return places;
}

function filled(frame, places, words, inverts) {
  const cells = frame.map((row) => row.slice());
  places.forEach(([row, column], at) => {
    const bit = (words[at >> 3] >> (7 - at % 8)) & 1; // 0 past the last word
    cells[row][column] = (bit === 1) !== inverts(row, column);
  });
  return cells;
}

// Twice the format (level M is 00, then the mask), the module that is always dark, and the version.
function announced(cells, version, mask) {
  const [size, around] = [cells.length, [0, 1, 2, 3, 4, 5, 7, 8]];
  const format = checked(mask, 10, 0b10100110111) ^ 0b101010000010010;
  for (let at = 0; at < 15; at += 1) {
    const dark = ((format >> at) & 1) === 1;
    if (at < 8) cells[around[at]][8] = cells[8][size - 1 - at] = dark;
    else cells[8][around[14 - at]] = cells[size - 15 + at][8] = dark;
  }
  cells[size - 8][8] = true;
  const told = checked(version, 12, 0b1111100100101);
  for (let at = 0; at < 18 && version > 6; at += 1) {
    const [near, far] = [Math.floor(at / 3), size - 11 + at % 3];
    cells[near][far] = cells[far][near] = ((told >> at) & 1) === 1;
  }
  return cells;
}

// A number followed by its check bits: the remainder of its division, in binary without carries.
function checked(number, bits, divisor) {
  let rest = number << bits;
  for (let gap; (gap = Math.clz32(divisor) - Math.clz32(rest)) >= 0;) rest ^= divisor << gap;
  return (number << bits) | rest;
}

// ------------------------------------------------------------------------------- masks (7.8.3)
// How hard a symbol is to read: long runs, blocks of four, what looks like a finder pattern with
// light on one side (the quiet zone counts), and a share of dark far from half.
function penaltyOf(cells) {
  const rows = cells.map(textOf);
  const columns = cells.map((_, at) => rows.map((row) => row[at]).join(""));
  let [penalty, dark] = [0, 0];
  for (const line of [...rows, ...columns]) {
    (line.match(/0{5,}|1{5,}/g) || []).forEach((run) => { penalty += run.length - 2; });
    penalty += 40 * findersIn(`0000${line}0000`);
  }
  cells.forEach((row, i) => row.forEach((one, j) => {
    dark += one;
    const above = i && j ? [cells[i - 1][j], row[j - 1], cells[i - 1][j - 1]] : [!one];
    if (above.every((other) => other === one)) penalty += 3;
  }));
  return penalty + 10 * Math.floor(Math.abs(20 * dark / cells.length ** 2 - 10));
}

// 1 : 1 : 3 : 1 : 1; two that are counted do not share a module.
function findersIn(line) {
  let [found, at] = [0, -1];
  for (let from = 0; (at = line.indexOf("1011101", from)) >= 0;) {
    const counts = line.slice(at - 4, at) === "0000" || line.slice(at + 7, at + 11) === "0000";
    found += counts;
    from = at + (counts ? 7 : 4);
  }
  return found;
}
