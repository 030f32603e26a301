// Compare words with someone: she reads hers aloud, they are typed here, and the browser compares.
import { base64, bytesOf } from "../forms.js";
import { keeper } from "../keeper.js";
import { memberId, post } from "../server.js";
import { normalised, wordsOfKeys } from "../words.js";
import { attempt, followState, listWords, one, onSubmit, whenOpen } from "./dom.js";

const page = one("[data-ruche-words-of]");
const other = page.dataset.rucheWordsOf;
const DIFFERENT = `Ces mots ne sont pas ceux des clés que présente le serveur. Vérifiez chaque mot ; s’ils sont justes, n’allez pas plus loin et prévenez la personne qui protège les données.`;

followState(document.querySelector("main"));
whenOpen(async () => listWords(one("[data-ruche-my-words]", page), await wordsOfKeys(memberId(), await keeper.publicKeys)));

onSubmit(one("[data-ruche-compare]", page), (form) =>
  attempt(one("button", form), one("[role=alert]", form), async () => {
    const { keys } = await post("/coffre/cles/", { members: [other] });
    const shown = { seal: bytesOf(keys[other].seal), sign: bytesOf(keys[other].sign) };
    const expected = normalised((await wordsOfKeys(other, shown)).join(" "));
    if (normalised(one("input", form).value) !== expected) throw new Error(DIFFERENT);
    await keeper.changeRing((ring) => { ring.pins[other] = { seal: base64(shown.seal), sign: base64(shown.sign) }; });
    await keeper.refresh();
    one("[data-ruche-pinned]", page).hidden = false;
    const next = new URLSearchParams(location.search).get("next");
    if (next?.startsWith("/") && !next.startsWith("//")) location.assign(next);
  }),
);
