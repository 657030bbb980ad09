"""Tests stay on this machine: any other is refused before a name is looked up or a connection made."""

import ipaddress
import os
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest


def allow_only_this_machine() -> None:
    """Guard the sockets of this process, for as long as it lives.

    The database's own library opens its connections outside Python; which one is used is told in the environment.
    """
    sys.addaudithook(_refuse_other_machines)


def _refuse_other_machines(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_ours(host.decode() if isinstance(host, bytes) else host):
        # No Exception, so that no code which expects a broken network can swallow it.
        pytest.fail(f"A test tried to reach {host}.")


def _is_ours(host: str | None) -> bool:
    """This machine, or a broker that the environment names."""
    if not host or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == urlsplit(os.environ.get("REDIS_URL", "")).hostname
