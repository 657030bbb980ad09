"""Staff publish an outage in seconds, and are stopped from what cannot be right."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from outages.actions import notices, outages
from outages.actions.outages import Changed, NotValid
from outages.models import DutyContact, Notice, Outage, OutageSettings, OutageUpdate
from outages.rules.problems import SAME_TIME
from portal.accounts.models import StaffRole, User
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests import factories
from tests.outages import makers

ADD = "/admin/outages/outage/add/"
# A Monday at noon: the wall clock that the forms post has no hour that comes twice near it.
NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def in_hours(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def moment(name: str, at: datetime | None) -> dict[str, str]:
    local = timezone.localtime(at) if at else None
    return {f"{name}_0": f"{local:%d.%m.%Y}" if local else "", f"{name}_1": f"{local:%H:%M:%S}" if local else ""}


def fields(**given: Any) -> dict[str, Any]:
    """What the form posts: a power cut that began an hour ago in Torget, unless told otherwise."""
    times = {"starts_at": in_hours(-1), "expected_at": None, "restored_at": None}
    posted: dict[str, Any] = {"kind": "outage", "cause": "tree", "area_name": "Solvika", "streets": "1489 Torget"}
    posted |= {"is_published": "on", "tell": "on"}
    for name, default in times.items():
        posted |= moment(name, given.pop(name, default))
    return {name: value for name, value in (posted | given).items() if value is not None}


def timeline(*rows: dict[str, Any], total: int = 0) -> dict[str, Any]:
    """The updates of the page; `total` of them are there already."""
    posted: dict[str, Any] = {
        "updates-TOTAL_FORMS": len(rows),
        "updates-INITIAL_FORMS": total,
        "notices-TOTAL_FORMS": 0,
        "notices-INITIAL_FORMS": 0,
    }
    for number, row in enumerate(rows):
        for name, value in row.items():
            entry = (
                moment(f"updates-{number}-{name}", value)
                if isinstance(value, datetime)
                else {f"updates-{number}-{name}": value}
            )
            posted |= entry
    return posted


@pytest.fixture
def agent(tenant: Tenant) -> User:
    return factories.staff(StaffRole.AGENT)


@pytest.fixture
def staff(tenant: Tenant, agent: User, client_for: Callable[..., Client]) -> Client:
    return client_for(agent, tenant=tenant)


@pytest.fixture(autouse=True)
def _wall_clock(tenant: Tenant) -> Any:
    with timezone.override(tenant.zone):
        yield


def change(outage: Outage) -> str:
    return f"/admin/outages/outage/{outage.pk}/change/"


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def errors(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200
    found: dict[str, Any] = answer.context["adminform"].form.errors
    return found


def test_publishing_takes_one_form_and_tells_those_it_touches(staff: Client, agent: User) -> None:
    makers.home(1, address="Torget 3")
    answer = staff.post(ADD, fields(message_nb="Vi er på vei."))
    assert answer.status_code == 302
    outage = Outage.objects.get()
    assert (outage.cause, outage.streets, outage.message) == ("tree", ["1489 Torget"], {"nb": "Vi er på vei."})
    assert Notice.objects.get().ordered_by == agent
    assert "1 kunde varsles." in said(answer)
    assert Entry.objects.filter(verb="outages.registered", by=agent).exists()


def test_nobody_is_told_when_staff_do_not_want_it(staff: Client) -> None:
    makers.home(1, address="Torget 3")
    staff.post(ADD, fields(tell=None))
    assert not Notice.objects.exists()


def test_an_area_without_customers_is_pointed_out(staff: Client) -> None:
    assert "Er området riktig?" in said(staff.post(ADD, fields()))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"expected_at": in_hours(-2)}, "expected_at"),
        ({"restored_at": in_hours(-2)}, "restored_at"),
        ({"restored_at": in_hours(2)}, "restored_at"),
        ({"starts_at": in_hours(5)}, "starts_at"),
        ({"kind": "planned", "starts_at": in_hours(5)}, "expected_at"),
        ({"streets": ""}, "__all__"),
        ({"streets": "Torget 3"}, "streets"),
        ({"postal_codes": "14890"}, "postal_codes"),
        ({"gsrns": "123"}, "gsrns"),
        ({"area_name": ""}, "area_name"),
        ({"area_name": "x" * 121}, "area_name"),
        ({"cause": "magic"}, "cause"),
    ],
)
def test_what_cannot_be_right_is_refused_at_its_field(staff: Client, given: dict[str, Any], field: str) -> None:
    assert list(errors(staff.post(ADD, fields(**given)))) == [field]
    assert not Outage.objects.exists()


def test_the_same_outage_registered_twice_is_noticed(staff: Client) -> None:
    makers.outage(area_name="Torget først", streets=["1489 Torget 1-9"])
    answer = staff.post(ADD, fields())
    assert "Torget først" in str(errors(answer)["publish_anyway"])
    assert staff.post(ADD, fields(publish_anyway="on")).status_code == 302


def test_one_elsewhere_or_at_another_time_is_no_second(staff: Client) -> None:
    makers.outage(streets=["1489 Strandgata"])
    makers.outage(streets=["1489 Torget"], starts_at=in_hours(-9), restored_at=in_hours(-5))
    makers.planned(streets=["1489 Torget"], starts_at=in_hours(50), expected_at=in_hours(52))
    assert staff.post(ADD, fields(expected_at=in_hours(3))).status_code == 302


def test_two_who_change_it_at_once_do_not_overwrite_each_other(staff: Client) -> None:
    cut = makers.outage(streets=["1489 Torget"])
    first = staff.post(change(cut), fields(seen_version=cut.version, area_name="First", **timeline()))
    second = staff.post(change(cut), fields(seen_version=cut.version, area_name="Second", **timeline()))
    assert first.status_code == 302
    assert "Noen endret dette" in str(errors(second))
    cut.refresh_from_db()
    assert cut.area_name == "First"


def test_an_update_moves_the_expected_time_along(staff: Client, agent: User) -> None:
    cut = makers.outage(streets=["1489 Torget"], expected_at=in_hours(1))
    later = in_hours(4)
    row = {"at": in_hours(-0.5), "text_nb": "Det tar lengre tid.", "expected_at": later}
    posted = fields(seen_version=cut.version, expected_at=cut.expected_at, **timeline(row))
    assert staff.post(change(cut), posted).status_code == 302
    cut.refresh_from_db()
    update = OutageUpdate.objects.get()
    assert (cut.expected_at, update.by, update.text) == (later, agent, {"nb": "Det tar lengre tid."})


def test_an_update_that_is_put_right_or_taken_away_is_written_down(staff: Client, agent: User) -> None:
    cut = makers.outage(streets=["1489 Torget"])
    early, late = (
        outages.add_update(outage=cut, at=in_hours(-hours), text={"nb": "Feil"}, expected_at=None, by=None)
        for hours in (0.8, 0.5)
    )
    # The newest comes first.
    rows = [
        {"id": late.pk, "outage": cut.pk, "at": late.at, "text_nb": "Rett"},
        {"id": early.pk, "outage": cut.pk, "at": early.at, "text_nb": "Feil", "DELETE": "on"},
    ]
    cut.refresh_from_db()
    posted = fields(seen_version=cut.version, **timeline(*rows, total=2))
    assert staff.post(change(cut), posted).status_code == 302
    assert [update.text for update in OutageUpdate.objects.all()] == [{"nb": "Rett"}]
    written = Entry.objects.filter(verb__in=["outages.update_changed", "outages.update_deleted"]).order_by("pk")
    assert [(entry.verb, entry.by, entry.object_id, entry.data) for entry in written] == [
        ("outages.update_changed", agent, cut.pk, {"update": late.pk, "text_before": {"nb": "Feil"}}),
        ("outages.update_deleted", agent, cut.pk, {"update": early.pk, "text": {"nb": "Feil"}}),
    ]


def test_times_that_are_put_right_are_written_down_as_they_were(agent: User) -> None:
    cut = makers.outage(streets=["1489 Torget"])
    at, back = in_hours(-0.5), in_hours(2)
    update = outages.add_update(outage=cut, at=at, text={"nb": "Hei"}, expected_at=back, by=agent)
    update.at, update.expected_at = in_hours(-0.4), None
    outages.change_update(update=update, by=agent)
    entry = Entry.objects.get(verb="outages.update_changed")
    assert entry.data == {
        "update": update.pk,
        "at_before": at.isoformat(),
        "expected_at_before": back.isoformat(),
    }


def test_an_update_cannot_expect_the_power_back_before_it_went(staff: Client) -> None:
    cut = makers.outage(streets=["1489 Torget"])
    row = {"at": in_hours(-0.5), "text_nb": "Hei", "expected_at": in_hours(-2)}
    answer = staff.post(change(cut), fields(seen_version=cut.version, **timeline(row)))
    assert answer.status_code == 200
    assert "Strømmen kan ikke være tilbake før den gikk" in answer.content.decode()
    assert not OutageUpdate.objects.exists()


@pytest.mark.parametrize("refused", [Changed(), NotValid([SAME_TIME])], ids=["changed", "not valid"])
def test_who_was_quicker_is_no_server_error(staff: Client, monkeypatch: pytest.MonkeyPatch, refused: Exception) -> None:
    """Between the form's look at the version and the saving there is time for somebody else."""
    cut = makers.outage(streets=["1489 Torget"])

    def late(**_: Any) -> Outage:
        raise refused

    monkeypatch.setattr(outages, "save_outage", late)
    answer = staff.post(change(cut), fields(seen_version=cut.version, area_name="Second", **timeline()))
    assert (answer.status_code, answer.headers["Location"]) == (302, change(cut))
    assert said(answer)
    cut.refresh_from_db()
    assert cut.area_name == "Solvika"


