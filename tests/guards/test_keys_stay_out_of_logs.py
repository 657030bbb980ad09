"""Whoever has the key in an address is let in by it, so no log holds one: neither the program's nor the proxy's."""

import re

import pytest

from portal import logs, registry
from portal.runtime.place import CHECKOUT
from tests.guards.test_every_url_declares_access import OURS, Address, at

# Public addresses with something in them that anybody may read, and why.
OPEN = {
    "content:news_item": "a number, of news for everybody",
    "content:news_picture": "a number, of news for everybody",
    "content:page": "the name of a page",
    "outages:board": "an area and a language",
    "outages:outage": "a number, of an outage that everybody may see",
}
WITH_ARGUMENTS = [address for address in OURS if address.access == "public" and address.has_arguments]
KEYED = [address for address in WITH_ARGUMENTS if address.name not in OPEN]

CADDYFILE = (CHECKOUT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
GUIDE = (CHECKOUT / "docs" / "operating.md").read_text(encoding="utf-8")


def in_the_proxys_log(uri: str) -> str:
    found = re.search(r'request>uri regexp "(.*)" "(.*)"', CADDYFILE)
    assert found
    return re.sub(found[1], re.sub(r"\$(\d)", r"\\\1", found[2]), uri)


def test_what_is_open_exists() -> None:
    assert OPEN.keys() <= {address.name for address in WITH_ARGUMENTS}


@at(KEYED)
def test_the_key_is_left_out(address: Address) -> None:
    """Say registry.keep_out_of_logs() of an address with a key; of another, above, why anybody may read it."""
    written = logs.without_keys(f"Not Found: {address.path}")
    assert "…" in written
    assert in_the_proxys_log(address.path) == written.removeprefix("Not Found: ")


@pytest.mark.parametrize("prefix", registry.keyed_addresses())
def test_what_is_left_out_is_an_address_with_a_key_and_known_to_who_runs_a_proxy(prefix: str) -> None:
    assert [address for address in KEYED if address.path.startswith(prefix)]
    assert (f"`{prefix}`" in GUIDE, prefix in CADDYFILE) == (True, True)


def test_the_proxy_logs_nothing_behind_a_question_mark() -> None:
    uri = "/account/login/?next=%2Fcustomers%2Finvitation%2Fsecret%2F&q=Kari"
    assert in_the_proxys_log(uri) == "/account/login/?…"


def test_all_the_proxy_writes_goes_through_it() -> None:
    assert CADDYFILE.count("log default {") == 1
    blocks = re.findall(r"^\s*log(?: default)? \{\n(.*?)\}", CADDYFILE, re.DOTALL | re.MULTILINE)
    assert ["import what-is-logged" in block for block in blocks] == [True, True]
