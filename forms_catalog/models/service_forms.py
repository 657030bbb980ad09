"""Service forms: what staff put together, the versions that were published, what customers fill in and have sent."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from forms_catalog.models.enquiries import Enquiry
from forms_catalog.rules import definition as rules
from portal.customers.models import Customer
from portal.files.models import StoredFile
from portal.tenancy.models import TenantManager, TenantModel

NAME = RegexValidator(r"^[a-z][a-z0-9_]*\Z", _("Small letters a to z, digits and _, a letter first."))


class ServiceForm(TenantModel):
    """A form and its working copy: staff change it as they like, customers see the version published last."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Not published")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    slug = models.SlugField(_("short name"), help_text=_("Part of the form's address. Not changed once published."))
    title = models.JSONField(_("title"), default=dict)
    lead = models.JSONField(_("what it is for"), default=dict, blank=True)
    intro = models.JSONField(_("introduction"), default=dict, blank=True)
    submit_label = models.JSONField(_("text of the button"), default=dict, blank=True)
    after = models.JSONField(_("after sending"), default=dict, blank=True)
    recipients = models.JSONField(_("told by e-mail"), default=list, blank=True)
    # As `FormField.show_if`, of any answers.
    urgent_if = models.CharField(_("urgent if"), max_length=300, blank=True)
    customer_kinds = ArrayField(
        models.CharField(max_length=30, choices=Customer.Kind.choices),
        verbose_name=_("for"),
        default=list,
        blank=True,
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    published_number = models.PositiveIntegerField(_("published version"), null=True, editable=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("service form")
        verbose_name_plural = _("service forms")
        ordering = ["order", "slug"]
        constraints = [models.UniqueConstraint(fields=["tenant", "slug"], name="one_form_per_slug")]

    def __str__(self) -> str:
        return self.title_text

    @property
    def title_text(self) -> str:
        return self.tenant.text(self.title) or self.slug

    @property
    def definition(self) -> rules.Definition:
        """The working copy."""
        texts = {name: getattr(self, name) for name in rules.TEXTS}
        specs = tuple(field.spec for field in self.fields.order_by("order", "pk"))
        return rules.Definition(fields=specs, urgent_if=self.urgent_if, **texts)

    def is_for(self, customer: Customer) -> bool:
        return not self.customer_kinds or customer.kind in self.customer_kinds


class FormField(TenantModel):
    """One line of the working copy: a question, words, or where a new page begins."""

    form = models.ForeignKey(ServiceForm, models.CASCADE, related_name="fields", verbose_name=_("form"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("short name"), max_length=40, validators=[NAME])
    kind = models.CharField(_("kind"), max_length=20, choices=rules.Kind.choices, default=rules.Kind.TEXT)
    label = models.JSONField(_("words"), default=dict, blank=True)
    help = models.JSONField(_("help"), default=dict, blank=True)
    is_required = models.BooleanField(_("must be answered"), default=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    show_if = models.CharField(_("asked only if"), max_length=300, blank=True)
    minimum = models.DecimalField(_("smallest"), max_digits=12, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField(_("largest"), max_digits=12, decimal_places=2, null=True, blank=True)
    shape = models.CharField(_("written as"), max_length=40, blank=True)

    class Meta(TenantModel.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["tenant", "form", "name"], name="one_field_per_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def spec(self) -> rules.FieldSpec:
        return rules.FieldSpec(
            name=self.name,
            kind=rules.Kind(self.kind),
            label=self.label,
            help=self.help,
            is_required=self.is_required,
            choices=tuple((value, label) for value, label in self.choices),
            show_if=self.show_if,
            # As the version in JSON has it: 3.00 and 3 are the same limit.
            minimum=None if self.minimum is None else self.minimum.normalize(),
            maximum=None if self.maximum is None else self.maximum.normalize(),
            shape=self.shape,
        )


class FormVersionQuerySet(models.QuerySet["FormVersion"]):
    def offered(self) -> Self:
        """Return the versions that customers see now, one for each published form."""
        return (
            self.filter(form__state=ServiceForm.State.PUBLISHED, number=F("form__published_number"))
            .select_related("form__tenant")
            .order_by("form__order", "form__slug")
        )


FormVersionManager = TenantManager.from_queryset(FormVersionQuerySet)


class FormVersion(TenantModel):
    """A form as it was published; the database lets nobody change it."""

    form = models.ForeignKey(ServiceForm, models.PROTECT, related_name="versions", verbose_name=_("form"))
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )

    objects: "ClassVar[FormVersionManager[Self]]" = FormVersionManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")
        constraints = [models.UniqueConstraint(fields=["tenant", "form", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.title_text} v{self.number}"

    @property
    def definition(self) -> rules.Definition:
        return rules.from_json(self.content)

    @property
    def title_text(self) -> str:
        return self.tenant.text(self.content["title"]) or self.form.slug


class FormDraft(TenantModel):
    """What somebody has filled in so far, for a customer. `answers`: field name → text as the form cleans it."""

    form = models.ForeignKey(ServiceForm, models.PROTECT, related_name="+", verbose_name=_("form"))
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", verbose_name=_("version"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("customer"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    answers = models.JSONField(_("answers"), default=dict)
    submission_key = models.UUIDField(_("submission key"), default=uuid.uuid4, editable=False)
    # Goes up with every change, so that what is sent is what was looked over.
    revision = models.PositiveIntegerField(_("revision"), default=1)
    changed_at = models.DateTimeField(_("changed"))

    class Meta(TenantModel.Meta):
        verbose_name = _("form begun")
        verbose_name_plural = _("forms begun")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "form", "customer", "user"], name="one_draft_of_a_form"),
            models.UniqueConstraint(fields=["tenant", "submission_key"], name="one_draft_per_submission"),
        ]
        indexes = [models.Index(fields=["tenant", "changed_at"], name="old_form_drafts")]

    def __str__(self) -> str:
        return f"{self.form_id} {self.customer_id}"


class Submission(TenantModel):
    """A form that was sent: an enquiry with answers, in the version it was sent with. Nobody can change it."""

    enquiry = models.OneToOneField(Enquiry, models.CASCADE, related_name="submission", verbose_name=_("enquiry"))
    version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+", verbose_name=_("version"))
    answers = models.JSONField(_("answers"))

    class Meta(TenantModel.Meta):
        verbose_name = _("form sent")
        verbose_name_plural = _("forms sent")

    def __str__(self) -> str:
        return str(self.enquiry_id)


class AnswerFile(TenantModel):
    """A file of a draft, or of the form it became."""

    draft = models.ForeignKey(FormDraft, models.CASCADE, null=True, related_name="files", verbose_name=_("draft"))
    submission = models.ForeignKey(
        Submission, models.CASCADE, null=True, related_name="files", verbose_name=_("form sent")
    )
    field = models.CharField(_("question"), max_length=40)
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta(TenantModel.Meta):
        verbose_name = _("file of a form")
        verbose_name_plural = _("files of forms")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(draft=None) ^ models.Q(submission=None), name="file_of_a_draft_or_of_a_form_sent"
            )
        ]

    def __str__(self) -> str:
        return self.file.name
