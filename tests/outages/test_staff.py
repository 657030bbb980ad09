"""Staff publish an outage in seconds, and are asked before anybody is told what they may not mean."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from outages.actions import notices, outages
from outages.models import DutyContact, Notice, Outage, OutageSettings, OutageUpdate
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from tests.outages import makers
from tests.outages.desk import ADD, NOW, change, errors, fields, in_hours, said, timeline


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


def test_the_start_page_counts_the_power_cuts_that_its_link_lists(staff: Client) -> None:
    late = makers.outage(expected_at=in_hours(-0.5))
    makers.outage(expected_at=in_hours(-0.5), restored_at=in_hours(-0.2))
    makers.outage(expected_at=in_hours(-0.5), cancelled_at=in_hours(-0.2))
    makers.outage(expected_at=in_hours(-0.5), is_published=False)
    makers.outage(expected_at=in_hours(2))
    makers.outage()
    makers.planned(starts_at=in_hours(-2), expected_at=in_hours(-1))
    [queue] = [one for one in staff.get("/admin/").context["work_queues"] if "/outages/outage/" in one.url]
    listed = staff.get(queue.url).context["cl"].queryset
    assert (queue.count, list(listed)) == (1, [late])
