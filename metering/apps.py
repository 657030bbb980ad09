from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import registry

if TYPE_CHECKING:
    from datetime import date
    from random import Random
    from typing import Any

    from django.http import HttpRequest

    from portal.customers.models import Customer
    from portal.tenancy.models import Tenant


class MeteringConfig(AppConfig):
    name = "metering"
    label = "metering"
    verbose_name = _("Metering")

    def ready(self) -> None:
        # Importing `exporting` makes its export known.
        from metering import exporting, personal_data  # noqa: F401
        from metering.places import SOURCE
        from metering.queries.scopes import choices as authorizable
        from portal.customers import places, scopes

        _plan()
        registry.fill("customers.my_access", begin_note)
        places.register("metering", SOURCE)
        scopes.register(scopes.Scope(app="metering", choices=authorizable))
        registry.keep_personal_data(
            registry.PersonalData(name="installations", export=personal_data.export, forget=personal_data.forget)
        )
        registry.register(
            registry.Module(
                name="grid",
                app="metering",
                label=_("Electricity grid"),
                short_label=_("Grid"),
                icon="Lightning",
                active_icon="LightningFill",
                url_prefix="grid/",
                urlconf="metering.urls",
                sections=(OVERVIEW,),
                home_card=home_card,
                is_used_by=has_installations,
                demo=demo,
                has_areas=True,
                order=30,
            )
        )


def _plan() -> None:
    from celery.schedules import crontab

    from portal import celery

    for task in ("read_upload", "read_folder", "take_in_parked", "tidy", "add_up_holders"):
        celery.route(f"metering.tasks.{task}", "imports")
    celery.schedule("sweep-meter-files", "metering.tasks.sweep_all_tenants", 60.0)
    celery.schedule("add-up-holders", "metering.tasks.add_up_all_tenants", crontab(minute="*/5"))
    celery.schedule("check-missing-values", "metering.tasks.check_all_tenants", crontab(minute="*/15"))
    celery.schedule("tidy-readings", "metering.tasks.tidy_all_tenants", crontab(hour="1", minute="35"))


def has_installations(customer: "Customer") -> bool:
    from metering.places import has_any

    return has_any(customer)


def begin_note(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from metering.views.overview import begin_note

    return begin_note(request, given)


def home_card(request: "HttpRequest") -> str:
    from metering.views.overview import home_card

    return home_card(request)


def demo(tenant: "Tenant", *, rng: "Random", today: "date") -> None:
    from metering.demo import build

    build(tenant, rng=rng, today=today)


OVERVIEW = registry.Section(
    label=_("Overview"),
    url_name="metering:overview",
    icon="House",
    active_icon="HouseFill",
    order=30,
    match=(
        "metering:overview",
        "metering:installation",
        "metering:together",
        "metering:installations",
        "metering:download",
    ),
)
