"""Tables that are too large to be made while somebody waits for a page: how an app brings one.

    @exporter("metering.readings")
    def readings(params: dict[str, Any], progress: Progress) -> Table:
        points = MeteringPoint.objects.filter(pk__in=params["points"])
        return [Column(_("Hour"), "moment"), Column(_("kWh"), "kwh")], rows_of(points, progress)

It runs in a worker, in the tenant's scope and one transaction, in the language of whoever asked. `params` is what
`portal.exports.actions.start` was given, as JSON. Rows may come one by one; `progress(done, total)` may be called as
often as one likes. What the person may see must be decided before: params say it. Where that can change while the
file is kept, the exporter brings a `still_theirs`, which is asked each time somebody opens the file.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from portal.documents.tables import Column

T = TypeVar("T")
Progress = Callable[[int, int], None]
Table = tuple[Sequence[Column], Iterable[Sequence[object]]]
Exporter = Callable[[dict[str, Any], Progress], Table]
# Told the params, and the customer with the `scope` that is the person's today (a floor above knows what that is).
StillTheirs = Callable[[dict[str, Any], Any], bool]

_exporters: dict[str, Exporter] = {}
_still_theirs: dict[str, StillTheirs] = {}


def exporter(name: str, *, still_theirs: StillTheirs | None = None) -> Callable[[Exporter], Exporter]:
    """Register what makes a table; its module is imported in AppConfig.ready(). A name is given once.

    `still_theirs` tells of a file that was made whether who may act for the customer may see all that is in it.
    """

    def register(function: Exporter) -> Exporter:
        known = _exporters.get(name)
        if known is not None and known is not function:
            raise ValueError(f"There is an exporter {name} already.")
        _exporters[name] = function
        if still_theirs is not None:
            _still_theirs[name] = still_theirs
        return function

    return register


def watched(things: Iterable[T], total: int, progress: Progress) -> Iterator[T]:
    """Yield what a table is made of, telling of the progress with each."""
    for done, thing in enumerate(things, start=1):
        progress(done, total)
        yield thing


def exporter_of(name: str) -> Exporter:
    """Return the exporter of this name. Raises KeyError when there is none."""
    return _exporters[name]


def is_still_theirs(name: str, params: dict[str, Any], customer: Any) -> bool:
    """Tell whether a customer, in its `scope`, may see all that an export has; one that does not say is open to all."""
    ask = _still_theirs.get(name)
    return ask is None or ask(params, customer)
