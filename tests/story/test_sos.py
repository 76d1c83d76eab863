"""🆘 需要帮助: who is called, what she hears, and that nothing she says makes it vanish."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.sandbox.people import Phone
from bot.sandbox.views import MessageView
from care.domain.elders import ElderState, Pause, PauseWhy
from care.domain.items import Action, Ending, Kind, Severity, State
from care.services import endings
from handlers.callback_data import Button, Press
from storage import tables
from tests.grannies import LI, WANG, a_relative, an_elder
from tests.harness import COMMUNITY, GRID, Town
from tests.harness import town as make_town
from tests.story.test_sheet import CLAIM, known, sheets

CRY, WELL, MISTAKE, SMALL = "🆘 需要帮助", "✅ 我很好", "按错了", "🙂 不急，想请人帮个忙"
CALLING = "王奶奶别怕，我们正在叫人。手机放在手边，马上有人给您打电话。身体很难受请先打 120。"
CARD = "王奶奶 · 81岁 · 3号楼"


async def cries(town: Town, wang: Phone, words: str = CRY) -> MessageView:
    """She presses her key; what she hears."""
    wang.send_text(words)
    await town.settle()
    return town.told(wang)[-1]


def hers(town: Town, wang: Phone, words: str) -> MessageView:
    return next(message for message in reversed(town.told(wang)) if words in message.text)


def texts(town: Town, where: Any) -> list[str]:
    return [message.text for message in (town.told(where) if isinstance(where, Phone) else town.said_in(where))]


async def history(town: Town, number: int = 1) -> list[tuple[Action, str]]:
    async with town.app.parts.db.read() as uow:
        return [(event.action, event.reason) for event in await uow.items.history(number)]


async def ended(town: Town, number: int = 1) -> None:
    """A worker has seen her: however that is said, it is an outcome."""
    async with town.app.parts.db.write() as uow:
        item = await uow.items.get(number)
        li = await uow.people.by_telegram(town.li.id)
        await endings.end(uow, item, Ending.SEEN, li, town.clock.now(), town.app.parts.rules)
    await town.settle()


async def test_everybody_who_can_come_is_called_at_once_and_she_hears_who_does(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    answer = await cries(town, wang)
    assert (answer.text, answer.labels) == (CALLING, [SMALL, MISTAKE])
    card = town.card(town.grid, 1)
    assert card.text.startswith(
        "🔴 #1 紧急求助 · 紧急\n" + CARD + "\n📍 第三网格\n🆘 10:00 按了求助\n待认领（10:00 起）"
    )
    assert "10:02 将提醒，10:05 将上报社区" in card.text
    assert card.labels == ["🙋 我来处理"]
    for worker in (town.li, town.zhao):  # groups are muted at night
        assert town.told(worker)[-1].text == card.text
        assert not town.heard(worker)[-1].startswith("02 10:00🔇")
    assert texts(town, town.qian)[-1:] == []  # of another grid
    assert "王奶奶刚才在求助" in texts(town, son)[-1]
    assert (await town.press(town.zhao, town.told(town.zhao)[-1], "🙋 我来处理")).text.startswith("#1 的单子")
    assert "赵敏看到了，正往您家走。" in texts(town, wang)
    assert "赵敏 处理中" in town.card(town.grid, 1).text
    assert town.card(town.grid, 1).labels == ["✅ 办结", "↩️ 放弃认领", "⬆️ 上报"]
    assert (await town.press(town.li, town.card(town.grid, 1), "↩️ 放弃认领")).text != ""  # not hers to give back
    await town.press(town.zhao, town.card(town.grid, 1), "↩️ 放弃认领")
    assert "🆘 #1 请再来一位（赵敏来不了）" in texts(town, town.grid)  # at once, not at the next reminder
    assert texts(town, wang)[-1] == "王奶奶，赵敏一时来不了，我们正在给您叫别的人。很难受请先打 120。"


async def test_a_second_press_rings_again_and_asks_who_has_it_at_once(town: Town) -> None:
    wang = await an_elder(town)
    await cries(town, wang)
    again = await cries(town, wang)
    assert "🆘 王奶奶又按了一次（#1）" in texts(town, town.grid)
    assert "🆘 王奶奶又按了一次（#1）" in texts(town, town.li)
    assert again.text == "王奶奶，收到了，正在给您叫人，手机放在手边。很难受请先打 120。"
    await town.forward(minutes=2)  # it counts as the reminder
    assert texts(town, town.grid).count("🆘 王奶奶又按了一次（#1）") == 0
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.forward(minutes=2)
    assert (await cries(town, wang)).text == "王奶奶，收到了，李娟正往您家走，我们再催一催。"
    assert any("处理得怎么样了" in text for text in texts(town, town.li))
    await town.forward(minutes=2)  # and she is silent
    assert (await town.item(1)).state is State.OPEN
    assert any("请再来一位" in text for text in texts(town, town.grid))
    assert "李娟一时来不了" in texts(town, wang)[-1]
    assert [number for number in (1, 2) if await _exists(town, number)] == [1]


async def test_who_answers_the_question_keeps_it(town: Town) -> None:
    wang = await an_elder(town)
    await cries(town, wang)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await cries(town, wang)
    question = next(m for m in town.told(town.li) if "处理得怎么样了" in m.text)
    await town.press(town.li, question, "⏳ 还在处理")
    await town.forward(minutes=5)
    assert (await town.item(1)).state is State.CLAIMED


async def test_twenty_presses_in_a_minute_are_one_matter_and_put_nothing_off(town: Town) -> None:
    wang = await an_elder(town)
    for _ in range(20):
        wang.send_text(CRY)
        await town.forward(seconds=3)
    assert len(town.heard(town.grid, only="又按了一次")) == 1
    assert len(town.heard(wang)) == 2  # and that her cry is heard
    assert [number for number in (1, 2) if await _exists(town, number)] == [1]
    assert len(await history(town)) == 20  # each is on file
    for _ in range(4):  # and now every minute
        await town.forward(minutes=1)
        wang.send_text(CRY)
    await town.settle()
    assert len(town.heard(town.grid, only="又按了一次")) == 5
    assert town.times(town.community, "#1")[0] == "02 10:05"
    await town.forward(minutes=10, seconds=1)
    assert (await town.item(1)).progress.climbed == 2  # type: ignore[union-attr]  # it is open
    assert town.times(town.wang, "#1")[0] == "02 10:15"


async def test_when_nobody_comes_she_hears_the_truth_and_whom_she_can_call(tmp_path: Path) -> None:
    areas = [
        {"id": "haiguan", "name": "海关社区", "level": "community", "chat_id": COMMUNITY, "phone": "0931-8880000"},
        {"id": "g3", "name": "第三网格", "level": "grid", "parent": "haiguan", "chat_id": GRID, "audience": "staff"},
    ]
    async with make_town(tmp_path, areas=areas) as town:
        wang = await an_elder(town)
        son = await a_relative(town, wang)
        await _phone_of(town, son, "+8613909310061")  # as the roster has it among her contacts
        await cries(town, wang)
        await town.forward(minutes=4, seconds=59)
        assert texts(town, wang)[-1] == CALLING
        await town.forward(seconds=2)
        assert texts(town, wang)[-1] == (
            "王奶奶，还没联系上网格员，正在继续叫人。请先打 120；也可以打李强 13909310061、海关社区 0931-8880000。"
        )
        assert "还没有人接，请您马上打电话" in texts(town, son)[-1]
        await town.forward(minutes=20)
        assert len(town.heard(wang)) == 2  # once is enough: people are still being called
        everything = "\n".join(str(call.params) for call in town.world.calls if str(call.params.get("chat_id")) != "51")
        assert "13909310061" not in everything


async def test_that_she_pressed_by_mistake_is_believed_and_somebody_still_looks(town: Town) -> None:
    wang = await an_elder(town)
    calling = await cries(town, wang)
    await town.press(wang, calling, MISTAKE)
    assert texts(town, wang)[-1] == "好的，按错了没关系。网格员还是来看您一眼，见着您就放心了。"
    item = await town.item(1)
    assert (item.kind, item.severity, item.state) == (Kind.SOS, Severity.HIGH, State.OPEN)
    card = town.card(town.grid, 1)
    assert card.text.startswith("🟠 #1 紧急求助 · 重要")
    assert "自己说是按错了，还要当面确认" in card.text
    assert "🟠 王奶奶说是按错了，#1 还请去看一眼，当面确认" in texts(town, town.grid)
    await town.forward(minutes=6)
    assert texts(town, town.community) == []  # a matter of half an hour now
    await town.forward(minutes=25)
    assert town.card(town.community, 1)
    assert not any("还没联系上" in text for text in texts(town, wang))  # and no truth that would frighten
    again = await cries(town, wang)  # after all
    assert again.labels == [SMALL, MISTAKE]
    assert (await town.item(1)).severity is Severity.URGENT
    assert "自己说是按错了" not in town.card(town.grid, 1).text


async def test_her_family_hears_that_she_pressed_by_mistake(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await town.press(wang, await cries(town, wang), MISTAKE)
    assert texts(town, son)[-1] == "王奶奶说刚才是按错了。网格员还是去看一眼，结果马上告诉您。"
    assert town.told(son)[-1].labels == []


async def test_who_has_fallen_and_lies_there_need_not_be_asked(town: Town) -> None:
    wang = await an_elder(town)
    await cries(town, wang, "我摔了起不来")
    assert texts(town, wang)[-1] == CALLING
    assert (await town.item(1)).kind is Kind.SOS


async def test_once_it_is_settled_there_is_nothing_to_take_back(town: Town) -> None:
    wang = await an_elder(town)
    calling = await cries(town, wang)
    assert calling.labels == [SMALL, MISTAKE]
    await known(town, town.li)
    await town.press(town.li, town.card(town.grid, 1), CLAIM)
    await town.press(town.li, sheets(town.li)[-1], "🚪 上门已见平安")
    settled = wang.see(calling)
    assert settled is not None
    assert (settled.text, settled.labels) == (calling.text, [])


async def test_that_she_is_well_after_all_is_confirmed_by_somebody(town: Town) -> None:
    wang = await an_elder(town)
    await cries(town, wang)
    assert (await cries(town, wang, WELL)).text == "您没事就好！网格员还是来看您一眼，见着您就放心了。"
    assert "🟠 王奶奶说自己没事，#1 还请去看一眼，当面确认" in texts(town, town.grid)
    assert (await town.item(1)).severity is Severity.HIGH
    await cries(town, wang, WELL)  # the second time it is a greeting like any other
    assert len(town.heard(town.grid, only="说自己没事")) == 1
    assert (await town.item(1)).state is State.OPEN


async def test_no_haste_makes_it_a_small_matter_of_the_same_number(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await town.press(wang, await cries(town, wang), SMALL)
    item = await town.item(1)
    assert (item.kind, item.severity) == (Kind.HELP, Severity.NORMAL)
    card = town.card(town.grid, 1)
    assert card.text.startswith("🟢 #1 需要帮助\n" + CARD)
    assert "🙂 自己说不急，是小事" in card.text
    assert texts(town, wang)[-1] == "好的，不着急。一会儿有人跟您联系，问问要帮什么忙。"
    assert "不急，是小事" in texts(town, son)[-1]
    assert "🙂 王奶奶说不急，是小事，想请人帮个忙（#1）" in texts(town, town.li)
    await town.forward(minutes=30)
    assert texts(town, town.community) == []
    # then it is in haste after all, and nobody has taken it: the same number
    await cries(town, wang)
    item = await town.item(1)
    assert (item.kind, item.severity) == (Kind.SOS, Severity.URGENT)
    assert "🆘 王奶奶要人马上过去，#1 请来一位" in texts(town, town.grid)
    assert town.card(town.grid, 1).text.startswith("🔴 #1 紧急求助 · 紧急")
    assert texts(town, son)[-1].startswith("🆘")


async def test_a_cry_is_not_hidden_behind_a_small_matter_that_somebody_has(town: Town) -> None:
    wang = await an_elder(town)
    await town.press(wang, await cries(town, wang), SMALL)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    assert texts(town, wang)[-1] == "李娟看到了，一会儿跟您联系。"
    assert (await cries(town, wang)).text == CALLING
    assert town.card(town.grid, 2).labels == ["🙋 我来处理"]
    assert (await town.item(1)).kind is Kind.HELP


async def test_late_and_forged_presses_change_nothing(town: Town) -> None:
    wang, li = await an_elder(town), await an_elder(town, LI, "李桂芳", ref="E2")
    await cries(town, wang)
    for act in (Button.SOS_MISTAKE, Button.SOS_SMALL):
        data = Press(act, 1).pack()
        for other in (li, town.ma, town.li):  # another elder, a courier, a worker
            assert (await _forged(town, other, data)).startswith("这个按钮太旧了")
        assert (await _forged(town, wang, Press(act, 99).pack())).startswith("这个按钮太旧了")
    for act in (Button.SOS_NEED, Button.SOS_WELL):
        assert (await _forged(town, town.ma, Press(act).pack())).startswith("这个按钮太旧了")
    assert (await town.item(1)).severity is Severity.URGENT
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await ended(town)
    await town.forward(days=1)
    assert (
        await _forged(town, wang, Press(Button.SOS_MISTAKE, 1).pack()) == "这件事已经办好了。要帮忙就再按“需要帮助”。"
    )
    await cries(town, wang)
    async with town.app.parts.db.read() as uow:
        she = await uow.people.by_telegram(WANG)
        assert she is not None
        assert {item.kind for item in await uow.items.live_about(she.id)} >= {Kind.SOS}


@pytest.mark.parametrize("state", ["invited", "left", "paused"])
async def test_it_works_in_every_state_of_hers(town: Town, state: str) -> None:
    wang = await an_elder(town, state="joined" if state == "paused" else state)
    if state == "paused":
        async with town.app.parts.db.write() as uow:
            she = await uow.people.by_telegram(WANG)
            assert she is not None
            pause = Pause(since=town.clock.now(), until=None, why=PauseWhy.AWAY, by=she.id)
            await uow.elders.pause(she.id, pause)
    assert (await cries(town, wang, "救命，我摔倒了")).text == CALLING
    assert CARD in town.card(town.grid, 1).text
    async with town.app.parts.db.read() as uow:
        found = await uow.elders.find((await town.item(1)).about or 0)
        assert found is not None
        assert found.state is (ElderState.JOINED if state == "paused" else ElderState(state))


async def test_what_she_said_stands_in_no_group(town: Town) -> None:
    wang = await an_elder(town)
    await cries(town, wang, "救命！我在厨房摔倒了，心脏不好，住3号楼2单元401")
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    wang.send_text("腿动不了，疼得厉害")
    wang.send_location(36.0512, 103.8123)
    wang.send_text("谢谢")
    await town.settle()
    assert texts(town, wang).count("收到了，已经告诉李娟。") == 1
    assert "💬 王奶奶又说了几句，请看单子（#1）" in texts(town, town.li)
    assert "厨房" in (await town.item(1)).text
    assert "腿动不了" in (await town.item(1)).text
    assert "103.812300,36.051200" in (await town.item(1)).text
    town.li.send_text("/item 1", town.grid)
    town.li.send_text("/open", town.grid)
    town.li.send_text("/item 1")
    town.li.send_text("血压很高，在等救护车", reply_to=town.told(town.li)[0])
    await town.settle()
    assert any("王奶奶 3号楼" in text and "紧急求助" in text for text in texts(town, town.grid))
    card = next(m for m in town.said_in(town.grid) if CARD in m.text)
    for act in (Button.FULL_TEXT, Button.ALL_MEDIA):
        query = town.world.press(town.li.user, town.world.chats[GRID], card.id, Press(act, 1).pack())
        await town.settle()
        assert (await town.li.answer_to(query, 1.0)).text == "#1 的情况已经变了，请看最新的卡片"
    said = "\n".join(
        str(call.params) for call in town.world.calls if str(call.params.get("chat_id", "")).startswith("-")
    )
    for secret in ("厨房", "心脏", "401", "动不了", "疼", "血压", "王秀英", "103.81"):
        assert secret not in said


async def test_where_neighbours_read_along_only_those_who_work_there_hear_of_it(tmp_path: Path) -> None:
    async with make_town(tmp_path) as town:
        async with town.app.parts.db.write() as uow:
            await uow.link.run(
                update(tables.bindings).where(tables.bindings.c.chat == GRID).values(audience="residents")
            )
        wang = await an_elder(town)
        town.clock.move_to(town.clock.now() + timedelta(hours=17))  # three in the morning
        await cries(town, wang)
        assert texts(town, town.grid) == []
        for worker in (town.li, town.zhao):
            assert CARD in texts(town, worker)[-1]
            assert "🔇" not in town.heard(worker)[-1]
        await town.press(town.li, town.told(town.li)[-1], "🙋 我来处理")
        assert "李娟看到了，正往您家走。" in texts(town, wang)
        assert texts(town, town.grid) == []


async def test_a_liaison_of_eighty_does_not_come_to_her_own_help(town: Town) -> None:
    wang = await an_elder(town)
    await town.enrol(wang, "liaison", "g3", "E1")
    await cries(town, wang)
    assert not any(CARD in text for text in texts(town, wang))
    forged = await _forged(town, wang, Press(Button.CLAIM, 1).pack())
    assert forged
    assert (await town.item(1)).state is State.OPEN


async def test_where_nobody_is_enrolled_the_coordinators_see_it_at_once(town: Town) -> None:
    wang = await an_elder(town, area="g9", building="9号楼")
    await cries(town, wang)
    assert "王奶奶 · 81岁 · 9号楼" in texts(town, town.wang)[-1]
    assert town.card(town.community, 1)  # g9 has no group: its community's


async def test_who_cannot_be_written_to_makes_no_noise_above(town: Town) -> None:
    """李娟 has never pressed START: the group has it, and 赵敏."""
    town.li.started = False
    wang = await an_elder(town)
    before = len(town.heard(town.wang))
    await cries(town, wang)
    assert town.card(town.grid, 1)
    assert CARD in texts(town, town.zhao)[-1]
    assert len(town.heard(town.wang)) == before


async def test_a_cry_in_the_midst_of_a_silence_is_no_word_that_all_is_well(town: Town) -> None:
    wang = await an_elder(town, prompt_at="11:00")
    son = await a_relative(town, wang)
    await town.forward(hours=2, minutes=45)  # asked at 11, her family told, and by now she is looked for
    assert (await town.item(1)).kind is Kind.MISSED_CHECKIN
    wang.send_text("救命")
    await town.settle()
    wang.send_text("在厨房")
    await town.forward(minutes=2)
    assert texts(town, wang)[-1] == "收到了，正在给您叫人，来的人会知道的。"
    assert (await town.item(2)).text == "救命\n在厨房"
    assert not any("平安！" in text for text in texts(town, son))
    assert (await town.item(1)).live
    assert (await town.item(2)).kind is Kind.SOS
    await town.press(town.li, town.card(town.grid, 2), "🙋 我来处理")
    await ended(town, 2)
    await town.forward(minutes=2)
    assert not (await town.item(1)).live  # who has seen her has seen to both
    assert sum("平安！" in text for text in texts(town, son)) == 1


async def test_a_couriers_stale_key_is_a_report_like_any_other(town: Town) -> None:
    town.ma.send_text(CRY)
    await town.settle()
    assert "已收到" in texts(town, town.ma)[-1]
    assert (await town.item(1)).kind is Kind.REPORT


async def test_two_presses_at_the_same_moment_are_one_matter(town: Town) -> None:
    wang = await an_elder(town)
    for _ in range(3):
        wang.send_text(CRY)
    await town.settle()
    assert [number for number in (1, 2) if await _exists(town, number)] == [1]
    assert [action for action, _ in await history(town)] == [Action.RAISE, Action.PRESS_AGAIN, Action.NOTE]


async def test_an_elder_who_reads_english_is_spoken_to_in_english(town: Town) -> None:
    wang = await an_elder(town, name="Mary Wang", language="en")
    answer = await cries(town, wang)
    assert answer.text.startswith("Granny Wang, don't be afraid, we are calling people.")
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    assert texts(town, wang)[-1] == "李娟 has seen it and is on the way to you."


async def _exists(town: Town, number: int) -> bool:
    async with town.app.parts.db.read() as uow:
        return number in await uow.items.several([number])


async def _forged(town: Town, phone: Phone, data: str) -> str:
    message = town.told(phone)[-1].id if town.told(phone) else 1
    query = town.world.press(phone.user, phone.chat(), message, data)
    await town.settle()
    return (await phone.answer_to(query, 1.0)).text


async def _phone_of(town: Town, phone: Phone, number: str) -> None:
    async with town.app.parts.db.write() as uow:
        who = update(tables.people).where(tables.people.c.telegram_id == phone.id)
        await uow.link.run(who.values(phone=number))
