"""Just enough PDF for printed cards: filled shapes, and lines of text in any script.

Text is drawn with a font of this machine and kept as a picture of its outline, so it looks the same everywhere. Where
the machine has no Chinese font, the text names one of the fonts that PDF readers supply for Chinese themselves
(`STSong-Light`, as in Adobe's Asian font pack; readers use whatever Chinese font their computer has).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageDraw, ImageFont

DPI = 600  # of the pictures of text: a good office printer's
POINTS = 72  # PDF units in an inch
A4 = (595.28, 841.89)  # points

# Where systems keep their fonts, and Chinese sans-serif fonts by file name, the best first.
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)
FONT_FILES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "STHeiti Medium.ttc",
    "msyh.ttc",
    "Deng.ttf",
    "simhei.ttf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
    "DroidSansFallbackFull.ttf",
    "DroidSansFallback.ttf",
)


def find_chinese_font(folders: Sequence[str] = FONT_FOLDERS) -> Path | None:
    """A font of this machine that has Chinese characters, if one of those we know is there."""
    rank = {name: at for at, name in enumerate(FONT_FILES)}
    found = [file for folder in folders for file in Path(folder).expanduser().rglob("*.[to]t[cf]") if file.name in rank]
    return min(found, key=lambda file: rank[file.name], default=None)


class Pen(Protocol):
    """How text gets onto a page."""

    def width(self, text: str, size: float) -> float:
        """How wide the text is, in points, at this size in points."""

    def write(self, pdf: Pdf, text: str, x: float, y: float, size: float) -> str:
        """The page's instructions for the text with its baseline's left end at (x, y)."""


@dataclass
class Pdf:
    """A document being written; sizes in points, (0, 0) is a page's lower left corner."""

    pen: Pen
    _objects: list[bytes] = field(default_factory=lambda: [b"", b"", b""])  # 1 catalogue, 2 pages, 3 what pages share
    _pages: list[int] = field(default_factory=list)
    _pictures: dict[str, int] = field(default_factory=dict)
    _font: int | None = None

    def add(self, content: bytes) -> int:
        """Keep an object; its number."""
        self._objects.append(content)
        return len(self._objects)

    def stream(self, entries: str, data: bytes) -> int:
        """Keep a compressed stream with these dictionary entries; its number."""
        packed = zlib.compress(data, 9)
        head = f"<< {entries} /Filter /FlateDecode /Length {len(packed)} >>\nstream\n".encode()
        return self.add(head + packed + b"\nendstream")

    def page(self, instructions: Sequence[str]) -> None:
        """Add an A4 page with these drawing instructions."""
        content = self.stream("", "\n".join(instructions).encode("ascii"))
        box = f"[0 0 {A4[0]} {A4[1]}]"
        entries = f"/Type /Page /Parent 2 0 R /MediaBox {box} /Resources 3 0 R /Contents {content} 0 R"
        self._pages.append(self.add(f"<< {entries} >>".encode()))

    def picture(self, key: str, entries: str, data: bytes) -> str:
        """The name by which pages draw this picture; the same key is the same picture."""
        if key not in self._pictures:
            self._pictures[key] = self.stream(f"/Type /XObject /Subtype /Image {entries}", data)
        return f"/I{self._pictures[key]}"

    def has_picture(self, key: str) -> str | None:
        """The picture's name, if it is kept already."""
        return f"/I{self._pictures[key]}" if key in self._pictures else None

    def reader_font(self) -> str:
        """The name of the font that the PDF's reader has to supply."""
        if self._font is None:
            look = self.add(
                b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880]"
                b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
            )
            glyphs = self.add(
                b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500]"
                b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
                + f" /FontDescriptor {look} 0 R >>".encode()
            )
            self._font = self.add(
                b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H"
                + f" /DescendantFonts [{glyphs} 0 R] >>".encode()
            )
        return "/F1"

    def finished(self) -> bytes:
        """The whole document."""
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        pictures = " ".join(f"/I{number} {number} 0 R" for number in self._pictures.values())
        font = f" /Font << /F1 {self._font} 0 R >>" if self._font else ""
        self._objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
        self._objects[1] = f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} >>".encode()
        self._objects[2] = f"<< /XObject << {pictures} >>{font} >>".encode()
        out, offsets = bytearray(b"%PDF-1.5\n%\xe6\xb5\xb7\xe5\x85\xb3\n"), []
        for number, content in enumerate(self._objects, start=1):
            offsets.append(len(out))
            out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
        start = len(out)
        out += f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n".encode()
        out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
        out += f"trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
        return bytes(out)


class FontPen:
    """Draws text with a font file, as stencils."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._index = _simplified(file)
        self._fonts: dict[float, ImageFont.FreeTypeFont] = {}

    def width(self, text: str, size: float) -> float:
        """As the font has it."""
        return self._font(size).getlength(text) * POINTS / DPI

    def write(self, pdf: Pdf, text: str, x: float, y: float, size: float) -> str:
        """A stencil of the text; the same text in the same size is kept once."""
        key = f"{size} {text}"
        left, top, right, bottom = self._font(size).getbbox(text, anchor="ls")
        wide, high = max(1, round(right - left)), max(1, round(bottom - top))
        name = pdf.has_picture(key)
        if name is None:
            picture = Image.new("1", (wide, high), 0)
            ImageDraw.Draw(picture).text((-left, -top), text, fill=1, font=self._font(size), anchor="ls")
            entries = f"/Width {wide} /Height {high} /ImageMask true /BitsPerComponent 1 /Decode [1 0]"
            name = pdf.picture(key, entries, picture.tobytes())
        unit = POINTS / DPI
        at = f"{wide * unit:.2f} 0 0 {high * unit:.2f} {x + left * unit:.2f} {y - bottom * unit:.2f}"
        return f"q {at} cm {name} Do Q"

    def _font(self, size: float) -> ImageFont.FreeTypeFont:
        if size not in self._fonts:
            self._fonts[size] = ImageFont.truetype(self._file, round(size * DPI / POINTS), index=self._index)
        return self._fonts[size]


class ReadersPen:
    """Leaves the font to the PDF's reader."""

    def width(self, text: str, size: float) -> float:
        """Chinese characters are square, Latin ones half as wide."""
        return sum(0.5 if ord(char) < 0x2000 else 1.0 for char in text) * size

    def write(self, pdf: Pdf, text: str, x: float, y: float, size: float) -> str:
        """The text itself."""
        return f"BT {pdf.reader_font()} {size} Tf {x:.2f} {y:.2f} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def _simplified(file: Path) -> int:
    """Which face of a font collection has the mainland's shapes; 0 where none says so."""
    for index in range(12):
        try:
            family = ImageFont.truetype(file, 12, index=index).getname()[0] or ""
        except OSError:  # past the last face
            break
        if family.endswith((" SC", " CN", " GB")):
            return index
    return 0