def test_a_day_at_the_end_of_the_calendar_is_refused(staff: Client) -> None:
    for day in ("01.01.0001", "31.12.9999"):
        posted = fields() | {"expected_at_0": day, "expected_at_1": "00:00:00"}
        assert "expected_at" in errors(staff.post(ADD, posted))


@pytest.mark.parametrize("at", [in_hours(-3), in_hours(2)], ids=["before it began", "in the future"])
def test_an_update_outside_the_outage_is_refused(staff: Client, at: datetime) -> None:
    cut = makers.outage(streets=["1489 Torget"])
    row = {"at": at, "text_nb": "Hei"}
    answer = staff.post(change(cut), fields(seen_version=cut.version, **timeline(row)))
    assert answer.status_code == 200
    assert not OutageUpdate.objects.exists()


def test_two_updates_at_the_same_time_are_refused(staff: Client) -> None:
    cut = makers.outage(streets=["1489 Torget"])
    row = {"at": in_hours(-0.5), "text_nb": "Hei"}
    answer = staff.post(change(cut), fields(seen_version=cut.version, **timeline(row, row)))
    assert answer.status_code == 200
    assert not OutageUpdate.objects.exists()


def test_short_notice_of_planned_work_is_asked_about_before_anybody_is_told(staff: Client) -> None:
    makers.home(1, address="Torget 3")
    OutageSettings.objects.create(planned_notice_hours=72)
    times = {"starts_at": in_hours(50), "expected_at": in_hours(52)}
    assert "short_anyway" in errors(staff.post(ADD, fields(kind="planned", **times)))
    assert not Notice.objects.exists()
    answer = staff.post(ADD, fields(kind="planned", short_anyway="on", **times))
    assert "kortere enn de 72 timene" in said(answer)
    assert Notice.objects.count() == 1
    assert staff.post(ADD, fields(kind="planned", tell=None, publish_anyway="on", **times)).status_code == 302


