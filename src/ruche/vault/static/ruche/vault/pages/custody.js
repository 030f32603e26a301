// For custodians, who hand over their part; and for who comes back with two agreements.
import { agreementsOf, approve, isKnown, returnWith } from "../governing.js";
import { all, attempt, followState, one, whenOpen } from "./dom.js";

const line = one("[data-ruche-refusal]");
const AGREED = ["Aucun accord pour l’instant : il en faut deux.", "Un accord donné : il en faut un autre.", "Deux accords donnés."];

followState(one("main"));
whenOpen(async () => {
  for (const part of all("[data-ruche-pin-of]")) {
    part.hidden = (part.dataset.pinned === "yes") !== (await isKnown(part.dataset.ruchePinOf));
  }
  for (const said of all("[data-ruche-agreed]")) {
    const { approvals } = await agreementsOf(said.dataset.rucheAgreed);
    said.textContent = AGREED[Math.min(approvals.length, 2)];
    one(`[data-ruche-return="${said.dataset.rucheAgreed}"]`).disabled = approvals.length < 2;
  }
});

for (const button of all("[data-ruche-approve]")) {
  button.addEventListener("click", () =>
    attempt(button, line, async () => {
      await approve(button.dataset.rucheApprove);
      location.reload();
    }),
  );
}

for (const button of all("[data-ruche-return]")) {
  button.addEventListener("click", () =>
    attempt(button, line, async () => {
      await returnWith(button.dataset.rucheReturn);
      location.assign("/coffre/qui-peut-lire/");
    }),
  );
}
