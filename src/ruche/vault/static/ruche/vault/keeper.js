// Keeps the ring of the member who is signed in: opens it, holds it between pages in two halves, and
// closes it after fifteen idle minutes, at logout, or on request.
import { base64, bytesOf, context, hex, parsed, canonical } from "./forms.js";
import { Distrust, believed, secretsOf } from "./circles.js";
import { EpochSecret } from "./epochs.js";
import { makeSlot, newRing, openRing, openSlot, publicKeysOf, sealRing } from "./ring.js";
import { Refused, memberId, post } from "./server.js";
import { forget, isMarkedClosed, keep, kept, markClosed, unmarkClosed } from "./store.js";
import { asSource, deriveKey, openSealed, pairOf, random, seal } from "./suite.js";

const OPEN = "trousseau ouvert";
const HEAD = "tête du journal";
const VERSION = "version du trousseau";
const IDLE = 15 * 60_000;
const PULSE = 60_000;
const SIGNS_OF_LIFE = ["pointerdown", "keydown", "touchstart", "wheel"];
const between = new BroadcastChannel("ruche-coffre");

class Keeper extends EventTarget {
  ring = null;
  #ringKey = null;
  #taking = null;
  circles = new Map();
  troubles = new Map();
  #lived = Date.now();
  #pulsed = Date.now();

  get isOpen() {
    return this.ring !== null;
  }

  // ------------------------------------------------------------------- between two pages

  /** Whether an earlier page left the ring open: what will be needed may be fetched meanwhile. */
  async isHeld() {
    return !isMarkedClosed() && (await kept(OPEN))?.member === memberId();
  }

  /** Take up the ring that an earlier page opened, if both halves are still there; once at a time. */
  restore() {
    this.#taking ??= this.#take().finally(() => { this.#taking = null; });
    return this.#taking;
  }

  /** Whether the ring is open, once that is known: a page may ask while it is being taken up. */
  async settled() {
    if (this.#taking || this.state === undefined || this.state === "unreachable") await this.restore();
    return this.isOpen;
  }

  async #take() {
    if (isMarkedClosed()) return this.lock();
    const held = await kept(OPEN);
    if (!held) return this.#say("closed");
    if (held.member !== memberId()) return this.lock();
    try {
      const { half, circles, head } = await post("/coffre/moitie/", { head: await this.#headNumber() });
      const state = parsed(await openSealed(await sessionKey(held.source, bytesOf(half)), held.sealed, sessionPlace()));
      await this.#resume(state);
      await this.#lookAtHead(head);
      if (this.#isBehind(circles)) await this.refresh();
    } catch (error) {
      if (!(error instanceof Refused && error.status === 0)) return this.lock();
      this.#wipe();
      return this.#say("unreachable");
    }
    return this.#say("open");
  }

  async #resume({ ring, ringKey, circles }) {
    this.ring = ring;
    this.#ringKey = bytesOf(ringKey);
    this.circles = new Map(circles.map(revived));
  }

  #isBehind(circles) {
    const known = Object.fromEntries([...this.circles].map(([id, { circle }]) => [id, circle.number]));
    const numbers = (all) => Object.entries(all).sort().join(";");
    return numbers(known) !== numbers(circles);
  }

  async #hold() {
    unmarkClosed();
    const { half } = await post("/coffre/moitie/nouvelle/");
    const source = await asSource(random());
    const state = { ring: this.ring, ringKey: base64(this.#ringKey), circles: [...this.circles].map(packed) };
    const sealed = await seal(await sessionKey(source, bytesOf(half)), canonical(state), sessionPlace());
    if (!(await keep(OPEN, { member: memberId(), source, sealed }))) this.#say("unkept");
  }

  // ------------------------------------------------------------------------- opening

  /** Open with a slot: `kind`, and its secret. `Unreadable` for a wrong one. */
  async openWith(kind, secret) {
    const { ring } = await post("/coffre/trousseau/");
    if (!ring) throw new Refused("Vous n’avez pas encore de trousseau.", 404);
    const key = await firstThatOpens(ring.slots.filter((slot) => slot.kind === kind), secret, ring.member);
    this.ring = await openRing(bytesOf(ring.sealed), key, ring);
    this.#ringKey = key;
    try {
      await this.#lookAtVersion();
      await this.refresh();
    } catch (error) {
      this.#wipe(); // open, or not at all
      throw error;
    }
    this.#say("open");
    between.postMessage("open");
  }

  // A ring older than the one that this browser opened last: a backup was restored, or worse.
  async #lookAtVersion() {
    const { [memberId()]: seen = 0 } = (await kept(VERSION)) ?? {};
    if (this.ring.version < seen) this.#say("restored");
    else await this.#rememberVersion();
  }

  async #rememberVersion() {
    await keep(VERSION, { ...(await kept(VERSION)), [memberId()]: this.ring.version });
  }

