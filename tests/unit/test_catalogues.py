"""The catalogues: the same keys and blanks in both languages, and none that the code asks for is missing."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from care.domain.areas import Level
from care.domain.away import Absence
from care.domain.cries import Cry, Eased
from care.domain.elders import Form, GoodNews
from care.domain.family import Answer, Trouble
from care.domain.items import Action, Category, DismissReason, Kind, Severity, State
from care.domain.knocking import KNOCKED
from care.domain.name_lists import Half
from care.domain.notices import Says
from care.domain.people import Role
from care.domain.promises import Term
from care.domain.states import Ending
from care.domain.tally import SETTLED
from care.locale import LANGUAGES, NoSuchSentence, in_every_language, say, sentences
from care.services.kin_views import Reached
from care.services.list_views import Kinfolk
from care.services.pledging import UNOPENED, UNREACHABLE
from care.services.rungs import Office
from care.services.warmth import BUTTONS, LINES
from handlers.commands import MENUS
from handlers.render.card import SAID_IN_GROUPS
from handlers.render.greetings import PARTS
from handlers.render.lists import BECAUSE

ROOT = Path(__file__).parents[2]
# `_button("willing", ...)` in what an elder reads.
ELDERS_BUTTONS = re.findall(r'_button\("([a-z_]+)"', (ROOT / "handlers/render/elder.py").read_text("utf-8"))
ELDERS_BUTTONS += ["share_report", "share_only", "matter_report", "matter_only"]
# Keys made from a value of the domain: `say(f"category.{category}")`.
MADE = {
    **{f"kind.{kind}": () for kind in Kind},
    **{f"category.{category}": () for category in Category},
    **{f"severity.{severity}": () for severity in Severity},
    **{f"state.{state}": () for state in State},
    **{f"dismiss.{reason}": () for reason in DismissReason},
    **{f"ended.{r}": () for r in DismissReason if r not in (DismissReason.SAME, DismissReason.NOT_A_REPORT)},
    **{f"command.{command}": () for menu in MENUS for command in menu.commands},
    **{f"role.{role}": () for role in Role},
    "role.unknown": (),
    **{f"promise.{term}": () for term in Term},
    **{f"elder.warm_{line}": () for line in range(LINES)},
    **{f"elder.{why}": () for why in (*BUTTONS, "praise", "again", "heard", "kind", "got_it", "no_harm")},
    **{f"elder.{what}": () for what in ("photo", "matter")},
    **{f"away.{absence}": () for absence in Absence},
    **{f"button.{label}": () for label in ELDERS_BUTTONS},
    "again.transferred": (),
    "again.undone": (),
    "again.reopened": (),
    "again.reopened_because": (),
    "again.climbed": (),
    "again.held": (),
    "again.missed_again": (),
    "again.urgent": (),
    **{f"again.{why}": () for why in ("lapsed", "pressed", "cried", "grown", "given_back", "voice", "words", *Eased)},
    **{f"card.eased_{eased}": () for eased in Eased},
    **{f"cry.{cry}": () for cry in Cry},
    **{f"sos.{says}": () for says in Says},
    **{f"history.{action}": () for action in Action},
    **{f"history.because_{reason}": () for reason in BECAUSE},
    **{f"title.{form}": () for form in Form},
    **{f"greeting.{question}_{part}": () for question in ("ask", "again") for part in PARTS},
    **{f"whom.{whom}": () for whom in (*Level, *Office)},
    **{f"pause.until_{why}": () for why in ("unclear", "past", "far")},
    "pause.told_her": (),
    "pause.told_her_open": (),
    **{f"lists.{when}_{half}": () for when in ("when", "on") for half in Half},
    **{f"lists.part_{lot}": () for lot in SETTLED},
    **{f"lists.kin_{kin}": () for kin in Kinfolk},
    **{f"lists.end_{end}": () for end in ("herself", "family", "phoned", "seen", "settled")},
    **{f"lists.call_{why}": () for why in ("named", "remind", "lapsed", "needed", "climbed", "voices")},
    **{f"today.{who}_count": () for who in ("missing", "not_asked", "paused")},
    **{f"family.{why}": () for why in Trouble},
    **{f"family.{part}": () for part in ("this_morning", "this_afternoon", "tonight", "her", "him", "them")},
    **{f"family.word_{answer}": () for answer in Answer},
    **{f"family.chose_{choice}": () for choice in GoodNews},
    **{f"button.news_{choice}": () for choice in GoodNews},
    **{f"family.heard_{answer}": () for answer in Answer},
    **{f"family.end_{ending}": () for ending in Ending if ending is not Ending.GONE},
    **{f"card.family_says_{answer}": () for answer in Answer},
    **{f"card.family_{how}": () for how in Reached},
    **{f"button.family_{answer}": () for answer in Answer},
    **{f"again.{why}": () for why in (KNOCKED, UNREACHABLE, UNOPENED)},
    **{f"outcome.{ending}": () for ending in Ending},
    **{f"card.ended_{ending}": () for ending in SAID_IN_GROUPS},
    **{f"spared.{ending}": () for ending in (Ending.HERSELF, Ending.FAMILY, Ending.HOSPITAL)},
    **{f"sheet.{key}_door": () for key in ("sent", "outcomes")},
}


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def keys_in_code() -> set[str]:
    """Every quoted `group.name` in the floors that speak, where the group is one of the catalogue's."""
    groups = {key.split(".")[0] for key in sentences("zh")}
    found: set[str] = set()
    for folder in ("handlers", "care/services", "bot"):
        for path in (ROOT / folder).rglob("*.py"):
            if "sandbox" in path.parts:
                continue
            quoted = re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", path.read_text("utf-8"))
            found |= {key for key in quoted if key.split(".")[0] in groups}
    return found


