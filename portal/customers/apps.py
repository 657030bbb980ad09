from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import celery, registry


class CustomersConfig(AppConfig):
    name = "portal.customers"
    label = "customers"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from portal.accounts import registers
        from portal.customers import actions, contacts, identities, personal_data, starting

        starting.connect()
        celery.schedule("forget-requests", "portal.customers.tasks.forget_all_tenants", crontab(hour="3", minute="20"))
        registers.add(identities.REGISTER)
        registers.add(contacts.REGISTER)
        registry.keep_out_of_logs("/customers/invitation/")
        registers.when_shut_out(actions.withdraw_offers)
        registry.keep_personal_data(
            registry.PersonalData(
                name="customers",
                export=personal_data.export,
                forget=personal_data.forget,
                hinders=personal_data.hinders,
                warns=personal_data.warns,
                lock=personal_data.lock,
            )
        )
