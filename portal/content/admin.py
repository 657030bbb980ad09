"""Where staff write pages and news, and name the grid areas."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, override

from portal import registry
from portal.content import actions, richtext
from portal.content.admin_forms import GridAreaForm, NewPageForm, NewsForm, PageForm
from portal.content.models import GridArea, News, Page
from portal.files.models import StoredFile
from portal.files.pictures import small_picture
from portal.files.views import file_response
from portal.tenancy.admin import TenantModelAdmin, column
from portal.tenancy.models import current_tenant
from portal.ui.context_processors import LANGUAGE_NAMES


@admin.register(Page)
class PageAdmin(TenantModelAdmin[Page]):
    """The shipped pages, and those the company adds; a page keeps its address."""

    form = PageForm
    list_display = [column("title_text", gettext_lazy("Title")), "slug"]
    ordering = ["slug"]

    def get_form(self, request: HttpRequest, obj: Page | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        return super().get_form(request, obj, change=change, **({} if obj else {"form": NewPageForm}), **kwargs)

    def save_model(self, request: Any, obj: Page, form: Any, change: bool) -> None:  # noqa: FBT001
        actions.change_page(page=obj, title=form.cleaned_data["title"], body=form.cleaned_data["body"], by=request.user)


@admin.register(News)
class NewsAdmin(TenantModelAdmin[News]):
    form = NewsForm
    deletable = True

    class Media:
        js = ["js/richtext.js"]

    list_display = [
        column("title_text", gettext_lazy("Title")),
        "state",
        "published_from",
        "published_to",
        "is_pinned",
    ]
    list_filter = ["is_published", "is_pinned", "published_from"]
    ordering = ["-published_from"]
    readonly_fields = ["shown_picture"]
    fieldsets = [
        (None, {"fields": ["title", "lead", "body"]}),
        (
            gettext_lazy("Picture"),
            {"fields": ["shown_picture", "upload", "picture_text", "remove_picture"]},
        ),
        (
            gettext_lazy("When"),
            {"fields": ["is_published", ("published_from", "published_to"), "is_pinned"]},
        ),
        (
            gettext_lazy("To whom; nothing ticked is everybody"),
            {"fields": ["areas", "customer_kinds", "modules"]},
        ),
    ]

    def save_model(self, request: Any, obj: News, form: NewsForm, change: bool) -> None:  # noqa: FBT001
        actions.save_news(
            news=obj,
            fields=form.fields_to_save,
            picture=next(iter(form.cleaned_data["upload"]), None),
            remove_picture=form.cleaned_data["remove_picture"],
            by=request.user,
        )

        lacking = [LANGUAGE_NAMES.get(code, code) for code, _name in settings.LANGUAGES if not obj.title.get(code)]
        if obj.is_published and lacking:
            text = gettext("Not written in %(languages)s: who reads in that language sees another one.")
            messages.warning(request, text % {"languages": ", ".join(lacking)})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Who has read it goes with it, which is nothing to ask about."""
        listed, counts, needed, protected = super().get_deleted_objects(objs, request)
        of_news = str(News._meta.verbose_name_plural)
        return [one for one in listed if not isinstance(one, list)], {of_news: counts[of_news]}, needed, protected

    def get_urls(self) -> list[URLPattern]:
        preview = path("<int:pk>/preview/", self.admin_site.admin_view(self.preview), name="content_news_preview")
        picture = path("<int:pk>/picture/", self.admin_site.admin_view(self.picture), name="content_news_picture")
        return [preview, picture, *super().get_urls()]

    def picture(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The picture, of a draft too."""
        news = get_object_or_404(News.objects.select_related("picture").exclude(picture=None), pk=pk)
        return file_response(cast(StoredFile, news.picture), inline=True)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A piece of news as readers will see it, in all languages side by side."""
        news = get_object_or_404(News.objects.select_related("picture"), pk=pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext_lazy("Preview"),
            "news": news,
            "versions": [_version(news, code) for code, _ in settings.LANGUAGES],
        }
        return TemplateResponse(request, "admin/content/news/preview.html", context)

    @admin.display(description=gettext_lazy("state"))
    def state(self, news: News) -> Any:
        now = timezone.now()
        if not news.is_published:
            return gettext_lazy("Draft")
        if news.published_from > now:
            return gettext_lazy("Comes later")
        is_over = news.published_to is not None and news.published_to <= now
        return gettext_lazy("Taken down") if is_over else gettext_lazy("Published")

    @admin.display(description=gettext_lazy("picture now"))
    def shown_picture(self, news: News) -> Any:
        if news.picture is None:
            return gettext_lazy("None")
        url = reverse("admin:content_news_picture", args=[news.pk])
        return small_picture(url, news.picture)


def _version(news: News, code: str) -> dict[str, Any]:
    """The texts in one language; what is missing falls back as it will for readers, and says so."""
    with override(code):
        return {
            "code": code,
            "name": LANGUAGE_NAMES.get(code, code),
            "is_missing": not news.title.get(code),
            "title": news.title_text,
            "lead": news.lead_text,
            "body": richtext.render(news.body_text),
            "picture_alt": news.picture_alt,
        }


@admin.register(GridArea)
class GridAreaAdmin(TenantModelAdmin[GridArea]):
    form = GridAreaForm
    deletable = True
    list_display = ["name", "slug", "price_area", "order", "is_active"]
    prepopulated_fields = {"slug": ["name"]}

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """In the menu only where something goes by areas."""
        return super().get_model_perms(request) if registry.has_areas(current_tenant()) else {}

    ordering = ["order", "name"]
