// From an encounter to the increments that leave it: the same as `ruche.encounters.counting`.

const UNKNOWN = "unknown";

/** The increments of one encounter, each alone. `where`: `{ day, site, team }`, `team` or nothing. */
export function cellsOf(form, answers, where) {
  const cells = meetings(form, answers).map((measure) => cell("site_month", measure, where));
  cells.push(cell("site_quarter", `${single(form, "age", answers, UNKNOWN)}/${single(form, "gender", answers, UNKNOWN)}`, where));
  if (where.team) cells.push(cell("team_week", "met", where));
  for (const field of form.fields) {
    const given = answers[field.key] ?? [];
    for (const option of field.options.filter(({ key }) => given.includes(key))) {
      const measure = `${form.key}.${field.key}.${option.key}`;
      for (const shape of shapesOf(field, option)) if (shape !== "team_week" || where.team) cells.push(cell(shape, measure, where));
    }
  }
  return cells;
}

function meetings(form, answers) {
  const said = single(form, "first", answers, "");
  if (said === "never") return ["met", "first_ever", "first_of_year"];
  return said === "not-this-year" ? ["met", "first_of_year"] : ["met"];
}

function single(form, counted, answers, unknown) {
  const field = form.fields.find((one) => one.counted === counted);
  return (field && answers[field.key]?.[0]) || unknown;
}

function shapesOf(field, option) {
  if (field.counted === "measure") return ["team_week"];
  if (field.counted === "theme") return option.sensitive ? ["network_year"] : ["team_week", "site_year"];
  return [];
}

function cell(shape, measure, { day, site, team }) {
  const found = { shape, measure, period: periodOf(shape, day) };
  if (shape === "team_week") found.team = team;
  if (shape.startsWith("site_")) found.site = site;
  return found;
}

/** `2026-W48`, `2026-11`, `2026-T4`, `2026`. */
function periodOf(shape, day) {
  const [year, month] = day.split("-");
  if (shape === "team_week") return isoWeek(day);
  if (shape === "site_month") return `${year}-${month}`;
  return shape === "site_quarter" ? `${year}-T${Math.ceil(Number(month) / 3)}` : year;
}

// The week of a day is that of its Thursday.
function isoWeek(day) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const year = date.getUTCFullYear();
  const week = Math.ceil(((date - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7);
  return `${year}-W${String(week).padStart(2, "0")}`;
}
