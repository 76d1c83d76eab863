"""In what way a word is said: meant, denied, over, asked of others, told of others. Pure grammar, no word lists.

Chinese denies right before the word (不疼, 没有再晕), so a denial reaches only what it touches: in `腿不疼了，就是胸闷`
the chest is meant. Where the grammar is not sure, the word is meant: wrongly asking costs little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from care.domain.reading import Found, Reading


class Standing(StrEnum):
    """In what way a word stands in its sentence."""

    MEANT = "meant"
    DENIED = "denied"  # 不疼了, 没摔
    OVER = "over"  # 感冒好了
    ASKED = "asked"  # 你们摔过没有
    TOLD = "told"  # 电视上说着火: far away
    LONG_AGO = "long_ago"  # 年轻的时候摔过
    LATELY = "lately"  # 昨天打了120
    FEARED = "feared"  # 怕摔，没出门
    HEARSAY = "hearsay"  # 听说三号楼着火了: perhaps near
    SUPPOSED = "supposed"  # 万一着火, 差点晕倒


BODY = (
    "头|脑袋|腿|脚|腰|背|肚子|胃|胸口|胸|心口|心脏|心里|心|牙|眼睛|眼|耳朵|嗓子|手|胳膊|膝盖"
    "|脖子|肩膀|关节|骨头|身上|身体|浑身|鼻子|人"
)
# What may stand between a denial and its word.
FILLER = (
    "(?:再|去|到|太|怎么|咋|咋么|那么|这么|大|很|是|有|觉得|觉着|感到|感觉|出现|发生"
    rf"|会|用|要|让|啥|什么|哪里|哪儿|哪|真|过|{BODY})*"
)
NO = (
    r"(?<![要可])不是(?:我|你们|你|他|她|人|谁|自己|因为|家里|家)*|没人|没谁|无人|没有|没|不(?!是)|未|甭"
    r"|(?:(?<!不)小心|当心|注意)?(?<![特分区个级性离])(?:别(?!是)|不要)|(?<!不)小心|当心|防止|防|以免|免得"
)
DENIAL = re.compile(rf"(?:{NO}){FILLER}$")
# A second denial: 哪能不疼, 没有不疼的时候, 差点没摔. (不是不疼 is two of the plain kind.)
RHETORIC = re.compile(
    r"(?:哪能|哪会|怎么会|怎么能|怎么可能|怎能|咋能|咋会|咋可能|谁说|难道|岂能|能说|敢说|差点|差一点|险些|[没无]有?一天|没有?哪天)(?:我|他|她)?$"
)
CANNOT_BUT = re.compile(r"能$")  # 能不疼吗
HAVE_NOT = re.compile(rf"(?:没有?|无){FILLER}$")
LONGEST_LIST = 8
JOINT = re.compile(r"和|或者?|跟|以及")

OVER = re.compile(
    r"^(?:[得的都也已经就这会儿现在今天基本上地方病毛着了]|刚才)*?"
    r"(?:好了|好多了|好些了|好点了|好转|好利索|轻多了|没了|没有了|过去了|缓过来|止住了|止住|退了|消了|不要紧|不碍事|没大碍)(?!没|吗|又|才)"
)
IS_NOT = re.compile(r"^(?:倒是?|是)(?:没有?|不)(?:有|怎么|太)?")  # 摔倒是没有, 疼倒不疼
BUT_TRUE = re.compile(r"^[了的]*(?:才怪|是假的|是骗|是不可能)")
EARLIER = re.compile(r"昨|前天|前两天|前几天|夜里|半夜|早上|上午|刚才|刚刚|上周|上个月|前一阵|前阵")
NOW_WELL = re.compile(
    r"^(?:可是?|但是?|不过)?(?P<now>今天|今早|今儿|现在|这会儿|这阵子?|已经|早就?)?(?:都|就|也|全|已经)*"
    r"(?:好了|好多了|好些了|没事了|没事|不疼了|不晕了|不难受了|缓过来了|过去了)(?!又|没|吗|就)"
)

YOU = re.compile(r"[你您](?!好)")
ME = re.compile(r"我|俺|咱")
QUESTION = re.compile(r"^[着过了倒还的跤一好些]*(?:没有|没|吗|么|嘛|不)[了呀啊]?$")
MEDIA = re.compile(
    r"(?:电视|手机|收音机|广播|新闻|报纸|网|抖音|快手|视频|朋友圈|小说|书|戏|故事|梦)(?:上|里|中)"
    r"|(?:电视|新闻|广播|专家)(?:说|讲|演|播|放|报)|电视剧|梦见|梦到|做梦"
)
MEDIA_EN = re.compile(r"\b(?:on (?:the )?(?:tv|television|radio|news)|in the news|in (?:a|the) (?:film|movie|book))\b")
THEREIN = re.compile(r"里面|里头|说是?|讲|有个人")  # 刚看电视剧，里面的人喊救命
URGED = re.compile(r"我|俺|咱|快|赶紧|来人|救命啊|sos|help me|ambulance")
HERE = re.compile(r"我|俺|咱|家里|楼道|楼下|楼上|隔壁|对门|这里|这儿|现在|老伴|救命")
LONG_AGO = re.compile(r"年轻|小时候|那年|那时|当年|从前|早年|去年|前年|往年|年前|以前|上辈子")
STILL = re.compile(r"一直|现在|如今|今天|还|又|这两天|这几天|开始|以来|到今")
LATELY = re.compile(r"昨|前天|前晚|前两天|前几天|上周|上星期|上个?礼拜|上个月")
HEARSAY = re.compile(r"听说|据说|听人说|听人讲|听他们说|都在传|群里说|看新闻|刷抖音|看抖音")
SUPPOSED = re.compile(r"万一|要是|如果|假如|假使|倘若|差点|差一点|险些|会不会")
SUPPOSED_HERE = re.compile(r"(?<![恐哪害])怕(?![是得死极])|(?<!么)(?:会|可能会|能)$|\bif\b|in case of")
FEARED = re.compile(rf"(?<![恐哪害])怕(?!是){FILLER}$")

NOT_EN = re.compile(
    r"(?:^| )(?:no|not|never|nobody|none|without|nothing|no longer|(?:do|does|did|is|are|was|have|has|had|wo|ca)nt)"
    r"(?: (?:any|a|an|the|more|longer|feel|feeling|have|having|had|got|my|really|so|very|even|to|be|been|in|much|at|all"
    r"|is|need|chest|head|stomach|back|one))* ?$"
)
OVER_EN = re.compile(r"^ ?(?:(?:is|has|was|went|are) )?(?:all |now |much )?(?:gone|better|over|stopped|away)\b")
ASKED_EN = re.compile(r"(?:are|did|do|have|were) (?:you|they|he|she)(?: \w+){0,2} ?$")


def standing(text: Reading, place: Found, before: Sequence[Found] = ()) -> Standing:
    """In what way the word at this place is said; `before` are the denied ones before it (没有头疼、恶心)."""
    head, tail = text.clause(place)
    word = text.letters[place.start : place.end]
    if _asks_whether(head, word, tail):
        return Standing.ASKED
    if _denied(head, tail) or _enumerated(text, place, before) or _is_not(tail, word) or NOT_EN.search(head):
        return Standing.DENIED
    if FEARED.search(head):
        return Standing.FEARED
    return _over(text, place, head, tail) or _told(text, place, head, tail) or Standing.MEANT


def plainly_denied(text: Reading, place: Found) -> bool:
    """Whether a denial stands right at the word and nothing takes it back: the test for an operator's own word."""
    head, tail = text.clause(place)
    return _denied(head, tail) or NOT_EN.search(head) is not None


