// A professional reads a card: it leads to the person's file, if one of the circles here holds it.
import { cardOf } from "../vault/cards.js";
import { readCode } from "../vault/codes.js";
import { hex } from "../vault/forms.js";
import { attempt, one, onSubmit } from "../vault/pages/dom.js";
import { post } from "../vault/server.js";

const NOWHERE = "Cette carte ne mène à aucune fiche de vos cercles. Elle a peut-être été remplacée, ou la personne ne vous a rien ouvert.";
const form = one("[data-ruche-scan]");
const line = one("[data-ruche-refusal]");

async function read() {
  const card = await cardOf(readCode(one("input", form).value));
  const { records } = await post("/personnes/carte/lue/", { handle: hex(card.handle) });
  if (!records.length) throw new Error(NOWHERE);
  location.assign(`/personnes/${records[0]}/`);
}

// The code stays in the fragment, that is never sent.
one("[data-ruche-meet]")?.addEventListener("click", ({ currentTarget }) => { currentTarget.hash = encodeURIComponent(one("input", form).value.trim()); });
onSubmit(form, () => attempt(one("button", form), line, read));
const code = decodeURIComponent(location.hash.slice(1));
if (code) {
  history.replaceState(null, "", location.pathname);
  one("input", form).value = code;
  attempt(one("button", form), line, read);
}