def labels_in_code() -> set[str]:
    """`button("claim", ...)` in the card stands for `button.claim`."""
    source = "".join(path.read_text("utf-8") for path in (ROOT / "handlers/render").glob("*.py"))
    return {f"button.{name}" for name in re.findall(r'button\("([a-z_]+)"', source)}


def test_both_languages_have_the_same_keys_and_blanks() -> None:
    zh, en = sentences("zh"), sentences("en")
    assert zh.keys() == en.keys()
    assert [key for key in zh if blanks(zh[key]) != blanks(en[key])] == []
    assert [key for key, text in {**zh, **en}.items() if not text.strip()] == []


def test_whatever_the_code_says_is_in_the_catalogue() -> None:
    # log events are dotted too: they are not sentences
    logged = {
        match
        for folder in ("handlers", "care", "bot")
        for path in (ROOT / folder).rglob("*.py")
        for match in re.findall(r'log\.\w+\(\s*"([a-z_.]+)"', path.read_text("utf-8"))
    }
    missing = (keys_in_code() | labels_in_code() | MADE.keys()) - sentences("zh").keys() - logged
    assert missing == set()


def test_nothing_is_in_the_catalogue_that_nobody_says() -> None:
    source = "".join(
        path.read_text("utf-8") for folder in ("handlers", "care", "bot") for path in (ROOT / folder).rglob("*.py")
    )
    said = keys_in_code() | labels_in_code() | MADE.keys()
    unsaid = {key for key in sentences("zh") if key not in said and f'"{key}"' not in source}
    assert unsaid == set()


@pytest.mark.parametrize("language", [*LANGUAGES, None, "fr"])
def test_an_unknown_language_is_spoken_to_in_chinese(language: str | None) -> None:
    expected = "Already taken by 李娟" if language == "en" else "已由 李娟 认领"
    assert say(language, "claim.taken", name="李娟") == expected


def test_an_unknown_key_is_our_mistake() -> None:
    with pytest.raises(NoSuchSentence):
        say("zh", "no.such")


def test_labels_are_recognised_in_every_language() -> None:
    assert in_every_language("key.skip") == {"跳过", "Skip"}


