"""What 王奶奶 types and says: help where she needs it, a question where she may, and else a warm word."""

from __future__ import annotations

from sqlalchemy import insert

from bot.sandbox.people import Phone
from care.domain.items import Kind, Severity
from care.services import checkins
from storage import tables
from tests.grannies import LI, WANG, a_relative, an_elder
from tests.harness import Town
from tests.story.test_elder import CRY, WARM, WELL, say

UNWELL = "您是不是不舒服？要我们现在过去看您吗？"
LONG = "【养生】老人胸闷心慌要当心，" + "春天多喝水，少吃盐，早睡早起，心情舒畅。" * 6


async def kinds(town: Town) -> list[tuple[Kind, Severity]]:
    """What is under way about her."""
    async with town.app.parts.db.read() as uow:
        hers = await uow.people.by_telegram(WANG)
        assert hers is not None
        return [(item.kind, item.severity) for item in await uow.items.live_about(hers.id)]


async def test_her_second_key_calls_in_every_state_and_language(town: Town) -> None:
    for number, (words, state) in enumerate(
        [(CRY, "invited"), ("需要帮助", "joined"), ("🆘 I need help", "left"), ("救命啊", "invited")]
    ):
        phone = await an_elder(town, 100 + number, "王秀英", ref=f"E{number}", state=state)
        assert "王奶奶别怕，我们正在叫人。" in (await say(town, phone, words)).text
        assert (await town.item(number + 1)).kind is Kind.SOS


async def test_words_while_people_are_on_their_way_go_to_them(town: Town) -> None:
    wang = await an_elder(town)
    await say(town, wang, "救命")
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    said = await say(town, wang, "我在卫生间")
    assert "听到啦！要人帮忙" not in said.text
    wang.send_location(36.005, 103.805)
    await town.settle()
    assert "我在卫生间" in (await town.item(1)).text
    assert "103.805000,36.005000" in (await town.item(1)).text
    assert not any("卫生间" in m.text for m in town.said_in(town.grid))
    assert await kinds(town) == [(Kind.SOS, Severity.URGENT)]
    await say(town, wang, "按错了")
    assert await kinds(town) == [(Kind.SOS, Severity.HIGH)]  # never silently gone


async def test_she_is_well_after_all(town: Town) -> None:
    wang = await an_elder(town)
    await say(town, wang, CRY)
    assert (await say(town, wang, WELL)).text not in WARM
    assert await kinds(town) == [(Kind.SOS, Severity.HIGH)]
    li = await an_elder(town, LI, "李玉兰", ref="E2")
    await say(town, li, CRY)
    await say(town, li, "不用来了")
    assert (await town.item(2)).severity is Severity.HIGH
    await say(town, wang, WELL)
    assert town.told(wang)[-1].text in WARM  # the second time it is just her ✅


async def test_words_of_trouble_ask_her_and_her_word_answers(town: Town) -> None:
    wang = await an_elder(town)
    assert (await say(town, wang, "我摔了一跤")).text == UNWELL
    await say(town, wang, "不用")
    await town.forward(minutes=5)
    assert await kinds(town) == []
    assert (await say(town, wang, "心慌")).text == UNWELL
    assert (await say(town, wang, WELL)).text in WARM  # this answers it, too
    await town.forward(minutes=5)
    assert await kinds(town) == []
    assert (await say(town, wang, "头晕")).text == UNWELL
    await town.forward(minutes=3)
    assert await kinds(town) == [(Kind.HELP, Severity.URGENT)]


async def test_what_she_passes_on_is_asked_about_at_most(town: Town) -> None:
    wang = await an_elder(town)
    await say(town, wang, "大家好")
    for words, told in [("着火了快跑", UNWELL), (LONG, "王奶奶，听到啦！要人帮忙，就按“需要帮助”。")]:
        theirs = town.ma.send_text(words)
        await town.settle()
        origin = {"type": "user", "date": 1, "sender_user": town.ma.user.to_json()}
        town.world.post(wang.chat(), wang.user, "text", {"text": words}, forward_origin=origin)
        await town.settle()
        assert town.told(wang)[-1].text == told, theirs.text
        await say(town, wang, WELL)
    await town.forward(minutes=10)
    assert await kinds(town) == []
    mine = wang.send_text("着火了")
    await town.settle()
    wang.forward(mine)  # her own words again are hers
    await town.settle()
    assert await kinds(town) == [(Kind.SOS, Severity.URGENT)]


async def test_a_cry_may_be_a_sticker_or_edited_in(town: Town) -> None:
    wang = await an_elder(town)
    wang.send_sticker("😭")  # packs call their stickers what they like
    await town.settle()
    assert town.told(wang)[-1].text == "王奶奶，哎，我在呢！有事您随时说 😊"
    wang.send_sticker("🆘")
    await town.settle()
    assert town.told(wang)[-1].text == UNWELL
    await say(town, wang, WELL)
    words = wang.send_text("今天")
    await town.settle()
    wang.edit_text(words, "救命")
    await town.settle()
    assert await kinds(town) == [(Kind.SOS, Severity.URGENT)]


