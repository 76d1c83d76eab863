"""王奶奶's own phone: how she is met, what counts as a sign of life, what she hears back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.sandbox.people import Phone
from bot.sandbox.views import MessageView
from care.domain.checkins import How
from care.domain.elders import ElderRecord, ElderState
from care.locale import sentences
from care.services import checkins
from storage.tables import people
from tests.grannies import LI, WANG, a_relative, an_elder
from tests.harness import Town, photo
from tests.story.test_people import invite

WELL, CRY = "✅ 我很好", "🆘 需要帮助"
MEETING = (
    "王奶奶您好！我是海关社区的平安小助手。每天早上我跟您问声好，您按一下“我很好”就行。"
    "哪天没按，先告诉您家里人，再请网格员来看看您。您愿意吗？"
)
WARM = {text.format(call="王奶奶，") for key, text in sentences("zh").items() if key.startswith("elder.warm_")}


@dataclass
class Signs:
    """Every sign of life that the handlers passed on, as (how, sent at, which check-in it named)."""

    seen: list[tuple[How, datetime, int | None]] = field(default_factory=list)

    @property
    def ways(self) -> list[How]:
        return [how for how, _, _ in self.seen]


@pytest.fixture
def signs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Signs]:
    """What is passed on is also done: the act itself runs."""
    found, real = Signs(), checkins.sign_of_life

    async def listen(uow: Any, elder: Any, at: datetime, how: How, *rest: Any, checkin: int | None = None) -> bool:
        found.seen.append((how, at, checkin))
        return await real(uow, elder, at, how, *rest, checkin=checkin)

    monkeypatch.setattr(checkins, "sign_of_life", listen)
    return found


async def record(town: Town, phone: Phone) -> ElderRecord:
    async with town.app.parts.db.read() as uow:
        person = await uow.people.by_telegram(phone.id)
        assert person is not None
        found = await uow.elders.find(person.id)
        assert found is not None
        return found


async def say(town: Town, phone: Phone, words: str) -> MessageView:
    """She types; what she hears back."""
    before = {message.id for message in town.told(phone)}
    phone.send_text(words)
    await town.settle()
    return next(message for message in town.told(phone) if message.id not in before)


async def test_she_is_met_agrees_practises_and_has_two_tall_keys(town: Town, signs: Signs) -> None:
    wang = await an_elder(town, state="invited", started=False)
    wang.start()
    await town.settle()
    met = town.told(wang)[-1]
    assert (met.text, met.labels) == (MEETING, ["✅ 愿意", "🤔 再想想"])
    assert wang.reply_keyboard() == []  # she has not agreed: nothing of ours stays on her phone
    assert (await town.press(wang, met, "🤔 再想想")).text == "不急，您慢慢想"
    assert town.told(wang)[-1].text == "王奶奶，不急，您慢慢想。想好了，随时按“愿意”。"
    assert (await record(town, wang)).state is ElderState.INVITED
    await town.forward(days=2)
    assert len(town.told(wang)) == 2  # nobody presses her
    assert (await town.press(wang, met, "✅ 愿意")).text == "谢谢您！"
    joined = await record(town, wang)
    assert joined.state is ElderState.JOINED
    trying = town.told(wang)[-1]
    assert trying.text == "王奶奶，谢谢您！\n咱们先练一次：请按一下“我很好”。"
    keyboard = wang.keyboard()
    assert keyboard is not None
    assert wang.reply_keyboard() == [[WELL], [CRY]]
    assert keyboard.get("is_persistent")
    assert not keyboard.get("resize_keyboard")  # as tall as the phone's own keyboard
    assert not keyboard.get("one_time_keyboard")
    assert wang.see(met) is not None
    assert wang.see(met).labels == []  # type: ignore[union-attr] -- asserted above
    signs.seen.clear()
    wang.tap_reply_key(WELL)
    await town.settle()
    assert town.told(wang)[-1].text == "王奶奶，真棒！以后每天这样按一下，我们就放心啦。"
    assert signs.ways == [How.KEY]
    assert (await town.press(wang, town.told(wang)[1], "✅ 愿意")).text == "您已经在每天报平安啦"  # 想好了 again
    forged = await wang.forge_press(met.id, "1:ey:0")  # twice at once
    assert forged.text == "您已经在每天报平安啦"
    assert wang.reply_keyboard() == [[WELL], [CRY]]


async def test_she_may_simply_say_yes(town: Town) -> None:
    wang = await an_elder(town, state="invited")
    wang.start()
    await town.settle()
    assert "您慢慢想" in (await say(town, wang, "再想想")).text
    assert (await say(town, wang, "好的")).text.startswith("王奶奶，哎")  # that was no yes to anything
    assert (await record(town, wang)).state is ElderState.INVITED
    assert "咱们先练一次" in (await say(town, wang, "我愿意！")).text
    assert (await record(town, wang)).state is ElderState.JOINED
    li = await an_elder(town, LI, "李玉兰", ref="E2", state="invited")
    li.start()
    await town.settle()
    assert "咱们先练一次" in (await say(town, li, "好")).text


async def test_who_agreed_on_paper_is_not_asked_again(town: Town) -> None:
    wang = await an_elder(town, state="joined", started=False)
    wang.start()
    await town.settle()
    hello = town.told(wang)[-1]
    assert hello.text.startswith("王奶奶您好！我是海关社区的平安小助手。每天早上我跟您问声好")
    assert hello.text.endswith("咱们先练一次：请按一下“我很好”。")
    assert "愿意" not in hello.text
    assert wang.reply_keyboard() == [[WELL], [CRY]]
    wang.tap_reply_key(WELL)
    await town.settle()
    assert "真棒" in town.told(wang)[-1].text
    wang.start()  # the phone was cleared: her keys come back, nothing is asked
    await town.settle()
    assert town.told(wang)[-1].text.startswith("王奶奶您好！两个大按钮在下面")
    assert len(town.told(wang)) == 3


async def test_her_link_makes_the_phone_hers(town: Town, signs: Signs) -> None:
    wang = await an_elder(town, state="invited", telegram_id=None)
    async with town.app.parts.db.write() as uow:
        person = (await uow.link.run(select(people.c.id).where(people.c.ref == "E1"))).scalar_one()
    await invite(town, "hers", person)
    wang.start("hers")
    await town.settle()
    assert [m.text for m in town.told(wang)] == [MEETING]
    assert signs.ways == [How.TEXT]  # that she pressed START is one, too
    son = town.world.add_user(700, "李强")
    son.start("hers")  # it was hers alone
    await town.settle()
    assert any("已经用过" in m.text for m in town.told(son))
    assert not any("王奶奶" in m.text for m in town.told(son))
    await town.press(wang, town.told(wang)[-1], "✅ 愿意")
    assert (await record(town, wang)).state is ElderState.JOINED


async def test_forms_of_address_and_hours(town: Town) -> None:
    uncle = await an_elder(town, LI, "李建国", ref="E2", state="invited", sex="m", birth_year=1960)
    nobody = await an_elder(town, WANG, "王秀英", state="invited", sex=None, birth_year=None, prompt_at="20:00")
    for phone in (uncle, nobody):
        phone.start()
    await town.settle()
    assert town.told(uncle)[-1].text.startswith("李叔叔您好！")
    assert town.told(nobody)[-1].text.startswith("您好！我是海关社区的平安小助手。每天我跟您问声好")
    assert "王秀英" not in town.told(nobody)[-1].text  # never the bare full name


async def test_who_needs_no_phone_is_promised_no_greeting(town: Town) -> None:
    wang = await an_elder(town, state="invited", mode="curtain")
    wang.start()
    await town.settle()
    assert "问声好" not in town.told(wang)[-1].text
    await town.press(wang, town.told(wang)[-1], "✅ 愿意")
    assert town.told(wang)[-1].text == "王奶奶，谢谢您！"
    assert wang.reply_keyboard() == [[WELL], [CRY]]


async def test_one_warm_line_a_day_and_never_the_same_twice_running(town: Town, signs: Signs) -> None:
    wang = await an_elder(town, mode="curtain")  # whom nobody greets: a week without a silence
    lines = [(await say(town, wang, WELL)).text]
    assert wang.reply_keyboard() == [[WELL], [CRY]]  # renewed with a word that was due anyway
    assert (await say(town, wang, "我很好")).text == "王奶奶，收到啦，今天的平安已经记下了。"
    said = len(town.told(wang))
    for _ in range(5):  # a thumb that rests on the key
        wang.send_text(WELL)
    await town.settle()
    assert len(town.told(wang)) == said
    for _ in range(8):
        await town.forward(days=1)
        lines.append((await say(town, wang, WELL)).text)
    assert set(lines) <= WARM
    assert len(set(lines)) == 9
    assert set(signs.ways) == {How.KEY}
    with_keys = [m for m in town.told(wang) if m.reply_markup and "keyboard" in m.reply_markup]
    assert len(with_keys) == 2  # on the first day, and a week later


async def test_whatever_she_sends_is_a_sign_of_life_of_the_time_she_sent_it(town: Town, signs: Signs) -> None:
    wang = await an_elder(town)
    sent = wang.send_text("今天包饺子").date
    wang.send_sticker("😊")
    wang.send_photo(photo())
    wang.send_location(36.0, 103.8)
    wang.send_contact("13900000000", "老李")
    wang.send_document(b"x", "a.pdf")
    wang.send_text("/help")
    await town.settle()
    ways = [How.TEXT, How.STICKER, How.PHOTO, How.OTHER, How.OTHER, How.OTHER, How.TEXT]
    assert signs.ways == ways
    assert {at for _, at, _ in signs.seen} == {sent}
    said = town.told(wang)
    assert said[0].text == "王奶奶，听到啦！要人帮忙，就按“需要帮助”。"
    assert said[1].text == "王奶奶，哎，我在呢！有事您随时说 😊"
    assert said[2].text == "照片收到啦！这张照片是要反映问题吗？"
    assert said[3].text == "王奶奶，收到啦，谢谢您！"
    assert said[4].text.startswith("王奶奶，好好的，就按“我很好”。")
    assert len(said) == 5  # what is alike and comes at once is answered once


async def test_what_the_phone_sends_by_itself_is_no_sign_of_life(town: Town, signs: Signs) -> None:
    wang = await an_elder(town)
    wang.send_raw("text", {"text": WELL, "is_from_offline": True})  # scheduled for every morning
    await town.settle()
    assert town.told(wang)[-1].text == "这条像是手机自己发的，我没敢当您报平安。您好的话，请按一下“我很好”。"
    live = wang.send_location(36.0, 103.8, live=True)
    wang.move_location(live, 36.1, 103.8)
    await town.settle()
    assert signs.seen == []
    words = wang.send_text("早上好")
    await town.settle()
    await town.forward(hours=1)
    wang.edit_text(words, "早上好啊")
    await town.settle()
    assert len(signs.seen) == 1
    assert town.told(wang)[-1].text.startswith("改过的话我不一定看得到")
    wang.forward(words)
    await town.settle()
    assert len(signs.seen) == 2  # passed on, and by her


async def test_an_old_message_counts_for_when_it_was_sent(town: Town, signs: Signs) -> None:
    wang = await an_elder(town)
    sent = town.clock.now() - timedelta(hours=5)
    body = {"message_id": 900, "from": wang.user.to_json(), "chat": wang.chat().to_json(), "text": "早"}
    town.world.updates.add("message", body | {"date": int(sent.timestamp())})
    town.world.updates.add("message", body | {"message_id": 901, "date": 0})  # a server that does not say
    later = int((town.clock.now() + timedelta(days=1)).timestamp())
    town.world.updates.add("message", body | {"message_id": 902, "date": later})  # a clock that is ahead
    await town.settle()
    assert [at for _, at, _ in signs.seen] == [sent, town.clock.now(), town.clock.now()]


async def test_any_press_of_hers_counts_too_and_only_hers(town: Town, signs: Signs) -> None:
    wang = await an_elder(town)
    await say(town, wang, "帮助")
    signs.seen.clear()
    shown = town.told(wang)[-1]
    await town.press(wang, shown, "谁在关心我")
    assert [(how, checkin) for how, _, checkin in signs.seen] == [(How.KEY, None)]
    assert (await wang.forge_press(shown.id, "1:zz:0")).text == "这个按钮太旧了，请看最新的消息"
    assert len(signs.seen) == 2
    assert (await wang.forge_press(shown.id, "1:ew:7")).text == "收到啦 😊"  # a live press counts for today
    assert signs.seen[-1][2] is None
    await town.settle()
    assert town.told(wang)[-1].text in WARM
    signs.seen.clear()
    said = len(town.told(wang))
    assert (await town.ma.forge_press(1, "1:ew:7")).text == "这是给老人报平安用的，您这里用不上。"
    assert (await town.ma.forge_press(1, "1:ed:0")).text == "这是给老人报平安用的，您这里用不上。"
    assert (await town.li.forge_press(1, "1:ew:7", town.grid)).text == "请在收到这张卡片的群里按"
    assert (await wang.forge_press(shown.id, "1:ea:0:for_ever:away")).text == "这个按钮太旧了，请看最新的消息"
    await town.settle()
    assert len(town.told(wang)) == said
    assert signs.ways == [How.KEY]


async def test_a_press_that_had_waited_counts_only_for_the_checkin_it_names(town: Town, signs: Signs) -> None:
    wang = await an_elder(town)
    shown = await say(town, wang, "帮助")
    signs.seen.clear()
    town.app.catch_up.lost()  # what comes now had waited at the network
    for data in ("1:ef:0", "1:ew:0", "1:ew:7"):
        wang.world.press(wang.user, wang.chat(), shown.id, data)
    await town.settle()
    assert [(how, checkin) for how, _, checkin in signs.seen] == [(How.KEY, 7)]


async def test_help_tells_her_who_watches_and_she_can_end_it(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    daughter = await a_relative(town, wang, user=62, name="李梅", ref="F2")
    shown = await say(town, wang, "怎么用")
    assert shown.labels == ["谁在关心我", "🧳 出门几天", "🚪 不再问候"]
    listed = await say(town, wang, "谁在关心我？")
    assert listed.text == "王奶奶，您没报平安的时候，会先告诉李强、李梅。"
    assert listed.labels == ["不用他看着了：李强", "不用他看着了：李梅"]
    await town.press(wang, listed, "不用他看着了：李强")
    asked = town.told(wang)[-1]
    assert (asked.text, asked.labels) == ("以后您没报平安，就不告诉李强了。您定了吗？", ["确定", "还是留着"])
    assert (await town.press(wang, asked, "还是留着")).text == "好的，还跟以前一样"
    assert wang.see(asked) is None
    assert town.heard(son) == []
    await town.press(wang, listed, "不用他看着了：李强")
    assert (await town.press(wang, town.told(wang)[-1], "确定")).text == "好的，以后不告诉他了"
    assert (
        town.told(son)[-1].text == "王奶奶说，报平安的事不用您操心了，以后不再通知您。想接着照看，跟王奶奶说一声就行。"
    )
    assert town.heard(daughter) == []
    now = wang.see(listed)
    assert now is not None
    assert now.labels == ["不用他看着了：李梅"]
    forged = await wang.forge_press(listed.id, listed.button("不用他看着了：李强")["callback_data"])
    assert forged.text == "好的，以后不告诉他了"  # it is so already
    await town.press(wang, now, "不用他看着了：李梅")
    assert town.told(wang)[-1].text.startswith("家里人只有李梅了。")
    assert (await say(town, wang, "确定")).text == "好的，以后不告诉他了。"
    assert (await say(town, wang, "谁在看着我")).text == "王奶奶，还没有登记您的家里人。想加上谁，跟社区说一声就行。"
    assert len(town.heard(son)) == 1


async def test_going_away_in_words_and_buttons(town: Town) -> None:
    wang = await an_elder(town)
    offer = await say(town, wang, "明天去女儿家住")
    assert offer.text == "王奶奶，要出门呀？先不问候您，停几天呢？"
    assert offer.buttons == [["今天", "3 天"], ["一周", "回来再说"], ["不出门，照常问候"]]
    assert (await town.press(wang, offer, "3 天")).text == "好的，记下了"
    assert wang.see(offer) is None
    assert town.told(wang)[-1].text == "王奶奶，好的，到11月5日再跟您问好。早回来了，按一下就行。"
    assert town.told(wang)[-1].labels == ["🏠 我回来了"]
    hospital = await say(town, wang, "我住院了")
    assert hospital.text == "王奶奶，您安心养着。先不问候您，停几天呢？"
    assert (await say(town, wang, "不好说")).text == "王奶奶，好的，先不问候您。回来了，按一下“我回来了”。"
    await say(town, wang, "出门几天")
    assert (await say(town, wang, "五天")).text == "王奶奶，好的，到11月7日再跟您问好。早回来了，按一下就行。"
    await say(town, wang, "/away")
    assert (await say(town, wang, "11月1日")).text.startswith("这一天我没看明白。")
    assert (await town.press(wang, town.told(wang)[-2], "不出门，照常问候")).text == "好的，还跟以前一样"
    await say(town, wang, "/away")
    assert (await say(town, wang, "不用了")).text == "好的，还跟以前一样。"
    assert (await say(town, town.ma, "/away")).text == "这是给老人报平安用的，您这里用不上。"
    li = await an_elder(town, LI, "李玉兰", ref="E2", state="invited")
    assert (await say(town, li, "我要出门几天")).text == "现在没有每天问候您，您放心出门。"


async def test_leaving_is_asked_once_told_and_can_be_taken_back_for_a_day(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    asked = await say(town, wang, "别问了")
    assert asked.text == "王奶奶，以后真的不问候您了吗？我会跟您家里人和社区说一声。"
    assert asked.labels == ["🚪 不再问候", "还是留着"]
    assert (await say(town, wang, "不用")).text == "好的，还跟以前一样。"
    assert (await record(town, wang)).state is ElderState.JOINED
    assert wang.see(asked) is None
    asked = await say(town, wang, "/stop")
    assert (await town.press(wang, asked, "🚪 不再问候")).text == "好的，记下了"
    assert (await record(town, wang)).state is ElderState.LEFT
    farewell = town.told(wang)[-1]
    assert farewell.text.startswith("王奶奶，好的，以后不问候您了。“需要帮助”什么时候都能按。")
    assert farewell.labels == ["↶ 还是继续吧"]
    assert (await wang.forge_press(asked.id, "1:ed:0")).text == "现在没有每天问候您"  # twice
    await town.forward(minutes=3)
    assert town.heard(son) == town.heard(town.wang, only="王奶奶") == []  # a slip of the thumb disturbs nobody
    await town.press(wang, farewell, "↶ 还是继续吧")
    stays = wang.see(farewell)
    assert stays is not None
    assert (stays.text, stays.labels) == ("王奶奶，太好了，咱们照常问好！", [])
    await town.forward(hours=1)
    assert town.heard(son) == town.heard(town.wang, only="王奶奶") == []
    await town.press(wang, await say(town, wang, "不想要了"), "🚪 不再问候")
    left_at = town.clock.now()
    await town.forward(minutes=10)
    assert "王奶奶说，不想再收到每天的问候了。" in town.told(son)[-1].text
    assert town.told(town.wang)[-1].text.startswith("王奶奶 3号楼（")
    assert (await say(town, wang, WELL)).labels == ["✅ 愿意"]  # she is heard as before
    await town.forward(hours=20)
    await town.press(wang, farewells(town, wang)[-1], "↶ 还是继续吧")
    assert town.told(son)[-1].text == "王奶奶改主意了，每天照常问候。"
    assert town.told(town.wang)[-1].text == "王奶奶 3号楼改主意了，每天照常问候。"
    assert (await record(town, wang)).state is ElderState.JOINED
    await town.press(wang, await say(town, wang, "退出"), "🚪 不再问候")
    assert town.clock.now() - left_at < timedelta(days=1)
    await town.forward(hours=25)
    assert (await town.press(wang, farewells(town, wang)[-1], "↶ 还是继续吧")).text == "好的，请看下面"
    assert town.told(wang)[-1].text == MEETING  # she is met anew
    assert (await record(town, wang)).state is ElderState.LEFT
    assert (await say(town, wang, "别问了")).text == "现在没有每天问候您。想接着来，随时说“愿意”。"
    assert "咱们先练一次" in (await say(town, wang, "愿意")).text


def farewells(town: Town, phone: Phone) -> list[MessageView]:
    return [message for message in town.told(phone) if "不问候您了。“需要帮助”" in message.text]


async def test_english(town: Town) -> None:
    wang = await an_elder(town, state="invited", language="en", name="王秀英")
    wang.start()
    await town.settle()
    met = town.told(wang)[-1]
    assert met.text.startswith("Hello Granny 王! I am the helper of 海关社区. Every morning I say hello")
    await town.press(wang, met, "✅ Yes, gladly")
    assert wang.reply_keyboard() == [["✅ I am fine"], ["🆘 I need help"]]
    wang.tap_reply_key("✅ I am fine")
    await town.settle()
    assert town.told(wang)[-1].text.startswith("Granny 王, wonderful!")
    assert (await say(town, wang, WELL)).text.startswith("Granny 王, ")  # the other language's key counts, too
    await town.press(wang, await say(town, wang, "/language"), "中文")
    assert town.told(wang)[-1].text.startswith("王奶奶您好！两个大按钮在下面")
    assert wang.reply_keyboard() == [[WELL], [CRY]]


async def test_the_keys_come_with_a_word_only_once_a_week(town: Town) -> None:
    now = town.clock.now()
    for user, ref, days, renewed in ((WANG, "E1", 6, False), (LI, "E2", 7, True)):
        phone = await an_elder(town, user, ref=ref, keyboard_at=now - timedelta(days=days))
        await say(town, phone, "你好")
        assert bool(phone.reply_keyboard()) is renewed
