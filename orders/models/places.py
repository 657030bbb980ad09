"""Where units stand, what they are and what goes into them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Concat, Lower, Replace
from django.utils.translation import gettext_lazy as _

from orders.jobs import Emptying
from orders.models.names import name_of, names_field
from orders.rules.search import LETTERS, PAIRS, folded
from portal.customers.models import Customer
from portal.tenancy.models import TenantManager, TenantModel
from portal.ui import formatting


class Volume(models.TextChoices):
    CUBIC_METRES = "m3", _("m³")
    LITRES = "l", _("litres")


class Shape(models.TextChoices):
    """The drawing people choose a kind of equipment by: templates/orders/shapes/<value>.html."""

    OPEN_CONTAINER = "open_container", _("Open container")
    CLOSED_CONTAINER = "closed_container", _("Closed container")
    COMPACTOR = "compactor", _("Compactor")
    WHEELED_BIN = "wheeled_bin", _("Wheeled bin")
    UNDERGROUND = "underground", _("Underground bin")
    CAGE = "cage", _("Cage")
    TANK = "tank", _("Tank")
    BAG = "bag", _("Bag")


# How a unit of volume is written after a number.
SYMBOLS = {Volume.CUBIC_METRES.value: "m³", Volume.LITRES.value: "l"}


def volume_text(volume: Decimal, unit: str) -> str:
    """Return "22 m³", "7,5 m³" or "660 l"."""
    return f"{formatting.exact(volume)}\u00a0{SYMBOLS[unit]}"


class EquipmentTypeQuerySet(models.QuerySet["EquipmentType"]):
    def orderable(self) -> Self:
        """What can be ordered as a new unit, small ones first."""
        in_litres = models.Case(
            models.When(volume_unit=Volume.CUBIC_METRES, then=models.F("volume") * 1000), default=models.F("volume")
        )
        return self.filter(is_active=True).order_by(in_litres, "code")


EquipmentTypeManager = TenantManager.from_queryset(EquipmentTypeQuerySet)


class EquipmentType(TenantModel):
    code = models.CharField(_("code"), max_length=20)
    names = names_field()
    volume = models.DecimalField(_("volume"), max_digits=6, decimal_places=1)
    volume_unit = models.CharField(
        _("unit of volume"), max_length=2, choices=Volume.choices, default=Volume.CUBIC_METRES
    )
    emptying = models.CharField(_("when emptied"), max_length=20, choices=Emptying.choices)
    is_active = models.BooleanField(_("can be ordered"), default=True)
    shape = models.CharField(_("drawing"), max_length=20, choices=Shape.choices, default=Shape.OPEN_CONTAINER)
    # Outside measures, for who must find room for it.
    length_cm = models.PositiveSmallIntegerField(_("length (cm)"), null=True, blank=True)
    width_cm = models.PositiveSmallIntegerField(_("width (cm)"), null=True, blank=True)
    height_cm = models.PositiveSmallIntegerField(_("height (cm)"), null=True, blank=True)

    objects: "ClassVar[EquipmentTypeManager[Self]]" = EquipmentTypeManager()

    in_words: ClassVar[dict[str, tuple[str, Any]]] = {
        "equipment_has_volume": ("volume", _("Write a volume above zero.")),
    }

    class Meta(TenantModel.Meta):
        verbose_name = _("equipment type")
        verbose_name_plural = _("equipment types")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "code"], name="one_equipment_type_per_code"),
            models.CheckConstraint(condition=models.Q(volume__gt=0), name="equipment_has_volume"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {volume_text(self.volume, self.volume_unit)}"

    @property
    def name(self) -> str:
        return name_of(self.names)

    @property
    def volume_number(self) -> str:
        """Return "22" or "7,5"."""
        return formatting.exact(self.volume)

    @property
    def unit_text(self) -> str:
        """The unit of volume under its number on a unit's tile: "m³", "liter"."""
        return str(Volume(self.volume_unit).label)

    @property
    def volume_text(self) -> str:
        return volume_text(self.volume, self.volume_unit)

    @property
    def drawing(self) -> str:
        """The template of its drawing."""
        return f"orders/shapes/{self.shape}.html"

    @property
    def measures(self) -> str:
        """Return "6,0 × 2,4 × 1,6 m", or "" where the company has not said."""
        sides = (self.length_cm, self.width_cm, self.height_cm)
        if not all(sides):
            return ""
        metres = (formatting.number(Decimal(side or 0) / 100, 1) for side in sides)
        return "\u00a0×\u00a0".join(metres) + "\u00a0m"


