"""What a CSV file of customers holds."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from portal.customers.models import Customer
from portal.documents.csv_files import Cleaner, Column, Format, matching, text
from portal.ui.fields import OrgNoField, PhoneField


def clean_kind(value: str) -> str:
    kind = value.lower()
    if kind not in Customer.Kind.values:
        raise ValidationError(
            _("Must be one of %(kinds)s, not “%(value)s”."),
            params={"kinds": ", ".join(Customer.Kind.values), "value": value[:40]},
        )
    return kind


def clean_org_no(value: str) -> str:
    """Return the nine digits, as the forms do."""
    try:
        return str(OrgNoField().clean(value))
    except ValidationError as error:
        raise ValidationError(_("“%(value)s” is not an organisation number."), params={"value": value[:40]}) from error


def clean_email(value: str) -> str:
    validate_email(value)
    return value.lower()


def clean_phone(value: str) -> str:
    return str(PhoneField().clean(value))


clean_postal_code = matching(r"[0-9]{4}", lambda: _("A postal code has four digits, not"))


def _column(name: str, help_text: str, clean: Cleaner = str, *, required: bool = False) -> Column:
    """Return a column that goes into the customer's field of the same name, and no further than that is long."""
    fits = text(getattr(Customer._meta.get_field(name), "max_length", 0))
    return Column(lambda value: fits(clean(value)), help_text, required)


CUSTOMERS = Format(
    name="customers",
    key="number",
    columns={
        "number": _column("number", "the customer number", required=True),
        "kind": _column("kind", ", ".join(Customer.Kind.values), clean_kind, required=True),
        "name": _column("name", "as on an invoice", required=True),
        "org_no": _column("org_no", "organisation number, nine digits", clean_org_no),
        "email": _column("email", "e-mail address", clean_email),
        "phone": _column("phone", "telephone, eight digits or with a country code", clean_phone),
        "address": _column("address", "street and number"),
        "postal_code": _column("postal_code", "four digits", clean_postal_code),
        "city": _column("city", "postal town"),
    },
)
