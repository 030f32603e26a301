"""What was answered, question by question, in the words of the forms that asked.

A counter knows a measure, `sante.themes.dents`; a form knows its words. The newest version gives
them; an answer that has gone from it, and that was counted, keeps those of the last that had it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ruche.core.components import Column, Table
from ruche.core.typesetting import typographic
from ruche.encounters.definitions import Counted, Definition, Field, Option, shapes_of
from ruche.encounters.models import FormVersion
from ruche.engines import figures
from ruche.tallies.enums import Shape
from ruche.tallies.queries import Totals
from ruche.tallies.wording import NOT_SHOWN, Reading, reading, readings_of_a_whole

FIGURE_WIDTH = 416.0
"""As in the portraits: two stand side by side on a wide page, and each fills a phone."""


@dataclass(frozen=True)
class Question:
    """A question that is counted: its words, and those of its answers, measure by measure."""

    label: str
    answers: Mapping[str, str]
    many: bool
    is_theme: bool
    at_first: bool

    @property
    def title(self) -> str:
        return f"{self.label} (première rencontre)" if self.at_first else self.label


@dataclass(frozen=True)
class Answered:
    """A question and how its answers read."""

    key: str
    about: str
    question: Question
    readings: Mapping[str, Reading]

    @property
    def title(self) -> str:
        return self.question.title

    @property
    def caption(self) -> str:
        """« De quoi avons-nous parlé ? (Santé) »: two forms may ask alike on the same page."""
        return f"{self.title} ({self.about})"

    @property
    def is_empty(self) -> bool:
        """Nobody answered."""
        return all(one.high == 0 for one in self.readings.values())

    @property
    def is_hidden(self) -> bool:
        """Too few answered for the detail to be shown."""
        return all(one == NOT_SHOWN for one in self.readings.values())

    @property
    def table(self) -> Table:
        columns = [Column("Réponse"), Column("Rencontres", numeric=True)]
        rows = [(self.question.answers[one], found.text) for one, found in self.readings.items()]
        return Table(self.caption, columns, rows)

    @property
    def brief(self) -> list[tuple[str, list[str]]]:
        """« 7 », Dents; « moins de 5 », Vue, Douleur: without the answers that nobody gave."""
        found: dict[str, list[str]] = {}
        given = [(measure, one) for measure, one in self.readings.items() if one.high != 0]
        for measure, one in sorted(given, key=lambda pair: -(pair[1].value or 0)):
            found.setdefault(one.text, []).append(self.question.answers[measure])
        return list(found.items())

    @property
    def figure(self) -> figures.Figure | None:
        """The themes from the most to the least frequent; a masked one has no bar of its length."""
        drawn = any(one.value for one in self.readings.values())
        if not self.question.is_theme or not drawn or len(self.readings) < 2:
            return None
        return figures.ranked_bars(
            [
                figures.Reading(self.question.answers[measure], one.value, one.text)
                for measure, one in self.readings.items()
            ],
            key=self.key,
            title=self.caption,
            unit_label="Rencontres où cela a été dit",
            column_label="Réponse",
            width=FIGURE_WIDTH,
        )


@dataclass(frozen=True)
class FormAnswered:
    """A form, and what was answered to it."""

    title: str
    questions: Sequence[Answered]

    @property
    def is_empty(self) -> bool:
        return all(one.is_empty for one in self.questions)

    @property
    def themes(self) -> list[Answered]:
        return [one for one in self.questions if one.question.is_theme]

    @property
    def measures(self) -> list[Answered]:
        return [one for one in self.questions if not one.question.is_theme]


Versions = Mapping[str, Sequence[Definition]]
"""Key of a form → its versions, the newest first."""


def versions_of(keys: Collection[str] | None = None) -> Versions:
    """Every version of these forms, or of all, in one query."""
    rows = FormVersion.objects.select_related("form").order_by("form__key", "-number")
    if keys is not None:
        rows = rows.filter(form__key__in=keys)
    found: dict[str, list[Definition]] = {}
    for row in rows:
        found.setdefault(row.form.key, []).append(row.definition)
    return found


def title_of(versions: Sequence[Definition]) -> str:
    """The name of a form today."""
    return typographic(versions[0].title)


def forms_in(totals: Iterable[Totals]) -> set[str]:
    """The keys of the forms whose measures are in these totals."""
    return {measure.partition(".")[0] for one in totals for measure in one if "." in measure}


def answered(
    versions: Versions,
    totals: Totals,
    shape: Shape,
    *,
    exact: bool = False,
    key: str = "q",
    where: str = "",
) -> list[FormAnswered]:
    """What these totals say of each form, question by question. Forms that count nothing are out.

    `key` begins the identifiers of the drawings, and `where` is said in their titles: two on a page
    differ.
    """
    found = []
    for place, known in enumerate(versions.values()):
        form = title_of(known)
        about = f"{form}, {where}" if where else form
        questions = [
            Answered(f"{key}-{place}-{rank}", about, one, _readings(one, totals, exact=exact))
            for rank, one in enumerate(questions_of(known, shape, totals))
        ]
        if questions:
            found.append(FormAnswered(form, questions))
    return found


def _readings(question: Question, totals: Totals, *, exact: bool) -> dict[str, Reading]:
    values = {measure: totals.get(measure, 0) for measure in question.answers}
    if not question.many:
        return readings_of_a_whole(values, exact=exact)
    return {measure: reading(value, exact=exact) for measure, value in values.items()}


def questions_of(
    versions: Sequence[Definition], shape: Shape, counted: Collection[str]
) -> list[Question]:
    """The questions of a form that are counted in a shape, the newest version first.

    An answer that is sensitive today is not shown with those of a team or of a site, even when an
    older version counted it there.
    """
    questions: dict[str, Question] = {}
    seen: set[str] = set()
    for form in versions:
        for field in form.fields:
            known = {form.measure(field, option): option for option in field.options}
            words = {
                measure: _words(option, gone=form is not versions[0])
                for measure, option in known.items()
                if measure not in seen
                and (form is versions[0] or measure in counted)
                and shape in shapes_of(field, option)
            }
            seen |= set(known)
            if words:
                asked = questions.get(field.key) or _question(field)
                questions[field.key] = replace(asked, answers={**asked.answers, **words})
    return list(questions.values())


def _words(option: Option, *, gone: bool) -> str:
    label = typographic(option.label)
    return f"{label} (ancienne)" if gone else label


def _question(field: Field) -> Question:
    """A question, before its answers."""
    label = typographic(field.label)
    return Question(label, {}, field.many, field.counted is Counted.THEME, field.at_first)
