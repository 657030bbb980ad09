"""A form field with its label, help, "Optional" mark and error, written as HTML here: a page has up to twenty of them,
and a template took twice as long for each.
"""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.ui.form_fields import CHIPS, OPTIONS, DrawnField

NOTHING = SafeString("")


def field_html(field: DrawnField) -> SafeString:
    """Write a field, ready for a page; all texts are escaped here."""
    if field.shape == "group":
        return _group(field)
    return _checkbox(field) if field.shape == "checkbox" else _single(field)


def _group(field: DrawnField) -> SafeString:
    bound, is_outlined = field.bound, field.style == OPTIONS
    described = format_html(' aria-describedby="{}"', field.described_by) if field.described_by else NOTHING
    return format_html(
        '<fieldset class="ds-fieldset{}"{}>\n  <legend class="ds-label">{}{}</legend>\n  {}\n  {}\n  {}\n</fieldset>',
        " options" if is_outlined else "",
        described,
        bound.label,
        _mark(field),
        _help(field, "p"),
        _chips(field) if field.style == CHIPS else _lines(field, ' data-variant="outline"' if is_outlined else ""),
        _errors(field),
    )


def _chips(field: DrawnField) -> SafeString:
    chips = ((choice.tag(), choice.choice_label) for choice in field.choices)
    return format_html(
        '<div class="chips">\n    {}</div>', format_html_join("\n    ", '<label class="ds-chip">{}{}</label>', chips)
    )


def _lines(field: DrawnField, variant: str) -> SafeString:
    rows = ((SafeString(variant), choice.tag(), choice.id_for_label, choice.choice_label) for choice in field.choices)
    return format_html_join("\n  ", '<div class="ds-field"{}>{}<label for="{}">{}</label></div>', rows)


def _checkbox(field: DrawnField) -> SafeString:
    return format_html(
        '<div class="ds-field">\n  {}<label class="ds-label" for="{}" data-weight="regular">{}</label>\n'
        "  {}\n  {}\n</div>",
        field.input,
        field.id,
        field.bound.label,
        _help(field, "div"),
        _errors(field),
    )


def _single(field: DrawnField) -> SafeString:
    return format_html(
        '<div class="ds-field">\n  <label class="ds-label" for="{}">{}{}</label>\n  {}\n  {}\n  {}\n</div>',
        field.id,
        field.bound.label,
        _mark(field),
        _help(field, "div"),
        _input(field),
        _errors(field),
    )


def _input(field: DrawnField) -> SafeString:
    if field.shape == "file":
        return format_html(
            '<div class="ds-file-upload"><span aria-hidden="true">{} <span class="as-link">{}</span></span>{}</div>'
            '<ul class="files" data-files-of="{}" data-remove="{}" hidden></ul>',
            _("Drag files here, or"),
            _("choose files"),
            field.input,
            field.id,
            _("Remove"),
        )
    if field.suffix:
        return format_html(
            '<div class="ds-field-affixes">{}<span class="ds-field-affix" aria-hidden="true">{}</span></div>',
            field.input,
            field.suffix,
        )
    return field.input


def _mark(field: DrawnField) -> SafeString:
    return format_html(' <span class="mark">{}</span>', _("Optional")) if field.is_optional else NOTHING


def _help(field: DrawnField, tag: str) -> SafeString:
    if not field.help_id:
        return NOTHING
    return format_html('<{0} data-field="description" id="{1}">{2}</{0}>', tag, field.help_id, field.bound.help_text)


def _errors(field: DrawnField) -> SafeString:
    if not field.error_id:
        return NOTHING
    messages = ((message,) for message in field.messages)
    return format_html(
        '<div id="{}">{}</div>',
        field.error_id,
        format_html_join("", '<p class="ds-validation-message" data-field="validation">{}</p>', messages),
    )
