"""How an address of the vault answers: JSON, or a French sentence when it refuses."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.engines.vault.forms import Unreadable
from ruche.vault.errors import Refused
from ruche.vault.payloads import AnyPayload

NOT_YOURS = "Vous n’y avez pas accès, ou plus. Demandez à une personne du cercle."
GONE = "Cela n’existe pas, ou plus : rechargez la page."

Answer = dict[str, Any] | HttpResponse
Act = Callable[..., Answer]


def posted(
    payload: type[AnyPayload], thing: Thing = Thing.VAULT, verb: Verb = Verb.SEE
) -> Callable[[Act], Callable[..., HttpResponseBase]]:
    """A view that receives `payload` as JSON, for members whose policy allows it.

    It returns what to answer. What it refuses is told in French with its own HTTP code.
    """

    def decorate(act: Act) -> Callable[..., HttpResponseBase]:
        @never_cache
        @members_only(verb, thing)
        @require_POST
        @wraps(act)
        def view(request: Request) -> HttpResponse:
            try:
                answer = act(request, payload.posted(request))
            except Refused as error:
                return JsonResponse({"message": str(error)}, status=error.status)
            except Unreadable as error:
                return JsonResponse({"message": str(error)}, status=400)
            except PermissionDenied:
                return JsonResponse({"message": NOT_YOURS}, status=403)
            except Http404:
                return JsonResponse({"message": GONE}, status=404)
            return JsonResponse(answer) if isinstance(answer, dict) else answer

        return view

    return decorate