def test_the_power_is_back_is_one_action_and_asks_first(staff: Client) -> None:
    makers.home(1, address="Torget 3")
    staff.post(ADD, fields())
    cut = Outage.objects.get()
    work = makers.planned(streets=["1489 Strandgata"])
    notice = Notice.objects.get()
    while notices.work_on(notice.pk):
        pass
    chosen = {"action": "power_is_back", "_selected_action": [cut.pk, work.pk]}
    assert "Nei, gå tilbake" in staff.post("/admin/outages/outage/", chosen).content.decode()
    cut.refresh_from_db()
    assert cut.restored_at is None
    answer = staff.post("/admin/outages/outage/", chosen | {"confirmed": "yes"})
    assert str(work) in said(answer)
    cut.refresh_from_db()
    assert cut.restored_at
    assert set(Notice.objects.values_list("kind", flat=True)) == {"outage", "restored"}


def test_calling_planned_work_off_keeps_when_it_was(staff: Client) -> None:
    work = makers.planned(streets=["1489 Torget"])
    times = {"starts_at": work.starts_at, "expected_at": work.expected_at}
    staff.post(
        change(work), fields(kind="planned", seen_version=work.version, is_cancelled="on", **times, **timeline())
    )
    work.refresh_from_db()
    first = work.cancelled_at
    assert first
    staff.post(
        change(work), fields(kind="planned", seen_version=work.version, is_cancelled="on", **times, **timeline())
    )
    work.refresh_from_db()
    assert work.cancelled_at == first


