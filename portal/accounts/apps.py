from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import celery, registry


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Users and access")

    def ready(self) -> None:
        from portal.accounts import sign_in_log
        from portal.accounts.personal_data import PERSONAL_DATA

        sign_in_log.connect()
        celery.schedule("forget-sessions", "portal.accounts.tasks.forget_all_tenants", crontab(hour="3", minute="30"))
        registry.keep_personal_data(PERSONAL_DATA)
        registry.keep_out_of_logs("/account/start/", "/account/password/reset/key/")
