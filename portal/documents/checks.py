"""Says at the start what would otherwise fail at the first PDF."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register  # noqa: A004  (Django's name)

from portal.documents import pango


@register
def check_pango(**_: Any) -> list[CheckMessage]:
    problem = pango.problem()
    return [Warning(problem, id="documents.W001")] if problem else []
