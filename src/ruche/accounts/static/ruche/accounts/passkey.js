// Passkeys: ask the browser, post an allow-list. What the passkey derives never leaves this page.
//
// Another module may ask the passkey for more (`ruche:passkey-asked`, its options can be changed), and
// take over what follows (`ruche:passkey-given`, when it is prevented): see the vault's login.js.

const SENT = {
  "": ["id", "rawId", "type"],
  response: ["attestationObject", "authenticatorData", "clientDataJSON", "signature", "transports", "userHandle"],
};

export function usePasskeys(root) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
    root.querySelectorAll("[data-ruche-passkey]").forEach((form) => tell(form, "absent"));
    return;
  }
  root.querySelectorAll("form[data-ruche-passkey]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", (event) => begin(event, form));
  });
}

const answered = new WeakSet();

async function begin(event, form) {
  if (answered.has(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  tell(form, "waiting");
  try {
    const options = await optionsOf(form);
    const credential = form.dataset.ruchePasskey === "create" ? await create(options) : await get(options, form);
    form.elements.credential.value = JSON.stringify(allowed(credential.toJSON()));
    const failed = () => tell(form, "failed");
    if (!announce(form, "ruche:passkey-given", { credential, failed })) return;
    answered.add(form);
    form.requestSubmit();
  } catch (error) {
    tell(form, error.name === "NotAllowedError" ? "refused" : "failed");
  }
}

// The options stand in the page, or are asked for: a challenge serves once.
async function optionsOf(form) {
  const source = form.dataset.ruchePasskeyOptions;
  if (source) return JSON.parse(document.getElementById(source).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error(`options: ${answer.status}`);
  return answer.json();
}

function create({ creation_options: { publicKey } }) {
  const selection = { residentKey: "required", requireResidentKey: true, userVerification: "required" };
  const extensions = { ...publicKey.extensions, prf: {} };
  const asked = { ...publicKey, extensions, authenticatorSelection: { ...publicKey.authenticatorSelection, ...selection } };
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) });
}

function get({ request_options: { publicKey } }, form) {
  const asked = PublicKeyCredential.parseRequestOptionsFromJSON({ ...publicKey, userVerification: "required" });
  announce(form, "ruche:passkey-asked", { publicKey: asked });
  return navigator.credentials.get({ publicKey: asked });
}

/** False when someone took the event over. */
function announce(form, name, detail) {
  return form.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable: true }));
}

// Only these keys are posted; the server refuses any other.
function allowed(credential) {
  const rk = credential.clientExtensionResults?.credProps?.rk;
  return {
    ...pick(credential, SENT[""]),
    response: pick(credential.response, SENT.response),
    clientExtensionResults: rk === undefined ? {} : { credProps: { rk } },
  };
}

function pick(object, keys) {
  return Object.fromEntries(keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key]]));
}

// The sentences are in the page, one per state; the one that applies is shown and read out.
function tell(form, state) {
  form.hidden = false;
  form.querySelectorAll("[data-state]").forEach((line) => {
    line.hidden = line.dataset.state !== state;
  });
  if (state === "absent") form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
}

usePasskeys(document);
