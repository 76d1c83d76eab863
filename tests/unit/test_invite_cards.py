"""Printed invitations: what is drawn, in a form that PDF readers take."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest

from bot.invite_cards import InviteCard, draw
from bot.pdf import FontPen, Pdf, ReadersPen, find_chinese_font

DEJAVU = "DejaVuSans.ttf"


def a_card(name: str = "王秀英", how: str = "扫一扫，再按“开始”。") -> InviteCard:
    return InviteCard(
        heading="海关社区", name=name, subtitle="老人", how=how, small=("编号 E1",), link="https://t.me/x_bot?start=abc"
    )


def pages(pdf: bytes) -> list[str]:
    """The drawing instructions of each page."""
    streams = re.findall(rb"<<  /Filter /FlateDecode /Length (\d+) >>\nstream\n", pdf)
    starts = [match.end() for match in re.finditer(rb"<<  /Filter /FlateDecode /Length \d+ >>\nstream\n", pdf)]
    return [
        zlib.decompress(pdf[start : start + int(length)]).decode("ascii")
        for start, length in zip(starts, streams, strict=True)
    ]


def texts(page: str) -> list[str]:
    return [bytes.fromhex(text).decode("utf-16-be") for text in re.findall(r"<([0-9a-f]+)> Tj", page)]


def test_eight_cards_stand_on_a_page() -> None:
    found = pages(draw([a_card(f"第{n}位") for n in range(9)], ReadersPen()))
    assert [[text for text in texts(page) if text.startswith("第")] for page in found] == [
        [f"第{n}位" for n in range(8)],
        ["第8位"],
    ]


def test_each_card_has_its_words_and_its_code() -> None:
    [page] = pages(draw([a_card()], ReadersPen()))
    assert "".join(texts(page)) == "海关社区王秀英老人扫一扫，再按“开始”。编号 E1"
    assert page.count(" re\n") > 100  # the dark squares of the code


@pytest.mark.parametrize("name", ["王秀英", "买买提·阿不都热合曼·库尔班江", "Alexander Featherstonehaugh-Cholmondeley"])
def test_no_line_runs_out_of_its_card(name: str) -> None:
    [page] = pages(draw([a_card(name, how="长" * 60)], ReadersPen()))
    pen = ReadersPen()
    for size, x, text in re.findall(r"/F1 ([\d.]+) Tf ([\d.]+) [\d.]+ Td <([0-9a-f]+)> Tj", page):
        assert float(x) + pen.width(bytes.fromhex(text).decode("utf-16-be"), float(size)) <= 28 + 270


def test_long_words_on_what_to_do_stay_above_the_foot() -> None:
    [page] = pages(
        draw([a_card(how="Scan this code with your phone's camera, open Telegram, press Start. " * 2)], ReadersPen())
    )
    heights = [float(y) for y in re.findall(r"Tf [\d.]+ ([\d.]+) Td", page)]
    foot = heights[-1]
    assert min(heights[:-1]) >= foot + 9


def test_every_object_lies_where_the_table_says() -> None:
    pdf = draw([a_card()], ReadersPen())
    start = int(re.findall(rb"startxref\n(\d+)\n", pdf)[0])
    for number, offset in enumerate(re.findall(rb"(\d{10}) 00000 n", pdf[start:]), start=1):
        assert pdf[int(offset) :].startswith(b"%d 0 obj\n" % number)


def test_text_is_drawn_with_a_font_of_the_machine() -> None:
    font = find_chinese_font() or next((f for f in Path("/usr/share/fonts").rglob(DEJAVU)), None)
    if font is None:
        pytest.skip("this machine has no font that we know")
    pen = FontPen(font)
    one, pdf = draw([a_card("Wang")], pen), draw([a_card("Wang"), a_card("Wang")], pen)
    assert pdf.count(b"/ImageMask true") == one.count(b"/ImageMask true") >= 5  # the same words are kept once
    assert 50 < pen.width("Wang", 27) < 120
    assert b"STSong" not in pdf


def test_fonts_are_looked_for_by_name_the_best_first(tmp_path: Path) -> None:
    assert find_chinese_font([str(tmp_path)]) is None
    for name in ("simhei.ttf", "wqy-microhei.ttc", "other.ttf"):
        (tmp_path / name).touch()
    found = find_chinese_font([str(tmp_path / "absent"), str(tmp_path)])
    assert found is not None
    assert found.name == "simhei.ttf"


def test_an_empty_document_is_one() -> None:
    assert Pdf(ReadersPen()).finished().endswith(b"%%EOF\n")
