"""Names that the company writes itself, by language."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.tenancy.models import current_tenant

Names = dict[str, str]


def validate_names(value: object) -> None:
    """Raise ValidationError unless value is like {"nb": "Restavfall", "en": "Residual waste"}, one name at least."""
    codes = {code for code, _name in settings.LANGUAGES}
    if not isinstance(value, dict) or not value or set(value) - codes:
        raise ValidationError(_("Write names by language, such as {“nb”: “…”, “nn”: “…”, “en”: “…”}."))
    if not all(isinstance(name, str) and name.strip() for name in value.values()):
        raise ValidationError(_("A name may not be empty."))


def names_field() -> "models.JSONField[Names, Names]":
    return models.JSONField(gettext_lazy("names"), validators=[validate_names], help_text=gettext_lazy("By language."))


def copied_names() -> "models.JSONField[Names, Names]":
    """A field for names as they were when something was ordered."""
    return models.JSONField(gettext_lazy("names"), default=dict)


def name_of(names: Names) -> str:
    """Return the name in the active language, else in the company's own, else any."""
    return current_tenant().text(names)
