"""What every admin class of a tenant's data builds on, and the tenant's own settings."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ClassVar, NoReturn, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied, TooManyFieldsSent, ValidationError
from django.db import models
from django.forms import BaseInlineFormSet
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.admin_site import Change, MenuPlace, WorkQueue, site
from portal.tenancy.admin_words import SaysWhatIsDone
from portal.tenancy.forms import TenantModelForm, TextsField, WallClockField
from portal.tenancy.models import Tenant, current_tenant
from portal.tenancy.quantities import QuantityField
from portal.tenancy.time_boxes import MomentWidget, TimeWidget

M = TypeVar("M", bound=models.Model)
Method = Callable[[Any, Any, Any], Any]
Child = TypeVar("Child", bound=models.Model)
Parent = TypeVar("Parent", bound=models.Model)
# Of the rows that an action concerns, so many are named when it asks.
CONFIRMED_SHOWN = 20


def confirmed_action(
    *,
    description: Any,
    question: Any,
    button: Any = "",
    permissions: Sequence[str] = ("change",),
    asks_reason: bool = False,
) -> Callable[[Method], Method]:
    """Make a method an admin action that asks before it does anything: for what cannot be taken back.

    `question` stands above the list of the chosen rows ("These invitations will no longer work."), `button` says what
    pressing it does, by default `description`. The method is called with the rows as any action is; with `asks_reason`,
    only when a reason is given, which is then in request.POST["reason"].
    """

    def decorate(method: Method) -> Method:
        @wraps(method)
        def asking(model_admin: Any, request: Any, queryset: models.QuerySet[Any]) -> Any:
            is_confirmed = bool(request.POST.get("confirmed"))
            has_reason = bool(request.POST.get("reason", "").strip())
            if is_confirmed and (has_reason or not asks_reason):
                return method(model_admin, request, queryset)
            context = {
                **model_admin.admin_site.each_context(request),
                "title": description,
                "question": question,
                "button": button or description,
                "opts": model_admin.opts,
                "count": queryset.count(),
                "shown": queryset[:CONFIRMED_SHOWN],
                "chosen": request.POST.getlist(helpers.ACTION_CHECKBOX_NAME),
                "select_across": request.POST.get("select_across", "0"),
                "action": method.__name__,
                "asks_reason": asks_reason,
                "lacks_reason": is_confirmed,
            }
            status = 422 if is_confirmed else 200
            return TemplateResponse(request, "admin/confirm_action.html", context, status=status)

        return admin.action(description=description, permissions=list(permissions))(asking)

    return decorate


def is_administrator(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_administrator", False))


def column(name: str, head: Any, show: Callable[[Any], Any] | None = None) -> Callable[[Any], Any]:
    """Return a list's column of an attribute that is no field, under a head in words: Django makes one of its name.

    With `show` it is of a field, by which the list can be sorted, as `show` writes what is in it.
    """

    @admin.display(description=head, ordering=name if show else None)
    def shown(row: Any) -> Any:
        value = getattr(row, name)
        return show(value) if show and value is not None else value

    shown.__name__ = name
    return shown


class TenantRows(BaseModelAdmin[M]):
    """Only rows of the request's tenant can be seen, chosen or reached, in the form and in every drop-down."""

    form: Any = TenantModelForm
    formfield_overrides: ClassVar[Any] = {
        models.DateTimeField: {"form_class": WallClockField, "widget": MomentWidget},
        models.TimeField: {"widget": TimeWidget},
        models.DecimalField: {"form_class": QuantityField},
    }

    class Media:
        js = ["js/admin.js"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choices come from the tenant's manager, which drop-downs, raw ids and autocomplete all check against."""
        if db_field.remote_field.model is Tenant:
            kwargs["queryset"] = Tenant.objects.filter(pk=request.tenant.pk)  # type: ignore[attr-defined]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class TenantModelAdmin(SaysWhatIsDone, TenantRows[M], admin.ModelAdmin[M]):
    """An admin class for a tenant's rows.

    `deletable` and `bulk_deletable` open what is closed unless a class asks for it: most rows are part of somebody's
    history. `work_queue(request)` may return a WorkQueue for the start page. What staff may do at all follows from
    their role (StaffRoleBackend); every change goes to the object's history and to the audit log.

    `menu_place` says where its list stands among its app's.

    Agents look at what `administrators_decide` and change none of it: what settles money, security, how long something
    is kept, or where data is sent. `administrators_only`: they do not see it either.
    """

    deletable: ClassVar[bool] = False
    bulk_deletable: ClassVar[bool] = False
    administrators_decide: ClassVar[bool] = False
    administrators_only: ClassVar[bool] = False
    menu_place: ClassVar[MenuPlace] = MenuPlace.KEPT
    view_on_site = False
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False

    def work_queue(self, request: HttpRequest) -> WorkQueue | None:
        """Return what waits here for staff, or None."""
        return None

    def waiting(self, label: Any, count: int, *, order: int, query: str = "") -> WorkQueue | None:
        """Return the line of a `work_queue` that leads to this list, filtered by a query string; None of nothing."""
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        url += f"?{query}" if query else ""
        return WorkQueue(label=label, count=count, url=url, order=order) if count else None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Under the name of what it lists: Django's "Select message to view" is said of every list."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """A number is found as it is shown, with its spaces, and as it is; so is a phone with its country code."""
        digits = "".join(search_term.split())
        is_number = digits.removeprefix("+").isdecimal()
        return super().get_search_results(request, queryset, digits if is_number else search_term)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Only what the page itself offers. Django filters by any field of the row: the hash of a password, or a
        code on its way, could be guessed letter by letter.
        """
        filters = [entry[0] if isinstance(entry, tuple) else entry for entry in self.get_list_filter(request)]
        own = [entry for entry in filters if isinstance(entry, type) and issubclass(entry, admin.SimpleListFilter)]
        if lookup in [entry.parameter_name for entry in own]:
            return True
        offered = [name for name in (*filters, self.date_hierarchy) if isinstance(name, str)]
        is_offered = any(lookup == name or lookup.startswith(f"{name}__") for name in offered)
        return is_offered and super().lookup_allowed(lookup, value, request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return (not self.administrators_only or is_administrator(request)) and super().has_view_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may_decide(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._may_decide(request) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self.deletable and self._may_decide(request) and super().has_delete_permission(request, obj)

    def _may_decide(self, request: HttpRequest) -> bool:
        return not (self.administrators_decide or self.administrators_only) or is_administrator(request)

    def get_fieldsets(self, request: HttpRequest, obj: M | None = None) -> Any:
        """Who may only look is not asked what the form asks besides the row's own columns."""
        fieldsets = super().get_fieldsets(request, obj)
        if self.has_change_permission(request, obj) if obj else self.has_add_permission(request):
            return fieldsets
        return [
            (head, {**given, "fields": [*map(self._looked_at, filter(self._is_of_the_row, given["fields"]))]})
            for head, given in fieldsets
        ]

    def _is_of_the_row(self, field: str | Sequence[str]) -> bool:
        return not isinstance(field, str) or hasattr(self.model, field) or hasattr(self, field)

    def _looked_at(self, name: Any) -> Any:
        """Return what is looked at in place of a field whose row holds codes, days or texts by language."""
        asked = self.form.declared_fields.get(name) if isinstance(name, str) else None
        if isinstance(asked, forms.MultipleChoiceField):
            labels: dict[Any, Any] = dict(asked.choices)  # type: ignore[arg-type]  # none of them is a group
            return column(name, asked.label, lambda codes: ", ".join(str(labels.get(code, code)) for code in codes))
        if isinstance(asked, TextsField):
            return column(name, asked.label, current_tenant().text)
        kept = next((one for one in self.opts.concrete_fields if one.name == name), None)
        if isinstance(kept, ArrayField) and isinstance(kept.base_field, models.DateField):
            return column(name, kept.verbose_name, lambda days: ", ".join(map(date_format, days)))
        return name

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        if not self.bulk_deletable:
            actions.pop("delete_selected", None)
        return actions

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str | None) -> NoReturn:
        """Django leads back to the start page; an id that is not the tenant's is a plain 404 here."""
        raise Http404

    def log_addition(self, request: HttpRequest, obj: M, message: Any) -> LogEntry:
        self._record("added", request, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: M, message: Any) -> LogEntry:
        self._record("changed", request, obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[LogEntry]:
        for obj in queryset:
            self._record("deleted", request, obj, [])
        return super().log_deletions(request, queryset)

    def _record(self, what: str, request: HttpRequest, obj: M, message: Any) -> None:
        site.record(Change(what=what, by=request.user, obj=obj, fields=message))


class ReadOnlyAdmin(TenantModelAdmin[M]):
    """Rows that staff may look at, and that only the program writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class OneRowAdmin(TenantModelAdmin[M]):
    """The tenant's one row of settings: its list leads to it, or to making it. Administrators decide them.

    Asked in `has_add_permission`, whether there is one would cost a query on every page of the admin: its menu asks.
    """

    administrators_decide = True
    menu_place = MenuPlace.SETTINGS
    change_form_template: ClassVar[Any] = "admin/one_row.html"

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Its line in the menu leads to it, and offers no other one."""
        return {**super().get_model_perms(request), "add": False}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        found = self.get_queryset(request).first()
        if found is not None and self.has_view_or_change_permission(request, found):
            return redirect(self._address("change"), found.pk)
        if found is None and self.has_add_permission(request):
            return redirect(self._address("add"))
        return super().changelist_view(request, extra_context)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        if self.has_add_permission(request) and (found := self.get_queryset(request).first()):
            return redirect(self._address("change"), found.pk)
        # Not "Add settings": there is one row, and it has only not been written yet.
        return super().add_view(request, form_url, {**self._only_one(), **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        return super().change_view(request, object_id, form_url, {**self._only_one(), **(extra_context or {})})

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        title = gettext("Change history: %s") % capfirst(str(self.opts.verbose_name))
        context = {"title": title, "is_only_one": True, **(extra_context or {})}
        return super().history_view(request, object_id, context)

    def _only_one(self) -> dict[str, Any]:
        """What a form says of a row that is its tenant's only one: its name once, and no button for another."""
        title = capfirst(str(self.opts.verbose_name))
        return {"title": title, "subtitle": None, "show_save_and_add_another": False}

    def _address(self, what: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{what}"


class LabelledFormSet(BaseInlineFormSet[Child, Parent, Any]):
    """Names every field of a line, which Django's table leaves to the head of the column.

    Makes no more forms than a person can have filled in: each costs queries, and how many there are is posted.
    """

    most_new: ClassVar[int] = 100

    def total_form_count(self) -> int:
        total = super().total_form_count()
        if self.is_bound and total > len(self.get_queryset()) + self.most_new:
            raise TooManyFieldsSent(f"{total} lines were posted.")
        return total

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", field.label)


class TenantTabularInline(TenantRows[Child], admin.TabularInline[Child, Parent]):
    """Rows of the tenant that belong to the object on the page."""

    formset: Any = LabelledFormSet
    extra = 0
    show_change_link = False


ABOUT = ["name", "legal_name", "claim", "phone", "phone_hours", "email", "language"]
WAYS_IN = ["email_code_sign_in", "sms_code_sign_in", "password_sign_in", "passkey_sign_in", "pin_unlock"]
LIMITS = ["lock_after_minutes", "idle_minutes", "session_hours", "sms_daily_limit"]


class TenantForm(TenantModelForm[Tenant]):
    claim = TextsField(label=_("Sentence on the sign-in page"), required=False)
    phone_hours = TextsField(label=_("Phone hours"), required=False)

    class Meta:
        model = Tenant
        fields = [*ABOUT, *WAYS_IN, *LIMITS]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if not any(cleaned.get(way) for way in ("email_code_sign_in", "sms_code_sign_in", "password_sign_in")):
            raise ValidationError(_("Leave at least one of codes and passwords on: nobody could sign in."))
        return cleaned


@admin.register(Tenant)
class TenantAdmin(TenantModelAdmin[Tenant]):
    """The company's own settings. Companies are made, and modules and hosts given, from the command line."""

    form = TenantForm
    fieldsets = [(None, {"fields": [*ABOUT]}), (_("Signing in"), {"fields": [*WAYS_IN, *LIMITS]})]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Tenant]:
        return super().get_queryset(request).filter(pk=request.tenant.pk)  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Lead to the one company there is."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return redirect("admin:tenancy_tenant_change", request.tenant.pk)  # type: ignore[attr-defined]
