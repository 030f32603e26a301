"""The table of rights: what it grants, how far, and what a template or a view makes of it."""

from uuid import UUID, uuid4

import pytest

from ruche.accounts.enums import Role, Scope, Thing, Verb
from ruche.accounts.policy import POLICY, Grants, grants_of, scope_of

HERE, THERE = uuid4(), uuid4()


def test_every_role_has_its_line_in_the_table():
    assert set(POLICY) == set(Role)


@pytest.mark.parametrize("role", [Role.DPO, Role.TECHNICAL])
def test_who_protects_the_data_or_the_machine_sees_no_count_and_no_seance(role):
    for thing in (Thing.COUNTS, Thing.SEANCE, Thing.PARTICIPATION):
        assert all(scope_of(role, verb, thing) is Scope.NOTHING for verb in Verb)


def test_the_journal_is_for_the_data_protection_officer_alone():
    readers = {role for role in Role if scope_of(role, Verb.SEE, Thing.JOURNAL)}
    assert readers == {Role.DPO}


def test_only_a_coordinator_organises():
    assert {r for r in Role if scope_of(r, Verb.PLAN, Thing.SEANCE)} == {Role.COORDINATOR}


def test_a_right_over_an_organisation_does_not_reach_another():
    grants = grants_of([(Role.PARTNER, HERE)], Verb.COUNT, Thing.COUNTS)
    assert grants.covers(organisation=HERE)
    assert not grants.covers(organisation=THERE)


def test_two_posts_add_their_rights_without_mixing_their_organisations():
    posts = [(Role.PARTNER, HERE), (Role.SITE_VOLUNTEER, THERE)]
    grants = grants_of(posts, Verb.COUNT, Thing.COUNTS)
    assert grants.covers(organisation=HERE)
    assert not grants.covers(organisation=THERE)
    assert grants.covers(organisation=THERE, site=True)


def test_a_volunteer_counts_at_her_sites_and_nowhere_else():
    grants = grants_of([(Role.SITE_VOLUNTEER, HERE)], Verb.COUNT, Thing.COUNTS)
    assert grants.covers(site=True)
    assert not grants.covers(organisation=HERE)
    assert not grants.covers(own=False)


def test_no_post_no_right():
    assert not grants_of([], Verb.SEE, Thing.SITE)
    assert not Grants().covers(organisation=UUID(int=0), site=True, own=True)


@pytest.mark.parametrize("role", list(Role))
def test_whoever_changes_a_thing_may_see_it(role):
    for verb, thing in POLICY[role]:
        if verb in {Verb.EDIT, Verb.COUNT, Verb.EXPORT}:
            assert scope_of(role, Verb.SEE, thing), (role, verb, thing)


def test_the_product_has_no_administration_site(settings):
    """Django's admin sees everything, and knows nothing of the table of rights."""
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
