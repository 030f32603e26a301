// The day: today's séances, what was promised there, and the other days to prepare or to enter again.
import { dayInWords, h, plural } from "../dom.js";

export async function dayScreen(app) {
  const bag = await app.bag();
  const today = app.seancesOf(app.today);
  return [
    h("h1", {}, capital(dayInWords(app.today))),
    ...app.pack.troubles.map((trouble) => h("p", { className: "errors", role: "alert" }, trouble)),
    today.length ? h("ul", { className: "days" }, today.map((task) => seanceCard(app, task, bag))) : h("p", {}, "Aucune séance aujourd’hui."),
    otherDays(app, bag),
    h("p", { className: "note" }, `${app.pack.member.name}. `, h("a", { href: "/accueil/" }, "Mon accueil, avec du réseau")),
  ];
}

const capital = (words) => words[0].toUpperCase() + words.slice(1);

function seanceCard(app, task, bag) {
  const { seance, use } = task;
  const due = dueAt(app.pack, seance);
  const carried = bag?.seance === seance.id;
  return h(
    "li",
    { className: "card flow day-card" },
    h("h2", {}, seance.site.name),
    h("p", { className: "note" }, `${seance.site.commune}, de ${seance.starts} à ${seance.ends} · ${use.data.title}`),
    seance.cancelled && h("p", {}, h("strong", {}, "Séance annulée."), " Si vous avez rencontré des personnes, notez-les quand même : rien ne sera perdu."),
    due > 0 && h("p", { "data-ruche-due": due }, `${plural(due, "promesse")} à tenir ici`),
    h(
      "p",
      { className: "cluster" },
      go(app, app.code ? "Rencontrer, avec la carte lue" : "Rencontrer", "meeting", { ...task, code: app.code }, "button"),
      use.circle && go(app, carried ? "Sac de tournée" : "Préparer le sac", "bag", task),
      go(app, "Reprendre une feuille", "sheet", task),
      h("a", { href: `/rencontres/feuille/${seance.id}/${use.id}/`, className: "button button-quiet" }, "Imprimer une feuille"),
    ),
  );
}

const go = (app, words, screen, task, look = "button button-secondary") =>
  h("button", { type: "button", className: look, onclick: () => app.show(screen, task) }, words);

/** Promises of a site that are due in the month of a séance, or were before. */
function dueAt({ due }, { site, day }) {
  const month = `${day.slice(0, 7)}-01`;
  return due.filter((one) => one.site === site.id && one.month <= month).reduce((sum, { count }) => sum + count, 0);
}

function otherDays(app, bag) {
  const days = [...new Set(app.pack.seances.map(({ day }) => day))].filter((day) => day !== app.today);
  const past = days.filter((day) => day < app.today).reverse();
  const coming = days.filter((day) => day > app.today);
  return h("div", { className: "flow" }, folded("Les jours qui viennent", coming, app, bag), folded("Les jours passés", past, app, bag));
}

function folded(title, days, app, bag) {
  if (!days.length) return null;
  return h("details", {}, h("summary", {}, title), days.map((day) => h("section", { className: "flow" }, h("h2", {}, capital(dayInWords(day))), h("ul", { className: "days" }, app.seancesOf(day).map((task) => seanceCard(app, task, bag))))));
}
