"""How an elder's matter ends: each outcome with what follows from it, 🔕 that ends nothing, and ↶."""

from __future__ import annotations

from datetime import date

import pytest

from bot.sandbox.groups import Group
from bot.sandbox.people import Phone
from care.domain.elders import ElderState, PauseWhy
from care.domain.errors import NotNow
from care.domain.items import Ending, Item, Kind, Severity, State
from care.domain.knocking import Knock, knock_of
from care.services import endings, pausing
from care.services.kin import Trouble
from handlers.callback_data import Button, Press
from tests import planted
from tests.families import raised, record_of, rules_of, told
from tests.grannies import a_relative, an_elder
from tests.harness import GRID, Town, photo
from tests.story.test_sheet import CLAIM, DONE, OUTCOMES, acts, known, never_started, sheets

PHONED, SEEN, KNOCKED, HOSPITAL, AWAY, OTHER, GONE = OUTCOMES
UNDO, REOPEN = "↶ 撤销", "🔄 重新打开"
SLIP = "刚才那条按错了，我们还在找王奶奶，有消息马上告诉您"
TICKS = ["① 打老人和家属电话", "② 问对门邻居", "③ 问物业、门卫、常去的医院", "④ 打 110 请求开门"]


async def claimed(town: Town, kind: Kind = Kind.SOS, severity: Severity = Severity.URGENT) -> tuple[Phone, Phone]:
    """王奶奶's matter, of which her son was told, is 李娟's; the elder and the son."""
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    item = await raised(town, wang, kind, severity)
    await told(town, wang, Trouble.SOS, item=item)
    await known(town, town.li, town.zhao)
    await town.press(town.li, town.card(town.grid, item.number), CLAIM)
    return wang, son


async def names(town: Town, phone: Phone, label: str) -> str:
    """The claimer presses an outcome on his sheet."""
    [sheet] = sheets(phone)
    return (await town.press(phone, sheet, label)).text


async def ends(town: Town, number: int, ending: Ending, by: Phone | None) -> Item:
    """As the rooms of others say it: she herself, her family."""
    async with town.app.parts.db.write() as uow:
        who = await uow.people.by_telegram(by.id) if by is not None else None
        item = await uow.items.get(number)
        item = await endings.end(uow, item, ending, who, town.clock.now(), rules_of(town))
    await town.settle()
    return item


def new(town: Town, phone: Phone, before: int) -> list[str]:
    return [m.text for m in town.told(phone)[before:]]


async def says(town: Town, phone: Phone, text: str, group: Group) -> None:
    phone.send_text(text, chat=group)
    await town.settle()


async def paused(town: Town, elder: Phone) -> tuple[date | None, PauseWhy] | None:
    async with town.app.parts.db.read() as uow:
        pause = (await record_of(uow, elder)).pause
        return None if pause is None else (pause.until, pause.why)


async def test_seen_at_home(town: Town) -> None:
    wang, son = await claimed(town)
    before, of_her, in_group = len(town.told(son)), len(town.heard(wang)), len(town.heard(town.grid))
    assert await names(town, town.li, SEEN) == "#1 记下了，辛苦啦！"
    item = await town.item(1)
    assert (item.state, item.ending, item.proof) == (State.RESOLVED, Ending.SEEN, None)
    assert "✅ 平安：李娟 10:00 上门见到了" in town.card(town.grid, 1).text
    assert town.card(town.grid, 1).labels == [REOPEN, UNDO]
    assert sheets(town.li) == []
    named = town.told(town.li)[-1]
    assert named.text == "#1 王奶奶 3号楼：🚪 上门已见平安（10:00）。辛苦啦！\n按错了的话，10:05 前可以撤销。"
    assert named.labels == [UNDO]
    assert new(town, son, before) == []  # for half a minute nobody hears
    await town.forward(seconds=30)
    assert new(town, son, before) == ["王奶奶平安！李娟 10:00 上门见到她了，您放心。"]
    assert len(town.heard(wang)) == of_her  # she knows
    assert len(town.heard(town.grid)) == in_group  # the card says it
    await town.forward(minutes=5)
    assert town.card(town.grid, 1).labels == [REOPEN]
    bare = town.li.see(named)
    assert bare is not None
    assert (bare.text, bare.labels) == ("#1 王奶奶 3号楼：🚪 上门已见平安（10:00）。辛苦啦！", [])
    stale = await town.li.forge_press(named.id, Press(Button.UNDO, 1).pack())
    assert stale.text == "#1 过了撤销的时间，撤不回来了"


