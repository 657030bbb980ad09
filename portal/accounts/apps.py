from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Users and access")

    def ready(self) -> None:
        from portal.accounts import sign_in_log

        sign_in_log.connect()
