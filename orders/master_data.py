"""The files with which a company's own system keeps sites, units and kinds of equipment up to date: their columns."""

import re
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orders.jobs import Emptying
from orders.models.places import Shape, Volume
from portal.customers.importing import clean_postal_code
from portal.documents.csv_files import Column, Format, number, one_of, text, whole, yes_or_no
from portal.ui.fields import DayField

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def day(value: str) -> date:
    return date.fromisoformat(DayField().clean(value).isoformat())


def code(value: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,20}", value):
        raise ValidationError(
            _("Use letters, digits and -, 20 at most, not “%(value)s”."), params={"value": value[:40]}
        )
    return value


def codes(value: str) -> list[str]:
    return [code(part) for part in dict.fromkeys(re.split(r"[\s,|]+", value)) if part]


def weekday(value: str) -> int:
    return WEEKDAYS.index(one_of(WEEKDAYS)(value))


def volume(value: str) -> Any:
    found = number(value)
    if not 0 < found < 100_000 or found != round(found, 1):
        raise ValidationError(
            _("Must be above 0, with one decimal at most, not “%(value)s”."), params={"value": value[:40]}
        )
    return found


def centimetres(value: str) -> int:
    found = number(value)
    if not 0 < found <= 5000 or found != int(found):
        raise ValidationError(
            _("Must be whole centimetres, 5000 at most, not “%(value)s”."), params={"value": value[:40]}
        )
    return int(found)


NAMES = {language: Column(text(80), gettext_noop("the name in this language")) for language in LANGUAGES}
LOCATIONS = Format(
    "locations",
    "number",
    {
        "number": Column(text(20), gettext_noop("your number of the site"), required=True),
        "customer_number": Column(
            text(20), gettext_noop("whose site it is; the customer must be there"), required=True
        ),
        "address": Column(text(120), gettext_noop("street and house number"), required=True),
        "postal_code": Column(clean_postal_code, gettext_noop("four digits"), required=True),
        "city": Column(text(60), gettext_noop("city"), required=True),
        "name": Column(text(120), gettext_noop("what people call the site")),
        "project": Column(text(80), gettext_noop("the customer's project; sites of one are listed together")),
        "depot": Column(code, gettext_noop("code of the depot that drives there"), empty=None),
        "active": Column(yes_or_no, gettext_noop("yes or no; empty: yes"), empty=True),
    },
)
PLACEMENTS = Format(
    "placed units",
    "number",
    {
        "number": Column(code, gettext_noop("the unit's own number"), required=True),
        "location": Column(text(20), gettext_noop("your number of the site where it stands"), required=True),
        "equipment": Column(code, gettext_noop("code of the equipment type"), required=True),
        "waste": Column(code, gettext_noop("code of the waste type"), required=True),
        "placed": Column(day, gettext_noop("the day it came, 2026-11-13 or 13.11.2026"), required=True),
        "removed": Column(day, gettext_noop("the day it left; empty while it stands there"), empty=None),
        "periodic": Column(yes_or_no, gettext_noop("whether it is on a fixed route; empty: no"), empty=False),
        "weekday": Column(weekday, gettext_noop("of a weekly route, in English: monday"), empty=None),
    },
)
EQUIPMENT = Format(
    "equipment types",
    "code",
    {
        "code": Column(code, gettext_noop("your code"), required=True),
        **NAMES,
        "volume": Column(volume, gettext_noop("the size"), required=True),
        "unit": Column(
            one_of(Volume.values), gettext_noop("of the size: m3 or l; empty: m3"), empty=Volume.CUBIC_METRES.value
        ),
        "emptying": Column(one_of(Emptying.values), gettext_noop("exchange, or dump_and_return"), required=True),
        "shape": Column(
            one_of(Shape.values),
            gettext_noop(
                "the drawing: open_container, closed_container, compactor, wheeled_bin, underground, cage, tank, bag"
            ),
            empty=Shape.OPEN_CONTAINER.value,
        ),
        "length_cm": Column(centimetres, gettext_noop("outside"), empty=None),
        "width_cm": Column(centimetres, gettext_noop("outside"), empty=None),
        "height_cm": Column(centimetres, gettext_noop("outside"), empty=None),
        "waste": Column(
            codes, gettext_noop("codes of the waste it takes, with spaces between; empty: everything"), empty=[]
        ),
        "active": Column(yes_or_no, gettext_noop("whether it can be ordered; empty: yes"), empty=True),
    },
)
WASTE_TYPES = Format(
    "waste types",
    "code",
    {
        "code": Column(code, gettext_noop("your code"), required=True),
        **NAMES,
        "position": Column(whole(0, 32_767), gettext_noop("place in lists"), empty=0),
        "active": Column(yes_or_no, gettext_noop("whether it can be ordered; empty: yes"), empty=True),
    },
)
