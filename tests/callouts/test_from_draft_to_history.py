"""The whole job: start, save as draft, open again, look over, send in, find again."""

from callouts.models import CallOff
from portal.audit.models import Entry
from portal.notifications.models import Message
from tests.callouts import makers
from tests.callouts.conftest import Desk


def test_a_call_off_is_started_saved_opened_again_sent_in_and_found(desk: Desk) -> None:
    page = desk.client.get("/callouts/new/")
    assert page.status_code == 200
    assert not CallOff.objects.exists()

    unfinished = makers.posted(desk.customer, fraction="", quantity="", unit="")
    saved = desk.client.post("/callouts/new/", unfinished, follow=True)
    draft = CallOff.objects.get()
    assert saved.redirect_chain == [(f"/callouts/drafts/{draft.pk}/", 302)]
    assert draft.is_draft
    assert draft.number is None

    listed = desk.client.get("/callouts/drafts/").content.decode()
    assert f"/callouts/drafts/{draft.pk}/" in listed
    assert "Siri Nordheim" in listed

    finished = makers.posted(desk.customer, action="review", version=draft.version)
    reviewed = desk.client.post(f"/callouts/drafts/{draft.pk}/", finished, follow=True)
    assert reviewed.redirect_chain == [(f"/callouts/drafts/{draft.pk}/review/", 302)]
    shown = reviewed.content.decode()
    for answer in (
        "Spillolje, ikke refusjonsberettiget",
        "123.456.789",
        "1\u00a0600\u00a0kg",
        "2\u00a0IBC",
        "AO-77140",
    ):
        assert answer in shown

    keys = {"version": reviewed.context["draft"].version, "submission_key": str(reviewed.context["submission_key"])}
    sent = desk.client.post(f"/callouts/drafts/{draft.pk}/submit/", keys, follow=True)
    draft.refresh_from_db()
    assert draft.status == CallOff.Status.RECEIVED
    assert sent.redirect_chain == [(f"/callouts/history/A-{draft.number}/submitted/", 302)]
    assert draft.shown_number in sent.content.decode()

    history = desk.client.get("/callouts/history/").content.decode()
    assert draft.shown_number in history
    detail = desk.client.get(f"/callouts/history/A-{draft.number}/").content.decode()
    assert "Siri Nordheim" in detail
    assert "Tor-Egil Bringsværd" in detail
    assert "Ingen utkast" in desk.client.get("/callouts/drafts/").content.decode()
    assert list(Entry.objects.filter(verb__startswith="callouts.").order_by("pk").values_list("verb", flat=True)) == [
        "callouts.draft_started",
        "callouts.submitted",
    ]


def test_sending_in_writes_the_confirmation_in_the_same_transaction(desk: Desk) -> None:
    call_off = makers.submitted(desk.customer, desk.user)
    messages = {message.channel: message for message in Message.objects.all()}
    assert messages.keys() == {"email", "sms"} or messages.keys() == {"email"}
    assert call_off.shown_number in messages["email"].subject
    assert f"/callouts/history/A-{call_off.number}/" in messages["email"].body


def test_names_and_codes_stay_as_they_were_when_it_was_sent_in(desk: Desk) -> None:
    call_off = makers.submitted(desk.customer, desk.user)
    changed = makers.fraction()
    changed.name, changed.ewc_code = "Something else", "130208"
    changed.save()
    desk.customer.waste_producers.update(name="Another name", short_name="Another")
    detail = desk.client.get(f"/callouts/history/A-{call_off.number}/").content.decode()
    assert "Spillolje, ikke refusjonsberettiget" in detail
    assert "13\u00a002\u00a005*" in detail
    assert "Nordvåg Industri, avd. verft" in detail
    assert "Something else" not in detail


def test_names_are_refreshed_when_a_draft_is_sent_in(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    changed = makers.fraction()
    changed.name = "Spillolje, nytt navn"
    changed.save()
    sent = makers.submit(draft, desk.user)
    assert sent.first_line is not None
    assert sent.first_line.fraction_name == "Spillolje, nytt navn"


def test_a_draft_is_deleted_after_a_question(desk: Desk) -> None:
    draft = makers.draft(desk.customer, desk.user)
    assert desk.client.get(f"/callouts/drafts/{draft.pk}/delete/").status_code == 200
    assert CallOff.objects.exists()
    assert desk.client.post(f"/callouts/drafts/{draft.pk}/delete/").headers["Location"] == "/callouts/drafts/"
    assert not CallOff.objects.exists()


def test_the_confirmation_says_it_in_the_words_and_language_of_the_reader(desk: Desk) -> None:
    call_off = makers.submitted(desk.customer, desk.user)
    said = {}
    for language in ("nb", "nn", "en"):
        desk.user.language = language
        desk.user.save()
        said[language] = desk.client.get(f"/callouts/history/A-{call_off.number}/submitted/").content.decode()
    assert "Suksess! Avrop er sendt inn." in said["nb"]
    assert "Suksess! Avropet er sendt inn." in said["nn"]
    assert "Success! The call-off has been submitted." in said["en"]
