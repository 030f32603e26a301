// One's own vault: make a ring, open it, choose how it opens.
import { readCode, writeCode } from "../codes.js";
import { keeper } from "../keeper.js";
import { askPasskey, askThisPasskey, hasPasskeys } from "../passkey.js";
import { memberId, post } from "../server.js";
import { isSupported, random } from "../suite.js";
import { drawPhrase, normalised, wordsOfKeys } from "../words.js";
import { ready } from "../vault.js";
import { all, attempt, followState, listWords, one, onSubmit, refuse, whenOpen } from "./dom.js";

const WRONG = {
  phrase: "Ce n’est pas votre phrase. Vérifiez les mots et leur ordre, puis réessayez.",
  sheet: "Ce code n’ouvre pas votre trousseau : est-ce bien votre dernière feuille ?",
};
const DIFFERENT = "Ce n’est pas la même phrase : revoyez-la, puis redites-la.";
const page = one("[data-ruche-vault-home]");
const wizard = one("[data-ruche-wizard]");
const drawn = { phrase: "", sheet: null, slot: "", replace: false };

// ------------------------------------------------------------------------------- opening

for (const form of all("[data-ruche-open]", page)) onSubmit(form, () => openBy(form));

function openBy(form) {
  const kind = form.dataset.rucheOpen;
  const [input, line, button] = [one("input[id]", form), one("[role=alert]", form), one("button", form)];
  return attempt(button, line, async () => {
    try {
      await keeper.openWith(kind, kind === "sheet" ? readCode(input.value) : input.value);
    } catch (error) {
      throw error.name === "Unreadable" && error.message === "refusé" ? new Error(WRONG[kind]) : error;
    }
    input.value = "";
    goOn();
  });
}

const goOn = () => page.dataset.next && location.assign(page.dataset.next);

for (const box of all("[data-ruche-show]", page)) {
  box.addEventListener("change", () => { document.getElementById(box.dataset.rucheShow).type = box.checked ? "text" : "password"; });
}

one("[data-ruche-open-passkey]", page)?.addEventListener("click", ({ currentTarget }) =>
  attempt(currentTarget, one("#phrase-refus"), async () => {
    await keeper.openWith("passkey", await askPasskey());
    goOn();
  }),
);

// -------------------------------------------------------------------------- making a ring

for (const button of all("[data-ruche-begin]", page)) {
  button.addEventListener("click", () => begin({ slot: "", replace: button.dataset.rucheBegin === "again" }));
}
for (const button of all("[data-ruche-new-slot]", page)) {
  button.addEventListener("click", () => begin({ slot: button.dataset.rucheNewSlot, replace: false }));
}
for (const button of all("[data-go]", wizard)) button.addEventListener("click", () => step(button.dataset.go));
one("[data-ruche-redraw]", wizard).addEventListener("click", draw);
one("[data-ruche-kept]", wizard).addEventListener("change", ({ target }) => { one("[data-ruche-finish]", wizard).disabled = !target.checked; });
one("[data-ruche-finish]", wizard).addEventListener("click", finish);
onSubmit(one("[data-step=repeat]", wizard), repeated);

async function begin({ slot, replace }) {
  Object.assign(drawn, { slot, replace, sheet: random(16) });
  one("[data-ruche-sheet]", wizard).textContent = writeCode(drawn.sheet);
  await draw();
  wizard.hidden = false;
  for (const part of all("[data-ruche-first], [data-when]", page)) part.hidden = true;
  step(slot === "sheet" ? "sheet" : "phrase");
}

async function draw() {
  drawn.phrase = await drawPhrase();
  listWords(one("[data-ruche-phrase]", wizard), drawn.phrase.split(" "));
}

function step(name) {
  for (const part of all("[data-step]", wizard)) part.hidden = part.dataset.step !== name;
  const heading = one(`[data-step=${name}] h3`, wizard);
  heading.tabIndex = -1;
  heading.focus();
}

function repeated(form) {
  const [input, line] = [one("input", form), one("[role=alert]", form)];
  if (normalised(input.value) !== normalised(drawn.phrase)) return refuse(line, DIFFERENT);
  refuse(line, "");
  input.value = "";
  return drawn.slot === "phrase" ? finish({ currentTarget: one("button", form) }, line) : step("sheet");
}

function finish({ currentTarget }, line = one("[data-ruche-wizard-refusal]", wizard)) {
  return attempt(currentTarget, line, async () => {
    if (drawn.slot) await keeper.addSlot(slots().find(({ kind }) => kind === drawn.slot));
    else await keeper.make(slots(), drawn);
    Object.assign(drawn, { phrase: "", sheet: null });
    location.assign(page.dataset.next || location.pathname);
  });
}

const slots = () => [
  { kind: "phrase", secret: drawn.phrase },
  { kind: "sheet", secret: drawn.sheet },
];

// ------------------------------------------------------------------------ ways of opening

const slotLine = one("[data-ruche-slot-refusal]", page);

for (const button of all("[data-ruche-remove-slot]", page)) {
  button.addEventListener("click", () =>
    attempt(button, slotLine, async () => {
      await post("/coffre/ouvertures/retirer/", { id: button.dataset.rucheRemoveSlot });
      location.reload();
    }),
  );
}

for (const button of all("[data-ruche-add-passkey]", page)) {
  button.addEventListener("click", () =>
    attempt(button, slotLine, async () => {
      const secret = await askThisPasskey(button.dataset.credential);
      await keeper.addSlot({ kind: "passkey", secret, authenticator: Number(button.dataset.rucheAddPasskey) });
      location.reload();
    }),
  );
}

// --------------------------------------------------------------------------------- start

followState(page);
whenOpen(async () => listWords(one("[data-ruche-my-words]", page), await wordsOfKeys(memberId(), await keeper.publicKeys)));
if (!(await isSupported())) {
  one("[data-ruche-unsupported]", page).hidden = false;
  for (const button of all("button", page)) button.disabled = true;
}
await ready;
for (const part of all("[data-ruche-has=passkey]", page)) part.hidden = !(await hasPasskeys());
