"""Sign-in and the user's pages. Of allauth's pages only those named here exist; anything else is a 404."""

from allauth.mfa.models import Authenticator
from django.urls import include, path, re_path

from portal.accounts import access_link, contact, factors, first_steps, my_page, pin, proof, sign_in, views
from portal.accounts.access import signed_in
from portal.accounts.factors import of_own
from portal.accounts.oidc import views as openid
from portal.accounts.proof import fresh_proof
from portal.accounts.ways import can_sign_in_by_sms, limited, way
from portal.tenancy.access import public

by_password = way(lambda tenant: tenant.password_sign_in)
by_email_code = way(lambda tenant: tenant.email_code_sign_in)
by_sms = way(can_sign_in_by_sms)

CODES, APP, PASSKEY = Authenticator.Type.RECOVERY_CODES, Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN

by_passkey = way(lambda tenant: tenant.passkey_sign_in)

own_pages = [
    path("", my_page.my_page, name="my_page"),
    path("notices/", my_page.notices, name="notices"),
    path("data/", my_page.my_data, name="my_data"),
    path("close/", my_page.close_account, name="close_account"),
    path("details/", views.profile, name="profile"),
    path("login/sms/", public(by_sms(sign_in.RequestSmsCode.as_view())), name="request_sms_code"),
    path("login/code/trouble/", sign_in.code_trouble, name="code_trouble"),
    path("login/openid/", openid.start, name="openid_start"),
    path("login/openid/callback/", openid.callback, name="openid_callback"),
    path("login/openid/connect/", openid.connect, name="openid_connect"),
    path("login/openid/disconnect/", openid.disconnect, name="openid_disconnect"),
    path("login/first/", first_steps.first_steps, name="first_steps"),
    path("login/tie/", first_steps.tie, name="tie"),
    path("login/openid/end/", openid.end, name="openid_end"),
    path("no-access/", views.no_access, name="no_access"),
    path("history/", views.history, name="history"),
    path("start/", access_link.start, name="start"),
    path("start/<str:key>/", access_link.open_link, name="open_link"),
    path("password/first/", access_link.first_password, name="first_password"),
    path("email/", contact.change_email, name="change_email"),
    path("phone/", contact.change_phone, name="change_phone"),
    path("prove/", proof.prove, name="prove"),
    path("pin/", pin.set_pin, name="set_pin"),
    path("unlock/", pin.unlock, name="unlock"),
    path("alive/", pin.alive, name="alive"),
    path("devices/<int:pk>/remove/", pin.remove_device, name="remove_device"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/<int:pk>/end/", views.end_session, name="end_session"),
    path("sessions/end-others/", views.end_other_sessions, name="end_other_sessions"),
]

# allauth finds its pages by these names; `account_signup` is where its e-mail to an unknown address leads.
urlpatterns = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("login/password/", public(by_password(sign_in.PasswordSignIn.as_view())), name="account_password_login"),
    path("login/code/", public(by_email_code(sign_in.RequestCode.as_view())), name="account_request_login_code"),
    path("login/code/confirm/", public(limited(sign_in.ConfirmCode.as_view())), name="account_confirm_login_code"),
    path("logout/", sign_in.sign_out, name="account_logout"),
    path("access/", views.get_access, name="account_signup"),
    path("password/reset/", public(by_password(sign_in.ResetPassword.as_view())), name="account_reset_password"),
    path("password/reset/done/", public(sign_in.ResetPasswordDone.as_view()), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        public(limited(sign_in.ResetPasswordFromLink.as_view())),
        name="account_reset_password_from_key",
    ),
    path("password/change/", signed_in(limited(sign_in.ChangePassword.as_view())), name="account_change_password"),
    path("security/", factors.security, name="mfa_index"),
    path("security/app/", fresh_proof(limited(factors.ActivateApp.as_view())), name="mfa_activate_totp"),
    path("security/app/remove/", of_own(APP, factors.DeactivateApp.as_view()), name="mfa_deactivate_totp"),
    path("security/codes/", of_own(CODES, factors.RecoveryCodes.as_view()), name="mfa_view_recovery_codes"),
    path(
        "security/codes/new/",
        of_own(CODES, factors.GenerateRecoveryCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "security/codes/download/",
        of_own(CODES, factors.DownloadRecoveryCodes.as_view()),
        name="mfa_download_recovery_codes",
    ),
    path("security/passkeys/add/", fresh_proof(limited(factors.AddPasskey.as_view())), name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/", of_own(PASSKEY, factors.RenamePasskey.as_view()), name="mfa_edit_webauthn"),
    path(
        "security/passkeys/<int:pk>/remove/",
        of_own(PASSKEY, factors.RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
    path("login/passkey/", public(by_passkey(factors.PasskeySignIn.as_view())), name="mfa_login_webauthn"),
    path("login/second/", public(limited(factors.Authenticate.as_view())), name="mfa_authenticate"),
    path("language/", views.set_language, name="set_language"),
    path("", include((own_pages, "accounts"))),
]
