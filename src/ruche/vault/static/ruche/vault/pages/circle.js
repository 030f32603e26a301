// Open a circle, let someone in, note a departure, name custodians: each is a signed act.
import { admit, appoint, create, depart, isKnown } from "../governing.js";
import { post } from "../server.js";
import { all, attempt, followState, one, onSubmit, whenOpen } from "./dom.js";

const line = one("[data-ruche-refusal]");
const page = one("[data-ruche-circle]");
const circle = page?.dataset.rucheCircle;

followState(one("main"));
whenOpen(async () => {
  for (const part of all("[data-ruche-pin-of]")) {
    const known = await isKnown(part.dataset.ruchePinOf);
    part.hidden = (part.dataset.pinned === "yes") !== known;
  }
  for (const box of all("[data-ruche-person], [data-ruche-custodian]")) {
    const known = await isKnown(box.dataset.ruchePerson ?? box.dataset.rucheCustodian);
    box.disabled = !known;
    const link = one("[data-ruche-unpinned]", box.closest("label"));
    if (link) link.hidden = known;
  }
});

const chosen = (name, root) => all(`[data-ruche-${name}]:checked`, root).map((box) => box.getAttribute(`data-ruche-${name}`));

function onClick(selector, act) {
  for (const button of all(selector)) {
    button.addEventListener("click", () =>
      attempt(button, line, async () => {
        if ((await act(button)) !== false) location.reload();
      }),
    );
  }
}

onClick("[data-ruche-admit]", (button) => admit(circle, button.dataset.rucheAdmit));
onClick("[data-ruche-withdraw]", (button) => post("/coffre/demandes/retirer/", { ask: button.dataset.rucheWithdraw }));
onClick("[data-ruche-depart]", (button) => {
  const sure = confirm(`Noter le départ de ${button.dataset.name} ? Une nouvelle clé sera tirée : cette personne ne pourra plus rien lire ici.`);
  return sure && depart(circle, [button.dataset.rucheDepart]);
});

const created = one("[data-ruche-new-circle]");
if (created) {
  onSubmit(created, () =>
    attempt(one("button[type=submit]", created), line, async () => {
      const id = await create({
        name: one("#nom").value,
        purpose: one("#pourquoi").value,
        retentionMonths: Number(one("#mois").value),
        members: chosen("person", created),
        custodians: chosen("custodian", created),
      });
      location.assign(`/coffre/cercles/${id}/`);
    }),
  );
}

const guards = one("[data-ruche-custodians]");
if (guards) {
  onSubmit(guards, () =>
    attempt(one("button", guards), line, async () => {
      await appoint(circle, chosen("custodian", guards));
      location.reload();
    }),
  );
}


