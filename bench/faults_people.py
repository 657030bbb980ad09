"""The customers of a load-and-fault run: they order, send in call-offs, read pages, and press again when it fails."""

import io
import itertools
import json
import os
import random
import re
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import psycopg

from bench.faults_servers import TENANT, Site

# How long somebody presses again before they give up.
PATIENCE = 40.0
PAGES = ("/orders/", "/orders/basket/", "/orders/overview/", "/callouts/history/", "/callouts/new/", "/account/")
KIND = "Vi er straks tilbake"
POINTS = 20


@dataclass
class Diary:
    """What people were told. Threads write to it under its lock."""

    orders: dict[str, int] = field(default_factory=dict)
    call_offs: dict[str, int] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    readings: dict[tuple[str, date], list[int]] = field(default_factory=dict)
    files: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    unkind: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    # From when what was stopped is started to the first page that is fine.
    back_after: dict[str, float] = field(default_factory=dict)
    during: str = ""
    recovering: tuple[str, float] = ("", 0.0)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, method: str, path: str, answer: httpx.Response | None, seconds: float) -> None:
        with self.lock:
            self.statuses[str(answer.status_code) if answer else "no answer"] += 1
            if answer is None or answer.status_code >= 500:
                told = answer.text if answer else ""
                if answer is None or answer.status_code != 503 or KIND not in told:
                    status = answer.status_code if answer else "no answer"
                    self.unkind.append(f"{method} {path}: {status} during “{self.during or self.recovering[0]}”")
                return
            self.seconds.append(seconds)
            name, since = self.recovering
            if name and not self.during:
                self.back_after.setdefault(name, time.monotonic() - since)


