"""Information pages, news and customer service: open to everyone."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext, override
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.access import UserRequest, signed_in
from portal.accounts.models import User
from portal.accounts.next_page import next_page
from portal.content import actions, areas, feed, markup, queries, richtext
from portal.content.models import GridArea, NewsRead, Page
from portal.files.views import file_response
from portal.tenancy.access import TenantRequest, public

PAGE_SIZE = 10


@require_safe
@public
def page(request: TenantRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Page, slug=slug)
    return render(request, "content/page.html", {"page": found, "body": markup.render(found.body_text)})


@require_safe
@public
def customer_service(request: TenantRequest) -> HttpResponse:
    """How to reach the company, and where the rest is written."""
    return render(request, "content/customer_service.html", {"pages": Page.objects.order_by("slug")})


# News --------------------------------------------------------------------------------------------------


@require_safe
@public
def news(request: TenantRequest) -> HttpResponse:
    """All there is to read, pinned ones first; what the person has not opened is marked."""
    readable = queries.marked_for(request.user, queries.news_for(request))
    found = Paginator(readable, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "areas": areas.all_areas(),
        "area": areas.chosen_area(request),
        "has_unread": any(one.is_unread for one in found) or bool(queries.unread_count(request)),
    }
    return render(request, "content/news.html", context)


@require_safe
@public
def news_item(request: TenantRequest, pk: int) -> HttpResponse:
    """One piece of news; opening it is reading it."""
    found = get_object_or_404(queries.news_for(request), pk=pk)
    user = request.user
    if isinstance(user, User) and not NewsRead.objects.filter(news=found, user=user).exists():
        actions.mark_read(news=[found], user=user)
        queries.forget_unread_count(user, getattr(request, "customer", None))
    return render(request, "content/news_item.html", {"news": found, "body": richtext.render(found.body_text)})


@require_POST
@signed_in
def read_all(request: UserRequest) -> HttpResponse:
    """Mark all that is new as read."""
    actions.mark_read(news=queries.news_for(request).unread_by(request.user), user=request.user)
    queries.forget_unread_count(request.user, getattr(request, "customer", None))
    messages.success(request, gettext("All news is marked as read."))
    return redirect("content:news")


@require_safe
@public
def news_picture(request: TenantRequest, pk: int) -> HttpResponseBase:
    """The picture of a piece of news that the person may read."""
    found = get_object_or_404(queries.news_for(request).exclude(picture=None), pk=pk)
    if found.picture is None:
        raise Http404
    response = file_response(found.picture, inline=True)
    if response.status_code == 200:
        # The address names the picture (`?v=`), so a new one is another address.
        response["Cache-Control"] = "private, max-age=86400"
    return response


@require_safe
@public
def news_feed(request: TenantRequest) -> HttpResponse:
    """What everybody may read, for feed readers; `?language=` picks another language than the company's."""
    wanted = request.GET.get("language", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else request.tenant.language
    with override(language):
        text = feed.atom(request.tenant, language)
    response = HttpResponse(text, content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response


def newest(request: HttpRequest) -> str:
    """The start page's card: the newest that is pinned or not read; "" when there is nothing."""
    found = list(queries.marked_for(request.user, queries.news_for(request))[:2])
    return render_to_string("content/_news_card.html", {"found": found}, request=request) if found else ""


# Areas -------------------------------------------------------------------------------------------------


class AreaForm(forms.Form):
    area = forms.SlugField(required=False)


@require_POST
@public
def choose_area(request: TenantRequest) -> HttpResponse:
    """Keep the visitor's grid area on this device; none takes it back."""
    form = AreaForm(request.POST)
    response = redirect(next_page(request, "account_login"))
    if form.is_valid():
        wanted = form.cleaned_data["area"]
        areas.keep_choice(response, GridArea.objects.shown().filter(slug=wanted).first() if wanted else None)
    return response


def area_picker(request: HttpRequest, _given: object) -> str:
    """ "Your grid" on the sign-in page; "" where there is nothing to choose."""
    found = areas.all_areas()
    if len(found) < 2:
        return ""
    context = {"areas": found, "area": areas.chosen_area(request), "language": get_language()}
    return render_to_string("content/_area_picker.html", context, request=request)
