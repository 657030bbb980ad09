"""Plain widgets are written in Python: letter for letter as Django's templates write them."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from portal.ui.form_rendering import WRITERS, FormRenderer

EVIL = """<b> & "two" 'one'"""
CHOICES: list[Any] = [
    ("", "–"),
    ("a", EVIL),
    (1234567, 1234567),
    ("s", mark_safe("<i>safe</i>")),
    ("l", gettext_lazy("Yes")),
    ("Group <1>", [("x", "X"), ("y", "Y")]),
]
ATTRIBUTES: list[dict[str, Any]] = [
    {},
    {"id": "id_it", "class": "ds-input", "required": True, "disabled": False, "data-at": EVIL, "rows": 1000},
    {"data-html": mark_safe("<i>&amp;</i>"), "placeholder": gettext_lazy("Yes")},
]
VALUES: list[Any] = [None, "", "a", 0, 1234567, 1.5, True, EVIL, mark_safe("<i>safe</i>"), ["a", "x"]]
INPUTS = (
    *(forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput, forms.HiddenInput),
    *(forms.DateInput, forms.DateTimeInput, forms.TimeInput, forms.CheckboxInput, forms.Textarea, forms.SearchInput),
)
LISTS = (forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple)


@pytest.mark.parametrize("attributes", ATTRIBUTES)
@pytest.mark.parametrize("kind", [*INPUTS, *LISTS])
@pytest.mark.parametrize("language", ["nb", "en"])
def test_as_django_writes_them(language: str, kind: type[forms.Widget], attributes: dict[str, Any]) -> None:
    choices = {"choices": CHOICES} if kind in LISTS else {}
    widget: Any = kind(**choices)
    with override(language):
        for value in VALUES:
            own = widget.render(EVIL, value, attrs=attributes, renderer=FormRenderer())
            assert own == widget.render(EVIL, value, attrs=attributes, renderer=TemplatesSetting())
            for one in widget.subwidgets("name", value, attributes):
                assert _drawn(one, FormRenderer()) == _drawn(one, TemplatesSetting())


def _drawn(context: dict[str, Any], renderer: Any) -> str:
    """One of a group, as a field draws it: without a label around it, and with one."""
    plain, wrapped = context | {"wrap_label": False}, context | {"wrap_label": True}
    return "".join(renderer.render(context["template_name"], {"widget": one}) for one in (plain, wrapped))


def test_what_is_marked_safe_is_so() -> None:
    drawn = forms.TextInput().render("name", EVIL, renderer=FormRenderer())
    assert drawn == '<input type="text" name="name" value="&lt;b&gt; &amp; &quot;two&quot; &#x27;one&#x27;">'
    assert hasattr(drawn, "__html__")


def test_no_template_of_ours_is_passed_over() -> None:
    """A template that stands in for one of Django's would not be used for these."""
    from django.template.loader import get_template

    for name in WRITERS:
        assert "django/forms/templates" in str(getattr(get_template(name), "origin", ""))