class Person:
    def __init__(self, site: Site, cookie: str, order: tuple[int, int], call_off: int) -> None:
        self.site, self.order, self.call_off = site, order, call_off
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{site.port}",
            headers={"host": site.host, "accept-language": "nb"},
            cookies={"session": cookie},
            timeout=20,
            trust_env=False,
        )

    def live(self, diary: Diary, until: float) -> None:
        for turn in itertools.count():
            if time.monotonic() > until:
                return
            (self.order_again, self.call_off_again)[turn % 2](diary)
            self.ask(diary, "GET", random.choice(PAGES))  # noqa: S311
            time.sleep(0.3)

    def ask(self, diary: Diary, method: str, path: str, data: dict[str, Any] | None = None) -> httpx.Response | None:
        began = time.monotonic()
        try:
            answer = self.client.request(method, path, data=self._with_token(data) if data is not None else None)
        except httpx.HTTPError:
            answer = None
        diary.note(method, path, answer, time.monotonic() - began)
        return answer

    def _with_token(self, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "csrfmiddlewaretoken": self.client.cookies.get("csrf", "")}

    def insist(self, diary: Diary, method: str, path: str, data: dict[str, Any] | None = None) -> httpx.Response | None:
        """Press until there is an answer, as people do; None when patience is at an end."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = self.ask(diary, method, path, data)
            if answer is not None and answer.status_code < 500:
                return answer
            time.sleep(1)
        return None

    def order_again(self, diary: Diary) -> None:
        number, position = self.order
        self.insist(diary, "GET", "/orders/basket/")
        self.insist(diary, "POST", f"/orders/{number}/{position}/repeat/", {})
        page = self.insist(diary, "GET", "/orders/basket/")
        key = _hidden(page, "key")
        if not key:
            return
        answer = self.insist(diary, "POST", "/orders/basket/send/", {"key": key})
        found = re.search(r"/orders/(\d+)/confirmation/", answer.headers.get("location", "")) if answer else None
        with diary.lock:
            if found:
                diary.orders[key] = int(found[1])
            else:
                diary.unanswered.append(key)

    def call_off_again(self, diary: Diary) -> None:
        path = f"/callouts/history/A-{self.call_off}/copy/"
        self.insist(diary, "GET", path)
        copied = self.insist(diary, "POST", path, {"start_key": str(uuid.uuid4())})
        draft = re.search(r"/callouts/drafts/(\d+)/", copied.headers.get("location", "")) if copied else None
        if not draft:
            return
        review = self.insist(diary, "GET", f"/callouts/drafts/{draft[1]}/review/")
        key, version = _hidden(review, "submission_key"), _hidden(review, "version")
        sent = {"version": version, "submission_key": key}
        answer = self.insist(diary, "POST", f"/callouts/drafts/{draft[1]}/submit/", sent)
        found = (
            re.search(r"/callouts/history/A-(\d+)/submitted/", answer.headers.get("location", "")) if answer else None
        )
        with diary.lock:
            if found:
                diary.call_offs[key] = int(found[1])
            else:
                diary.unanswered.append(key)


def _hidden(page: httpx.Response | None, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text) if page else None
    return found[1] if found else ""


def make(site: Site, customers: int) -> list[Person]:
    """Make a company with so many customers, each with an order and a call-off to begin from, signed in."""
    os.environ.update(
        DATABASE_URL=site.services.database_url,
        REDIS_URL=site.services.redis_url,
        SKRANKE_MODE="development",
        DJANGO_SETTINGS_MODULE="portal.settings",
    )
    import django

    django.setup()
    from portal.tenancy.models import Tenant
    from portal.tenancy.scope import tenant_transaction
    from tests.factories import insert_tenant

    modules = ["orders", "callouts", "grid"]
    with psycopg.connect(site.services.owner_url, autocommit=True) as owner:
        insert_tenant(owner, TENANT, {"name": "Rush", "legal_name": "Rush AS", "modules": modules})
    tenant = Tenant.objects.get(slug=TENANT)
    with tenant_transaction(tenant):
        from metering.models import MeteringPoint
        from portal.notifications.models import SmsGateway
        from tests.callouts import makers as callouts

        SmsGateway.objects.create(url=site.gateway.url, token="token", sender="Rush", webhook_secret="secret")  # noqa: S106  (made up)
        callouts.load_catalogue()
        MeteringPoint.objects.bulk_create(MeteringPoint(gsrn=gsrn) for gsrn in gsrns())
    return [_person(site, tenant) for _ in range(customers)]


def _person(site: Site, tenant: Any) -> Person:
    from portal.tenancy.scope import tenant_transaction
    from tests import factories
    from tests.callouts import makers as callouts
    from tests.orders import makers as orders

    with tenant_transaction(tenant):
        place = orders.site()
        past = orders.past_order(place, date.today() - timedelta(days=30))  # noqa: DTZ011
        callouts.producer(place.customer)
        rest = {"fraction": callouts.fraction(callouts.RESTAVFALL), "declared_by": "", "declaration_no": ""}
        call_off = callouts.submitted(place.customer, place.person, **rest)
        client = factories.client_for(place.person, tenant=tenant)
        return Person(site, client.cookies["session"].value, (past.order.number, past.position), call_off.number or 0)


def gsrns() -> list[str]:
    from portal.customers import gsrn

    return [gsrn.make(serial) for serial in range(POINTS)]


def import_files(site: Site, diary: Diary, until: float) -> None:
    """Take in one meter file after the other, each a day of every point, as an operator's script would."""
    from metering.importers import gs2_writer

    first = date(2026, 1, 5)
    for number in itertools.count():
        if time.monotonic() > until:
            return
        day = first + timedelta(days=number)
        rng = random.Random(number)  # noqa: S311  (made-up values)
        series = list(gs2_writer.lifelike(points=POINTS, first_day=day, days=1, rng=rng, first_serial=0))
        out = io.StringIO()
        gs2_writer.write(out, series, written_at=datetime(2026, 3, 1, tzinfo=UTC))
        path = site.logs / f"{day}.gs2"
        path.write_text(out.getvalue(), encoding="utf-8")
        if _taken_in(site, str(path)):
            with diary.lock:
                diary.files += 1
                for one in series:
                    diary.readings[str(one.reference), day] = [int(wh or 0) for wh in one.values_wh]


def _taken_in(site: Site, path: str) -> bool:
    for _ in range(20):
        done = site.manage("import_readings", "--tenant", TENANT, "--json", path)
        if done.returncode == 0:
            return bool(json.loads(done.stdout)["files"])
        time.sleep(1)
    return False