class WasteTypeQuerySet(models.QuerySet["WasteType"]):
    def orderable(self) -> Self:
        return self.filter(is_active=True).order_by("position", "code")

    def for_equipment(self, equipment_type: EquipmentType) -> Self:
        """What the company takes in this kind of unit: its list, or everything where it has none."""
        allowed = AllowedWaste.objects.filter(equipment_type=equipment_type)
        return self.filter(models.Q(pk__in=allowed.values("waste_type")) | ~models.Exists(allowed))


WasteTypeManager = TenantManager.from_queryset(WasteTypeQuerySet)


class WasteType(TenantModel):
    code = models.CharField(_("code"), max_length=20)
    names = names_field()
    position = models.PositiveSmallIntegerField(_("position in lists"), default=0)
    is_active = models.BooleanField(_("can be ordered"), default=True)

    objects: "ClassVar[WasteTypeManager[Self]]" = WasteTypeManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("waste type")
        verbose_name_plural = _("waste types")
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="one_waste_type_per_code")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return name_of(self.names)


class AllowedWaste(TenantModel):
    """A waste type that may go into a kind of equipment. Equipment without a row takes everything."""

    equipment_type = models.ForeignKey(
        EquipmentType, models.CASCADE, related_name="allowed_waste", verbose_name=_("equipment type")
    )
    waste_type = models.ForeignKey(WasteType, models.CASCADE, related_name="+", verbose_name=_("waste type"))

    class Meta(TenantModel.Meta):
        verbose_name = _("allowed waste type")
        verbose_name_plural = _("allowed waste types")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "equipment_type", "waste_type"], name="one_row_per_allowed_waste")
        ]

    def __str__(self) -> str:
        return f"{self.equipment_type} – {self.waste_type}"


class Depot(TenantModel):
    """A place vehicles start from; dispatch looks at the jobs of one."""

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60)

    class Meta(TenantModel.Meta):
        verbose_name = _("depot")
        verbose_name_plural = _("depots")
        constraints = [models.UniqueConstraint(fields=["tenant", "code"], name="one_depot_per_code")]

    def __str__(self) -> str:
        return self.name


# Where a word of a search may stand. Contained in, and not only at the beginning of: row-level security keeps such a
# search from an index of its own, but it only reads the addresses of one customer, which an index does find.
SEARCHED = ("address", "postal_code", "city", "name", "project", "number")
UNIT_DIGITS = 3
NAMES = ("waste_type__names", "equipment_type__names")
UNIT_SEARCHED: tuple[str | KeyTextTransform, ...] = (
    "number",
    *(KeyTextTransform(code, names) for names in NAMES for code, _language in settings.LANGUAGES),
)


class Folded(models.Func):
    """A text as `orders.rules.search.folded` gives it."""

    output_field = models.TextField()

    def __init__(self, text: Any) -> None:
        letters = map(Value, LETTERS)
        made: Any = models.Func(Lower(text), *letters, function="translate", output_field=models.TextField())
        for pair, letter in PAIRS:
            made = Replace(made, Value(pair), Value(letter))
        super().__init__(made, template="%(expressions)s")


def _words_of(parts: Iterable[str | KeyTextTransform]) -> Folded:
    """Return the texts as one, each with a space before it, as they are compared. NULL counts as nothing."""
    spaced = [piece for part in parts for piece in (Value(" "), part)]
    return Folded(Concat(*spaced, output_field=models.TextField()))


class LocationQuerySet(models.QuerySet["Location"]):
    def of(self, customer: Customer) -> Self:
        return self.filter(customer=customer, is_active=True)

    def with_unit_count(self, on: date) -> Self:
        """Count the units that stand there on a day."""
        standing = models.Q(placements__removed_on=None) | models.Q(placements__removed_on__gt=on)
        return self.annotate(unit_count=models.Count("placements", filter=standing))

    def matching(self, text: str, on: date) -> Self:
        """Locations with each word of the text in address, place, name or number, or in what stands there on a day:
        the unit's number, its kind or its waste. A number must begin there.
        """
        found = self.alias(words=_words_of(SEARCHED))
        standing = Placement.objects.standing(on).filter(location=models.OuterRef("pk"))
        units: models.QuerySet[Any] = standing.alias(words=_words_of(UNIT_SEARCHED))
        for word in folded(text).split():
            # House number 7 is not in postal code 3970, but "basseng" is in "Høydebasseng".
            begun = f" {word}" if word[0].isdigit() else word
            # "2231" is meant for unit C-2231; a shorter number stands in too many.
            in_a_unit = begun if len(word) < UNIT_DIGITS else word
            of_a_unit = models.Exists(units.filter(words__contains=in_a_unit))
            found = found.filter(models.Q(words__contains=begun) | of_a_unit)
        return found

    def by_project(self) -> Self:
        """Addresses of a project together, those without one last."""
        return self.order_by(models.Case(models.When(project="", then=1), default=0), "project", "address", "pk")


