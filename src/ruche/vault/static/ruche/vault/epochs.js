// The secret of a circle, one per epoch, and the keys that are derived from it.
// The same as `ruche.engines.vault.epochs`.
import { context } from "./forms.js";
import { asSource, derive, deriveKey, openSealed, openWrapped, pairOf, seal, wrap } from "./suite.js";

export class EpochSecret {
  #pair;
  #directory;

  constructor(circle, epoch, secret) {
    Object.assign(this, { circle, epoch, secret });
    this.source = asSource(secret);
  }

  async keyFor(use, ...more) {
    return derive(await this.source, context(use, this.circle, this.epoch, ...more));
  }

  /** What opens the deposits: `{ privateKey, publicRaw }`. */
  depositPair() {
    this.#pair ??= this.keyFor("deposit").then(pairOf);
    return this.#pair;
  }

  async depositPublic() {
    return (await this.depositPair()).publicRaw;
  }

  /** The key of one identity. Without its salt, the identity is lost for ever. */
  async identityKey(salt, where) {
    this.#directory ??= this.keyFor("directory").then(asSource);
    return deriveKey(await this.#directory, where, { salt });
  }

  /** The same key as bytes, to be handed to another circle. */
  async identityKeyBytes(salt, where) {
    return derive(await asSource(await this.keyFor("directory")), where, { salt });
  }

  // ------------------------------------------------------------------------ handing it over

  wrappedTo(member, publicRaw) {
    return wrap(publicRaw, this.secret, context("epoch", this.circle, this.epoch, member));
  }

  static async unwrapped(wrapped, pair, { circle, epoch, member }) {
    return new EpochSecret(circle, epoch, await openWrapped(pair, wrapped, context("epoch", circle, epoch, member)));
  }

  wrappedForRecovery(publicRaw) {
    return wrap(publicRaw, this.secret, context("recovery", this.circle, this.epoch));
  }

  static async recovered(wrapped, pair, { circle, epoch }) {
    return new EpochSecret(circle, epoch, await openWrapped(pair, wrapped, context("recovery", circle, epoch)));
  }

  async chained(previous) {
    return seal(await this.keyFor("chain"), previous.secret, this.#link());
  }

  async before(chained) {
    const secret = await openSealed(await this.keyFor("chain"), chained, this.#link());
    return new EpochSecret(this.circle, this.epoch - 1, secret);
  }

  #link() {
    return context("chain", this.circle, this.epoch);
  }
}
