// Always on the screen: what has not been sent yet, and since when the server was last heard.
import { all, h, hour, instantInWords, one, plural } from "../dom.js";

const REACHED = {
  "": "En ligne",
  asking: "Connexion…",
  offline: "Hors ligne",
  "signed-out": "Votre session a pris fin. Rien n’est perdu.",
};

export function showState({ unsent, last, quarantined, reached }, openOutbox) {
  const line = one("[data-ruche-state]");
  const words = unsent.total ? `${plural(unsent.total, "envoi")} en attente` : "Tout est envoyé";
  const when = last ? `dernier envoi ${isToday(last) ? `à ${hour(last)}` : `le ${instantInWords(last)}`}` : "rien n’a encore été envoyé";
  line.dataset.state = reached === "" ? "online" : "away";
  const parts = [
    h("button", { type: "button", className: "button button-quiet", onclick: openOutbox }, words),
    h("span", {}, `${REACHED[reached] ?? reached} · ${when}`),
    reached === "signed-out" && h("a", { href: "/connexion/?next=/saisie/" }, "Me reconnecter"),
    Boolean(unsent.troubled.length) && h("strong", {}, `${plural(unsent.troubled.length, "envoi")} à regarder`),
    Boolean(quarantined) && h("span", {}, `${plural(quarantined, "envoi")} en quarantaine : votre cercle décide.`),
  ];
  line.replaceChildren(...parts.filter(Boolean));
  all("[data-ruche-unsent]").forEach((place) => { place.textContent = unsent.total; });
}

const isToday = (instant) => new Date(instant).toDateString() === new Date().toDateString();