# PRODUCT.md's binding labels, word by word.
LABELS = {
    "outcome.phoned": "📞 电话已确认平安",
    "outcome.seen": "🚪 上门已见平安",
    "outcome.knocked": "🔕 敲门没人应",
    "outcome.hospital": "🏥 已送医",
    "outcome.away": "🧳 外出",
    "outcome.gone": "🕯 离世或搬走",
    "outcome.other": "📝 其他",
    "tick.phones": "① 打老人和家属电话",
    "tick.neighbour": "② 问对门邻居",
    "tick.places": "③ 问物业、门卫、常去的医院",
    "tick.police": "④ 打 110 请求开门",
    "button.nobody_at_home": "没有别人",
    "button.later": "回来再说",
    "sheet.taken_back": "已收回",
    "button.claim": "🙋 我来处理",
    "button.done": "✅ 办结",
    "button.release": "↩️ 放弃认领",
    "button.dismiss": "🚫 不用处理",
    "button.ask_where": "❓ 问问在哪",
    "button.reopen": "🔄 重新打开",
    "button.confirm": "👍 确认",
    "button.approve": "✅ 放行",
    "button.no_proof": "无需照片，直接办结",
    "button.urgent": "🆘 紧急",
    "button.self": "💪 我已随手处理",
    "button.not_a_report": "✍️ 不是上报",
    "button.content": "👍 满意",
    "button.not_yet": "↩️ 没解决",
    "button.full_text": "📄 全文",
    "button.menu_open": "📋 未办",
    "button.menu_today": "☀️ 今早平安",
    "button.menu_pause": "🧳 暂停问候",
    "button.staff": "👷 只有工作人员",
    "button.residents": "🏘 也有居民",
    "button.enrol": "✅ 是我们的网格员",
    "bind.who": "这个群里都有谁？",
    "sos.button_sos": "🆘 需要帮助",
    "sos.button_well": "✅ 我很好",
    "sos.button_need": "🆘 需要",
    "sos.button_no_need": "✅ 不用，我很好",
    "sos.button_not_urgent": "🙂 不急，想请人帮个忙",
    "sos.button_mistake": "按错了",
    "sos.button_heard": "👂 听了，没事",
    "sos.button_trouble": "🆘 有事",
    "sos.trouble": "您是不是不舒服？要我们现在过去看您吗？",
    "sos.voice_received": "收到您的语音啦，一会儿就有人听。您好好的吗？",
    "open.none": "没有未办的事，辛苦啦。",
    "group.make_admin": "请把我设为管理员，否则看不到处理照片",
    "key.location": "📍 发送我的位置",
    "key.same_place": "📍 还是刚才那里",
    "key.skip": "跳过",
    "dismiss.gone": "已经没了",
    "dismiss.duplicate": "重复",
    "dismiss.unclear": "看不清",
    "dismiss.elsewhere": "不在本社区",
    "dismiss.not_ours": "不归社区管",
    "dismiss.other": "📝 其他",
    "state.open": "待认领",
    "state.claimed": "处理中",
    "state.resolved": "已办结",
    "state.closed": "已归档",
    "state.dismissed": "不用处理",
    "category.hygiene": "环境卫生",
    "category.quarrel": "矛盾纠纷",
    "receipt.emergency": "着火请打 119，有人受伤请打 120。",
    "toast.proof": "请发处理后的照片或说明",
}


@pytest.mark.parametrize(("key", "label"), LABELS.items())
def test_binding_labels(key: str, label: str) -> None:
    assert say("zh", key) == label


def test_binding_sentences() -> None:
    assert say("zh", "receipt.what", sign="📷", number=128) == "已收到 📷 #128。这是什么问题？"
    assert "网格员找不到地方，发个位置或说一句就行" in say("zh", "ask.where", number=1)
    assert "哪里还没好？拍一张或说一句" in say("zh", "ask.not_yet", number=1)
    assert "请发处理后的照片或说明" in say("zh", "ask.proof", name="李娟", number=1)
    assert say("zh", "button.same", number=128) == "🔗 和 #128 是一件事"
    assert say("zh", "button.all_media", count=4) == "🖼 看全部 (4)"
    assert say("zh", "card.veiled", number=130, where="3号楼") == "🤝 邻里说事 #130 · 3号楼 · 已请社区联系"
    assert say("zh", "card.pledged", name="李娟") == "李娟（还没打开单子）"
    assert "家里还有谁要照顾？" in say("zh", "outcome.at_home", elder="王奶奶")
    assert say("zh", "spared.herself", elder="王奶奶", when="09:40") == "王奶奶 09:40 自己报平安了，您不用去了，谢谢！"
    assert say("zh", "card.said_done", name="李娟") == "李娟说办好了，等照片或说明"
