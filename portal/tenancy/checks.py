"""Refuses a database role that row-level security does not bind."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

UNSAFE_ROLE = """
    SELECT rolname, rolsuper OR rolbypassrls,
           EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid AND relrowsecurity)
      FROM pg_roles WHERE rolname = current_user
"""


def role_problems(alias: str = "default") -> list[CheckMessage]:
    """Return an error for each way in which the connected role could get past row-level security."""
    with connections[alias].cursor() as cursor:
        cursor.execute(UNSAFE_ROLE)
        name, bypasses, owns = cursor.fetchone()
    problems: list[CheckMessage] = []
    if bypasses:
        problems.append(
            Error(
                f"The database role {name} is a superuser or has BYPASSRLS: it would see every tenant's rows.",
                hint="Run the program as a role made by portal/runtime/roles.sql.",
                id="tenancy.E001",
            )
        )
    if owns:
        problems.append(
            Error(
                f"The database role {name} owns tenant tables and could switch their protection off.",
                hint="Migrate as the owner and run the program as the restricted role.",
                id="tenancy.E002",
            )
        )
    return problems


@register(Tags.database, deploy=True)
def check_role(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    return role_problems() if "default" in (databases or []) else []


def refuse_unsafe_role() -> None:
    """Stop a production process that is connected as a role that can bypass row-level security.

    Raises SystemExit with the reasons. Called where web and worker processes start.
    """
    if settings.MODE != "production":
        return
    if problems := role_problems():
        raise SystemExit("\n".join(f"{p.id}: {p.msg} {p.hint}" for p in problems))