  /** A first ring, or another one when the former is lost. `slots`: `[{ kind, secret, … }]`. */
  async make(slots, { replace = false } = {}) {
    const ring = newRing();
    const ringKey = random();
    const keys = await publicKeysOf(ring);
    await post("/coffre/trousseau/faire/", {
      seal_public: base64(keys.seal),
      sign_public: base64(keys.sign),
      sealed: base64(await sealRing(ring, ringKey, memberId())),
      version: ring.version,
      slots: await Promise.all(slots.map((slot) => writtenSlot(ringKey, slot))),
      replace,
    });
    Object.assign(this, { ring, circles: new Map() });
    this.#ringKey = ringKey;
    await this.#rememberVersion();
    await this.#hold();
    this.#say("open");
    between.postMessage("open");
  }

  async addSlot(slot) {
    await post("/coffre/ouvertures/ajouter/", await writtenSlot(this.#ringKey, slot));
  }

  /** Change the ring: `change(ring)` on a copy, kept as its next version. */
  async changeRing(change) {
    const ring = structuredClone(this.ring);
    change(ring);
    ring.version += 1;
    const sealed = base64(await sealRing(ring, this.#ringKey, memberId()));
    await post("/coffre/trousseau/changer/", { sealed, version: ring.version });
    this.ring = ring;
    await this.#rememberVersion();
    await this.#hold();
  }

  // ------------------------------------------------------------------------- circles

  /** Ask for every circle again, believe what can be, and remember it in the ring. */
  async refresh() {
    const { circles } = await post("/coffre/etat/");
    const member = memberId();
    const publicKeys = await publicKeysOf(this.ring);
    const pair = await pairOf(bytesOf(this.ring.keys.seal));
    const found = new Map();
    this.troubles = new Map();
    for (const given of circles) {
      try {
        const circle = await believed(given, { member, ring: this.ring, publicKeys });
        const secrets = await secretsOf(given, circle, { member, pair });
        found.set(given.id, { circle, secrets, name: given.name });
      } catch (error) {
        this.troubles.set(given.id, { name: given.name, message: troubleOf(error), code: error.code });
      }
    }
    this.circles = found;
    await this.#rememberCircles();
  }

  async #rememberCircles() {
    const seen = Object.fromEntries([...this.circles].map(([id, { circle }]) => [id, { number: circle.number, digest: circle.digest }]));
    const before = this.ring.circles;
    const all = { ...before, ...seen };
    if (hex(canonical(all)) !== hex(canonical(before))) await this.changeRing((ring) => Object.assign(ring, { circles: all }));
    else await this.#hold();
  }

  secretOf(circle, epoch) {
    return this.circles.get(circle)?.secrets.get(epoch);
  }

  /** The secret under which a circle writes today. */
  currentSecret(circle) {
    const held = this.circles.get(circle);
    return held?.secrets.get(held.circle.epoch);
  }

  get signingKey() {
    return bytesOf(this.ring.keys.sign);
  }

  get publicKeys() {
    return publicKeysOf(this.ring);
  }

  // ------------------------------------------------------------------- the journal's head

  async #headNumber() {
    return (await kept(HEAD))?.number ?? 0;
  }

  // The server says what its line of that number is; we alone know what it was.
  async #lookAtHead({ number, digest, then, restored }) {
    const remembered = await kept(HEAD);
    if (remembered && remembered.digest !== then) {
      this.lostHead = { remembered, restored, now: { number, digest } };
      this.#say("restored");
    } else if (!remembered || number > remembered.number) {
      await keep(HEAD, { number, digest });
    }
  }

  /** The member read that the journal was restored, and goes on from there. */
  async acceptHead() {
    if (this.lostHead) await keep(HEAD, this.lostHead.now);
    this.lostHead = null;
    if (this.isOpen) await this.#rememberVersion();
  }

  // ------------------------------------------------------------------------- closing

  /** Forget everything, here and in the other tabs. */
  async lock() {
    const wasOpen = this.isOpen || isMarkedClosed();
    markClosed();
    this.#wipe();
    this.#say("closed");
    if (wasOpen) between.postMessage("closed");
    await forget(OPEN);
    if (wasOpen) await post("/coffre/fermer/").catch(() => undefined);
    unmarkClosed();
  }

  #wipe() {
    this.#ringKey?.fill(0);
    this.#ringKey = null;
    this.ring = null;
    this.circles = new Map();
  }

