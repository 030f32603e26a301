// Serves the client's own page and files from this phone, and nothing else. No answer of the server
// about anyone is ever kept here.
const NAME = "ruche-saisie-{{ version }}";
const SHELL = "{{ shell }}";
const CARD = "{{ card }}";
const FILES = [{% for file in files %}
  "{{ file }}",{% endfor %}
];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

async function forgetOthers() {
  const names = (await caches.keys()).filter((name) => name.startsWith("ruche-saisie-") && name !== NAME);
  await Promise.all(names.map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && pathname === CARD) event.respondWith(fetch(event.request).catch(() => withTheCard()));
  else if (mode === "navigate" ? pathname === SHELL : FILES.includes(pathname)) event.respondWith(kept(event.request, pathname));
});

// Without network, a card that the phone's own camera opens leads to the encounter: the code is in the
// fragment, that never leaves the phone.
const withTheCard = () => kept(new Request(SHELL), SHELL);

async function kept(request, pathname) {
  const found = await (await caches.open(NAME)).match(pathname);
  return found ?? fetch(request);
}
