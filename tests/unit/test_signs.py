"""What words mean: alarms, kindness, likely categories."""

from __future__ import annotations

import pytest

from care.domain.items import Category
from care.domain.signs import is_warm, likely_categories, sounds_alarm
from care.domain.words import CATEGORY_WORDS


@pytest.mark.parametrize(
    "words",
    [
        "着火了！！快来",
        "3号楼楼道着火",
        "有煤气味，好大",
        "楼下漏煤气",
        "救命",
        "有人砸门",
        "There is a FIRE in the stairwell",
        "I smell gas",
        "ｆｉｒｅ",  # full-width letters
        "著火了",  # traditional
        "救 命",
        "电瓶车起火了，灭火器在哪",
        "容易着火的地方现在真的着火了",  # the harmless half does not hide the alarm
    ],
)
def test_an_alarm(words: str) -> None:
    assert sounds_alarm(words)


@pytest.mark.parametrize(
    "words",
    [
        "灭火器过期了",
        "飞线充电容易着火",
        "没着火，就是冒点灰",
        "fire extinguisher is missing",
        "the campfire song",  # inside another word
        "消防通道被堵了",
        "锅里炖着，火关小了",  # 着，火
        "老李有救，命大",
        "你们是我的救命恩人",
        "井盖坏了",
        "",
    ],
)
def test_no_alarm(words: str) -> None:
    assert not sounds_alarm(words)


def test_the_operators_own_words_count_wherever_they_stand() -> None:
    assert sounds_alarm("院里塌方了", ["塌方"])
    assert sounds_alarm("FLOOD in the garage", ["flood"])
    assert not sounds_alarm("院里塌方了")


@pytest.mark.parametrize(
    "words",
    [
        "谢谢",
        "好的！",
        "在吗？",
        "😊",
        "👍👍",
        "谢谢 谢谢",
        "好的谢谢",
        "謝謝",
        "OK",
        "Thank you!",
        "…",
        "您好～",
        "嗯嗯。",
    ],
)
def test_kindness_is_no_report(words: str) -> None:
    assert is_warm(words)


@pytest.mark.parametrize("words", ["谢谢，井盖还是坏的", "好的路灯坏了", "3号楼", "在吗 水管爆了", "12345"])
def test_a_matter_is_no_mere_kindness(words: str) -> None:
    assert not is_warm(words)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("墙上又贴了小广告", Category.FLYERS),
        ("路灯不亮，长椅也坏了", Category.FACILITY),
        ("垃圾堆放好臭", Category.HYGIENE),
        ("井盖没了，危险", Category.HAZARD),
        ("楼上吵架，邻居矛盾", Category.QUARREL),
        ("", Category.HYGIENE),  # nothing known: the usual order
    ],
)
def test_the_likeliest_category_comes_first_and_none_is_lost(words: str, first: Category) -> None:
    offered = likely_categories(words)
    assert offered[0] is first
    assert sorted(offered) == sorted(Category)


def test_every_category_is_known_by_some_words() -> None:
    """Without them it would work, and never be offered first."""
    assert set(CATEGORY_WORDS) == set(Category) - {Category.OTHER}
