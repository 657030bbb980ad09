"""Tables that are too large to be made while somebody waits for a page: how an app brings one.

    @exporter("metering.readings")
    def readings(params: dict[str, Any], progress: Progress) -> Table:
        points = MeteringPoint.objects.filter(pk__in=params["points"])
        return [Column(_("Hour"), "moment"), Column(_("kWh"), "kwh")], rows_of(points, progress)

It runs in a worker, in the tenant's scope and one transaction, in the language of whoever asked. `params` is what
`portal.exports.actions.start` was given, as JSON. Rows may come one by one; `progress(done, total)` may be called as
often as one likes. What the person may see must be decided before: params say it.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from portal.documents.tables import Column

Progress = Callable[[int, int], None]
Table = tuple[Sequence[Column], Iterable[Sequence[object]]]
Exporter = Callable[[dict[str, Any], Progress], Table]

_exporters: dict[str, Exporter] = {}


def exporter(name: str) -> Callable[[Exporter], Exporter]:
    """Register what makes a table; its module is imported in AppConfig.ready(). A name is given once."""

    def register(function: Exporter) -> Exporter:
        known = _exporters.get(name)
        if known is not None and known is not function:
            raise ValueError(f"There is an exporter {name} already.")
        _exporters[name] = function
        return function

    return register


def exporter_of(name: str) -> Exporter:
    """Return the exporter of this name. Raises KeyError when there is none."""
    return _exporters[name]


def unregister(name: str) -> None:
    """Take an exporter out again, as tests do."""
    del _exporters[name]
