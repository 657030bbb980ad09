"""Taking in sites, units and kinds of equipment from the company's own system: new ones are made, known ones changed,
none removed; the same again changes nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.utils.translation import gettext as _

from orders.master_data import EQUIPMENT, LANGUAGES, LOCATIONS, PLACEMENTS, WASTE_TYPES
from orders.models import AllowedWaste, Depot, EquipmentType, Location, Placement, WasteType
from portal.audit import actions as audit
from portal.customers.models import Customer
from portal.documents.csv_files import Format, Outcome, Rejection, Row

# Columns that the models call something else.
NAMES = {"active": "is_active", "unit": "volume_unit"}


@transaction.atomic
def take_in(form: Format, rows: Sequence[Row], *, source: str, by: models.Model | None) -> Outcome:
    """Take in the rows of a file, one by one: what is wrong with one is its rejection. Writes the audit log."""
    outcome = Outcome()
    take = TAKERS[form.name](rows)
    for row in rows:
        try:
            with transaction.atomic():
                what = take(row)
        except ValidationError as error:
            outcome.rejected.append(Rejection(row.line, " ".join(error.messages), row.key))
        except (DataError, IntegrityError):
            outcome.rejected.append(Rejection(row.line, _("It cannot be stored as it stands."), row.key))
        else:
            setattr(outcome, what, getattr(outcome, what) + 1)
    data = {"source": source, "new": outcome.new, "changed": outcome.changed, "unchanged": outcome.unchanged}
    audit.record(verb="orders.master_data_imported", by=by, data={"kind": form.name, **data})
    return outcome


Take = Callable[[Row], str]


def _written(row: Row, *columns: str) -> list[str]:
    return [row.values[column] for column in columns if row.values.get(column)]


def _saved(one: models.Model, values: dict[str, Any]) -> str:
    """Save what differs, and say what it was: new, changed or unchanged."""
    is_new = one._state.adding
    different = [name for name, value in values.items() if is_new or getattr(one, name) != value]
    if not different and not is_new:
        return "unchanged"
    for name in different:
        setattr(one, name, values[name])
    one.save(update_fields=None if is_new else different)
    return "new" if is_new else "changed"


def _by(found: Iterable[Any], name: str) -> dict[str, Any]:
    return {getattr(one, name): one for one in found}


def _among(known: dict[str, Any], key: str, column: str) -> Any:
    """Return what a column refers to. Raises ValidationError when it is not there."""
    if key not in known:
        raise ValidationError(_("%(column)s: there is no %(key)s here."), params={"column": column, "key": key})
    return known[key]


def _locations(rows: Sequence[Row]) -> Take:
    there = _by(Location.objects.filter(number__in=[row.key for row in rows]), "number")
    numbers = [number for row in rows for number in _written(row, "customer_number")]
    customers = _by(Customer.objects.filter(number__in=numbers), "number")
    depots = _by(Depot.objects.all(), "code")

    def take(row: Row) -> str:
        values = dict(row.values)
        customer = _among(customers, values.pop("customer_number"), "customer_number")
        values = {NAMES.get(name, name): value for name, value in values.items()}
        if "depot" in values:
            values["depot"] = _among(depots, values["depot"], "depot") if values["depot"] else None
        one = there.get(row.key) or _as_registered(customer, values) or Location()
        return _saved(one, values | {"customer": customer})

    return take


def _as_registered(customer: Customer, values: dict[str, Any]) -> Location | None:
    """Return the address as the customer registered it with an order: it gets its number now, not a double."""
    mine = Location.objects.filter(customer=customer, number="", is_registered_by_customer=True)
    return mine.filter(address__iexact=values["address"], postal_code=values["postal_code"]).first()


def _placements(rows: Sequence[Row]) -> Take:
    numbers = [row.key for row in rows]
    standing = _by(Placement.objects.open_ended().filter(number__in=numbers), "number")
    gone = Placement.objects.exclude(removed_on=None).filter(number__in=numbers).order_by("placed_on", "pk")
    earlier = {(one.number, one.location_id, one.placed_on): one for one in gone}
    locations = _by(
        Location.objects.filter(number__in={n for row in rows for n in _written(row, "location")}), "number"
    )
    equipment, waste = _by(EquipmentType.objects.all(), "code"), _by(WasteType.objects.all(), "code")

    def take(row: Row) -> str:
        given = row.values
        values = {
            "number": row.key,
            "location": _among(locations, given["location"], "location"),
            "equipment_type": _among(equipment, given["equipment"], "equipment"),
            "waste_type": _among(waste, given["waste"], "waste"),
            "placed_on": given["placed"],
        }
        columns = {"removed": "removed_on", "periodic": "is_periodic", "weekday": "route_weekday"}
        values |= {name: given[column] for column, name in columns.items() if column in given}
        now, place = standing.get(row.key), values["location"].pk
        known = now if now and now.location_id == place else earlier.get((row.key, place, given["placed"]))
        one = known or Placement()
        _check_placement(one, values)
        if now and now is not one and values.get("removed_on", one.removed_on) is None:
            _end(now, values["placed_on"])
        return _saved(one, values)

    return take


def _check_placement(one: Placement, values: dict[str, Any]) -> None:
    after = {name: values.get(name, getattr(one, name)) for name in ("removed_on", "is_periodic", "route_weekday")}
    if after["removed_on"] and after["removed_on"] < values["placed_on"]:
        raise ValidationError(_("removed: it cannot leave before it came."))
    if after["route_weekday"] is not None and not after["is_periodic"]:
        raise ValidationError(_("weekday: only a unit on a fixed route has one; set periodic to yes."))


def _end(now: Placement, day: Any) -> None:
    """The unit stands elsewhere now: there it ended the day it came here."""
    if day < now.placed_on:
        known = {"address": str(now.location), "day": now.placed_on.isoformat()}
        raise ValidationError(_("The unit stands at %(address)s since %(day)s, which is later."), params=known)
    now.removed_on = day
    now.save(update_fields=["removed_on"])


def _names(one: EquipmentType | WasteType, row: Row) -> dict[str, str]:
    """Return the names with the file's put over those there are."""
    written = {language: row.values[language] for language in LANGUAGES if row.values.get(language)}
    names = {**(one.names or {}), **written}
    if not names:
        raise ValidationError(_("The name is missing in all languages."))
    return names


