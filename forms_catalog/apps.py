from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import celery, registry

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from django.http import HttpRequest

    from portal.tenancy.models import Tenant


class FormsCatalogConfig(AppConfig):
    name = "forms_catalog"
    label = "forms_catalog"
    verbose_name = _("Enquiries and forms")

    def ready(self) -> None:
        from celery.schedules import crontab

        from forms_catalog import personal_data
        from portal.notifications.models import Channel
        from portal.notifications.preferences import Kind, register
        from portal.webhooks import events

        registry.register(
            registry.Module(
                app="forms_catalog",
                url_prefix="contact/",
                urlconf="forms_catalog.urls",
                demo=demo,
                on_tenant_created=set_up,
                order=90,
            )
        )
        registry.stand_under("forms_catalog", "content:customer_service")
        registry.keep_out_of_logs("/contact/write/sent/", "/contact/write/thread/")
        registry.fill("content.customer_service", contact_card)
        celery.schedule(
            "discard-old-form-drafts", "forms_catalog.tasks.discard_old_drafts", crontab(hour="3", minute="40")
        )
        celery.schedule(
            "forget-strangers-enquiries",
            "forms_catalog.tasks.forget_strangers_enquiries",
            crontab(hour="3", minute="50"),
        )
        events.offer("forms.submitted", _("A service form was sent"))
        registry.keep_personal_data(
            registry.PersonalData(name="enquiries", export=personal_data.export, forget=personal_data.forget)
        )
        registry.keep_personal_data(
            registry.PersonalData(
                name="service_forms", export=personal_data.export_forms, forget=personal_data.forget_forms
            )
        )
        registry.keep_personal_data(registry.PersonalData(name="inspections", export=personal_data.export_inspections))
        register(
            Kind(
                name="enquiries.answered",
                label=_("Answers to your enquiries"),
                channels=(Channel.EMAIL,),
                offered=(Channel.EMAIL,),
                order=60,
            )
        )


def set_up(tenant: "Any") -> None:
    from forms_catalog.shipped import ensure_forms
    from forms_catalog.topics import ensure_topics

    ensure_topics(tenant)
    ensure_forms(tenant)


def contact_card(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from forms_catalog.views.hub import contact_card

    return contact_card(request, given)


def demo(tenant: "Tenant", *, rng: "Random", today: "date") -> None:
    from forms_catalog.demo import build

    build(tenant, rng=rng, today=today)
