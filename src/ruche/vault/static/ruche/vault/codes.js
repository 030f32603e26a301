// Codes that a person copies: 128 bits in 26 signs and a check (Crockford's base 32).
// The same as `ruche.engines.vault.codes`.
import { Unreadable } from "./forms.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BYTES = 16;
const SIGNS = 26;
const MODULUS = 0b100101;

/** 16 bytes → 27 signs in groups of five. */
export function writeCode(secret) {
  const number = secret.reduce((total, byte) => (total << 8n) | BigInt(byte), 0n);
  const digits = Array.from({ length: SIGNS }, (_, place) => Number((number >> BigInt(5 * (SIGNS - 1 - place))) & 31n));
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
  let number = digits.reduce((total, digit) => (total << 5n) | BigInt(digit), 0n);
  if (check !== checkOf(digits) || number >> BigInt(8 * BYTES)) {
    throw new Unreadable("Un signe du code est faux ou deux ont été échangés : recopiez-le.");
  }
  const secret = new Uint8Array(BYTES);
  for (let at = BYTES - 1; at >= 0; at -= 1) {
    secret[at] = Number(number & 255n);
    number >>= 8n;
  }
  return secret;
}

function checkOf(digits) {
  return doubled(digits.reduce((total, digit) => doubled(total) ^ digit, 0));
}

function doubled(element) {
  return element & 16 ? ((element << 1) ^ MODULUS) & 31 : element << 1;
}