async def test_a_slip_within_half_a_minute_costs_nobody_a_word(town: Town) -> None:
    _, son = await claimed(town)
    before = len(town.heard(son))
    await names(town, town.li, PHONED)
    await town.forward(seconds=15)
    assert (await town.press(town.li, town.told(town.li)[-1], UNDO)).text == "好的，#1 撤回来了，接着办"
    assert len(sheets(town.li)) == 1  # it comes back
    item = await town.item(1)
    assert (item.state, item.ending) == (State.CLAIMED, None)
    await town.forward(minutes=3)
    assert len(town.heard(son)) == before
    await names(town, town.li, SEEN)
    await town.forward(seconds=31)
    assert town.told(son)[-1].text.startswith("王奶奶平安！李娟")


async def test_a_slip_after_the_all_clear_is_told_and_the_ladder_goes_on_where_it_was(town: Town) -> None:
    _, son = await claimed(town)
    progress = (await town.item(1)).progress
    await names(town, town.li, SEEN)
    await town.forward(minutes=3)
    await town.press(town.li, town.card(town.grid, 1), UNDO)
    assert SLIP in town.told(son)[-1].text
    assert (await town.item(1)).progress == progress
    assert len(sheets(town.li)) == 1
    assert not any("辛苦啦" in m.text for m in town.told(town.li))  # what was said of the end is gone
    await town.forward(minutes=7)
    assert "处理得怎么样了" in town.told(town.li)[-1].text  # ten minutes after the claim
    await town.press(town.li, town.told(town.li)[-1], PHONED)
    await town.forward(seconds=40)
    assert town.told(son)[-1].text == "王奶奶平安！李娟 10:10 打通了她的电话，您放心。"


async def test_she_has_answered_after_all_and_nobody_walks_there_for_nothing(town: Town) -> None:
    wang, son = await claimed(town, Kind.UNREACHABLE, Severity.HIGH)
    await town.forward(minutes=9)
    before = len(town.told(town.li))
    await ends(town, 1, Ending.HERSELF, wang)
    assert sheets(town.li) == []
    assert town.told(town.li)[-1].text == "王奶奶 3号楼 10:09 自己报平安了，您不用去了，谢谢！"
    assert len(town.told(town.li)) == before  # one word for the sheet that went
    card = town.card(town.grid, 1)
    assert "✅ 平安：本人 10:09 报了平安" in card.text
    assert planted.FULL_NAME not in card.text
    assert card.labels == [REOPEN]  # that she has answered is no slip of a thumb
    forged = await town.li.forge_press(card.id, Press(Button.UNDO, 1).pack(), GRID)
    assert forged.text in ("#1 不能撤销", "这个按钮要由刚才办结的人或社区管理员来按")
    assert "10:09" in town.told(son)[-1].text
    with pytest.raises(NotNow):
        await ends(town, 1, Ending.HERSELF, wang)


