"""The address of the gallery of components."""

from django.urls import path

from ruche.core import views

app_name = "core"

urlpatterns = [path("", views.gallery, name="gallery")]
