// The client itself: one page, a few screens, everything on this phone.
import { bagOf, loadBag, throwBag, throwOldBag } from "./bag.js";
import { vouch } from "../encounters/device.js";
import { all, h, one } from "./dom.js";
import { onChange, waiting } from "../encounters/outbox.js";
import { currentPack, refreshPack, sameWork, todayOf } from "./pack.js";
import { CLIENT, send } from "../encounters/sending.js";
import { kept } from "../encounters/store.js";
import { bagScreen } from "./screens/bag.js";
import { dayScreen } from "./screens/day.js";
import { meetingScreen } from "./screens/meeting.js";
import { oldScreen } from "./screens/old.js";
import { outboxScreen } from "./screens/outbox.js";
import { sheetScreen } from "./screens/sheet.js";
import { showState } from "./screens/state.js";
import { Unreadable } from "../vault/forms.js";
import { keeper } from "../vault/keeper.js";
import { isSupported } from "../vault/suite.js";

const SCREENS = { day: dayScreen, meeting: meetingScreen, outbox: outboxScreen, bag: bagScreen, sheet: sheetScreen, old: oldScreen };
const MINUTE = 60_000;
const TOO_OLD = 426;
const CODE = /^[0-9A-Za-z\s–—-]{27,60}$/;

class App {
  pack = null;
  people = null;
  reached = "asking";
  screen = "day";
  turn = 0;
  asking = null;
  code = "";

  get member() {
    return this.pack?.member.id;
  }

  get today() {
    return todayOf(this.pack);
  }

  /** The séances of a day, each with the form that one uses there. */
  seancesOf(day) {
    return this.pack.seances.filter((seance) => seance.day === day).map((seance) => this.task(seance));
  }

  task(seance) {
    return { seance, use: { id: seance.use, ...this.pack.uses[seance.use] } };
  }

  // -------------------------------------------------------------------------- screens

  /** Show a screen; its first title takes the focus. One that is slow to draw never covers the next. */
  async show(screen, given = {}) {
    this.screen = screen;
    const turn = ++this.turn;
    const parts = await SCREENS[screen](this, given);
    if (turn !== this.turn) return;
    const place = one("[data-ruche-screen]");
    place.replaceChildren(...parts.filter(Boolean));
    const title = one("h1", place);
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    scrollTo({ top: 0, behavior: "instant" });
  }

  async state() {
    const [unsent, last, quarantined] = await Promise.all([waiting(this.member), kept(`dernier envoi de ${this.member}`), kept(`quarantaine de ${this.member}`)]);
    return { unsent, last, quarantined, reached: this.reached, name: this.pack.member.name };
  }

  async tell() {
    if (this.pack) showState(await this.state(), () => this.show("outbox"));
  }

  // --------------------------------------------------------------------------- network

  /**
   * Ask for the pack again, then send what waits. `all`: counters too, without mixing them more. Nothing
   * is sent before the server has said who is signed in: it could be someone else.
   */
  async reach({ all: everything = false } = {}) {
    try {
      await this.refresh();
      const { stopped } = await send(this.member, { all: everything, today: this.today });
      this.reached = stopped ? this.messageOf(stopped) : "";
    } catch (error) {
      this.reached = this.messageOf(error);
    }
    if (this.pack) await throwOldBag(this.member, this.today);
    await this.tell();
  }

  messageOf(error) {
    if (error.status === TOO_OLD && this.screen !== "old") this.show("old", { message: error.message });
    if (error.status === 0) return "offline";
    return error.status === 401 || error.status === 403 ? "signed-out" : error.message;
  }

  /** The pack again, from the server, which says who is signed in; then her vault, if it is open. */
  refresh() {
    this.asking ??= this.ask().finally(() => { this.asking = null; });
    return this.asking;
  }

  async ask() {
    if (!document.cookie.includes("csrftoken=")) await fetch("/saisie/jeton/", { redirect: "manual" }).catch(() => undefined);
    const before = this.member;
    this.pack = await refreshPack(keeper.ring ?? undefined);
    nameMember(this.member);
    if (before !== this.member) this.people = null;
    if (await keeper.settled()) await vouch(this.member, keeper.signingKey);
  }

  // ------------------------------------------------------------------------------- bag

  bag() {
    return bagOf(this.member);
  }

  async prepareBag(task) {
    const { member } = this;
    await this.refresh(); // a page just opened does not know yet whether the vault is open
    if (this.member !== member) throw new Unreadable("Une autre personne s’est connectée sur ce téléphone : revenez à la journée.");
    if (!keeper.isOpen) throw new Unreadable("Ouvrez d’abord votre coffre : le sac se prépare coffre ouvert, avec du réseau.");
    return loadBag({ member: this.member, ...task, keeper });
  }

  async emptyBag() {
    this.people = null;
    await throwBag(this.member);
  }
}

// Who is signed in, for the modules of the vault.
function nameMember(member) {
  const meta = one("meta[name=ruche-member]") ?? document.head.appendChild(h("meta", { name: "ruche-member" }));
  meta.content = member;
}

const app = new App();

async function begin() {
  if (!(await isSupported())) return one("[data-ruche-old]").removeAttribute("hidden");
  await installWorker();
  await navigator.storage?.persist?.().catch(() => false);
  app.code = takeCode();
  app.pack = await currentPack();
  if (app.pack) nameMember(app.member);
  if (!app.pack) await app.reach();
  if (!app.pack) return one("[data-ruche-first]").removeAttribute("hidden");
  await openFirst();
  await app.tell();
  watch();
  const shown = app.pack;
  await app.reach();
  if (app.screen === "day" && !sameWork(shown, app.pack)) await app.show("day");
}

// One séance today: its form at once. A card scanned by the phone's own camera: the same, with it.
async function openFirst() {
  const here = app.seancesOf(app.today).filter(({ seance }) => !seance.cancelled);
  if (here.length === 1 && app.code) return app.show("meeting", { ...here[0], code: app.code });
  return app.show("day");
}

function takeCode() {
  const code = new URLSearchParams(`code=${location.hash.slice(1)}`).get("code"); // never refuses « % »
  if (!CODE.test(code)) return ""; // « Aller au contenu », and nothing else, is a fragment too
  history.replaceState(null, "", location.pathname);
  return code;
}

async function installWorker() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/service-worker.js").catch(() => undefined); // without it, the page still works with a network
}

function watch() {
  keeper.watch();
  onChange(() => app.tell());
  addEventListener("online", () => app.reach());
  addEventListener("offline", () => { app.reached = "offline"; app.tell(); });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && app.reach());
  setInterval(() => navigator.onLine && app.reach(), MINUTE);
  addEventListener("pagehide", () => { app.people = null; });
  all("[data-ruche-go]").forEach((button) => button.addEventListener("click", () => app.show(button.dataset.rucheGo)));
}

window.rucheClient = { version: CLIENT };
export const ready = begin();
export { app };
