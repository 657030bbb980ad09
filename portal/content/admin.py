"""Information pages: staff change their words; which pages there are follows from the product."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.content import actions
from portal.content.models import Page
from portal.tenancy.admin import TenantModelAdmin
from portal.tenancy.forms import TenantModelForm, TextsField, TextsWidget


class LongTextsWidget(TextsWidget):
    """A large box for each language."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            code: forms.Textarea(attrs={"lang": code, "rows": 24, "class": "vLargeTextField"})
            for code, _ in settings.LANGUAGES
        }
        forms.MultiWidget.__init__(self, boxes, attrs)


class PageForm(TenantModelForm[Page]):
    title = TextsField(label=_("Title"))
    body = TextsField(
        label=_("Text"),
        widget=LongTextsWidget,
        max_length=20_000,
        help_text=_(
            "An empty line begins a new paragraph, “## ” a heading and “- ” a list. Links: [words](address). "
            "{company}, {phone} and {email} are filled in."
        ),
    )

    class Meta:
        model = Page
        fields = ["title", "body"]


@admin.register(Page)
class PageAdmin(TenantModelAdmin[Page]):
    form = PageForm
    list_display = ["slug", "title_text"]
    ordering = ["slug"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: Any, obj: Page, form: Any, change: bool) -> None:  # noqa: FBT001
        actions.change_page(page=obj, title=form.cleaned_data["title"], body=form.cleaned_data["body"], by=request.user)