def test_notices_are_stopped_and_resumed_from_the_list(staff: Client) -> None:
    makers.home(1, address="Torget 3")
    staff.post(ADD, fields())
    notice = Notice.objects.get()
    path = "/admin/outages/notice/"
    staff.post(path, {"action": "stop", "_selected_action": [notice.pk]})
    notice.refresh_from_db()
    assert notice.state == Notice.State.STOPPED
    assert "Stoppede varsler" in staff.get("/admin/").content.decode()
    staff.post(path, {"action": "resume", "_selected_action": [notice.pk], "confirmed": "yes"})
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENDING


def test_going_on_with_what_is_over_tells_nobody_and_says_so(staff: Client) -> None:
    makers.home(1, address="Torget 3")
    staff.post(ADD, fields())
    notice, path = Notice.objects.get(), "/admin/outages/notice/"
    staff.post(path, {"action": "stop", "_selected_action": [notice.pk]})
    outages.restore(outage=Outage.objects.get(), at=NOW, by=None, tell=False)
    answer = staff.post(path, {"action": "resume", "_selected_action": [notice.pk], "confirmed": "yes"})
    assert "det stemmer ikke lenger" in said(answer)
    notice.refresh_from_db()
    assert notice.state == Notice.State.ENDED


def test_each_saving_says_how_many_more_are_told(staff: Client) -> None:
    makers.home(1, address="Torget 3")
    makers.home(2, address="Strandgata 5")
    assert "1 kunde varsles." in said(staff.post(ADD, fields()))
    cut = Outage.objects.get()
    work(Notice.objects.get())

    def save(**given: Any) -> str:
        staff.get("/admin/")  # What was said before is shown here.
        cut.refresh_from_db()
        return said(staff.post(change(cut), fields(seen_version=cut.version, **given, **timeline())))

    assert "varsles" not in save(area_name="Torget")
    assert "1 kunde varsles." in save(streets="1489 Torget\n1489 Strandgata")
    work(Notice.objects.get())
    assert "varsles" not in save(streets="1489 Torget\n1489 Strandgata")
    assert "2 kunder varsles." in save(streets="1489 Torget", restored_at=NOW)
    assert "varsles" not in save(streets="1489 Torget", restored_at=NOW, area_name="Solvika")


