"""The pages of allauth that we keep, at our own addresses: login, second factor, recovery.

Names are those that allauth looks for. What is not here (sign-up, e-mail management) does not
exist.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from ruche.accounts.access import members_only
from ruche.accounts.passkeys import strict_credential

mine = members_only(unready=True)
"""Pages of one's own account: any member, even before the charter or the second factor."""

urlpatterns = [
    path("connexion/", account.login, name="account_login"),
    path("connexion/cle/", strict_credential(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("connexion/verification/", strict_credential(mfa.authenticate), name="mfa_authenticate"),
    path("deconnexion/", account.logout, name="account_logout"),
    path("connexion/inactif/", account.account_inactive, name="account_inactive"),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path(
        "mot-de-passe/oublie/envoye/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "mot-de-passe/nouveau/<str:uidb36>-<str:key>/",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/fait/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("compte/mot-de-passe/", mine(account.password_change), name="account_change_password"),
    path("compte/confirmer/", mine(account.reauthenticate), name="account_reauthenticate"),
    path("compte/confirmer/code/", mine(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "compte/confirmer/cle/",
        mine(strict_credential(webauthn.reauthenticate_webauthn)),
        name="mfa_reauthenticate_webauthn",
    ),
    path("compte/securite/", mine(mfa.index), name="mfa_index"),
    path("compte/securite/code/", mine(totp.activate_totp), name="mfa_activate_totp"),
    path("compte/securite/code/retirer/", mine(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("compte/securite/cles/", mine(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path(
        "compte/securite/cles/ajouter/",
        mine(strict_credential(webauthn.add_webauthn)),
        name="mfa_add_webauthn",
    ),
    path(
        "compte/securite/cles/<int:pk>/retirer/",
        mine(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path("compte/securite/cles/<int:pk>/", mine(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path(
        "compte/securite/secours/", mine(codes.view_recovery_codes), name="mfa_view_recovery_codes"
    ),
    path(
        "compte/securite/secours/nouveaux/",
        mine(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "compte/securite/secours/telecharger/",
        mine(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
