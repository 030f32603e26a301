// The line that says whether the vault is open, and the messages that concern it.
import { keeper } from "./keeper.js";

const SAID = new Map([
  ["open", "Coffre ouvert : les noms et les notes sont lisibles."],
  ["closed", "Coffre fermé."],
]);

export function startBar() {
  const bar = document.querySelector("[data-ruche-vault-bar]");
  if (!bar) return;
  const show = () => {
    bar.dataset.state = keeper.isOpen ? "open" : "closed";
    bar.querySelectorAll("[data-when]").forEach((part) => { part.hidden = part.dataset.when !== bar.dataset.state; });
    showTroubles(bar);
  };
  keeper.addEventListener("change", ({ detail }) => {
    show();
    const told = bar.querySelector("[data-ruche-vault-said]");
    if (SAID.has(detail) && bar.dataset.told !== detail) told.textContent = SAID.get(detail);
    bar.dataset.told = detail;
    if (detail === "restored") tellRestoration(bar);
    bar.querySelectorAll("[data-notice]").forEach((notice) => { if (notice.dataset.notice === detail) notice.hidden = false; });
  });
  bar.querySelector("[data-ruche-vault-close]").addEventListener("click", () => keeper.lock());
  bar.querySelector("[data-ruche-vault-accept]").addEventListener("click", async ({ currentTarget }) => {
    await keeper.acceptHead();
    currentTarget.closest("[data-notice]").hidden = true;
  });
  show();
}

// What the journal itself says of a restoration, if it says anything.
function tellRestoration(bar) {
  const on = keeper.lostHead?.restored;
  const day = on && new Date(on).toLocaleDateString("fr-FR", { dateStyle: "long" });
  bar.querySelector("[data-ruche-restored]").textContent = day ? `Le journal annonce une restauration le ${day}.` : "Le journal n’en annonce aucune.";
}

function showTroubles(bar) {
  const list = bar.querySelector("[data-ruche-vault-troubles]");
  list.replaceChildren(
    ...[...keeper.troubles.values()].map(({ name, message }) => {
      const line = document.createElement("li");
      line.textContent = `${name} : ${message}`;
      return line;
    }),
  );
  list.hidden = !keeper.troubles.size;
}
