"""Turns an event into the words of a message: templates/notifications/<event>.<channel>.txt."""

from dataclasses import dataclass
from typing import Any

from django.template import Context, Engine
from django.utils import translation

from portal.notifications.models import Channel
from portal.tenancy.models import current_tenant


@dataclass(frozen=True)
class Text:
    subject: str
    body: str


def render(event: str, channel: str, language: str, context: dict[str, Any]) -> Text:
    """Return the message in a language. An e-mail's first line is its subject.

    The template also gets `tenant`. Nothing is escaped: this is plain text. Raises TemplateDoesNotExist.
    """
    template = Engine.get_default().get_template(f"notifications/{event}.{channel}.txt")
    with translation.override(language):
        text = template.render(Context({"tenant": current_tenant(), **context}, autoescape=False)).strip()
    if channel == Channel.SMS:
        return Text("", text)
    subject, _, body = text.partition("\n")
    return Text(" ".join(subject.split())[:200], body.strip())
