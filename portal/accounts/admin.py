"""Users and staff. Only administrators may change them; every write is an action."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts import actions
from portal.accounts.models import User
from portal.tenancy.admin import TenantModelAdmin
from portal.tenancy.forms import TenantModelForm
from portal.ui.fields import PhoneField


class UserForm(TenantModelForm[User]):
    """`by` is who is signed in: nobody may shut themselves out."""

    by: User
    phone = PhoneField(label=_("Mobile"), required=False)

    class Meta:
        model = User
        fields = ["name", "email", "phone", "language", "is_active", "staff_role"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        loses_access = not (cleaned.get("is_active", True) and cleaned.get("staff_role"))
        if self.instance.pk == self.by.pk and loses_access:
            raise ValidationError(_("You cannot take away your own access. Ask another administrator."))
        # The database wants both or neither; the role alone says it here.
        self.instance.is_staff = bool(cleaned.get("staff_role"))
        return cleaned


@admin.register(User)
class UserAdmin(TenantModelAdmin[User]):
    form = UserForm
    list_display = ["name", "email", "phone", "staff_role", "is_active", "last_login"]
    list_filter = ["staff_role", "is_active"]
    search_fields = ["email", "name", "phone"]
    ordering = ["name", "email"]
    fieldsets = [
        (None, {"fields": ["name", "email", "phone", "language"]}),
        (_("Access"), {"fields": ["is_active", "staff_role", "last_login"]}),
    ]
    readonly_fields = ["last_login"]
    add_fieldsets = [
        (None, {"fields": ["name", "email", "phone", "language"]}),
        (_("Access"), {"fields": ["staff_role"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_form(self, request: Any, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002  (Django's signature)
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        if change:
            save_user(obj, by=request.user)
        else:
            fields = {name: form.cleaned_data[name] for name in ["email", "name", "phone", "language", "staff_role"]}
            obj.pk = actions.create_user(**fields, by=request.user).pk


def save_user(user: User, *, by: User) -> None:
    """Save what the form changed. The address, and being active, have actions of their own: more follows from them."""
    before = User.objects.get(pk=user.pk)
    email, active = user.email, user.is_active
    user.email, user.is_active = before.email, before.is_active
    user.save()
    if email != before.email:
        actions.change_email(user=user, email=email, by=by)
    if active != before.is_active:
        (actions.enable_user if active else actions.disable_user)(user=user, by=by)
