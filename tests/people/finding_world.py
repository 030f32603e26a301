"""An openly invented crowd, and the same persons written down a second time by someone in a hurry.

Nobody here exists: names are assembled from parts, births and telephone numbers are drawn. The
mixture is that of a reception desk in the South-West: French and Gascon names, names of the
Maghreb, of West and Central Africa, of Portugal and Spain, and a few from elsewhere. A few names
are borne by many, many by one or two; households share a name and a telephone; a good part of
what a form asks is left empty. The same seed gives the same crowd.

`crowd(size)` → identities as the browser holds them; `second_writings(crowd, count)` → `Writing`s,
each with the id of the person and the kind of slip.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

SEED = 32
Identity = dict[str, str]

# Given names, then parts of family names: beginnings, and ends that are stuck to them.
FRENCH = (
    "Marie Jean Monique Michel Nathalie Philippe Isabelle Christophe Sylvie Thérèse Stéphanie "
    "Émilie Chloé Léa Noé Zoé Kévin Théo Françoise Hélène Geneviève Éric Sébastien Frédéric "
    "Aurélie Céline Mathieu Guillaume Benoît Rémi Cyril Anaïs Maëlle Inès Gaëtan Loïc Yannick "
    "Gwenaëlle Roselyne Jacqueline Huguette Ghislaine Raymond Bernard Gérard Joël Noëlle "
    "Daniel Danielle Pascal Pascale Jean-Luc Jean-Pierre Jean-Marie Marie-Claude "
    "Marie-Thérèse Anne-Sophie Marie-Hélène Jean-François Pierre-Yves Anne-Marie Lucas Manon "
    "Camille Quentin Mélanie Jennifer Dylan Océane",
    "Las Lab Dup Cast Sab Duff Larr Caz Ab Darr Laff Soul Mans Dast Bord Pér Tuj Lac Dub Mont "
    "Cap Font Marq Pouy Bar Cam Dell Est Gar Lam Maur Nav Pel Roqu Sarr Ver Vign Bousqu Cour "
    "Bouz Carr Despl",
    "serre orde ouy éra athier aut oque eneuve adie oux itte ès encal ugue es é ague oste "
    "arry aubon ens anges alère ourdes ade anne ez igues ol ier et on aigne ac an eau arat "
    "ère ieu agnou ette",
)
MAGHREBI = (
    "Mohamed Fatima Aïcha Ahmed Khadija Youssef Karim Rachid Amina Yasmine Abdelkader "
    "Abdelaziz Nadia Samira Hassan Hocine Saïd Malika Zohra Farid Mustapha Brahim Omar Salima "
    "Leïla Noureddine Djamila Kheira Mehdi Bilal Ismaël Sofiane Rania Imane Soukaïna Hamza "
    "Walid Naïma Houria Mériem Ouarda",
    "Ben El_H Bou Ha Ma Cha Ben_A Bel Kha Ou Za Ta Am Sli Sa Ra Me Gu Dja Ab",
    "li ddad ammar roui mrani zaoui kkar hadi chir ssaoui rbi djadi lhaj rrani ouali tif ziz "
    "mmoud abi oudi fik gherbi khlef idi naceur ttab yad bane kaddour driss",
)
AFRICAN = (
    "Mamadou Fatoumata Aminata Ibrahima Ousmane Moussa Awa Mariam Seydou Adama Oumar Kadiatou "
    "Aïssatou Boubacar Cheikh Abdoulaye Issa Salimata Grâce Divine Chancel Prince Glodie "
    "Exaucée Merveille Patience Emmanuel Blaise Kossi Afi Tidiane Djénéba Bintou Souleymane "
    "Hawa Rokia",
    "Tra Dia Oué Kei Cou Ka Ndi N’D Sa Ba Mba Ko Ou Di Cis Tou Bam Ndo Ma Kou Dem Ilun",
    "oré llo draogo ta libaly mara aye iaye nogo kayoko ngué né attara op sé ré ba mbé louba "
    "assi yaté ga bélé lakili bo",
)
IBERIAN = (
    "João Maria José António Manuel Fernanda Conceição Paulo Ana Luís Tiago Inês Joaquim Rosa "
    "Carlos Carmen Dolores Pilar Francisco Miguel Teresa Beatriz Sérgio Vítor Lurdes Graça",
    "Da_S Dos_S Fer Ro Go Per Car Al Gon De_Ol Mar Ri Men Lo Mo Nu Tei Pin Da_C Es",
    "ilva antos nandez driguez mes eira valho meida çalves iveira tins beiro des pes reira "
    "nes xeira heiro osta teves varro cedo lhães res",
)
ELSEWHERE = (
    "Olena Andriy Nataliya Thi Van Minh Linh Elif Mehmet Ayşe Gheorghe Ioana Mihai Besnik "
    "Arta Nino Giorgi Zarina Aslan Maksym Oksana Ali Zahra Ahmad Mirwais",
    "Kova Ngu Tr Yıl Pop Ho Kel Shev Dem Maz Gjo Kvar Khou Os Ra",
    "lenko yen an maz escu xha mendi chenko ir ur ni atskhelia riev manov himi",
)
ORIGINS = (FRENCH, MAGHREBI, AFRICAN, IBERIAN, ELSEWHERE)
SHARES = (52, 20, 13, 10, 5)
NICKNAMES = ["Momo", "Jojo", "Titi", "Nono", "Loulou", "Kiki", "Bébert", "Doudou", "Mimi", "Zizou"]
NICKNAMES += ["Papi", "Mamie", "Toto", "Lolo", "Nana", "Fifi", "Dédé", "Coco", "Gégé", "Riri"]
NICKNAMES += ["Sousou", "Bibi", "Tonton", "Tata", "Pépé"]
NICKNAME_ENDS = (
    ["", " le Grand", " du Marché", " la Rousse", " Vélo", " Guitare", " de la Gare", " Chapeau"]
    + [f" {color}" for color in ("Bleu", "Rouge", "Vert", "Blanc")]
    + [f" de {place}" for place in ("Mirande", "Lombez", "Samatan", "Gimont", "Vic", "Masseube")]
)


def crowd(size: int = 15_000, seed: int = SEED) -> list[Identity]:
    """Persons with an id each; about one in six belongs to the household of the one before."""
    chance = random.Random(seed)
    families = {origin: _family_names(chance, origin) for origin in ORIGINS}
    people: list[Identity] = []
    for number in range(size):
        origin = chance.choices(ORIGINS, SHARES)[0]
        alone = not people or chance.random() > 0.16
        household = None if alone else people[-1]
        people.append(_person(chance, f"p{number}", origin, families[origin], household))
    return people


def _family_names(chance: random.Random, origin: Sequence[str]) -> list[str]:
    starts, ends = origin[1].split(), origin[2].split()
    names = [(start + end).replace("_", " ") for start, end in product(starts, ends)]
    chance.shuffle(names)
    return names


def _person(
    chance: random.Random,
    identifier: str,
    origin: Sequence[str],
    families: list[str],
    household: Identity | None,
) -> Identity:
    given = _some_are_common(chance, origin[0].split())
    family = household["family"] if household else _some_are_common(chance, families)
    phone = household["phone"] if household else _phone(chance) if chance.random() < 0.5 else ""
    person = {
        "id": identifier,
        "given": given,
        "family": family if chance.random() < 0.93 else "",
        "alias": _nickname(chance) if chance.random() < 0.08 else "",
        "phone": phone,
        "birth": _birth(chance),
    }
    if person["alias"] and chance.random() < 0.3:  # nothing else was ever said
        person |= {"given": "", "family": "", "birth": "", "phone": ""}
    return person


def _some_are_common(chance: random.Random, names: list[str]) -> str:
    """The first of a list are borne by many: ranks follow a power law, as names do."""
    return names[int(len(names) * chance.random() ** 1.8)]


def _nickname(chance: random.Random) -> str:
    return chance.choice(NICKNAMES) + chance.choice(NICKNAME_ENDS)


def _birth(chance: random.Random) -> str:
    year, kind = chance.randint(1936, 2020), chance.random()
    if kind < 0.2:
        return ""
    if kind < 0.55:
        return str(year)
    return f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


def _phone(chance: random.Random) -> str:
    digits = f"0{chance.choice('567')}{chance.randrange(10**8):08}"
    return _written(chance, digits)


def _written(chance: random.Random, digits: str) -> str:
    pairs = [digits[at : at + 2] for at in range(0, 10, 2)]
    forms = (digits, " ".join(pairs), ".".join(pairs), f"+33 {digits[1]} {' '.join(pairs[1:])}")
    return chance.choice(forms)


# ----------------------------------------------------------------------- second writings


@dataclass(frozen=True)
class Writing:
    """A person written down again: who she is, what went wrong, what was written."""

    person: str
    kind: str
    identity: Identity


def second_writings(
    people: Sequence[Identity], count: int = 600, seed: int = SEED
) -> list[Writing]:
    """Kinds of slips in turn; one writing in three has a second, light one."""
    chance = random.Random(seed + 1)
    drawn = chance.sample(people, len(people))
    writings: list[Writing] = []
    kinds = list(SLIPS)
    while len(writings) < count:
        kind = kinds[len(writings) % len(kinds)]
        fits, slip = SLIPS[kind]
        person = next(one for one in drawn if fits(one))
        drawn.remove(person)
        again = slip(chance, _in_a_hurry(chance, person, keep=kind))
        if chance.random() < 0.33:
            again = chance.choice((_without_accents, _one_slip, _year_only))(chance, again)
        writings.append(Writing(person["id"], kind, again))
    return writings


def _in_a_hurry(chance: random.Random, person: Identity, *, keep: str) -> Identity:
    """What a second reception asks: seldom the telephone or the nickname, not always the day."""
    again = person | {"id": "new"}
    if keep != "same phone, names misspelt" and chance.random() > 0.35:
        again["phone"] = ""
    if keep != "nickname only" and person["family"]:
        again["alias"] = ""
    dated = keep in {"day and month swapped", "first name and birth only"}
    return again if dated or chance.random() > 0.3 else _year_only(chance, again)


def _year_only(chance: random.Random, person: Identity) -> Identity:
    return person | {"birth": person["birth"][:4]}


def _without_accents(chance: random.Random, person: Identity) -> Identity:
    names = {key: plain(person[key]).upper() for key in ("given", "family", "alias")}
    return person | names


def plain(text: str) -> str:
    """Without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


