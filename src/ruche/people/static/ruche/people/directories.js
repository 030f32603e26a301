// The directories of the circles that are open here: fetched sealed, in one block, and opened.
import { Directory } from "./finding.js";
import { keeper } from "../vault/keeper.js";
import { parsed, unpadded } from "../vault/forms.js";
import { IDENTITY, placeOf } from "../vault/pieces.js";
import { postForBytes } from "../vault/server.js";
import { openSealed } from "../vault/suite.js";

const ROW = 16 + 16 + 4 + 32 + 2;
const TOGETHER = 500;

const early = new Map();

/** Ask for the sealed directories while the ring is being taken up: they are opened later. */
export function fetchEarly(circles) {
  for (const circle of circles) {
    const block = fetched(circle);
    block.catch(() => early.delete(circle));
    early.set(circle, block);
  }
}

const fetched = (circle) => postForBytes("/coffre/annuaire/", { circle });

function taken(circle) {
  const block = early.get(circle) ?? fetched(circle);
  early.delete(circle);
  return block;
}

/** Every identity of the circles that are open, ready to be searched; and how many do not open. */
export async function openDirectories() {
  const circles = [...keeper.circles.keys()];
  const found = (await Promise.all(circles.map(async (circle) => identitiesIn(await taken(circle), circle)))).flat();
  const readable = found.filter(Boolean);
  return { directory: new Directory(readable.filter((identity) => !identity.into)), closed: found.length - readable.length };
}

/** The identities of a block; null in the place of one that does not open. */
export async function identitiesIn(block, circle) {
  const rows = rowsOf(block, circle);
  const found = [];
  for (let at = 0; at < rows.length; at += TOGETHER) {
    found.push(...(await Promise.all(rows.slice(at, at + TOGETHER).map(opened))));
  }
  return found;
}

function rowsOf(block, circle) {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const rows = [];
  for (let at = 0; at < block.length; ) {
    const length = view.getUint16(at + ROW - 2);
    rows.push({
      circle,
      record: uuid(block, at),
      piece: uuid(block, at + 16),
      epoch: view.getUint32(at + 32),
      salt: block.subarray(at + 36, at + 68),
      body: block.subarray(at + ROW, at + ROW + length),
    });
    at += ROW + length;
  }
  return rows;
}

async function opened({ circle, record, piece, epoch, salt, body }) {
  const where = placeOf({ kind: IDENTITY, circle, epoch, record, piece });
  try {
    const key = await keeper.secretOf(circle, epoch).identityKey(salt, where);
    const content = unpadded(await openSealed(key, body, where));
    return { ...parsed(content.subarray(1)), id: record, circle, piece };
  } catch {
    return null; // the server changed it, or moved it: it belongs to nobody here
  }
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function uuid(bytes, at) {
  let text = "";
  for (let place = 0; place < 16; place += 1) {
    if (place === 4 || place === 6 || place === 8 || place === 10) text += "-";
    text += HEX[bytes[at + place]];
  }
  return text;
}
