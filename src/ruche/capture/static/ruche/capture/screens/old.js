// The server no longer listens to this version: it is loaded again, and what waits leaves with the next.
import { attempt, h, refusal } from "../dom.js";

export function oldScreen(app, { message }) {
  const line = refusal();
  const button = h("button", { type: "button", className: "button" }, "Recharger l’application");
  button.addEventListener("click", () => attempt(button, line, async () => {
    await (await navigator.serviceWorker?.getRegistration())?.unregister();
    location.reload();
  }));
  return [
    h("h1", {}, "Application à recharger"),
    h("p", {}, message),
    h("p", {}, "Ce que vous avez noté reste sur ce téléphone, et partira ensuite."),
    line,
    h("p", {}, button),
    h("p", {}, h("button", { type: "button", className: "button button-quiet", onclick: () => app.show("day") }, "Continuer à noter sans envoyer")),
  ];
}