Change = Callable[[random.Random, str], str]


def _doubled(chance: random.Random, name: str) -> str:
    at = chance.randrange(1, len(name))
    return name[:at] + name[at] + name[at:]


def _dropped(chance: random.Random, name: str) -> str:
    at = chance.randrange(1, len(name))
    return name[:at] + name[at + 1 :]


def _replaced(chance: random.Random, name: str) -> str:
    at = chance.randrange(1, len(name))
    return name[:at] + chance.choice("aeioursltnm") + name[at + 1 :]


def _swapped(chance: random.Random, name: str) -> str:
    """Two neighbours that differ; the capital stays in its place where it can."""
    places = [at for at in range(len(name) - 1) if name[at] != name[at + 1]]
    at = chance.choice(places[1:] or places)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


# As an ear writes, each tried once, in an order drawn.
BY_EAR = (
    ("ph", "f"), ("th", "t"), ("qu", "k"), ("ou(?=[aeéi])", "w"), ("y", "i"), ("i$", "y"),
    ("eau", "o"), ("au", "o"), ("ai", "é"), ("ei", "é"), ("ï", "y"), ("c(?=[aou])", "k"),
    ("ss", "s"), ("ll", "l"), ("mm", "m"), ("nn", "n"), ("rr", "r"), ("tt", "t"), ("ff", "f"),
    ("z$", "s"), ("(?<=[aeiou])s(?=[aeiou])", "z"), ("h", ""), ("dj", "j"), ("ch(?=[lr])", "k"),
    ("e$", ""), ("(?<=[nr])[td]$", ""), ("en(?=[cdt])", "an"), ("é", "e"), ("è", "é"), ("x$", ""),
    ("m(?=[aeiou])", "mm"), ("l(?=[aeiou])", "ll"), ("n$", "nne"), ("k", "c"),
)  # fmt: skip


