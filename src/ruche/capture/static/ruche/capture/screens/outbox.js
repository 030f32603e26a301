// What waits to be sent: see it, send it, save it in a sealed file, take back a file of another phone.
import { attempt, h, plural, refusal } from "../dom.js";
import { importFile, saveFile } from "../files.js";
import { remove } from "../../encounters/outbox.js";
import { permitFor } from "../pack.js";
import { sendByPermit } from "../../encounters/sending.js";
import { everyItem } from "../../encounters/store.js";

export async function outboxScreen(app) {
  const { unsent } = await app.state();
  const line = refusal();
  const told = h("p", { role: "status" });
  const again = (words) => app.show("outbox").then(() => { document.querySelector("[data-ruche-told]").textContent = words; });
  told.dataset.rucheTold = "";
  return [
    h("h1", {}, "Envois"),
    told,
    line,
    h("ul", { className: "lines" }, lines(unsent)),
    h(
      "p",
      { className: "cluster" },
      button("Envoyer maintenant", "button", line, async () => {
        await app.reach({ all: true });
        if (app.reached) throw new Error(WHY[app.reached] ?? app.reached);
        await again("Tout ce qui pouvait partir est parti.");
      }),
      button("Enregistrer dans un fichier scellé", "button button-secondary", line, async () => {
        const count = await saveFile(app.member);
        await again(count ? `${plural(count, "envoi")} dans le fichier. Un autre appareil peut l’envoyer.` : "Rien n’attend.");
      }),
    ),
    h("p", {}, filePart(app, line, again)),
    app.reached === "signed-out" && permitPart(app, line, again),
    await others(app),
    unsent.troubled.length ? troubledPart(unsent.troubled, line, again) : null,
    h("p", {}, h("button", { type: "button", className: "button button-quiet", onclick: () => app.show("day") }, "Retour à ma journée")),
  ];
}

const WHY = { offline: "Le serveur ne répond pas. Tout reste gardé ici, et partira dès que possible.", "signed-out": "Reconnectez-vous pour envoyer. Tout reste gardé ici." };

function lines({ total, deposits, pool, batches, facts }) {
  if (!total) return [h("li", {}, "Rien n’attend : tout est chez le serveur.")];
  return [
    deposits && h("li", {}, `${plural(deposits, "rencontre scellée", "rencontres scellées")} pour votre cercle`),
    pool && h("li", {}, `${plural(pool, "rencontre")} dont les compteurs attendent d’être mêlés à d’autres : seuls, ils diraient à quelle note ils vont. Ils partent par cinq, le lendemain, ou avec « Envoyer maintenant ».`),
    batches && h("li", {}, `${plural(batches, "lot")} de compteurs`),
    facts && h("li", {}, `${plural(facts, "enveloppe")} de faits, pour le cercle qui mesure`),
  ].filter(Boolean);
}

function button(words, look, line, act) {
  const found = h("button", { type: "button", className: look }, words);
  found.addEventListener("click", () => attempt(found, line, act));
  return found;
}

function filePart(app, line, again) {
  const input = h("input", { type: "file", accept: ".ruche,application/json", className: "visually-hidden", id: "fichier-scelle" });
  input.addEventListener("change", () => attempt(input, line, async () => {
    const count = await importFile(input.files[0], app.member);
    await again(`${plural(count, "envoi")} repris du fichier : ils partiront d’ici.`);
  }));
  return [input, h("label", { for: "fichier-scelle", className: "button button-secondary" }, "Reprendre un fichier scellé")];
}

// An account that was closed sends no more; what was sealed before goes to those who stay.
function permitPart(app, line, again) {
  return h("div", { className: "flow" }, h("p", {}, "Votre compte est fermé ? Ce que vous aviez scellé peut encore être remis à votre cercle, qui décidera."), h("p", {}, button("Remettre à mon cercle", "button button-secondary", line, async () => {
    const permit = await permitFor(app.member);
    if (!permit) throw new Error("Ce téléphone n’a pas de permis de déposer : enregistrez un fichier scellé et remettez-le à une collègue.");
    await again(`${plural(await sendByPermit(app.member, permit), "envoi")} remis.`);
  })));
}

// Another member uses this phone too: hers wait for her, and nobody else sends them.
async function others(app) {
  const count = (await everyItem()).filter(({ member }) => member !== app.member).length;
  return count ? h("p", {}, `${plural(count, "envoi")} d’une autre personne sur ce téléphone : ils partiront quand elle se reconnectera.`) : null;
}

function troubledPart(items, line, again) {
  const lineOf = (item) => h("li", { className: "flow" }, h("p", {}, item.trouble), h("p", {}, button("Effacer de ce téléphone", "button button-danger", line, async () => {
    if (!confirm("Effacer cet envoi ? Il ne sera nulle part ailleurs. Enregistrez-le d’abord dans un fichier scellé si vous hésitez.")) return;
    await remove([item.id]);
    await again("Effacé.");
  })));
  return h("section", { className: "flow" }, h("h2", {}, "À regarder"), h("ul", { className: "lines" }, items.map(lineOf)));
}
