"""The ways a message leaves: Django's mail backend, a tenant's SMS gateway, and the demo's message box."""

from collections.abc import Callable
from email.utils import formataddr, parseaddr
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPSenderRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from portal.notifications.clients.sms_gateway import Credentials, HttpGateway
from portal.notifications.models import Channel, Message, SmsGateway
from portal.notifications.outcome import Outcome, Result
from portal.tenancy.models import current_tenant

Send = Callable[[Message], Outcome]


def sms_is_available() -> bool:
    """Whether the current tenant can send SMS: through its gateway, or outside production to the message box."""
    return not settings.PRODUCTION or SmsGateway.objects.exists()


def sender_for(message: Message) -> Send:
    """Return what sends this message. Reads the database; what it returns does not, and runs outside transactions."""
    if message.channel == Channel.EMAIL:
        return send_email
    gateway = SmsGateway.objects.first()
    if gateway:
        return _through(HttpGateway(Credentials(gateway.url, gateway.username, gateway.token, gateway.sender)))
    return no_gateway if settings.PRODUCTION else keep_in_message_box


def send_email(message: Message) -> Outcome:
    """Send through Django's mail backend (SMTP, or a provider's by django-anymail)."""
    tenant = current_tenant()
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    mail = EmailMessage(
        subject=message.subject,
        body=message.body,
        # A line break in a header would stop every mail of the tenant's.
        from_email=formataddr((" ".join(tenant.name.split()), address)),
        to=[message.recipient],
        reply_to=[tenant.email] if tenant.email else None,
        headers={
            # The same at every attempt: mail systems drop a second copy.
            "Message-ID": f"<{message.reference}@{address.rpartition('@')[2]}>",
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",
        },
    )
    try:
        mail.send()
    except Exception as error:  # noqa: BLE001  (backends raise what they like; all of it belongs on the row)
        return Outcome(Result.PERMANENT if _is_refusal(error) else Result.TEMPORARY, error=_words(error))
    return Outcome(Result.SENT)


def _is_refusal(error: Exception) -> bool:
    """Whether the mail server said no for good (5xx); every other trouble may pass."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, SMTPSenderRefused | SMTPDataError) and error.smtp_code >= 500


def _words(error: Exception) -> str:
    kind = _("The mail server refused") if isinstance(error, SMTPException) else _("The mail server was not reached")
    return f"{kind}: {type(error).__name__} {error}"


def _through(gateway: HttpGateway) -> Send:
    return lambda message: gateway.send(reference=str(message.reference), to=message.recipient, text=message.body)


def no_gateway(_message: Message) -> Outcome:
    return Outcome(Result.TEMPORARY, error=_("No SMS gateway is set up."))


def keep_in_message_box(_message: Message) -> Outcome:
    """Demo and development: the row itself is the message box."""
    return Outcome(Result.DELIVERED)
