"""How an elder answers 您是不是不舒服？要我们现在过去看您吗？ in words: only where it can mean nothing else. Pure.

好的, 行 and 嗯 can mean either: they are no answer, and where no other comes somebody looks.
"""

from __future__ import annotations

from functools import cache

from care.domain import lists
from care.domain.reading import read

_YES = frozenset(
    {
        "需要",
        "要",
        "要的",
        "要来",
        "要人来",
        "我要",
        "我需要",
        "需要人",
        "来",
        "来吧",
        "来人",
        "来一下",
        "快来",
        "快点来",
        "快些来",
    }
    | {
        "过来",
        "过来吧",
        "过来看看",
        "来看看",
        "来看看我",
        "请来",
        "请过来",
        "请你们来",
        "麻烦来一下",
        "是",
        "是的",
        "是呢",
        "对",
        "对的",
    }
    | {"yes", "yesplease", "pleasecome", "come", "comenow", "ineedhelp"}
)
_NO = frozenset(
    {
        "不用",
        "不用了",
        "不用来",
        "不用来了",
        "不用过来",
        "不用看",
        "不用管",
        "不用麻烦",
        "不要",
        "不要来",
        "不要紧",
        "不需要",
        "别来",
    }
    | {
        "不碍事",
        "没事",
        "没事了",
        "没事的",
        "没事儿",
        "没事没事",
        "我没事",
        "没有",
        "没有没有",
        "没啥",
        "没啥事",
        "没有事",
        "没关系",
    }
    | {
        "不是",
        "没有不舒服",
        "不用我很好",
        "我很好",
        "我好",
        "我好着",
        "我好着呢",
        "好着呢",
        "好着哩",
        "好着",
        "挺好",
        "挺好的",
        "很好",
    }
    | {"都好", "一切都好", "不用谢谢", "不用了谢谢", "没事谢谢", "好多了", "好了", "已经好了"}
    | {
        "no",
        "nothanks",
        "nothankyou",
        "imfine",
        "iamfine",
        "fine",
        "imok",
        "imokay",
        "iamok",
        "noimfine",
        "nono",
        "dontcome",
    }
)


def says_yes(text: str) -> bool:
    """Whether the whole message says: come; kind words beside it (来吧，谢谢) change nothing."""
    return _is_made_of(text, _YES)


def says_no(text: str) -> bool:
    """Whether the whole message says: no need (不用，没事，好着呢)."""
    return _is_made_of(text, _NO)


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    """Whether the letters are these words and kind ones from end to end, and at least one of these."""
    letters = read(text).letters.replace(" ", "")
    said: dict[int, bool] = {0: False}  # up to where it can be read, and whether one of the words was among it
    for at in range(len(letters)):
        if at not in said:
            continue
        for word in words | _kind():
            if letters.startswith(word, at):
                end = at + len(word)
                said[end] = said.get(end, False) or said[at] or word in words
    return said.get(len(letters), False)


@cache
def _kind() -> frozenset[str]:
    return frozenset(read(line.entry).letters.replace(" ", "") for line in lists.lines("kind"))
