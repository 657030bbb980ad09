from typing import TYPE_CHECKING, Any

from celery.schedules import crontab
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import celery, registry
from portal.content.apps import NEWS

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from django.http import HttpRequest

    from portal.tenancy.models import Tenant


class OutagesConfig(AppConfig):
    name = "outages"
    label = "outages"
    verbose_name = _("Outages")

    def ready(self) -> None:
        from outages import personal_data

        registry.register(
            registry.Module(
                name="grid",
                app="outages",
                url_prefix="outages/",
                urlconf="outages.urls",
                sections=(NEWS, OUTAGES),
                public_sections=(OPEN_OUTAGES, OPEN_HAZARDS),
                home_card=home_card,
                demo=demo,
                order=40,
            )
        )
        registry.fill("accounts.sign_in_open", duty_phone)
        registry.fill("enquiries.danger", danger_note)
        registry.keep_duty(alert_duty)
        registry.fill("start.top", banner)
        registry.fill("metering.below", overview_card, order=20)
        registry.keep_personal_data(
            registry.PersonalData(name="hazard_reports", export=personal_data.export, forget=personal_data.forget)
        )
        registry.keep_out_of_logs("/outages/report/")
        celery.schedule("sweep-outage-notices", "outages.tasks.sweep_all_tenants", 60.0)
        celery.schedule("forget-outage-contacts", "outages.tasks.forget_all_tenants", crontab(hour="3", minute="50"))
        register_preferences()


def register_preferences() -> None:
    from portal.notifications.models import Channel
    from portal.notifications.preferences import Kind, register

    register(
        Kind(
            name="outages.planned",
            label=_("Planned work at your address"),
            help=_("Before we cut the power for some hours. The law asks us to tell you; choose how."),
            events=("outages.planned", "outages.changed", "outages.cancelled"),
            is_required=True,
            module="grid",
            order=10,
        )
    )
    register(
        Kind(
            name="outages.outage",
            label=_("Power cut at your address"),
            help=_("When the power goes, and when it is back."),
            channels=(Channel.SMS,),
            events=("outages.outage", "outages.restored", "outages.withdrawn"),
            module="grid",
            order=11,
        )
    )


def home_card(request: "HttpRequest") -> str:
    from outages.views.board import home_card

    return home_card(request)


def banner(request: "HttpRequest", _given: object) -> str:
    from outages.views.alert import banner

    return banner(request)


def own_count(request: "HttpRequest") -> int | None:
    from outages.views.alert import count

    return count(request)


def overview_card(request: "HttpRequest", given: dict[str, Any]) -> str:
    from outages.views.board import overview_card

    installation = given["installation"]
    return overview_card(request, installation.point.gsrn) if installation else ""


def duty_phone(request: "HttpRequest", _given: object) -> str:
    from outages.views.board import duty_phone

    return duty_phone(request)


def danger_note(request: "HttpRequest", _given: object) -> str:
    from outages.views.board import danger_note

    return danger_note(request)


def alert_duty(*, key: str, text: str, url: str) -> None:
    from outages.actions.hazards import alert_duty

    alert_duty(key=key, text=text, url=url)


def demo(tenant: "Tenant", *, rng: "Random", today: "date") -> None:
    from outages.demo import build

    build(tenant, rng=rng, today=today)


OUTAGES = registry.Section(
    label=_("Outages"),
    url_name="outages:index",
    icon="Lightning",
    active_icon="LightningFill",
    order=32,
    match=("outages:index", "outages:outage", "outages:report", "outages:reported"),
    badge=own_count,
)
OPEN_OUTAGES = registry.Section(
    label=_("Power cuts now and planned work"), url_name="outages:index", icon="Lightning", order=10
)
OPEN_HAZARDS = registry.Section(
    label=_("Report a hazard"), url_name="outages:report", icon="ExclamationmarkTriangle", order=11
)
