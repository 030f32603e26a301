"""Sentences over computed facts, in exact French, that never say more than the figures do.

No difference is claimed inside its margin; no two years are joined across a rupture; a rank is
given only when the neighbours are far enough to be sure of it. Templates, and nothing else: the
same facts always give the same words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ruche.engines.portraits.facts import (
    RATES_OF_CHANGE,
    Fact,
    Point,
    Portrait,
    Reference,
    margin_beside,
    write_number,
)
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.margins import Meaning, Outcome, outcome
from ruche.engines.portraits.states import State
from ruche.french.numbers import (
    NBSP,
    THIN,
    counted,
    number,
    ordinal,
    percent,
    plural,
    rounded,
    signed,
    spaced,
)
from ruche.french.toponyms import Toponym

TOP = 5
"""« parmi les cinq plus élevées »"""

CENSUS_GAP = 5
"""Two censuses are compared at five years of distance at least: each one is a five-year cycle."""

NUMBERS_IN_WORDS = {2: "deux", 3: "trois", 4: "quatre", 5: "cinq"}


def capital(text: str) -> str:
    """The first letter in upper case, the others untouched."""
    return text[:1].upper() + text[1:]


def place(toponym: Toponym) -> str:
    """« Dans le Bas-Armagnac », at the head of a sentence."""
    return capital(toponym.within)


def statement(fact: Fact, territory: Toponym) -> str:
    """« Dans le Bas-Armagnac, le taux de pauvreté est de 16,8 % en 2021 »; or why there is none."""
    subject = spaced(fact.indicator.subject)
    if not fact.known:
        return f"{place(territory)}, {subject} n’est pas connu{_e(fact)}{NBSP}: {fact.text}"
    about = "est estimé" + _e(fact) + " à" if fact.figure.estimated else "est de"
    assert fact.figure.value is not None
    year = str(fact.figure.year)
    when = "" if year in subject else f" en {year}"
    return f"{place(territory)}, {subject} {about} {amount(fact, fact.figure.value)}{when}"


SAID_BY_SUBJECT = ("pour 1 000", "pour 10 000", "par ménage", "pour 100 actifs")


def amount(fact: Fact, value: float) -> str:
    """A value with its unit, unless the subject of the sentence already says the unit."""
    if _said_by_subject(fact):
        return number(value, fact.indicator.decimals)
    return write_number(fact.indicator, value)


def _said_by_subject(fact: Fact) -> bool:
    return any(words in fact.indicator.subject for words in SAID_BY_SUBJECT)


def _e(fact: Fact) -> str:
    return "e" if fact.indicator.feminine else ""


def comparison(fact: Fact, reference: Reference) -> str:
    """What follows a statement: « , soit 1,5 point de plus que dans le Gers (15,3 %) »."""
    theirs = reference.figure.value
    if theirs is None or reference.outcome is Outcome.NOT_COMPARED:
        return ""
    written = amount(fact, theirs)
    ours = fact.figure.value
    assert ours is not None
    if reference.outcome is Outcome.SIMILAR or _looks_the_same(fact, ours, theirs):
        return f", un niveau comparable à celui {_of(reference)} ({written})"
    if ours <= 0 < theirs or theirs <= 0 < ours:
        return f", contre {written} {_within(reference)}"
    return f", soit {difference(fact, ours, theirs)} {_than(_within(reference))} ({written})"


def _than(where: str) -> str:
    """« que dans le Gers », « qu’en Occitanie », « qu’à Auch »."""
    return f"qu’{where}" if where[0] in "aàeé" else f"que {where}"


def difference(fact: Fact, ours: float, theirs: float) -> str:
    """« 1,5 point de plus », « 2,3 points de moins », « 12 % de moins », « 2,3 fois plus ».

    Points are counted between the figures as they are shown, so that a reader finds the same.
    """
    indicator = fact.indicator
    more = "de plus" if ours > theirs else "de moins"
    shown = _shown_gap(fact, ours, theirs)
    if indicator.unit.startswith("%"):
        return f"{counted(shown, 'point', decimals=indicator.decimals)} {more}"
    if indicator.unit in {"indice", "‰"} or theirs <= 0:
        unit = f"{THIN}‰" if indicator.unit == "‰" and not _said_by_subject(fact) else ""
        return f"{number(shown, indicator.decimals)}{unit} {more}"
    ratio = ours / theirs
    if ratio >= 2:
        return f"{number(ratio, 1)}{NBSP}fois plus"
    share = abs(ratio - 1) * 100
    return f"{percent(share, 0 if share >= 1 else 1)} {more}"


def _shown_gap(fact: Fact, ours: float, theirs: float) -> float:
    decimals = fact.indicator.decimals
    return abs(float(rounded(ours, decimals) - rounded(theirs, decimals)))


def _looks_the_same(fact: Fact, ours: float, theirs: float) -> bool:
    """A difference that would be written « 0,0 point » or « 0,0 % » is not told as one."""
    if _shown_gap(fact, ours, theirs) == 0:
        return True
    relative = not fact.indicator.unit.startswith("%") and fact.indicator.unit not in {
        "indice",
        "‰",
    }
    return relative and theirs > 0 and rounded(abs(ours / theirs - 1) * 100, 1) == 0


def _of(reference: Reference) -> str:
    if reference.kind == "peers":
        return "des territoires comparables"
    assert reference.territory is not None
    return reference.territory.toponym.of


def _within(reference: Reference) -> str:
    if reference.kind == "peers":
        return "dans les territoires comparables"
    assert reference.territory is not None
    return reference.territory.toponym.within


@dataclass(frozen=True, slots=True)
class Standing:
    """A place in the group, as precise as the margins let it be."""

    rank: int | None = None
    """An exact rank from the top, when both neighbours are beyond the margin."""
    from_top: bool = True
    among: int | None = None
    """Otherwise: among the first so many, from the top or from the bottom."""


def standing(fact: Fact) -> Standing | None:
    """The most precise thing that may be said of a rank; None when nothing may."""
    value = fact.figure.value
    others = _others(fact)
    if value is None or fact.figure.rank is None or len(others) < TOP:
        return None
    if fact.figure.count != len(fact.group):  # some are too small to be ranked: see `statistics`
        return None
    found = [_beside(fact, value, *other) for other in others]
    above, below = found.count(Outcome.BELOW), found.count(Outcome.ABOVE)
    size = len(others) + 1
    if above + below == len(others):
        rank = above + 1
        from_top = rank <= (size + 1) // 2
        return Standing(rank=rank if from_top else size - rank + 1, from_top=from_top)
    if size >= 2 * TOP and below >= size - TOP:
        return Standing(among=TOP, from_top=True)
    if size >= 2 * TOP and above >= size - TOP:
        return Standing(among=TOP, from_top=False)
    return None


def _beside(fact: Fact, value: float, address: str, other: float) -> Outcome:
    """Ours beside one of the group, with both margins (ours twice where the other is not told)."""
    return outcome(
        value,
        other,
        margin=margin_beside(fact.indicator, fact.figure, other),
        reference_margin=fact.group_margins.get(address, fact.figure.margin),
        resolution=fact.indicator.resolution,
    )


def _others(fact: Fact) -> list[tuple[str, float]]:
    """The group without one value equal to ours (ourselves)."""
    others = list(fact.group)
    ours = next((item for item in others if item[1] == fact.figure.value), None)
    if ours:
        others.remove(ours)
    return others


def rank_sentence(fact: Fact, group: str, size: int) -> str:
    """« C’est la 3e valeur la plus élevée parmi les 15 intercommunalités du Gers. », or nothing.

    `group` says who the whole group is, `size` how many they are: some may lack this figure.
    """
    found = standing(fact)
    if found is None or not group:
        return ""
    group = _those_known(group, len(fact.group), size)
    side = "élevée" if found.from_top else "faible"
    if found.rank is None:
        many = NUMBERS_IN_WORDS[found.among or TOP]
        return f"C’est l’une des {many} valeurs les plus {side}s parmi {group}."
    if found.rank == 1:
        return f"C’est la valeur la plus {side} parmi {group}."
    return f"C’est la {ordinal(found.rank)} valeur la plus {side} parmi {group}."


def _those_known(group: str, known: int, size: int) -> str:
    """« les 18 régions de France » → « les 13 régions de France dont le chiffre est connu »."""
    if known >= size:
        return group
    return f"{group.replace(str(size), str(known), 1)} dont le chiffre est connu"


def comparable_points(fact: Fact) -> list[Point]:
    """The years that may be compared with the current one: a value, and no rupture in between."""
    indicator, current = fact.indicator, fact.figure.year
    points = [
        point
        for point in fact.figure.history
        if point.state is State.VALUE
        and point.value is not None
        and not indicator.crosses_break(point.year, current)
    ]
    if indicator.sampling != "exhaustive":
        points = [p for p in points if p.year == current or current - p.year >= CENSUS_GAP]
    return sorted(points, key=lambda point: point.year)


def trend_sentence(fact: Fact) -> str:
    """« Depuis 2011, elle a augmenté de 1,7 point (9,6 % alors). », or nothing to tell."""
    points = comparable_points(fact)
    value = fact.figure.value
    if value is None or len(points) < 2 or points[0].year >= fact.figure.year:
        return ""
    if fact.indicator.unit in RATES_OF_CHANGE:  # the change of a change is no plain French
        return ""
    first = points[0]
    assert first.value is not None
    pronoun = "elle" if fact.indicator.feminine else "il"
    found = outcome(
        value,
        first.value,
        margin=margin_beside(fact.indicator, fact.figure, first.value),
        reference_margin=fact.figure.margin,
        resolution=fact.indicator.resolution,
    )
    then = f"({amount(fact, first.value)} alors)"
    if found is Outcome.SIMILAR or _looks_the_same(fact, value, first.value):
        return f"Depuis {first.year}, {pronoun} n’a pas changé de façon mesurable {then}."
    verb = "augmenté" if found is Outcome.ABOVE else "diminué"
    return f"Depuis {first.year}, {pronoun} a {verb} de {_change(fact, value, first.value)} {then}."


def _change(fact: Fact, value: float, before: float) -> str:
    gap, unit = _shown_gap(fact, value, before), fact.indicator.unit
    if unit.startswith("%"):
        return counted(gap, "point", decimals=fact.indicator.decimals)
    if before > 0 and unit not in {"indice", "‰"}:
        return percent(abs(value / before - 1) * 100, 1)
    return amount(fact, gap) if unit == "‰" else number(gap, fact.indicator.decimals)


def reading(fact: Fact, portrait: Portrait, *, trend: bool = False) -> str:
    """The whole reading of one figure: statement, comparison, rank, and the trend on request."""
    sentence = statement(fact, portrait.territory.toponym)
    reference = fact.reading
    if fact.known and reference:
        sentence += comparison(fact, reference)
    parts = [f"{sentence}."]
    if fact.known:
        parts.append(rank_sentence(fact, portrait.group_label, portrait.group_size))
        if trend:
            parts.append(trend_sentence(fact))
    return " ".join(part for part in parts if part)


def population_sentence(portrait: Portrait) -> str:
    """How many people live here, and how that changes."""
    total, change = portrait.get("pop_total"), portrait.get("pop_evol")
    if total is None or total.figure.value is None:
        return ""
    here = place(portrait.territory.toponym)
    people = counted(total.figure.value, "habitant")
    live = plural(total.figure.value, "vit", "vivent")
    text = f"{here} {live} {people} en {total.figure.year}"
    if portrait.territory.communes and portrait.territory.level is not Level.COMMUNE:
        text += f", dans {counted(portrait.territory.communes, 'commune')}"
    if change is None or change.figure.value is None:
        return f"{text}."
    return f"{text}. {_growth_sentence(change)}"


def _growth_sentence(change: Fact) -> str:
    value = change.figure.value
    assert value is not None
    years = _period(change)
    shown = rounded(value, change.indicator.decimals)
    if shown == 0:
        return f"La population est restée stable {years}."
    verb = "augmenté" if shown > 0 else "diminué"
    rate = percent(abs(value), change.indicator.decimals)
    text = f"La population a {verb} de {rate} par an {years}"
    reference = change.reading
    if reference and reference.figure.value is not None and reference.outcome in BEYOND:
        theirs = signed(reference.figure.value, change.indicator.decimals)
        text += f" ({theirs}{THIN}% par an {_within(reference)})"
    return f"{text}."


BEYOND = {Outcome.ABOVE, Outcome.BELOW}


def _period(fact: Fact) -> str:
    """« de 2015 à 2021 », from the span of the formula that gave the figure."""
    end = fact.figure.year
    span = next((f.span for f in fact.indicator.formula if end in f.years and f.span), 6)
    return f"de {end - span} à {end}"


def decomposition_sentence(portrait: Portrait) -> str:
    """Population change in two parts: births and deaths, arrivals and departures."""
    natural, migration = portrait.get("pop_solde_nat"), portrait.get("pop_solde_mig")
    if (
        not natural
        or not migration
        or natural.figure.value is None
        or migration.figure.value is None
    ):
        return ""
    if natural.figure.year != migration.figure.year:
        return ""
    decimals = natural.indicator.decimals
    # The sum of what is shown, so that a reader who adds the two parts finds the same.
    parts = rounded(natural.figure.value, decimals), rounded(migration.figure.value, decimals)
    born, moved, total = (
        signed(float(part), decimals) for part in (*parts, sum(parts, Decimal(0)))
    )
    return (
        f"{place(portrait.territory.toponym)}, {_period(natural)}, la population a varié de "
        f"{total}{THIN}% par an{NBSP}: {born} par les naissances et les décès, {moved} par les "
        "arrivées et les départs (solde apparent)."
    )


def essentials(portrait: Portrait) -> list[str]:
    """Five or six sentences that open a portrait."""
    sentences = [population_sentence(portrait), decomposition_sentence(portrait)]
    for name in ("pop_75p", "rev_median", "rev_pauvrete", "chom_rp", "log_vac"):
        fact = portrait.get(name)
        if fact and fact.known:
            sentences.append(reading(fact, portrait))
    return [sentence for sentence in sentences if sentence]


@dataclass(frozen=True, slots=True)
class Highlight:
    """A figure that stands out, with the reference against which it does."""

    fact: Fact
    reference: Reference
    strength: float
    """Distance to the reference, in robust standard deviations of the comparable territories."""


def highlights(portrait: Portrait, wanted: Meaning, number_of: int = 4) -> list[Highlight]:
    """What is favourable, or fragile, here: against comparable territories first.

    When too few figures stand out from the peers, the département, the région and the country are
    asked in turn, so that both sides are always told.
    """
    found: dict[str, Highlight] = {}
    for kind in ("peers", "departement", "region", "france"):
        ranked = sorted(
            _against(portrait, kind, wanted), key=lambda h: (-h.strength, h.fact.indicator.id)
        )
        for highlight in ranked:
            if len(found) < number_of:
                found.setdefault(highlight.fact.indicator.id, highlight)
    return list(found.values())


def _against(portrait: Portrait, kind: str, wanted: Meaning) -> Iterable[Highlight]:
    for fact in portrait.known:
        reference = fact.reference(kind)  # type: ignore[arg-type]
        if reference and reference.meaning is wanted and fact.indicator.highlight:
            yield Highlight(fact, reference, _strength(fact, reference))


def _strength(fact: Fact, reference: Reference) -> float:
    """Robust z: the interquartile range of the peers over 1.349 stands for a standard deviation."""
    value, theirs = fact.figure.value, reference.figure.value
    assert value is not None
    assert theirs is not None
    low, high = (fact.figure.peers[0], fact.figure.peers[2]) if fact.figure.peers else (0.0, 0.0)
    scale = (high - low) / 1.349 or abs(theirs) * 0.1 or 1.0
    return abs(value - theirs) / scale


def highlight_sentence(highlight: Highlight) -> str:
    """« Part des logements vacants : 11,3 %, soit 2,1 points de plus que dans … (9,2 %). »"""
    fact = highlight.fact
    assert fact.figure.value is not None
    value = amount(fact, fact.figure.value)
    return f"{spaced(fact.indicator.label)}{NBSP}: {value}{comparison(fact, highlight.reference)}."


def nothing_stands_out(wanted: Meaning) -> str:
    """What is said when neither side has anything beyond its margin."""
    side = "plus favorable" if wanted is Meaning.FAVOURABLE else "plus fragile"
    return (
        f"Aucun indicateur orienté n’est {side} ici qu’ailleurs au-delà de sa marge et de 3{THIN}% "
        "d’écart."
    )
