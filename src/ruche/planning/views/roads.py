"""How long roads take: what is estimated, what was given, and where to say better."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from ruche.accounts.access import Request, members_only
from ruche.accounts.enums import Thing, Verb
from ruche.core.spreadsheets.limits import MOST_BYTES
from ruche.core.spreadsheets.writing import CSV_TYPE, as_csv
from ruche.core.typesetting import typographic
from ruche.engines.rounds.distances import Roads
from ruche.engines.rounds.journeys.table import COLUMNS
from ruche.engines.rounds.travel import Travel
from ruche.french.numbers import counted
from ruche.planning.access import check_reach
from ruche.planning.actions import roads as actions
from ruche.planning.forms.roads import RoadForm, RoadsFileForm
from ruche.planning.models import Road
from ruche.planning.models.roads import BY_HAND
from ruche.planning.refusals import Refused
from ruche.planning.roads import Place, estimated, names_of, places_of_the_rounds, travel_between
from ruche.planning.wording import duration
from ruche.seances.views.common import read_or_post

SHOWN = 8
"""Unknown names and doubtful roads that are told; the others are counted."""


@members_only(Verb.PLAN, Thing.PLANNING)
@read_or_post
def roads(request: Request) -> HttpResponse:
    """The roads of one place (`?de=`), and a form to say one better (`&vers=`)."""
    check_reach(request.member, Verb.PLAN)
    table = _Table()
    chosen = table.place(request.GET.get("de"))
    other = table.place(request.GET.get("vers"))
    form = RoadForm(request.POST or None, places=table.known, initial=table.as_said(chosen, other))
    if form.is_valid():
        said = form.roads(table.travel)
        try:
            actions.give_roads(said, by=request.member.actor)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "C’est noté : le prochain calcul en tient compte.")
            return redirect(_address(form.cleaned_data["origin"]))
    return _page(request, table, form, RoadsFileForm(), chosen)


def _address(key: str) -> str:
    return f"{reverse('planning:roads')}?{urlencode({'de': key})}"


def _page(
    request: Request,
    table: "_Table",
    form: RoadForm,
    file: RoadsFileForm,
    chosen: Place | None = None,
) -> HttpResponse:
    doubts = table.doubts()
    context = {
        "form": form,
        "file": file,
        "places": table.known,
        "place_options": [(place.key, place.name) for place in table.known],
        "nowhere": table.nowhere,
        "travel": table.travel,
        "estimate": table.estimate,
        "usual": Roads(),
        "chosen": chosen,
        "chosen_key": chosen.key if chosen else "",
        "lines": table.lines(chosen),
        "by_hand": BY_HAND,
        "sources": Road.objects.order_by().values("source").annotate(roads=Count("pk")),
        "doubts": doubts[:SHOWN],
        "more_doubts": max(0, len(doubts) - SHOWN),
    }
    status = 422 if form.errors or file.errors else 200
    return render(request, "planning/resources/roads.html", context, status=status)


@dataclass(frozen=True)
class Line:
    """The road from the place that is looked at to another one, and back."""

    place: Place
    minutes: int
    back: int
    kilometres: float
    estimate: int
    is_given: bool


class _Table:
    """The places of the rounds, and every road between those that are somewhere."""

    def __init__(self) -> None:
        places = places_of_the_rounds()
        self.known = [place for place in places if place.point is not None]
        self.nowhere = [place for place in places if place.point is None]
        self.travel: Travel = travel_between(self.known)
        self.estimate = estimated(self.known)
        self.rank = self.travel.index()

    def place(self, key: str | None) -> Place | None:
        return next((place for place in self.known if place.key == key), None)

    def as_said(self, origin: Place | None, target: Place | None) -> dict[str, object]:
        """What the form begins with: the road as it is known now."""
        said: dict[str, object] = {"both_ways": True}
        if origin is not None:
            said["origin"] = origin.key
        if origin is not None and target is not None and origin != target:
            here, there = self.rank[origin.key], self.rank[target.key]
            minutes = self.travel.minutes
            said |= {
                "target": target.key,
                "minutes": duration(minutes[here][there]),
                "both_ways": minutes[here][there] == minutes[there][here],
            }
        return said

    def lines(self, origin: Place | None) -> list[Line]:
        """From this place to all others, the nearest first."""
        if origin is None:
            return []
        given = Road.objects.filter(Q(origin=origin.key) | Q(target=origin.key))
        known = {end for road in given for end in (road.origin, road.target)}
        here = self.rank[origin.key]
        found = [
            Line(
                place,
                self.travel.minutes[here][there],
                self.travel.minutes[there][here],
                self.travel.metres[here][there] / 1000,
                self.estimate.minutes[here][there],
                place.key in known,
            )
            for place in self.known
            if (there := self.rank[place.key]) != here
        ]
        return sorted(found, key=lambda line: (line.minutes, line.place.name))

    def doubts(self) -> Sequence[str]:
        """Roads whose return is so different that someone should look again."""
        names = list(names_of(self.known))
        return replace(self.travel, places=tuple(names)).doubts()


# ------------------------------------------------------------------------- the whole table


@members_only(Verb.PLAN, Thing.PLANNING)
@require_safe
def roads_table(request: Request) -> HttpResponse:
    """Every road as it is known, in a file to correct and send back."""
    check_reach(request.member, Verb.PLAN)
    table = _Table()
    names = {key: name for name, key in names_of(table.known).items()}
    rows = [
        (names[one], names[other], str(table.travel.minutes[here][there]),
         str(table.travel.metres[here][there]))
        for here, one in enumerate(table.travel.places)
        for there, other in enumerate(table.travel.places)
        if here != there
    ]  # fmt: skip
    response = HttpResponse(as_csv(COLUMNS, rows), content_type=CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="trajets.csv"'
    return response


@members_only(Verb.PLAN, Thing.PLANNING)
@require_POST
def take_roads(request: Request) -> HttpResponse:
    """Keep what a file says of the roads, when it is not what is known."""
    check_reach(request.member, Verb.PLAN)
    table = _Table()
    file = RoadsFileForm(request.POST, request.FILES)
    if file.is_valid():
        sent = file.cleaned_data["file"]
        try:
            data = sent.read(MOST_BYTES + 1)
            taken = actions.take_file(data, sent.name, table.known, by=request.member.actor)
        except Refused as error:
            file.add_error("file", typographic(str(error)))
        else:
            (messages.warning if taken.unknown else messages.success)(request, _told(taken))
            return redirect("planning:roads")
    return _page(request, table, RoadForm(None, places=table.known), file)


def _told(taken: actions.Taken) -> str:
    """« 3 trajets repris du fichier, 1 637 inchangés. »"""
    text = (
        counted(taken.kept, "trajet repris", "trajets repris") if taken.kept else "Rien à reprendre"
    )
    text += f" du fichier, {counted(taken.same, 'inchangé', 'inchangés')}."
    if taken.unknown:
        named = ", ".join(f"« {name} »" for name in taken.unknown[:SHOWN])
        others = len(taken.unknown) - SHOWN
        more = f" et {counted(others, 'autre')}" if others > 0 else ""
        text += (
            f" Des lignes ont été laissées de côté, dont un lieu n’est pas dans les tournées : "
            f"{named}{more}."
        )
    return typographic(text)


@members_only(Verb.PLAN, Thing.PLANNING)
@require_POST
def forget_roads(request: Request) -> HttpResponse:
    """Back to the estimates: all that one source gave, or the roads between two places."""
    check_reach(request.member, Verb.PLAN)
    one, other = request.POST.get("de", ""), request.POST.get("vers", "")
    if one or other:
        chosen = Q(origin=one, target=other) | Q(origin=other, target=one)
    else:
        chosen = Q(source=request.POST.get("source", ""))
    gone = actions.forget_roads(Road.objects.filter(chosen), by=request.member.actor)
    if gone:
        said = counted(gone, "trajet revient", "trajets reviennent")
        messages.success(request, f"{said} à l’estimation.")
    else:
        messages.info(request, "Ce trajet était déjà estimé : rien n’a changé.")
    return redirect(_address(one) if one else "planning:roads")
