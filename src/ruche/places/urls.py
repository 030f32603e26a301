"""Addresses of places."""

from datetime import date

from django.urls import path, register_converter

from ruche.places.imports import views as imports
from ruche.places.views import openings, photos, reports, services, sites, team


class DayConverter:
    """A day in an address: 2026-12-01."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "places_day")

app_name = "places"

urlpatterns = [
    path("", sites.sites, name="sites"),
    path("communes/", sites.communes, name="communes"),
    path("nouveau/", sites.new_site, name="new-site"),
    path("<uuid:pk>/", sites.site, name="site"),
    path("<uuid:pk>/modifier/", sites.edit_site, name="edit-site"),
    path("<uuid:pk>/fermer/", sites.close_site, name="close-site"),
    path("<uuid:pk>/rouvrir/", sites.reopen_site, name="reopen-site"),
    path("<uuid:pk>/presences/", team.presences, name="presences"),
    path(
        "<uuid:pk>/presences/<int:presence>/retirer/", team.remove_presence, name="remove-presence"
    ),
    path("<uuid:pk>/benevoles/", team.assignments, name="assignments"),
    path(
        "<uuid:pk>/benevoles/<int:assignment>/retirer/",
        team.remove_assignment,
        name="remove-assignment",
    ),
    path("<uuid:pk>/services/", team.offers, name="offers"),
    path("<uuid:pk>/services/<uuid:service>/retirer/", team.withdraw, name="withdraw"),
    path("<uuid:pk>/horaires/nouveau/", openings.new_opening, name="new-opening"),
    path("<uuid:pk>/photos/", photos.add_photo, name="add-photo"),
    path("horaires/<uuid:pk>/", openings.edit_opening, name="edit-opening"),
    path("horaires/<uuid:pk>/fin/", openings.end_opening, name="end-opening"),
    path(
        "horaires/<uuid:pk>/jours/<places_day:day>/",
        openings.change_occurrence,
        name="change-occurrence",
    ),
    path(
        "horaires/<uuid:pk>/jours/<places_day:day>/retablir/",
        openings.restore_occurrence,
        name="restore-occurrence",
    ),
    path("photos/<uuid:pk>/", photos.photo, name="photo"),
    path("photos/<uuid:pk>/retirer/", photos.remove_photo, name="remove-photo"),
    path("signalements/", reports.reports, name="reports"),
    path("signalements/<uuid:pk>/traiter/", reports.settle, name="settle-report"),
    path("services/", services.services, name="services"),
    path("services/nouveau/", services.new_service, name="new-service"),
    path("services/<uuid:pk>/", services.service, name="service"),
    path("imports/", imports.imports, name="imports"),
    path("imports/nouveau/", imports.new_import, name="new-import"),
    path("imports/modeles/<slug:key>.<slug:extension>", imports.import_model, name="import-model"),
    path("imports/<uuid:pk>/", imports.show_import, name="import"),
    path("imports/<uuid:pk>/colonnes/", imports.choose_columns, name="import-columns"),
    path("imports/<uuid:pk>/verifier/", imports.decide, name="import-decide"),
    path("imports/<uuid:pk>/enregistrer/", imports.apply_import, name="import-apply"),
    path("imports/<uuid:pk>/annuler/", imports.undo_import, name="import-undo"),
    path("imports/<uuid:pk>/oublier/", imports.drop_import, name="import-drop"),
    path("imports/<uuid:pk>/reprendre/", imports.resume_import, name="import-resume"),
    path(
        "imports/<uuid:pk>/a-corriger.<slug:extension>",
        imports.lines_to_mend,
        name="import-to-mend",
    ),
]
