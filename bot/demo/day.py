"""The day that the demo can show: who does what when, and one sentence on what is happening and why.

Data only. Times are the town's own; a button is named by its label, as people see it (`deeds.py`). What time itself
brings (greetings, the second question, the list) is not in here: the bot does it, and a scene only says where to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TypedDict

from bot.demo.deeds import Deed, Photo, Press, Say, Start, Sticker, Tap, Voice
from bot.demo.neighbours import (
    ELDERS,
    FAMILY,
    GRANDPA_LI,
    GRANDPA_LI_THE_ELDER,
    GRANDPA_ZHANG,
    GRANNY_CHEN,
    GRANNY_LIU,
    GRANNY_WANG,
    GRANNY_ZHAO,
    LI,
    MA,
    PEOPLE,
    WANG,
    ZHAO,
    Neighbour,
)
from bot.demo.town import GRID_CHAT


class Words(TypedDict):
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Scene:
    """One step of the day. `panes`: where to look, the one that matters most first; `as_`: whose chat is shown there.

    `zh` and `en` may hold `{rings}`: how often the grid's group has rung that day.
    """

    at: time
    panes: tuple[str, ...]
    zh: str
    en: str
    deeds: tuple[Deed, ...] = ()
    as_: Neighbour | None = None
    chapter: Words | None = None
    """What the part of the day is called that begins here."""


@dataclass(frozen=True)
class Meeting:
    """What is done before anybody looks."""

    at: time
    deeds: tuple[Deed, ...]


_MET = tuple(one for one in PEOPLE if one.user_id is not None and one is not MA)  # he meets it when a visitor does
WARM_UP = (
    Meeting(time(7, 50), tuple(Start(one) for one in _MET)),
    Meeting(time(7, 52), tuple(Tap(one, label="我很好") for one in _MET if one in ELDERS and one is not GRANNY_WANG)),
    Meeting(time(8, 12), (Tap(GRANNY_WANG, label="我很好"),)),
)
"""The day before: they press START and try their keys, and so they are known when the page opens."""

OPENS = time(7, 58)
"""When the demo's clock begins: before the greeting, so that one sees it come."""

