"""Fields that several of the forms have."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

TOO_LONG = gettext_lazy("Write at most %(limit_value)d characters. This is %(show_value)d.")
WRITTEN = gettext_lazy("{count} of {limit} characters")


class TextField(forms.CharField):
    """Text of a limited length, where a line break counts as the one character it is in the browser.

    The browser is not told to cut: it would, without a word, and counts an emoji as two. It only shows the number.
    """

    default_error_messages = {"max_length": TOO_LONG}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        if self.max_length is not None:
            attrs |= {"data-limit": str(self.max_length), "data-limit-words": WRITTEN}
        return attrs

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")
