"""What a page of admin is headed, and what it says when something is saved."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _


class SaysWhatIsDone:
    """Mixin of every admin class. Django says of everything that it "was changed successfully"."""

    def title_of(self, obj: Any) -> str:
        """Return the heading of a row's page, "" for Django's ("Change customer", with the name below it)."""
        return ""

    def words_of(self, request: HttpRequest, obj: Any) -> str:
        """Return what is said when a row is saved; whatever was posted is in the request."""
        return _("“%(name)s” is saved.") % {"name": obj}

    def render_change_form(self, request: Any, context: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and obj.pk and (title := self.title_of(obj)):
            context |= {"title": title, "subtitle": None}
        shown: HttpResponse = super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]
        return shown

    def response_add(self, request: Any, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        if _is_djangos(request) or post_url_continue:
            shown: HttpResponse = super().response_add(request, obj, post_url_continue)  # type: ignore[misc]
            return shown
        return self._say(request, obj) or self.response_post_save_add(request, obj)  # type: ignore[attr-defined]

    def response_change(self, request: Any, obj: Any) -> HttpResponse:
        if _is_djangos(request):
            shown: HttpResponse = super().response_change(request, obj)  # type: ignore[misc]
            return shown
        return self._say(request, obj) or self.response_post_save_change(request, obj)  # type: ignore[attr-defined]

    def _say(self, request: Any, obj: Any) -> HttpResponse | None:
        """Say that it is saved; return the way back to the row for who goes on with it, else None."""
        messages.success(request, self.words_of(request, obj))
        model_admin: Any = self
        if "_continue" not in request.POST or not model_admin.has_view_or_change_permission(request, obj):
            return None
        name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_change"
        return redirect(reverse(name, args=[obj.pk]))


def _is_djangos(request: HttpRequest) -> bool:
    """Tell whether the answer is more than words: a window of its own is closed, or an empty form comes next."""
    return not {IS_POPUP_VAR, "_addanother", "_saveasnew"}.isdisjoint(request.POST)
