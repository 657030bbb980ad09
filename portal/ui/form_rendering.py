"""How Django's plain widgets are written: here in Python, letter for letter as its templates write them.

Each input is a template that includes two others, each option one more: that was a third of what a page with a form
cost. A widget with a template of its own is rendered from it, as any other.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.formats import localize
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeData, SafeString

FOLDER = "django/forms/widgets/"
INPUTS = (
    "text",
    "number",
    "email",
    "url",
    "tel",
    "search",
    "password",
    "hidden",
    "date",
    "datetime",
    "time",
    "checkbox",
)
SELECT_OPTION = f"{FOLDER}select_option.html"

Widget = Mapping[str, Any]


class FormRenderer(TemplatesSetting):
    """Django's renderer with the project's templates, but for the plain widgets."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        write = WRITERS.get(template_name)
        if write is None:
            return SafeString(super().render(template_name, context, request))
        return SafeString(write(context["widget"]))  # every part is escaped below


def _text(value: object) -> str:
    """As `{{ value|stringformat:'s' }}`."""
    return value if isinstance(value, SafeData) else escape(str(value))  # type: ignore[return-value]


def _shown(value: object) -> str:
    """As `{{ value }}`."""
    local = localize(value)
    return conditional_escape(local if isinstance(local, str) else str(local))


def _attributes(widget: Widget) -> str:
    found = []
    for name, value in widget["attrs"].items():
        if value is True:
            found.append(f" {_shown(name)}")
        elif value is not False:
            found.append(f' {_shown(name)}="{_text(value)}"')
    return "".join(found)


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    return f'<input type="{_shown(widget["type"])}" name="{_shown(widget["name"])}"{value}{_attributes(widget)}>'


def _choice(widget: Widget) -> str:
    if not widget.get("wrap_label"):
        return _input(widget)
    target = widget["attrs"].get("id")
    begin = f'<label for="{_shown(target)}">' if target else "<label>"
    return f"{begin}{_input(widget)}\n {_shown(widget['label'])}</label>"


def _textarea(widget: Widget) -> str:
    value = _shown(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_shown(widget["name"])}"{_attributes(widget)}>\n{value}</textarea>'


def _option(widget: Widget) -> str:
    return f'<option value="{_text(widget["value"])}"{_attributes(widget)}>{_shown(widget["label"])}</option>'


def _select(widget: Widget) -> str:
    parts = [f'<select name="{_shown(widget["name"])}"{_attributes(widget)}>']
    for group, options, _ in widget["optgroups"]:
        label = f'\n  <optgroup label="{_shown(group)}">' if group else ""
        end = "\n  </optgroup>" if group else ""
        parts += [label, *(f"\n  {_option(option)}\n" for option in options), end]
    return "".join([*parts, "\n</select>"])


WRITERS: dict[str, Callable[[Widget], str]] = {
    **{f"{FOLDER}{kind}.html": _input for kind in INPUTS},
    **{f"{FOLDER}{kind}_option.html": _choice for kind in ("radio", "checkbox")},
    f"{FOLDER}textarea.html": _textarea,
    f"{FOLDER}select.html": _select,
    SELECT_OPTION: _option,
}
