"""What counts as very many."""

import pytest

from metering import holder_months


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the sums of a customer with three installations."""
    monkeypatch.setattr(holder_months, "MANY", 3)
