// A form that is being sent is not sent twice. Coming back to the page frees it.

const sending = new WeakSet();

export function sendOnce(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (sending.has(form)) event.preventDefault();
    else hold(form);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) root.querySelectorAll("form[aria-busy]").forEach(release);
  });
}

function hold(form) {
  sending.add(form);
  form.setAttribute("aria-busy", "true");
}

function release(form) {
  sending.delete(form);
  form.removeAttribute("aria-busy");
}
