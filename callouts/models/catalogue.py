"""What a tenant takes: waste fractions, and the units and packages they come in."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from callouts.rules import codes, facts
from portal.tenancy.models import TenantManager, TenantModel, current_tenant


def no_units() -> list[str]:
    return []


class Unit(TenantModel):
    """A unit of quantity or size. The code is UN/ECE Recommendation 20's: KGM, TNE, LTR, MTQ, H87."""

    code = models.CharField(_("code"), max_length=3)
    name = models.JSONField(_("name"), help_text=_("By language."))
    is_volume = models.BooleanField(_("used for the size of containers"), default=False)
    most = models.DecimalField(
        _("largest quantity in one call-off"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(TenantModel.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["order", "code"]
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="one_unit_per_code")]

    def __str__(self) -> str:
        return current_tenant().text(self.name)


class PackageType(TenantModel):
    """A type of package. The code is UN/ECE Recommendation 21's: 1A, IH, WA, 43, PX, TG."""

    code = models.CharField(_("code"), max_length=3)
    name = models.JSONField(_("name"), help_text=_("By language."))
    plural = models.JSONField(_("name of several"), help_text=_("By language."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(TenantModel.Meta):
        verbose_name = _("type of package")
        verbose_name_plural = _("types of package")
        ordering = ["order", "code"]
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="one_package_type_per_code")]

    def __str__(self) -> str:
        return f"{capfirst(current_tenant().text(self.name))} ({self.code})"

    def name_of(self, count: int | None) -> dict[str, str]:
        """Return the name, by language, as it follows a count: 1 container, 2 containers."""
        return dict(self.name if count == 1 else self.plural)


EWC_CODE = RegexValidator(r"^[0-9]{6}\Z", _("Write six digits, without spaces."))


class EwcCode(TenantModel):
    """An entry of the list of waste (EAL, European waste catalogue) that is valid in the tenant's country."""

    code = models.CharField(_("code"), max_length=6, validators=[EWC_CODE])
    name = models.JSONField(_("name"), help_text=_("By language."))
    is_hazardous = models.BooleanField(_("hazardous waste"), default=False)

    class Meta(TenantModel.Meta):
        verbose_name = _("EAL code")
        verbose_name_plural = _("EAL codes")
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="one_ewc_entry_per_code")]

    def __str__(self) -> str:
        return f"{codes.shown_ewc(self.code, hazardous=self.is_hazardous)} {current_tenant().text(self.name)}"


class PackingGroup(models.TextChoices):
    """Packing groups of dangerous goods (ADR), as the national declaration names them."""

    I = "I", _("I, great danger")  # noqa: E741  (its name)
    II = "II", _("II, medium danger")
    III = "III", _("III, minor danger")
    NONE = facts.NO_GROUP, _("Dangerous goods without a packing group")
    NOT_DANGEROUS = facts.NOT_DANGEROUS, _("Not dangerous goods")


class Consistency(models.TextChoices):
    """What the waste is like, as the national declaration asks."""

    SOLID = "solid", _("Solid")
    POWDER = "powder", _("Powder")
    VISCOUS = "viscous", _("Viscous")
    LIQUID = "liquid", _("Liquid")
    SLUDGE = "sludge", _("Sludge")
    GAS = "gas", _("Gas")
    AEROSOL = "aerosol", _("Aerosol")
    OTHER = "other", _("Other")


UN_NUMBER = RegexValidator(r"^[0-9]{4}\Z", _("A UN number has four digits, for example 1263."))


class FractionQuerySet(models.QuerySet["WasteFraction"]):
    def offered(self) -> Self:
        return self.filter(is_active=True)

    def for_service(self, service: str) -> Self:
        """Those of the part of the catalogue that a kind of service draws on."""
        return self.filter(service=facts.article_service(service))

    def categories(self) -> list[str]:
        """Return the names of the categories, sorted."""
        found = self.exclude(category="").order_by("category").values_list("category", flat=True)
        return list(found.distinct())


FractionManager = TenantManager.from_queryset(FractionQuerySet)


