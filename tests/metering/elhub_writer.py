"""Writes Elhub's NotifyValidatedDataForBillingEnergy: for tests and load trials."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TextIO

from metering.days import Direction, Quality, Wh
from metering.importers.series import Series

NOTIFY = "NotifyValidatedDataForBillingEnergy"
COLLECTED = "CollectedData"
_COMMON = "urn:no:elhub:emif:common:AggregatedBusinessInformationEntities:v2"
_FLOW = {Direction.CONSUMPTION: "Out", Direction.PRODUCTION: "In"}
_STEPS = {15: "PT15M", 60: "PT1H"}
_VALUES = {
    Quality.MEASURED: ("<Metered>", "</Metered>"),
    Quality.ESTIMATED: ('<Estimated Quality="56" ValidationCode="V003" EstimationCode="E001">', "</Estimated>"),
    Quality.TEMPORARY: ('<Temporary ValidationCode="V001">', "</Temporary>"),
    Quality.CALCULATED: ("<Calculated>", "</Calculated>"),
}


def write(out: TextIO, series: Iterable[Series], *, written_at: datetime, message: str = NOTIFY) -> None:
    """Write one message. Series that do not say when they were registered were so at `written_at`."""
    created = _time(written_at)
    out.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rsm:{message} xmlns:rsm="urn:no:elhub:emif:metering:{message}:v2" xmlns="{_COMMON}">\n'
        "<rsm:Header><Identification>21636369-8b52-4b4a-97b7-50923ceb3ffd</Identification>"
        f'<DocumentType listAgencyIdentifier="260">E66</DocumentType><Creation>{created}</Creation></rsm:Header>\n'
    )
    out.writelines(_payload(one, number, created) for number, one in enumerate(series, start=1))
    out.write(f"</rsm:{message}>\n")


def _payload(series: Series, number: int, created: str) -> str:
    stop = series.start_utc + timedelta(minutes=series.resolution_minutes) * len(series.values_wh)
    flags = series.quality or [0] * len(series.values_wh)
    pairs = zip(series.values_wh, flags, strict=True)
    values = "".join(_observation(at, wh, flag) for at, (wh, flag) in enumerate(pairs, start=1))
    registered = _time(series.registered_at) if series.registered_at else created
    return (
        f"<rsm:PayloadEnergyTimeSeries><Identification>{number:032d}</Identification>"
        f"<RegistrationDateTime>{registered}</RegistrationDateTime><ObservationPeriodTimeSeriesPeriod>"
        f"<ResolutionDuration>{_STEPS[series.resolution_minutes]}</ResolutionDuration>"
        f"<Start>{_time(series.start_utc)}</Start><End>{_time(stop)}</End></ObservationPeriodTimeSeriesPeriod>"
        '<ProductIncludedProductCharacteristics><Identification schemeAgencyIdentifier="9">8716867000030'
        "</Identification><UnitType>kWh</UnitType></ProductIncludedProductCharacteristics>"
        "<MPDetailMeasurementMeteringPointCharacteristic>"
        f"<Direction>{_FLOW[series.direction]}</Direction></MPDetailMeasurementMeteringPointCharacteristic>"
        '<MeteringPointUsedDomainLocation><Identification schemeAgencyIdentifier="9">'
        f"{series.reference}</Identification></MeteringPointUsedDomainLocation>{values}</rsm:PayloadEnergyTimeSeries>\n"
    )


def _observation(number: int, wh: Wh, flag: int) -> str:
    if wh is None:
        return ""
    begin, end = _VALUES[Quality(flag)]
    return f'<Observation Sequence="{number}">{begin}{wh // 1000}.{wh % 1000:03d}{end}</Observation>'


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
