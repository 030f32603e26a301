"""The life of an edition: stored whole, published once read, never changed."""

from datetime import date

import polars as pl
import pytest
from django.db import IntegrityError, transaction

from ruche.engines.portraits.errors import PortraitError
from ruche.engines.portraits.states import State
from ruche.territories import actions
from ruche.territories.actions import discard_draft, publish_edition, store_edition
from ruche.territories.models import Edition, Figure, ImmutableFigure, Peer
from tests.world import BAS_ARMAGNAC, SHIPPED

pytestmark = pytest.mark.usefixtures("world")

TODAY = date(2030, 1, 15)


@pytest.fixture
def draft(build):
    return store_edition(build("essai-1"), on=TODAY)


def poverty_at(value: float):
    """An expression that changes the poverty of the Bas-Armagnac."""
    here = (pl.col("code") == BAS_ARMAGNAC) & (pl.col("indicator") == "rev_pauvrete")
    return pl.when(here).then(value).otherwise(pl.col("value")).alias("value")


# ---------------------------------------------------------------------------- storing


def test_an_edition_is_stored_as_a_draft_with_what_it_was_made_from(build):
    built = build("essai-1")
    edition = store_edition(built, on=TODAY)
    assert edition.status == Edition.Status.DRAFT
    assert edition.digest == built.manifest.digest
    assert len(edition.inputs) == len(built.manifest.inputs)
    assert Figure.objects.of(edition).count() == built.figures.height
    assert Peer.objects.filter(edition=edition).count() == built.peers.height


def test_a_figure_is_stored_as_it_was_computed(draft):
    figure = Figure.objects.get(edition=draft, territory=BAS_ARMAGNAC, indicator="rev_pauvrete")
    assert (figure.year, figure.value, figure.state) == (2021, 16.8, State.VALUE)
    assert (figure.rank, figure.count) == (7, 15)
    assert [point[:2] for point in figure.history] == [[2019, 16.9], [2021, 16.8]]


def test_the_same_name_is_refused_and_nothing_changes(draft, build):
    before = Figure.objects.count()
    with pytest.raises(PortraitError, match="existe déjà"):
        store_edition(build("essai-1"), on=TODAY)
    assert Figure.objects.count() == before


def test_a_failure_half_way_leaves_nothing(build, monkeypatch):
    before = Figure.objects.count()

    def fails(*args):
        yield from ()
        raise RuntimeError("coupure")

    monkeypatch.setattr(actions, "_peers", fails)
    with pytest.raises(RuntimeError, match="coupure"):
        store_edition(build("essai-1"), on=TODAY)
    assert not Edition.objects.filter(pk="essai-1").exists()
    assert Figure.objects.count() == before


# ------------------------------------------------------------------------- publishing


def test_an_edition_is_published_once_its_changes_are_read(draft):
    with pytest.raises(PortraitError, match="Lisez d'abord les changements"):
        publish_edition(draft, on=TODAY, changes_read=False)
    assert Edition.objects.current().pk == SHIPPED
    publish_edition(draft, on=TODAY, changes_read=True)
    assert Edition.objects.current() == draft
    assert draft.published_on == TODAY


def test_a_published_edition_is_not_published_again():
    with pytest.raises(PortraitError, match="déjà publiée"):
        publish_edition(Edition.objects.current(), on=TODAY, changes_read=True)


def test_a_published_edition_remembers_what_changed(build, small):
    store_and_publish = (
        build("essai-1"),
        build("essai-2", figures=small.figures.with_columns(poverty_at(26.8))),
    )
    for built in store_and_publish:
        publish_edition(store_edition(built, on=TODAY), on=TODAY, changes_read=True)
    changes = Edition.objects.get(pk="essai-2").changes
    assert changes["previous"] == "essai-1"
    told = [change for change in changes["list"] if change["indicator"] == "Taux de pauvreté"]
    assert [(c["territory"], c["before"], c["after"]) for c in told] == [
        ("Bas-Armagnac", "16,8\u202f%", "26,8\u202f%")
    ]


def test_a_draft_is_seen_by_nobody(draft, client):
    assert client.get("/portraits/editions/essai-1/").status_code == 404
    assert "essai-1" not in client.get("/portraits/editions/").content.decode()


def test_the_database_itself_refuses_an_edition_published_unread(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=draft.pk).update(status=Edition.Status.PUBLISHED)


# ------------------------------------------------------------------------- discarding


def test_a_draft_is_discarded_with_all_its_figures(draft):
    discard_draft(draft)
    assert not Figure.objects.filter(edition="essai-1").exists()
    assert not Peer.objects.filter(edition="essai-1").exists()


def test_a_published_edition_stays_for_ever():
    with pytest.raises(PortraitError, match="ne se supprime pas"):
        discard_draft(Edition.objects.current())
    assert Edition.objects.current().pk == SHIPPED


# ------------------------------------------------------------------------- immutability


def test_a_figure_is_never_changed(draft):
    figure = Figure.objects.of(draft).filter(indicator="rev_pauvrete").order_by("pk").first()
    figure.value = 0.0
    with pytest.raises(ImmutableFigure):
        figure.save()
    with pytest.raises(ImmutableFigure):
        Figure.objects.of(draft).update(value=0.0)
    with pytest.raises(ImmutableFigure):
        Figure.objects.bulk_update([figure], ["value"])


@pytest.mark.parametrize(
    ("value", "state"), [(None, State.VALUE), (1.0, State.SECRET), (0.0, State.MISSING)]
)
def test_the_database_refuses_a_value_with_a_reason_or_neither(draft, value, state):
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.create(
            edition=draft,
            territory_id=BAS_ARMAGNAC,
            level="EPCI",
            indicator="essai",
            year=2021,
            value=value,
            state=state,
            source="essai",
        )


def test_the_edition_of_another_departement_never_replaces_the_one_that_the_public_reads(world):
    other = Edition.objects.create(
        id="2026-1-09",
        geography=2026,
        departement="09",
        catalogue_digest="c" * 64,
        digest="d" * 64,
        built_on=TODAY,
    )
    publish_edition(other, on=TODAY, changes_read=True)
    assert Edition.objects.current().pk == SHIPPED
    assert Edition.objects.current("09") == other
