// A secret in three parts of which any two give it back. The same as `ruche.engines.vault.shamir`.
import { Unreadable } from "./forms.js";
import { random } from "./suite.js";

const POLYNOMIAL = 0x11b;
const PARTS = [1, 2, 3];

function times(left, right) {
  let product = 0;
  for (; right; right >>= 1) {
    if (right & 1) product ^= left;
    left <<= 1;
    if (left & 0x100) left ^= POLYNOMIAL;
  }
  return product;
}

function inverse(element) {
  let result = 1;
  for (let power = 0; power < 254; power += 1) result = times(result, element);
  return result;
}

/** Three parts: the number of the part, then as many bytes as the secret. */
export function split(secret, slope = random(secret.length)) {
  return PARTS.map((x) => Uint8Array.of(x, ...secret.map((byte, at) => byte ^ times(slope[at], x))));
}

/** The secret from two different parts. */
export function join(first, second) {
  const [x, y] = [first[0], second[0]];
  if (x === y || first.length !== second.length) throw new Unreadable("parts");
  const atX = times(y, inverse(x ^ y));
  const atY = times(x, inverse(x ^ y));
  return first.subarray(1).map((byte, at) => times(byte, atX) ^ times(second[at + 1], atY));
}
