// Codes that a person copies: 128 bits in 26 signs and a check (Crockford's base 32).
// The same as `ruche.engines.vault.codes`.
import { Unreadable } from "./forms.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SIGNS = 26;
const MODULUS = 0b100101;

/** 16 bytes → 27 signs in groups of five. */
export function writeCode(secret) {
  const bits = `00${[...secret].map((byte) => byte.toString(2).padStart(8, "0")).join("")}`;
  const digits = bits.match(/.{5}/g).map((five) => parseInt(five, 2));
  const signs = [...digits, checkOf(digits)].map((digit) => ALPHABET[digit]).join("");
  return signs.match(/.{1,5}/g).join("-");
}

/** The 16 bytes of a code as it was copied: small letters, spaces, O for 0, I or L for 1. */
export function readCode(text) {
  const plain = text.normalize("NFKC").toUpperCase().replace(/[\s–—-]/g, "");
  const digits = [...plain.replace(/O/g, "0").replace(/[IL]/g, "1")].map((sign) => ALPHABET.indexOf(sign));
  if (digits.length !== SIGNS + 1) throw new Unreadable(`Ce code a 27 signes ; il y en a ${digits.length} ici.`);
  if (digits.includes(-1)) throw new Unreadable("Un signe n’appartient pas à un code.");
  const check = digits.pop();
  const bits = digits.map((digit) => digit.toString(2).padStart(5, "0")).join("");
  if (check !== checkOf(digits) || !bits.startsWith("00")) {
    throw new Unreadable("Un signe du code est faux ou deux ont été échangés : recopiez-le.");
  }
  return Uint8Array.from(bits.slice(2).match(/.{8}/g), (eight) => parseInt(eight, 2));
}

function checkOf(digits) {
  return doubled(digits.reduce((total, digit) => doubled(total) ^ digit, 0));
}

function doubled(element) {
  return element & 16 ? ((element << 1) ^ MODULUS) & 31 : element << 1;
}
