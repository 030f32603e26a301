// The codes of the printed sheet: a letter for the question, a sign for the answer. `A3 B1 E2 E7`.
// The same as `Definition.codes` in `ruche.encounters.definitions`.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SIGNS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Code → `[field, option]`, in the order of the sheet. */
export function codesOf({ fields }) {
  return new Map(fields.flatMap((field, at) => field.options.map((option, place) => [`${LETTERS[at]}${SIGNS[place]}`, [field, option]])));
}

/** What a line of the sheet says → `{ answers, unknown }`. Small letters and missing spaces are read. */
export function readLine(text, form) {
  const codes = codesOf(form);
  const answers = {};
  const unknown = [];
  for (const code of text.toUpperCase().replace(/[\s,;.]+/g, "").match(/.{1,2}/g) ?? []) {
    const found = codes.get(code);
    if (!found) unknown.push(code);
    else put(answers, ...found);
  }
  return { answers: withDefaults(answers, form), unknown };
}

// One answer only: the last that was written is the one meant.
function put(answers, { key, many }, option) {
  const given = answers[key] ?? [];
  answers[key] = many ? [...new Set([...given, option.key])] : [option.key];
}

function withDefaults(answers, { fields }) {
  const missing = fields.filter(({ key, default: usual }) => usual && !answers[key]);
  return { ...answers, ...Object.fromEntries(missing.map(({ key, default: usual }) => [key, [usual]])) };
}
