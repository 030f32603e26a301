// Speak to the server: JSON posted, a clear French sentence when it refuses or cannot be reached.

/** What the server refused, in French. `status` is the HTTP code; `answer` what it said. */
export class Refused extends Error {
  constructor(message, status, answer = {}) {
    super(message);
    this.status = status;
    this.answer = answer;
  }
}

const UNREACHABLE = "Le serveur ne répond pas. Rien n’est perdu : réessayez dès que le réseau revient.";
const ENDED = "Votre session a pris fin : reconnectez-vous dans un autre onglet, puis réessayez. Ce que vous avez écrit reste ici.";
const UNEXPECTED = "Le serveur a répondu autre chose que ce qui était attendu. Rechargez la page.";

const meta = (name) => document.querySelector(`meta[name=${name}]`)?.content ?? "";
export const memberId = () => meta("ruche-member");

// The token of today: one who logged in again, in another tab, changed the page's.
const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? meta("ruche-csrf");

/** Post JSON to an address of the vault → what the server answers. */
export async function post(path, body = {}) {
  const answer = await sent(path, body);
  if (answer.ok) return whole(answer.json());
  throw await refusal(answer);
}

/** The same, for an answer in bytes. */
export async function postForBytes(path, body = {}) {
  const answer = await sent(path, body);
  if (answer.ok) return new Uint8Array(await whole(answer.arrayBuffer()));
  throw await refusal(answer);
}

// An answer that stops halfway, because the network failed or the page is being left.
async function whole(reading) {
  try {
    return await reading;
  } catch {
    throw new Refused(UNREACHABLE, 0);
  }
}

// A redirection leads to the login: the session ended, or the account was closed.
async function sent(path, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
  let answer;
  try {
    answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), redirect: "manual" });
  } catch {
    throw new Refused(UNREACHABLE, 0);
  }
  if (answer.type === "opaqueredirect") throw new Refused(ENDED, 401);
  return answer;
}

async function refusal(answer) {
  const said = await answer.json().catch(() => ({}));
  return new Refused(said.message ?? UNEXPECTED, answer.status, said);
}
