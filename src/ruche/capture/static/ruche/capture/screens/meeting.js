// An encounter: the form, then the next one at once; ten seconds to take the last one back.
import { dayInWords, h, one } from "../dom.js";
import { encounterForm, showPromises } from "../form.js";
import { UNDO, add, undo } from "../../encounters/outbox.js";
import { keysIn } from "../pack.js";
import { factFor, factOf } from "../../encounters/facts.js";
import { monthAndSite, sealEncounter } from "../../encounters/sealing.js";

export async function meetingScreen(app, task) {
  const { seance, use } = task;
  const bag = await app.bag();
  const place = h("div", { className: "flow" });
  const saved = h("div", { className: "saved", role: "status" });
  let previous = null;

  function fresh(like) {
    const form = encounterForm({
      use,
      like,
      people: app.people,
      hasBag: bag?.seance === seance.id,
      openBag: () => app.show("bag", { ...task, then: "meeting" }),
      save,
    });
    form.addEventListener("change", ({ target }) => target.name === "person" && showPromises(form, app.people));
    place.replaceChildren(form);
    return form;
  }

  async function save(encounter) {
    const items = await keepEncounter(app, task, encounter);
    previous = encounter;
    tellSaved(items);
    fresh();
    scrollTo({ top: 0, behavior: "instant" });
  }

  function tellSaved(items) {
    const back = h("button", { type: "button", className: "button button-quiet", onclick: () => takeBack(items) }, "Annuler");
    const again = h("button", { type: "button", className: "button button-secondary", onclick: () => fresh(previous) }, "Comme la précédente");
    saved.replaceChildren(h("span", {}, "Gardée sur ce téléphone."), back, again);
    setTimeout(() => back.remove(), UNDO);
  }

  async function takeBack(items) {
    await undo(items);
    saved.replaceChildren(h("span", {}, "Reprise : cette rencontre n’est pas gardée."));
    fresh(previous);
  }

  const form = fresh();
  if (task.code) withCard(form, task.code);
  app.code = ""; // it serves once
  return [
    h("p", { className: "eyebrow" }, `${use.data.title} · ${dayInWords(seance.day)}`),
    h("h1", {}, seance.site.name),
    saved,
    place,
    h("p", {}, h("button", { type: "button", className: "button button-quiet", onclick: () => app.show("day") }, "Retour à ma journée")),
  ];
}

/** Seal an encounter and keep it: resolves once it is on the disk. */
export async function keepEncounter(app, { seance, use }, encounter, { ready = Date.now() + UNDO } = {}) {
  const keys = keysIn(app.pack);
  const person = app.people?.find(({ record }) => record === encounter.record);
  const items = await sealEncounter(encounter, { member: app.member, use, seance, keys, ready });
  if (person && keys.measuring) {
    const pool = items.find(({ kind }) => kind === "pool");
    pool.fact = await factFor(factOf(encounter, use, monthAndSite(seance), person.token), keys.measuring);
  }
  await add(items);
  return items;
}

function withCard(form, code) {
  const mode = one('[name=mode][value="card"]', form);
  if (!mode) return;
  mode.checked = true;
  form.elements.code.value = code;
  form.dispatchEvent(new Event("change"));
}
