"""Made-up power cuts, planned work, notices and reported hazards of the made-up grid companies."""

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from outages.actions import hazards, notices
from outages.actions import outages as write
from outages.models import DutyContact, Notice, Outage, OutageSettings
from outages.queries import outdate_events
from portal.accounts.models import User
from portal.tenancy.models import Tenant

DUTY = {"vidnett": "21 23 45 99", "alvvik": "56 12 34 99"}


def build(tenant: Tenant, *, rng: Random, today: date) -> None:
    """Fill a new tenant whose customers are there. Its scope and a transaction must be open."""
    OutageSettings.objects.create(duty_phone=DUTY.get(tenant.slug, ""), planned_notice_hours=48)
    DutyContact.objects.create(name="Vakta", phone="+4791234599", email=f"vakt@{tenant.slug}.example")
    staff = User.objects.filter(is_staff=True).order_by("pk").first()
    makers = {"vidnett": _vidnett, "alvvik": _alvvik}
    for fields in makers.get(tenant.slug, _nothing)(tenant, today):
        _publish(fields, staff)
    _report(rng)
    outdate_events()


def _nothing(_tenant: Tenant, _today: date) -> list[dict[str, Any]]:
    return []


def _at(tenant: Tenant, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=tenant.zone)


def _vidnett(tenant: Tenant, today: date) -> list[dict[str, Any]]:
    return [*_vidnett_cuts(tenant, today), *_vidnett_work(tenant, today)]


def _vidnett_cuts(tenant: Tenant, today: date) -> list[dict[str, Any]]:
    """One that is going on, and one of yesterday."""
    now = timezone.now().replace(second=0, microsecond=0)
    yesterday = today - timedelta(days=1)
    return [
        {
            "kind": "outage",
            "cause": "tree",
            "area_name": "Fjellveien og Åsen, Solvika",
            "starts_at": now - timedelta(minutes=95),
            "expected_at": now + timedelta(minutes=80),
            "streets": ["1490 Fjellveien 1-60", "1490 Åsen"],
            "updates": [
                (
                    80,
                    "Vi har fått melding og sender folk ut.",
                    "Vi har fått melding og sender folk ut.",
                    "We have been told, and are sending people out.",
                ),
                (
                    35,
                    "Et tre ligger over linjen ved Fjellveien 40. Vi rydder det nå.",
                    "Eit tre ligg over linja ved Fjellveien 40. Vi ryddar det no.",
                    "A tree lies across the line at Fjellveien 40. We are clearing it.",
                ),
            ],
        },
        {
            "kind": "outage",
            "cause": "cable",
            "area_name": "Granvik sentrum",
            "starts_at": _at(tenant, yesterday, 17, 20),
            "expected_at": _at(tenant, yesterday, 20),
            "restored_at": max(_at(tenant, yesterday, 19, 5), now - timedelta(hours=18)),
            "postal_codes": ["1502"],
            "message": {
                "nb": "En kabel ble gravd over.",
                "nn": "Ein kabel vart graven over.",
                "en": "A cable was cut by digging.",
            },
        },
    ]


def _vidnett_work(tenant: Tenant, today: date) -> list[dict[str, Any]]:
    return [
        {
            "kind": "planned",
            "cause": "renewal",
            "area_name": "Bjørkehaugen, Solvika",
            "starts_at": _at(tenant, today + timedelta(days=4), 9),
            "expected_at": _at(tenant, today + timedelta(days=4), 11),
            "streets": ["1489 Bjørkehaugen 2-24"],
            "message": {
                "nb": "Vi bytter transformatoren. Du kan bli uten strøm i hele tiden.",
                "nn": "Vi byter transformatoren. Du kan bli utan straum heile tida.",
                "en": "We replace the transformer. You may be without power all of the time.",
            },
        },
        {
            "kind": "planned",
            "cause": "felling",
            "area_name": "Hyttefeltene ved Tverrlia, Espedalen",
            "starts_at": _at(tenant, today + timedelta(days=9), 10),
            "expected_at": _at(tenant, today + timedelta(days=9), 14, 30),
            "grid_stations": ["N-58"],
            "postal_codes": [],
            "message": {
                "nb": "Vi feller trær langs linjen.",
                "nn": "Vi feller tre langs linja.",
                "en": "We fell trees along the line.",
            },
        },
    ]


def _alvvik(tenant: Tenant, today: date) -> list[dict[str, Any]]:
    return [
        {
            "kind": "planned",
            "cause": "maintenance",
            "area_name": "Kyrkjevegen og Sjøgata",
            "starts_at": _at(tenant, today + timedelta(days=3), 8, 30),
            "expected_at": _at(tenant, today + timedelta(days=3), 10),
            "streets": ["5698 Kyrkjevegen", "5698 Sjøgata 1-20"],
            "message": {
                "nb": "Vedlikehold i nettstasjonen.",
                "nn": "Vedlikehald i nettstasjonen.",
                "en": "Maintenance of the grid station.",
            },
        }
    ]


def _publish(fields: dict[str, Any], staff: User | None) -> None:
    updates = fields.pop("updates", [])
    outage = write.save_outage(outage=None, fields=fields, by=staff)
    now = timezone.now()
    for minutes, nb, nn, en in updates:
        text = {"nb": nb, "nn": nn, "en": en}
        write.add_update(outage=outage, at=now - timedelta(minutes=minutes), text=text, expected_at=None, by=staff)
    _tell(outage, staff)


def _tell(outage: Outage, staff: User | None) -> None:
    """Tell at once: a demo shows what has been sent."""
    notice = notices.tell(outage=outage, by=staff)
    while notice and Notice.objects.get(pk=notice.pk).state == Notice.State.SENDING:
        notices.work_on(notice.pk)


def _report(rng: Random) -> None:
    hazards.report_hazard(
        sighting=hazards.Sighting(
            kind="cabinet",
            address="Ved lekeplassen i Strandgata",
            text="Døra til skapet står åpen, og det ligger ledninger i gresset.",
            contact_phone="+4791234577",
        ),
        photos=[],
        submission_key=UUID(int=rng.getrandbits(128), version=4),
    )
