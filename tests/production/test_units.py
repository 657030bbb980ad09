"""The units of systemd run what the image runs, as the operating guide names them."""

import re
import shlex
from typing import Any

import yaml

from portal.health import QUEUES
from portal.runtime.place import CHECKOUT

GUIDE = (CHECKOUT / "docs" / "operating.md").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
FOLDER = CHECKOUT / "deploy" / "systemd"
PROGRAMS = {"web", "worker", "drawings", "webhooks", "beat"}
UNITS = {path.stem.removeprefix("skranke-"): path.read_text(encoding="utf-8") for path in FOLDER.glob("*.service")}


def arguments(name: str) -> list[str]:
    """The words of a unit's command, but for the program's place."""
    command = re.search(r"^ExecStart=((?:.*\\\n)*.*)$", UNITS[name], re.MULTILINE)
    assert command
    return shlex.split(command[1].replace("\\\n", " "))


def test_each_program_that_the_guide_names_has_a_unit() -> None:
    named = set(re.findall(r"`skranke-(\w+)`", GUIDE))
    assert named == PROGRAMS == UNITS.keys()
    assert COMPOSE["services"].keys() > PROGRAMS
    [started] = re.findall(r"systemctl enable --now (.+)", GUIDE)
    assert set(started.split()) == {f"skranke-{name}" for name in PROGRAMS}


def test_every_queue_has_a_worker_and_each_worker_what_compose_gives_it() -> None:
    workers = [name for name in PROGRAMS if "--queues" in arguments(name)]
    taken = [queue for name in workers for queue in arguments(name)[arguments(name).index("--queues") + 1].split(",")]
    assert sorted(taken) == sorted(QUEUES)
    for name in workers:
        command = COMPOSE["services"][name]["command"]
        assert [word for word in command if word not in arguments(name)[1:]] == ["celery"]


def test_a_unit_starts_again_is_nobody_in_particular_and_keeps_no_pool_it_would_share() -> None:
    for name, text in UNITS.items():
        lines = text.splitlines()
        assert {"User=skranke", "EnvironmentFile=/etc/skranke/env", "Restart=always"} <= set(lines), name
        assert ("Environment=DATABASE_POOL=0" in lines) == (name != "web"), name
        # A single sign would be systemd's own: the user's home.
        assert not re.search(r"@%h", text), name
