"""Addresses of séances, teams and counts; and the two links that open without an account."""

from django.urls import path

from ruche.seances.views import answering, asking, calendar, counting, diaries, planning, teams

app_name = "seances"

urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("nouvelle/", planning.new, name="new"),
    path("reponse/<str:token>/", answering.reply, name="reply"),
    path("compter/<str:token>/", counting.count_by_link, name="count-by-link"),
    path("comptages/", counting.counts, name="counts"),
    path("comptages/export/", counting.export, name="export"),
    path("comptages/liens/<uuid:pk>/retirer/", counting.revoke_link, name="revoke-counting-link"),
    path("agendas/", diaries.diaries, name="diaries"),
    path("agendas/nouveau/", diaries.make_diary, name="make-diary"),
    path("agendas/<uuid:pk>/retirer/", diaries.remove_diary, name="remove-diary"),
    path("agendas/<str:token>.ics", diaries.diary_by_link, name="diary"),
    path("equipes/", teams.teams, name="teams"),
    path("equipes/nouvelle/", teams.new_team, name="new-team"),
    path("equipes/<uuid:pk>/", teams.team, name="team"),
    path("equipes/<uuid:pk>/modifier/", teams.edit_team, name="edit-team"),
    path("equipes/<uuid:pk>/feuille/", teams.sheet, name="sheet"),
    path("equipes/<uuid:pk>/absences/", teams.add_absence, name="add-absence"),
    path("absences/<int:pk>/retirer/", teams.remove_absence, name="remove-absence"),
    path("venues/<uuid:pk>/reponse/", answering.answer_for, name="answer-for"),
    path("venues/<uuid:pk>/qui/", asking.who_comes, name="who-comes"),
    path("venues/<uuid:pk>/remplacer/", asking.replace, name="replace"),
    path("venues/<uuid:pk>/retirer/", asking.remove, name="remove"),
    path("venues/<uuid:pk>/lien/", asking.renew_link, name="renew-link"),
    path("venues/<uuid:pk>/rappels/", asking.stop_reminders, name="stop-reminders"),
    path("<uuid:pk>/", planning.seance, name="seance"),
    path("<uuid:pk>/modifier/", planning.edit, name="edit"),
    path("<uuid:pk>/annuler/", planning.cancel, name="cancel"),
    path("<uuid:pk>/tenue/", planning.hold, name="hold"),
    path("<uuid:pk>/solliciter/", asking.ask, name="ask"),
    path("<uuid:pk>/compter/", counting.count, name="count"),
    path("<uuid:pk>/compter/corriger/", counting.correct, name="correct"),
    path("<uuid:pk>/compter/arreter/", counting.close, name="close-counts"),
    path("<uuid:pk>/compter/lien/", counting.make_link, name="counting-link"),
]
