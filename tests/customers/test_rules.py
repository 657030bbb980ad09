"""What several grants give together, and on which days an authorization holds."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.customers.rules import Grant, Role, Standing, State, is_same_name, masked, standing_of, state_on

A, B = frozenset({"metering:a"}), frozenset({"metering:b"})
DAY = date(2026, 3, 28)

GRANTS = st.builds(
    Grant,
    role=st.sampled_from(Role),
    scope=st.sampled_from([frozenset[str](), A, B]),
    ceiling=st.sampled_from([None, *Role]),
)


def test_nothing_gives_nothing() -> None:
    assert standing_of([]) is None


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        ([Grant(Role.READER, is_member=True)], Standing(Role.READER, is_member=True, scope=None)),
        ([Grant(Role.READER, is_member=True), Grant(Role.ORDERER)], Standing(Role.ORDERER, is_member=True, scope=None)),
        ([Grant(Role.ORDERER)], Standing(Role.ORDERER, is_member=False, scope=None)),
        ([Grant(Role.ORDERER, scope=A)], Standing(Role.ORDERER, is_member=False, scope=A)),
        # A role for a part must not become a role for all.
        ([Grant(Role.READER), Grant(Role.ORDERER, scope=A)], Standing(Role.READER, is_member=False, scope=None)),
        ([Grant(Role.READER, scope=A), Grant(Role.ORDERER, scope=B)], Standing(Role.READER, False, A | B)),
        # Through a firm nobody may more than in the firm.
        ([Grant(Role.ORDERER, ceiling=Role.READER)], Standing(Role.READER, is_member=False, scope=None)),
        ([Grant(Role.READER, ceiling=Role.OWNER)], Standing(Role.READER, is_member=False, scope=None)),
    ],
)
def test_grants_add_up(grants: list[Grant], expected: Standing) -> None:
    assert standing_of(grants) == expected


@given(st.lists(GRANTS, min_size=1, max_size=5))
def test_nobody_gets_more_than_some_grant_gives(grants: list[Grant]) -> None:
    standing = standing_of(grants)
    assert standing
    assert any(grant.effective_role.includes(standing.role) for grant in grants)
    if standing.scope is None:
        whole = [grant for grant in grants if not grant.scope]
        assert any(grant.effective_role.includes(standing.role) for grant in whole)
    else:
        assert standing.scope == frozenset[str]().union(*(grant.scope for grant in grants))


@pytest.mark.parametrize(
    ("first", "last", "state"),
    [
        (0, 0, State.HOLDS),
        (-1, 0, State.HOLDS),
        (0, None, State.HOLDS),
        (1, None, State.COMING),
        (-5, -1, State.ENDED),
    ],
)
def test_both_days_count(first: int, last: int | None, state: State) -> None:
    days = {
        "first": DAY + timedelta(days=first),
        "last": None if last is None else DAY + timedelta(days=last),
    }
    assert state_on(DAY, **days, is_accepted=True, is_revoked=False) == state
    assert state_on(DAY, **days, is_accepted=True, is_revoked=True) == State.REVOKED
    waits = State.ENDED if state == State.ENDED else State.WAITING
    assert state_on(DAY, **days, is_accepted=False, is_revoked=False) == waits


def test_addresses_are_masked() -> None:
    assert masked("kari.nordmann@example.com") == "k…@example.com"
    assert masked("+4791234567") == "… 45 67"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Bratland Entreprenør AS", "bratland entreprenør as", True),
        ("Bratland  Entreprenør AS.", "Bratland Entreprenør A/S", True),
        ("Bratland Entreprenør AS", "Bratland", False),
        ("", "", False),
    ],
)
def test_names_of_firms_are_compared_as_people_write_them(one: str, other: str, same: bool) -> None:
    assert is_same_name(one, other) is same
