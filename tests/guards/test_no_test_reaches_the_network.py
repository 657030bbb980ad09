"""What a test calls out to is a fake on this machine; anything else is refused."""

import socket
import urllib.request

import httpx
import pytest


@pytest.mark.parametrize("url", ["http://gateway.example/", "https://192.0.2.1/", "http://[2001:db8::1]/"])
def test_another_machine_is_refused_by_name_and_by_number(url: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="tried to reach"):
        httpx.get(url)
    with pytest.raises(pytest.fail.Exception, match="tried to reach"):
        urllib.request.urlopen(url)


def test_a_datagram_is_refused_as_well() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
        pytest.raises(pytest.fail.Exception, match="tried to reach"),
    ):
        sock.sendto(b"", ("192.0.2.1", 53))


def test_this_machine_may_be_called() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()
