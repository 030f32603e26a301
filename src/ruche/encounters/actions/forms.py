"""Forms of encounter: shipped, made, given to teams. A version is never changed."""

from django.db import transaction

from ruche.accounts.models import Member
from ruche.encounters.definitions import BadDefinition, Definition
from ruche.encounters.models import Form, FormUse, FormVersion, MeasuringCircle
from ruche.encounters.shipped import shipped_forms
from ruche.journal.actions import record as journal
from ruche.seances.models import Team
from ruche.vault.models import Circle


@transaction.atomic
def save_form(definition: Definition, *, by: str) -> Form:
    """A new form, or the next version of one; nothing new when it says the same."""
    form, _ = Form.objects.select_for_update().get_or_create(key=definition.key)
    _refuse_without_circle(form, definition)
    last = form.versions.order_by("-number").first()
    data = definition.as_data()
    if last is not None and last.data == data:
        return form
    number = last.number + 1 if last else 1
    FormVersion.objects.create(form=form, number=number, data=data)
    journal("form_made", actor=by, kind="form", id=form.key, detail={"version": number})
    return form


def _refuse_without_circle(form: Form, definition: Definition) -> None:
    """A form begins to keep something: nobody must be using it without a circle to read it."""
    if not definition.keeps_something:
        return
    uses = form.uses.filter(circle=None).select_related("team").order_by("team__name", "pk")
    names = [f"« {use.team} »" if use.team else "les bénévoles de chaque lieu" for use in uses]
    if names:
        raise BadDefinition(
            "Ce formulaire garderait des rencontres, et il est confié sans cercle pour les lire "
            f"({', '.join(names)}). Reprenez-le, enregistrez, puis confiez-le de nouveau."
        )


@transaction.atomic
def set_form_active(form: Form, *, active: bool, by: str) -> None:
    """Offer a form, or no longer; what was counted with it stays."""
    if form.is_active != active:
        form.is_active = active
        form.save(update_fields=["is_active"])
        detail = {"active": "yes" if active else "no"}
        journal("form_made", actor=by, kind="form", id=form.key, detail=detail)


def install_shipped_forms(*, by: str) -> list[Form]:
    """The forms that missions ship, at their newest."""
    return [save_form(definition, by=by) for definition in shipped_forms().values()]


@transaction.atomic
def give_form(form: Form, team: Team | None, *, circle: Circle | None, by: str) -> FormUse:
    """A team uses a form and seals for a circle; without a team, the volunteers of every site.

    Refuses (`BadDefinition`) a form that keeps something about someone without a circle to read it.
    """
    definition = form.newest.definition
    if definition.keeps_something and team is None:
        raise BadDefinition("Les bénévoles comptent et ne gardent rien d’une personne.")
    if definition.keeps_something and circle is None:
        raise BadDefinition(
            "Ce formulaire garde des rencontres : choisissez le cercle qui les lira."
        )
    if not definition.keeps_something:
        circle = None
    use, _ = FormUse.objects.update_or_create(form=form, team=team, defaults={"circle": circle})
    detail = {
        "team": str(team.pk) if team else "volunteers",
        "circle": str(circle.pk) if circle else "",
    }
    journal("form_given", actor=by, kind="form", id=form.key, detail=detail)
    return use


@transaction.atomic
def take_form(use: FormUse, *, by: str) -> None:
    """A team no longer uses a form."""
    team = str(use.team_id) if use.team_id else "volunteers"
    journal("form_taken", actor=by, kind="form", id=use.form.key, detail={"team": team})
    use.delete()


@transaction.atomic
def choose_measuring_circle(circle: Circle | None, *, by: Member) -> None:
    """The circle that may cross what encounters said, or none."""
    MeasuringCircle.objects.all().delete()
    if circle is not None:
        MeasuringCircle.objects.create(circle=circle)
    id = str(circle.pk) if circle else "none"
    journal("measuring_circle_chosen", actor=by.actor, kind="circle", id=id)
