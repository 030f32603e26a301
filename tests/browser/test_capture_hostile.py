"""The offline client when everything goes wrong: nothing lost, nothing under another name."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from ruche.encounters.models import Deposit, Facts, Quarantined
from ruche.seances.models import Team
from ruche.tallies.cells import period_of
from ruche.tallies.enums import Shape
from ruche.tallies.models import Tally
from tests.browser.meetings import (
    READY,
    anonymous,
    meet,
    new_person,
    open_client,
    press_send,
    save,
    send_all,
    show_outbox,
    tap,
    ten_seconds_pass,
    unsent,
    wait_for_state,
)
from tests.browser.torture_of_phones import EMPTY, MODULES, WITHOUT_BUCKETS, Phone
from tests.conftest import session_cookie, shared_connection
from tests.core.member_urls import NURSES, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

MANY = 1_000 if settings.CI else 10_000
SENDINGS = ("/saisie/rencontres/", "/saisie/compteurs/", "/saisie/faits/")


def met() -> dict[str, int]:
    """Week → how many people the team met."""
    rows = Tally.objects.filter(team=Team.objects.get(name=NURSES), measure="met")
    return {row.period: row.total for row in rows.order_by("period")}


def gained(before: dict[str, int]) -> dict[str, int]:
    after = met()
    return {week: total - before.get(week, 0) for week, total in after.items()
            if total != before.get(week, 0)}  # fmt: skip


def this_week(count: int) -> dict[str, int]:
    return {period_of(Shape.TEAM_WEEK, timezone.localdate()): count}


def write(page: Any, *, notes: int = 0, alone: int = 0) -> None:
    """Encounters on the form that is shown, whose ten seconds are over."""
    for number in range(notes):
        new_person(page, f"Inventée {number}")
    for _ in range(alone):
        anonymous(page)
    ten_seconds_pass(page)


def written(open_page: Any, url: str, **encounters: int) -> Any:
    """Odile’s phone, without network, and what waits on it."""
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, url)
    meet(page)
    page.context.set_offline(True)
    write(page, **encounters)
    return page


def items(page: Any) -> list[dict[str, Any]]:
    """Everything that waits on the phone, whoever wrote it."""
    found: list[dict[str, Any]] = page.evaluate(
        "async (url) => (await import(url)).everyItem()", page.evaluate(MODULES)["store"]
    )
    return found


def listen(page: Any) -> list[tuple[str, dict[str, Any]]]:
    """What leaves a page from now on: where, and what."""
    left: list[tuple[str, dict[str, Any]]] = []

    def keep(request: Any) -> None:
        path = request.url.partition("/saisie/")[1:]
        if request.method == "POST" and "".join(path) in SENDINGS:
            left.append(("".join(path), json.loads(request.post_data)))

    page.on("request", keep)
    return left


# ------------------------------------------------------------------------------ quantity

FILL = """async ([url, count, pools]) => {
  const { everyItem, replaceItems } = await import(url);
  const found = await everyItem();
  const again = (kind, times) => {
    const one = found.find((item) => item.kind === kind);
    return Array.from({ length: times }, () => {
      const id = crypto.randomUUID();
      const fact = one.fact && { ...one.fact, id: crypto.randomUUID() };
      return { ...one, id, fact, body: one.body && { ...one.body, id }, ready: 0 };
    });
  };
  const many = [...again("deposit", count - pools), ...again("pool", pools)];
  await replaceItems(found.map(({ id }) => id), many);
}"""
"""Sealed once, copied many times: the phone and the server cannot tell the difference."""


def test_an_outbox_of_thousands_is_counted_shown_and_leaves_whole(world, open_page, served):
    before, pools = met(), MANY // 10
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, served.url)
    meet(page)
    write(page, notes=1)
    page.context.set_offline(True)
    page.evaluate(FILL, [page.evaluate(MODULES)["store"], MANY, pools])
    page.reload()
    page.wait_for_selector(READY)
    wait_for_state(page, f"{MANY:,} envois en attente".replace(",", "\u202f"))
    left = listen(page)
    page.context.set_offline(False)
    show_outbox(page)
    press_send(page)
    wait_for_state(page, "Tout est envoyé")
    assert unsent(page) == 0
    assert Deposit.objects.count() == MANY - pools
    assert gained(before) == this_week(pools)
    assert max(len(said.get("deposits", ())) for _, said in left) > 50, "par lots, non un par un"


# ------------------------------------------------------------------------------- storage


MAIN, COPY = "Default/IndexedDB", "Default/WebStorage"
"""Where Chromium keeps the base of a site, and those of its buckets."""


def turned_off(phone: Phone, *lost: str) -> None:
    """The phone goes off; meanwhile its browser loses what it keeps in some places."""
    phone.close()
    for place in lost:
        for one in (phone.profile / place).glob("**/*.leveldb"):
            shutil.rmtree(one)


def test_a_browser_that_throws_its_base_away_has_not_lost_what_waits(
    browser, world, served, tmp_path
):
    """Chromium does it by itself, when it was killed twice: a record cut in the middle of LevelDB's
    log, then others after it, and the whole base is « corrupt », erased, begun again."""
    with shared_connection(served):
        cookie = session_cookie(member("odile"), served.url)
        phone = Phone(browser.browser_type, tmp_path / "phone", served.url, cookie=cookie)
        phone.start()
        meet(phone.page)
        phone.context.set_offline(True)
        write(phone.page, notes=1, alone=2)
        try:
            for lost in (MAIN, COPY, MAIN):
                turned_off(phone, lost)
                phone.start(offline=True)  # without network: it must also know its séances
                assert unsent(phone.page) == 4
            turned_off(phone, MAIN, COPY)
            phone.start(offline=True)
            assert phone.page.locator(EMPTY).count() == 1, "rien n’était donc gardé ailleurs"
        finally:
            phone.close()


READ_WHOLE = """async (url) => {
  const { keep } = await import(url);
  const { getAll } = IDBObjectStore.prototype;
  let times = 0;
  IDBObjectStore.prototype.getAll = function (...asked) {
    times += 1;
    return getAll.apply(this, asked);
  };
  await keep("repère", 1);
  IDBObjectStore.prototype.getAll = getAll;
  return times;
}"""
"""How many times a whole shelf is read when one thing is kept."""


@pytest.mark.parametrize("fragment", ["%", "%E0%A4", "contenu", "x" * 5_000])
def test_an_address_with_a_wrong_fragment_opens_all_the_same(fragment, world, open_page, served):
    page, said = open_page("/composants/", width=360, member=member("odile"))
    open_client(page, served.url)
    page.goto(f"{served.url}/saisie/?a#{fragment}")
    page.wait_for_selector(READY)
    assert page.locator("text=avec la carte lue").count() == 0
    assert [line for line in said if line.startswith(("error", "pageerror"))] == []


def test_a_browser_without_buckets_keeps_what_waits_too(world, open_page, served):
    page, _ = open_page("/composants/", width=360, member=member("odile"))
    page.add_init_script(WITHOUT_BUCKETS)
    open_client(page, served.url)
    assert page.evaluate("navigator.storageBuckets") is None
    meet(page)
    page.context.set_offline(True)
    write(page, notes=1, alone=1)
    page.reload()
    page.wait_for_selector(READY)
    assert unsent(page) == 3
    read = page.evaluate(READ_WHOLE, page.evaluate(MODULES)["store"])
    assert read == 0, "écrire ne relit pas toute la boîte"
    page.context.set_offline(False)
    send_all(page)
    assert unsent(page) == 0


FULL = """(how) => {
  const { put } = IDBObjectStore.prototype;
  const full = new DOMException("plein", "QuotaExceededError");
  const says = (one) => Object.defineProperty(one, "error", { value: full });
  const seen = new Set();
  IDBObjectStore.prototype.put = function (...given) {
    const asked = put.apply(this, given);
    if (seen.has(this.transaction)) return asked;
    seen.add(this.transaction);
    if (how === "after the copy" && seen.size % 2) return asked;
    if (how === "by the request") says(this.add(given[0])); // twice the same key fails all of it
    else queueMicrotask(() => { says(this.transaction); this.transaction.abort(); });
    return asked;
  };
  window.roomAgain = () => { IDBObjectStore.prototype.put = put; };
}"""
"""No room left: said when the transaction ends (Chromium), by a request first (Firefox), or once
the copy is written."""


@pytest.mark.parametrize("how", ["at the end", "by the request", "after the copy"])
def test_a_full_phone_says_so_and_keeps_what_it_has(how, world, open_page, served):
    before = met()
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    page.set_default_timeout(5_000)
    open_client(page, served.url)
    meet(page)
    write(page, alone=1)
    page.context.set_offline(True)
    page.evaluate(FULL, how)
    for words in ("25 à 44 ans", "Dents", "Écoute"):
        tap(page, words)
    page.click(".meet-save button")
    page.wait_for_selector("text=Ce téléphone n’a plus de place")
    assert unsent(page) == 1
    chosen = page.locator(".pick:has(:checked)").all_inner_texts()
    assert {"Dents", "Écoute"} <= set(chosen), "rien n’est à refaire"
    page.evaluate("window.roomAgain()")
    save(page)
    assert unsent(page) == 2
    ten_seconds_pass(page)
    page.context.set_offline(False)
    send_all(page)
    assert gained(before) == this_week(2)


# --------------------------------------------------------------------------------- clock

DAY = timedelta(days=1)


@pytest.mark.parametrize("written", [-40 * DAY, -DAY, DAY, 40 * DAY], ids=lambda by: f"{by.days}")
@pytest.mark.parametrize("mended", [False, True], ids=["toujours", "remise à l’heure"])
def test_a_clock_that_is_off_counts_on_the_day_of_the_seance(
    written, mended, world, open_page, served
):
    before = met()
    page, _ = open_page("/composants/", width=360, member=member("odile"))
    page.clock.install(time=datetime.now(UTC) + written)
    open_client(page, served.url)
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector(READY)
    meet(page)
    new_person(page, "Inventée")
    anonymous(page)
    if mended:
        page.clock.set_system_time(datetime.now(UTC))
    else:
        page.clock.fast_forward(11_000)
    page.context.set_offline(False)
    send_all(page)
    assert unsent(page) == 0
    assert gained(before) == this_week(2)
    assert Deposit.objects.count() == 1
    sites = Tally.objects.filter(shape=Shape.SITE_MONTH, measure="met").order_by("period")
    assert period_of(Shape.SITE_MONTH, timezone.localdate()) == sites.last().period


# --------------------------------------------------------------------------- two members


def becomes(page: Any, key: str, url: str) -> None:
    """Another member signs in, in the same browser."""
    page.context.clear_cookies()
    page.context.add_cookies([session_cookie(member(key), url)])


def test_each_member_of_a_shared_phone_sends_hers_and_sees_nothing_of_the_other(
    world, open_page, served
):
    before = met()
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, served.url)
    meet(page)
    page.context.set_offline(True)
    write(page, notes=1, alone=1)
    hers = {one["id"] for one in items(page)}
    becomes(page, "rose", served.url)
    page.context.set_offline(False)
    left = listen(page)
    open_client(page, served.url)
    wait_for_state(page, "Tout est envoyé")
    assert "Odile" not in page.inner_text("main")
    meet(page)
    write(page, notes=1)
    send_all(page)
    assert page.locator("text=3 envois d’une autre personne").is_visible()
    assert {one["id"] for one in items(page)} == hers
    assert not hers & {one["id"] for _, said in left for one in said.get("deposits", ())}
    assert gained(before) == this_week(1)
    assert Deposit.objects.count() == 1
    becomes(page, "odile", served.url)
    open_client(page, served.url)
    send_all(page)
    assert unsent(page) == 0
    assert gained(before) == this_week(3)
    assert Deposit.objects.count() == 2


def test_what_a_member_wrote_never_goes_under_the_session_of_another(world, open_page, served):
    """The server hesitates, and the phone does not yet know who is signed in."""
    before, page = met(), written(open_page, served.url, notes=1, alone=1)
    becomes(page, "rose", served.url)
    page.route("**/saisie/preparer/", lambda route: route.abort())
    left = listen(page)
    page.context.set_offline(False)
    show_outbox(page)
    press_send(page)
    wait_for_state(page, "Hors ligne")
    page.wait_for_timeout(500)
    assert left == []
    assert len(items(page)) == 3
    assert Deposit.objects.count() == 0
    assert gained(before) == {}


def test_a_session_that_changed_in_the_very_second_sends_nothing_either(world, open_page, served):
    """The server has said who is signed in; then somebody else is, and the sending goes."""
    before, page = met(), written(open_page, served.url, notes=1, alone=5)
    hers = len(items(page))

    cookie = session_cookie(member("rose"), served.url)

    def another_meanwhile(route: Any) -> None:
        page.context.add_cookies([cookie])
        route.continue_()

    page.route("**/saisie/rencontres/", another_meanwhile, times=1)
    page.context.set_offline(False)
    show_outbox(page)
    press_send(page)
    page.wait_for_selector("text=Une autre personne est connectée")
    assert len(items(page)) == hers
    assert (Deposit.objects.count(), gained(before)) == (0, {})
    becomes(page, "odile", served.url)
    open_client(page, served.url)
    send_all(page)
    assert (Deposit.objects.count(), gained(before)) == (1, this_week(6))


# ------------------------------------------------------------------------------ two tabs


def test_two_tabs_that_send_at_once_send_each_thing_once(world, open_page, served):
    before, facts = met(), Facts.objects.count()
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, served.url)
    meet(page)
    page.context.set_offline(True)
    write(page, notes=3, alone=4)
    other = page.context.new_page()
    other.goto(f"{served.url}/saisie/")
    other.wait_for_selector(READY)
    for tab in (page, other):
        show_outbox(tab)
    page.context.set_offline(False)
    left = [*map(listen, (page, other))]
    for tab in (page, other):
        press_send(tab)
    for tab in (page, other):
        wait_for_state(tab, "Tout est envoyé")
    deposits = [one["id"] for said in left for _, body in said for one in body.get("deposits", ())]
    batches = [body["id"] for said in left for _, body in said if "slips" in body]
    assert sorted(set(deposits)) == sorted(deposits)
    assert sorted(set(batches)) == sorted(batches)
    assert (unsent(page), Deposit.objects.count(), Facts.objects.count()) == (0, 3, facts + 4)
    assert gained(before) == this_week(7)


# -------------------------------------------------------------------------------- server


def broken(route: Any) -> None:
    route.fulfill(status=500, body="<h1>Erreur</h1>", content_type="text/html")


def portal(route: Any) -> None:
    """The page of a hotel, in the place of ours."""
    route.fulfill(status=200, body="<h1>Bienvenue</h1>", content_type="text/html")


def cut(route: Any) -> None:
    """The server received it; its answer never came."""
    route.fetch()
    route.abort()


@pytest.mark.parametrize("harm", [broken, portal, cut], ids=lambda harm: harm.__name__)
@pytest.mark.parametrize("path", SENDINGS)
def test_whatever_the_server_answers_nothing_is_lost_nor_doubled(
    path, harm: Callable[[Any], None], world, open_page, served
):
    before, said = met(), Facts.objects.count()
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, served.url)
    meet(page)
    page.context.set_offline(True)
    write(page, notes=2, alone=3)
    page.route(f"**{path}", harm)
    page.context.set_offline(False)
    show_outbox(page)
    for _ in range(2):
        press_send(page)
        page.wait_for_selector("main .errors:visible")
        assert unsent(page) > 0
    page.unroute(f"**{path}")
    press_send(page)
    wait_for_state(page, "Tout est envoyé")
    assert unsent(page) == 0
    assert gained(before) == this_week(5)
    assert Deposit.objects.count() == 2
    assert Facts.objects.count() == said + 3


# ------------------------------------------------------------------------------- revoked


def test_who_was_revoked_hands_over_to_the_quarantine_and_reads_that_it_was(
    world, open_page, served
):
    before = met()
    odile = member("odile")
    page, _ = open_page("/saisie/", width=360, member=odile)
    open_client(page, served.url)
    meet(page)
    page.context.set_offline(True)
    write(page, notes=1, alone=1)
    odile.is_active = False
    odile.save(update_fields=["is_active"])
    page.context.set_offline(False)
    show_outbox(page)
    press_send(page)
    wait_for_state(page, "Votre session a pris fin")
    assert unsent(page) == 3
    show_outbox(page)
    page.click("text=Remettre à mon cercle")
    page.wait_for_selector("text=3 envois remis.")
    assert unsent(page) == 0
    kinds = sorted(Quarantined.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["batch", "deposit", "fact"]
    assert set(Quarantined.objects.values_list("sender", flat=True)) == {odile.pk}
    assert (Deposit.objects.count(), gained(before)) == (0, {})
