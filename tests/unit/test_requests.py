"""What a whole short message asks for or answers, and what it must not be taken for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.domain.requests import Request, requests_in

R = Request
ROWS = [
    ("别问了", {R.LEAVE}),
    ("我不想要了。", {R.LEAVE}),
    ("请不要再问了吧", {R.LEAVE}),
    ("Stop!", {R.LEAVE}),
    ("谁在关心我？", {R.WATCHERS}),
    ("都有谁知道啊", {R.WATCHERS}),
    ("我回来啦！", {R.BACK}),
    ("到家了", {R.BACK}),
    ("I'm home", {R.BACK}),
    ("怎么用呀", {R.HELP}),
    ("我愿意！", {R.WILLING}),
    ("那就同意吧", {R.WILLING}),
    ("好的", {R.YES}),
    ("是", {R.YES}),
    ("不用了", {R.NO}),
    ("再想想吧", {R.NO}),
    ("按错了", {R.MISTAKE}),
    ("没事，按错了", {R.MISTAKE}),
    ("三天", {R.THREE_DAYS}),
    ("３天吧", {R.THREE_DAYS}),  # full width
]


@pytest.mark.parametrize(("words", "meant"), ROWS)
def test_a_short_message_that_asks_for_one_thing(words: str, meant: set[Request]) -> None:
    assert requests_in(words) == meant


@pytest.mark.parametrize(
    "words",
    [
        "",
        "。",
        "我",  # nothing is left of it
        "别问了，我好着呢，你们放心",  # it says more than that
        "他说别问了",
        "取消了去北京的票",
        "我回来的路上买了菜",
        "谁在看电视",
        "不愿意出门",  # 不愿意 alone would be a no
        "三天没见你了",
        "按错了门铃",
    ],
)
def test_a_word_in_passing_asks_for_nothing(words: str) -> None:
    assert requests_in(words) == frozenset()


@given(st.text(max_size=30))
def test_any_text_has_an_answer(words: str) -> None:
    assert requests_in(words) <= set(Request)


def test_yes_and_no_are_never_one_word() -> None:
    for words, _ in ROWS:
        asked = requests_in(words)
        assert not {R.NO} & asked or not {R.YES, R.WILLING} & asked
        assert R.LEAVE not in asked or len(asked) == 1
