"""How an elder answers 要我们现在过去看您吗？ in words: only what can mean nothing else counts."""

import pytest

from care.domain.replies import says_no, says_yes

NO = """不用|不用了！|不 用 了|不用，我很好|✅ 不用，我很好|没事。|没事，好着呢|不用了，谢谢🙏|不要紧|没啥事，放心
好多了|😊没事|I'm fine|No, thanks!|no no|谢谢，不用"""
YES = "需要|🆘 需要|要|快来！|来吧，谢谢|是的|好的，来吧|过来看看|yes please|Come!"
# either could be meant, or more is said: then the time runs on, and somebody looks
UNCLEAR = """好的|嗯|行|可以|谢谢|没事，就是腿抬不起来|不用了吧，可是站不起来|要不要紧|没有力气|没有人|来不了|
别来无恙|是谁|要是能来就好|不用 快来|？|今天星期几|对不起|"""


@pytest.mark.parametrize("text", NO.replace("\n", "|").split("|"))
def test_no_need(text: str) -> None:
    assert (says_no(text), says_yes(text)) == (True, False)


@pytest.mark.parametrize("text", YES.split("|"))
def test_come(text: str) -> None:
    assert (says_no(text), says_yes(text)) == (False, True)


@pytest.mark.parametrize("text", UNCLEAR.replace("\n", "").split("|"))
def test_neither(text: str) -> None:
    assert (says_no(text), says_yes(text)) == (False, False)
