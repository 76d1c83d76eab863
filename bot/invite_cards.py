"""Printed invitations: eight cards on an A4 page, to be cut apart, each with a name and a code to scan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import segno

from bot.pdf import A4, Pdf, Pen

COLUMNS, ROWS = 2, 4
MARGIN = 28.0  # points; what office printers leave white
PADDING = 14.0
CODE = 118.0  # points: 41 mm, read from an arm's length
NAME = 27.0
QUIET = 4  # modules of white that a code needs around it


@dataclass(frozen=True, kw_only=True)
class InviteCard:
    """What stands on one card; `small` are lines at its foot."""

    heading: str
    name: str
    subtitle: str
    how: str
    small: tuple[str, ...]
    link: str


def draw(cards: Sequence[InviteCard], pen: Pen) -> bytes:
    """A PDF with all the cards, in their order, row by row."""
    pdf = Pdf(pen)
    wide, high = (A4[0] - 2 * MARGIN) / COLUMNS, (A4[1] - 2 * MARGIN) / ROWS
    per_page = COLUMNS * ROWS
    for start in range(0, len(cards), per_page):
        page: list[str] = []
        for at, card in enumerate(cards[start : start + per_page]):
            row, column = divmod(at, COLUMNS)
            x, y = MARGIN + column * wide, A4[1] - MARGIN - (row + 1) * high
            page += _card(pdf, card, x, y, wide, high)
        pdf.page(page)
    return pdf.finished()


def _card(pdf: Pdf, card: InviteCard, x: float, y: float, wide: float, high: float) -> Iterator[str]:
    yield f"q 0.4 w [3 3] 0 d 0.6 G {x:.2f} {y:.2f} {wide:.2f} {high:.2f} re S Q"  # where to cut
    yield from _code(card.link, x + PADDING, y + (high - CODE) / 2, CODE)
    left = x + 2 * PADDING + CODE
    room = wide - 3 * PADDING - CODE
    top = y + high - PADDING
    yield _line(pdf, card.heading, left, top - 12, 9, room)
    yield from _name(pdf, card.name, left, top - 48, room)
    yield _line(pdf, card.subtitle, left, top - 68, 10.5, room)
    yield from _how(pdf, card.how, left, top - 84, room, (top - 84) - (y + PADDING + len(card.small) * 11))
    for at, words in enumerate(reversed(card.small)):
        yield _line(pdf, words, left, y + PADDING + at * 11, 7.5, room)


def _name(pdf: Pdf, name: str, x: float, y: float, room: float) -> Iterator[str]:
    """The name, large; a long one in two lines rather than in small letters."""
    if pdf.pen.width(name, NAME) <= room * 1.3:
        yield _line(pdf, name, x, y, NAME, room)
        return
    lines = _wrapped(pdf.pen, name, NAME / 2, room)
    lines = [lines[0], "".join(lines[1:])] if len(lines) > 1 else lines
    for at, words in enumerate(reversed(lines)):
        yield _line(pdf, words, x, y + at * NAME * 0.6, NAME / 2, room)


def _how(pdf: Pdf, text: str, x: float, top: float, room: float, height: float) -> Iterator[str]:
    """What to do, in the largest letters that leave it above the foot of the card."""
    for size in (11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0):
        lines = _wrapped(pdf.pen, text, size, room)
        if len(lines) * size * 1.45 <= height:
            break
    for at, words in enumerate(lines, start=1):
        yield _line(pdf, words, x, top - at * size * 1.45 + size * 0.35, size, room)


def _line(pdf: Pdf, text: str, x: float, y: float, size: float, room: float) -> str:
    """One line, in smaller letters where it would not fit; a whole name matters more than its size."""
    if not text:
        return ""
    width = pdf.pen.width(text, size)
    fitting = size if width <= room else max(4.0, int(size * room / width * 2) / 2)
    return pdf.pen.write(pdf, text, x, y, fitting)


def _wrapped(pen: Pen, text: str, size: float, room: float) -> list[str]:
    """The text in lines that fit: broken before any Chinese character, but between words of Latin letters."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and pen.width(line + piece.rstrip(), size) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """What must stay on one line: a Latin word with its space, or a character with the punctuation that follows it."""
    piece = ""
    for char in text:
        joins = char in "，。；：！？、”’）》" or (char.isascii() and piece[-1:].isascii() and piece[-1:] != " ")
        if piece and not joins and piece[-1] not in "“‘（《":
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _code(link: str, x: float, y: float, size: float) -> Iterator[str]:
    """The link as a QR code, in black squares; runs of a row are one rectangle."""
    rows = list(segno.make(link, error="m", micro=False).matrix)
    unit = size / (len(rows) + 2 * QUIET)
    yield "q 0 g"
    for at, row in enumerate(rows):
        bottom = y + size - (QUIET + at + 1) * unit
        start = None
        for column, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                left, width = x + (QUIET + start) * unit, (column - start) * unit
                yield f"{left:.3f} {bottom:.3f} {width:.3f} {unit:.3f} re"
                start = None
    yield "f Q"
