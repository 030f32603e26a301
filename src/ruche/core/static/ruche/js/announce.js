// What a swap brought is said in the permanent live region: <div data-ruche-announce="12 résultats">.

const SAID = "[data-ruche-announce]";

export function announceAfterSwaps(root) {
  root.addEventListener("htmx:afterSettle", (event) => {
    // One event per new element; the target that htmx names may be the one that was replaced.
    const brought = event.target;
    const said = brought.matches(SAID) ? brought : brought.querySelector(SAID);
    if (said) announce(said.dataset.rucheAnnounce);
  });
}

export function announce(text) {
  const region = document.getElementById("annonces");
  if (!region) return;
  region.textContent = "";
  // A region that is emptied then filled is read again, even with the same words.
  requestAnimationFrame(() => { region.textContent = text; });
}
