"""News (Aktuelt): what a company wants its customers to know, to whom, and from when to when."""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.customers.models import Customer
from portal.files.models import StoredFile
from portal.tenancy.models import TenantManager, TenantModel


class NewsQuerySet(models.QuerySet["News"]):
    def out_at(self, now: datetime) -> Self:
        """What is published and neither too new nor too old."""
        until = models.Q(published_to=None) | models.Q(published_to__gt=now)
        return self.filter(until, is_published=True, published_from__lte=now)

    def for_modules(self, modules: Collection[str]) -> Self:
        return self.filter(models.Q(modules=[]) | models.Q(modules__overlap=list(modules)))

    def for_areas(self, slugs: Collection[str]) -> Self:
        """What is for everybody, or for one of these areas."""
        return self.filter(models.Q(areas=[]) | models.Q(areas__overlap=list(slugs)))

    def for_everybody(self) -> Self:
        """What those who are not signed in may read."""
        return self.filter(customer_kinds=[])

    def for_kind(self, kind: str) -> Self:
        return self.filter(models.Q(customer_kinds=[]) | models.Q(customer_kinds__contains=[kind]))

    def unread_by(self, user: User) -> Self:
        """What came since the account was made and has not been opened."""
        return self.filter(News.is_unread_by(user))

    def pinned_first(self) -> Self:
        return self.order_by("-is_pinned", "-published_from", "-pk")


NewsManager = TenantManager.from_queryset(NewsQuerySet)


class News(TenantModel):
    """A piece of news. Texts are by language; `body` is rich text (see portal.content.richtext). An empty audience
    is no limit; several limits all hold.
    """

    title = models.JSONField(_("title"), default=dict, help_text=_("By language."))
    lead = models.JSONField(_("lead"), default=dict, blank=True, help_text=_("By language."))
    body = models.JSONField(_("text"), default=dict, blank=True, help_text=_("By language."))
    picture = models.OneToOneField(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    picture_text = models.JSONField(
        _("what the picture shows"), default=dict, blank=True, help_text=_("By language. Read out to the blind.")
    )
    is_published = models.BooleanField(_("published"), default=False)
    published_from = models.DateTimeField(_("from"), default=timezone.now)
    published_to = models.DateTimeField(_("to"), null=True, blank=True)
    is_pinned = models.BooleanField(_("pinned to the top"), default=False)
    areas = ArrayField(models.SlugField(), verbose_name=_("grid areas"), default=list, blank=True)
    customer_kinds = ArrayField(
        models.CharField(max_length=20, choices=Customer.Kind.choices),
        verbose_name=_("customer groups"),
        default=list,
        blank=True,
    )
    modules = ArrayField(models.CharField(max_length=20), verbose_name=_("modules"), default=list, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    # New to the person who asks; set by portal.content.queries.marked_for.
    is_unread = False

    objects: "ClassVar[NewsManager[Self]]" = NewsManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("piece of news")
        verbose_name_plural = _("news")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_to=None) | models.Q(published_to__gt=models.F("published_from")),
                name="news_ends_after_it_begins",
            )
        ]
        indexes = [models.Index(fields=["tenant", "-published_from"], name="news_by_time")]

    def __str__(self) -> str:
        return self.title_text

    @staticmethod
    def is_unread_by(user: User) -> models.Q:
        """It came since the account was made, and the user has not opened it."""
        read = NewsRead.objects.filter(user=user, news=models.OuterRef("pk"))
        return models.Q(~models.Exists(read), published_from__gte=user.date_joined)

    @property
    @admin.display(description=_("title"))
    def title_text(self) -> str:
        return self.tenant.text(self.title)

    @property
    def lead_text(self) -> str:
        return self.tenant.text(self.lead)

    @property
    def body_text(self) -> str:
        return self.tenant.text(self.body)

    @property
    def picture_alt(self) -> str:
        return self.tenant.text(self.picture_text)


class NewsRead(TenantModel):
    """A user has opened a piece of news."""

    news = models.ForeignKey(News, models.CASCADE, related_name="reads", verbose_name=_("piece of news"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "user", "news"], name="one_read_per_news")]

    def __str__(self) -> str:
        return f"{self.user} – {self.news}"