LocationManager = TenantManager.from_queryset(LocationQuerySet)


class Location(TenantModel):
    """An address of a customer's where units stand or may stand."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="locations", verbose_name=_("customer"))
    # The company's own number of the site, by which imports find it again; a customer's new address has none yet.
    number = models.CharField(_("site number"), max_length=20, blank=True)
    name = models.CharField(_("name of the site"), max_length=120, blank=True)
    # The customer's project: addresses of one are listed together.
    project = models.CharField(_("project"), max_length=80, blank=True)
    address = models.CharField(_("address"), max_length=120)
    postal_code = models.CharField(_("postal code"), max_length=4)
    city = models.CharField(_("city"), max_length=60)
    depot = models.ForeignKey(
        Depot, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("depot that drives here")
    )
    is_active = models.BooleanField(_("active"), default=True)
    # Made by the customer with an order, not by the company: staff give it a number.
    is_registered_by_customer = models.BooleanField(_("registered by the customer"), default=False)

    objects: "ClassVar[LocationManager[Self]]" = LocationManager()

    class Meta(TenantModel.Meta):
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"], condition=~models.Q(number=""), name="one_location_per_number"
            )
        ]
        indexes = [models.Index(fields=["tenant", "customer", "address"], name="location_of_customer")]

    def __str__(self) -> str:
        return self.full_address

    @property
    def full_address(self) -> str:
        return formatting.address(self.address, self.postal_code, self.city)

    def is_of(self, customer: Customer) -> bool:
        """Whether it is an address the customer orders to."""
        return self.is_active and self.customer_id == customer.pk


class PlacementQuerySet(models.QuerySet["Placement"]):
    def standing(self, on: date) -> Self:
        """Units that stand there on a day; one that is to leave later does."""
        return self.filter(models.Q(removed_on=None) | models.Q(removed_on__gt=on))

    def open_ended(self) -> Self:
        """Units of which nobody has said when they leave: one row for a number."""
        return self.filter(removed_on=None)

    def with_details(self) -> Self:
        return self.select_related("equipment_type", "waste_type").order_by("is_periodic", "-placed_on", "number")


PlacementManager = TenantManager.from_queryset(PlacementQuerySet)


class Placement(TenantModel):
    """A unit, by its number, that stands (or stood) at a location with one waste type. `is_periodic`: a fixed route."""

    number = models.CharField(
        _("unit number"), max_length=20, validators=[RegexValidator(r"^[\w.-]+$", _("Use letters, digits and -."))]
    )
    location = models.ForeignKey(Location, models.PROTECT, related_name="placements", verbose_name=_("location"))
    equipment_type = models.ForeignKey(
        EquipmentType, models.PROTECT, related_name="placements", verbose_name=_("equipment type")
    )
    waste_type = models.ForeignKey(WasteType, models.PROTECT, related_name="placements", verbose_name=_("waste type"))
    is_periodic = models.BooleanField(_("on a fixed route"), default=False)
    route_weekday = models.PositiveSmallIntegerField(
        _("weekday of a weekly route"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(6)],
        help_text=_("0 is Monday, 6 is Sunday. Empty when the route is not weekly."),
    )
    placed_on = models.DateField(_("placed"))
    removed_on = models.DateField(_("removed"), null=True, blank=True)

    objects: "ClassVar[PlacementManager[Self]]" = PlacementManager()

    in_words: ClassVar[dict[str, tuple[str, Any]]] = {
        "weekday_only_on_a_route": (
            "route_weekday",
            _("Only a unit on a fixed route has a weekday, Monday to Sunday."),
        ),
    }

    class Meta(TenantModel.Meta):
        verbose_name = _("placed unit")
        verbose_name_plural = _("placed units")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "number"], condition=models.Q(removed_on=None), name="unit_stands_in_one_place"
            ),
            models.CheckConstraint(
                condition=models.Q(removed_on=None) | models.Q(removed_on__gte=models.F("placed_on")),
                name="placement_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(route_weekday=None) | models.Q(is_periodic=True, route_weekday__lte=6),
                name="weekday_only_on_a_route",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "location", "removed_on"], name="placement_at_location")]

    def __str__(self) -> str:
        return f"{self.number} – {self.equipment_type}"

    def stands_on(self, day: date) -> bool:
        return self.removed_on is None or self.removed_on > day
