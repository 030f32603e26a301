// How a person is named on a screen, and what her identity may hold. Words of 2018: her card uses it.

export const FIELDS = ["alias", "given", "family", "birth", "phone", "languages"];

export const LABELS = {
  alias: "Appelée",
  given: "Prénom",
  family: "Nom",
  birth: "Naissance",
  phone: "Téléphone",
  languages: "Langues",
};

const ANSWERS = { unknown: "ne sait pas", declined: "ne souhaite pas répondre" };

export function nameOf(identity) {
  const civil = [identity.given, identity.family].filter(Boolean).join(" ");
  if (civil && identity.alias) return `${civil} (« ${identity.alias} »)`;
  return civil || identity.alias || "Sans nom";
}

/** What one reads of a field: its text, or the answer given instead. */
export function readingOf(identity, field) {
  return identity[field] || ANSWERS[(identity.answers || {})[field]] || "";
}

/** The identity that a form holds. Its inputs have no name: they are never sent. */
export function identityIn(form) {
  const identity = {};
  const answers = {};
  for (const field of FIELDS) {
    const text = form.querySelector(`[data-field=${field}]`).value.trim();
    const answer = form.querySelector(`[data-answer=${field}]`);
    if (text) identity[field] = text;
    else if (answer && answer.value) answers[field] = answer.value;
  }
  return Object.keys(answers).length ? Object.assign(identity, { answers }) : identity;
}

export function fillForm(form, identity) {
  for (const field of FIELDS) {
    form.querySelector(`[data-field=${field}]`).value = identity[field] || "";
    const answer = form.querySelector(`[data-answer=${field}]`);
    if (answer) answer.value = (identity.answers || {})[field] || "";
  }
}

export const isNamed = (identity) => Boolean(identity.alias || identity.given || identity.family);
