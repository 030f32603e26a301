"""The journal from the server: its head, its verification, its e-mail, its export."""

import io
from datetime import date

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from ruche.journal.actions import mail_head
from ruche.journal.chain import HeadKept, read_head
from ruche.journal.models import Entry
from ruche.journal.queries import verify_all
from tests.journal.conftest import tamper


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("journal", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> tuple[int, str, str]:
    """Exit code, what was said, why it stopped."""
    out = io.StringIO()
    with pytest.raises(CommandError) as stopped:
        call_command("journal", *arguments, stdout=out)
    return stopped.value.returncode, out.getvalue(), str(stopped.value)


def test_the_head_is_written_to_be_copied_and_to_be_read_aloud(five):
    first, second, third = run("head").splitlines()
    assert read_head(first) == five[-1]
    assert second.replace(" ", "") == five[-1].digest
    assert "24/11/2026 12:00:00" in third


def test_an_intact_journal_is_verified(five):
    said = run("verify", "--head", str(five[1]), "--head", str(five[4]))
    assert said == "Journal intact jusqu'à la ligne 5.\n"


def test_a_verification_without_a_head_warns(five):
    assert "ne se voit pas" in run("verify")


def test_a_journal_that_was_tampered_with_ends_the_command_in_error(five):
    tamper("UPDATE journal_entry SET actor = 'system' WHERE number = 3")
    code, said, why = refused("verify")
    assert code == 1
    assert said.startswith("3 (ligne modifiée) : La ligne 3")
    assert why == "Anomalies : 1."


def test_heads_are_read_from_a_file(five, tmp_path):
    kept = tmp_path / "tetes.txt"
    kept.write_text(f"# gardées chaque soir\n{five[0]}\n{five[3]}\n", encoding="utf-8")
    assert "intact" in run("verify", "--heads-file", str(kept))
    kept.write_text(f"{five[0]}\n{HeadKept(4, 'e' * 64)}\n", encoding="utf-8")
    code, said, _ = refused("verify", "--heads-file", str(kept))
    assert code == 1
    assert said.startswith("4 (passé réécrit)")


@pytest.mark.parametrize("arguments", [["--head", "12"], ["--heads-file", "/nowhere/tetes.txt"]])
def test_a_head_that_cannot_be_read_is_not_a_verdict(five, arguments):
    code, said, _ = refused("verify", *arguments)
    assert (code, said) == (2, "")


# ----------------------------------------------------------------------------- e-mail


def test_the_head_is_sent_in_an_email_that_says_how_to_check_it(five):
    mail_head(["dpd@example.org"], on=date(2026, 11, 24))
    (message,) = mail.outbox
    assert message.to == ["dpd@example.org"]
    assert message.subject == "Journal de Ruche\u00a0: tête du 24 novembre 2026"
    assert str(five[-1]) in message.body.splitlines()
    assert f"verify --head {five[-1]}" in message.body
    assert "écrite le 24 novembre 2026" in message.body
    assert "Numéro\u00a0: 5" in message.body


def test_the_first_of_a_month_reads_as_french_does(five):
    mail_head(["dpd@example.org"], on=date(2026, 12, 1))
    assert mail.outbox[0].subject.endswith("tête du 1er décembre 2026")


def test_the_head_of_an_empty_journal_is_sent_too(journal):
    mail_head(["dpd@example.org"])
    assert "Il n’a encore aucune ligne." in mail.outbox[0].body


def test_an_email_to_nobody_is_refused(journal):
    with pytest.raises(ValueError, match="Personne"):
        mail_head([])


def test_the_command_sends_to_everyone_named(five):
    run("mail", "--to", "dpd@example.org", "deux@example.org", "--to", "trois@example.org")
    assert mail.outbox[0].to == ["dpd@example.org", "deux@example.org", "trois@example.org"]


# ----------------------------------------------------------------------------- export


def test_the_export_is_written_and_told(five, tmp_path):
    out = tmp_path / "journal.csv"
    assert "6 lignes" in run("export", "--out", str(out))
    written = out.read_bytes().decode("utf-8").splitlines()
    assert len(written) == 7
    assert written[-1].startswith("6,")
    assert Entry.objects.get(pk=6).actor == "system"
    assert verify_all(five) == []


def test_an_export_that_cannot_be_written_is_not_told(five, tmp_path):
    code, _, _ = refused("export", "--out", str(tmp_path / "absent" / "journal.csv"))
    assert code == 2
    assert Entry.objects.count() == 5


def test_a_restoration_names_the_head_that_is_lost(five):
    lost = HeadKept(9, "e" * 64)
    assert run("restored", "--head", str(lost)) == "Restauration écrite au journal, ligne 6.\n"
    line = Entry.objects.get(number=6)
    assert (line.verb, line.detail) == ("journal_restored", {"number": 9, "digest": "e" * 64})


def test_a_head_that_is_still_there_was_not_lost(five):
    code, _, why = refused("restored", "--head", str(five[2]))
    assert (code, "rien n'a été perdu" in why) == (2, True)
    assert Entry.objects.count() == 5
