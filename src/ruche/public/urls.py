"""Addresses of the public site."""

from django.urls import path

from ruche.public import views

app_name = "public"

urlpatterns = [
    path("", views.home, name="home"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal, name="legal"),
]
