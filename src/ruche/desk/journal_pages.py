"""The pages of the journal, for those whose posts open them: the journal itself knows no member."""

from django.urls import path

from ruche.accounts.access import members_only, sudo_mode
from ruche.accounts.enums import Thing, Verb
from ruche.journal import views

app_name = "journal"

see = members_only(Verb.SEE, Thing.JOURNAL)
export = members_only(Verb.EXPORT, Thing.JOURNAL)

urlpatterns = [
    path("", see(views.index), name="index"),
    path("verifier/", see(views.verify), name="verify"),
    path("journal.csv", export(sudo_mode(views.export)), name="export"),
]
