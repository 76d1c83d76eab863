"""An elder's family: an alarm is told once and to all of them, answered with one tap, and ended in words that fit."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.sandbox.people import Phone
from care.domain.items import Kind, Severity
from care.services import kin
from care.services.kin import Trouble
from handlers.callback_data import Button, Press
from tests.families import a_silence, ended, last, raised, record_of, rules_of, told
from tests.grannies import DAUGHTER, LI, a_relative, an_elder
from tests.harness import Town

WELL, NO_ANSWER = "✅ 联系上了，平安", "☎️ 打不通"
VISIT = "visit"  # not greeted by us: what happens here happens by what the story says


async def test_all_of_the_family_are_told_of_a_silence_and_the_others_see_who_has_reached_her(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    silence = await a_silence(town, wang)
    assert await told(town, wang, Trouble.SILENT, checkin=silence) == 2
    alarm = last(town, son)
    assert alarm.text == (
        "王奶奶今早还没报平安。多半是没看手机，请您先打个电话。10:45 还没消息，网格员会上门看看，结果马上告诉您。"
    )
    assert alarm.labels == [WELL, NO_ANSWER]
    assert not alarm.silent
    assert last(town, daughter).text == alarm.text

    assert (await town.press(son, alarm, WELL)).text == "太好了，谢谢您！"
    assert last(town, son).text.endswith("\n您 10:00 联系上了，平安")
    assert last(town, son).labels == []
    assert last(town, daughter).text.endswith("\n李强 10:00 联系上了，平安")
    assert last(town, daughter).labels == []
    assert len(town.told(son)) == len(town.told(daughter)) == 1  # it is seen, and rings nobody
    await told(town, wang, Trouble.SILENT, checkin=silence)
    assert len(town.heard(son)) == 1
    late = await daughter.forge_press(last(town, daughter).id, Press(Button.FAMILY_NO_ANSWER, 2).pack())
    assert late.text == "这件事已经有结果了，谢谢您。"
    town.clock.move_to(town.clock.now() + timedelta(days=365))  # a button from last year
    await town.settle()
    assert (await daughter.forge_press(last(town, daughter).id, Press(Button.FAMILY_WELL, 2).pack())).text == late.text


async def test_who_said_that_he_waits_for_word_gets_it_when_another_reaches_her(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    await told(town, wang, Trouble.SILENT, checkin=await a_silence(town, wang))
    assert (await town.press(daughter, last(town, daughter), NO_ANSWER)).text.startswith("好，")
    assert last(town, daughter).labels == [WELL]  # what he has said is not asked again
    assert last(town, son).text.endswith("\n李梅 10:00 没打通")
    await town.forward(minutes=5)
    await town.press(son, last(town, son), WELL)
    assert last(town, daughter).text == "王奶奶平安！李强 10:05 联系上了，您放心。"
    assert len(town.told(son)) == 1


async def test_the_card_tells_the_truth_about_the_family(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    daughter.block_bot()
    item = await raised(town, wang, Kind.SOS)
    assert await told(town, wang, Trouble.SOS, item=item) == 2
    assert last(town, son).labels == ["☎️ 打通了，没事", "🚪 我正赶过去", "🆘 情况不好"]
    assert last(town, son).text.startswith("🆘 王奶奶刚才在求助")
    card = town.card(town.grid, item.number).text
    assert "家属李强：已发 10:00，未回" in card
    assert "家属李梅：发不到" in card
    await town.forward(minutes=1)
    assert (await town.press(son, last(town, son), "🚪 我正赶过去")).text == "好，路上小心。"
    assert "家属李强：已回应 10:01，正赶过去" in town.card(town.grid, item.number).text
    answer = await town.press(son, last(town, son), "☎️ 打通了，没事")
    assert answer.text == "太好了，谢谢您！网格员还会去看一眼。"
    assert "家属李强：已回应 10:01，说平安" in town.card(town.grid, item.number).text
    assert (await town.item(item.number)).live  # after a cry for help a worker still makes sure
    reasons = [event.reason for event in await history(town, item.number)]
    assert reasons[-2:] == ["family_coming", "family_well"]
    await town.press(son, last(town, son), "🚪 我正赶过去")
    await son.forge_press(last(town, son).id, Press(Button.FAMILY_COMING, 1).pack())
    assert [event.reason for event in await history(town, item.number)][len(reasons) :] == ["family_coming"]


async def history(town: Town, number: int) -> list[object]:
    async with town.app.parts.db.read() as uow:
        return list(await uow.items.history(number))


async def test_the_family_that_cannot_be_reached_is_told_once_it_can_be(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son = await a_relative(town, wang)
    son.started = False
    item = await raised(town, wang, Kind.UNREACHABLE, Severity.HIGH)
    await told(town, wang, Trouble.UNREACHABLE, item=item)
    card = town.card(town.grid, item.number).text
    assert "家属李强：发不到\n家属联系不上" in card
    son.start()
    await town.settle()
    alarm = next(m for m in town.told(son) if m.labels)
    assert alarm.text.startswith("王奶奶的手机收不到我们的消息")
    assert "家属李强：已发 10:0" in town.card(town.grid, item.number).text
    son.start()
    await town.settle()
    assert len(town.heard(son, only="收不到我们的消息")) == 1
    await town.press(son, alarm, WELL)
    assert (await town.item(item.number)).live  # tomorrow her phone still takes no message


async def test_the_end_is_told_after_a_moment_and_to_exactly_those_who_were_told(town: Town) -> None:
    wang, li = await an_elder(town, mode=VISIT), await an_elder(town, LI, "李建国", ref="E2", sex="m", mode=VISIT)
    son = await a_relative(town, wang, li)
    other = await a_relative(town, li, user=DAUGHTER, name="李梅", ref="F2")
    item = await raised(town, wang, Kind.HELP)
    await told(town, wang, Trouble.HELP, item=item)
    await ended(town, wang, "seen", item=item, by=town.li)
    assert len(town.told(son)) == 1
    assert last(town, son).labels == []
    await town.forward(seconds=30)
    assert last(town, son).text == "王奶奶平安！李娟 10:00 上门见到她了，您放心。"
    assert town.told(other) == []
    await ended(town, wang, "seen", item=item, by=town.li)
    await town.forward(minutes=2)
    assert len(town.told(son)) == 2

    again = await raised(town, li, Kind.HELP)
    await told(town, li, Trouble.HELP, item=again)
    await ended(town, li, "phoned", item=again, by=town.li)
    await town.forward(seconds=30)
    assert last(town, other).text == "李爷爷平安！李娟 10:02 打通了他的电话，您放心。"


async def test_the_words_fit_each_ending(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son = await a_relative(town, wang)
    heard = {}
    for ending in ("hospital", "away", "other", "herself", "gone"):
        item = await raised(town, wang, Kind.HELP, Severity.HIGH)
        await told(town, wang, Trouble.HELP, item=item)
        before = len(town.told(son))
        await ended(town, wang, ending, item=item, by=None if ending == "herself" else town.li)
        await town.forward(minutes=1)
        heard[ending] = [message.text for message in town.told(son)[before:]]
        alarm = town.told(son)[before - 1]
        assert alarm.labels == []
        stale = await son.forge_press(alarm.id, Press(Button.FAMILY_WELL, before_alert(heard)).pack())
        assert stale.text == ("请您直接给社区打个电话。" if ending == "gone" else "这件事已经有结果了，谢谢您。")
    assert heard == {
        "hospital": ["王奶奶身体不太舒服，10:00 已送往医院，李娟陪着，请您马上给李娟回电话。"],
        "away": ["王奶奶出门了，人没事。"],
        "other": ["王奶奶这边，李娟 10:02 已经去看过、办好了。想多了解，请给社区打电话。"],
        "herself": ["王奶奶 10:03 自己报平安了，您放心。"],
        "gone": [],  # no word of it from a machine
    }


def before_alert(heard: dict[str, list[str]]) -> int:
    """Alerts are numbered in order: one an ending."""
    return len(heard)


async def test_an_end_that_was_a_slip_of_the_thumb(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son = await a_relative(town, wang)
    item = await raised(town, wang, Kind.HELP, Severity.HIGH)
    await told(town, wang, Trouble.HELP, item=item)
    await ended(town, wang, "seen", item=item, by=town.li)
    await town.forward(seconds=20)
    await taken_back(town, item.number)
    await town.forward(minutes=1)
    assert len(town.told(son)) == 1  # nothing had been told, and nothing is
    assert last(town, son).labels == ["☎️ 打通了，没事", "🚪 我正赶过去", "🆘 情况不好"]
    await ended(town, wang, "seen", item=item, by=town.li)
    await town.forward(minutes=2)
    assert "平安！" in last(town, son).text
    await taken_back(town, item.number)
    assert last(town, son).text == "刚才那条按错了，我们还在找王奶奶，有消息马上告诉您。"
    await ended(town, wang, "phoned", item=item, by=town.li)
    await town.forward(minutes=2)
    assert last(town, son).text.endswith("打通了她的电话，您放心。")
    assert len(town.told(son)) == 4


async def taken_back(town: Town, number: int) -> None:
    async with town.app.parts.db.write() as uow:
        item = await uow.items.get(number)
        await kin.unsay_end(uow, item, town.clock.now(), rules_of(town))
    await town.settle()


async def test_an_alarm_that_is_over_before_it_goes_out_is_not_told_nor_is_its_end(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son = await a_relative(town, wang)
    silence = await a_silence(town, wang)
    async with town.app.parts.db.write() as uow:
        her, now = await record_of(uow, wang), town.clock.now()
        await kin.tell_family(uow, her, Trouble.SILENT, now, rules_of(town), checkin=silence)
        await kin.tell_end(uow, her, "herself", now, rules_of(town), checkin=silence)
    await town.forward(minutes=5)
    assert town.told(son) == []


async def test_an_alarm_that_is_on_its_way_when_it_is_over_is_followed_by_its_end(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son = await a_relative(town, wang)
    silence = await a_silence(town, wang)
    town.world.faults.slow("sendMessage", 0.4)
    async with town.app.parts.db.write() as uow:
        her, now = await record_of(uow, wang), town.clock.now()
        await kin.tell_family(uow, her, Trouble.SILENT, now, rules_of(town), checkin=silence)
    while town.app.dispatcher.in_flight == 0:  # noqa: ASYNC110 -- a flight rings no bell of ours
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)  # it has left
    await ended(town, wang, "herself", checkin=silence)
    await town.forward(minutes=1)
    assert [m.text for m in town.told(son)] == [
        "王奶奶今早还没报平安，多半是没看手机，请您打个电话。\n这件事已经有结果了，谢谢您。",
        "王奶奶 10:00 自己报平安了，您放心。",
    ]
    assert town.told(son)[0].labels == []


async def test_nobody_answers_for_another_nor_who_is_no_relative_any_more(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son = await a_relative(town, wang)
    await told(town, wang, Trouble.SILENT, checkin=await a_silence(town, wang))
    alarm = last(town, son)
    data = Press(Button.FAMILY_WELL, 1).pack()
    for stranger in (town.guest, town.li):
        assert (await stranger.forge_press(alarm.id, data)).text == "这个按钮太旧了，请看最新的消息"
    assert (await son.forge_press(alarm.id, Press(Button.FAMILY_WELL, 999).pack())).text.startswith("这个按钮太旧了")
    async with town.app.parts.db.write() as uow:
        her = await record_of(uow, wang)
        him = await uow.people.by_telegram(son.id)
        assert him is not None
        await uow.elders.end_watch(him.id, her.id, town.clock.now())
    assert (await town.press(son, alarm, WELL)).text.startswith("您现在不在这位老人的家人名单里了")
    assert len(town.told(son)) == 1


async def test_free_words_that_are_plain_count_and_the_rest_is_asked_about(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    await told(town, wang, Trouble.SILENT, checkin=await a_silence(town, wang))
    await says(town, son, "好的，谢谢")
    assert last(town, son).text == "不客气，有事随时找我 😊"
    await says(town, son, "没事，她老不看手机")  # he does not worry; that is not a word of hers
    asked = last(town, son)
    assert asked.text == "您说的是王奶奶吗？请点一下，我好告诉大家。"
    assert asked.labels == [WELL, NO_ANSWER, "🆘 情况不好", "✍️ 是别的事"]
    assert (await town.press(son, asked, NO_ANSWER)).text.startswith("好，")
    assert son.see(asked) is None  # answered: the alarm itself says what is so
    await says(town, son, "刚打通了，她在阳台浇花")
    assert last(town, son).text == "太好了，谢谢您！"
    assert "李强 10:00 联系上了，平安" in last(town, daughter).text
    assert last(town, daughter).labels == []
    await says(town, daughter, "联系上了")  # it is over, and all the better
    assert last(town, daughter).text == "太好了，谢谢您！"


async def test_what_is_no_word_on_the_alarm_is_a_report_and_is_not_lost(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son = await a_relative(town, wang)
    await told(town, wang, Trouble.SILENT, checkin=await a_silence(town, wang))
    await says(town, son, "小区路灯坏了")  # it says what it is
    assert last(town, son).text.startswith("已收到 ")
    await town.forward(minutes=15)
    await says(town, son, "门口那家店几点开门")
    asked = last(town, son)
    assert asked.has_button("✍️ 是别的事")
    heard = len(town.said_in(town.grid))
    await town.press(son, asked, "✍️ 是别的事")
    assert last(town, son).text.startswith("已收到 ")
    assert (await town.item(2)).text == "门口那家店几点开门"
    again = await son.forge_press(asked.id, Press(Button.FAMILY_ELSE, 1).pack())
    assert (again.text, again.alert) == ("请再发一次，我马上记下。", True)
    assert len(town.said_in(town.grid)) == heard
    await town.forward(minutes=15)
    son.send_voice()
    await town.settle()
    assert last(town, son).has_button("✍️ 是别的事")  # a voice about her is not played to a group


async def test_with_several_elders_every_word_names_one(town: Town) -> None:
    wang, li = await an_elder(town, mode=VISIT), await an_elder(town, LI, "李建国", ref="E2", sex="m", mode=VISIT)
    son = await a_relative(town, wang, li)
    for elder in (wang, li):
        await told(town, elder, Trouble.SILENT, checkin=await a_silence(town, elder))
    assert [m.text[:3] for m in town.told(son)] == ["王奶奶", "李爷爷"]
    await says(town, son, "联系上了")
    asked = last(town, son)
    assert asked.text == "您说的是哪位？"
    assert asked.labels == ["王奶奶", "李爷爷", "✍️ 是别的事"]
    await town.press(son, asked, "李爷爷")
    first, second = town.told(son)
    assert first.labels == [WELL, NO_ANSWER]
    assert second.text.endswith("\n您 10:00 联系上了，平安")
    await says(town, son, "王奶奶打不通")  # he names her himself, and only her alarm is open
    assert "\n您 10:00 没打通" in town.told(son)[0].text


async def test_that_she_is_away_pauses_the_greetings(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son = await a_relative(town, wang)
    await says(town, son, "我妈回老家了，住几天")
    asked = last(town, son)
    assert asked.text == "王奶奶 3号楼的问候停几天？"
    await town.press(son, asked, "一周")
    assert last(town, son).text == "🧳 王奶奶 3号楼先不问候，11月9日起照常问候。"
    await says(town, son, "没出门")
    assert "这是什么问题？" in last(town, son).text


async def says(town: Town, who: Phone, text: str) -> None:
    who.send_text(text)
    await town.settle()


async def test_an_alarm_whose_answer_was_lost_is_followed_by_its_end_and_is_not_repeated_then(town: Town) -> None:
    wang = await an_elder(town, mode=VISIT)
    son = await a_relative(town, wang)
    silence = await a_silence(town, wang)
    town.world.faults.lose_answer("sendMessage")
    async with town.app.parts.db.write() as uow:
        her, now = await record_of(uow, wang), town.clock.now()
        await kin.tell_family(uow, her, Trouble.SILENT, now, rules_of(town), checkin=silence)
    while not town.told(son):  # noqa: ASYNC110 -- as above
        await asyncio.sleep(0.01)
    await town.app.settled()  # it is tried again in a second of the clock
    async with town.app.parts.db.write() as uow:
        await kin.tell_end(uow, her, "herself", town.clock.now(), rules_of(town), checkin=silence)
    await town.forward(minutes=5)
    alarm, end = town.told(son)
    assert alarm.text.startswith("王奶奶今早还没报平安。")
    assert end.text == "王奶奶 10:00 自己报平安了，您放心。"
    assert (await town.press(son, alarm, NO_ANSWER)).text == "这件事已经有结果了，谢谢您。"
