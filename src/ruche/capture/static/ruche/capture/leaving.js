// Signing out empties this phone of what it knows; it waits until what has not been sent is safe.
import { saveFile } from "./files.js";
import { h, one, plural } from "./dom.js";
import { everyItem, forget, kept } from "../encounters/store.js";

const form = one('main form[action$="/deconnexion/"]');

async function look() {
  const member = await kept("membre");
  if (!member) return undefined;
  const unsent = (await everyItem()).filter((item) => item.member === member && !item.saved);
  if (unsent.length) return hold(member, unsent.length);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    forgetMember(member).finally(() => form.submit());
  }, { once: true });
  return undefined;
}

// Séances, forms, keys, the bag: all of it comes back at the next visit.
async function forgetMember(member) {
  for (const name of [`paquet de ${member}`, `sac de ${member}`, "membre"]) await forget(name);
}

function hold(member, count) {
  const save = h("button", { type: "button", className: "button button-secondary" }, "Les enregistrer dans un fichier scellé");
  save.addEventListener("click", async () => {
    await saveFile(member);
    location.reload();
  });
  const told = h(
    "div",
    { className: "side side-weak flow", role: "alert" },
    h("p", {}, h("strong", {}, `${plural(count, "envoi")} ${count > 1 ? "ne sont pas encore partis" : "n’est pas encore parti"} de ce téléphone.`)),
    h("p", {}, "Envoyez-les avant de vous déconnecter, ou gardez-les dans un fichier scellé, qu’un autre appareil pourra envoyer."),
    h("p", { className: "cluster" }, h("a", { className: "button", href: "/saisie/" }, "Les envoyer"), save),
  );
  form.before(told);
  form.hidden = true;
}

if (form) look().catch(() => undefined); // storage refused: nothing was kept either
