"""What happened after the busiest customer's call-offs were sent in: a correction, papers that came back, a wish."""

import io
from dataclasses import replace
from decimal import Decimal

from callouts import actions
from callouts.demo.extras import sheet_pdf
from callouts.models import CallOff, CallOffDocument, ChangeRequest
from callouts.rules import status
from callouts.standing import standing_content
from portal.accounts.models import User
from portal.customers.models import Customer
from portal.files.actions import CheckedUpload
from portal.notifications import preferences
from portal.notifications.models import Channel

# Of the collected ones, the last first.
CORRECTED, WITH_PAPERS = 2, 4


def add_what_followed(customer: Customer, by: User) -> None:
    """Staff do what they do; without a member of staff (in a test) nothing followed."""
    agent = User.objects.filter(is_staff=True).order_by("pk").first()
    collected = list(CallOff.objects.of(customer).filter(status=status.COLLECTED).newest_first()[: WITH_PAPERS + 1])
    if agent is None or len(collected) <= WITH_PAPERS:
        return
    if person := collected[WITH_PAPERS].submitted_by:
        _tell_by_sms_too(person)
    _correct(collected[CORRECTED], agent)
    for kind, name, note in (
        (CallOffDocument.Kind.WEIGHING_SLIP, "veieseddel.pdf", "Veid inn ved mottak."),
        (CallOffDocument.Kind.CERTIFICATE, "behandlingsbevis.pdf", ""),
    ):
        for call_off in (collected[CORRECTED], collected[WITH_PAPERS]):
            _give(call_off, kind, name, note, agent)
    planned = CallOff.objects.of(customer).filter(status=status.PLANNED).newest_first().first()
    if planned:
        text = "Kan dere komme etter kl. 12? Truckføreren er opptatt om morgenen."
        actions.ask_for_change(call_off=planned, kind=ChangeRequest.Kind.CHANGE, text=text, by=by)


def _tell_by_sms_too(person: User) -> None:
    """Let somebody have chosen SMS as well: it is what does not always come through."""
    kind = preferences.kind_of("callouts.document_added")
    if kind and person.phone:
        preferences.choose(user=person, kind=kind, channels=[Channel.SMS, Channel.EMAIL], by=person)


def _correct(call_off: CallOff, agent: User) -> None:
    content = standing_content(call_off)
    quantity = (Decimal(content.line.quantity or 1) * 9 / 10).quantize(Decimal("0.1"))
    corrected = content.with_line(replace(content.line, quantity=quantity))
    reason = "Mengden er rettet til det lasset veide ved mottak."
    actions.revise(call_off=call_off, content=corrected, reason=reason, seen=0, by=agent)


def _give(call_off: CallOff, kind: str, name: str, note: str, agent: User) -> None:
    page = sheet_pdf([str(CallOffDocument.Kind(kind).label), call_off.shown_number, call_off.producer_name])
    upload = CheckedUpload(file=io.BytesIO(page), name=name, media_type="application/pdf", size=len(page))
    actions.add_documents(call_off=call_off, uploads=[upload], kind=kind, note=note, by=agent)
