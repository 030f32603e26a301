"""The product, with the pages of the journal open to anybody: rights are tested elsewhere."""

from django.urls import include, path

from ruche.journal import views
from ruche.urls import urlpatterns as product

pages = [
    path("", views.index, name="index"),
    path("verifier/", views.verify, name="verify"),
    path("journal.csv", views.export, name="export"),
]

urlpatterns = [path("journal/", include((pages, "journal"))), *product]
