"""Reading a page of readings as a customer does: what the chart says and what its table says."""

import re
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

from django.test import Client

from metering.models import MeteringPoint
from tests.metering.homes import MONDAY

NBSP = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Page:
    html: str
    # What each bar is read out as, and where it leads ("" for nowhere).
    bars: list[tuple[str, str]]
    # The rows of the table, head first.
    rows: list[list[str]]
    total: list[str]


def url(point: MeteringPoint, view: str = "day", day: date = MONDAY, **more: str) -> str:
    query = "".join(f"&{key}={value}" for key, value in more.items())
    return f"/grid/{point.pk}/?view={view}&date={day}{query}"


def page(client: Client, path: str, *, language: str = "en") -> Page:
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == 200
    return read(response)


def read(response: Any) -> Page:
    html = response.content.decode()
    hits = html[html.index('<g class="chart__hits">') :].partition("</svg>\n  </div>")[0]
    bars = [
        (_text(label), unescape(href or ""))
        for href, label in re.findall(r'<(?:a href="([^"]*)"|g tabindex="0" role="img") aria-label="([^"]*)"', hits)
    ]
    body = re.search(r"<tbody>(.*?)</tbody>", html, re.DOTALL)
    foot = re.search(r"<tfoot>(.*?)</tfoot>", html, re.DOTALL)
    assert body
    rows = [_cells(row) for row in re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL)]
    return Page(html, bars, rows, _cells(foot[1]) if foot else [])


def _cells(row: str) -> list[str]:
    return [_text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html)).replace(NBSP, " ").strip()