def _kinds(model: type[EquipmentType] | type[WasteType], rows: Sequence[Row]) -> Callable[[Row], tuple[Any, str]]:
    there = _by(model.objects.filter(code__in=[row.key for row in rows]), "code")

    def take(row: Row) -> tuple[Any, str]:
        one = there.get(row.key) or model()
        left_out = {*LANGUAGES, "waste"}
        values = {NAMES.get(name, name): value for name, value in row.values.items() if name not in left_out}
        return one, _saved(one, values | {"names": _names(one, row)})

    return take


def _equipment(rows: Sequence[Row]) -> Take:
    waste = _by(WasteType.objects.all(), "code")
    take_kind = _kinds(EquipmentType, rows)

    def take(row: Row) -> str:
        wanted = None
        if "waste" in row.values:
            wanted = {_among(waste, code, "waste").pk for code in row.values["waste"]}
        one, what = take_kind(row)
        return "changed" if wanted is not None and _allow(one, wanted) and what == "unchanged" else what

    return take


def _allow(kind: EquipmentType, wanted: set[int]) -> bool:
    """Let a kind of equipment take exactly these waste types; return whether that was news."""
    rows = AllowedWaste.objects.filter(equipment_type=kind)
    now = set(rows.values_list("waste_type_id", flat=True))
    rows.filter(waste_type__in=now - wanted).delete()
    AllowedWaste.objects.bulk_create(AllowedWaste(equipment_type=kind, waste_type_id=pk) for pk in wanted - now)
    return now != wanted


def _waste_types(rows: Sequence[Row]) -> Take:
    take_kind = _kinds(WasteType, rows)
    return lambda row: take_kind(row)[1]


TAKERS: dict[str, Callable[[Sequence[Row]], Take]] = {
    LOCATIONS.name: _locations,
    PLACEMENTS.name: _placements,
    EQUIPMENT.name: _equipment,
    WASTE_TYPES.name: _waste_types,
}
