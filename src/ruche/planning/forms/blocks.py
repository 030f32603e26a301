"""Time that is not a visit: what, for whom, and one to three moments."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Q
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.utils import timezone

from ruche.core.typesetting import typographic
from ruche.engines.rounds.limits import DAY, clock
from ruche.planning.forms.fields import ClockField, DurationField
from ruche.planning.models import Block, Worker
from ruche.seances.forms import DayInput

MOST_MOMENTS = 3
RANKS = ("Premier moment", "Deuxième moment", "Troisième moment")
Moment = tuple[date, int, int]


class BlockForm(forms.ModelForm):  # type: ignore[type-arg]  # not at run time
    """A training day has one moment; a meeting to place has several, and one is chosen."""

    stay_min = DurationField(
        label="Durée",
        least=10,
        most=DAY,
        alone=1,
        help_text=typographic("« 2 h », « 1 h 30 » ou « 90 min »."),
    )

    class Meta:
        model = Block
        fields = ("name", "workers", "stay_min", "together")
        widgets = {"workers": forms.CheckboxSelectMultiple}
        labels = {"name": "Quoi"}
        error_messages = {"workers": {"required": "Choisissez au moins une personne."}}

    def __init__(self, data: Any = None, *, instance: Block) -> None:
        super().__init__(data, instance=instance)
        self.kept: list[Moment] = [
            (date.fromisoformat(day), start, end) for day, start, end in instance.options
        ]
        held = [] if instance._state.adding else [each.pk for each in instance.workers.all()]
        who = self.fields["workers"]
        assert isinstance(who, forms.ModelMultipleChoiceField)
        who.queryset = (
            Worker.objects.filter(Q(is_active=True, rota__is_active=True) | Q(pk__in=held))
            .select_related("rota")
            .order_by("rota__name", "rota", "name", "pk")
        )
        for rank in range(MOST_MOMENTS):
            self._add_moment(rank)

    def _add_moment(self, rank: int) -> None:
        kept = self.kept[rank] if rank < len(self.kept) else (None, None, None)
        title = RANKS[rank].lower()
        needed = rank == 0
        self.fields |= {
            f"day_{rank}": forms.DateField(
                label="Jour", required=needed, initial=kept[0], widget=DayInput()
            ),
            f"start_{rank}": ClockField(label="De", required=needed, initial=kept[1]),
            f"end_{rank}": ClockField(label="À", required=needed, initial=kept[2], is_end=True),
        }
        for name in ("day", "start", "end"):
            field = self.fields[f"{name}_{rank}"]
            field.error_messages["required"] = f"Dites le {title} : un jour, de quand à quand."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.moments = [
            moment for rank in range(MOST_MOMENTS) if (moment := self._moment(rank)) is not None
        ]
        self.instance.options = [
            [day.isoformat(), start, end] for day, start, end in sorted(set(self.moments))
        ]
        return cleaned

    def _moment(self, rank: int) -> Moment | None:
        """A moment that is whole and long enough; an error, or nothing, otherwise."""
        names = [f"{name}_{rank}" for name in ("day", "start", "end")]
        if any(name in self.errors for name in names):
            return None
        said = [self.cleaned_data.get(name) for name in names]
        if all(value is None for value in said):
            return None
        for name, value in zip(names, said, strict=True):
            if value is None:
                self.add_error(name, "Un moment a un jour, une heure de début et une heure de fin.")
                return None
        day, start, end = said
        assert isinstance(day, date)
        assert isinstance(start, int)
        assert isinstance(end, int)
        self._check(rank, (day, start, end))
        return day, start, end

    def _check(self, rank: int, moment: Moment) -> None:
        day, start, end = moment
        stay = self.cleaned_data.get("stay_min")
        if day < timezone.localdate() and day not in {kept[0] for kept in self.kept}:
            self.add_error(f"day_{rank}", "Ce jour est passé : choisissez un jour à venir.")
        if end <= start:
            self.add_error(f"end_{rank}", "Un moment finit après avoir commencé.")
        elif stay is not None and end - start < stay:
            self.add_error(
                f"end_{rank}",
                f"Ce moment dure {clock(end - start)}, moins que les {clock(stay)} demandées.",
            )

    def slots(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Each moment: its title, and its three fields."""
        for rank, title in enumerate(RANKS):
            yield title, [self[f"{name}_{rank}"] for name in ("day", "start", "end")]

    def rotas(self) -> Iterator[tuple[str, list[BoundWidget]]]:
        """The boxes of the workers, by rota."""
        boxes = groupby(self["workers"], key=lambda box: box.data["value"].instance.rota.name)
        for name, those in boxes:
            yield name, list(those)
