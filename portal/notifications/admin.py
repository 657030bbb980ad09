"""The outbox as staff see it: what failed first, and a way to send it again."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal.leaving.admin import LeavableAdmin, WaitsFilter
from portal.notifications.actions import leave, resend
from portal.notifications.models import NEEDING_STAFF_FIRST, Message
from portal.tenancy import customer_lists
from portal.tenancy.admin import confirmed_action
from portal.ui import formatting
from portal.words import WordsFilter

HIDDEN = "••••••"
SENT_AGAIN = ngettext_lazy("%(count)d message is sent again.", "%(count)d messages are sent again.", "count")
NOT_SENT_AGAIN = ngettext_lazy(
    "%(count)d message cannot be sent again: it has been sent, it has no recipient, or it held a code.",
    "%(count)d messages cannot be sent again: they have been sent, have no recipient, or held a code.",
    "count",
)


class WhatFilter(WordsFilter):
    module, parameter_name = "message_words", "event"


@admin.register(Message)
class MessageAdmin(LeavableAdmin[Message]):
    waiting_label, waiting_order = _("Messages that were not sent"), 90
    list_display = ["created_at", "what", "to", "channel", "state", "last_error"]
    list_filter = [WaitsFilter, "state", "channel", WhatFilter, "created_at", customer_lists.of("customer")]
    search_fields = ["recipient", "key"]
    list_select_related = False
    date_hierarchy = "created_at"
    actions = ["send_again", "leave"]
    # What helps staff help; never the text of a code.
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "what",
                    ("channel", "fallback_from"),
                    "to",
                    ("user", "customer"),
                    "language",
                    "shown_subject",
                    "shown_body",
                    ("state", "attempts"),
                    "last_error",
                    ("created_at", "sent_at", "next_attempt_at"),
                ]
            },
        ),
        (_("For whoever looks for a fault"), {"fields": [("event", "key"), ("reference", "gateway_id")]}),
    ]
    readonly_fields = ["what", "to", "shown_subject", "shown_body"]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [NEEDING_STAFF_FIRST.asc(), "-created_at"]

    def leave_row(self, row: Message, by: Any) -> bool:
        return leave(message=row, by=by)

    @admin.display(description=_("what"), ordering="event")
    def what(self, message: Message) -> str:
        return message.what

    @admin.display(description=_("recipient"), ordering="recipient")
    def to(self, message: Message) -> str:
        return message.shown_recipient or formatting.MISSING

    @admin.display(description=_("subject"))
    def shown_subject(self, message: Message) -> str:
        return HIDDEN if message.is_sensitive else message.subject

    @admin.display(description=_("text"))
    def shown_body(self, message: Message) -> str:
        return HIDDEN if message.is_sensitive else message.body

    @confirmed_action(
        description=_("Send again"),
        question=_("Those that did not get there are sent once more, to the same people."),
        permissions=("view",),
    )
    def send_again(self, request: Any, queryset: QuerySet[Message]) -> None:
        self.do_each(
            request, queryset, lambda message: resend(message=message, by=request.user), SENT_AGAIN, NOT_SENT_AGAIN
        )
