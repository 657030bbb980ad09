"""A call-off with several lines: one on the page at a time, each kept apart by its key."""

import uuid
from decimal import Decimal

from callouts import actions
from callouts.content import content_of
from callouts.models import CallOff
from portal.customers.models import Role
from tests import factories
from tests.callouts import makers
from tests.callouts.conftest import Desk


def keys_of(call_off: CallOff) -> list[str]:
    return [str(line.key) for line in call_off.lines.all()]


def two_lines(desk: Desk) -> CallOff:
    """Start a call-off on the page, and add a line of asbestos to it."""
    first = makers.posted(desk.customer, action="add", line=str(uuid.uuid4()))
    answer = desk.client.post("/callouts/new/", first)
    call_off = CallOff.objects.get()
    second = answer.headers["Location"].partition("line=")[2].partition("#")[0]
    asbestos = {"fraction": makers.fraction("725001").pk, "quantity": "500", "package_type": big_bag()}
    posted = makers.posted(desk.customer, version=call_off.version, line=second, **asbestos)
    assert desk.client.post(f"/callouts/drafts/{call_off.pk}/", posted).status_code == 302
    call_off.refresh_from_db()
    return call_off


def big_bag() -> int:
    return makers.PackageType.objects.get(code="43").pk


def test_a_line_is_added_filled_in_and_sent_in_with_the_first(desk: Desk) -> None:
    call_off = two_lines(desk)
    assert [(line.article_no, line.quantity) for line in call_off.lines.all()] == [("701201", 1600), ("725001", 500)]
    sent = makers.submit(call_off, desk.user)
    shown = desk.client.get(f"/callouts/history/A-{sent.number}/").content.decode()
    assert "Linje 1 av 2" in shown
    assert "Asbest" in shown
    assert "Spillolje, ikke refusjonsberettiget" in shown
    assert "og 1 til" in desk.client.get("/callouts/history/").content.decode()


def test_saving_one_line_leaves_the_other_and_both_keys(desk: Desk) -> None:
    call_off = two_lines(desk)
    before = keys_of(call_off)
    posted = makers.posted(desk.customer, version=call_off.version, line=before[0], quantity="900")
    desk.client.post(f"/callouts/drafts/{call_off.pk}/", posted)
    assert keys_of(call_off) == before
    assert [line.quantity for line in call_off.lines.all()] == [Decimal(900), Decimal(500)]


def test_the_page_opens_the_line_that_is_asked_for(desk: Desk) -> None:
    call_off = two_lines(desk)
    second = keys_of(call_off)[1]
    page = desk.client.get(f"/callouts/drafts/{call_off.pk}/?line={second}")
    assert page.context["hits"].chosen.article_no == "725001"
    assert [line.is_current for line in page.context["lines"]] == [False, True]
    for nonsense in ("x", "", str(uuid.uuid4())):
        page = desk.client.get(f"/callouts/drafts/{call_off.pk}/?line={nonsense}")
        assert page.context["hits"].chosen.article_no == "701201"


def test_going_to_another_line_saves_this_one(desk: Desk) -> None:
    call_off = two_lines(desk)
    first, second = keys_of(call_off)
    posted = makers.posted(desk.customer, version=call_off.version, line=first, quantity="700", action=f"line:{second}")
    answer = desk.client.post(f"/callouts/drafts/{call_off.pk}/", posted)
    assert answer.headers["Location"] == f"/callouts/drafts/{call_off.pk}/?line={second}#part-2"
    assert call_off.lines.first().quantity == 700  # type: ignore[union-attr]


def test_a_line_is_removed_and_the_last_leaves_an_empty_one(desk: Desk) -> None:
    call_off = two_lines(desk)
    for left in (["725001"], [""]):
        call_off.refresh_from_db()
        key = keys_of(call_off)[0]
        content = content_of(call_off)
        posted = makers.posted(
            desk.customer,
            version=call_off.version,
            line=key,
            action=f"remove:{key}",
            fraction=content.line.fraction.pk,  # type: ignore[union-attr]
        )
        assert desk.client.post(f"/callouts/drafts/{call_off.pk}/", posted).status_code == 302
        assert [line.article_no for line in call_off.lines.all()] == left


def test_what_lacks_on_another_line_is_said_above_and_in_the_list(desk: Desk) -> None:
    call_off = two_lines(desk)
    first, second = keys_of(call_off)
    posted = makers.posted(desk.customer, version=call_off.version, line=second, quantity="", fraction="")
    desk.client.post(f"/callouts/drafts/{call_off.pk}/", posted)
    call_off.refresh_from_db()
    posted = makers.posted(desk.customer, version=call_off.version, line=first, action="review")
    page = desk.client.post(f"/callouts/drafts/{call_off.pk}/", posted)
    assert page.status_code == 422
    assert page.context["form"].errors == {"__all__": ["Linje 2: Finn og velg avfallsfraksjonen."]}
    assert [bool(line.lacks) for line in page.context["lines"]] == [False, True]
    assert "Linje 2: Skriv inn mengden" in desk.client.get(f"/callouts/drafts/{call_off.pk}/review/").content.decode()


def test_two_people_on_two_lines_do_not_mix_them_up(desk: Desk) -> None:
    call_off = two_lines(desk)
    first, second = keys_of(call_off)
    colleague = factories.user(name="Jonas Berg")
    factories.membership(colleague, desk.customer, Role.ORDERER)
    theirs = content_of(call_off).without_line(uuid.UUID(first))
    actions.save_draft(call_off=call_off, content=theirs, version=call_off.version, by=colleague)

    posted = makers.posted(desk.customer, version=call_off.version, line=first, quantity="750")
    page = desk.client.post(f"/callouts/drafts/{call_off.pk}/", posted)
    assert page.status_code == 409
    assert keys_of(call_off) == [second]
    knowingly = makers.posted(desk.customer, version=call_off.version + 1, line=first, quantity="750")
    assert desk.client.post(f"/callouts/drafts/{call_off.pk}/", knowingly).status_code == 302
    assert {line.article_no: line.quantity for line in call_off.lines.all()} == {"725001": 500, "701201": 750}


def test_a_call_off_takes_thirty_lines_and_no_more(desk: Desk) -> None:
    content = makers.content(desk.customer)
    for _ in range(30):
        content = content.with_line(makers.content(desk.customer).line)
    many = actions.start_draft(customer=desk.customer, content=content, by=desk.user, start_key=uuid.uuid4())
    assert many.lines.count() == 31
    assert "høyst 30 linjer" in desk.client.get(f"/callouts/drafts/{many.pk}/review/").content.decode()