def _denied(head: str, tail: str) -> bool:
    """Denied once, or three times: two denials make the word true again."""
    times, rest = 0, head
    while (no := DENIAL.search(rest)) is not None:
        if _either_or(rest, no.start()) or _only_rhetoric(no[0], tail):
            break
        times += 1
        rest = rest[: no.start()]
        if RHETORIC.search(rest) or (CANNOT_BUT.search(rest) and tail.endswith(("吗", "嘛", "么"))):
            times += 1
    return times % 2 == 1 and not BUT_TRUE.search(tail)


def _either_or(rest: str, at: int) -> bool:
    """是不是, 有没有, 会不会: a question, and no denial."""
    return at > 0 and rest[at + 1 : at + 2] == rest[at - 1]


def _only_rhetoric(no: str, tail: str) -> bool:
    """不是摔了嘛, 不是头疼就是腰疼: says that it is so."""
    return no.startswith("不是") and (tail.endswith(("吗", "嘛", "么")) or "就是" in tail)


def _asks_whether(head: str, word: str, tail: str) -> bool:
    """疼不疼, 摔没摔: either half; or a question to others: 你们摔过没有."""
    if tail.startswith(("不" + word, "没" + word, "没有" + word)):
        return True
    if head.endswith((word + "不", word + "没", word + "没有")):
        return True
    if ASKED_EN.search(head):
        return True
    return bool(YOU.search(head) and not ME.search(head) and QUESTION.search(tail))


