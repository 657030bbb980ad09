"""Form fields and the error summary: label, help, error and focus hang together."""

from typing import Any

from django import forms
from django.template import engines
from django.utils import translation
from django.utils.safestring import mark_safe


class OrderForm(forms.Form):
    note = forms.CharField(label="Note", help_text="For the driver.", required=False, widget=forms.Textarea)
    weight = forms.DecimalField(label="Weight")
    job = forms.ChoiceField(label="Job", choices=[("a", "Empty"), ("b", "Move")], widget=forms.RadioSelect)
    terms = forms.BooleanField(label="I accept the terms")
    file = forms.FileField(label="File", required=False)

    def clean(self) -> dict[str, Any]:
        if self.data.get("weight") == "13":
            raise forms.ValidationError("The truck is full.")
        return self.cleaned_data


def render(source: str, form: forms.Form) -> str:
    with translation.override("en"):
        return engines["django"].from_string("{% load ui %}" + source).render({"form": form})


def test_a_field_is_described_by_its_help_and_its_error() -> None:
    html = render("{% field form.weight %}", OrderForm({"weight": "heavy"}))

    assert '<label class="ds-label" for="id_weight">Weight</label>' in html
    assert 'aria-describedby="id_weight-error"' in html
    assert 'aria-invalid="true"' in html
    assert (
        '<div id="id_weight-error"><p class="ds-validation-message" data-field="validation">Enter a number.</p></div>'
        in html
    )


def test_a_field_that_may_be_empty_is_marked_optional() -> None:
    html = render("{% field form.note %}", OrderForm())

    assert 'Note <span class="mark">Optional</span>' in html
    assert 'aria-describedby="id_note-help"' in html


def test_filters_are_not_marked_optional() -> None:
    assert "Optional" not in render("{% field form.note mark=False %}", OrderForm())


def test_what_was_typed_is_kept() -> None:
    assert 'value="heavy"' in render("{% field form.weight %}", OrderForm({"weight": "heavy"}))


def test_radios_are_chips_in_a_fieldset_with_a_legend() -> None:
    html = render("{% field form.job %}", OrderForm(initial={"job": "b"}))

    assert '<legend class="ds-label">Job</legend>' in html
    assert html.count('<label class="ds-chip"><input type="radio"') == 2
    assert html.count("checked") == 1


def test_the_summary_leads_to_each_field_and_a_group_s_first_choice() -> None:
    html = render("{% error_summary form %}", OrderForm({"weight": "heavy"}))

    assert "Fix 3 things before you go on" in html
    assert '<a class="ds-link" href="#id_weight">Enter a number.</a>' in html
    assert '<a class="ds-link" href="#id_job_0">Choose “Job”.</a>' in html


def test_the_summary_takes_the_focus_without_javascript() -> None:
    assert 'tabindex="-1" autofocus' in render("{% error_summary form %}", OrderForm({}))


def test_the_summary_and_the_field_say_the_same() -> None:
    form = OrderForm({})

    assert "Tick “I accept the terms” to go on" in render("{% error_summary form %}", form)
    assert "Tick “I accept the terms” to go on" in render("{% field form.terms %}", form)


def test_an_error_of_the_whole_form_has_no_link() -> None:
    html = render("{% error_summary form %}", OrderForm({"weight": "13", "job": "a", "terms": "on"}))

    assert "<li>The truck is full.</li>" in html


def test_a_form_without_errors_has_no_summary() -> None:
    assert render("{% error_summary form %}", OrderForm()).strip() == ""


def test_a_unit_stands_after_the_input() -> None:
    html = render('{% field form.weight suffix="kg" %}', OrderForm())

    assert '<span class="ds-field-affix" aria-hidden="true">kg</span>' in html


def test_files_are_dropped_in_a_frame_of_their_own() -> None:
    html = render("{% field form.file %}", OrderForm())

    assert '<div class="ds-file-upload">' in html
    assert 'class="ds-input"' not in html


def test_texts_are_escaped_and_html_of_our_own_is_not() -> None:
    class HostileForm(forms.Form):
        one = forms.CharField(label="<b>One</b>", help_text="<b>Help</b>")
        two = forms.ChoiceField(label="<b>Two</b>", choices=[("<a>", "<b>A</b>")], widget=forms.RadioSelect)
        three = forms.BooleanField(label=mark_safe('Read <a href="/terms/">this</a>'))

    form = HostileForm({"one": "", "two": "<i>"})
    html = render(
        '{% field form.one suffix=form.one.label %}{% field form.two style="options" %}{% field form.three %}', form
    )

    assert "<b>" not in html
    assert 'Read <a href="/terms/">this</a></label>' in html
    assert "Fill in “&lt;b&gt;One&lt;/b&gt;”" in html
