"""Made-up enquiries: one that waits, one that is answered, one that is closed."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from forms_catalog.actions import enquiries as actions
from forms_catalog.actions import inspections
from forms_catalog.models import Deviation, Enquiry, EnquiryMessage, Topic
from portal.accounts.models import User
from portal.customers.models import Customer, Membership
from portal.customers.places import Place, places_of
from portal.notifications.actions import writing_history
from portal.tenancy.models import Tenant

# By the company's language: the topic (else the general one), subject, text, days ago.
ASKED = {
    "nb": [
        ("general", "Hvordan endrer jeg fakturaadressen?", "Vi har flyttet kontoret og vil ha fakturaene dit.", 40),
        ("grid-rent", "Spørsmål om siste faktura", "Beløpet er høyere enn jeg ventet. Kan dere se på det?", 6),
        ("order", "Når kommer dere?", "Vi har ikke hørt noe etter at vi meldte fra på mandag.", 1),
    ],
    "nn": [
        ("general", "Korleis endrar eg fakturaadressa?", "Vi har flytta kontoret og vil ha fakturaene dit.", 40),
        ("grid-rent", "Spørsmål om siste faktura", "Beløpet er høgare enn eg venta. Kan de sjå på det?", 6),
        ("order", "Når kjem de?", "Vi har ikkje høyrt noko etter at vi melde frå måndag.", 1),
    ],
}
ANSWERS = {
    "nb": [
        "Hei! Adressen er endret fra neste faktura.",
        "Hei! Vi har sett på det, og forklarer det gjerne på telefon.",
    ],
    "nn": ["Hei! Adressa er endra frå neste faktura.", "Hei! Vi har sett på det, og forklarer det gjerne på telefon."],
}


def build(tenant: Tenant, *, rng: Random, today: date) -> None:
    """Fill a new tenant whose customers are there."""
    member = Membership.objects.select_related("user", "customer").order_by("pk").first()
    staff = User.objects.filter(is_staff=True).order_by("pk").first()
    topics = {topic.slug: topic for topic in Topic.objects.order_by("order")}
    if member is None or staff is None or not topics:
        return
    _inspect(tenant, staff, today)
    with writing_history(at=timezone.now() - timedelta(days=1)):
        language = tenant.language if tenant.language in ASKED else "nb"
        for index, (about, subject, text, days) in enumerate(ASKED[language]):
            enquiry = actions.ask(
                customer=member.customer,
                topic=topics.get(about) or topics["general"],
                subject=subject,
                text=text,
                submission_key=UUID(int=rng.getrandbits(128)),
                by=member.user,
            )
            if index < len(ANSWERS[language]):
                actions.answer(enquiry=enquiry, text=ANSWERS[language][index], by=staff, close=index == 0)
            _move_back(enquiry, days)


def _move_back(enquiry: Enquiry, days: int) -> None:
    at = timezone.now() - timedelta(days=days)
    Enquiry.objects.filter(pk=enquiry.pk).update(asked_at=at, moved_at=at)
    for number, message in enumerate(EnquiryMessage.objects.filter(enquiry=enquiry).order_by("pk")):
        EnquiryMessage.objects.filter(pk=message.pk).update(written_at=at + timedelta(hours=number))


FOUND = [
    ("Løs stikkontakt i gangen", "Kontakten sitter ikke fast i veggen, og ledningene kan slites.", "minor", 40),
    (
        "Varmgang i sikringsskapet",
        "Klemmen på hovedkursen er svidd. Få en elektriker til å se på den nå.",
        "dangerous",
        5,
    ),
    ("Ulik kursfortegnelse", "Kursfortegnelsen stemmer ikke med det som er montert.", "note", 0),
]


def _inspect(tenant: Tenant, staff: User, today: date) -> None:
    """An inspection of a customer's installation, with one deviation that is closed already."""
    if not tenant.has_module("grid"):
        return
    for member in Membership.objects.select_related("user", "customer").order_by("pk")[:40]:
        place = next((one for one in places_of(member.customer) if one.gsrn), None)
        if place is None:
            continue
        with writing_history(at=timezone.now() - timedelta(days=12)):
            _take_in(member.customer, place, today)
            closed = Deviation.objects.filter(report__customer=member.customer, number=1, state="open").first()
            if closed:
                inspections.report_mended(deviation=closed, text="Byttet av elektriker.", by=member.user)
                inspections.close(deviation=closed, note="Takk, det ser bra ut.", by=staff)


def _take_in(customer: Customer, place: Place, today: date) -> None:
    found = [
        inspections.FoundDeviation(
            number=number,
            title=title,
            text=text,
            severity=severity,
            deadline=today + timedelta(days=days) if days else None,
        )
        for number, (title, text, severity, days) in enumerate(FOUND, start=1)
    ]
    report = inspections.FoundReport(
        number=f"T-{customer.number}",
        customer_number=customer.number,
        inspected_on=today - timedelta(days=20),
        gsrn=place.gsrn,
        address=", ".join(filter(None, [place.street, f"{place.postal_code} {place.city}".strip()])),
        inspector="Solveig Haugen",
        summary="Anlegget er jevnt over i god stand. Tre forhold er notert.",
        deviations=tuple(found),
    )
    inspections.take_in(found=report, tell=False)
