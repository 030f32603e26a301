// The encounter on one screen: thumbs only, nothing typed, nothing mandatory.
import { canScan, handleOf, scan } from "./cards.js";
import { attempt, all, freshId, h, one, picture, refusal } from "./dom.js";

const MODES = [
  ["anonymous", "Anonyme"],
  ["card", "Sa carte"],
  ["known", "Connue"],
  ["new", "Nouvelle"],
];
const PROMISES = [
  ["call", "Rappeler"],
  ["bring", "Apporter une information"],
  ["check", "Vérifier une démarche"],
];
const NOTE = 4_000;
/** The answer « à rappeler », in any form: it is counted, and it is promised to whoever can be found again. */
const CALL_BACK = "rappel";

/** The screen of an encounter. `people`: those of the bag, if it is open. `save(encounter)`. */
export function encounterForm({ use, people, hasBag, like, save, openBag }) {
  const form = h("form", { className: "meet flow", autocomplete: "off" });
  const line = refusal();
  const who = whoPart(use.data, { people, hasBag, openBag });
  form.append(
    ...[who, ...use.data.fields.map(fieldPart), more(use.data)].filter(Boolean),
    line,
    h("p", { className: "meet-save" }, h("button", { type: "submit", className: "button" }, "Enregistrer")),
  );
  form.addEventListener("change", ({ target }) => {
    if (target?.value === CALL_BACK) all('[name=promise][value="call"]', form).forEach((promise) => { promise.checked = target.checked; });
    follow(form, use.data);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(one(".meet-save button", form), line, async () => {
      form.inert = true; // what is pressed meanwhile would belong to nobody
      await drawn(); // the finger sees its answer before the sealing takes the processor
      try {
        await save(await read(form, use.data, people));
      } finally {
        form.inert = false;
      }
    });
  });
  if (like) fill(form, like);
  follow(form, use.data);
  return form;
}

const drawn = () => new Promise((resolve) => { requestAnimationFrame(() => setTimeout(resolve)); });

// ------------------------------------------------------------------------------ parts

function pick(type, name, value, label, { icon, checked, ...more } = {}) {
  const input = h("input", { type, name, value, checked, ...more });
  return h("label", { className: "pick" }, input, picture(icon), h("span", {}, label));
}

function choices(legend, why, picks, properties = {}) {
  const id = freshId("pourquoi");
  const told = why && h("span", { className: "visually-hidden", id }, why);
  return h("fieldset", { className: "meet-question", "aria-describedby": why ? id : undefined, ...properties }, h("legend", {}, legend), told, h("div", { className: picks.some((one) => one.querySelector?.("svg")) ? "picks picks-drawn" : "picks" }, picks));
}

function fieldPart(field) {
  const type = field.many ? "checkbox" : "radio";
  const picks = field.options.map(({ key, label, icon }) => pick(type, field.key, key, label, { icon, checked: key === field.default }));
  return choices(field.label, field.why, picks, { "data-question": field.key, "data-at-first": field.at_first ? "yes" : undefined });
}

function whoPart({ modes }, { people, hasBag, openBag }) {
  if (modes.length < 2) return null;
  const offered = MODES.filter(([key]) => modes.includes(key));
  const picks = offered.map(([key, label]) => pick("radio", "mode", key, label, { checked: key === "anonymous" }));
  return h("div", { className: "flow" }, choices("Qui ?", "", picks), cardPart(), knownPart(people, hasBag, openBag), newPart());
}

const only = (mode, ...children) => h("div", { className: "flow meet-who", "data-mode": mode, hidden: true }, children);

function cardPart() {
  const id = freshId("code");
  const line = refusal();
  const input = h("input", { id, type: "text", name: "code", maxLength: 60, autocapitalize: "characters", spellcheck: false });
  const video = h("video", { className: "meet-camera", muted: true, playsInline: true, hidden: true });
  const button = h("button", { type: "button", className: "button button-secondary" }, "Scanner la carte");
  button.addEventListener("click", () => attempt(button, line, async () => {
    const stopping = new AbortController();
    video.hidden = false;
    setTimeout(() => stopping.abort(), 30_000);
    input.value = (await scan(video, stopping.signal).finally(() => { video.hidden = true; })) || input.value;
  }));
  return only("card", canScan() && h("p", {}, button), video, h("div", { className: "field" }, h("label", { for: id }, "Code de la carte"), input), line);
}

function knownPart(people, hasBag, openBag) {
  if (!people) {
    const words = hasBag ? "Le sac de tournée est fermé : les noms ne se lisent pas." : "Sans sac de tournée, personne ne se lit ici. Prenez la carte, ou « Nouvelle » : la rencontre sera rangée plus tard.";
    return only("known", h("p", {}, words), hasBag && h("p", {}, h("button", { type: "button", className: "button button-secondary", onclick: openBag }, "Ouvrir le sac")));
  }
  const picks = people.map((person) => pick("radio", "person", person.record, nameOf(person.identity)));
  return only("known", choices("Laquelle ?", "", picks.length ? picks : [h("p", {}, "Personne n’est attendu ici.")]), h("div", { className: "flow", "data-promised": "yes" }));
}

