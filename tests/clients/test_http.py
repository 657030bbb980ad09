"""Outside services: asked with patience and within limits, and whatever they do is one kind of trouble for us."""

import socket
from typing import Any

import pytest
import redis

from portal.clients import addresses, http
from portal.clients.addresses import Forbidden, checked, is_public
from portal.clients.http import HttpClient, Unavailable, client
from portal.tenancy.models import Tenant
from tests.clients.service import Says, running_service


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No test waits: how long it would have been is kept."""
    waited: list[float] = []
    monkeypatch.setattr(http, "sleep", waited.append)
    return waited


def trouble(asked: HttpClient, method: str = "GET", **options: Any) -> Unavailable:
    with pytest.raises(Unavailable) as raised:
        asked.request(method, "/", **options)
    return raised.value


def test_an_answer_is_read_in_full() -> None:
    with running_service(Says(body='{"pris": "1,2 øre"}'.encode())) as service:
        answer = client("prices", base_url=f"{service.url}/v1/").get("/spot", params={"day": "2026-11-12"})
    assert answer.ok
    assert answer.json() == {"pris": "1,2 øre"}
    assert service.asked[0].path == "/v1/spot?day=2026-11-12"


def test_another_status_is_an_answer_too(waits: list[float]) -> None:
    with running_service(Says(404, b"no such day")) as service:
        answer = client("prices", base_url=service.url).get()
        assert (answer.status, answer.ok, answer.text) == (404, False, "no such day")
        with pytest.raises(Unavailable, match="prices: answered 404"):
            answer.json()
    assert len(service.asked) == 1
    assert not waits


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_json_or_too_deep_is_trouble(body: bytes) -> None:
    with running_service(Says(body=body)) as service:
        answer = client("prices", base_url=service.url).get()
    with pytest.raises(Unavailable, match="prices: the answer is no JSON"):
        answer.json()


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_passes_is_tried_again_with_growing_delay(status: int, waits: list[float]) -> None:
    with running_service(Says(status), Says(status), Says(200, b"now")) as service:
        assert client("prices", base_url=service.url).get().text == "now"
    assert len(service.asked) == 3
    assert 0.25 <= waits[0] <= 0.5 <= waits[1] <= 1.0


def test_what_stays_is_given_up() -> None:
    with running_service(Says(503)) as service:
        problem = trouble(client("prices", base_url=service.url, retries=1))
    assert (str(problem), problem.status, len(service.asked)) == ("prices: answered 503", 503, 2)


def test_the_service_says_how_long_to_wait(waits: list[float]) -> None:
    with running_service(Says(429, headers={"Retry-After": "7"}), Says()) as service:
        client("prices", base_url=service.url).get()
    assert waits == [7.0]


def test_a_date_beyond_all_dates_is_no_time_to_wait() -> None:
    after = "Thu, 01 Jan 2026 00:00:00 +99999999999999"
    with running_service(Says(503, headers={"Retry-After": after})) as service:
        trouble(client("prices", base_url=service.url, retries=0))
    assert len(service.asked) == 1


def test_nobody_waits_longer_than_the_deadline(waits: list[float]) -> None:
    with running_service(Says(503, headers={"Retry-After": "3600"})) as service:
        trouble(client("prices", base_url=service.url))
    assert not waits
    assert len(service.asked) == 1


@pytest.mark.parametrize("says", [Says(503), Says(hangs_up=True)])
def test_a_change_that_may_have_been_made_is_not_repeated(says: Says) -> None:
    with running_service(says, Says()) as service:
        problem = trouble(client("payments", base_url=service.url), "POST", json={"amount": 1})
        assert problem.sent
        assert len(service.asked) == 1


def test_a_change_with_a_key_is_repeated_under_the_same_key() -> None:
    with running_service(Says(hangs_up=True), Says(503), Says(201)) as service:
        answer = client("payments", base_url=service.url).post(json={}, idempotency_key="order-117")
    assert answer.status == 201
    assert [asked.headers["Idempotency-Key"] for asked in service.asked] == ["order-117"] * 3


def test_a_change_that_was_not_sent_is_repeated(waits: list[float]) -> None:
    problem = trouble(client("payments", base_url=f"http://127.0.0.1:{closed_port()}"), "POST", json={})
    assert not problem.sent
    assert len(waits) == 2


def closed_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_slow_service_is_given_up() -> None:
    with running_service(Says(seconds=0.5)) as service:
        problem = trouble(client("prices", base_url=service.url, timeout=0.1, retries=0))
    assert problem.reason == "no answer (ReadTimeout)"


@pytest.mark.parametrize("head", [False, True])
@pytest.mark.parametrize("only_public", [False, True])
def test_a_service_that_drips_is_given_up_at_the_deadline(head: bool, only_public: bool) -> None:
    addresses.tls()  # is read once, which takes a while
    with running_service(Says(body=b"x" * 20, drip=0.3, drips_head=head)) as service:
        asked = client("prices", base_url=service.url, timeout=5.0, deadline=1.5, retries=0, only_public=only_public)
        problem = trouble(asked)
    assert problem.reason == "no answer (ReadTimeout)"


@pytest.mark.parametrize("charset", ["foo", "hex", "idna", "undefined", "utf-7", "raw_unicode_escape", "utf-8"])
def test_an_answer_is_text_whatever_it_calls_itself(charset: str) -> None:
    says = Says(body="+2AA- \\ud800 Blåbær".encode(), headers={"Content-Type": f"text/plain; charset={charset}"})
    with running_service(says) as service:
        assert client("prices", base_url=service.url).get().text == "+2AA- \\ud800 Blåbær"


def test_an_answer_in_latin_1_is_read_as_that() -> None:
    says = Says(body="Blåbær".encode("latin-1"), headers={"Content-Type": "text/plain; charset=ISO-8859-1"})
    with running_service(says) as service:
        assert client("prices", base_url=service.url).get().text == "Blåbær"


@pytest.mark.parametrize("target", ["http://[x", "http://127.0.0.1:99999/", "http://[::1]x/", "//[", "/\x7f"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_to_no_address_is_unavailable(target: str, method: str) -> None:
    with running_service(Says(302, headers={"Location": target})) as service:
        assert trouble(client("prices", base_url=service.url, retries=0, breaker=False), method).sent


def test_an_answer_without_end_is_cut_off() -> None:
    with running_service(Says(body=b"x" * 2000)) as service:
        problem = trouble(client("prices", base_url=service.url, max_bytes=1000))
    assert problem.reason == "the answer is larger than 1000 bytes"


def test_a_packed_answer_is_measured_unpacked() -> None:
    import gzip

    body = gzip.compress(b"0" * 1_000_000)
    assert len(body) < 2000
    with running_service(Says(body=body, headers={"Content-Encoding": "gzip"})) as service:
        problem = trouble(client("prices", base_url=service.url, max_bytes=10_000, retries=0))
    assert "larger than 10000 bytes" in problem.reason


def test_redirects_stay_on_the_host() -> None:
    with running_service(Says(302, headers={"Location": "/new"}), Says(body=b"here")) as service:
        assert client("prices", base_url=service.url).get("old").text == "here"
        assert [asked.path for asked in service.asked] == ["/old", "/new"]
    with running_service() as other, running_service(Says(302, headers={"Location": other.url})) as service:
        problem = trouble(client("prices", base_url=service.url, headers={"Authorization": "secret"}))
        assert problem.reason == "redirects elsewhere"
        assert not other.asked


def test_a_redirect_in_a_circle_ends() -> None:
    with running_service(Says(302, headers={"Location": "/"})) as service:
        assert trouble(client("prices", base_url=service.url, retries=0)).reason == "too many redirects"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "nonsense", "http://[::1", "http://127.0.0.1:99999/"])
def test_an_address_that_is_none_is_unavailable(url: str) -> None:
    assert trouble(client("prices", base_url=url, breaker=False)).sent is False


def test_after_five_failures_a_service_rests_for_a_minute(tenant: Tenant) -> None:
    with running_service(Says(500)) as service:
        asked = client("prices", base_url=service.url, retries=0)
        assert asked.get().status == 500  # an answer
        service.answers[:] = [Says(503)]
        for _ in range(5):
            assert trouble(asked).status == 503
        assert trouble(asked).reason == "rests after several failures"
        assert len(service.asked) == 6
        # Another service does not rest with it.
        service.answers[:] = [Says()]
        assert client("weather", base_url=service.url).get().ok


def test_an_answer_in_between_begins_anew() -> None:
    with running_service(*[Says(503)] * 4, Says(), *[Says(503)] * 4, Says()) as service:
        asked = client("prices", base_url=service.url, retries=0)
        for _ in range(2):
            for _ in range(4):
                trouble(asked)
            assert asked.get().ok


def test_a_cache_that_is_down_does_not_stop_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise redis.ConnectionError

    monkeypatch.setattr(http, "caches", {"default": Broken()})
    with running_service(Says(503), Says()) as service:
        assert trouble(client("prices", base_url=service.url, retries=0)).status == 503
        assert client("prices", base_url=service.url).get().ok


# Addresses that tenants give ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_our_own_network_is_not_public(address: str) -> None:
    assert not is_public(addresses.ipaddress.ip_address(address))
    with pytest.raises(Forbidden):
        checked(address, 80, allow_own=False)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e"])
def test_the_internet_is_public(address: str) -> None:
    assert is_public(addresses.ipaddress.ip_address(address))


def test_a_name_with_one_inner_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("93.184.215.14", 80)), (2, 1, 6, "", ("10.0.0.1", 80))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Forbidden):
        checked("rebinding.example", 80, allow_own=True)


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers differently the second time finds nobody who asks it again."""
    asked = []

    def look_up(host: str, port: int, *_: Any, **__: Any) -> Any:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    with running_service() as service:
        monkeypatch.setattr(addresses.socket, "getaddrinfo", look_up)
        answer = client("hook", base_url=f"http://tenant.example:{service.port}", only_public=True).get()
        assert answer.ok
        assert service.asked[0].headers["Host"] == f"tenant.example:{service.port}"
    assert [name for name in asked if name == "tenant.example"] == ["tenant.example"]


def test_in_production_this_machine_is_refused_too(settings: Any) -> None:
    with running_service() as service:
        assert client("hook", base_url=service.url, only_public=True).get().ok
        settings.PRODUCTION = True
        problem = trouble(client("hook", base_url=service.url, only_public=True))
        assert "not out on the internet" in problem.reason
        assert len(service.asked) == 1
        # What the operator has set up may be inside.
        assert client("hook", base_url=service.url).get().ok


def test_what_cannot_be_written_in_a_header_is_not_sent() -> None:
    with running_service() as service:
        problem = trouble(client("prices", base_url=service.url, headers={"Authorization": "Bearer nøkkel"}))
    assert (problem.sent, problem.status, service.asked) == (False, 0, [])
    assert "ø" not in problem.reason
