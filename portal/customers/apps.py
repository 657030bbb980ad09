from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "portal.customers"
    label = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from portal import registry
        from portal.accounts import registers
        from portal.customers import contacts, identities, personal_data, starting

        starting.connect()
        registers.add(identities.REGISTER)
        registers.add(contacts.REGISTER)
        registry.keep_personal_data(
            registry.PersonalData(
                name="customers",
                export=personal_data.export,
                forget=personal_data.forget,
                hinders=personal_data.hinders,
                warns=personal_data.warns,
            )
        )