def _is_not(tail: str, word: str) -> bool:
    """摔倒是没有, 疼倒不疼."""
    found = IS_NOT.search(tail)
    return found is not None and tail[found.end() :].removesuffix("了") in ("", word)


def _enumerated(text: Reading, place: Found, before: Sequence[Found]) -> bool:
    """没有头疼、恶心和发烧: one 没有 over a list. A comma ends it."""
    for earlier in reversed(before[-LONGEST_LIST:]):
        joint = text.letters[earlier.end : place.start]
        if not (JOINT.fullmatch(joint) or (joint == "" and place.start in text.listed)):
            return False
        if HAVE_NOT.search(text.clause(earlier)[0]):
            return True
        place = earlier
    return False


def _told(text: Reading, place: Found, head: str, tail: str) -> Standing | None:
    """Far away, long ago, by hearsay or only supposed."""
    so_far, _ = text.sentence(place)
    far = _far_away(text, place, so_far, head, tail)
    if far is Standing.TOLD:
        return far
    past = LONG_AGO.search(head)
    if past is not None and not STILL.search(head, past.end()) and not STILL.search(tail):
        return Standing.LONG_AGO
    if far is Standing.HEARSAY or HEARSAY.search(so_far):
        return Standing.HEARSAY
    if SUPPOSED.search(so_far) or SUPPOSED_HERE.search(head):
        return Standing.SUPPOSED
    return Standing.LATELY if LATELY.search(head) and not STILL.search(head + tail) else None


def _far_away(text: Reading, place: Found, so_far: str, head: str, tail: str) -> Standing | None:
    """电视上说着火: told, in one breath with the word. Said a clause before it, and nothing since is here: hearsay."""
    if MEDIA_EN.search(head) or MEDIA_EN.search(tail):
        return Standing.TOLD
    media = MEDIA.search(so_far)
    if media is None or HERE.search(so_far, media.end()):
        return None
    if MEDIA.search(head) or THEREIN.match(head):
        return Standing.TOLD
    return None if URGED.search(text.letters[place.start : place.end] + tail) else Standing.HEARSAY


def _over(text: Reading, place: Found, head: str, tail: str) -> Standing | None:
    """It was, and is no more: said in the same clause, or `昨天头疼，今天好了`."""
    if OVER.search(tail) or OVER_EN.search(tail):
        return Standing.OVER
    well = NOW_WELL.search(text.next_clause(place))
    if well is not None and (well["now"] or EARLIER.search(head)):
        return Standing.OVER
    return None
