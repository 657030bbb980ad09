"""Pictures of the made-up news: landscapes, and what a company has standing in them."""

import io
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw

SIZE = (960, 540)
FINE = 3


@dataclass(frozen=True)
class Palette:
    """Sky above and below, the hills from far to near, and what stands on them."""

    sky: tuple[str, str]
    hills: tuple[str, ...]
    ink: str
    sun: str


PALETTES = {
    "autumn": Palette(("#f7d9b5", "#f2b07b"), ("#b98b6a", "#8d6a57", "#5e4a45"), "#2f2a33", "#fff1d6"),
    "winter": Palette(("#d9e6f5", "#b3c9e6"), ("#93a9cc", "#6c84ad", "#465c86"), "#22304d", "#ffffff"),
    "summer": Palette(("#cfeaf5", "#f3f6df"), ("#9dc4a1", "#6da078", "#417556"), "#1f3b30", "#fff3b8"),
    "night": Palette(("#1d2547", "#3f4a7d"), ("#2b3359", "#20274a", "#151a36"), "#0b0e20", "#f4efd2"),
}


def draw(palette: Palette, rng: Random, scene: str) -> bytes:
    """Return a landscape as PNG, with what `scene` names (SCENES) in it."""
    width, height = SIZE
    image = Image.new("RGB", SIZE, palette.sky[0])
    canvas = ImageDraw.Draw(image)
    top, bottom = _rgb(palette.sky[0]), _rgb(palette.sky[1])
    for y in range(height):
        share = y / height
        canvas.line(
            [(0, y), (width, y)], fill=tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        )
    x = rng.randrange(width // 5, width * 4 // 5)
    canvas.ellipse([x - 44, 76, x + 44, 164], fill=palette.sun)
    for number, color in enumerate(palette.hills):
        _hill(canvas, color, height * (0.5 + 0.13 * number), rng)
    # Drawn large and made small, so that edges are smooth.
    layer = Image.new("RGBA", (width * FINE, height * FINE))
    SCENES[scene](_Pen(ImageDraw.Draw(layer)), palette)
    layer = layer.resize(SIZE, Image.Resampling.LANCZOS)
    image.paste(layer, (0, 0), layer)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _hill(canvas: ImageDraw.ImageDraw, color: str, level: float, rng: Random) -> None:
    width, height = SIZE
    phase, length = rng.uniform(0, 6), rng.uniform(180, 320)
    ridge = [
        (x, level + 34 * math.sin(x / length + phase) + 9 * math.sin(x / 41 + phase)) for x in range(0, width + 8, 8)
    ]
    canvas.polygon([*ridge, (width, height), (0, height)], fill=color)


class _Pen:
    """Draws in the picture's own measure on a layer that is FINE times as large."""

    def __init__(self, canvas: ImageDraw.ImageDraw) -> None:
        self.canvas = canvas

    def line(self, points: Sequence[tuple[float, float]], fill: str, width: int) -> None:
        self.canvas.line([(x * FINE, y * FINE) for x, y in points], fill=fill, width=width * FINE, joint="curve")

    def shape(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        self.canvas.polygon([(x * FINE, y * FINE) for x, y in points], fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, *, round_by: int = 0) -> None:
        corners = (left * FINE, top * FINE, right * FINE, bottom * FINE)
        self.canvas.rounded_rectangle(corners, radius=round_by * FINE, fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: str) -> None:
        self.canvas.ellipse([(x - radius) * FINE, (y - radius) * FINE, (x + radius) * FINE, (y + radius) * FINE], fill)


def _power_line(pen: _Pen, palette: Palette) -> None:
    """Poles from left to right, growing as they come nearer, with wires that hang between them."""
    xs = [60, 250, 500, 850]
    poles = [(x, 250 - number * 22, 360 + number * 34) for number, x in enumerate(xs)]
    tops = []
    for x, top, foot in poles:
        thick = 5 + (foot - top) // 60
        pen.line([(x, top), (x, foot)], palette.ink, thick)
        arm = (foot - top) // 4
        pen.line([(x - arm, top + 18), (x + arm, top + 18)], palette.ink, thick - 1)
        tops.append([(x - arm, top + 18), (x, top), (x + arm, top + 18)])
    for left, right in itertools.pairwise(tops):
        for (x1, y1), (x2, y2) in zip(left, right, strict=True):
            wire = [
                (x1 + (x2 - x1) * t / 20, y1 + (y2 - y1) * t / 20 + 26 * math.sin(math.pi * t / 20)) for t in range(21)
            ]
            pen.line(wire, palette.ink, 2)


def _quay(pen: _Pen, palette: Palette) -> None:
    """A ship alongside, tanks and a crane on the quay, and the sea before them."""
    pen.box(0, 400, *SIZE, fill="#5d93ad")
    for x, y, length in [(60, 452, 150), (330, 486, 120), (120, 512, 90), (560, 500, 60), (400, 440, 70)]:
        pen.line([(x, y), (x + length, y)], "#9cc4d4", 4)
    # The ship.
    pen.shape([(60, 372), (520, 372), (484, 436), (112, 436)], palette.ink)
    pen.line([(74, 384), (514, 384)], palette.sun, 4)
    pen.box(112, 292, 214, 372, "#f4f7f7", round_by=4)
    pen.box(132, 246, 196, 294, "#f4f7f7", round_by=4)
    for x in (122, 152, 182):
        pen.box(x, 314, x + 18, 332, palette.ink, round_by=3)
    pen.box(140, 258, 188, 272, palette.ink, round_by=3)
    pen.line([(164, 246), (164, 206)], palette.ink, 4)
    for number, color in enumerate(("#c9744a", "#3f7f8c", "#d9a441")):
        pen.box(250 + number * 78, 330, 320 + number * 78, 372, color, round_by=3)
    # The quay, the tanks and the crane.
    pen.shape([(560, 398), (960, 398), (960, 540), (596, 540)], "#7d8a88")
    pen.box(560, 390, 960, 408, "#a7b2af")
    for left, top in ((690, 262), (820, 228)):
        pen.box(left, top, left + 108, 392, "#e8eeec", round_by=12)
        for y in range(top + 34, 388, 36):
            pen.line([(left, y), (left + 108, y)], "#bccac6", 3)
    pen.line([(620, 392), (620, 150)], palette.ink, 10)
    pen.line([(620, 156), (452, 196)], palette.ink, 8)
    pen.line([(620, 156), (668, 196)], palette.ink, 6)
    pen.line([(470, 194), (470, 300)], palette.ink, 3)
    pen.box(452, 298, 488, 316, palette.sun, round_by=3)


def _skip(pen: _Pen, palette: Palette) -> None:
    """A lorry that has come for a container, and spruces behind."""
    for x, foot, size in [(70, 392, 130), (170, 404, 170), (842, 398, 150), (916, 408, 190), (772, 396, 100)]:
        for step in range(3):
            half, top = size * (0.18 + 0.09 * step), foot - size * (1 - 0.26 * step)
            pen.shape([(x, top), (x + half, top + size * 0.42), (x - half, top + size * 0.42)], palette.ink)
    pen.box(0, 440, *SIZE, fill="#f3f7fc")
    # The lorry: frame, cab and window.
    pen.box(300, 404, 700, 420, palette.ink)
    pen.box(596, 300, 706, 412, "#2f7d6b", round_by=14)
    pen.shape([(640, 316), (690, 316), (700, 356), (640, 356)], "#d9ecf7")
    pen.box(600, 372, 706, 384, "#e9b949")
    # The container, with its ribs.
    pen.shape([(268, 292), (572, 292), (548, 404), (300, 404)], "#c9744a")
    pen.box(258, 282, 582, 298, "#a9583a", round_by=4)
    for number in range(1, 6):
        pen.line([(268 + number * 51, 300), (296 + number * 42, 402)], "#a9583a", 6)
    for x in (360, 440, 660):
        pen.disc(x, 424, 32, palette.ink)
        pen.disc(x, 424, 13, "#c7d2de")


SCENES: dict[str, Callable[[_Pen, Palette], None]] = {"line": _power_line, "quay": _quay, "skip": _skip}