DAY = (
    Scene(
        OPENS, ("elder",),
        "早上 7:58，第三网格。有 8 位老人约好了每天报平安，王奶奶是其中一位。",
        "07:58 in the third grid. Eight elders have agreed to be looked after; Granny Wang (王奶奶) is one of them.",
        as_=GRANNY_WANG,
        chapter={"zh": "早安", "en": "Good morning"},
    ),
    Scene(
        time(7, 59), ("grid",),
        "张爷爷起得早，先发来一个 👍。今天报过平安的，就不再打扰他。",
        "Grandpa Zhang is up early and sends a 👍. Who has shown that he is well is not asked again.",
        (Sticker(GRANDPA_ZHANG),),
    ),
    Scene(
        time(8, 0), ("elder",),
        "八点整，小助手向每位老人问早安。按一下“我很好”就行。",
        "Eight o'clock: the bot says good morning to each of them. One tap on 我很好 (I am fine) is enough.",
        as_=GRANNY_WANG,
    ),
    Scene(
        time(8, 3), ("elder",),
        "多数老人随手一按。打字、发照片也算，只要是本人发来的。",
        "Most of them tap at once. Words or a photo count as well, as long as they are their own.",
        (
            Press(GRANNY_LIU, label="我很好"),
            Tap(GRANNY_ZHAO, label="我很好"),
            Say(GRANDPA_LI_THE_ELDER, text="好着呢，别惦记"),
        ),
        GRANNY_LIU,
    ),
    Scene(
        time(8, 9), ("grid",),
        "陈奶奶看不清小字，发了一段语音。这也算平安，但要有人听一听。",
        "Granny Chen cannot read small print and sends a voice message. It counts, and somebody must hear it.",
        (Voice(GRANNY_CHEN),),
        chapter={"zh": "一段语音", "en": "A voice"},
    ),
    Scene(
        time(8, 13), ("worker", "grid"),
        "李娟在群里点 ▶️，语音只发到她自己的手机上；听完点“没事”。",
        "Li Juan taps ▶️ in the group; the recording comes to her own phone only. She listens: all is well.",
        (Press(LI, GRID_CHAT, label="▶️", on="🎧"), Press(LI, label="👂")),
        LI,
    ),
    Scene(
        time(8, 30), ("elder",),
        "王奶奶还没回。过了半小时，换一句话再问一次。一共只问两次。",
        "Granny Wang has not answered. After half an hour she is asked once more, in other words; never a third time.",
        as_=GRANNY_WANG,
        chapter={"zh": "没回音", "en": "No answer"},
    ),
    Scene(
        time(8, 45), ("family",),
        "还没有回音：先告诉儿子李强，请他打个电话。多半只是没看手机。",
        "Still nothing: her son Li Qiang hears of it first, and is asked to call. Most likely she did not look.",
    ),
    Scene(
        time(9, 5), ("courier",),
        "李强在开车，没看见。同一时间，骑手小马路过，随手拍下一个坏井盖。",
        "Li Qiang is driving and does not see it. Meanwhile Xiao Ma, a courier, takes a photo of a broken manhole.",
        (Photo(MA, sample="manhole"),),
        chapter={"zh": "坏井盖", "en": "A manhole"},
    ),
    Scene(
        time(9, 6), ("courier", "grid"),
        "不用填表，点两下：是什么、在哪里。网格群里就有了一张卡片。",
        "No form: two taps say what and where, and the grid's group has a card.",
        (Press(MA, label="公共设施"), Tap(MA, label="发送我的位置")),
    ),
    Scene(
        time(9, 12), ("grid",),
        "赵敏接了。一件事只归一个人，是谁大家都看得见。",
        "Zhao Min takes it. One matter belongs to one person, and all see to whom.",
        (Press(ZHAO, GRID_CHAT, label="我来处理", on="随手拍"),),
    ),
    Scene(
        time(9, 30), ("grid",),
        "问过一个半小时了，还有两位没回。群里只来一张名单，不是一堆警报。",
        "An hour and a half after the greeting two are still silent. The group gets one list, not a heap of alarms.",
        chapter={"zh": "去看看", "en": "Going to look"},
    ),
    Scene(
        time(9, 33), ("worker", "grid"),
        "李娟点“🙋 王奶奶”。住址、电话、身体情况，只有她一个人看得到。",
        "Li Juan taps 🙋 王奶奶. Address, phone and health note come to her alone.",
        (Press(LI, GRID_CHAT, label="🙋 王奶奶"),),
        LI,
    ),
    Scene(
        time(9, 40), ("grid",),
        "李爷爷自己回了话，刚才在下棋。名单上马上改过来，没人白跑一趟。",
        "Grandpa Li answers by himself: he was playing chess. The list says so at once; nobody walks there in vain.",
        (Say(GRANDPA_LI, text="刚才在公园下棋，没听见"),),
    ),
    Scene(
        time(9, 52), ("worker", "grid"),
        "李娟敲门敲得重一些，王奶奶开了门：人好好的，手机没电了。",
        "Li Juan knocks hard, for she knows of the bad ear. Granny Wang opens: she is well, her phone was empty.",
        (Press(LI, label="上门已见平安"),),
        LI,
    ),
    Scene(
        time(9, 53), ("family", "grid"),
        "半分钟后（按错了还来得及撤回），儿子收到一句准信。",
        "Half a minute later (a slip could still be taken back) her son hears how it ended.",
    ),
    Scene(
        time(10, 0), ("community",),
        "十点，社区王主任只收到一条：所有网格的这个早上，一句话说完。",
        "At ten the community's coordinator gets one message: the morning of all grids in a sentence.",
        as_=WANG,
        chapter={"zh": "有结果", "en": "How it ended"},
    ),
    Scene(
        time(10, 18), ("grid",),
        "井盖换好了。赵敏点“办结”，发一张照片作证。",
        "The manhole has a new cover. Zhao Min presses 办结 (done) and sends a photo as proof.",
        (
            Press(ZHAO, GRID_CHAT, label="✅ 办结", on="随手拍"),
            Photo(ZHAO, GRID_CHAT, sample="manhole_done", to="照片或说明"),
        ),
    ),
    Scene(
        time(10, 20), ("courier",),
        "小马看到了结果和照片。他报的事，有头有尾。",
        "Xiao Ma sees the result with its photo. What he reported has an end.",
        (Press(MA, label="👍 满意"),),
    ),
    Scene(
        time(11, 0), ("elder", "grid"),
        "十一点，刘奶奶按了 🆘。群里、网格员的手机、女儿那里同时响了。",
        "At eleven Granny Liu presses 🆘. The group, the workers' phones and her daughter's ring at once.",
        (Tap(GRANNY_LIU, label="🆘"),),
        GRANNY_LIU,
        chapter={"zh": "🆘 求助", "en": "🆘 Help"},
    ),
    Scene(
        time(11, 1), ("elder", "grid"),
        "赵敏离得最近，马上接了。刘奶奶看到：有人正往您家走。",
        "Zhao Min is nearest and takes it. Granny Liu reads: somebody is on her way to you.",
        (Press(ZHAO, GRID_CHAT, label="我来处理", on="紧急求助"),),
        GRANNY_LIU,
    ),
    Scene(
        time(11, 9), ("worker", "grid"),
        "赵敏到了：一阵心慌，吃了药，坐一会儿就好了。",
        "Zhao Min is there: a flutter of the heart, her pills taken, all well after a while.",
        (Press(ZHAO, label="上门已见平安"),),
        ZHAO,
    ),
    Scene(
        time(11, 10), ("family", "elder"),
        "谁听到过警报，谁就听到结局；别人一个字也收不到。",
        "Whoever heard the alarm hears its end; nobody else gets a word.",
        as_=FAMILY[1],
    ),
    Scene(
        time(20, 0), ("grid",),
        "晚上八点，一天过去了。群里今天一共只响了 {rings} 次，没有一件事没人管。",
        "Eight in the evening. The group has rung {rings} times today, and nothing was left to nobody.",
        chapter={"zh": "晚上", "en": "Evening"},
    ),
)  # fmt: skip
