"""Fields that several of the forms have."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

TOO_LONG = gettext_lazy("Write at most %(limit_value)d characters. This is %(show_value)d.")


class TextField(forms.CharField):
    """Text of a limited length, where a line break counts as the one character it is in the browser."""

    default_error_messages = {"max_length": TOO_LONG}

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")
