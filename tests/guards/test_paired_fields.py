"""Fields that belong together are kept together by the database, on every model that has such a pair."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, DateTimeField, Model, Value

from portal.tenancy.models import TenantModel

OURS = [model for model in apps.get_models() if issubclass(model, TenantModel)]
PERIODS = {"_from": "_to", "placed_on": "removed_on"}
Pair = tuple[type[Model], str, str]


def pairs(beginnings: dict[str, str]) -> list[Pair]:
    """Return the pairs of fields of a model whose names differ in these endings, the second of them optional."""
    found = []
    for model, (first, second) in itertools.product(OURS, beginnings.items()):
        fields = {field.name: field for field in model._meta.concrete_fields}
        for name in fields:
            other = name.removesuffix(first) + second
            if name.endswith(first) and other in fields and fields[other].null:
                found.append((model, name, other))
    return found


def names(pair: Pair) -> str:
    return f"{pair[0].__name__}.{pair[1]}-{pair[2]}"


PERIODS_OF_MODELS = pairs(PERIODS)
DONE_BY = [pair for pair in pairs({"_at": "_by"}) if pair[0]._meta.get_field(pair[1]).null]


def constraints(model: type[Model], *fields: str) -> Iterator[CheckConstraint]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, CheckConstraint) and set(fields) <= constraint.condition.referenced_base_fields:
            yield constraint


def possible(model: type[Model], constraint: CheckConstraint, **values: Any) -> bool:
    """Tell whether a row may have these values, whatever the other fields are."""
    others = sorted(constraint.condition.referenced_base_fields - values.keys())
    fields = [model._meta.get_field(name) for name in others]
    choices = [[value for value, _ in field.choices or [(None, "")]] for field in fields]
    rows = (dict(zip(others, chosen, strict=True)) for chosen in itertools.product(*choices))
    return any(constraint.condition.check(typed(model, {**row, **values})) for row in rows)


def typed(model: type[Model], values: dict[str, Any]) -> dict[str, Value]:
    return {name: Value(value, output_field=model._meta.get_field(name)) for name, value in values.items()}


def refuses(pair: Pair, first: Any, second: Any) -> bool:
    model, *fields = pair
    values = dict(zip(fields, (first, second), strict=True))
    return any(not possible(model, each, **values) for each in constraints(model, *fields))


def moment(pair: Pair, day: date) -> date:
    """Return the day as the field keeps it."""
    is_time = isinstance(pair[0]._meta.get_field(pair[1]), DateTimeField)
    return datetime.combine(day, time(), tzinfo=UTC) if is_time else day


def test_there_are_such_pairs() -> None:
    assert {"Authorization", "Holding", "Placement", "WasteProducer"} <= {
        pair[0].__name__ for pair in PERIODS_OF_MODELS
    }
    assert "CallOff" in {pair[0].__name__ for pair in DONE_BY}


@pytest.mark.parametrize("pair", PERIODS_OF_MODELS, ids=names)
def test_nothing_ends_before_it_begins(db: None, pair: Pair) -> None:
    earlier, later = (moment(pair, date(2026, 1, day)) for day in (1, 2))
    assert refuses(pair, later, earlier)
    assert not refuses(pair, earlier, later)


@pytest.mark.parametrize("pair", DONE_BY, ids=names)
def test_who_did_it_is_not_kept_without_when(db: None, pair: Pair) -> None:
    """When, without who, there may be: a person can be deleted, and the program does things by itself."""
    assert refuses(pair, None, 1)
    assert not refuses(pair, None, None)
