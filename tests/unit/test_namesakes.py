"""Two of one form of address in one building are told apart; nobody else carries more than her form of address."""

from __future__ import annotations

import pytest

from care.domain.elders import Form, Title
from care.domain.namesakes import Called, plain_building, told_apart
from care.services.naming import Named
from tests.unit.test_render import ZH as say


def elder(number: int, given: str, age: int | None, building: str | None = "3号楼", spoken: str = "王奶奶") -> Called:
    return Called(id=number, spoken=spoken, building=building, given=given, age=age)


@pytest.mark.parametrize(
    ("everybody", "marks"),
    [
        # alone in her building, or addressed otherwise: nothing is added
        ([elder(1, "秀英", 81)], {}),
        ([elder(1, "秀英", 81), elder(2, "玉兰", 75, spoken="李奶奶")], {}),
        ([elder(1, "秀英", 81), elder(2, "玉兰", 81, building="5号楼")], {}),
        # the age tells them apart
        ([elder(1, "秀英", 81), elder(2, "玉兰", 75)], {1: "81", 2: "75"}),
        # of one age: the given name too; the third is told apart by hers already
        ([elder(1, "秀英", 81), elder(2, "玉兰", 81), elder(3, "桂花", 75)], {1: "秀英·81", 2: "玉兰·81", 3: "75"}),
        # a roster without birth years
        ([elder(1, "秀英", None), elder(2, "玉兰", None)], {1: "秀英", 2: "玉兰"}),
        ([elder(1, "秀英", None), elder(2, "玉兰", 81)], {1: "秀英", 2: "81"}),
        # alike in all: numbered, always in the same order
        ([elder(7, "秀英", 81), elder(2, "秀英", 81)], {2: "秀英·81①", 7: "秀英·81②"}),
        ([elder(1, "秀英", None), elder(2, "秀英", None)], {1: "秀英①", 2: "秀英②"}),
        # a roster that writes one building in several ways
        ([elder(1, "秀英", 81), elder(2, "玉兰", 75, building=" ３ 号楼")], {1: "81", 2: "75"}),
        # no building on file: those of no building are together
        ([elder(1, "秀英", 81, building=None), elder(2, "玉兰", 75, building="")], {1: "81", 2: "75"}),
        ([], {}),
    ],
)
def test_who_is_told_apart_by_what(everybody: list[Called], marks: dict[int, str]) -> None:
    assert told_apart(everybody) == marks
    assert told_apart(reversed(everybody)) == marks


def test_buildings_are_compared_as_people_read_them() -> None:
    assert plain_building("３号楼 A座") == plain_building("3号楼a座")
    assert plain_building("3号楼") != plain_building("13号楼")
    assert plain_building(None) == ""


def test_how_it_reads() -> None:
    granny = Title(None, Form.GRANNY, "王")
    assert say.named(Named(granny, None, "3号楼")) == "王奶奶 3号楼"
    assert say.named(Named(granny, "秀英·81", "3号楼")) == "王奶奶(秀英·81) 3号楼"
    assert say.named(Named(Title("王姨", Form.GRANNY, "王"), "75", None)) == "王姨(75)"
