"""Addresses of what a month is made of: who can go, with what, what is owed to each site."""

from django.urls import URLPattern, path

from ruche.planning.views import absences, owed, resources, roads

urlpatterns: list[URLPattern] = [
    path("", resources.resources, name="resources"),
    path("roulements/nouveau/", resources.new_rota, name="new-rota"),
    path("roulements/<uuid:pk>/", resources.rota, name="rota"),
    path("roulements/<uuid:pk>/lieux/", owed.needs, name="needs"),
    path("equipiers/nouveau/", resources.new_worker, name="new-worker"),
    path("equipiers/<uuid:pk>/", resources.worker, name="worker"),
    path("equipiers/<uuid:pk>/agenda/", absences.import_absences, name="import-absences"),
    path("vehicules/nouveau/", resources.new_vehicle, name="new-vehicle"),
    path("vehicules/<uuid:pk>/", resources.vehicle, name="vehicle"),
    path("vehicules/<uuid:pk>/immobilisations/", resources.add_outage, name="add-outage"),
    path("immobilisations/<int:pk>/retirer/", resources.remove_outage, name="remove-outage"),
    path("trajets/", roads.roads, name="roads"),
    path("trajets/table.csv", roads.roads_table, name="roads-table"),
    path("trajets/table/", roads.take_roads, name="take-roads"),
    path("trajets/oublier/", roads.forget_roads, name="forget-roads"),
    path("temps-reserves/nouveau/", owed.new_block, name="new-block"),
    path("temps-reserves/<uuid:pk>/", owed.block, name="block"),
    path("temps-reserves/<uuid:pk>/retirer/", owed.remove_block, name="remove-block"),
    path("partenaires/nouveau/", owed.new_offer, name="new-offer"),
    path("partenaires/<uuid:pk>/", owed.offer, name="offer"),
]
