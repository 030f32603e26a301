// What a telephone adds to "Où et quand": its position, once and only when asked; its printer.

const around = document.querySelector("[data-where-around]");
const print = document.querySelector("[data-where-print]");

if (print) {
  print.closest("[data-where-printing]").hidden = false;
  print.addEventListener("click", () => window.print());
}

if (around && "geolocation" in navigator) {
  around.hidden = false;
  document.querySelector("[data-where-around-help]").hidden = false;
  around.addEventListener("click", lookAround);
  window.addEventListener("pageshow", () => { around.disabled = false; });  // one came back
}

function lookAround() {
  around.disabled = true;
  navigator.geolocation.getCurrentPosition(goThere, sayRefused, { timeout: 15_000, maximumAge: 300_000 });
}

// Two decimals: a kilometre. The exact position does not leave the telephone.
function goThere({ coords }) {
  const search = new URLSearchParams(new FormData(around.form));
  search.delete("commune");
  search.set("position", `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`);
  window.location.assign(`${around.form.action}?${search}`);
}

function sayRefused() {
  around.disabled = false;
  document.querySelector("[data-where-around-answer]").textContent = around.dataset.refused;
  document.querySelector("#commune").focus();
}
