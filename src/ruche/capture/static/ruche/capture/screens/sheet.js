// Enter a paper sheet again: one line per person, the codes as they are printed, nothing but the keyboard.
import { codesOf, readLine } from "../../encounters/codes.js";
import { all, attempt, dayInWords, freshId, h, plural, refusal } from "../dom.js";
import { readable } from "../../encounters/sealing.js";
import { keepEncounter } from "./meeting.js";

const LINES = 12;

export async function sheetScreen(app, task) {
  const { seance, use } = task;
  const line = refusal();
  const list = h("ol", { className: "sheet-lines" });
  const told = h("p", { role: "status" });
  const addLines = (count) => list.append(...Array.from({ length: count }, () => lineFor(use.data, list)));
  addLines(LINES);
  const save = h("button", { type: "submit", className: "button" }, "Enregistrer la feuille");
  const form = h("form", { className: "flow", autocomplete: "off" }, list, h("p", {}, h("button", { type: "button", className: "button button-quiet", onclick: () => addLines(5) }, "Cinq lignes de plus")), line, h("p", {}, save));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(save, line, async () => {
      const count = await keepAll(app, task, list);
      list.replaceChildren();
      addLines(LINES);
      told.textContent = `${plural(count, "rencontre")} de la feuille gardée${count > 1 ? "s" : ""} sur ce téléphone.`;
      told.scrollIntoView({ block: "nearest" });
    });
  });
  return [
    h("p", { className: "eyebrow" }, `${use.data.title} · ${dayInWords(seance.day)}`),
    h("h1", {}, `Reprendre la feuille : ${seance.site.name}`),
    h("p", {}, "Une ligne par personne. Écrivez les codes cochés, dans l’ordre que vous voulez ; Entrée passe à la ligne suivante."),
    h("p", {}, h("a", { href: `/rencontres/feuille/${seance.id}/${use.id}/`, className: "button button-secondary" }, "Imprimer une feuille vierge")),
    told,
    form,
    legend(use.data),
    h("p", {}, h("button", { type: "button", className: "button button-quiet", onclick: () => app.show("day") }, "Retour à ma journée")),
  ];
}

function lineFor(data, list) {
  const [id, echo] = [freshId("ligne"), freshId("lu")];
  const said = h("p", { id: echo, className: "note" });
  const input = h("input", { id, type: "text", autocapitalize: "characters", spellcheck: false, "aria-describedby": echo });
  input.addEventListener("input", () => { said.textContent = echoOf(input.value, data); });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    const inputs = all("input", list);
    const next = inputs[inputs.indexOf(input) + 1];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  return h("li", {}, h("div", { className: "field" }, h("label", { for: id, className: "visually-hidden" }, "Codes d’une personne"), input), said);
}

function echoOf(text, data) {
  if (!text.trim()) return "";
  const { answers, unknown } = readLine(text, data);
  const words = readable(answers, data).flatMap(([, labels]) => labels).join(", ");
  return unknown.length ? `${words}. Code inconnu : ${unknown.join(", ")}` : words;
}

async function keepAll(app, task, list) {
  const written = all("input", list).filter(({ value }) => value.trim());
  if (!written.length) throw new Error("La feuille est vide.");
  const read = written.map((input) => ({ input, ...readLine(input.value, task.use.data) }));
  const wrong = read.find(({ unknown }) => unknown.length);
  if (wrong) {
    wrong.input.focus();
    throw new Error(`Ligne ${all("input", list).indexOf(wrong.input) + 1} : le code ${wrong.unknown[0]} n’est pas sur la feuille. Rien n’est encore gardé.`);
  }
  for (const { answers } of read) await keepEncounter(app, task, { mode: "anonymous", answers, note: "", promises: [] }, { ready: 0 });
  return read.length;
}

function legend(data) {
  const codes = [...codesOf(data)];
  const items = data.fields.map((field) => h("div", {}, h("dt", {}, field.label), h("dd", {}, codes.filter(([, [of]]) => of === field).map(([code, [, { label }]]) => h("span", { className: "sheet-code" }, h("kbd", {}, code), ` ${label}`)))));
  return h("details", { open: true }, h("summary", {}, "Les codes"), h("dl", { className: "sheet-legend" }, items));
}

