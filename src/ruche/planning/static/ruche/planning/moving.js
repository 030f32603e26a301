// A visit is dragged to another open day of the same site: its page opens there, with the
// consequences, before anything changes. Without a pointer, the same page has a form.

const grid = document.querySelector("[data-ruche-grid]");
let carried = null;

function siteOf(query) {
  return new URLSearchParams(query).get("lieu");
}

function target(event) {
  const cell = event.target.closest("[data-ruche-drop]");
  if (!carried || !cell) return null;
  const [site, day] = cell.dataset.rucheDrop.split(" ");
  return site === siteOf(carried.query) ? { cell, day } : null;
}

function unmark() {
  grid.querySelectorAll(".grid-target").forEach((cell) => cell.classList.remove("grid-target"));
}

function mark(event) {
  const found = target(event);
  if (!found) return;
  event.preventDefault();
  unmark();
  found.cell.classList.add("grid-target");
}

function take(event) {
  const visit = event.target.closest("[data-ruche-visit]");
  if (!visit) return;
  carried = { query: visit.dataset.rucheVisit, url: visit.href.split("?")[0] };
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", visit.href);
}

function drop(event) {
  const found = target(event);
  if (!found) return;
  event.preventDefault();
  const worker = new URLSearchParams(carried.query).get("qui");
  const asked = new URLSearchParams({ day: found.day, worker });
  location.assign(`${carried.url}?${carried.query}&${asked}#apercu`);
}

function letGo() {
  unmark();
  carried = null;
}

if (grid) {
  grid.addEventListener("dragstart", take);
  grid.addEventListener("dragover", mark);
  grid.addEventListener("drop", drop);
  grid.addEventListener("dragend", letGo);
}
