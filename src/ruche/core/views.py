"""The gallery: every component in every state, for those who build pages or check them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ruche.core import gallery as samples


def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "core/gallery.html", samples.everything())
