"""Addresses of the vault. Those that end a page are for people; the others, for their browser."""

from django.urls import path

from ruche.vault.views import pages, posts

app_name = "vault"

urlpatterns = [
    path("", pages.home, name="home"),
    path("qui-peut-lire/", pages.readers, name="readers"),
    path("gardiennes/", pages.custody, name="custody"),
    path("mots/<uuid:pk>/", pages.words, name="words"),
    path("cercles/nouveau/", pages.new_circle, name="new-circle"),
    path("cercles/<uuid:pk>/", pages.circle, name="circle"),
    path("cercles/<uuid:pk>/modifier/", pages.edit_circle, name="edit-circle"),
    path("moitie/", posts.renew_half, name="renew-half"),
    path("moitie/nouvelle/", posts.open_half, name="open-half"),
    path("fermer/", posts.close_half, name="close-half"),
    path("trousseau/", posts.ring, name="ring"),
    path("trousseau/faire/", posts.make_ring, name="make-ring"),
    path("trousseau/changer/", posts.change_ring, name="change-ring"),
    path("ouvertures/ajouter/", posts.add_slot, name="add-slot"),
    path("ouvertures/retirer/", posts.remove_slot, name="remove-slot"),
    path("etat/", posts.state, name="state"),
    path("cercles/", posts.circles, name="circles"),
    path("cles/", posts.keys, name="keys"),
    path("actes/", posts.act, name="act"),
    path("demandes/", posts.ask, name="ask"),
    path("demandes/retirer/", posts.withdraw_ask, name="withdraw-ask"),
    path("demandes/secours/", posts.rescue, name="rescue"),
    path("demandes/accord/", posts.approve_ask, name="approve-ask"),
    path("lire/", posts.read, name="read"),
    path("fiche/", posts.record, name="record"),
    path("annuaire/", posts.directory, name="directory"),
    path("ecrire/", posts.write, name="write"),
    path("effacer/", posts.erase, name="erase"),
    path("partages/", posts.share, name="share"),
    path("partages/completer/", posts.share_more, name="share-more"),
    path("partages/retirer/", posts.unshare, name="unshare"),
]
