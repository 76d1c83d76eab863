"""A voice of hers: she is answered, somebody hears it in private, and nobody forgets that it waits."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.people import Phone
from bot.sandbox.views import CallbackAnswer, MessageView
from care.domain.items import Ending, Kind, Severity, State
from care.services.ports import Hearing, Recording
from handlers.callback_data import Button, Press
from storage.care_tables import looks
from tests.grannies import LI, a_relative, an_elder
from tests.harness import GRID, Town

RECEIVED = "收到您的语音啦，一会儿就有人听。您好好的吗？"
HEARD, TROUBLE, HEAR = "👂 听了，没事", "🆘 有事", "▶️ 听语音"


@pytest.fixture(autouse=True)
async def they_have_pressed_start(town: Town) -> None:
    for worker in (town.li, town.zhao, town.sun):
        worker.start()
    await town.settle()


async def speaks(town: Town, wang: Phone, data: bytes = b"voice") -> None:
    wang.send_voice(data)
    await town.settle()


async def presses(
    town: Town, phone: Phone, act: Button, recording: int, chat: int | None = None, message: int = 1
) -> CallbackAnswer:
    """As on the group's list, or on a message of ours: what a button says counts, wherever it is pressed."""
    query = town.world.press(phone.user, town.world.chats[chat or phone.id], message, Press(act, recording).pack())
    await town.settle()
    return await phone.answer_to(query, 1.0)


async def hears(town: Town, phone: Phone, recording: int = 1) -> CallbackAnswer:
    """▶️ on the group's list."""
    return await presses(town, phone, Button.HEAR, recording, GRID)


def voices(town: Town, phone: Phone) -> list[MessageView]:
    return [message for message in town.told(phone) if message.text.startswith("🎧")]


async def recording(town: Town, number: int = 1) -> Recording:
    async with town.app.parts.db.read() as uow:
        return await uow.recordings.get(number)


async def looked(town: Town) -> list[Any]:
    async with town.app.parts.db.read() as uow:
        return [(row.who, row.what) for row in await uow.link.run(looks.select())]


async def test_somebody_hears_it_in_private_and_says_that_all_is_well(town: Town) -> None:
    wang = await an_elder(town)
    await speaks(town, wang)
    answer = town.told(wang)[-1]
    assert (answer.text, answer.labels) == (RECEIVED, ["✅ 我很好", "🆘 需要帮助"])
    assert (await hears(town, town.li)).text == "已发到您的私聊：王奶奶 3号楼，1 段"
    played = town.told(town.li)[-1]
    assert (played.kind, played.text, played.labels) == ("voice", "🎧 王奶奶 3号楼 · 10:00", [HEARD, TROUBLE])
    assert [what for _, what in await looked(town)] == ["recording"]
    assert not any(message.kind == "voice" for message in town.said_in(town.grid))
    # another may listen, too; one word is enough
    await hears(town, town.zhao)
    other = town.told(town.zhao)[-1]
    assert (await town.press(town.li, played, HEARD)).text == "记下了，王奶奶 3号楼没事就好，谢谢！"
    assert (await recording(town)).state is Hearing.HEARD
    assert voices(town, town.li) == []  # her voice does not stay on his phone
    for act in (HEARD, TROUBLE):
        assert (await town.press(town.zhao, other, act)).text != ""
    assert (await hears(town, town.zhao)).text == "李娟已经听过了，谢谢！"


async def test_her_silence_ends_once_somebody_has_heard_that_she_is_well(town: Town) -> None:
    wang = await an_elder(town, prompt_at="11:00")
    await town.forward(hours=2, minutes=35)
    assert (await town.item(1)).kind is Kind.MISSED_CHECKIN
    await speaks(town, wang)
    assert (await town.item(1)).live  # nobody knows yet what she says
    await hears(town, town.li)
    await town.press(town.li, town.told(town.li)[-1], HEARD)
    assert (await town.item(1)).ending is Ending.HERSELF


