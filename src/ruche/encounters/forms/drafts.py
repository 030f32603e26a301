"""The questions of a form as they were typed, blank lines among them.

Buttons add, move and remove, and keep every word. Only saving makes a form of a draft, and
`Definition.of` then refuses what cannot be.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from unicodedata import normalize

from django.http import QueryDict
from django.utils.text import slugify

from ruche.encounters.definitions import (
    MOST_FIELDS,
    MOST_OPTIONS,
    BadDefinition,
    Counted,
    Definition,
    Field,
)
from ruche.encounters.forms.words import SHARED, WAYS, Kind

LONGEST_KEY, LONGEST_WHY = 30, 200
FIRST_ANSWERS, MORE_ANSWERS = 4, 10
"""Blank lines of a new question, and those that « + réponses » brings."""


@dataclass
class Answer:
    """One line of answers. Without words, it is not one."""

    key: str = ""
    label: str = ""
    icon: str = ""
    sensitive: bool = False
    given: bool = False
    """Pressed beforehand."""
    place: str = ""
    """`2.7`: the eighth line of the third question, as buttons name it."""

    @property
    def id(self) -> str:
        question, _, line = self.place.partition(".")
        return f"q-{question}-a-{line}"

    @classmethod
    def posted(cls, said: Mapping[str, str]) -> Self:
        return cls(
            key=said.get("key", ""),
            label=cleaned(said.get("label", "")),
            icon=said.get("icon", ""),
            sensitive="sensitive" in said,
            given="given" in said,
        )

    def as_option(self, key: str) -> dict[str, Any]:
        return {"key": key, "label": self.label, "icon": self.icon, "sensitive": self.sensitive}


@dataclass
class Question:
    """One question, as typed."""

    key: str = ""
    label: str = ""
    why: str = ""
    kind: str = Kind.ONE
    counted: str = Counted.THEME
    at_first: bool = False
    answers: list[Answer] = field(default_factory=list)
    place: str = ""

    @property
    def id(self) -> str:
        return f"q-{self.place}"

    @classmethod
    def posted(cls, said: Mapping[str, str], answers: Iterable[Mapping[str, str]]) -> Self:
        return cls(
            key=said.get("key", ""),
            label=cleaned(said.get("label", "")),
            why=cleaned(said.get("why", "")),
            kind=said.get("kind", Kind.ONE),
            counted=said.get("counted", Counted.THEME),
            at_first="first" in said,
            answers=[Answer.posted(one) for one in answers],
        )

    @classmethod
    def of(cls, asked: Field) -> Self:
        """From a question that exists. Answers that every form shares are not written again."""
        found = cls(asked.key, asked.label, asked.why, at_first=asked.at_first)
        if asked.counted in SHARED:
            found.kind = str(asked.counted)
            return found
        found.kind, found.counted = Kind.MANY if asked.many else Kind.ONE, asked.counted
        found.answers = [
            Answer(one.key, one.label, one.icon, one.sensitive, one.key == asked.default)
            for one in asked.options
        ]
        return found

    @property
    def is_shared(self) -> bool:
        return self.kind in SHARED

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.label or SHARED.get(self.kind, "question sans titre")

    @property
    def written(self) -> list[Answer]:
        return [one for one in self.answers if one.label]

    @property
    def is_blank(self) -> bool:
        """Added, then left."""
        return not (self.label or self.why or self.written or self.is_shared)

    @property
    def may_have_more(self) -> bool:
        return len(self.answers) < MOST_OPTIONS

    def add_lines(self, number: int) -> None:
        room = max(MOST_OPTIONS - len(self.answers), 0)
        self.answers += [Answer() for _ in range(min(number, room))]

    def as_field(self, key: str, known: Collection[str]) -> dict[str, Any]:
        """What `Definition.of` reads. `known`: the keys of the answers that this question had."""
        self._refuse()
        asked: dict[str, Any] = {
            "key": key,
            "label": self.name,
            "why": self.why,
            "at_first": self.at_first,
        }
        if self.is_shared:
            return {**asked, "counted": self.kind, "options": []}
        lines = [(one.key, one.label) for one in self.written]
        keys = _keys(lines, known, otherwise="reponse")
        options = [one.as_option(key) for key, one in zip(keys, self.written, strict=True)]
        given = [key for key, one in zip(keys, self.written, strict=True) if one.given]
        return {
            **asked,
            "many": self.kind == Kind.MANY,
            "counted": self.counted,
            "default": given[0] if given else "",
            "options": options,
        }

    def _refuse(self) -> None:
        name = f"« {self.name} »"
        if not self.label and not self.is_shared:
            raise BadDefinition("Une question n’a pas de titre : écrivez-le, ou retirez-la.")
        if self.kind not in Kind.values or self.counted not in WAYS:
            raise BadDefinition(f"{name} : on ne peut pas compter de cette façon.")
        if len(self.why) > LONGEST_WHY:
            raise BadDefinition(f"{name} : dites pourquoi en {LONGEST_WHY} signes au plus.")
        if sum(one.given for one in self.written) > 1:
            raise BadDefinition(f"{name} : une seule réponse peut être donnée d’avance.")


@dataclass(frozen=True)
class Touched:
    """What a button did: where the page takes up again, and what a screen reader says."""

    focus: str = ""
    said: str = ""


TYPED = re.compile(r"q-([0-9]{1,3})-(?:a-([0-9]{1,3})-)?([a-z]{1,10})")
"""`q-2-label`, `q-2-a-7-icon`."""

PLACE = re.compile(r"([0-9]{0,3})(?:\.([0-9]{1,3}))?")

Known = Mapping[str, Collection[str]]
"""Keys of the questions that a form has had → keys of their answers."""


@dataclass
class Draft:
    """The questions of the page, in their order."""

    questions: list[Question] = field(default_factory=list)

    @classmethod
    def posted(cls, data: QueryDict) -> Self:
        """What was typed, whatever it is; numbers of lines only give their order."""
        asked: dict[int, dict[str, str]] = defaultdict(dict)
        lines: dict[int, dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        for name in data:
            if found := TYPED.fullmatch(name):
                question, line, what = found.groups()
                into = lines[int(question)][int(line)] if line else asked[int(question)]
                into[what] = str(data[name])
        return cls(
            [
                Question.posted(
                    asked[number], [lines[number][line] for line in sorted(lines[number])]
                )
                for number in sorted({*asked, *lines})
            ]
        )

    @classmethod
    def of(cls, form: Definition) -> Self:
        return cls([Question.of(one) for one in form.fields])

    @property
    def may_have_more(self) -> bool:
        return len(self.questions) < MOST_FIELDS

    def as_fields(self, known: Known) -> list[dict[str, Any]]:
        """What `Definition.of` reads. A key that exists is kept, another comes from the words."""
        asked = [one for one in self.questions if not one.is_blank]
        keys = _keys([(one.key, one.name) for one in asked], known, otherwise="question")
        return [one.as_field(key, known.get(key, ())) for key, one in zip(keys, asked, strict=True)]

    def numbered(self) -> list[Question]:
        """The questions, each of them and each line knowing its place: the page names them so."""
        for number, question in enumerate(self.questions):
            question.place = str(number)
            for line, answer in enumerate(question.answers):
                answer.place = f"{number}.{line}"
        return self.questions

    # ------------------------------------------------------------------------- buttons

    def press(self, data: QueryDict) -> Touched:
        """Do what the button that was pressed says; nothing when there is none."""
        name = next((one for one in BUTTONS if one in data), "")
        place = PLACE.fullmatch(str(data.get(name)))
        if not (name and place):
            return Touched()
        try:
            return BUTTONS[name](self, int(place[1] or 0), int(place[2] or 0))
        except IndexError:  # a place that the page does not have
            return Touched()

    def add(self) -> Touched:
        if not self.may_have_more:
            return Touched(said=f"Un formulaire a {MOST_FIELDS} questions au plus")
        added = Question()
        added.add_lines(FIRST_ANSWERS)
        self.questions.append(added)
        number = len(self.questions)
        return Touched(f"q-{number - 1}-label", f"Question {number} ajoutée")

    def remove(self, number: int) -> Touched:
        gone = self.questions.pop(number)
        return Touched("ajouter-question", f"« {gone.name} » est retirée")

    def move_up(self, number: int) -> Touched:
        return self._swap(number, number - 1, "up")

    def move_down(self, number: int) -> Touched:
        return self._swap(number, number + 1, "down")

    def _swap(self, number: int, other: int, way: str) -> Touched:
        if other < 0:
            raise IndexError
        rows = self.questions
        rows[number], rows[other] = rows[other], rows[number]
        edge = other in (0, len(rows) - 1)
        focus = f"q-{other}-label" if edge else f"q-{other}-{way}"
        return Touched(focus, f"« {rows[other].name} » est en place {other + 1}")

    def add_answers(self, number: int) -> Touched:
        question = self.questions[number]
        first = len(question.answers)
        question.add_lines(MORE_ANSWERS)
        return Touched(f"q-{number}-a-{first}-label", "Lignes de réponse ajoutées")

    def raise_answer(self, number: int, line: int) -> Touched:
        rows = self.questions[number].answers
        if line < 1:
            raise IndexError
        rows[line - 1], rows[line] = rows[line], rows[line - 1]
        focus = f"q-{number}-a-{line - 1}-" + ("up" if line > 1 else "label")
        return Touched(focus, f"« {rows[line - 1].label} » est en place {line}")


BUTTONS: dict[str, Callable[[Draft, int, int], Touched]] = {
    "add-question": lambda draft, _number, _line: draft.add(),
    "remove-question": lambda draft, number, _line: draft.remove(number),
    "move-up": lambda draft, number, _line: draft.move_up(number),
    "move-down": lambda draft, number, _line: draft.move_down(number),
    "add-answers": lambda draft, number, _line: draft.add_answers(number),
    "answer-up": lambda draft, number, line: draft.raise_answer(number, line),
}
"""Name of a button → what it does; its value says where: `2`, or `2.7` for a line."""


# ------------------------------------------------------------------------------------------ keys


def key_from(words: str, taken: Collection[str], *, otherwise: str) -> str:
    """A key that is free, made from words: « Cœur et santé » → `coeur-et-sante`."""
    plain = words.lower().replace("œ", "oe").replace("æ", "ae")
    plain = slugify(re.sub(r"[\W_]+", " ", plain))[:LONGEST_KEY].strip("-") or otherwise
    found, number = plain, 2
    while found in taken:
        end = f"-{number}"
        found, number = plain[: LONGEST_KEY - len(end)].rstrip("-") + end, number + 1
    return found


def _keys(lines: Sequence[tuple[str, str]], known: Collection[str], *, otherwise: str) -> list[str]:
    """A key per (key, words): the one that it had, or a new one; a key of nowhere is not kept."""
    taken, found = {key for key, _ in lines if key in known}, []
    for key, words in lines:
        if key not in known:
            key = key_from(words, taken, otherwise=otherwise)
            taken.add(key)
        found.append(key)
    return found


def cleaned(text: str) -> str:
    """One line of words: no line break, no invisible sign, the true apostrophe."""
    text = normalize("NFC", text)
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split()).replace("'", "’")
