"""Every address of the product, with an example that must answer.

A new address is added here with its examples, or `test_consistency.py` fails: in `PUBLIC_URLS` when
anybody may open it, in `MEMBER_URLS` when one must be a member of the network.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from ruche.accounts.models import Organisation
from ruche.languages import CODES, Language, language
from ruche.places.models import Site
from ruche.seances.queries import announced
from tests.core.member_urls import MEMBER_ADDRESSES
from tests.world import (
    AUCH,
    BAS_ARMAGNAC,
    ELSEWHERE,
    FRANCE,
    GERS,
    LOMAGNE_STRADDLER,
    MERGED_COMMUNE,
    OCCITANIE,
    PARIS,
    SAVE_STRADDLER,
    SHIPPED,
)


@dataclass(frozen=True)
class Example:
    """One way of calling an address: arguments, what follows `?`, the status expected.

    An argument may be a function, asked when the database is there.
    """

    kwargs: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    status: int = 200
    page: bool = True
    """False for a file or a fragment: only its status and headers are looked at."""

    @property
    def language(self) -> str:
        """The language in which the page is written."""
        return self.kwargs["language"].code if "language" in self.kwargs else "fr"

    @property
    def label(self) -> str:
        """The name of the example in the list of tests, the same in every process."""
        return "&".join([*map(_said, self.kwargs.values()), self.query]).strip("&") or "-"

    def path(self, url_name: str) -> str:
        kwargs = {
            name: given() if callable(given) else given for name, given in self.kwargs.items()
        }
        address = reverse(url_name, kwargs=kwargs)
        return f"{address}?{self.query}" if self.query else address


def _said(value: Any) -> str:
    if isinstance(value, Language):
        return value.code
    return value.__name__ if callable(value) else str(value)


def at(address: str, query: str = "", **more: Any) -> Example:
    """An address of a territory."""
    return Example({"address": address}, query, **more)


def file_at(address: str) -> Example:
    return at(address, page=False)


def of(name: str, query: str = "", **more: Any) -> Example:
    """An address of an indicator or of an edition."""
    return Example({"name": name}, query, **more)


def said(code: str, query: str = "", **more: Any) -> Example:
    """A page "Où et quand" in a language."""
    return Example({"language": language(code)}, query, **more)


def a_site() -> UUID:
    return Site.objects.open().order_by("pk").first().pk


def a_date() -> str:
    site = Site.objects.get(pk=a_site())
    return next(iter(announced([site], timezone.localdate(), 60)[site.pk])).uid


def an_organisation() -> UUID:
    return Organisation.objects.order_by("pk").first().pk


def a_place(code: str, **more: Any) -> Example:
    """The page of a site of the demo world, in a language."""
    return Example({"language": language(code), "pk": a_site}, **more)


NOWHERE = {"language": language("fr"), "pk": UUID(int=0)}

A_FILE = [Example(page=False)]
TWO = f"t={BAS_ARMAGNAC}&t={GERS}"
FOUR = f"t={BAS_ARMAGNAC}&t={AUCH}&t={OCCITANIE}&t={FRANCE}"

API_URLS: dict[str, list[Example]] = {
    f"api:v1:{name}": examples
    for name, examples in {
        "index": A_FILE,
        "api-root": A_FILE,
        "openapi-json": A_FILE,
        "sites": [Example(query="need=food&limit=2"), Example(query="limite=2", status=422)],
        "site": [Example({"site_id": UUID(int=0)}, status=404)],
        "sites-geojson": A_FILE,
        "sites-csv": A_FILE,
        "services": [Example(), Example(query="near=partout", status=422)],
        "service": [Example({"service_id": UUID(int=0)}, status=404)],
        "services-csv": A_FILE,
        "openings": [Example(query="days=7"), Example(query="days=93", status=422)],
        "openings-csv": [Example(query="days=7")],
        "seances": A_FILE,
        "seances-csv": A_FILE,
        "portraits": [Example(query="level=EPCI")],
        "portrait": [at(BAS_ARMAGNAC), at(PARIS, status=404)],
        "schema": [of("sites"), of("inconnu", status=422)],
        "structures": A_FILE,
        "structure-services": A_FILE,
        "unknown": [Example({"rest": "n-importe"}, status=404)],
    }.items()
}
"""Open data, which the pages of other sites may read: `tests/api` asks for these examples."""

PUBLIC_URLS: dict[str, list[Example]] = {
    "core:gallery": [Example(), Example(query="tri=-habitants&page=2")],
    "public:home": [Example()],
    "public:accessibility": [Example()],
    "public:legal": [Example()],
    "public:entrance": [Example(status=302, page=False)],
    "public:embed": [Example(), Example(query="commune=Mirande&besoin=health&langue=ar")],
    "public:where": [
        *(said(code) for code in CODES),
        said("fr", "commune=Mirande&besoin=health&jours=7"),
        said("fr", "commune=Saint"),
        said("ar", "commune=nulle+part"),
        said("en", "position=43.5,0.4&page=2"),
        said("fr", "position=ici"),
        said("fr", "code=75056&page=999"),
    ],
    "public:calendar": [said("fr", page=False), said("ar", "besoin=health", page=False)],
    "public:place": [a_place("fr"), a_place("ar"), Example(NOWHERE, status=404)],
    "public:leaflet": [
        said("fr", "commune=Mirande&besoin=food", page=False),
        said("ar", page=False),
        said("uk", "code=32256&besoin=inconnu", page=False),
    ],
    "public:poster": [
        a_place("fr", page=False),
        a_place("ar", query="mois=2026-13&format=a3", page=False),
        Example(NOWHERE, status=404, page=False),
    ],
    "public:site-calendar": [a_place("uk", page=False), Example(NOWHERE, status=404, page=False)],
    "public:report": [a_place("fr"), a_place("ar", query="merci"), Example(NOWHERE, status=404)],
    "public:date": [
        Example({"language": language("fr"), "pk": a_site, "uid": a_date}, page=False),
        Example({**NOWHERE, "uid": "x"}, status=404, page=False),
    ],
    "public:organisation-calendar": [
        Example({"language": language("pt"), "pk": an_organisation}, page=False),
        Example(NOWHERE, status=404, page=False),
    ],
    "public:widget": [said("fr", "commune=Auch", page=False), said("ar", page=False)],
    "public:map": [said("fr"), said("ar", "code=32256")],
    "seances:diary": [Example({"token": "inconnu"}, status=404, page=False)],
    "territories:index": [
        Example(),
        Example(query="indicateur=pop_75p"),
        Example(query="indicateur=inconnu"),
    ],
    "territories:search": [
        Example(),
        Example(query="q=isle"),
        Example(query="q=xyzzy"),
        Example(query="q=mirande", status=302, page=False),
    ],
    "territories:suggestions": [
        Example(query="q=auc", page=False),
        Example(query="q=xyzzy", page=False),
        Example(page=False),
    ],
    "territories:compare": [
        Example(),
        Example(query=f"t={BAS_ARMAGNAC}&q=isle"),
        Example(query=TWO),
        Example(query=FOUR),
        Example(query=f"t={PARIS}&t=nulle-part"),
    ],
    "territories:compare-csv": [Example(query=TWO, page=False), Example(page=False)],
    "territories:compare-json": [Example(query=TWO, page=False), Example(page=False)],
    "territories:indicators": [Example()],
    "territories:indicator": [
        of("rev_pauvrete"),
        of("rev_pauvrete", "echelle=communes"),
        of("chom_rp", "echelle=epci&page=2"),
        of("log_surocc", "echelle=departements"),
        of("pop_total", "echelle=regions"),
        of("fam_mono", "echelle=inconnue"),
        of("soc_rsa"),
        of("inconnu", status=404),
    ],
    "territories:indicator-csv": [
        of("rev_pauvrete", page=False),
        of("rev_pauvrete", "echelle=inconnue", status=404),
    ],
    "territories:indicator-json": [of("rev_pauvrete", "echelle=communes", page=False)],
    "territories:indicator-svg": [
        of("rev_pauvrete", page=False),
        of("soc_rsa", status=404),
    ],
    "territories:method": [Example()],
    "territories:checks": [Example()],
    "territories:editions": [Example()],
    "territories:edition": [of(SHIPPED), of("1999-1", status=404)],
    "territories:data": [Example()],
    "territories:territories-json": A_FILE,
    "territories:editions-json": A_FILE,
    "territories:all-csv": A_FILE,
    "territories:all-xlsx": A_FILE,
    "territories:contours": A_FILE,
    "territories:schema": A_FILE,
    "territories:catalogue-json": A_FILE,
    "territories:portrait": [
        at(BAS_ARMAGNAC),
        at(BAS_ARMAGNAC, "reference=peers"),
        at(LOMAGNE_STRADDLER),
        at(SAVE_STRADDLER),
        at(ELSEWHERE),
        at(GERS),
        at(OCCITANIE),
        at(FRANCE),
        at(AUCH),
        at(MERGED_COMMUNE),
        at(PARIS, status=404),
        at("999999999", status=404),
    ],
    "territories:place": [at(BAS_ARMAGNAC), at(AUCH), at(FRANCE), at(PARIS, status=404)],
    "territories:peers": [at(BAS_ARMAGNAC), at(ELSEWHERE), at(GERS, status=404)],
    "territories:portrait-json": [file_at(BAS_ARMAGNAC), at(PARIS, status=404)],
    "territories:portrait-csv": [file_at(BAS_ARMAGNAC), at(PARIS, status=404)],
    "territories:portrait-xlsx": [file_at(BAS_ARMAGNAC), at(PARIS, status=404)],
    "territories:portrait-geojson": [file_at(BAS_ARMAGNAC), file_at(FRANCE)],
    "territories:portrait-pdf": [file_at(BAS_ARMAGNAC), at(AUCH, status=404)],
    "territories:portrait-svg": [
        Example({"address": BAS_ARMAGNAC, "drawing": drawing}, page=False)
        for drawing in ("ages", "serie-log_vac", "position-rev_pauvrete")
    ]
    + [Example({"address": BAS_ARMAGNAC, "drawing": "inconnu"}, status=404)],
    "territories:unknown": [at("nulle-part", status=404)],
    "account_login": [Example(), Example(query="next=/accueil/")],
    "account_logout": [Example(status=302, page=False)],
    "account_inactive": [Example()],
    "account_reset_password": [Example()],
    "account_reset_password_done": [Example()],
    "account_reset_password_from_key": [Example({"uidb36": "zz", "key": "inconnue"})],
    "account_reset_password_from_key_done": [Example()],
    "mfa_login_webauthn": [Example(status=302, page=False)],
    "mfa_authenticate": [Example(status=302, page=False)],
    "accounts:join": [Example({"token": "inconnu"}, status=404)],
    "seances:reply": [Example({"token": "inconnu"}, status=404)],
    "seances:count-by-link": [Example({"token": "inconnu"}, status=404)],
    "desk:demo": [Example()],
    "people:card": [Example()],
    "people:open-card": [Example(status=405, page=False)],
    "people:say": [Example(status=405, page=False)],
    "people:withdraw": [Example(status=405, page=False)],
    "capture:shell": [Example()],
    "capture:manifest": [Example(page=False)],
    "capture:worker": [Example(page=False)],
    "capture:quarantine": [Example(status=405, page=False)],
    "api:home": [Example()],
    **{name: [] for name in API_URLS},
}

MEMBER_URLS = set(MEMBER_ADDRESSES)
"""Their examples, and whom they open to: `member_urls.py`."""


def public_examples(*, pages_only: bool = False) -> list[tuple[str, Example]]:
    """(URL name, example) for each public address; only those that answer with a page if asked."""
    return [
        (name, example)
        for name, examples in PUBLIC_URLS.items()
        for example in examples
        if not pages_only or (example.page and example.status == 200)
    ]
