// Cross joint facts, as pure functions: facts in, a table out.

/** What a fact says of a dimension: the keys of its answers, its site, its team, its month. */
const SAYS = {
  site: ({ site }) => [site],
  team: ({ team }) => [team ?? ""],
  month: ({ month }) => [month],
  year: ({ month }) => [month.slice(0, 4)],
};

const saidBy = (fact, dimension) => (SAYS[dimension] ?? (() => fact.answers[dimension] ?? [""]))(fact);

/** Facts of a form, between two months, that say all of `where`: `{ dimension: key }`. */
export function chosen(facts, { form, from, to, where = {} }) {
  const asked = Object.entries(where).filter(([, key]) => key !== undefined && key !== null && key !== "*");
  return facts.filter((fact) => fact.form === form && fact.month >= from && fact.month <= to && asked.every(([dimension, key]) => saidBy(fact, dimension).includes(key)));
}

/**
 * Rows × columns → `{ rows, columns, cells, rowTotals, columnTotals, total, anonymous }`, as maps of
 * counts. `persons`: those who can be recognised, each once; anonymous encounters are then apart.
 * A fact with several answers is in several cells, and once in each total.
 */
export function crossed(facts, { rows, columns, persons = false }) {
  const counted = persons ? facts.filter(({ token }) => token) : facts;
  const table = { cells: new Map(), rowTotals: new Map(), columnTotals: new Map(), all: counter(persons) };
  for (const fact of counted) {
    const [across, down] = [columns ? saidBy(fact, columns) : [""], saidBy(fact, rows)];
    down.forEach((row) => at(table.rowTotals, row, persons).add(fact));
    across.forEach((column) => at(table.columnTotals, column, persons).add(fact));
    down.forEach((row) => across.forEach((column) => at(table.cells, `${row}|${column}`, persons).add(fact)));
    table.all.add(fact);
  }
  const numbers = (map) => new Map([...map].map(([key, one]) => [key, one.size]));
  return {
    rows: [...table.rowTotals.keys()],
    columns: [...table.columnTotals.keys()],
    cells: numbers(table.cells),
    rowTotals: numbers(table.rowTotals),
    columnTotals: numbers(table.columnTotals),
    total: table.all.size,
    anonymous: facts.length - counted.length,
  };
}

function at(map, key, persons) {
  if (!map.has(key)) map.set(key, counter(persons));
  return map.get(key);
}

// Persons are counted by their token, encounters one by one.
function counter(persons) {
  const tokens = new Set();
  let count = 0;
  return {
    add: (fact) => (persons ? tokens.add(fact.token) : (count += 1)),
    get size() {
      return persons ? tokens.size : count;
    },
  };
}

const BASE = 5;
/** What leaves the circle is rounded to five: neither a presence nor a small count can be read in it. */
const rounded = (count) => Math.round(count / BASE) * BASE;

const quoted = (text) => (/[";\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
const harmless = (text) => (/^[=+\-@\t]/.test(text) ? `'${text}` : text);

/** The table as CSV, rounded, with a line that says so. `name(kind, key)` gives the words. */
export function asCsv(table, { corner, nameRow, nameColumn, about }) {
  const lines = [[corner, ...table.columns.map(nameColumn), "Total"]];
  for (const row of table.rows) lines.push([nameRow(row), ...table.columns.map((column) => String(rounded(table.cells.get(`${row}|${column}`) ?? 0))), String(rounded(table.rowTotals.get(row)))]);
  lines.push(["Total", ...table.columns.map((column) => String(rounded(table.columnTotals.get(column)))), String(rounded(table.total))]);
  lines.push([about]);
  return `\ufeff${lines.map((line) => line.map((text) => quoted(harmless(text))).join(";")).join("\r\n")}\r\n`;
}