function newPart() {
  const [id, help] = [freshId("nom"), freshId("aide")];
  return only("new", h("div", { className: "field" }, h("label", { for: id }, "Prénom ou surnom ", h("span", { className: "optional" }, "(facultatif)")), h("p", { className: "help", id: help }, "De quoi la retrouver. Scellé : ni ce téléphone ni le serveur ne le liront."), h("input", { id, type: "text", name: "given", maxLength: 80, "aria-describedby": help })));
}

export const nameOf = ({ alias, given, family }) => alias || [given, family].filter(Boolean).join(" ") || "Sans nom";

function more({ note, promises }) {
  if (!note && !promises) return null;
  const parts = [];
  if (promises) {
    const [id, picks] = [freshId("promesse"), PROMISES.map(([key, label]) => pick("checkbox", "promise", key, label))];
    parts.push(h("div", { className: "flow", "data-promises": "yes" }, choices("Promettre quelque chose", "Revient tout seul à la prochaine séance de ce lieu.", picks), h("div", { className: "field", "data-promise-words": "yes", hidden: true }, h("label", { for: id }, "Quoi ? ", h("span", { className: "optional" }, "(facultatif)")), h("input", { id, name: "promised", type: "text", maxLength: 300 }))));
  }
  if (note) {
    const [id, help] = [freshId("note"), freshId("aide")];
    parts.push(h("details", {}, h("summary", {}, "Ajouter une note"), h("div", { className: "field" }, h("label", { for: id }, "Note scellée"), h("p", { className: "help", id: help }, "Écrivez-la comme si vous alliez la lire ensemble."), h("textarea", { id, name: "note", maxLength: NOTE, "aria-describedby": help }))));
  }
  return h("div", { className: "flow" }, parts);
}

// ----------------------------------------------------------------------------- following

const checked = (form, name) => all(`[name="${name}"]:checked`, form).map(({ value }) => value);
const modeIn = (form) => checked(form, "mode")[0] ?? "anonymous";

/** Whether this is a first meeting, as the form's own question says it. */
function isFirst(form, data) {
  const field = data.fields.find(({ counted }) => counted === "first");
  return Boolean(field) && checked(form, field.key)[0] === "never";
}

function follow(form, data) {
  const mode = modeIn(form);
  all("[data-mode]", form).forEach((part) => { part.hidden = part.dataset.mode !== mode; });
  all("[data-at-first]", form).forEach((part) => { part.hidden = !isFirst(form, data); });
  all("[data-promises]", form).forEach((part) => { part.hidden = mode === "anonymous"; });
  all("[data-promise-words]", form).forEach((part) => { part.hidden = !checked(form, "promise").length; });
}

/** Show what was promised to the person who is chosen, to say what became of it. */
export function showPromises(form, people) {
  const part = one("[data-promised]", form);
  if (!part) return;
  const person = people?.find(({ record }) => record === checked(form, "person")[0]);
  const promises = person?.promises ?? [];
  part.replaceChildren(...(promises.length ? [choices("C’était promis. Est-ce fait ?", "", promises.map((promise) => pick("checkbox", "settled", promise.id, wordsOf(promise))))] : []));
}

export const wordsOf = ({ kind, text }) => [PROMISES.find(([key]) => key === kind)?.[1] ?? "Promesse", text].filter(Boolean).join(" : ");

// ------------------------------------------------------------------------------- reading

async function read(form, data, people) {
  const mode = modeIn(form);
  const value = (name) => form.elements[name]?.value?.trim() ?? "";
  const first = isFirst(form, data);
  const fields = data.fields.filter((field) => !field.at_first || first);
  const answers = Object.fromEntries(fields.map(({ key }) => [key, checked(form, key)]).filter(([, given]) => given.length));
  const promises = mode === "anonymous" ? [] : checked(form, "promise").map((kind) => ({ kind, text: value("promised") }));
  return { mode, answers, note: value("note"), promises, settled: mode === "known" ? checked(form, "settled") : [], ...(await whoIn(form, mode, value, people)) };
}

async function whoIn(form, mode, value, people) {
  if (mode === "card") {
    if (!value("code")) throw new Error("Scannez la carte ou recopiez son code ; ou choisissez « Anonyme ».");
    return { handle: await handleOf(value("code")) };
  }
  if (mode === "known") {
    const [record] = checked(form, "person");
    if (!record) throw new Error("Choisissez la personne ; ou prenez « Anonyme ».");
    return { record, circle: people.find((one) => one.record === record).circle };
  }
  return mode === "new" && value("given") ? { given: value("given") } : {};
}

/** Put the answers of the previous encounter in this one: a family, another member of it. */
function fill(form, { mode, answers }) {
  const kept = mode === "new" || mode === "anonymous" ? mode : "anonymous";
  const tick = (name, value) => all(`[name="${name}"]`, form).filter((input) => input.value === value).forEach((input) => { input.checked = true; });
  tick("mode", kept);
  for (const [key, given] of Object.entries(answers)) {
    all(`[name="${key}"]`, form).forEach((input) => { input.checked = false; });
    given.forEach((value) => tick(key, value));
  }
}
