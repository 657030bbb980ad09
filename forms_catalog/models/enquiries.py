"""Enquiries: what customers ask, and the thread that follows."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.customers.models import Customer
from portal.files.models import StoredFile
from portal.tenancy.models import TenantManager, TenantModel

TEXT_LENGTH = 5000
SUBJECT_LENGTH = 120
ABOUT_LENGTH = 120


class Topic(TenantModel):
    """What an enquiry can be about; the tenant's own, in each language."""

    slug = models.SlugField(_("short name"))
    label = models.JSONField(_("label"), default=dict, help_text=_("By language."))
    recipients = models.JSONField(
        _("told by e-mail"), default=list, blank=True, help_text=_("Colleagues' addresses, separated by commas.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("offered"), default=True)
    is_urgent = models.BooleanField(
        _("urgent"), default=False, help_text=_("Stands first for staff, and the duty is alerted at once.")
    )

    objects: "ClassVar[TenantManager[Self]]" = TenantManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("topic of enquiries")
        verbose_name_plural = _("topics of enquiries")
        ordering = ["order", "slug"]
        constraints = [models.UniqueConstraint(fields=["tenant", "slug"], name="one_topic_per_slug")]

    def __str__(self) -> str:
        return self.label_text

    @property
    def label_text(self) -> str:
        return self.tenant.text(self.label) or self.slug


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def of(self, customer: Customer) -> Self:
        """Return a customer's enquiries, what moved last first."""
        return self.filter(customer=customer).select_related("topic__tenant", "customer").order_by("-moved_at", "-pk")

    def waiting(self) -> Self:
        """Return what waits for staff."""
        return self.filter(state__in=[Enquiry.State.NEW, Enquiry.State.REPLIED])


EnquiryManager = TenantManager.from_queryset(EnquiryQuerySet)


class Enquiry(TenantModel):
    """One question of a customer with all that was written about it. `about` says what it was asked beside."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        ANSWERED = "answered", _("Answered")
        REPLIED = "replied", _("The customer has written again")
        CLOSED = "closed", _("Closed")

    class AnswerBy(models.TextChoices):
        EMAIL = "email", _("By e-mail")
        SMS = "sms", _("By SMS")
        HERE = "here", _("Only here")

    number = models.PositiveIntegerField(_("number"))
    submission_key = models.UUIDField(_("submission key"), editable=False)
    # None: it is a form, whose answers are in `submission`.
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, related_name="+", verbose_name=_("topic"))
    # None: somebody who was not signed in has asked.
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+", verbose_name=_("customer"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by")
    )
    # Staff asked it for the customer: the answer is the customer's, not the colleague's.
    on_behalf = models.BooleanField(_("asked on behalf of the customer"), default=False)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH)
    contact_name = models.CharField(_("name"), max_length=120, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    # Opens the thread to who was not signed in; it is only ever sent to `contact_email`.
    contact_key = models.UUIDField(_("key"), null=True, editable=False)
    # Empty: as the person has chosen for such messages.
    answer_by = models.CharField(_("answer wanted"), max_length=5, choices=AnswerBy.choices, blank=True, default="")
    about = models.CharField(_("about"), max_length=ABOUT_LENGTH, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.NEW)
    asked_at = models.DateTimeField(_("asked"))
    moved_at = models.DateTimeField(_("last message"))

    objects: "ClassVar[EnquiryManager[Self]]" = EnquiryManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="one_enquiry_per_number"),
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="one_enquiry_per_submission"),
            models.UniqueConstraint(fields=["tenant", "contact_key"], name="one_enquiry_per_key"),
            models.CheckConstraint(
                condition=models.Q(customer__isnull=False) | ~models.Q(contact_email=""),
                name="an_enquiry_has_somebody_to_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "customer", "-moved_at"], name="enquiry_of_customer"),
            models.Index(fields=["tenant", "state", "moved_at"], name="enquiry_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def kind_text(self) -> str:
        """The topic, or that it is a form."""
        return self.topic.label_text if self.topic else gettext("Form")

    @property
    def asker_name(self) -> str:
        return self.customer.name if self.customer else self.contact_name

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


class EnquiryMessage(TenantModel):
    """One message of the thread; `is_staff` tells which side wrote it."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="messages", verbose_name=_("enquiry"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("written by")
    )
    is_staff = models.BooleanField(_("from us"))
    text = models.TextField(_("text"), max_length=TEXT_LENGTH)
    written_at = models.DateTimeField(_("written"))
    # Of the page it was written on: a second press of the button is the same message.
    submission_key = models.UUIDField(_("submission key"), null=True, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["written_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "enquiry", "submission_key"], name="one_message_per_submission")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class EnquiryPicture(TenantModel):
    """A picture with a message."""

    message = models.ForeignKey(EnquiryMessage, models.CASCADE, related_name="pictures", verbose_name=_("message"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta(TenantModel.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return self.file.name
