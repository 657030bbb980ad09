"""Sign-in and the user's pages. Of allauth's pages only those named here exist; anything else is a 404."""

from allauth.account.views import LogoutView
from django.urls import include, path, re_path
from django.views.decorators.http import require_POST

from portal.accounts import pin, proof, sign_in, views
from portal.accounts.access import signed_in
from portal.tenancy.access import public

by_password = sign_in.way(lambda tenant: tenant.password_sign_in)
by_email_code = sign_in.way(lambda tenant: tenant.email_code_sign_in)
by_sms = sign_in.way(sign_in.can_sign_in_by_sms)

limited = sign_in.limited

own_pages = [
    path("details/", views.profile, name="profile"),
    path("login/sms/", public(by_sms(sign_in.RequestSmsCode.as_view())), name="request_sms_code"),
    path("login/code/trouble/", sign_in.code_trouble, name="code_trouble"),
    path("no-access/", views.no_access, name="no_access"),
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
    path("logout/", public(require_POST(LogoutView.as_view())), name="account_logout"),
    path("access/", views.get_access, name="account_signup"),
    path("password/reset/", public(by_password(sign_in.ResetPassword.as_view())), name="account_reset_password"),
    path("password/reset/done/", public(sign_in.ResetPasswordDone.as_view()), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        public(limited(sign_in.ResetPasswordFromLink.as_view())),
        name="account_reset_password_from_key",
    ),
    path("password/change/", signed_in(limited(sign_in.ChangePassword.as_view())), name="account_change_password"),
    path("language/", views.set_language, name="set_language"),
    path("", include((own_pages, "accounts"))),
]
