"""load_demo: four companies with people and data, the same everywhere, loaded once a week, and nobody else touched."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from portal.demo.tenants import COMPANIES
from portal.runtime.testing import TestDatabase, create_test_database, drop_test_database

CHECKOUT = Path(__file__).parents[2]
Row = tuple[object, ...]
Ask = Callable[[str], list[Row]]
TABLES = ["customers_customer", "accounts_user", "orders_order", "callouts_calloff", "metering_meteringpoint"]


def manage(database: TestDatabase, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": database.owner_url, "DATABASE_OWNER_URL": database.owner_url}
    command = [sys.executable, str(CHECKOUT / "manage.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def database() -> Iterator[TestDatabase]:
    """A database with the demo loaded, apart from the other tests': what all companies share would stay in theirs."""
    own = create_test_database("demo")
    done = manage(own, "load_demo")
    assert done.returncode == 0, done.stderr
    yield own
    drop_test_database(own)


@pytest.fixture
def ask(database: TestDatabase) -> Iterator[Ask]:
    """Ask the database about one company, as the owner in its scope."""
    with psycopg.connect(database.owner_url) as owner:

        def answer(query: str, slug: str = "vidnett") -> list[Row]:
            owner.execute(
                "SELECT set_config('app.tenant_id', id::text, false) FROM tenancy_tenant WHERE slug = %s", [slug]
            )
            return owner.execute(query).fetchall()

        yield answer


def contents(ask: Callable[..., list[Row]], slug: str) -> dict[str, list[Row]]:
    return {table: ask(f"SELECT count(*) FROM {table}", slug) for table in TABLES}


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.slug)
def test_each_company_has_its_people_and_customers(ask: Callable[..., list[Row]], company: object) -> None:
    slug, people, customers = company.slug, company.people, company.customers  # type: ignore[attr-defined]
    assert ask("SELECT count(*) FROM accounts_user", slug) == [(len(people),)]
    assert ask("SELECT count(*) FROM customers_customer", slug) == [(len(customers),)]
    kinds = {kind for (kind,) in ask("SELECT DISTINCT kind FROM customers_customer", slug)}
    assert kinds == {"private", "business", "housing_cooperative"}


def test_the_history_is_sent_already(ask: Callable[..., list[Row]]) -> None:
    for company in COMPANIES:
        states = {state for (state,) in ask("SELECT DISTINCT state FROM notifications_message", company.slug)}
        assert states <= {"sent", "delivered", "given_up"}


@pytest.mark.parametrize("slug", ["fjordsirkel", "kystretur", "alvvik"])
def test_at_each_waste_company_one_sms_did_not_come_through(ask: Callable[..., list[Row]], slug: str) -> None:
    lost = ask("SELECT channel, recipient, last_error FROM notifications_message WHERE state = 'given_up'", slug)
    assert [(channel, bool(recipient), bool(why)) for channel, recipient, why in lost] == [("sms", True, True)]


def test_loading_again_if_needed_leaves_everything_as_it_is(database: TestDatabase, ask: Ask) -> None:
    before = ask("SELECT min(id) FROM accounts_user")
    done = manage(database, "load_demo", "--if-needed")
    assert (done.returncode, done.stdout.count("is loaded already")) == (0, 4)
    assert ask("SELECT min(id) FROM accounts_user") == before


@pytest.mark.parametrize("slug", ["kystretur", "fjordsirkel"])
def test_loading_anew_gives_the_same_again_and_leaves_the_others(
    database: TestDatabase, ask: Callable[..., list[Row]], slug: str
) -> None:
    before, users = contents(ask, slug), ask("SELECT min(id) FROM accounts_user", slug)
    others = ask("SELECT min(id), count(*) FROM accounts_user", "vidnett")
    done = manage(database, "load_demo", "--tenant", slug)
    assert done.returncode == 0, done.stderr
    assert contents(ask, slug) == before
    assert ask("SELECT min(id) FROM accounts_user", slug) != users
    assert ask("SELECT min(id), count(*) FROM accounts_user", "vidnett") == others


def test_locked_rows_are_locked_again_afterwards(ask: Callable[..., list[Row]]) -> None:
    switched_off = ask("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")
    assert switched_off == []


def test_a_company_of_that_name_with_real_customers_is_left_alone(
    database: TestDatabase, ask: Callable[..., list[Row]]
) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        tenant = ask("SELECT id FROM tenancy_tenant WHERE slug = 'alvvik'")[0][0]
        owner.execute("SELECT set_config('app.tenant_id', %s, false)", [str(tenant)])
        owner.execute("UPDATE audit_entry SET verb = 'something.else' WHERE verb = 'demo.loaded'")
        done = manage(database, "load_demo", "--tenant", "alvvik")
        owner.execute("UPDATE audit_entry SET verb = 'demo.loaded' WHERE verb = 'something.else'")
    assert done.returncode == 2
    assert "left alone" in done.stderr


def test_an_unknown_company_is_wrong_usage(database: TestDatabase) -> None:
    done = manage(database, "load_demo", "--tenant", "nobody")
    assert done.returncode == 2
    assert "fjordsirkel, kystretur, vidnett, alvvik" in done.stderr


def test_the_table_of_accounts_is_json_with_the_port(database: TestDatabase, monkeypatch: object) -> None:
    monkeypatch.setenv("PORT", "8123")  # type: ignore[attr-defined]
    rows = json.loads(manage(database, "demo_accounts", "--json").stdout)
    assert [set(row) for row in rows] == [{"address", "shows", "sign_in_as"}] * 5
    assert rows[1]["address"] == "http://fjordsirkel.localhost:8123/"


def test_everybody_signs_in_with_the_same_password(ask: Ask) -> None:
    from django.contrib.auth.hashers import check_password

    [(password,)] = ask("SELECT DISTINCT password FROM accounts_user")
    assert check_password("skranke-demo", str(password))
