// One gesture logs in and unlocks: the passkey that signs the login also derives the key of a slot.
//
// What it derives becomes at once a key that cannot be read. The login is posted by `fetch`, so that
// this document lives on; the ring opens here, then the page changes.
import { keeper } from "./keeper.js";
import { hasSecret, sourceFrom, withSecret } from "./passkey.js";

document.addEventListener("ruche:passkey-asked", ({ target, detail }) => {
  if (isLogin(target)) withSecret(detail.publicKey);
});

document.addEventListener("ruche:passkey-given", (event) => {
  if (!isLogin(event.target) || !hasSecret(event.detail.credential)) return;
  event.preventDefault();
  enter(event.target, event.detail).catch(() => event.detail.failed());
});

// Proving again who one is uses the same form elsewhere, and opens nothing.
const isLogin = (form) => form.dataset.ruchePasskey === "get" && location.pathname === "/connexion/";

async function enter(form, { credential, failed }) {
  const source = await sourceFrom(credential);
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || answer.url.includes("/connexion/")) return failed();
  if (takeMetas(page)) await keeper.openWith("passkey", source).catch(() => undefined); // no ring, no slot: later
  return location.assign(answer.url);
}

// The session changed: its member and its token are those of the page that the login leads to.
function takeMetas(page) {
  const metas = [...page.querySelectorAll("meta[name^=ruche-]")];
  document.head.append(...metas.map((meta) => Object.assign(document.createElement("meta"), { name: meta.name, content: meta.content })));
  return metas.some(({ name }) => name === "ruche-member");
}
