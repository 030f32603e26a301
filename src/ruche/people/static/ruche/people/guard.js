// A gentle guard: words that would hurt if they were read together. Local, and it never forbids.

const WORDS = new Map([
  ["cas social", "une personne accompagnée"],
  ["cassos", "une personne accompagnée"],
  ["assisté", "une personne aidée"],
  ["fainéant", "ce qui l’empêche"],
  ["feignant", "ce qui l’empêche"],
  ["profiteur", "ce que la personne demande"],
  ["menteur", "ce que la personne dit"],
  ["alcoolique", "une consommation dont elle a parlé"],
  ["ivrogne", "une consommation dont il a parlé"],
  ["toxico", "une consommation dont elle a parlé"],
  ["drogué", "une consommation dont il a parlé"],
  ["clodo", "sans logement en ce moment"],
  ["sdf", "sans logement en ce moment"],
  ["clandestin", "sans titre de séjour en ce moment"],
  ["sans-papiers", "sans titre de séjour en ce moment"],
  ["hystérique", "ce que vous avez vu ou entendu"],
  ["folle", "ce que vous avez vu ou entendu"],
  ["débile", "ce que vous avez vu ou entendu"],
  ["sale", "ce dont la personne a besoin"],
  ["gitan", "la façon dont la personne se présente"],
]);

const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[’']/g, "'");
const patterns = [...WORDS].map(([word, instead]) => [word, instead, new RegExp(`(?<!\\p{L})${plain(word)}(e|s|es)?(?!\\p{L})`, "u")]);

/** A sentence that suggests other words, or nothing. */
export function suggestion(text) {
  const read = plain(text);
  const found = patterns.find(([, , pattern]) => pattern.test(read));
  if (!found) return "";
  return `« ${found[0]} » pourrait blesser si vous lisiez la note ensemble. Peut-être : « ${found[1]} » ? C’est vous qui choisissez.`;
}