async def test_her_family_ends_what_nobody_has_and_a_coordinator_takes_that_back(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await raised(town, wang, Kind.UNREACHABLE, Severity.HIGH)
    await ends(town, 1, Ending.FAMILY, son)
    assert "✅ 平安：家里人 10:00 联系上了" in town.card(town.grid, 1).text
    await town.forward(minutes=1)
    await town.press(town.wang, town.card(town.grid, 1), UNDO)
    item = await town.item(1)
    assert (item.state, item.ending, item.claimed_by) == (State.OPEN, None, None)
    assert town.said_in(town.grid)[-1].text == "↶ #1 刚才按错了，还要办，请一位帮忙看看"


async def test_who_is_about_to_come_is_spared_too(town: Town) -> None:
    wang = await an_elder(town)
    never_started(town.li)
    await raised(town, wang, Kind.UNREACHABLE, Severity.HIGH)
    answer = await town.press(town.li, town.card(town.grid, 1), CLAIM)
    await ends(town, 1, Ending.HERSELF, wang)
    town.li.open_link(answer.url or "")
    await town.settle()
    assert [m.text for m in town.told(town.li)] == ["#1 已经办完了"]


async def test_hospital(town: Town) -> None:
    wang, son = await claimed(town)
    await names(town, town.li, HOSPITAL)
    assert await paused(town, wang) == (None, PauseWhy.HOSPITAL)
    assert town.card(town.grid, 1).text.splitlines()[-1] == "✅ 已办结：李娟 · 10:00"  # of illness nothing in a group
    question = town.told(town.li)[-1]
    assert (question.text, question.labels) == ("王奶奶 3号楼送到哪家医院了？打字告诉我就行。", ["先不填"])
    town.li.send_text("省人民医院")
    await town.settle()
    assert town.li.see(question) is None
    home = town.told(town.li)[-1]
    assert "家里还有谁要照顾？" in home.text
    assert home.labels == ["没有别人"]
    await town.press(town.li, home, "没有别人")
    assert town.li.see(home) is None
    await town.forward(seconds=30)
    assert town.told(son)[-1].text.startswith(
        "王奶奶身体不太舒服，10:00 已送往省人民医院，李娟陪着，请您马上给李娟回电话。"
    )
    await town.forward(minutes=5)
    stale = await town.li.forge_press(home.id, Press(Button.NOBODY_AT_HOME, 1).pack())
    assert stale.text == "好的，记下了，谢谢！"
    assert (await town.zhao.forge_press(home.id, Press(Button.NO_HOSPITAL, 1).pack())).text.startswith("#1 的情况")
    assert town.said_in(town.grid)[0].text.count("医院") == 0
    await says(town, town.wang, "/item 1", town.grid)
    assert "省人民医院" not in town.said_in(town.grid)[-1].text
    assert "办结" in town.said_in(town.grid)[-1].text


async def test_a_hospital_that_is_named_late_stands_in_the_familys_message(town: Town) -> None:
    _, son = await claimed(town)
    await names(town, town.li, HOSPITAL)
    await town.forward(minutes=2)
    news = town.told(son)[-1]
    assert "已送往医院" in news.text
    rang = len(town.heard(son))
    town.li.send_text("二院急诊")
    await town.settle()
    again = son.see(news)
    assert again is not None
    assert "已送往二院急诊" in again.text
    assert len(town.heard(son)) == rang  # edited, it rings nobody


async def test_a_hospital_that_nobody_names(town: Town) -> None:
    await claimed(town)
    await names(town, town.li, HOSPITAL)
    await town.press(town.li, town.told(town.li)[-1], "先不填")
    assert "家里还有谁要照顾？" in town.told(town.li)[-1].text
    town.li.send_text("没有")
    await town.settle()
    assert town.told(town.li)[-1].text == "好的，记下了，谢谢！"
    async with town.app.parts.db.read() as uow:
        assert len(await uow.items.in_states(["open", "claimed"])) == 0


async def test_who_is_left_at_home_is_a_matter_of_its_own(town: Town) -> None:
    await claimed(town)
    await names(town, town.li, HOSPITAL)
    await town.press(town.li, town.told(town.li)[-1], "先不填")
    town.li.send_text("老伴瘫痪在床，要人喂饭")
    await town.settle()
    assert "好的，已经记成 #2，马上有人去照看。" in [m.text for m in town.told(town.li)]
    item = await town.item(2)
    assert (item.kind, item.severity, item.text) == (Kind.HELP, Severity.HIGH, "老伴瘫痪在床，要人喂饭")
    assert "老伴" not in town.card(town.grid, 2).text
    await town.press(town.zhao, town.card(town.grid, 2), CLAIM)
    assert "💬 情况：“老伴瘫痪在床，要人喂饭”" in sheets(town.zhao)[-1].text


async def test_undone_what_it_asked_is_moot_and_an_earlier_pause_holds_again(town: Town) -> None:
    wang, _ = await claimed(town)
    async with town.app.parts.db.write() as uow:
        her = await record_of(uow, wang)
        until = date(2026, 12, 1)
        await pausing.pause(uow, her, until, PauseWhy.AWAY, None, town.clock.now(), rules_of(town), words="女儿家")
    await town.forward(minutes=1)
    await names(town, town.li, HOSPITAL)
    question = town.told(town.li)[-1]
    await town.press(town.li, town.card(town.grid, 1), UNDO)
    assert await paused(town, wang) == (date(2026, 12, 1), PauseWhy.AWAY)
    assert town.li.see(question) is None
    assert len(sheets(town.li)) == 1
    heard = len(town.told(town.li))
    late = await town.li.forge_press(question.id, Press(Button.NO_HOSPITAL, 1).pack())
    assert late.text == "#1 的情况已经变了，请看最新的卡片"
    assert len(town.told(town.li)) == heard


@pytest.mark.parametrize(
    ("label", "toast", "pause"),
    [
        ("今天", "好的，11月3日起照常问候", (date(2026, 11, 3), PauseWhy.AWAY)),
        ("回来再说", "好的，等回来再问候", (None, PauseWhy.LATER)),
    ],
)
async def test_away_for_how_long(town: Town, label: str, toast: str, pause: tuple[date | None, PauseWhy]) -> None:
    wang, son = await claimed(town)
    await names(town, town.li, AWAY)
    question = town.told(town.li)[-1]
    assert (question.text, question.labels) == ("王奶奶 3号楼要出门多久？", ["今天", "3 天", "一周", "回来再说"])
    assert "✅ 李娟 10:00：出门了，人没事" in town.card(town.grid, 1).text
    assert await paused(town, wang) == (None, PauseWhy.LATER)  # until somebody says for how long
    assert (await town.press(town.li, question, label)).text == toast
    assert await paused(town, wang) == pause
    assert town.li.see(question) is None
    await town.forward(seconds=31)
    assert town.told(son)[-1].text == "王奶奶出门了，人没事。"
    await town.press(town.li, town.card(town.grid, 1), UNDO)
    assert await paused(town, wang) is None


async def test_in_words(town: Town) -> None:
    _, son = await claimed(town)
    await names(town, town.li, OTHER)
    question = town.told(town.li)[-1]
    assert question.text == "#1 王奶奶 3号楼：是什么情况？请说一句。"
    assert (await town.item(1)).state is State.CLAIMED  # not before it was said
    town.li.send_photo(photo())
    await town.settle()
    assert town.told(town.li)[-1].text == "请打字说一句就行。"
    town.li.send_text("在邻居家打牌，心脏支架药也带着")
    await town.settle()
    item = await town.item(1)
    assert (item.state, item.ending) == (State.RESOLVED, Ending.OTHER)
    assert town.card(town.grid, 1).text.splitlines()[-1] == "✅ 已办结：李娟 · 10:00"
    assert town.li.see(question) is None
    await town.forward(seconds=31)
    assert "打牌" not in town.told(son)[-1].text
    await says(town, town.wang, "/item 1", town.grid)
    assert "打牌" not in town.said_in(town.grid)[-1].text


async def test_words_that_never_come_end_nothing(town: Town) -> None:
    await claimed(town)
    await names(town, town.li, OTHER)
    question = town.told(town.li)[-1]
    await town.forward(minutes=31)
    assert town.li.see(question) is None
    assert (await town.item(1)).live


async def test_nobody_opens(town: Town) -> None:
    _, son = await claimed(town)
    await town.forward(minutes=1)
    before = len(town.heard(son))
    assert await names(town, town.li, KNOCKED) == "#1 已经上报，也会告诉家里人。接着做什么，请看单子"
    assert (await town.item(1)).state is State.CLAIMED
    above = town.card(town.community, 1)  # it has climbed at once
    assert "🔕 10:01 敲门没人应" in above.text
    assert len(town.heard(son)) == before + 1
    assert "没人" in town.told(son)[-1].text
    [sheet] = sheets(town.li)
    assert sheet.labels == [*TICKS, *OUTCOMES, "↩️ 放弃认领"]
    assert "🔕 10:01 敲门没人应。请一样一样来" in sheet.text

    await town.press(town.li, sheet, TICKS[0])
    await town.press(town.li, sheets(town.li)[0], TICKS[3])
    assert sheets(town.li)[0].labels[:4] == [f"✅ {TICKS[0]}", TICKS[1], TICKS[2], f"✅ {TICKS[3]}"]
    assert "🔕 10:01 敲门没人应，已做 ①④" in town.card(town.grid, 1).text
    await town.press(town.li, sheets(town.li)[0], f"✅ {TICKS[0]}")
    assert "已做 ④" in town.card(town.community, 1).text
    assert len(town.heard(son)) == before + 1
    await town.forward(minutes=9)  # a tick counts as a word of hers: asked ten minutes after it
    assert not any("处理得怎么样" in m.text for m in town.told(town.li))
    heard = len(town.heard(town.community))
    await names(town, town.li, KNOCKED)
    assert len(town.heard(town.community)) == heard  # once more is a word, and calls nobody anew
    async with town.app.parts.db.read() as uow:
        knock = knock_of(await uow.items.history(1))
    assert knock == Knock(at=knock.at if knock else town.clock.now(), ticked=frozenset({4}))
    forged = await town.li.forge_press(sheet.id, Press(Button.TICK, 1, "5").pack())
    assert forged.text == "这个按钮太旧了，请看最新的消息"
    await names(town, town.li, SEEN)
    assert "✅ 平安" in town.card(town.community, 1).text
    assert "🔕" not in town.card(town.community, 1).text


async def test_nobody_opened_to_somebody_who_does_not_have_it(town: Town) -> None:
    """赵敏 stands at the door, 李娟 has it: both see what has been tried."""
    await claimed(town)
    await town.press(town.zhao, town.card(town.grid, 1), DONE)
    await town.press(town.zhao, town.told(town.zhao)[-1], KNOCKED)
    assert town.told(town.zhao)[-1].labels[:4] == TICKS
    await town.press(town.zhao, town.told(town.zhao)[-1], TICKS[1])
    assert sheets(town.li)[0].labels[1] == f"✅ {TICKS[1]}"
    assert sheets(town.zhao) == []
    assert (await acts(town))[-1] == "note:tick_2"


async def test_died_or_moved_away_a_coordinator_confirms(town: Town) -> None:
    wang, son = await claimed(town)
    before = len(town.heard(son))
    await names(town, town.li, GONE)
    assert await paused(town, wang) == (None, PauseWhy.GONE)  # at the press
    asked = town.told(town.wang)[-1]
    assert asked.text == ("🕯 李娟说，王奶奶 3号楼离世或搬走了。每天的问候已经停了，家里人那边没有通知。请您核实一下：")
    assert town.card(town.grid, 1).text.splitlines()[-1] == "✅ 已办结：李娟 · 10:00"
    refused = await town.li.forge_press(asked.id, Press(Button.GONE_TRUE, 1).pack())
    assert refused.text == "这个按钮要社区管理员来按"
    await town.forward(hours=24, minutes=1)
    [again] = [m for m in town.told(town.wang) if "核实" in m.text]  # asked once more, in place of the first
    assert again.id != asked.id
    await town.press(town.wang, again, "✅ 属实，不再问候")
    async with town.app.parts.db.read() as uow:
        assert (await record_of(uow, wang)).state is ElderState.LEFT
    done = town.wang.see(again)
    assert done is not None
    assert done.text == "🕯 王奶奶 3号楼：王主任 10:01 核实属实，不再问候。"
    assert done.labels == []
    twice = await town.wang.forge_press(again.id, Press(Button.GONE_UNTRUE, 1).pack())
    assert twice.text == "已经有人核实过了，谢谢！"
    await town.forward(hours=30)
    assert len([text for text in town.heard(town.wang) if "🕯" in text]) == 2
    assert len(town.heard(son)) == before  # no word to the family from a machine


async def test_a_coordinator_says_that_it_is_not_true_and_somebody_looks_again(town: Town) -> None:
    wang, son = await claimed(town)
    before = len(town.heard(son))
    await names(town, town.li, GONE)
    await town.forward(hours=3)
    await town.press(town.wang, town.told(town.wang)[-1], "❌ 不是，照常问候")
    async with town.app.parts.db.read() as uow:
        assert (await record_of(uow, wang)).state is ElderState.JOINED
    assert await paused(town, wang) is None
    item = await town.item(1)
    assert (item.state, item.ending, item.reopened) == (State.OPEN, None, 1)
    assert town.said_in(town.grid)[-1].text == "🔄 #1 又打开了，请一位帮忙看看"
    assert [m.text for m in town.told(town.wang) if "核实" in m.text] == [
        "王奶奶 3号楼：王主任 13:00 核实不是，照常问候。"
    ]
    assert len(town.heard(son)) == before


async def test_a_slip_on_the_candle_is_undone_and_no_coordinator_is_asked_any_more(town: Town) -> None:
    await claimed(town)
    await names(town, town.li, GONE)
    asked = town.told(town.wang)[-1]
    await town.press(town.li, town.card(town.grid, 1), UNDO)
    moot = town.wang.see(asked)
    assert moot is not None
    assert (moot.text, moot.labels) == ("王奶奶 3号楼：刚才那条撤回了，照常问候。", [])
    late = await town.wang.forge_press(asked.id, Press(Button.GONE_TRUE, 1).pack())
    assert late.text == "#1 的情况已经变了，请看最新的卡片"
    await names(town, town.li, SEEN)
    await town.forward(hours=25)
    assert not any("核实一下" in m.text for m in town.told(town.wang))


async def test_who_finds_her_after_a_cry_has_found_the_silent_one_too(town: Town) -> None:
    wang, _ = await claimed(town)
    await raised(town, wang, Kind.MISSED_CHECKIN, Severity.HIGH)
    await names(town, town.li, SEEN)
    assert [(await town.item(n)).ending for n in (1, 2)] == [Ending.SEEN, Ending.SEEN]
    await town.press(town.li, town.card(town.grid, 1), UNDO)
    assert [(await town.item(n)).state for n in (1, 2)] == [State.CLAIMED, State.OPEN]


async def test_an_end_is_not_taken_back_beside_a_younger_cry(town: Town) -> None:
    wang, _ = await claimed(town)
    await names(town, town.li, SEEN)
    await raised(town, wang, Kind.SOS)
    undone = await town.press(town.li, town.card(town.grid, 1), UNDO)
    assert undone.text == "#1 撤不回来了：后来又有了 #2，请看那一件"
    reopened = await town.press(town.li, town.card(town.grid, 1), REOPEN)
    assert reopened.text == "#1 后来又有了 #2，已经加到那一件，再叫人了"
    assert (await town.item(1)).state is State.RESOLVED
    assert town.said_in(town.grid)[-1].text.startswith("🔄 #2 又打开了")


async def test_an_elders_matter_is_never_settled_without_an_outcome(town: Town) -> None:
    await claimed(town)
    card = town.card(town.grid, 1)
    for data in (
        Press(Button.NO_PROOF, 1),
        Press(Button.DISMISS, 1),
        Press(Button.PROMISE, 1),
        Press(Button.OUTCOME, 1, "seen"),
    ):
        assert (await town.zhao.forge_press(card.id, data.pack(), GRID)).text
    [sheet] = sheets(town.li)
    for word in ("herself", "family", "nonsense", ""):
        forged = await town.li.forge_press(sheet.id, Press(Button.OUTCOME, 1, word).pack())
        assert forged.text == "这个按钮太旧了，请看最新的消息"
    town.li.send_text("办好了", chat=town.grid, reply_to=card)
    town.li.send_text("人没事，药在床头", reply_to=sheet)
    await town.settle()
    assert (await town.item(1)).state is State.CLAIMED
    assert "药在床头" not in town.card(town.grid, 1).text
    outsider = await town.guest.forge_press(sheet.id, Press(Button.OUTCOME, 1, "seen").pack())
    assert outsider.text
    assert (await town.item(1)).state is State.CLAIMED


async def test_two_name_an_outcome_at_once(town: Town) -> None:
    _, son = await claimed(town)
    await town.press(town.zhao, town.card(town.grid, 1), DONE)
    presses = [
        (town.li, town.li.press_nowait(sheets(town.li)[0], SEEN)),
        (town.zhao, town.zhao.press_nowait(town.told(town.zhao)[-1], PHONED)),
    ]
    await town.settle()
    answers = [(await who.answer_to(query)).text for who, query in presses if query]
    assert sorted(answers) == ["#1 已经办完了", "#1 记下了，辛苦啦！"]
    await town.forward(seconds=40)
    assert len([text for text in town.heard(son) if "平安" in text]) == 1


async def test_in_english(town: Town) -> None:
    await claimed(town)
    async with town.app.parts.db.write() as uow:
        li = await uow.people.by_telegram(town.li.id)
        assert li is not None
        await uow.people.set_language(li.id, "en")
    await town.press(town.li, town.card(town.grid, 1), DONE)
    [sheet] = sheets(town.li)
    assert sheet.text.startswith("📋 #1 ")
    assert "Key: " in sheet.text
    assert sheet.labels[1] == "🚪 Well, seen at home"
    await town.press(town.li, sheet, "🏥 Taken to hospital")
    town.li.send_text("The provincial hospital")
    await town.settle()
    assert "home who needs care" in town.told(town.li)[-1].text