async def test_her_voice_must_be_heard_and_what_others_filmed_not(town: Town) -> None:
    wang = await an_elder(town)
    video = town.ma.send_video()
    await town.settle()
    origin = {"type": "user", "date": 1, "sender_user": town.ma.user.to_json()}
    town.world.post(wang.chat(), wang.user, "video", dict(video.content), forward_origin=origin)
    await town.settle()
    assert town.told(wang)[-1].text == "王奶奶，收到啦，谢谢您！"
    wang.send_voice()
    await town.settle()
    assert town.told(wang)[-1].text == "收到您的语音啦，一会儿就有人听。您好好的吗？"
    await town.forward(minutes=16)
    assert (Kind.HELP, Severity.HIGH) in await kinds(town)


async def test_what_she_types_when_she_is_lost(town: Town) -> None:
    wang = await an_elder(town)
    await a_relative(town, wang)
    for words in ("怎么用", "不会弄", "你是谁", "帮助", "/help", "菜单"):
        said = await say(town, wang, words)
        assert said.text.startswith("王奶奶，好好的，就按“我很好”。"), words
    for words in ("喂", "有人吗", "？？？", "1", "。。。", "呵呵", "x" * 4000):
        before = len(town.told(wang))
        wang.send_text(words)
        await town.settle()
        await town.forward(minutes=6)
        assert len(town.told(wang)) == before + 1, words
    assert (await say(town, wang, "/nosuch")).text.startswith("王奶奶，好好的")  # not a courier's sentence
    assert (await say(town, wang, "按错了")).text == "王奶奶，没关系，按错了不要紧。"
    assert (await say(town, wang, "隐私")).text.startswith("我只保存")
    assert await kinds(town) == []


async def test_an_unreadable_message_of_hers_is_answered(town: Town) -> None:
    wang = await an_elder(town)
    wang.send_raw("dice", {"dice": {"emoji": "🎲", "value": 3}})
    wang.send_raw("hologram", {"hologram": {"of": "grandson"}})  # what Telegram may one day bring
    wang.send_document(b"\xff", "song.pdf", caption="好听")
    await town.settle()
    said = [m.text for m in town.told(wang)]
    assert said == ["王奶奶，哎，我在呢！有事您随时说 😊", "王奶奶，收到啦，谢谢您！"]


async def silent_until_somebody_goes(town: Town) -> tuple[Phone, Phone]:
    """She has not answered this morning: her son was told, 李娟 is on her way."""
    wang = await an_elder(town, prompt_at="11:00")
    son = await a_relative(town, wang)
    await plan(town)
    await town.forward(hours=2, minutes=35)
    assert any("还没报平安" in line for line in town.heard(son))
    listed = next(m for m in town.said_in(town.grid) if "🙋 王奶奶 3号楼" in m.labels)
    await town.press(town.li, listed, "🙋 王奶奶 3号楼")
    assert (Kind.MISSED_CHECKIN, Severity.HIGH) in await kinds(town)
    return wang, son


async def plan(town: Town) -> None:
    async with town.app.parts.db.write() as uow:
        hers = await uow.people.by_telegram(WANG)
        assert hers is not None
        elder = await uow.elders.find(hers.id)
        assert elder is not None
        await checkins.plan_for(uow, elder, town.clock.now(), town.app.parts.rules)


async def test_a_cry_tells_nobody_that_she_is_well(town: Town) -> None:
    wang, son = await silent_until_somebody_goes(town)
    await say(town, wang, "救命，我摔了")
    await say(town, wang, "在卫生间")  # while they come, nothing she says means that she is well
    await town.forward(minutes=2)
    assert {kind for kind, _ in await kinds(town)} == {Kind.MISSED_CHECKIN, Kind.SOS}
    for phone in (son, town.li):
        assert not any("自己报平安" in line for line in town.heard(phone))
    await say(town, wang, WELL)  # less haste; but that she is well a worker says who has seen her
    await town.forward(minutes=2)
    assert await kinds(town) == [(Kind.MISSED_CHECKIN, Severity.HIGH), (Kind.SOS, Severity.HIGH)]
    assert not any("自己报平安" in line for line in town.heard(son))


async def test_words_of_trouble_tell_nobody_that_she_is_well_before_she_has_said_so(town: Town) -> None:
    wang, son = await silent_until_somebody_goes(town)
    assert (await say(town, wang, "头晕")).text == UNWELL
    await town.forward(minutes=1)
    assert not any("自己报平安" in line for line in town.heard(son))
    await town.press(wang, town.told(wang)[-1], "✅ 不用，我很好")
    await town.forward(minutes=2)
    assert await kinds(town) == []
    assert any("自己报平安" in line for line in town.heard(son))


async def test_she_speaks_for_her_husband_too(town: Town) -> None:
    """An elder who is family as well: her word on him, and her own two keys."""
    him = await an_elder(town, prompt_at="11:00", sex="m", name="王建国")
    wife = await an_elder(town, LI, "李玉兰", ref="E2", state="invited")
    async with town.app.parts.db.write() as uow:
        his, hers = await uow.people.by_telegram(him.id), await uow.people.by_telegram(wife.id)
        assert his is not None
        assert hers is not None
        await uow.link.run(insert(tables.posts), {"person": hers.id, "role": "family", "area": "g3"})
        await uow.link.run(insert(tables.kin), {"family": hers.id, "elder": his.id})
    await plan(town)
    await town.forward(hours=1, minutes=50)
    assert any("王爷爷今早还没报平安" in line or "王爷爷今天" in line for line in town.heard(wife)), town.heard(wife)
    await say(town, wife, "他在我这，没事")
    await town.forward(hours=1)
    assert await kinds(town) == []
    assert (await say(town, wife, CRY)).text.startswith("李奶奶别怕")
