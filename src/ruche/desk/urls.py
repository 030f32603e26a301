"""Addresses of the home of members."""

from django.conf import settings
from django.urls import path

from ruche.desk import views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("courriels/", views.mails, name="mails"),
]

if settings.DEMO:
    urlpatterns.append(path("demonstration/", views.demo, name="demo"))
