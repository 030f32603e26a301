// The sac de tournée of a séance: prepare it with a network, open it without, empty it at return.
import { openBag, slotsOf } from "../bag.js";
import { attempt, dayInWords, freshId, h, plural, refusal } from "../dom.js";
import { nameOf, wordsOf } from "../form.js";
import { askPasskey, hasPasskeys } from "../../vault/passkey.js";

export async function bagScreen(app, task) {
  const { seance } = task;
  const bag = await app.bag();
  const line = refusal();
  const isHere = bag?.seance === seance.id;
  const again = () => app.show(task.then && app.people ? task.then : "bag", task);
  return [
    h("p", { className: "eyebrow" }, dayInWords(seance.day)),
    h("h1", {}, `Sac de tournée : ${seance.site.name}`),
    h("p", {}, "Les personnes à qui quelque chose a été promis ici, et ce qui l’a été. Scellé sur ce téléphone : il s’ouvre avec votre clé d’accès ou votre phrase, et se vide le soir."),
    line,
    app.people && isHere ? peoplePart(app) : isHere && (await openPart(app, bag, line, again)),
    h("p", { className: "cluster" }, prepareButton(app, task, line, isHere, again), isHere && emptyButton(app, line, again)),
    h("p", {}, h("button", { type: "button", className: "button button-quiet", onclick: () => app.show("day") }, "Retour à ma journée")),
  ];
}

function prepareButton(app, task, line, isHere, again) {
  const button = h("button", { type: "button", className: "button button-secondary" }, isHere ? "Préparer de nouveau" : "Préparer le sac");
  button.addEventListener("click", () => attempt(button, line, async () => {
    await app.prepareBag(task);
    await again();
  }));
  return button;
}

function emptyButton(app, line, again) {
  const button = h("button", { type: "button", className: "button button-secondary" }, "Vider le sac");
  button.addEventListener("click", () => attempt(button, line, async () => {
    await app.emptyBag();
    await again();
  }));
  return button;
}

async function openPart(app, bag, line, again) {
  const id = freshId("phrase");
  const input = h("input", { id, type: "password", autocapitalize: "none", spellcheck: false });
  const button = h("button", { type: "submit", className: "button" }, "Ouvrir le sac");
  const form = h("form", { className: "flow", autocomplete: "off" }, h("div", { className: "field" }, h("label", { for: id }, "Votre phrase de sept mots"), input), h("p", {}, button));
  const open = async (kind, secret) => {
    app.people = await openBag(app.member, kind, secret);
    await again();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(button, line, () => open("phrase", input.value));
  });
  return h("div", { className: "flow" }, h("p", { "data-ruche-locked": bag.promises }, `${plural(bag.promises, "promesse")} à tenir ici. Les noms se lisent sac ouvert.`), slotsOf(bag).includes("passkey") && (await hasPasskeys()) && passkeyPart(line, open), form);
}

function passkeyPart(line, open) {
  const button = h("button", { type: "button", className: "button" }, "Ouvrir avec ma clé d’accès");
  button.addEventListener("click", () => attempt(button, line, async () => open("passkey", await askPasskey())));
  return h("p", {}, button);
}

function peoplePart(app) {
  if (!app.people.length) return h("p", {}, "Le sac est vide : rien n’a été promis ici.");
  return h("ul", { className: "lines" }, app.people.map(({ identity, promises }) => h("li", {}, h("strong", {}, nameOf(identity)), h("ul", {}, promises.map((promise) => h("li", {}, wordsOf(promise)))))));
}
