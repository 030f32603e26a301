// « Qui peut lire quoi »: ask to enter a circle, or withdraw one's demand.
import { keeper } from "../keeper.js";
import { post } from "../server.js";
import { all, attempt, one, whenOpen } from "./dom.js";

const line = one("[data-ruche-refusal]");

function onClick(name, act) {
  for (const button of all(`[data-${name}]`)) {
    const value = button.getAttribute(`data-${name}`);
    button.addEventListener("click", () => attempt(button, line, async () => {
      await act(value);
      location.reload();
    }));
  }
}

onClick("ruche-ask", (circle) => post("/coffre/demandes/", { circle, kind: "join" }));
onClick("ruche-ask-back", (circle) => post("/coffre/demandes/", { circle, kind: "replace" }));
onClick("ruche-ask-rescue", (circle) => post("/coffre/demandes/", { circle, kind: "rescue" }));
onClick("ruche-withdraw", (ask) => post("/coffre/demandes/retirer/", { ask }));

whenOpen(() => {
  for (const part of all("[data-ruche-lost]")) part.hidden = keeper.troubles.get(part.dataset.rucheLost)?.code !== "keys";
});
