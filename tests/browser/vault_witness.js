// Evaluated in a page of the site: answers questions with the modules that browsers really run.
// `questions`: [name, arguments] pairs; bytes travel in the base64 of the format, both ways.
// → JSON: for each, `{ value }`, or `{ refused, why }` when it throws.
async (questions) => {
  const NAMES = ["forms", "suite", "codes", "words", "shamir", "ring", "epochs", "pieces", "acts", "cards"];
  const modules = await Promise.all(NAMES.map((name) => import(`/static/ruche/vault/${name}.js`)));
  const { forms, suite, codes, words, shamir, ring, epochs, pieces, acts, cards } = Object.fromEntries(
    NAMES.map((name, at) => [name, modules[at]]),
  );
  const bytes = forms.bytesOf;
  const text = forms.base64;
  if (!document.querySelector("meta[name=ruche-words]")) {
    document.head.append(Object.assign(document.createElement("meta"), { name: "ruche-words", content: "/static/ruche/vault/data/mots.txt" }));
  }

  const keysIn = (people) => Object.fromEntries(Object.entries(people).map(([who, keys]) => [who, { seal: bytes(keys.seal), sign: bytes(keys.sign) }]));
  const keysOut = (people) => Object.fromEntries(Object.entries(people).map(([who, keys]) => [who, { seal: text(keys.seal), sign: text(keys.sign) }]));
  const actIn = (act) => ({
    statement: bytes(act.statement),
    signature: bytes(act.signature),
    approvals: Object.fromEntries(Object.entries(act.approvals).map(([who, given]) => [who, bytes(given)])),
  });
  const actOut = (act) => ({
    statement: text(act.statement),
    signature: text(act.signature),
    approvals: Object.fromEntries(Object.entries(act.approvals).map(([who, given]) => [who, text(given)])),
  });
  const epochIn = ({ circle, epoch, secret }) => new epochs.EpochSecret(circle, epoch, bytes(secret));
  const pieceIn = (piece) => ({ body: bytes(piece.body), wrap: bytes(piece.wrap) });
  const pieceOut = ({ body, wrap }) => ({ body: text(body), wrap: text(wrap) });
  const slotSecret = (kind, secret) => {
    if (kind === "passkey") return ring.passkeySource(bytes(secret));
    return kind === "sheet" ? bytes(secret) : secret;
  };
  const signerOf = (signer) => (signer ? () => bytes(signer) : undefined);
  const keyIn = (key) => (key ? bytes(key) : undefined);

  async function ephemeralOf(raw) {
    const secret = bytes(raw);
    const publicKey = await crypto.subtle.importKey("raw", await suite.publicOf(secret), "X25519", true, []);
    return { privateKey: await suite.privateKey(secret), publicKey };
  }

  function circleOut(circle) {
    return {
      id: circle.id,
      number: circle.number,
      digest: circle.digest,
      epoch: circle.epoch,
      public: text(circle.public),
      members: keysOut(circle.members),
      custodians: keysOut(circle.custodians),
      recovery: text(circle.recovery),
      signed_by: circle.signedBy,
      once: Object.fromEntries(
        [...circle.once].map(([epoch, who]) => [epoch, Object.fromEntries([...who].map(([one, keys]) => [one, [...new Set(keys.map(forms.hex))].sort()]))]),
      ),
    };
  }

  // How many of the copies of `sealed` that differ by one bit are opened by `open`.
  async function openedWithABitFlipped(sealed, open) {
    let count = 0;
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const copy = sealed.slice();
      copy[bit >> 3] ^= 1 << (bit & 7);
      count += await open(copy).then(() => 1, (error) => (error instanceof forms.Unreadable ? 0 : 1));
    }
    return { opened: count, tried: sealed.length * 8 };
  }

  const answers = {
    supported: () => suite.isSupported(),
    context: ({ parts }) => forms.context(...parts),
    bytes: (given) => text(bytes(given.text)),
    canonical: ({ value }) => forms.textOf(forms.canonical(value)),
    padded: ({ content }) => text(forms.padded(bytes(content))),
    bucket: ({ length }) => forms.padded(new Uint8Array(length)).length,
    unpadded: ({ padded }) => text(forms.unpadded(bytes(padded))),

    derive: async ({ secret, use, salt, length }) => text(await suite.derive(await suite.asSource(bytes(secret)), use, { salt: bytes(salt), length })),
    stretch: async ({ secret, salt }) => text(await suite.stretch(secret, bytes(salt))),
    seal: async ({ key, content, context }) => text(await suite.seal(bytes(key), bytes(content), context)),
    open_sealed: async ({ key, sealed, context }) => text(await suite.openSealed(bytes(key), bytes(sealed), context)),
    wrap: async (given) => {
      const ephemeral = given.ephemeral ? await ephemeralOf(given.ephemeral) : undefined;
      return text(await suite.wrap(bytes(given.public), bytes(given.content), given.context, ephemeral));
    },
    open_wrapped: async ({ private: mine, wrapped, context }) => text(await suite.openWrapped(await suite.pairOf(bytes(mine)), bytes(wrapped), context)),
    sign: async ({ private: mine, content, context }) => text(await suite.sign(bytes(mine), bytes(content), context)),
    verify: async (given) => {
      await suite.verify(bytes(given.public), bytes(given.signature), bytes(given.content), given.context);
      return true;
    },
    public_of: async ({ private: mine }) => text(await suite.publicOf(bytes(mine))),
    signing_public_of: async ({ private: mine }) => text(await suite.signingPublicOf(bytes(mine))),
    rfc9180: async (given) => {
      const theirs = await crypto.subtle.importKey("raw", bytes(given.enc), "X25519", true, []);
      const mine = await suite.privateKey(bytes(given.private));
      const agreed = new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: theirs }, mine, 256));
      const shared = await suite.sharedSecret(agreed, bytes(given.enc), bytes(given.public));
      const { key, iv } = await suite.keySchedule(shared, bytes(given.info), bytes(given.suite), given.length);
      return { shared: text(shared), key: text(key), iv: text(iv) };
    },
    flipped_sealed: ({ key, sealed, context }) => openedWithABitFlipped(bytes(sealed), (one) => suite.openSealed(bytes(key), one, context)),
    flipped_wrapped: async ({ private: mine, wrapped, context }) => {
      const pair = await suite.pairOf(bytes(mine));
      return openedWithABitFlipped(bytes(wrapped), (one) => suite.openWrapped(pair, one, context));
    },

    write_code: ({ secret }) => codes.writeCode(bytes(secret)),
    read_code: ({ code }) => text(codes.readCode(code)),
    list: async () => {
      const all = await words.words();
      return { count: all.length, first: all[0], last: all.at(-1), sha256: forms.hex(await suite.sha256(forms.utf8(all.join("\n")))) };
    },
    draw_phrase: () => words.drawPhrase(),
    normalised: ({ typed }) => words.normalised(typed),
    words_of_keys: ({ member, seal, sign }) => words.wordsOfKeys(member, { seal: bytes(seal), sign: bytes(sign) }),
    split: ({ secret, slope }) => shamir.split(bytes(secret), keyIn(slope)).map(text),
    join: ({ parts }) => text(shamir.join(bytes(parts[0]), bytes(parts[1]))),

    seal_ring: async (given) => text(await ring.sealRing(given.ring, bytes(given.key), given.member)),
    open_ring: ({ sealed, key, member, version }) => ring.openRing(bytes(sealed), bytes(key), { member, version }),
    new_ring: () => ring.newRing(),
    make_slot: async ({ key, member, id, kind, secret }) => {
      const slot = await ring.makeSlot(bytes(key), { member, id, kind, secret: await slotSecret(kind, secret) });
      return { ...slot, salt: text(slot.salt), sealed: text(slot.sealed) };
    },
    open_slot: async ({ slot, secret, member }) => {
      const kept = { ...slot, salt: bytes(slot.salt), sealed: bytes(slot.sealed) };
      return text(await ring.openSlot(kept, await slotSecret(slot.kind, secret), member));
    },

    epoch: async (given) => {
      const secret = epochIn(given);
      return {
        deposit_public: text(await secret.depositPublic()),
        deposit_private: text(await secret.keyFor("deposit")),
        directory: text(await secret.keyFor("directory")),
        chain: text(await secret.keyFor("chain")),
        token_2026: text(await secret.keyFor("token", "2026")),
      };
    },
    confide: async (given) => text(await epochIn(given).wrappedTo(given.member, bytes(given.public))),
    confided: async ({ wrapped, private: mine, circle, epoch, member }) =>
      text((await epochs.EpochSecret.unwrapped(bytes(wrapped), await suite.pairOf(bytes(mine)), { circle, epoch, member })).secret),
    for_recovery: async (given) => text(await epochIn(given).wrappedForRecovery(bytes(given.public))),
    recovered: async ({ wrapped, private: mine, circle, epoch }) =>
      text((await epochs.EpochSecret.recovered(bytes(wrapped), await suite.pairOf(bytes(mine)), { circle, epoch })).secret),
    chain: async (given) => text(await epochIn(given).chained({ secret: bytes(given.previous) })),
    before: async (given) => text((await epochIn(given).before(bytes(given.chained))).secret),

    seal_piece: async ({ value, place, secret, signer }) => pieceOut(await pieces.sealPiece(value, place, epochIn(secret), keyIn(signer))),
    deposit_piece: async (given) => pieceOut(await pieces.depositPiece(given.value, given.place, bytes(given.public), keyIn(given.signer))),
    open_piece: ({ piece, place, secret, signer }) => pieces.openPiece(pieceIn(piece), place, epochIn(secret), signerOf(signer)),
    share_key: async ({ wrap, place, secret, to }) => text(await pieces.shareKey(bytes(wrap), place, epochIn(secret), { ...to, public: bytes(to.public) })),
    open_shared: ({ piece, place, secret, signer }) => pieces.openShared(pieceIn(piece), place, epochIn(secret), signerOf(signer)),
    digest: ({ body }) => pieces.digestOf(bytes(body)),

    verified: async (given) => circleOut(await acts.verified(given.acts.map(actIn))),
    could_sign: async (given) => acts.couldSign(await acts.verified(given.acts.map(actIn)), given.member, given.epoch).map(text),
    sign_act: async ({ said, signer, approvals }) => {
      const statement = { ...said, public: bytes(said.public), recovery: bytes(said.recovery), members: keysIn(said.members), custodians: keysIn(said.custodians) };
      const agreed = Object.fromEntries(Object.entries(approvals ?? {}).map(([who, given]) => [who, bytes(given)]));
      return actOut(await acts.signAct(statement, bytes(signer), agreed));
    },
    sign_approval: async (given) => {
      const circle = await acts.verified(given.acts.map(actIn));
      const keys = { seal: bytes(given.keys.seal), sign: bytes(given.keys.sign) };
      const said = forms.textOf(acts.approvalBytes(circle, given.member, keys));
      return { said, signature: text(await acts.signApproval(circle, given.member, keys, bytes(given.signer))) };
    },

    card: async ({ secret, pin }) => {
      const { handle, proof, key } = await cards.cardOf(bytes(secret), pin);
      return { handle: text(handle), proof: text(proof), key: text(key), proof_kept: forms.hex(await suite.sha256(proof)) };
    },
    hold: async ({ secret, pin, thread, record }) => text(await cards.holdThread(await cards.cardOf(bytes(secret), pin), bytes(thread), record)),
    thread_in: async ({ secret, pin, held, record }) => text(await cards.threadIn(await cards.cardOf(bytes(secret), pin), bytes(held), record)),
    show: async ({ thread, key, record, piece }) => text(await cards.showPiece(bytes(thread), bytes(key), { record, piece })),
    shown: async ({ thread, shown, record, piece }) => text(await cards.keyShown(bytes(thread), bytes(shown), { record, piece })),
    words_key: async ({ thread, record }) => text(await cards.wordsKey(bytes(thread), record)),
  };

  const found = [];
  for (const [name, given] of questions) {
    try {
      found.push({ value: (await answers[name](given)) ?? null });
    } catch (error) {
      found.push({ refused: error.name, why: error.message });
    }
  }
  return JSON.stringify(found);
}
