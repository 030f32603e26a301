"""Find the objects that a cell names: a site by its name and commune, a service by its own."""

from collections import defaultdict
from uuid import UUID

from ruche.accounts.models import Organisation
from ruche.core.spreadsheets import BadCell
from ruche.core.spreadsheets import plain as plain_words
from ruche.geography.names import plain
from ruche.places.imports.communes import WITH_DEPARTEMENT
from ruche.places.imports.suggesting import Suggestions
from ruche.places.models import ImportKey, Service, Site

MOST_TOLD = 5


class Sites:
    """The sites of the register, by name. Built once for a file."""

    def __init__(self, source: str = "reseau") -> None:
        self.by_name: dict[str, list[Site]] = defaultdict(list)
        self.by_pk: dict[UUID, Site] = {}
        for site in Site.objects.select_related("commune").order_by("commune__name", "name", "pk"):
            self.by_name[plain(site.name)].append(site)
            self.by_pk[site.pk] = site
        self.suggestions = Suggestions((site.name, str(site)) for site in self.by_pk.values())
        keys = ImportKey.objects.filter(source=source, kind="site")
        self.by_key = dict(keys.values_list("key", "target"))

    def find(self, name: str, commune: str = "") -> Site:
        """The site of that name, or « Nom (Commune) », or key; `BadCell` when none, or several."""
        if (target := self.by_key.get(name)) in self.by_pk:
            return self.by_pk[target]
        found = self._named(name, commune)
        if not found and (parts := _name_and_commune(name)):
            found = self._named(*parts)
        if len(found) == 1:
            return found[0]
        if not found:
            raise BadCell(self._unknown(name, commune))
        titles = ", ".join(f"« {site} »" for site in found[:MOST_TOLD])
        raise BadCell(f"« {name} » peut être {titles} : écrivez aussi la commune.")

    def _named(self, name: str, commune: str) -> list[Site]:
        sites = self.by_name.get(plain(name), [])
        if not commune:
            return sites
        bare = WITH_DEPARTEMENT.fullmatch(commune.strip())
        wanted = plain(bare["name"] if bare else commune)
        return [site for site in sites if wanted in _names_of_commune(site)]

    def _unknown(self, name: str, commune: str) -> str:
        asked = f"{name} ({commune})" if commune else name
        return (
            f"Aucun lieu ne s’appelle « {asked} »{self.suggestions.phrase(name)}. Vérifiez "
            "l’écriture, ou importez d’abord le lieu."
        )


def _name_and_commune(text: str) -> tuple[str, str] | None:
    """« Halle (Auch) » → « Halle », « Auch »."""
    name, opened, rest = text.rpartition("(")
    return (name.strip(), rest.rstrip(") ")) if opened and name.strip() else None


def _names_of_commune(site: Site) -> set[str]:
    return {plain(site.commune.title), plain(site.commune.name), site.commune.code.lower()}


class Services:
    """The services that are offered, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, list[Service]] = defaultdict(list)
        for one in Service.objects.select_related("organisation").order_by("name", "pk"):
            self.by_name[plain_words(one.name)].append(one)
        self.suggestions = Suggestions(
            (one.name, one.name) for known in self.by_name.values() for one in known
        )

    def find(self, name: str, *, organisation: Organisation | None = None) -> Service:
        """The service of that name, of one organisation when it is given."""
        found = self.by_name.get(plain_words(name), [])
        of_it = [one for one in found if organisation and one.organisation_id == organisation.pk]
        found = of_it or found
        if len(found) == 1:
            return found[0]
        if not found:
            raise BadCell(
                f"Aucun service ne s’appelle « {name} »{self.suggestions.phrase(name)}. Vérifiez "
                "l’écriture, ou importez d’abord le service."
            )
        owners = ", ".join(str(one.organisation) for one in found[:MOST_TOLD])
        raise BadCell(f"« {name} » est proposé par plusieurs organisations ({owners}).")
