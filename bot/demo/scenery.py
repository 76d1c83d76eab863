"""What the sample photos show, drawn with simple shapes on a canvas of 1120 x 840."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter

Points = Sequence[tuple[float, float]]
WIDTH, HEIGHT = 1120, 840


class Pen:
    """Draws on a picture; soft shapes and shadows besides Pillow's own."""

    def __init__(self, picture: Image.Image) -> None:
        self.picture = picture
        self.draw = ImageDraw.Draw(picture, "RGBA")

    def sky(self, top: str, bottom: str, box: tuple[int, int, int, int] = (0, 0, WIDTH, HEIGHT)) -> None:
        """A gradient from top to bottom of a box."""
        ramp = Image.linear_gradient("L").resize((box[2] - box[0], box[3] - box[1]))
        upper, lower = (Image.new("RGB", ramp.size, colour) for colour in (top, bottom))
        self.picture.paste(Image.composite(lower, upper, ramp), box[:2])

    def shape(self, points: Points, fill: str, outline: str | None = None, width: int = 3) -> None:
        """A polygon."""
        self.draw.polygon(list(points), fill=fill)
        if outline:
            self.draw.line([*points, points[0]], fill=outline, width=width, joint="curve")

    def disc(self, x: float, y: float, rx: float, ry: float, fill: str, outline: str | None = None) -> None:
        """An ellipse about its centre."""
        self.draw.ellipse((x - rx, y - ry, x + rx, y + ry), fill=fill, outline=outline, width=5)

    def soft(self, x: float, y: float, rx: float, ry: float, colour: str, strength: int, blur: float = 30) -> None:
        """A blurred spot: a shadow, or light. `strength` 0-255."""
        spot = Image.new("L", self.picture.size, 0)
        ImageDraw.Draw(spot).ellipse((x - rx, y - ry, x + rx, y + ry), fill=strength)
        small = spot.resize((WIDTH // 4, HEIGHT // 4)).filter(ImageFilter.GaussianBlur(blur / 4))
        self.picture.paste(Image.new("RGB", self.picture.size, colour), (0, 0), small.resize(spot.size))

    def specks(self, seed: int, count: int, box: tuple[int, int, int, int], colours: Sequence[str]) -> None:
        """Gravel, dust, plaster."""
        chance = random.Random(seed)  # noqa: S311  the look of a wall, no secret
        for _ in range(count):
            x, y = chance.uniform(box[0], box[2]), chance.uniform(box[1], box[3])
            size = chance.uniform(0.8, 3.2)
            self.draw.ellipse((x, y, x + size * 1.6, y + size), fill=chance.choice(list(colours)))


# --- a manhole in the street ----------------------------------------------------------------------------------------


def _street(pen: Pen) -> None:
    pen.sky("#8d8f93", "#6d6f75")
    pen.specks(3, 5200, (0, 170, WIDTH, HEIGHT), ["#7b7d82", "#8e9095", "#63656b", "#9b9da1"])
    pen.shape([(0, 0), (WIDTH, 0), (WIDTH, 150), (0, 190)], "#b9b2a6")  # the pavement's slabs
    for x in range(-40, WIDTH, 150):
        pen.draw.line([(x, 190 - x * 0.035), (x + 40, 0)], fill="#9d968a", width=4)
    pen.draw.line([(0, 90), (WIDTH, 65)], fill="#9d968a", width=4)
    pen.shape([(0, 190), (WIDTH, 150), (WIDTH, 182), (0, 226)], "#d6d0c4")  # the kerb
    pen.shape([(0, 226), (WIDTH, 182), (WIDTH, 196), (0, 242)], "#55575c")
    pen.shape([(0, 700), (WIDTH, 770), (WIDTH, 800), (0, 726)], "#e9e4d4")  # a worn line


def _cone(pen: Pen, x: float, y: float, size: float) -> None:
    """A traffic cone; (x, y) is the middle of its foot."""
    pen.soft(x + size * 0.35, y + size * 0.08, size * 0.7, size * 0.16, "#222", 150, 14)
    _band(pen, x, (0.5, y), (0.42, y + size * 0.12), size, "#c2410c")
    heights, colours = (0, 0.32, 0.56, 0.78, 1), ("#ea580c", "#fff7ed", "#ea580c", "#fdba74")
    for low, high, colour in zip(heights[:-1], heights[1:], colours, strict=True):
        edges = [(0.34 * (1 - height * 0.82), y - size * 1.15 * height) for height in (low, high)]
        _band(pen, x, edges[0], edges[1], size, colour)


def _band(pen: Pen, x: float, one: tuple[float, float], other: tuple[float, float], size: float, colour: str) -> None:
    """A band between two heights, about the axis x; each edge is (half its width in sizes, its height)."""
    (wide, low), (narrow, high) = one, other
    pen.shape(
        [(x - size * wide, low), (x + size * wide, low), (x + size * narrow, high), (x - size * narrow, high)], colour
    )


def _cover(pen: Pen, x: float, y: float, rx: float, ry: float) -> None:
    """A cast-iron cover with its pattern."""
    pen.disc(x, y + 10, rx, ry, "#2f3237")
    pen.disc(x, y, rx, ry, "#5b6068", "#3a3e44")
    pen.disc(x, y, rx * 0.86, ry * 0.86, "#666b73", "#454a51")
    for row in range(-5, 6):
        for column in range(-5, 6):
            if row * row + column * column < 26:
                px, py = x + column * rx * 0.145, y + row * ry * 0.145
                tilt = 6 if (row + column) % 2 else -6
                pen.draw.line([(px - 10, py - tilt * 0.6), (px + 10, py + tilt * 0.6)], fill="#868c95", width=6)
    pen.disc(x, y, rx * 0.2, ry * 0.2, "#545961", "#8d939b")


def broken_manhole(pen: Pen) -> None:
    """The cover has slid aside and cracked; the hole gapes."""
    _street(pen)
    pen.disc(520, 480, 236, 158, "#4b4d52", "#3a3c40")
    pen.disc(520, 484, 208, 134, "#16171a")
    pen.disc(520, 512, 190, 108, "#08080a")
    for step in range(3):
        pen.draw.arc(
            (360, 380 + step * 34, 680, 560 + step * 34), 205, 335, fill=(96, 99, 105, 150 - step * 45), width=9
        )
    pen.soft(760, 600, 240, 120, "#1f2023", 170, 24)
    _cover(pen, 742, 560, 226, 146)
    crack = [(560, 520), (640, 548), (690, 530), (760, 580), (830, 566), (900, 620)]
    pen.draw.line(crack, fill="#15161a", width=13, joint="curve")
    pen.draw.line([(760, 580), (744, 660), (770, 702)], fill="#15161a", width=10, joint="curve")
    pen.shape([(498, 640), (548, 622), (572, 660), (520, 682)], "#5b6068", "#33363b")
    pen.shape([(420, 668), (452, 656), (462, 682), (430, 690)], "#6b7078", "#33363b")
    _cone(pen, 230, 560, 210)


def mended_manhole(pen: Pen) -> None:
    """A new cover lies flush."""
    _street(pen)
    pen.disc(560, 500, 262, 178, "#55575c", "#45474b")
    pen.disc(560, 500, 246, 164, "#2b2d31")
    _cover(pen, 560, 496, 234, 154)
    pen.specks(8, 260, (300, 320, 830, 690), ["#a7a9ad", "#c9c3b5"])


# --- a stairwell -----------------------------------------------------------------------------------------------------


def _stairs(pen: Pen) -> None:
    pen.sky("#e8e1d3", "#c9bfae")
    pen.shape([(0, 0), (300, 120), (300, 620), (0, 840)], "#d9cfbd")  # the wall on the left
    pen.shape([(0, 480), (300, 400), (300, 620), (0, 840)], "#8fae9d")  # green dado, as in every old stairwell
    pen.shape([(1120, 0), (840, 120), (840, 600), (1120, 760)], "#d2c7b4")
    pen.shape([(1120, 470), (840, 392), (840, 600), (1120, 760)], "#86a594")
    pen.sky("#f7f3e6", "#d8e6ef", (430, 90, 710, 270))  # the window on the landing
    pen.draw.rectangle((430, 90, 710, 270), outline="#8b8577", width=14)
    pen.draw.line([(570, 90), (570, 270)], fill="#8b8577", width=9)
    pen.soft(570, 380, 260, 110, "#fff6dd", 110, 60)
    for step in range(9):
        left, right = 300 - step * 34 + 30, 840 + step * 31 - 30
        top = 330 + step * 56
        pen.shape([(left, top), (right, top), (right + 28, top + 26), (left - 30, top + 26)], "#b8b0a3")
        pen.shape(
            [(left - 30, top + 26), (right + 28, top + 26), (right + 28, top + 56), (left - 30, top + 56)], "#8f8779"
        )
        pen.draw.line([(left - 30, top + 27), (right + 28, top + 27)], fill="#d3ccbf", width=5)
    pen.draw.line([(872, 250), (1080, 560)], fill="#7a3f2b", width=22)  # the handrail
    for step in range(5):
        x, y = 885 + step * 46, 275 + step * 68
        pen.draw.line([(x, y), (x, y + 170)], fill="#4a4e55", width=9)


def _box(pen: Pen, x: float, y: float, wide: float, high: float, colour: str, dark: str) -> None:
    lid, side = wide * 0.26, wide * 0.2
    pen.soft(x + wide * 0.6, y + 6, wide * 0.75, 34, "#2b2620", 140, 18)
    pen.shape([(x, y), (x + wide, y), (x + wide, y - high), (x, y - high)], colour, dark)
    pen.shape(
        [(x + wide, y), (x + wide + side, y - lid), (x + wide + side, y - high - lid), (x + wide, y - high)], dark
    )
    pen.shape(
        [(x, y - high), (x + wide, y - high), (x + wide + side, y - high - lid), (x + side, y - high - lid)],
        "#e0b985",
        dark,
    )
    pen.shape(
        [(x + wide * 0.42, y), (x + wide * 0.58, y), (x + wide * 0.58, y - high), (x + wide * 0.42, y - high)],
        "#d8c9a6",
    )


def _bicycle(pen: Pen, x: float, y: float, r: float) -> None:
    for cx in (x, x + r * 2.5):
        pen.draw.ellipse((cx - r, y - r, cx + r, y + r), outline="#26282c", width=13)
        for spoke in range(8):
            angle = spoke * math.pi / 8
            dx, dy = r * math.cos(angle), r * math.sin(angle)
            pen.draw.line([(cx - dx, y - dy), (cx + dx, y + dy)], fill=(60, 64, 70, 120), width=2)
    crank, seat, head = (x + r * 1.1, y), (x + r * 0.75, y - r * 1.35), (x + r * 2.1, y - r * 1.4)
    for a, b in (((x, y), crank), ((x, y), seat), (seat, crank), (crank, head), (seat, head), (head, (x + r * 2.5, y))):
        pen.draw.line([a, b], fill="#1d4ed8", width=14)
    pen.draw.line([(seat[0] - 36, seat[1] - 18), (seat[0] + 34, seat[1] - 18)], fill="#1f2023", width=20)
    pen.draw.line(
        [head, (head[0] - 12, head[1] - 56), (head[0] + 46, head[1] - 62)], fill="#1f2023", width=12, joint="curve"
    )


def blocked_stairwell(pen: Pen) -> None:
    """Boxes and a bicycle stand where people must get out."""
    _stairs(pen)
    _box(pen, 330, 560, 210, 160, "#c99b63", "#8f6a3c")
    _box(pen, 560, 600, 240, 210, "#c28f55", "#87622f")
    _box(pen, 372, 404, 160, 110, "#d2a76f", "#8f6a3c")
    _bicycle(pen, 250, 690, 118)
    _box(pen, 610, 792, 270, 190, "#cda068", "#8a6535")
    pen.shape([(300, 820), (352, 742), (430, 730), (470, 792), (430, 832), (340, 838)], "#e4e7ea", "#b9bec4")


def clear_stairwell(pen: Pen) -> None:
    """The way is free."""
    _stairs(pen)
    pen.soft(560, 640, 330, 130, "#fffbe9", 90, 70)


# --- a street lamp ---------------------------------------------------------------------------------------------------


def _yard(pen: Pen, windows: str) -> None:
    pen.sky("#16213f", "#3d4a73")
    for x, y, wide, floors in ((30, 250, 300, 6), (380, 330, 240, 5), (760, 210, 330, 7)):
        pen.draw.rectangle((x, y, x + wide, 700), fill="#222b49")
        for floor in range(floors):
            for column in range(wide // 62):
                lit = (floor * 7 + column * 3 + x) % 5 < 2
                left, top = x + 18 + column * 62, y + 26 + floor * 66
                pen.draw.rectangle((left, top, left + 34, top + 38), fill=windows if lit else "#2d3859")
    pen.shape([(0, 690), (WIDTH, 690), (WIDTH, HEIGHT), (0, HEIGHT)], "#272c3c")
    pen.shape([(250, HEIGHT), (480, 690), (700, 690), (960, HEIGHT)], "#3a4054")
    for x, y, r in ((120, 690, 90), (210, 705, 70), (1010, 700, 100), (900, 712, 60)):
        pen.disc(x, y, r, r * 0.72, "#1c2b2c")


def _post(pen: Pen, lean: float) -> tuple[float, float]:
    foot, top = (600, 770), (600 + lean, 170)
    pen.draw.line([foot, top], fill="#0f131d", width=24)
    pen.draw.line([foot, top], fill="#5b647d", width=13)
    arm = (top[0] - 130, top[1] - 26 + lean * 0.25)
    pen.draw.line([(top[0], top[1] + 8), arm], fill="#5b647d", width=13)
    pen.draw.rectangle((570, 748, 630, 786), fill="#4b5369")
    return arm


def dark_lamp(pen: Pen) -> None:
    """The post leans, its head hangs broken, the path lies in the dark."""
    _yard(pen, "#d9b35d")
    x, y = _post(pen, 66)
    pen.shape([(x - 62, y + 12), (x + 26, y - 16), (x + 40, y + 16), (x - 40, y + 58)], "#454d63", "#99a2b8")
    pen.draw.line([(x - 6, y + 40), (x - 14, y + 82), (x + 4, y + 104)], fill="#c9d1e3", width=5, joint="curve")
    for dx, dy in ((-46, 92), (-24, 128), (14, 150), (-70, 160)):
        pen.shape([(x + dx, y + dy), (x + dx + 15, y + dy - 12), (x + dx + 10, y + dy + 14)], "#b9c4dd")
    pen.soft(600, 800, 360, 60, "#0b0e17", 190, 40)


def lit_lamp(pen: Pen) -> None:
    """It stands straight and gives light."""
    _yard(pen, "#f0c66c")
    x, y = _post(pen, 0)
    pen.soft(x, 640, 300, 330, "#ffdf9a", 120, 110)
    pen.soft(x, 790, 330, 50, "#ffe7b0", 190, 40)
    pen.soft(x, y + 30, 130, 110, "#fff1c9", 230, 60)
    pen.shape([(x - 58, y - 10), (x + 40, y - 10), (x + 28, y + 24), (x - 46, y + 24)], "#5f6880", "#aab3c8")
    pen.shape([(x - 42, y + 24), (x + 26, y + 24), (x + 14, y + 36), (x - 30, y + 36)], "#fffdf2")


# --- a wall ----------------------------------------------------------------------------------------------------------


def _wall(pen: Pen) -> None:
    pen.sky("#dcd3c2", "#c7bca8")
    pen.specks(5, 2600, (0, 0, WIDTH, 620), ["#d2c8b6", "#e5ddce", "#bdb29d"])
    pen.draw.rectangle((0, 610, WIDTH, HEIGHT), fill="#a9a294")
    for row in range(4):
        for column in range(-1, 9):
            x, y = column * 140 + (70 if row % 2 else 0), 614 + row * 58
            pen.draw.rectangle(
                (x + 3, y + 3, x + 134, y + 53), fill=("#b55f45", "#a9573f", "#bd6a4e")[(row + column) % 3]
            )
    pen.draw.rectangle((800, 120, 1060, 840), fill="#4b5f57", outline="#37463f", width=14)  # the house door
    pen.draw.rectangle((836, 170, 1024, 420), fill="#7c8f86", outline="#37463f", width=8)
    pen.disc(838, 540, 15, 15, "#d9c27a")


def _flyer(pen: Pen, x: float, y: float, wide: float, high: float, tilt: float, colours: tuple[str, str]) -> None:
    paper, ink = colours
    sheet = Image.new("RGBA", (round(wide), round(high)), paper)
    lines = ImageDraw.Draw(sheet)
    lines.rectangle((10, 12, wide - 10, high * 0.3), fill=ink)
    for row in range(4):
        top = high * (0.38 + row * 0.11)
        lines.rectangle((14, top, wide * (0.9 - 0.12 * (row % 3)), top + high * 0.05), fill="#6b7280")
    lines.rectangle((14, high * 0.84, wide - 14, high * 0.93), fill="#b91c1c")
    turned = sheet.rotate(tilt, expand=True, resample=Image.Resampling.BICUBIC)
    pen.soft(x + wide / 2 + 8, y + high / 2 + 10, wide * 0.5, high * 0.5, "#4a4336", 90, 12)
    pen.picture.paste(turned, (round(x), round(y)), turned)
    pen.draw = ImageDraw.Draw(pen.picture, "RGBA")


def pasted_flyers(pen: Pen) -> None:
    """Adverts pasted all over the wall beside the door."""
    _wall(pen)
    red, blue, yellow, green = (
        ("#fffaf0", "#dc2626"),
        ("#f0f9ff", "#1d4ed8"),
        ("#fef08a", "#a16207"),
        ("#f0fdf4", "#15803d"),
    )
    for x, y, wide, high, tilt, colours in (
        (80, 90, 210, 270, 5, red), (300, 60, 190, 240, -7, yellow), (520, 100, 220, 280, 3, blue),
        (120, 350, 200, 250, -5, green), (350, 320, 210, 270, 8, red), (590, 380, 180, 220, -9, yellow),
        (870, 230, 150, 190, -6, red), (440, 560, 170, 130, 4, blue),
    ):  # fmt: skip
        _flyer(pen, x, y, wide, high, tilt, colours)


def clean_wall(pen: Pen) -> None:
    """Scraped clean; only paler patches tell of it."""
    _wall(pen)
    for x, y, wide, high in ((90, 100, 200, 250), (310, 75, 180, 230), (530, 110, 200, 260), (360, 330, 190, 250)):
        pen.draw.rectangle((x, y, x + wide, y + high), fill=(238, 232, 220, 120))