class WasteFraction(TenantModel):
    """An article of waste: what the customer chooses, with the codes the law and the invoice know it by."""

    class Service(models.TextChoices):
        WASTE = facts.WASTE, _("Waste")
        RENTAL = facts.RENTAL, _("Rental of equipment")
        SALE = facts.SALE, _("Sale")

    class Declaration(models.TextChoices):
        BY_KIND = "by_kind", _("When hazardous or radioactive")
        ALWAYS = "always", _("Always")
        NEVER = "never", _("Never")

    article_no = models.CharField(_("article number"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    service = models.CharField(_("kind of service"), max_length=15, choices=Service.choices, default=Service.WASTE)
    category = models.CharField(_("category"), max_length=60, blank=True)
    ns_group = models.CharField(_("NS 9431 group"), max_length=4, blank=True)
    waste_substance_no = models.CharField(_("waste substance number"), max_length=10, blank=True)
    ewc_code = models.CharField(_("EAL code"), max_length=6, blank=True, validators=[EWC_CODE])
    is_hazardous = models.BooleanField(_("hazardous waste"), default=False)
    is_radioactive = models.BooleanField(_("radioactive waste"), default=False)
    search_words = models.CharField(
        _("everyday words"), max_length=300, blank=True, help_text=_("What people call it, separated by spaces.")
    )
    # Codes of Unit; an array, for it is read with every row and joined with nothing.
    allowed_units = ArrayField(
        models.CharField(max_length=3),
        verbose_name=_("allowed units"),
        default=no_units,
        blank=True,
        help_text=_("Codes, separated by commas. Empty: any unit."),
    )
    allowed_packages = ArrayField(
        models.CharField(max_length=3),
        verbose_name=_("allowed packages"),
        default=no_units,
        blank=True,
        help_text=_("Codes, separated by commas. Empty: any package."),
    )
    declaration = models.CharField(
        _("needs declaration"), max_length=10, choices=Declaration.choices, default=Declaration.BY_KIND
    )
    # What a declaration of this waste usually says: suggested on the line, where the customer may say otherwise.
    un_number = models.CharField(_("UN number"), max_length=4, blank=True, validators=[UN_NUMBER])
    packing_group = models.CharField(_("packing group"), max_length=8, blank=True, choices=PackingGroup.choices)
    consistency = models.CharField(_("consistency"), max_length=10, blank=True, choices=Consistency.choices)
    is_active = models.BooleanField(_("offered"), default=True)

    objects: "ClassVar[FractionManager[Self]]" = FractionManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("waste fraction")
        verbose_name_plural = _("waste fractions")
        indexes = [models.Index(fields=["tenant", "service", "category"], name="fraction_by_category")]
        constraints = [models.UniqueConstraint(fields=["tenant", "article_no"], name="one_fraction_per_article_no")]

    def __str__(self) -> str:
        return f"{self.name} ({self.article_no})"

    @property
    def needs_declaration(self) -> bool:
        if self.declaration == self.Declaration.BY_KIND:
            return self.is_hazardous or self.is_radioactive
        return self.declaration == self.Declaration.ALWAYS

    @property
    def shown_ewc(self) -> str:
        return codes.shown_ewc(self.ewc_code, hazardous=self.is_hazardous)


class WordQuerySet(models.QuerySet["FractionWord"]):
    def beginning_with(self, term: str) -> Self:
        """Words with a prefix, as a range over an index in code point order.

        Comparing is leakproof, so PostgreSQL uses the index under row-level security, as it would not for LIKE.
        """
        return self.filter(word__gte=term, word__lt=codes.after_prefix(term))

    def weights(self) -> dict[int, int]:
        """Return each fraction's id with the weight of its heaviest word."""
        heaviest = self.values("fraction").annotate(heaviest=models.Max("weight")).order_by()
        return dict(heaviest.values_list("fraction", "heaviest"))


WordManager = TenantManager.from_queryset(WordQuerySet)


class FractionWord(TenantModel):
    """A word, or the tail of one, that a fraction is found by. Written by callouts.actions.catalogue."""

    # The key that includes the tenant is enough: half the checks, for the table with most rows of all.
    fraction = models.ForeignKey(WasteFraction, models.CASCADE, related_name="words", db_constraint=False)
    # Code point order, whatever the database's: a prefix is then a range.
    word = models.CharField(max_length=60, db_collation="C")
    # How much it says, see rules.codes.index_words.
    weight = models.PositiveSmallIntegerField()

    objects: "ClassVar[WordManager[Self]]" = WordManager()

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "fraction", "word"], name="one_row_per_word")]
        indexes = [models.Index(fields=["tenant", "word"], include=["fraction", "weight"], name="fraction_by_word")]

    def __str__(self) -> str:
        return self.word
