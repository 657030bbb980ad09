from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from portal import registry

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from django.http import HttpRequest

    from portal.tenancy.models import Tenant


class FormsCatalogConfig(AppConfig):
    name = "forms_catalog"
    label = "forms_catalog"
    verbose_name = _("Enquiries")

    def ready(self) -> None:
        from forms_catalog import personal_data
        from portal.notifications.models import Channel
        from portal.notifications.preferences import Kind, register

        registry.register(
            registry.Module(
                app="forms_catalog",
                url_prefix="contact/",
                urlconf="forms_catalog.urls",
                demo=demo,
                on_tenant_created=ensure_topics,
                order=90,
            )
        )
        registry.fill("content.customer_service", contact_card)
        registry.keep_personal_data(registry.PersonalData(name="enquiries", export=personal_data.export))
        register(
            Kind(
                name="enquiries.answered",
                label=_("Answers to your enquiries"),
                channels=(Channel.EMAIL,),
                offered=(Channel.EMAIL,),
                order=60,
            )
        )


def ensure_topics(tenant: "Any") -> None:
    from forms_catalog.topics import ensure_topics

    ensure_topics(tenant)


def contact_card(request: "HttpRequest", given: "dict[str, Any]") -> str:
    from django.template.loader import render_to_string

    return render_to_string("forms_catalog/_contact_card.html", given, request=request)


def demo(tenant: "Tenant", *, rng: "Random", today: "date") -> None:
    from forms_catalog.demo import build

    build(tenant, rng=rng, today=today)
