"""What relatives write while an alarm is open, as far as it is understood; the rest is asked about."""

from __future__ import annotations

import pytest

from care.domain.family import Answer
from care.domain.family_words import Word, away, word_of

CLEAR = {
    "联系上了": Answer.WELL,
    "刚打通了，她在阳台浇花": Answer.WELL,
    "接到电话了，人好着呢": Answer.WELL,
    "我妈在我这儿呢": Answer.WELL,
    "我妈在我这儿，昨晚过来的": Answer.WELL,
    "见到人了，谢谢你们": Answer.WELL,
    "She is with me": Answer.WELL,
    "打不通": Answer.NO_ANSWER,
    "电话没人接": Answer.NO_ANSWER,
    "打了三遍都没接": Answer.NO_ANSWER,
    "关机了": Answer.NO_ANSWER,
    "还没联系上": Answer.NO_ANSWER,
    "没打通": Answer.NO_ANSWER,
    "no answer": Answer.NO_ANSWER,
    "我马上过去": Answer.COMING,
    "在路上了": Answer.COMING,
    "on my way": Answer.COMING,
}
# Never taken as "she is well" without asking.
ASKED = {
    "没事": Answer.WELL,
    "没事，她老不看手机": Answer.WELL,
    "放心吧": Answer.WELL,
    "应该在睡觉": Answer.WELL,
    "联系上了吗": Answer.WELL,
    "你们联系上了没有": Answer.WELL,
    "打通了吗？": Answer.WELL,
    "没打通，不过邻居说见到她了": Answer.WELL,
    "昨天打通了电话": Answer.WELL,
    "听说她在我家那边的公园": Answer.WELL,
    "我妈摔了": Answer.BAD,
    "打通了，她说头晕": Answer.BAD,
    "联系上了，不过她胸口疼": Answer.BAD,
    "我妈在我这，她昨天过来的，本来说今天一早就回去，后来我说吃了午饭再走，所以手机没带": Answer.WELL,
}
NOTHING = ["", "好的", "谢谢", "收到", "路灯坏了", "几点了", "12345", "🙏", "啊" * 4000]


@pytest.mark.parametrize(("text", "answer"), CLEAR.items())
def test_what_is_plainly_said_counts(text: str, answer: Answer) -> None:
    assert word_of(text) == Word(answer, clear=True)


@pytest.mark.parametrize(("text", "answer"), ASKED.items())
def test_what_may_mean_something_else_is_asked_about(text: str, answer: Answer) -> None:
    assert word_of(text) == Word(answer, clear=False)


@pytest.mark.parametrize("text", NOTHING)
def test_what_says_nothing_of_her_is_left_alone(text: str) -> None:
    assert word_of(text) is None


@pytest.mark.parametrize("text", ["我妈出门了", "她住院了", "我妈回老家了", "她去我姐家住几天，旅游去了"])
def test_being_away(text: str) -> None:
    assert away(text)


@pytest.mark.parametrize("text", ["她没出门", "在家呢", "没住院", "", "好的"])
def test_being_at_home(text: str) -> None:
    assert not away(text)
