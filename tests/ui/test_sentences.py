"""What is said of something wrong is a whole sentence, wherever it was written."""

import pytest
from django import forms
from django.utils.safestring import SafeString

from portal.ui.form_fields import messages_of
from portal.ui.formatting import sentence


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Fyll ut «Navn»", "Fyll ut «Navn»."),
        ("Skriv en dato, for eksempel 12.11.2026", "Skriv en dato, for eksempel 12.11.2026."),
        ("Velg en dato.", "Velg en dato."),
        ("Er den kuttet?", "Er den kuttet?"),
        ("", ""),
    ],
)
def test_a_full_stop_is_added_where_it_is_missing(said: str, shown: str) -> None:
    assert sentence(said) == shown


def test_what_is_markup_stays_markup() -> None:
    said = SafeString("Se <a href='/x/'>listen</a>")
    assert sentence(said) is said


class Asked(forms.Form):
    name = forms.CharField(label="Navn")
    kind = forms.ChoiceField(label="Type", choices=[("a", "A")])


def test_pages_and_admin_say_the_same() -> None:
    form = Asked({"name": "", "kind": "b"})
    assert messages_of(form["name"]) == ["Fyll ut «Navn»."]
    assert messages_of(form["kind"]) == ["Velg en av mulighetene. «b» er ikke en av dem."]
    assert "<li>Velg en av mulighetene. «b» er ikke en av dem.</li>" in str(form["kind"].errors)
