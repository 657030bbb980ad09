"""Slots: what an upper floor shows on a page below."""

import pytest
from django.http import HttpRequest
from django.template import Context, Template

from portal import registry


@pytest.fixture
def two_fillings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry._registry, "slots", {})
    registry.fill("test.place", lambda request, given: f"<i>{given['number']}</i>", order=60)
    registry.fill("test.place", lambda request, given: "first ", order=10)


def draw(name: str) -> str:
    return Template("{% load ui %}{% slot name number=7 %}").render(Context({"request": HttpRequest(), "name": name}))


def test_a_slot_shows_what_was_registered_in_order(two_fillings: None) -> None:
    assert draw("test.place") == "first <i>7</i>"


def test_a_slot_that_nobody_fills_is_empty(two_fillings: None) -> None:
    assert draw("test.other") == ""