async def test_what_nobody_hears_in_time_is_one_matter_however_often_she_spoke(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    for piece in (b"one", b"two", b"three"):
        await speaks(town, wang, piece)
        await town.forward(seconds=20)
    assert len(town.heard(wang, only="收到您的语音啦")) == 1
    await town.forward(minutes=14)
    item = await town.item(1)
    assert (item.kind, item.severity) == (Kind.HELP, Severity.HIGH)
    card = town.card(town.grid, 1)
    assert card.text.startswith(
        "🟠 #1 需要帮助 · 重要\n王奶奶 · 81岁 · 3号楼\n📍 第三网格\n🎧 10:15 为止，语音还没人听"
    )
    assert card.labels == ["🙋 我来处理", HEAR]
    assert town.told(wang)[-1].text.startswith("王奶奶，您的语音还没来得及听，已经请人跟您联系。")
    assert "王奶奶" in town.told(son)[-1].text
    await town.forward(minutes=5)
    async with town.app.parts.db.read() as uow:
        assert list(await uow.items.several(range(1, 9))) == [1]
    # whoever takes it listens from the card: all of it, in order, with the buttons on the last
    assert (await town.press(town.li, town.card(town.grid, 1), HEAR)).text == "已发到您的私聊：王奶奶 3号楼，3 段"
    played = voices(town, town.li)
    assert [message.labels for message in played] == [[], [], [HEARD, TROUBLE]]
    await town.press(town.li, played[-1], HEARD)
    assert HEAR not in town.card(town.grid, 1).labels
    assert (await town.item(1)).state is State.OPEN  # somebody still settles it
    # and what she says now waits anew, for its own time
    await speaks(town, wang, b"four")
    await town.forward(minutes=15, seconds=1)
    assert (await recording(town, 4)).state is Hearing.RAISED


async def test_more_of_her_voice_goes_to_the_matter_that_waits_already(town: Town) -> None:
    wang = await an_elder(town)
    await speaks(town, wang)
    await town.forward(minutes=16)
    await speaks(town, wang, b"another")
    await town.forward(minutes=16)
    async with town.app.parts.db.read() as uow:
        assert list(await uow.items.several(range(1, 9))) == [1]
        assert [one.id for one in await uow.recordings.of_item(1)] == [1, 2]
    assert "🎧 王奶奶发来语音，还没人听（#1）" in [message.text for message in town.said_in(town.grid)]


async def test_something_is_wrong(town: Town) -> None:
    wang = await an_elder(town)
    await speaks(town, wang)
    await hears(town, town.li)
    assert (await town.press(town.li, town.told(town.li)[-1], TROUBLE)).text == "已经叫人了（#1）"
    item = await town.item(1)
    assert (item.kind, item.severity) == (Kind.SOS, Severity.URGENT)
    assert "🎧 10:00 听了语音的人说有事" in town.card(town.grid, 1).text
    assert town.told(wang)[-1].text.startswith("王奶奶别怕，我们正在叫人。")
    [played] = voices(town, town.li)
    assert played.labels == []  # he may need to hear it again
    await town.forward(minutes=20)
    async with town.app.parts.db.read() as uow:
        assert list(await uow.items.several(range(1, 9))) == [1]  # it has been heard


async def test_who_hears_of_the_unheard_help_makes_it_a_cry_of_the_same_number(town: Town) -> None:
    wang = await an_elder(town)
    await speaks(town, wang)
    await town.forward(minutes=16)
    await town.press(town.li, town.card(town.grid, 1), HEAR)
    await town.press(town.li, voices(town, town.li)[-1], TROUBLE)
    assert ((await town.item(1)).kind, (await town.item(1)).severity) == (Kind.SOS, Severity.URGENT)


async def test_only_who_looks_after_her_may_listen(town: Town) -> None:
    wang, li = await an_elder(town), await an_elder(town, LI, "李桂芳", ref="E2")
    son = await a_relative(town, wang)
    await speaks(town, wang)
    for stranger in (town.sun, town.qian, town.ma, son, li, wang):  # a member, another grid's worker, a courier, ...
        for act in (Button.HEAR, Button.HEARD_WELL, Button.HEARD_TROUBLE):
            answer = await presses(town, stranger, act, 1, GRID if stranger is town.sun else None)
            assert answer.text.startswith("这个按钮要社区登记过的网格员来按")
    assert (await hears(town, town.li, 99)).text == "这件事已经找不到了"
    assert (await recording(town)).state is Hearing.WAITING
    assert await looked(town) == []
    sent = [call for call in town.world.calls if call.method == "sendVoice"]
    assert sent == []
    assert (await hears(town, town.wang)).text.startswith("已发到您的私聊")  # the coordinator


async def test_who_never_pressed_start_is_led_there_and_hears_it(town: Town) -> None:
    wang = await an_elder(town)
    newcomer = town.world.add_user(26, "周芳")
    await town.enrol(newcomer, "worker", "g3", "W9")
    town.grid.add(newcomer)
    await speaks(town, wang)
    answer = await hears(town, newcomer)
    assert answer.url is not None
    assert await looked(town) == []
    newcomer.open_link(answer.url)
    await town.settle()
    assert [message.kind for message in town.told(newcomer)][-1] == "voice"
    assert len(await looked(town)) == 1
    # a link that somebody else opens plays nothing
    town.guest.open_link(answer.url)
    await town.settle()
    assert all(message.kind != "voice" for message in town.told(town.guest))
    assert town.told(town.guest)[-1].text.startswith("这个按钮要社区登记过的网格员来按")


async def test_a_voice_while_people_are_on_their_way_goes_to_who_has_it(town: Town) -> None:
    wang = await an_elder(town)
    wang.send_text("🆘 需要帮助")
    await town.settle()
    await speaks(town, wang)
    assert town.told(wang)[-1].text == "收到了，正在给您叫人，来的人会知道的。"
    assert HEAR in town.card(town.grid, 1).labels
    assert "🎧 王奶奶发来语音，还没人听（#1）" in [message.text for message in town.said_in(town.grid)]
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await speaks(town, wang, b"more")
    assert voices(town, town.li)[-1].kind == "voice"
    assert "已经告诉李娟" in town.told(wang)[-1].text
    await town.forward(minutes=20)
    async with town.app.parts.db.read() as uow:
        assert list(await uow.items.several(range(1, 9))) == [1]


@pytest.mark.parametrize("caption", ["救命", "看看我养的花"])
async def test_a_video_is_seen_too_and_its_words_are_read(town: Town, caption: str) -> None:
    wang = await an_elder(town)
    wang.send_video(caption=caption)
    await town.settle()
    alarmed = caption == "救命"
    async with town.app.parts.db.read() as uow:
        assert list(await uow.items.several([1])) == ([1] if alarmed else [])
        assert (await uow.recordings.get(1)).kind == "video"
    await hears(town, town.li)
    assert voices(town, town.li)[-1].kind == "video"


async def test_she_says_herself_that_all_is_well_and_it_is_heard_all_the_same(town: Town) -> None:
    wang = await an_elder(town)
    await speaks(town, wang)
    await town.press(wang, town.told(wang)[-1], "✅ 我很好")
    assert town.told(wang)[-1].text == "那就好！要帮忙，随时按“需要帮助”。"
    await town.forward(minutes=16)
    assert (await recording(town)).state is Hearing.RAISED
    await town.press(wang, town.told(wang)[-1], "🆘 需要帮助")
    assert (await town.item(1)).kind is Kind.SOS
