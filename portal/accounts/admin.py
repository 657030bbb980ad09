"""Users and staff. Only administrators may change them; what others must be told of is an action."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.accounts import actions, staff_proof
from portal.accounts.models import OpenIdProvider, SmsDay, User
from portal.admin_site import WorkQueue
from portal.tenancy.admin import OneRowAdmin, ReadOnlyAdmin, TenantModelAdmin, column, confirmed_action
from portal.tenancy.forms import TenantModelForm
from portal.ui import formatting
from portal.ui.fields import PhoneField

# What of a user decides who gets in, and how.
LEADS_IN = {"email", "phone", "is_active", "staff_role"}


class UserForm(TenantModelForm[User]):
    """`by` is who is signed in: nobody may shut themselves out. `proof_needed` is what to say to who must prove it."""

    by: User
    proof_needed: str | None = None
    phone = PhoneField(label=_("Mobile"), required=False)
    send_link = forms.BooleanField(
        label=_("Send the way in"),
        help_text=_("By SMS, or by e-mail where there is no mobile number: a link that works once, for a week."),
        required=False,
        initial=True,
    )

    class Meta:
        model = User
        fields = ["name", "email", "phone", "language", "is_active", "staff_role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """What is changed is told from what the page showed, which comes back with it: the person or a colleague may
        have changed the rest meanwhile. What is posted without a page is held against what is there.
        """
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items() if self.instance.pk else []:
            field.show_hidden_initial = not self.is_bound or self.add_initial_prefix(name) in self.data

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if self.proof_needed and LEADS_IN.intersection(self.changed_data):
            raise ValidationError(self.proof_needed)
        loses_access = not (cleaned.get("is_active", True) and cleaned.get("staff_role"))
        if self.instance.pk == self.by.pk and loses_access:
            raise ValidationError(_("You cannot take away your own access. Ask another administrator."))
        # The database wants both or neither; the role alone says it here.
        self.instance.is_staff = bool(cleaned.get("staff_role"))
        return cleaned


@admin.register(User)
class UserAdmin(TenantModelAdmin[User]):
    form = UserForm
    list_display = [
        "name",
        "email",
        column("phone", _("mobile"), formatting.phone),
        "staff_role",
        "is_active",
        "last_login",
    ]
    list_filter = ["staff_role", "is_active"]
    search_fields = ["email", "name", "phone"]
    ordering = ["name", "email"]
    fieldsets = [
        (None, {"fields": ["name", "email", "phone", "language"]}),
        (_("Access"), {"fields": ["is_active", "staff_role", "last_login"]}),
    ]
    actions = ["send_access"]
    readonly_fields = ["last_login"]
    add_fieldsets = [
        (None, {"fields": ["name", "email", "phone", "language"]}),
        (_("Access"), {"fields": ["staff_role", "send_link"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_form(self, request: Any, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002  (Django's signature)
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.by, form.proof_needed = request.user, staff_proof.needed(request)
        return form

    @confirmed_action(
        description=_("Send the way in again"),
        question=_("Each gets a new link by SMS, or by e-mail where there is no mobile number."),
        button=_("Send again"),
    )
    def send_access(self, request: Any, queryset: Any) -> None:
        """Send a new link to those chosen; who is disabled gets none."""
        if staff_proof.is_asked(request):
            return
        found = list(queryset.filter(is_active=True))
        for user in found:
            actions.open_access(user=user, by=request.user)
        text = ngettext(
            "The way in has been sent to %(count)s user.", "The way in has been sent to %(count)s users.", len(found)
        )
        self.message_user(request, text % {"count": len(found)})

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        if change:
            save_user(obj, changed=form.changed_data, by=request.user)
        else:
            fields = {name: form.cleaned_data[name] for name in ["email", "name", "phone", "language", "staff_role"]}
            user = actions.create_user(**fields, by=request.user)
            obj.pk = user.pk
            self.was_added(user, form=form, by=request.user)
            if form.cleaned_data.get("send_link"):
                actions.open_access(user=user, by=request.user)

    def was_added(self, user: User, *, form: Any, by: User) -> None:
        """For a floor above: what the form asks for besides, before the way in is sent."""


def save_user(user: User, *, changed: Collection[str], by: User) -> None:
    """Save the fields that the form changed, and no other: the person may have changed them meanwhile. Address, number,
    being active and being staff have actions of their own: more follows.
    """
    if "is_active" in changed:
        # First: it locks customers, and who locks both takes those before the user.
        (actions.enable_user if user.is_active else actions.disable_user)(user=User.objects.get(pk=user.pk), by=by)
    found = User.objects.select_for_update().get(pk=user.pk)
    was_staff = found.is_staff
    plain = {"name", "language", "staff_role"}.intersection(changed)
    plain |= {"is_staff"} if "staff_role" in plain else set()
    for name in plain:
        setattr(found, name, getattr(user, name))
    found.save(update_fields=plain)
    if found.is_staff and not was_staff:
        actions.became_staff(user=found, by=by)
    if "phone" in changed and user.phone != found.phone:
        actions.change_phone(user=found, phone=user.phone, by=by)
    if "email" in changed and user.email != found.email:
        actions.change_email(user=found, email=user.email, by=by)


@admin.register(SmsDay)
class SmsDayAdmin(ReadOnlyAdmin[SmsDay]):
    """What signing in by SMS has cost; a line at the top of the start page once a day has had its share."""

    list_display = ["day", "sent", "refused"]
    ordering = ["-day"]

    def work_queue(self, request: Any) -> WorkQueue | None:
        today = timezone.now().astimezone(request.tenant.zone).date()
        refused = SmsDay.objects.filter(day=today, refused__gt=0).values_list("refused", flat=True).first()
        return self.waiting(_("SMS with codes refused today: the limit is reached"), refused or 0, order=5)


class OpenIdProviderForm(TenantModelForm[OpenIdProvider]):
    """The secret is written, and never shown again: an empty field keeps what is there."""

    proof_needed: str | None = None

    secret = forms.CharField(
        label=_("Secret or private key"),
        help_text=_("The key as PEM text. Leave it empty to keep the one there is."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )

    class Meta:
        model = OpenIdProvider
        fields = ["is_on", "name", "issuer", "client_id", "authentication", "secret", "key_id", "scope"]
        fields += ["acr_values", "pid_claim"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = self.instance.secret
        self.initial["secret"] = ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.proof_needed and self.has_changed():
            raise ValidationError(self.proof_needed)
        return cleaned

    def clean_issuer(self) -> str:
        issuer = str(self.cleaned_data["issuer"])
        if settings.PRODUCTION and not issuer.startswith("https://"):
            raise ValidationError(_("The address must begin with https://."))
        return issuer

    def clean_secret(self) -> str:
        secret = str(self.cleaned_data["secret"]).strip() or self.kept
        if not secret:
            raise ValidationError(_("Without a secret or a key the provider answers nobody."))
        return secret


@admin.register(OpenIdProvider)
class OpenIdProviderAdmin(OneRowAdmin[OpenIdProvider]):
    form = OpenIdProviderForm
    administrators_only = True

    def get_form(self, request: Any, obj: OpenIdProvider | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002  (Django's signature)
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.proof_needed = staff_proof.needed(request)
        return form
