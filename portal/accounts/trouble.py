"""What to tell somebody who waits for a message that does not come."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.notifications.models import Channel, Message, State

SLOW_AFTER = timedelta(seconds=45)


def trouble_of(message: Message | None) -> str:
    """Return what is wrong with the delivery of a code, for the person who waits for it; "" while all is well.

    A code goes out for every address and number that is asked for, so this says nothing about who has access.
    """
    if message is None:
        return ""
    is_sms = message.channel == Channel.SMS
    if message.state in {State.GIVEN_UP, State.UNKNOWN}:
        if is_sms:
            return _("We could not deliver the SMS. Check the number, or use a code by e-mail.")
        return _("We could not deliver the e-mail. Check the address, or sign in another way.")
    is_late = message.state in {State.QUEUED, State.SENDING} and timezone.now() - message.created_at > SLOW_AFTER
    if message.state == State.FAILED or is_late:
        if is_sms:
            return _("The SMS service does not answer just now, so the code may be late. E-mail may be faster.")
        return _("The e-mail service does not answer just now, so the code may be late.")
    return ""
