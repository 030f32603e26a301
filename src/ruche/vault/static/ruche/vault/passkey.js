// What a passkey derives (PRF) opens the ring. It is asked here, becomes at once a key that cannot be
// read again, and is never part of what is posted.
import { passkeySource } from "./ring.js";
import { bytesOf, utf8 } from "./forms.js";

const SALT = utf8("ruche/prf/v1".padEnd(32, "."));
const SILENT = "Cette clé d’accès ne sait pas ouvrir le coffre : utilisez votre phrase.";

/** Ask for the derived secret in the options of a login. */
export function withSecret(publicKey) {
  publicKey.extensions = { ...publicKey.extensions, prf: { eval: { first: SALT } } };
  return publicKey;
}

export const hasSecret = (credential) => Boolean(credential.getClientExtensionResults().prf?.results?.first);

/** The source that a credential gave, or nothing. The secret itself is wiped. */
export async function sourceFrom(credential) {
  const output = credential.getClientExtensionResults().prf?.results?.first;
  if (!output) return null;
  const secret = new Uint8Array(output);
  const source = await passkeySource(secret);
  secret.fill(0);
  return source;
}

export async function hasPasskeys() {
  return Boolean(window.PublicKeyCredential);
}

/** Any passkey of this site that the member chooses. Its answer stays here. */
export const askPasskey = () => asked([]);

/** One passkey, named by its credential. */
export const askThisPasskey = (credential) => asked([{ type: "public-key", id: bytesOf(credential) }]);

async function asked(allowCredentials) {
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const publicKey = withSecret({ challenge, allowCredentials, userVerification: "required", rpId: location.hostname });
  let credential;
  try {
    credential = await navigator.credentials.get({ publicKey });
  } catch {
    throw new Error("La demande a été annulée ou a pris trop de temps. Vous pouvez recommencer.");
  }
  const source = await sourceFrom(credential);
  if (!source) throw new Error(SILENT);
  return source;
}