def work(notice: Notice) -> None:
    while notices.work_on(notice.pk):
        pass


def test_a_grid_station_may_have_a_space(staff: Client) -> None:
    staff.post(ADD, fields(streets="", grid_stations=" NS 1042\nN-58 "))
    assert Outage.objects.get().grid_stations == ["NS 1042", "N-58"]


def test_a_power_cut_that_should_be_over_waits_for_staff(staff: Client) -> None:
    makers.outage(starts_at=in_hours(-3), expected_at=in_hours(-1))
    assert "Strømbrudd som skulle vært over" in staff.get("/admin/").content.decode()


@pytest.mark.parametrize("model", ["outage", "notice", "hazardreport", "dutycontact", "outagesettings"])
def test_every_list_and_form_opens(staff: Client, model: str) -> None:
    makers.home(1)
    staff.post(ADD, fields(postal_codes="1489"))
    DutyContact.objects.create(name="Vakta", phone="+4791234599")
    OutageSettings.objects.create()
    assert staff.get(f"/admin/outages/{model}/", follow=True).status_code == 200
    for row in apps.get_model("outages", model).objects.all():
        assert staff.get(f"/admin/outages/{model}/{row.pk}/change/").status_code == 200


def test_another_companys_outage_is_not_found(staff: Client, other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant):
        theirs = makers.outage(starts_at=timezone.now() - timedelta(hours=1))
    assert staff.get(change(theirs)).status_code == 404
    assert staff.post(change(theirs), fields(**timeline())).status_code == 404


def test_an_outage_can_begin_in_the_hour_that_comes_twice(staff: Client) -> None:
    with time_machine.travel("2026-10-25T03:00:00Z", tick=False):
        posted = fields() | {"starts_at_0": "25.10.2026", "starts_at_1": "02:30:00"}
        assert staff.post(ADD, posted).status_code == 302
        cut = Outage.objects.get()
        # The first of the two, in summer time.
        assert cut.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
        # One that began in the second stays where it was when something else is changed.
        Outage.objects.update(starts_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
        cut.refresh_from_db()
        again = posted | {"area_name": "Solvika nord", "seen_version": cut.version} | timeline()
        assert staff.post(change(cut), again).status_code == 302
        cut.refresh_from_db()
    assert (cut.area_name, cut.starts_at) == ("Solvika nord", datetime(2026, 10, 25, 1, 30, tzinfo=UTC))


def test_a_time_that_the_clock_skips_is_refused_in_words(staff: Client) -> None:
    with time_machine.travel("2026-03-29T03:00:00Z", tick=False):
        posted = fields() | {"starts_at_0": "29.03.2026", "starts_at_1": "02:30:00"}
        assert "klokken stilles fram" in staff.post(ADD, posted).content.decode()


@pytest.mark.parametrize(
    ("given", "at", "words"),
    [
        ({"expected_at": in_hours(-2)}, "expected_at", "kan ikke være tilbake før"),
        ({"gsrns": "123"}, "gsrns", "123"),
        ({"postal_codes": "14890"}, "postal_codes", "14890"),
        ({"expected_at": in_hours(-2), "gsrns": "123"}, "expected_at", "kan ikke være tilbake før"),
        ({"kind": "planned", "gsrns": "123"}, "expected_at", "Planlagt arbeid må ha en slutt"),
    ],
)
def test_what_cannot_be_is_said_in_plain_words_at_its_field(
    staff: Client, given: dict[str, Any], at: str, words: str
) -> None:
    """Also where something else is wrong, so that the whole is not looked at yet."""
    found = errors(staff.post(ADD, fields(**given)))
    assert words in " ".join(found[at])
    everything = " ".join(" ".join(each) for each in found.values())
    for foreign in ("outage_", "planned_work_has", "Begrensning", "Element 1", "Item 1"):
        assert foreign not in everything
