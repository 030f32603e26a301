"""Addresses of the portraits. A territory's address and the name of a download never change."""

from django.urls import path, re_path

from ruche.territories.views import compare, downloads, indicators, method, portraits, search

app_name = "territories"

ADDRESS = r"(?P<address>[0-9][0-9AaBb][0-9]{3}|[0-9]{9}|dep-[0-9ABab]{2,3}|reg-[0-9]{2}|france)"

urlpatterns = [
    path("", portraits.index, name="index"),
    path("territoires.json", downloads.territories_json, name="territories-json"),
    path("recherche/", search.search, name="search"),
    path("recherche/suggestions/", search.suggestions, name="suggestions"),
    path("comparer/", compare.compare, name="compare"),
    path("comparer.csv", compare.compare_csv, name="compare-csv"),
    path("comparer.json", compare.compare_json, name="compare-json"),
    path("indicateurs/", indicators.indicators, name="indicators"),
    path("indicateurs/<slug:name>/", indicators.indicator, name="indicator"),
    path("indicateurs/<slug:name>.csv", indicators.indicator_csv, name="indicator-csv"),
    path("indicateurs/<slug:name>.json", indicators.indicator_json, name="indicator-json"),
    path("indicateurs/<slug:name>.svg", indicators.indicator_svg, name="indicator-svg"),
    path("methode/", method.method, name="method"),
    path("methode/controles/", method.checks, name="checks"),
    path("editions/", method.editions, name="editions"),
    path("editions.json", downloads.editions_json, name="editions-json"),
    path("editions/<slug:name>/", method.edition, name="edition"),
    path("donnees/", downloads.data, name="data"),
    path("donnees/portraits.csv", downloads.all_csv, name="all-csv"),
    path("donnees/portraits.xlsx", downloads.all_xlsx, name="all-xlsx"),
    path("donnees/contours.geojson", downloads.contours, name="contours"),
    path("donnees/schema.json", downloads.schema, name="schema"),
    path("donnees/catalogue.json", downloads.catalogue_json, name="catalogue-json"),
    re_path(rf"^{ADDRESS}/$", portraits.portrait, name="portrait"),
    re_path(rf"^{ADDRESS}/place/$", portraits.place, name="place"),
    re_path(rf"^{ADDRESS}/comparables/$", portraits.peers, name="peers"),
    re_path(rf"^{ADDRESS}\.json$", downloads.portrait_json, name="portrait-json"),
    re_path(rf"^{ADDRESS}\.csv$", downloads.portrait_csv, name="portrait-csv"),
    re_path(rf"^{ADDRESS}\.xlsx$", downloads.portrait_xlsx, name="portrait-xlsx"),
    re_path(rf"^{ADDRESS}\.geojson$", downloads.portrait_geojson, name="portrait-geojson"),
    re_path(rf"^{ADDRESS}\.pdf$", downloads.portrait_pdf, name="portrait-pdf"),
    re_path(
        rf"^{ADDRESS}/(?P<drawing>[a-z0-9_-]+)\.svg$", downloads.portrait_svg, name="portrait-svg"
    ),
    path("<slug:address>/", portraits.unknown, name="unknown"),
]
