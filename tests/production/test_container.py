"""The image holds all of the program, and only the proxy can be reached from outside."""

import re
from typing import Any

import yaml
from django.conf import settings

from portal.health import QUEUES
from portal.runtime.place import CHECKOUT

COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())


def test_every_package_is_copied_into_the_image() -> None:
    packages = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")} - {"bench", "tests"}
    dockerfile = (CHECKOUT / "Dockerfile").read_text().splitlines()
    allowed = (CHECKOUT / ".dockerignore").read_text().splitlines()
    assert [name for name in sorted(packages) if f"COPY {name} {name}" not in dockerfile] == []
    assert [name for name in sorted(packages) if f"!{name}" not in allowed] == []


def test_only_the_proxy_is_published() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert {name for name, service in COMPOSE["services"].items() if "outside" in service["networks"]} == {
        "drawings",
        "proxy",
        "scanner",
        "web",
        "webhooks",
        "worker",
    }


def test_only_the_migrations_have_the_owners_password() -> None:
    holders = {name for name, service in COMPOSE["services"].items() if "owner_password" in service.get("secrets", [])}
    assert holders == {"migrate", "postgres"}


def test_every_lasting_service_has_a_health_check_and_starts_again() -> None:
    lasting = {name: service for name, service in COMPOSE["services"].items() if name != "migrate"}
    assert [name for name, service in lasting.items() if "test" not in service["healthcheck"]] == []
    assert {service["restart"] for service in lasting.values()} == {"unless-stopped"}


def test_every_queue_has_a_worker() -> None:
    commands = [
        service["command"] for service in COMPOSE["services"].values() if "--queues" in service.get("command", [])
    ]
    taken = [queue for command in commands for queue in command[command.index("--queues") + 1].split(",")]
    assert sorted(taken) == sorted(QUEUES)


def test_no_secret_stands_in_the_file() -> None:
    environments = [service.get("environment", {}) for service in COMPOSE["services"].values()]
    names = {name for environment in environments for name in environment}
    assert [name for name in sorted(names) if name.endswith(("PASSWORD", "KEY", "SECRET"))] == []


def test_what_is_handed_in_goes_to_a_disk_and_memory_is_bounded() -> None:
    for name in ("web", "worker", "drawings", "webhooks"):
        service = COMPOSE["services"][name]
        folder = service["environment"]["TMPDIR"]
        assert f"passing:{folder}" in service["volumes"]
        assert f" {folder}" in (CHECKOUT / "Dockerfile").read_text()
        assert [mount for mount in service["tmpfs"] if ":size=" not in mount] == []


def test_the_proxy_lets_through_what_the_program_takes() -> None:
    others = re.search(r"request_body @others \{\s+max_size (\d+)MB", (CHECKOUT / "deploy" / "Caddyfile").read_text())
    assert others
    assert int(others[1]) * 1_000_000 == settings.LARGEST_BODY
