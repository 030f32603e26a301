// Words that one reads aloud: the phrase that opens a key ring, and the words of a public key.
// The same as `ruche.engines.vault.words`. The list is fetched only by the pages that need it.
import { joined, utf8 } from "./forms.js";
import { random, sha256 } from "./suite.js";

const PHRASE_WORDS = 7;
const FINGERPRINT_WORDS = 6;
let list;

/** The 4 096 words, from the address that the page gives in `<meta name="ruche-words">`. */
export async function words() {
  if (!list) {
    const answer = await fetch(document.querySelector("meta[name=ruche-words]").content);
    list = (await answer.text()).trim().split("\n");
  }
  return list;
}

/** Seven words: 84 bits. */
export async function drawPhrase() {
  const drawn = new Uint16Array(random(2 * PHRASE_WORDS).buffer);
  const all = await words();
  return [...drawn].map((number) => all[number % all.length]).join(" "); // 4 096 divides 65 536
}

export function normalised(phrase) {
  const plain = phrase.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  return plain.replace(/[^\p{L}]+/gu, " ").trim();
}

/** Six words that stand for the public keys of a member: two people compare them by voice. */
export async function wordsOfKeys(member, { seal, sign }) {
  const digest = await sha256(joined(utf8(`ruche/v1|words|${member}|`), seal, sign));
  const all = await words();
  return Array.from({ length: FINGERPRINT_WORDS }, (_, place) => all[twelveBits(digest, place)]);
}

function twelveBits(bytes, place) {
  const at = Math.floor((place * 3) / 2);
  return place % 2 ? ((bytes[at] & 15) << 8) | bytes[at + 1] : (bytes[at] << 4) | (bytes[at + 1] >> 4);
}