def _by_ear(chance: random.Random, name: str) -> str:
    for written, heard in chance.sample(BY_EAR, len(BY_EAR)):
        again = re.sub(written, heard, name.lower(), count=1)
        if again != name.lower():
            return again.title()
    return name


def _one_slip(chance: random.Random, person: Identity) -> Identity:
    return _slip_in(chance.choice((_doubled, _dropped, _replaced, _swapped)))(chance, person)


def _slip_in(change: Change) -> Callable[[random.Random, Identity], Identity]:
    """Change one of the names that are long enough to be misspelt."""

    def slip(chance: random.Random, person: Identity) -> Identity:
        names = [key for key in ("given", "family") if len(person[key]) > 3]
        key = chance.choice(names or ["alias"])
        return person | {key: change(chance, person[key])} if person[key] else person

    return slip


def _by_ear_both(chance: random.Random, person: Identity) -> Identity:
    return person | {key: _by_ear(chance, person[key]) for key in ("given", "family")}


def _married(chance: random.Random, person: Identity) -> Identity:
    other = chance.choice(_family_names(random.Random(1), FRENCH))
    both = f"{person['family']}-{other}" if chance.random() < 0.6 else f"{other} {person['family']}"
    return person | {"family": both}


def _next_year(chance: random.Random, person: Identity) -> Identity:
    year = int(person["birth"][:4]) + chance.choice((-1, 1))
    return person | {"birth": f"{year}{person['birth'][4:]}"}


