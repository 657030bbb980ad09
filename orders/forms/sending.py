"""What goes along when something is sent: which basket or order the person looked at, and how they want to hear."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.notifications.models import Channel

BOTH = "both"
CHANNELS = {
    str(Channel.SMS): (Channel.SMS,),
    str(Channel.EMAIL): (Channel.EMAIL,),
    BOTH: (Channel.SMS, Channel.EMAIL),
}


class SendForm(forms.Form):
    """The basket's name as the person saw it."""

    key = forms.UUIDField()


class RevisionForm(forms.Form):
    """The order's revision as the person saw it."""

    revision = forms.IntegerField(min_value=1, max_value=32_767, widget=forms.HiddenInput)


class MarkForm(forms.Form):
    """Where a picture was tapped, as a browser sends it for an image button: pixels, and how large it was shown."""

    width = forms.IntegerField(min_value=1, max_value=10_000)
    height = forms.IntegerField(min_value=1, max_value=10_000)

    def clean(self) -> dict[str, Any]:
        """Give `spot`: percent from the left and from the top."""
        data = self.cleaned_data
        try:
            x, y = (int(self.data[name]) for name in ("spot.x", "spot.y"))
        except (KeyError, ValueError):
            x = y = 0
        if "width" not in data or "height" not in data or (x, y) == (0, 0):
            # A button pressed with the keyboard sends 0, 0.
            raise ValidationError(_("Tap the spot on the photo. Without a mouse or touch, describe it instead."))
        data["spot"] = (Decimal(x * 100) / data["width"], Decimal(y * 100) / data["height"])
        return data


class ConfirmationForm(forms.Form):
    """How the person wants the confirmation; the choice is kept for the next time."""

    confirmation = forms.ChoiceField(
        label=gettext_lazy("Confirmation by"),
        choices=[
            (Channel.SMS, gettext_lazy("SMS")),
            (Channel.EMAIL, gettext_lazy("E-mail")),
            (BOTH, gettext_lazy("Both")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that were chosen; none when nothing or nonsense was."""
        return CHANNELS.get(self.cleaned_data.get("confirmation", "")) or ()

    @staticmethod
    def value_of(channels: tuple[str, ...]) -> str:
        return next((value for value, same in CHANNELS.items() if set(same) == set(channels)), "")
