"""Addresses of members. The pages of allauth that we keep are in `ruche.accounts.ways_in`."""

from django.urls import path

from ruche.accounts import views

app_name = "accounts"

urlpatterns = [
    path("invitation/<str:token>/", views.join, name="join"),
    path("charte/", views.charter, name="charter"),
    path("compte/", views.profile, name="profile"),
    path("compte/proteger/", views.protect, name="protect"),
    path("membres/", views.members, name="members"),
    path("membres/inviter/", views.invite, name="invite"),
    path("membres/invitations/<uuid:pk>/retirer/", views.revoke, name="revoke"),
    path("membres/<uuid:pk>/", views.member, name="member"),
    path("membres/<uuid:pk>/activite/", views.change_activity, name="activity"),
    path("membres/<uuid:pk>/roles/", views.give_post, name="give-post"),
    path("membres/<uuid:pk>/roles/<int:post>/retirer/", views.end_post, name="end-post"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/nouvelle/", views.organisation, name="new-organisation"),
    path("organisations/<uuid:pk>/", views.organisation, name="organisation"),
]
