// The page that crosses: facts are opened here, chosen here, counted here; nothing of it goes back.
import { asCsv, chosen, crossed } from "./crossing.js";
import { groupFacts, openFacts } from "./facts-opening.js";
import { download } from "../people/exporting.js";
import { keeper } from "../vault/keeper.js";
import { attempt, followState, one, whenOpen } from "../vault/pages/dom.js";

const page = one("[data-ruche-crossing]");
const line = one("[data-ruche-refusal]", page);
const told = one("[data-ruche-told]", page);
const words = JSON.parse(one("#mots-des-faits").textContent);
const circle = page.dataset.rucheCrossing;
const NOT_SAID = "non renseigné";
const DIMENSIONS = { site: "Lieu", team: "Équipe", month: "Mois", year: "Année" };
let facts = [];
let table = null;

async function load() {
  told.textContent = "Ouverture des faits…";
  const found = await openFacts(circle, (count) => { told.textContent = `${count.toLocaleString("fr-FR")} enveloppes…`; });
  facts = found.facts;
  told.textContent = [`${facts.length.toLocaleString("fr-FR")} rencontres.`, found.closed && `${found.closed} enveloppes ne s’ouvrent pas : prévenez la personne qui protège les données.`].filter(Boolean).join(" ");
  fillChoices();
  cross();
  await groupFacts(circle, found.opened, { oldest: page.dataset.oldest }).catch(() => 0); // someone else did, or will
  dispatchEvent(new CustomEvent("ruche:crossed", { detail: facts.length }));
}

// ------------------------------------------------------------------------------- choices

const field = (name) => one(`[data-field=${name}]`, page);
const option = (value, text) => Object.assign(document.createElement("option"), { value, textContent: text });

function fillChoices() {
  const forms = [...new Set(facts.map(({ form }) => form))].sort();
  field("form").replaceChildren(...forms.map((key) => option(key, words.forms[key]?.title ?? key)));
  const months = facts.map(({ month }) => month).sort();
  field("from").value = months[0] ?? "";
  field("to").value = months.at(-1) ?? "";
  fillDimensions();
}

function fillDimensions() {
  const asked = Object.entries(words.forms[field("form").value]?.fields ?? {}).map(([key, { label }]) => option(key, label));
  const others = () => Object.entries(DIMENSIONS).map(([key, label]) => option(key, label));
  const copies = () => asked.map((one) => one.cloneNode(true));
  field("rows").replaceChildren(...copies(), ...others());
  field("columns").replaceChildren(option("", "rien"), ...copies(), ...others());
  field("where").replaceChildren(option("", "rien"), ...copies(), ...others());
  fillKeys();
}

function fillKeys() {
  const dimension = field("where").value;
  const keys = dimension ? crossed(chosen(facts, range()), { rows: dimension }).rows : [];
  field("key").replaceChildren(...keys.map((key) => option(key, nameOf(dimension, key))));
  field("key").closest(".field").hidden = !dimension;
}

const range = () => ({ form: field("form").value, from: field("from").value || "0000", to: field("to").value || "9999" });

function nameOf(dimension, key) {
  if (!key) return NOT_SAID;
  if (dimension === "site") return words.sites[key] ?? "lieu retiré";
  if (dimension === "team") return words.teams[key] ?? "équipe retirée";
  if (dimension in DIMENSIONS) return key;
  return words.forms[field("form").value]?.fields[dimension]?.options[key] ?? key;
}

// --------------------------------------------------------------------------------- table

function cross() {
  const where = field("where").value ? { [field("where").value]: field("key").value } : {};
  const persons = one("[data-field=persons]", page).checked;
  const asked = { rows: field("rows").value, columns: field("columns").value, persons };
  table = crossed(chosen(facts, { ...range(), where }), asked);
  sortByName();
  show();
}

// Answers in the order of the form; sites and teams by name.
function sortByName() {
  for (const [side, dimension] of [["rows", field("rows").value], ["columns", field("columns").value]]) {
    const order = Object.keys(words.forms[field("form").value]?.fields[dimension]?.options ?? {});
    const rank = (key) => (key === "" ? Infinity : order.indexOf(key));
    table[side].sort((left, right) => rank(left) - rank(right) || nameOf(dimension, left).localeCompare(nameOf(dimension, right), "fr"));
  }
}

const cell = (name, text, properties = {}) => Object.assign(document.createElement(name), { textContent: text, ...properties });
const figure = (count) => cell("td", (count ?? 0).toLocaleString("fr-FR"), { className: "number" });

function show() {
  const { rows, columns } = table;
  const head = document.createElement("tr");
  head.append(cell("th", one("option:checked", field("rows"))?.textContent ?? "", { scope: "col" }), ...(field("columns").value ? columns.map((key) => cell("th", nameOf(field("columns").value, key), { scope: "col", className: "number" })) : []), cell("th", "Total", { scope: "col", className: "number" }));
  one("thead", page).replaceChildren(head);
  one("tbody", page).replaceChildren(...rows.map(rowFor), lastRow());
  one("caption", page).textContent = persons() ? "Personnes reconnues, comptées une fois" : "Rencontres";
  one("[data-ruche-apart]", page).textContent = persons() ? `À part : ${table.anonymous.toLocaleString("fr-FR")} rencontres où la personne ne peut pas être reconnue.` : "Une rencontre qui a plusieurs réponses est dans plusieurs cases, et une seule fois dans chaque total.";
}

const persons = () => one("[data-field=persons]", page).checked;

function rowFor(row) {
  const line = document.createElement("tr");
  const cells = field("columns").value ? table.columns.map((column) => figure(table.cells.get(`${row}|${column}`))) : [];
  line.append(cell("th", nameOf(field("rows").value, row), { scope: "row" }), ...cells, figure(table.rowTotals.get(row)));
  return line;
}

function lastRow() {
  const line = document.createElement("tr");
  const cells = field("columns").value ? table.columns.map((column) => figure(table.columnTotals.get(column))) : [];
  line.append(cell("th", "Total", { scope: "row" }), ...cells, figure(table.total));
  return line;
}

function save() {
  const shown = field("columns").value ? table : { ...table, columns: [] };
  download("croisement.csv", "text/csv;charset=utf-8", asCsv(shown, {
    corner: one("option:checked", field("rows")).textContent,
    nameRow: (key) => nameOf(field("rows").value, key),
    nameColumn: (key) => nameOf(field("columns").value, key),
    about: `${persons() ? "Personnes reconnues, comptées une fois" : "Rencontres"} ; arrondi à 5 près : ce tableau sort du cercle.`,
  }));
}

page.addEventListener("change", ({ target }) => {
  if (target === field("form")) fillDimensions();
  if (target === field("where")) fillKeys();
  cross();
});
one("[data-ruche-save]", page).addEventListener("click", ({ currentTarget }) => attempt(currentTarget, line, async () => save()));

followState(one("main"));
keeper.addEventListener("change", () => {
  if (keeper.isOpen) return;
  facts = [];
  for (const part of ["thead", "tbody"]) one(part, page).replaceChildren();
});
whenOpen(() => load().catch((error) => { line.textContent = error.message; line.hidden = false; }));
