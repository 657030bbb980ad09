"""Where staff answer enquiries, and keep their topics."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from forms_catalog import answers, queries
from forms_catalog.actions import enquiries as actions
from forms_catalog.models import (
    TEXT_LENGTH,
    AnswerFile,
    Enquiry,
    EnquiryMessage,
    EnquiryPicture,
    ServiceSettings,
    Topic,
)
from forms_catalog.views.enquiries import copy_of
from portal import registry
from portal.admin_site import MenuPlace, WorkQueue
from portal.audit.reads import WritesDownReads
from portal.files.pictures import small_picture
from portal.files.views import file_response
from portal.tenancy import customer_lists
from portal.tenancy.admin import OneRowAdmin, TenantModelAdmin, column, confirmed_action, is_administrator
from portal.tenancy.forms import LinesField, TenantModelForm, TextsField
from portal.ui import formatting
from portal.ui.fields import TextField


class AnswerForm(TenantModelForm[Enquiry]):
    """Answering is writing a message; the customer is told."""

    answer = TextField(
        label=gettext_lazy("Answer"),
        help_text=gettext_lazy("The customer sees it in the portal, and gets it by e-mail."),
        widget=forms.Textarea(attrs={"rows": 6, "cols": 80}),
        max_length=TEXT_LENGTH,
        required=False,
    )
    close_it = forms.BooleanField(
        label=gettext_lazy("Close the enquiry"),
        help_text=gettext_lazy("The customer can open it again."),
        required=False,
    )

    answer_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    # What the colleague has read: the customer may have written more meanwhile.
    last_message = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = Enquiry
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["last_message"] = actions.last_message(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors or actions.message_of(self.instance, cleaned["answer_key"]):
            return cleaned
        try:
            actions.hold(enquiry=self.instance, seen=cleaned["last_message"])
        except actions.Newer:
            # What was posted may not be changed in place. The answer stays; with the next press it has been read.
            self.data = {
                **{name: self.data.get(name) for name in self.data},
                "last_message": str(actions.last_message(self.instance)),
            }
            self.add_error(None, _("The customer has written more meanwhile. Read it above, then send your answer."))
        return cleaned


SHOWN = (
    *(
        "number",
        "customer",
        "asked_by",
        "contact",
        "kind_text",
        "subject",
        "about_link",
        "answer_by",
        "state",
        "is_urgent",
    ),
    *("asked_at", "answers", "thread"),
)


@admin.register(Enquiry)
class EnquiryAdmin(WritesDownReads, TenantModelAdmin[Enquiry]):
    menu_place = MenuPlace.WORK
    read_verb = "enquiries.read"
    form = AnswerForm
    list_display = ["number", "is_urgent", "moved_at", "subject", "kind_text", "asker_name", "state"]
    list_filter = ["state", "is_urgent", "topic", "moved_at", customer_lists.of("customer")]
    list_select_related = ["topic__tenant", "customer"]
    search_fields = [
        *("=number", "subject", "=customer__number", "customer__name", "=contact_email", "contact_name"),
        "asked_by__email",
    ]
    ordering = ["-moved_at"]
    actions = ["forget"]
    fields = [*SHOWN, "answer", "close_it", "answer_key", "last_message"]
    readonly_fields = list(SHOWN)

    @confirmed_action(
        description=gettext_lazy("Delete for good"),
        question=gettext_lazy(
            "Everything that was written, answered and handed in goes, on both sides. It is for people who ask to be"
            " forgotten."
        ),
        permissions=["forget"],
    )
    def forget(self, request: Any, queryset: QuerySet[Enquiry]) -> None:
        for enquiry in queryset:
            actions.forget(enquiry=enquiry, by=request.user)

    def has_forget_permission(self, request: Any) -> bool:
        """What cannot be taken back is for administrators."""
        return self.has_change_permission(request) and is_administrator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: Enquiry, form: Any, change: bool) -> None:  # noqa: FBT001
        answer, close = form.cleaned_data["answer"].strip(), form.cleaned_data["close_it"]
        if answer:
            actions.answer(
                enquiry=obj,
                text=answer,
                by=request.user,
                close=close,
                submission_key=form.cleaned_data["answer_key"],
                seen=form.cleaned_data["last_message"],
            )
        elif close:
            actions.close(enquiry=obj, by=request.user)

    def title_of(self, obj: Enquiry) -> str:
        return f"{obj.number} {obj.subject}"

    def words_of(self, request: HttpRequest, obj: Enquiry) -> str:
        if request.POST.get("answer", "").strip():
            who = obj.asked_by.name if obj.asked_by and obj.asked_by.name else obj.asker_name
            return _("Your answer is sent to %(name)s.") % {"name": who}
        return _("The enquiry is closed.") if request.POST.get("close_it") else super().words_of(request, obj)

    def get_urls(self) -> list[URLPattern]:
        own = [
            ("pictures/<int:pk>/", self.picture, "picture"),
            ("files/<int:pk>/", self.answer_file, "file"),
            ("<int:pk>/copy.pdf", self.copy, "copy"),
        ]
        wrap = self.admin_site.admin_view
        return [
            *(path(route, wrap(view), name=f"forms_catalog_enquiry_{name}") for route, view, name in own),
            *super().get_urls(),
        ]

    def answer_file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """A file of a form, not before it is scanned."""
        found = get_object_or_404(AnswerFile.objects.exclude(submission=None).select_related("file"), pk=pk)
        self.write_down(request, Enquiry.objects.get(submission__files=found), file=found.file_id)
        return file_response(found.file, inline=True)

    def copy(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """A form that was sent, on paper."""
        submission = queries.submission_of(get_object_or_404(Enquiry, pk=pk))
        if submission is None:
            raise Http404
        self.write_down(request, submission.enquiry, copy=True)
        return copy_of(submission)

    def picture(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """A picture of an enquiry, not before it is scanned."""
        found = get_object_or_404(EnquiryPicture.objects.select_related("file", "message__enquiry__customer"), pk=pk)
        self.write_down(request, found.message.enquiry, file=found.file_id)
        return file_response(found.file, inline=True)

    @admin.display(description=gettext_lazy("What was answered"))
    def answers(self, enquiry: Enquiry) -> Any:
        """The answers of a form, and the way to its copy on paper."""
        submission = queries.submission_of(enquiry)
        if submission is None:
            return formatting.MISSING
        lines = [(one.label, one.text or self._links(one.files)) for one in answers.of(submission)]
        url = reverse("admin:forms_catalog_enquiry_copy", args=[enquiry.pk])
        listed = format_html_join("", "<p><strong>{}</strong><br>{}</p>", lines)
        return format_html('{}<p><a href="{}">{}</a></p>', listed, url, _("Copy (PDF)"))

    def _links(self, files: list[AnswerFile]) -> SafeString:
        links = ((reverse("admin:forms_catalog_enquiry_file", args=[one.pk]), one.file.name) for one in files)
        return format_html_join(", ", '<a href="{}">{}</a>', links)

    @admin.display(description=gettext_lazy("how to reach them"))
    def contact(self, enquiry: Enquiry) -> str:
        """Who asked, with e-mail and phone: a stranger's own, else the person's and the customer's."""
        if enquiry.customer is None:
            return f"{enquiry.contact_name}, {enquiry.contact_email}"
        parts = [enquiry.asked_by, enquiry.customer]
        lines = [(one.name, one.email, one.phone and formatting.phone(one.phone)) for one in parts if one]
        return "; ".join(", ".join(filter(None, line)) for line in dict.fromkeys(lines)) or formatting.MISSING

    @admin.display(description=gettext_lazy("about"))
    def about_link(self, enquiry: Enquiry) -> str:
        """What it was asked beside, and where staff look at it."""
        link = registry.subject_link(enquiry.customer, enquiry.about) if enquiry.customer and enquiry.about else ""
        return format_html('<a href="{}">{}</a>', link, enquiry.about) if link else enquiry.about or formatting.MISSING

    @admin.display(description=gettext_lazy("topic"), ordering="topic")
    def kind_text(self, enquiry: Enquiry) -> str:
        return enquiry.kind_text

    @admin.display(description=gettext_lazy("asked by"), ordering="customer")
    def asker_name(self, enquiry: Enquiry) -> str:
        return enquiry.asker_name

    @admin.display(description=gettext_lazy("What was written"))
    def thread(self, enquiry: Enquiry) -> SafeString:
        messages = enquiry.messages.select_related("written_by").prefetch_related("pictures__file")
        return format_html_join("", "<p><strong>{}</strong> {}</p>{}{}", (self._message(one) for one in messages))

    def _message(self, message: EnquiryMessage) -> tuple[Any, ...]:
        who = str(message.written_by or _("The customer"))
        side = _("%(name)s, from us") % {"name": who} if message.is_staff else who
        lines = format_html_join("", "<p>{}</p>", ([line] for line in message.text.splitlines() if line.strip()))
        pictures = format_html_join(
            "",
            "<p>{}</p>",
            (
                [small_picture(reverse("admin:forms_catalog_enquiry_picture", args=[one.pk]), one.file)]
                for one in message.pictures.all()
            ),
        )
        return side, formatting.moment(message.written_at, now=timezone.now()), lines, pictures

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        if not self.has_view_permission(request):
            return None
        count = Enquiry.objects.waiting().count()
        label, query = pgettext_lazy("queue", "Enquiries to answer"), "state__in=new,replied"
        if urgent := Enquiry.objects.waiting().filter(is_urgent=True).count():
            label = pgettext_lazy("queue", "Enquiries to answer, urgent ones among them")
            query, count = f"{query}&is_urgent__exact=1", urgent
        return self.waiting(label, count, order=15, query=query)


class TopicForm(TenantModelForm[Topic]):
    label = TextsField(max_length=60, label=gettext_lazy("Label"))
    recipients = LinesField(
        line=validate_email,
        label=gettext_lazy("Told by e-mail"),
        help_text=gettext_lazy("Colleagues' addresses, one a line."),
    )

    class Meta:
        model = Topic
        fields = ["slug", "label", "recipients", "is_urgent", "order", "is_active"]


@admin.register(Topic)
class TopicAdmin(TenantModelAdmin[Topic]):
    """To whom enquiries are sent: what customers write goes along."""

    form = TopicForm
    administrators_only = True
    list_display = [column("label_text", gettext_lazy("Title")), "told", "is_urgent", "order", "is_active"]
    ordering = ["order"]

    @admin.display(description=gettext_lazy("told by e-mail"))
    def told(self, topic: Topic) -> str:
        return ", ".join(topic.recipients)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return super().get_queryset(request).select_related("tenant")


@admin.register(ServiceSettings)
class ServiceSettingsAdmin(OneRowAdmin[ServiceSettings]):
    """The chat and another portal, where the company has one, and how long strangers' enquiries are kept."""

    fields = ["chat_url", "portal_url", "strangers_kept_days"]
