"""Addresses of the planning: what it is made of, months, computations."""

from datetime import date

from django.urls import include, path, register_converter

from ruche.planning.urls_resources import urlpatterns as resources
from ruche.planning.views import months, publishing, runs, visits


class MonthConverter:
    """« 2027-01 » in an address is the first day of that month."""

    regex = r"20[0-9]{2}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else f"{value:%Y-%m}"


register_converter(MonthConverter, "month")

app_name = "planning"

urlpatterns = [
    path("", months.home, name="home"),
    path("commencer/", months.begin, name="begin"),
    path("moyens/", include(resources)),
    path("calculs/<uuid:pk>/", runs.run, name="run"),
    path("calculs/<uuid:pk>/arreter/", runs.stop, name="stop"),
    path("publications/<uuid:pk>/", publishing.publication, name="publication"),
    path("<month:first>/", months.month, name="month"),
    path("<month:first>/proposer/", months.propose, name="propose"),
    path("<month:first>/annuler/", months.undo, name="undo"),
    path("<month:first>/montrer/", months.show, name="show"),
    path("<month:first>/versions/<int:number>/", months.compare, name="compare"),
    path("<month:first>/versions/<int:number>/prendre/", months.adopt, name="adopt"),
    path("<month:first>/visite/", visits.visit, name="visit"),
    path("<month:first>/ajouter/", visits.add, name="add"),
    path("<month:first>/garder/", visits.impose, name="impose"),
    path("<month:first>/liberer/<int:pk>/", visits.set_free, name="set-free"),
    path("<month:first>/absence/", runs.away, name="away"),
    path("<month:first>/et-si/<int:number>/", runs.what_if, name="what-if"),
    path("<month:first>/publier/", publishing.publishing, name="publish"),
    path("<month:first>/partenaires/", publishing.partner_dates, name="partner-dates"),
]