def _day_for_month(chance: random.Random, person: Identity) -> Identity:
    year, month, day = person["birth"].split("-")
    return person | {"birth": f"{year}-{day}-{month}"}


def _misspelt_twice(chance: random.Random, person: Identity) -> Identity:
    twice = _one_slip(chance, _by_ear_both(chance, person))
    digits = re.sub(r"\D", "", person["phone"].replace("+33", "0"))
    return twice | {"birth": "", "phone": _written(chance, digits)}


def _named(person: Identity) -> bool:
    return len(person["given"]) > 2 and len(person["family"]) > 2


def _known_by(person: Identity) -> bool:
    return bool(person["alias"])


def _dated(person: Identity) -> bool:
    return len(person["birth"]) > 4


Slip = tuple[Callable[[Identity], bool], Callable[[random.Random, Identity], Identity]]
SLIPS: dict[str, Slip] = {
    "capitals without accents": (_named, _without_accents),
    "a letter doubled": (_named, _slip_in(_doubled)),
    "a letter dropped": (_named, _slip_in(_dropped)),
    "a letter replaced": (_named, _slip_in(_replaced)),
    "two letters swapped": (_named, _slip_in(_swapped)),
    "as it is heard": (_named, _by_ear_both),
    "given and family swapped": (
        _named,
        lambda chance, one: one | {"given": one["family"], "family": one["given"]},
    ),
    "compound shortened": (
        lambda one: _named(one) and "-" in one["given"],
        lambda chance, one: one | {"given": one["given"].split("-")[0]},
    ),
    "married name": (_named, _married),
    "a year too much or too little": (lambda one: _named(one) and one["birth"] != "", _next_year),
    "birth unknown": (
        _named,
        lambda chance, one: _slip_in(_replaced)(chance, one) | {"birth": ""},
    ),
    "day and month swapped": (
        lambda one: _named(one) and _dated(one) and one["birth"][8:] <= "12",
        _day_for_month,
    ),
    "nickname only": (
        _known_by,
        lambda chance, one: one | {"given": "", "family": "", "phone": ""},
    ),
    "same phone, names misspelt": (
        lambda one: _named(one) and one["phone"] != "",
        _misspelt_twice,
    ),
    "first name and birth only": (
        lambda one: _named(one) and _dated(one),
        lambda chance, one: one | {"family": ""},
    ),
}
