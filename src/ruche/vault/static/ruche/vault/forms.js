// Small forms shared by everything that is sealed: contexts, base64, padding, canonical JSON.
// The same as `ruche.engines.vault.forms`; the format is in docs/coffre.md. Words of 2018 only.

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const PART = /^[A-Za-z0-9_.:-]{1,80}$/;
const SMALLEST = 128;
const LARGEST = 65536;
const LENGTH = 4;

/** What should open does not: wrong key, wrong place, cut, or changed. */
export class Unreadable extends Error {
  get name() {
    return "Unreadable";
  }
}

export const utf8 = (text) => encoder.encode(text);
export const textOf = (bytes) => decoder.decode(bytes);

export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** `context("note", circle, 3, record)` → `ruche/v1|note|…|3|…`. */
export function context(kind, ...parts) {
  const texts = [kind, ...parts].map(String);
  if (!texts.every((text) => PART.test(text))) throw new Unreadable("contexte");
  return ["ruche/v1", ...texts].join("|");
}

export function base64(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

export function bytesOf(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Unreadable("base64");
  try {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  } catch {
    throw new Unreadable("base64");
  }
}

export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function same(left, right) {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}

/** True length on four bytes, the content, zeros up to the next power of two, 128 at least. */
export function padded(content) {
  let size = SMALLEST;
  while (size < content.length + LENGTH) size *= 2;
  if (size > LARGEST) throw new RangeError("Le texte est trop long pour être gardé : 65 000 caractères environ, au plus.");
  const filled = new Uint8Array(size);
  new DataView(filled.buffer).setUint32(0, content.length);
  filled.set(content, LENGTH);
  return filled;
}

export function unpadded(filled) {
  const size = filled.length;
  const length = size >= LENGTH ? new DataView(filled.buffer, filled.byteOffset).getUint32(0) : Infinity;
  const isBucket = size >= SMALLEST && size <= LARGEST && (size & (size - 1)) === 0;
  if (!isBucket || length > size - LENGTH || filled.subarray(LENGTH + length).some(Boolean)) {
    throw new Unreadable("forme");
  }
  return filled.subarray(LENGTH, LENGTH + length);
}

/** The one way of writing JSON here: sorted keys, no space. */
export function canonical(value) {
  return utf8(JSON.stringify(sorted(value)));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const copy = {};
  for (const key of Object.keys(value).sort()) copy[key] = sorted(value[key]);
  return copy;
}

export const parsed = (bytes) => JSON.parse(textOf(bytes));
