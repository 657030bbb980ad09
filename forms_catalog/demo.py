"""Made-up enquiries: one that waits, one that is answered, one that is closed."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from forms_catalog.actions import enquiries as actions
from forms_catalog.models import Enquiry, EnquiryMessage, Topic
from portal.accounts.models import User
from portal.customers.models import Membership
from portal.notifications.actions import writing_history
from portal.tenancy.models import Tenant

ASKED = [
    ("Hvordan endrer jeg fakturaadressen?", "Vi har flyttet kontoret og vil ha fakturaene til ny adresse.", 40),
    ("Spørsmål om siste faktura", "Beløpet er høyere enn jeg ventet. Kan dere se på det?", 6),
    ("Når kommer dere?", "Vi har ikke hørt noe etter at vi meldte fra på mandag.", 1),
]
ANSWERS = ["Hei! Adressen er endret fra neste faktura.", "Hei! Vi har sett på det, og forklarer det gjerne på telefon."]


def build(_tenant: Tenant, *, rng: Random, today: date) -> None:  # noqa: ARG001  (what the registry hands over)
    """Fill a new tenant whose customers are there."""
    member = Membership.objects.select_related("user", "customer").order_by("pk").first()
    staff = User.objects.filter(is_staff=True).order_by("pk").first()
    topics = list(Topic.objects.order_by("order"))
    if member is None or staff is None or not topics:
        return
    with writing_history(at=timezone.now() - timedelta(days=1)):
        for index, (subject, text, days) in enumerate(ASKED):
            enquiry = actions.ask(
                customer=member.customer,
                topic=rng.choice(topics),
                subject=subject,
                text=text,
                submission_key=UUID(int=rng.getrandbits(128)),
                by=member.user,
            )
            if index < len(ANSWERS):
                actions.answer(enquiry=enquiry, text=ANSWERS[index], by=staff, close=index == 0)
            _move_back(enquiry, days)


def _move_back(enquiry: Enquiry, days: int) -> None:
    at = timezone.now() - timedelta(days=days)
    Enquiry.objects.filter(pk=enquiry.pk).update(asked_at=at, moved_at=at)
    for number, message in enumerate(EnquiryMessage.objects.filter(enquiry=enquiry).order_by("pk")):
        EnquiryMessage.objects.filter(pk=message.pk).update(written_at=at + timedelta(hours=number))
