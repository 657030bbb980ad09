"""What staff write: one price list, in the words of the tariff format."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from billing.models import TariffVersion
from billing.rules import tariff_files
from billing.rules.tariff_problems import Level, Problem
from billing.rules.tariff_words import GROUPS, name_of
from billing.rules.tariffs import Group, Tariff

TEXT = {"rows": 32, "cols": 90, "spellcheck": "false", "autocapitalize": "off", "class": "tariff-text"}


class TariffForm(forms.Form):
    """Takes a list as text; `tariff` is what it says. A stored list keeps its name, its group and its first day."""

    text = forms.CharField(
        label=_("Price list"),
        max_length=50_000,
        strip=False,
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("As in a tariff file, without taxes: energy in øre/kWh, capacity in kr/year."),
    )
    accept_doubts = forms.BooleanField(label=_("I have looked at the prices, and they are right"), required=False)

    def __init__(
        self, *args: Any, stored: TariffVersion | None = None, like: TariffVersion | None = None, **kwargs: Any
    ) -> None:
        """`like`: a new list begins as this one, for somebody to change."""
        super().__init__(*args, **kwargs)
        self.stored = stored
        self.tariff: Tariff | None = None
        self.doubts: list[Problem] = []
        if shown := stored or like:
            self.fields["text"].initial = tariff_files.dump(shown.tariff)
        if stored is None and like is not None:
            self.fields["text"].help_text = _(
                "Here stands your newest list: write the first day of the new one, and the prices that are others. "
                "Without taxes: energy in øre/kWh, capacity in kr/year."
            )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        tariff, problems = tariff_files.read_one(text.encode("utf-8", "replace"))
        errors = [problem for problem in problems if problem.level == Level.ERROR]
        if errors:
            raise ValidationError([_in_words(problem) for problem in errors])
        self.doubts = [problem for problem in problems if problem.level == Level.DOUBT]
        if tariff is not None and self.stored is not None:
            self._check_same(tariff, self.stored)
        self.tariff = tariff
        return text

    def clean(self) -> dict[str, Any]:
        if self.doubts and not self.cleaned_data.get("accept_doubts"):
            for problem in self.doubts:
                self.add_error("text", _in_words(problem))
        return self.cleaned_data

    def _check_same(self, tariff: Tariff, stored: TariffVersion) -> None:
        told = {
            "kundegrupper": ([name_of(GROUPS, group) for group in tariff.groups], [_word(stored.group)]),
            "gyldig_fra": (tariff.valid_from, stored.valid_from),
            "navn": (tariff.name, stored.name),
        }
        changed = [key for key, (new, old) in told.items() if new != old]
        if changed:
            raise ValidationError(
                _("%(keys)s cannot be changed here. Add another price list instead."),
                params={"keys": ", ".join(changed)},
            )


def _word(group: str) -> str:
    return name_of(GROUPS, Group(group))


def _in_words(problem: Problem) -> str:
    if not problem.line:
        return problem.text
    return str(_("Line %(line)s: %(text)s")) % {"line": problem.line, "text": problem.text}