  /** Leave the page: nothing in clear stays in a page that the browser could show again. */
  leave() {
    this.#wipe();
    this.#say("left");
  }

  watch() {
    for (const sign of SIGNS_OF_LIFE) addEventListener(sign, () => this.#live(), { passive: true, capture: true });
    setInterval(() => this.#pulse(), PULSE / 4);
    document.addEventListener("visibilitychange", () => this.#pulse());
    between.onmessage = ({ data }) => this.#hear(data);
    addEventListener("pagehide", () => this.leave());
    addEventListener("pageshow", (event) => event.persisted && this.restore());
  }

  #live() {
    this.#lived = Date.now();
  }

  #pulse() {
    if (!this.isOpen) return;
    const now = Date.now();
    if (now - this.#lived > IDLE) this.lock();
    else if (now - this.#pulsed > PULSE && this.#lived > this.#pulsed) this.#renew(now);
  }

  async #renew(now) {
    this.#pulsed = now;
    between.postMessage("alive");
    await post("/coffre/moitie/", { head: 0 }).catch((error) => error.status === 410 && this.lock());
  }

  #hear(state) {
    if (state === "alive") this.#live(); // who works in one tab does not lose the other
    if (state === "open" && !this.isOpen) Promise.resolve(this.#taking).then(() => this.isOpen || this.restore());
    if (state === "closed" && this.isOpen) {
      this.#wipe();
      this.#say("closed");
    }
  }

  #say(state) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("change", { detail: state }));
  }
}

const sessionPlace = () => context("session", memberId());
const sessionKey = (source, half) => deriveKey(source, sessionPlace(), { salt: half });

async function firstThatOpens(slots, secret, member) {
  let refused = new Refused("Votre trousseau ne s’ouvre pas de cette façon.", 404);
  for (const slot of slots) {
    const asBytes = { ...slot, salt: bytesOf(slot.salt), sealed: bytesOf(slot.sealed) };
    try {
      return await openSlot(asBytes, secret, member);
    } catch (error) {
      refused = error;
    }
  }
  throw refused;
}

async function writtenSlot(ringKey, { kind, secret, authenticator = null }) {
  const id = crypto.randomUUID();
  const slot = await makeSlot(ringKey, { member: memberId(), id, kind, secret });
  return { id, kind, salt: base64(slot.salt), sealed: base64(slot.sealed), authenticator };
}

// What is held of a circle: enough to open and to check signatures; its acts are asked for again.
function packed([id, { circle, secrets, name }]) {
  const { digest, number, epoch, once } = circle;
  const signers = [...once].map(([at, who]) => [at, [...who].map(([one, keys]) => [one, keys.map(base64)])]);
  const held = [...secrets].map(([at, secret]) => [at, base64(secret.secret)]);
  return [id, { name, digest, number, epoch, signers, held }];
}

function revived([id, { name, digest, number, epoch, signers, held }]) {
  const once = new Map(signers.map(([at, who]) => [at, new Map(who.map(([one, keys]) => [one, keys.map(bytesOf)]))]));
  const secrets = new Map(held.map(([at, secret]) => [at, new EpochSecret(id, at, bytesOf(secret))]));
  return [id, { name, secrets, circle: { id, digest, number, epoch, once } }];
}

const troubleOf = (error) => (error instanceof Distrust ? error.message : `Ce cercle ne s’ouvre pas : ${error.message}`);

export const keeper = new Keeper();
