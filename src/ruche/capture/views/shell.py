"""The page of the client, its manifest, its service worker: the same for all, nobody's data."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from ruche.capture import assets
from ruche.encounters.payloads import CLIENT


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The page: empty until the phone fills it with what it keeps."""
    response = HttpResponse(_page())
    response["Cache-Control"] = "no-cache"
    response["Permissions-Policy"] = "camera=(self), microphone=(), payment=()"
    return response


def _page() -> str:
    context = {"client": CLIENT, "site_name": settings.SITE_NAME}
    return render_to_string("capture/shell.html", context)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes it installable."""
    icons = [
        {
            "src": static(f"ruche/capture/icon-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    address = reverse("capture:shell")
    response = JsonResponse(
        {
            "id": address,
            "name": "Ruche, rencontres",
            "short_name": "Ruche",
            "description": "Noter une rencontre, même sans réseau.",
            "lang": "fr",
            "start_url": address,
            "scope": "/",
            "display": "standalone",
            "background_color": "#fbfaf6",
            "theme_color": "#1f5b4b",
            "icons": icons,
        }
    )
    response["Content-Type"] = "application/manifest+json"
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root: it serves the client's own files, and nothing else."""
    context = {
        "version": assets.version(_page()),
        "shell": reverse("capture:shell"),
        "card": reverse("people:card"),
        "files": [reverse("capture:shell"), reverse("capture:manifest"), *assets.addresses()],
    }
    text = render_to_string("capture/service-worker.js", context)
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
