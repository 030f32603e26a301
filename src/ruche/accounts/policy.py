"""Who may do what: one table, that views, templates and the matrix of tests all read.

A right is a verb on a thing, and how far it goes. What is not written here is refused. The
technical administrator and the data-protection officer see no more than their task asks for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from ruche.accounts.enums import Role, Scope, Thing, Verb

Rights = Mapping[tuple[Verb, Thing], Scope]

OWN, SITES, ORGANISATION, NETWORK = Scope.OWN, Scope.SITES, Scope.ORGANISATION, Scope.NETWORK

EVERYONE: Rights = {
    (Verb.SEE, Thing.DESK): OWN,
    (Verb.SEE, Thing.CALENDAR): NETWORK,
    (Verb.SEE, Thing.SITE): NETWORK,
    (Verb.SEE, Thing.OPENING): NETWORK,
    (Verb.SEE, Thing.SEANCE): NETWORK,
    (Verb.SEE, Thing.VAULT): OWN,
}
"""Where and when help is given is no secret between members; nor who may read what."""

CONFIDENTIAL: Rights = {
    (Verb.SEE, Thing.CIRCLE): OWN,
    (Verb.EDIT, Thing.CIRCLE): OWN,
    (Verb.SEE, Thing.PERSON): OWN,
    (Verb.EDIT, Thing.PERSON): OWN,
}
"""Those who may be in a circle of confidentiality. « Own » is then: the circles that one is in."""

FIELD_TEAM: Rights = {
    (Verb.SEE, Thing.TEAM): OWN,
    (Verb.EDIT, Thing.TEAM): OWN,
    (Verb.SEE, Thing.COUNTS): NETWORK,
    (Verb.COUNT, Thing.COUNTS): OWN,
    (Verb.ANSWER, Thing.PARTICIPATION): OWN,
    (Verb.SEE, Thing.ORGANISATION): NETWORK,
    (Verb.COUNT, Thing.ENCOUNTER): OWN,
    (Verb.SEE, Thing.ENCOUNTER): OWN,
    (Verb.SEE, Thing.TALLY): NETWORK,
    (Verb.SEE, Thing.PLANNING): NETWORK,
}
"""Those who go from site to site: they count what they did, and say when they are away."""

VOLUNTEER: Rights = {
    (Verb.SEE, Thing.COUNTS): SITES,
    (Verb.COUNT, Thing.COUNTS): SITES,
    (Verb.COUNT, Thing.ENCOUNTER): SITES,
    (Verb.SEE, Thing.ENCOUNTER): SITES,
    (Verb.SEE, Thing.ORGANISATION): NETWORK,
}

POLICY: Mapping[Role, Rights] = {
    Role.COORDINATOR: {
        **EVERYONE,
        (Verb.SEE, Thing.MEMBER): NETWORK,
        (Verb.EDIT, Thing.MEMBER): NETWORK,
        (Verb.SEE, Thing.ORGANISATION): NETWORK,
        (Verb.EDIT, Thing.ORGANISATION): NETWORK,
        (Verb.EDIT, Thing.SITE): NETWORK,
        (Verb.EDIT, Thing.OPENING): NETWORK,
        (Verb.PLAN, Thing.SEANCE): NETWORK,
        (Verb.SEE, Thing.PLANNING): NETWORK,
        (Verb.PLAN, Thing.PLANNING): NETWORK,
        (Verb.ANSWER, Thing.PARTICIPATION): NETWORK,
        (Verb.SEE, Thing.TEAM): NETWORK,
        (Verb.EDIT, Thing.TEAM): NETWORK,
        (Verb.SEE, Thing.COUNTS): NETWORK,
        (Verb.COUNT, Thing.COUNTS): NETWORK,
        (Verb.EXPORT, Thing.COUNTS): NETWORK,
        (Verb.SEE, Thing.MAIL): NETWORK,
        (Verb.EDIT, Thing.MAIL): NETWORK,
        (Verb.SEE, Thing.ENCOUNTER): NETWORK,
        (Verb.EDIT, Thing.ENCOUNTER): NETWORK,
        (Verb.SEE, Thing.TALLY): NETWORK,
        (Verb.SEE, Thing.FORM): NETWORK,
        (Verb.EDIT, Thing.FORM): NETWORK,
    },
    Role.NURSE: {**EVERYONE, **FIELD_TEAM, **CONFIDENTIAL},
    Role.DIGITAL_ADVISER: {**EVERYONE, **FIELD_TEAM, **CONFIDENTIAL},
    Role.BUDGET_ADVISER: {**EVERYONE, **FIELD_TEAM, **CONFIDENTIAL},
    Role.SITE_VOLUNTEER: {**EVERYONE, **VOLUNTEER},
    Role.GROCERY_VOLUNTEER: {**EVERYONE, **VOLUNTEER},
    Role.PARTNER: {
        **EVERYONE,
        (Verb.SEE, Thing.TEAM): ORGANISATION,
        (Verb.EDIT, Thing.TEAM): ORGANISATION,
        (Verb.ANSWER, Thing.PARTICIPATION): ORGANISATION,
        (Verb.SEE, Thing.COUNTS): ORGANISATION,
        (Verb.COUNT, Thing.COUNTS): ORGANISATION,
        (Verb.COUNT, Thing.ENCOUNTER): ORGANISATION,
        (Verb.SEE, Thing.ENCOUNTER): ORGANISATION,
        (Verb.SEE, Thing.TALLY): ORGANISATION,
        (Verb.SEE, Thing.ORGANISATION): NETWORK,
    },
    Role.DIRECTOR: {
        **EVERYONE,
        (Verb.SEE, Thing.MEMBER): NETWORK,
        (Verb.SEE, Thing.ORGANISATION): NETWORK,
        (Verb.SEE, Thing.TEAM): NETWORK,
        (Verb.SEE, Thing.PLANNING): NETWORK,
        (Verb.SEE, Thing.COUNTS): NETWORK,
        (Verb.EXPORT, Thing.COUNTS): NETWORK,
        (Verb.SEE, Thing.TALLY): NETWORK,
        (Verb.SEE, Thing.FORM): NETWORK,
    },
    Role.DPO: {
        (Verb.SEE, Thing.DESK): OWN,
        (Verb.SEE, Thing.VAULT): OWN,
        (Verb.SEE, Thing.MEMBER): NETWORK,
        (Verb.SEE, Thing.ORGANISATION): NETWORK,
        (Verb.SEE, Thing.JOURNAL): NETWORK,
        (Verb.EXPORT, Thing.JOURNAL): NETWORK,
    },
    Role.TECHNICAL: {
        (Verb.SEE, Thing.DESK): OWN,
        (Verb.SEE, Thing.MEMBER): NETWORK,
        (Verb.EDIT, Thing.MEMBER): NETWORK,
        (Verb.SEE, Thing.ORGANISATION): NETWORK,
        (Verb.SEE, Thing.MAIL): NETWORK,
    },
}


def scope_of(role: Role, verb: Verb, thing: Thing) -> Scope:
    """How far a role may do something; `NOTHING` when the table does not say."""
    return POLICY[role].get((verb, thing), Scope.NOTHING)


@dataclass(frozen=True)
class Grants:
    """What the posts of one member allow, for one verb on one thing."""

    widest: Scope = Scope.NOTHING
    organisations: frozenset[UUID] = field(default_factory=frozenset)
    """The organisations in which the right covers the whole organisation."""

    def __bool__(self) -> bool:
        return self.widest > Scope.NOTHING

    @property
    def network(self) -> bool:
        return self.widest is Scope.NETWORK

    def covers(
        self, *, organisation: UUID | None = None, site: bool = False, own: bool = False
    ) -> bool:
        """Whether the right reaches an object: whose organisation it is, whether its site is one
        to which the member is assigned, whether it is her own."""
        return (
            self.network
            or organisation in self.organisations
            or (site and self.widest >= Scope.SITES)
            or (own and self.widest >= Scope.OWN)
        )


def grants_of(posts: Iterable[tuple[Role, UUID]], verb: Verb, thing: Thing) -> Grants:
    """The rights of a member from her posts: (role, organisation)."""
    scopes = [(scope_of(role, verb, thing), organisation) for role, organisation in posts]
    return Grants(
        max((scope for scope, _ in scopes), default=Scope.NOTHING),
        frozenset(where for scope, where in scopes if scope is Scope.ORGANISATION),
    )
