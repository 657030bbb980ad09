"""Made-up enquiries: one that waits, one that is answered, one that is closed."""

from dataclasses import dataclass
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


# How bad each is, and how many days there are to mend it.
GRAVITY = [("minor", 40), ("dangerous", 5), ("note", 0)]


@dataclass(frozen=True)
class Words:
    """What the inspector wrote of each deviation, and of all; who mended the first, and the answer to that."""

    found: list[tuple[str, str]]
    summary: str
    mended: str
    thanks: str


WORDS = {
    "nb": Words(
        found=[
            ("Løs stikkontakt i gangen", "Kontakten sitter ikke fast i veggen, og ledningene kan slites."),
            ("Varmgang i sikringsskapet", "Klemmen på hovedkursen er svidd. Få en elektriker til å se på den nå."),
            ("Ulik kursfortegnelse", "Kursfortegnelsen stemmer ikke med det som er montert."),
        ],
        summary="Anlegget er jevnt over i god stand. Tre forhold er notert.",
        mended="Byttet av elektriker.",
        thanks="Takk, det ser bra ut.",
    ),
    "nn": Words(
        found=[
            ("Laus stikkontakt i gangen", "Kontakten sit ikkje fast i veggen, og leidningane kan slitast."),
            ("Varmgang i sikringsskapet", "Klemma på hovudkursen er svidd. Få ein elektrikar til å sjå på henne no."),
            ("Ulik kursliste", "Kurslista stemmer ikkje med det som er montert."),
        ],
        summary="Anlegget er jamt over i god stand. Tre forhold er noterte.",
        mended="Bytt av elektrikar.",
        thanks="Takk, det ser bra ut.",
    ),
}


def _inspect(tenant: Tenant, staff: User, today: date) -> None:
    """An inspection of a customer's installation, with one deviation that is closed already."""
    words = WORDS.get(tenant.language) or WORDS["nb"]
    if not tenant.has_module("grid"):
        return
    for member in Membership.objects.select_related("user", "customer").order_by("pk")[:40]:
        place = next((one for one in places_of(member.customer) if one.gsrn), None)
        if place is None:
            continue
        with writing_history(at=timezone.now() - timedelta(days=12)):
            _take_in(member.customer, place, today, words)
            closed = Deviation.objects.filter(report__customer=member.customer, number=1, state="open").first()
            if closed:
                inspections.report_mended(deviation=closed, text=words.mended, by=member.user)
                inspections.close(deviation=closed, note=words.thanks, by=staff)


def _take_in(customer: Customer, place: Place, today: date, words: Words) -> None:
    found = [
        inspections.FoundDeviation(
            number=number,
            title=title,
            text=text,
            severity=severity,
            deadline=today + timedelta(days=days) if days else None,
        )
        for number, ((title, text), (severity, days)) in enumerate(zip(words.found, GRAVITY, strict=True), start=1)
    ]
    report = inspections.FoundReport(
        number=f"T-{customer.number}",
        customer_number=customer.number,
        inspected_on=today - timedelta(days=20),
        gsrn=place.gsrn,
        address=place.full_address,
        inspector="Solveig Haugen",
        summary=words.summary,
        deviations=tuple(found),
    )
    inspections.take_in(found=report, tell=False)
