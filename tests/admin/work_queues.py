"""What the start page says that waits, and the list each of its lines leads to."""

from typing import Any

from django.test import Client


def told_and_listed(client: Client, list_: str) -> list[tuple[int, set[Any]]]:
    """Return of each line that leads to a list ("metering/importbatch") its number, and the rows behind it."""
    queues = [one for one in client.get("/admin/").context["work_queues"] if one.url.startswith(f"/admin/{list_}/")]
    return [(one.count, _rows(client, one.url)) for one in queues]


def _rows(client: Client, url: str) -> set[Any]:
    page = client.get(url)
    assert page.status_code == 200
    return set(page.context["cl"].queryset)
