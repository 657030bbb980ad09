"""Where staff make service forms: order, preview, publish, retire."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from forms_catalog.actions import catalogue
from forms_catalog.admin.form_fields import FieldForm, FieldFormSet, ServiceFormForm
from forms_catalog.forms.service_forms import Filler, PageForm
from forms_catalog.models import FormField, FormVersion, ServiceForm
from forms_catalog.rules.problems import missing_languages, problems_of
from forms_catalog.wording import Wording
from portal.tenancy.admin import ReadOnlyAdmin, TenantModelAdmin, TenantRows, column, confirmed_action
from portal.ui.context_processors import LANGUAGE_NAMES

LANGUAGES = [code for code, _name in settings.LANGUAGES]


class FieldInline(TenantRows[FormField], admin.StackedInline[FormField, ServiceForm]):
    model = FormField
    form: Any = FieldForm
    formset: Any = FieldFormSet
    extra = 0
    verbose_name = gettext_lazy("question")
    verbose_name_plural = gettext_lazy("Questions, in their order")
    fieldsets = [
        (None, {"fields": [("order", "kind"), "label", "help", "is_required", "choices"]}),
        (
            gettext_lazy("Conditions and checks"),
            {"fields": ["show_if", ("minimum", "maximum"), "shape", "name"], "classes": ["collapse"]},
        ),
    ]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 3


@admin.register(ServiceForm)
class ServiceFormAdmin(TenantModelAdmin[ServiceForm]):
    """A form is put together here; customers see the version that was published last.

    It asks for personal data, and says to whom the answers are sent.
    """

    form = ServiceFormForm
    administrators_only = True
    inlines = [FieldInline]
    list_display = [column("title_text", gettext_lazy("Title")), "slug", "state", "published_number", "told", "order"]
    list_filter = ["state"]
    search_fields = ["slug"]
    ordering = ["order", "slug"]
    actions = ["publish", "retire"]
    readonly_fields = ["standing", "preview_link"]
    fieldsets = [
        (None, {"fields": ["standing", "preview_link", "title", "slug", "lead", "intro"]}),
        (gettext_lazy("Who and where to"), {"fields": ["customer_kinds", "recipients", "urgent_if", "order"]}),
        (gettext_lazy("Sending"), {"fields": ["submit_label", "after"]}),
        (gettext_lazy("Publishing"), {"fields": ["publish_it"]}),
    ]

    class Media:
        js = ["js/richtext.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceForm]:
        return super().get_queryset(request).select_related("tenant")

    def get_readonly_fields(self, request: HttpRequest, obj: ServiceForm | None = None) -> list[str]:
        """The address of a form that customers know stays."""
        fixed = ["slug"] if obj and obj.published_number else []
        return [*self.readonly_fields, *fixed]

    def get_prepopulated_fields(self, request: HttpRequest, obj: ServiceForm | None = None) -> dict[str, Any]:
        return {}

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        if form.cleaned_data["publish_it"]:
            self._publish(request, form.instance)

    def _publish(self, request: Any, made: ServiceForm) -> None:
        try:
            version = catalogue.publish(form=made, by=request.user)
        except catalogue.NotReady as error:
            lead = _("“%(form)s” is kept, but not published:") % {"form": made}
            messages.error(request, " ".join([lead, *(str(problem) for problem in error.problems)]))
            return
        said = {"form": made, "number": version.number}
        messages.success(request, _("“%(form)s” is published, version %(number)s.") % said)
        if missing := missing_languages(version.definition, LANGUAGES):
            names = ", ".join(LANGUAGE_NAMES.get(code, code) for code in missing)
            messages.warning(request, _("Some of its texts are missing in %(languages)s.") % {"languages": names})

    @confirmed_action(
        description=gettext_lazy("Publish"),
        question=gettext_lazy(
            "From now on customers fill them in as they are here. What was sent before stays as it was."
        ),
    )
    def publish(self, request: HttpRequest, queryset: QuerySet[ServiceForm]) -> None:
        for made in queryset:
            self._publish(request, made)

    @confirmed_action(
        description=gettext_lazy("Retire"),
        question=gettext_lazy("Customers cannot fill them in any more. What was sent stays; you can publish again."),
    )
    def retire(self, request: Any, queryset: QuerySet[ServiceForm]) -> None:
        for made in queryset:
            if catalogue.retire(form=made, by=request.user):
                messages.success(request, _("“%(form)s” is retired.") % {"form": made})

    @admin.display(description=gettext_lazy("told by e-mail"))
    def told(self, made: ServiceForm) -> str:
        return ", ".join(made.recipients)

    @admin.display(description=gettext_lazy("state"))
    def standing(self, made: ServiceForm) -> str:
        if not made.pk:
            return _("New. Keep it as a working copy first, and look at the preview.")
        if made.state != ServiceForm.State.PUBLISHED:
            return made.get_state_display()
        version = made.versions.get(number=made.published_number or 0)
        if version.content == made.definition.to_json():
            return _("Published, version %(number)s.") % {"number": version.number}
        return _("Published, version %(number)s. There are changes that customers do not see yet.") % {
            "number": version.number
        }

    @admin.display(description=gettext_lazy("preview"))
    def preview_link(self, made: ServiceForm) -> Any:
        if not made.pk:
            return "–"
        url = reverse("admin:forms_catalog_serviceform_preview", args=[made.pk])
        return format_html('<a href="{}">{}</a>', url, _("See it as customers will, as last saved"))

    def get_urls(self) -> list[URLPattern]:
        name = "forms_catalog_serviceform_preview"
        return [path("<int:pk>/preview/", self.admin_site.admin_view(self.preview), name=name), *super().get_urls()]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The working copy on the customers' own page, all its pages below each other, in one of the languages."""
        made = get_object_or_404(ServiceForm, pk=pk)
        if not self.has_view_permission(request, made):
            raise PermissionDenied
        wanted = request.GET.get("language", "")
        code = wanted if wanted in LANGUAGES else get_language() or LANGUAGES[0]
        definition = made.definition
        with override(code):
            context = {
                "made": made,
                "texts": Wording(definition),
                "pages": [PageForm(definition, step, Filler()) for step in definition.steps],
                "problems": problems_of(definition, made.tenant.language),
                "languages_shown": [(one, LANGUAGE_NAMES.get(one, one), one == code) for one in LANGUAGES],
            }
            response = TemplateResponse(request, "forms_catalog/preview.html", context)
            response.render()
        return response


@admin.register(FormVersion)
class FormVersionAdmin(ReadOnlyAdmin[FormVersion]):
    """What was published when, and by whom."""

    list_display = [column("title_text", gettext_lazy("Title")), "number", "published_at", "published_by"]
    list_select_related = ["tenant", "published_by"]
    ordering = ["-published_at"]
    fields = ["form", "number", "published_at", "published_by", "questions"]
    readonly_fields = ("form", "number", "published_at", "published_by", "questions")

    @admin.display(description=gettext_lazy("questions"))
    def questions(self, version: FormVersion) -> str:
        return format_html_join("", "<p>{}</p>", ([Wording.of(spec.label)] for spec in version.definition.questions))
