"""What callers say of a job: what stands on the slip and in the list, a street with its number, their own name."""

import re
from typing import Any, ClassVar

from django.http import HttpRequest

CODE = re.compile(r"(\d{1,18})-(\d{1,4})")


class FindsByCode:
    """A list that is also searched by a job's code ("118204-1"). `code_paths` lead to the order's number and the place
    of the job in it.
    """

    code_paths: ClassVar[tuple[str, str]]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        code = CODE.fullmatch("".join(search_term.split()))
        if code:
            return queryset.filter(**dict(zip(self.code_paths, map(int, code.groups()), strict=True))), False
        found: tuple[Any, bool] = super().get_search_results(request, queryset, search_term)  # type: ignore[misc]
        return found
