"""The e-mails that an instance without a mail server keeps, and shows."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from ruche.desk.mailbox import letters
from tests.core.member_urls import member
from tests.members import browser_of

FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = FILES, str(tmp_path)
    return tmp_path


def test_letters_are_read_as_they_were_written(folder):
    mail.send_mail("Auch : votre équipe ?", "Répondez ici.\n", None, ["rights@exemple.invalid"])
    letter = letters()[0]
    assert (letter.subject, letter.to) == ("Auch : votre équipe ?", "rights@exemple.invalid")
    assert letter.body.strip() == "Répondez ici."
    assert abs(letter.at - timezone.now()) < timedelta(minutes=1)


def test_two_letters_of_one_connection_are_two(folder):
    message = ("Objet", "Texte", None, ["rights@exemple.invalid"])
    mail.send_mass_mail([message, message])
    assert len(list(folder.glob("*.log"))) == 1
    assert len(letters()) == 2


@pytest.mark.parametrize("content", [b"Subject: coup", b"Date: hier\nSubject: coup\n\n", b"\xff"])
def test_a_letter_that_is_still_being_written_waits(folder, content):
    (folder / "20261124-0.log").write_bytes(content)
    assert letters() == []


def test_an_instance_that_sends_keeps_nothing(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert letters() == []


@pytest.mark.django_db
def test_a_letter_cannot_bring_markup_into_the_page(folder, world):
    mail.send_mail("<b>Objet</b>", "<script>1</script>", None, ["rights@exemple.invalid"])
    page = browser_of(member("ines")).get(reverse("desk:mails")).content.decode()
    assert "&lt;b&gt;Objet" in page
    assert "<script>1" not in page
