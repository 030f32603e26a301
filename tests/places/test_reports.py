"""What visitors say is wrong: kept without a name, read by few, erased when settled."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ruche.accounts.enums import Role
from ruche.desk.tasks import tidy_up
from ruche.journal.models import Entry
from ruche.places import reporting
from ruche.places.enums import ReportKind
from ruche.places.errors import TooManyReports
from ruche.places.models import Report
from tests.members import browser_of, someone
from tests.places.register import a_site, coordinator

pytestmark = pytest.mark.django_db


def tell(site, message: str = "La porte était fermée", kind: str = ReportKind.CLOSED) -> bool:
    return reporting.report(site, kind=kind, message=message, language="fr")


def test_a_report_is_kept_with_its_spaces_tidied():
    site = a_site()
    assert tell(site, "  La porte\n\nétait fermée ")
    assert Report.objects.get(site=site).message == "La porte était fermée"


def test_the_same_report_told_twice_is_one():
    site = a_site()
    assert tell(site)
    assert not tell(site)
    assert Report.objects.filter(site=site).count() == 1


def test_a_flood_is_refused_and_does_not_drown_another_site():
    site, other = a_site(), a_site()
    for number in range(reporting.PER_HOUR):
        tell(site, f"message {number}")
    with pytest.raises(TooManyReports):
        tell(site, "un de plus")
    assert tell(other)


def test_a_settled_report_is_erased_and_the_journal_does_not_keep_its_words():
    site, by = a_site(), coordinator()
    tell(site)
    reporting.settle(Report.objects.get(site=site), by=by)
    assert not Report.objects.filter(site=site).exists()
    entry = Entry.objects.order_by("-number").first()
    assert entry.verb == "report_settled"
    assert "porte" not in str(entry.detail)


def test_settling_twice_writes_one_line():
    site, by = a_site(), coordinator()
    tell(site)
    report = Report.objects.get(site=site)
    reporting.settle(report, by=by)
    before = Entry.objects.count()
    report.pk = report.pk or Report().pk
    reporting.settle(report, by=by)
    assert Entry.objects.count() == before


def test_a_report_that_nobody_settles_is_forgotten_after_ninety_days():
    site = a_site()
    tell(site)
    Report.objects.filter(site=site).update(received_at=timezone.now() - timedelta(days=91))
    tell(site, "récent")
    tidy_up()
    assert [each.message for each in Report.objects.filter(site=site)] == ["récent"]


def test_the_coordinator_reads_and_settles():
    site = a_site()
    tell(site, "<b>Faux</b>")
    client = browser_of(coordinator())
    page = client.get(reverse("places:reports")).content.decode()
    assert "&lt;b&gt;Faux&lt;/b&gt;" in page
    assert site.name in page
    report = Report.objects.get(site=site)
    address = reverse("places:settle-report", args=[report.pk])
    assert client.post(address).status_code == 302
    assert client.post(address).status_code == 302
    assert not Report.objects.filter(site=site).exists()


def test_a_nurse_does_not_read_reports():
    client = browser_of(someone(Role.NURSE))
    assert client.get(reverse("places:reports")).status_code == 403
