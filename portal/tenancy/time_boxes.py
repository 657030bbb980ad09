"""The admin's boxes for times: without the seconds where there are none."""

from datetime import time
from typing import Any

from django.contrib.admin.widgets import AdminSplitDateTime, AdminTimeWidget, BaseAdminTimeWidget


class _WithoutEmptySeconds:
    """Shows 23:59, and 23:59:30 only of a time with seconds: what nobody touched is kept to the second."""

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, time) and not value.second:
            return value.strftime("%H:%M")
        shown: str | None = super().format_value(value)  # type: ignore[misc]
        return shown


class TimeWidget(_WithoutEmptySeconds, AdminTimeWidget):
    pass


class _TimeOfDay(_WithoutEmptySeconds, BaseAdminTimeWidget):
    pass


class MomentWidget(AdminSplitDateTime):
    """A day and a time, in two boxes."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        day, _time = self.widgets
        self.widgets = (day, _TimeOfDay())
