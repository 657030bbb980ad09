from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import registry


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("Users and access")

    def ready(self) -> None:
        from portal.accounts import personal_data, sign_in_log

        sign_in_log.connect()
        registry.keep_personal_data(registry.PersonalData(name="user", export=personal_data.export_user))
        registry.keep_personal_data(
            registry.PersonalData(
                name="devices", export=personal_data.export_devices, forget=personal_data.forget_devices
            )
        )
