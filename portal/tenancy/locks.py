"""Work of a tenant that only one transaction at a time may do."""

from django.db import connection

from portal.tenancy.scope import current_tenant_id


def one_at_a_time(what: str) -> None:
    """Wait until no other transaction of the tenant does the same; it is held until this one ends.

    `what` is the work's own name ("billing_tariffs").
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [what, current_tenant_id()])
