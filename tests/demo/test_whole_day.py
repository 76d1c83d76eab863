"""The whole of ▶ 看一天 with everything real but the people: what stands on each phone when it is evening.

Greetings, silence, family, the list, a voice, a cry for help and a courier's report in one day of one grid.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.demo.neighbours import (
    DAUGHTER,
    ELDERS,
    GRANDPA_LI,
    GRANDPA_ZHANG,
    GRANNY_CHEN,
    GRANNY_LIU,
    GRANNY_WANG,
    LI,
    MA,
    SON,
    SUN,
    WANG,
    ZHAO,
    Neighbour,
)
from bot.demo.player import State
from bot.demo.stage import Demo, demo
from bot.demo.town import COMMUNITY_CHAT, GRID_CHAT, STREET_CHAT
from bot.sandbox.views import MessageView

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def evening() -> AsyncIterator[Demo]:
    """The demo after its day: nothing was left out."""
    async with demo(port=0, pace=0) as show:
        show.player.play()
        await show.player.finished()
        assert (show.player.state, show.player.left_out) == (State.ENDED, [])
        yield show


def heard(show: Demo, who: Neighbour, *, today: bool = True) -> list[str]:
    """What the bot has said to somebody in private, deleted messages too, as `08:00 words`."""
    day = f"{show.clock.now():%d}"
    told = []
    for call in show.town.world.calls:
        if call.method.startswith("send") and call.code == 200 and int(call.params["chat_id"]) == who.id:
            at = call.at.astimezone(show.player.zone)
            if not today or f"{at:%d}" == day:
                told.append(f"{at:%H:%M} {call.params.get('text') or call.params.get('caption') or call.method}")
    return told


def stands(show: Demo, who: Neighbour, chat: int | None = None) -> list[MessageView]:
    """What of the bot's stands on a screen now."""
    return [view for view in show.town.world.phones[who.id].messages(chat) if view.from_bot]


def sent_to(show: Demo, chat: int) -> list[str]:
    """Every text that ever came to a chat, edits included."""
    calls = [
        call for call in show.town.world.calls if call.code == 200 and str(call.params.get("chat_id")) == str(chat)
    ]
    return [
        str(call.params.get("text") or call.params.get("caption") or call.params.get("media") or "") for call in calls
    ]


async def test_a_silent_elder_is_asked_twice_and_never_again(evening: Demo) -> None:
    told = heard(evening, GRANNY_WANG)
    assert [line[:5] for line in told[:2]] == ["08:00", "08:30"]
    assert "王奶奶早上好" in told[0]
    assert "早饭" in told[1]
    assert len(told) <= 3, told  # and at most a word when she was seen


async def test_who_was_early_is_not_asked_and_who_answers_gets_one_warm_line(evening: Demo) -> None:
    assert not [line for line in heard(evening, GRANDPA_ZHANG) if "早上好！今天" in line]
    liu = heard(evening, GRANNY_LIU)
    assert [line[:5] for line in liu[:2]] == ["08:00", "08:03"]


async def test_a_voice_is_heard_by_one_worker_in_private(evening: Demo) -> None:
    assert any("收到您的语音啦" in line for line in heard(evening, GRANNY_CHEN))
    assert any(line.startswith("08:13 sendVoice") or "08:13" in line for line in heard(evening, LI))
    assert not [
        call for call in evening.town.world.calls if call.method == "sendVoice" and int(call.params["chat_id"]) < 0
    ]


async def test_the_son_hears_the_alarm_and_its_end_and_nothing_else(evening: Demo) -> None:
    told = heard(evening, SON)
    assert [line[:5] for line in told] == ["08:45", "09:52"]
    assert "王奶奶今早还没报平安（上次：昨天 08:12）" in told[0]
    assert "09:30" in told[0]
    assert "王奶奶平安！李娟 09:52 上门见到她了，您放心。" in told[1]


async def test_the_group_has_one_list_which_says_how_it_ended(evening: Demo) -> None:
    lists = [view for view in stands(evening, LI, GRID_CHAT) if "都平安" in view.text]
    assert len(lists) == 1
    assert "7 位都平安：本人报 6，上门见到 1" in lists[0].text
    assert not lists[0].labels
    posted = [text for text in sent_to(evening, GRID_CHAT) if "没报平安" in text]
    named = [text for text in posted if "今早还有 2 位没报平安（已报 5/7）" in text]
    assert named, posted
    assert all("李爷爷(76) 7号楼" in text for text in named), "two of one form of address in one house are told apart"
    assert any("李爷爷(76) 7号楼 · 本人 09:40 已报平安" in text for text in posted), posted


async def test_the_late_answer_is_taken_kindly(evening: Demo) -> None:
    assert [line[:5] for line in heard(evening, GRANDPA_LI)] == ["08:00", "08:30", "09:40"]


async def test_a_cry_for_help_reaches_everybody_it_concerns_and_so_does_its_end(evening: Demo) -> None:
    liu = [line for line in heard(evening, GRANNY_LIU) if line >= "11:00"]
    assert "刘奶奶别怕，我们正在叫人" in liu[0]
    assert any("赵敏看到了，正往您家走" in line for line in liu)
    daughter = heard(evening, DAUGHTER)
    assert [line[:5] for line in daughter][:1] == ["11:00"]
    assert any("刘奶奶平安" in line for line in daughter)
    assert any(line.startswith("11:00") for line in heard(evening, LI)), "each worker also in private"
    (card,) = [view for view in stands(evening, LI, GRID_CHAT) if "紧急求助" in view.text]
    assert "刘奶奶 · 84岁 · 6号楼" in card.text
    assert "赵敏" in card.text


async def test_the_couriers_report_has_an_end_with_a_photo(evening: Demo) -> None:
    last = stands(evening, MA)[-1]
    assert last.kind == "photo"
    assert "已办结 ✅ 赵敏处理好了" in last.text
    assert any(view.photo and "✅ 已办结：赵敏" in view.text for view in stands(evening, LI, GRID_CHAT))


async def test_the_coordinator_gets_one_message_for_all_grids(evening: Demo) -> None:
    told = heard(evening, WANG)
    assert [line[:5] for line in told] == ["10:00"]
    assert "今早 7 位" in told[0]


async def test_nothing_has_climbed_and_nobody_else_was_troubled(evening: Demo) -> None:
    for chat in (COMMUNITY_CHAT, STREET_CHAT):
        assert stands(evening, WANG, chat) == []
    assert heard(evening, SUN) == []


async def test_the_sheets_are_gone_and_no_group_ever_saw_what_is_personal(evening: Demo) -> None:
    secrets = [one.more[cell] for one in ELDERS for cell in ("地址", "电话", "健康", "钥匙") if cell in one.more]
    assert len(secrets) > 20
    for chat in (GRID_CHAT, COMMUNITY_CHAT, STREET_CHAT):
        seen = " ".join(sent_to(evening, chat))
        assert not [secret for secret in secrets if secret in seen]
    handed = " ".join(heard(evening, LI))
    assert GRANNY_WANG.more["地址"] in handed, "she knew where to go"
    assert GRANNY_WANG.more["健康"] in handed
    for worker in (LI, ZHAO):
        left = " ".join(view.text for view in stands(evening, worker))
        assert not [secret for secret in secrets if secret in left]


async def test_the_group_was_rung_seldom(evening: Demo) -> None:
    """A report, a voice, the list, a cry for help, and what time itself had to say of them."""
    since = evening.player.began
    assert evening.town.world.phones[LI.id].sounding(GRID_CHAT, since) <= 6
    assert "一共只响了" in evening.player.view()["now"]["zh"]


async def test_the_item_store_says_the_same(evening: Demo) -> None:
    async with evening.bot.parts.db.read() as uow:
        items = (await uow.items.several(range(1, 100))).values()
    assert {str(item.kind) for item in items} == {"report", "missed_checkin", "sos"}
    assert not [item.number for item in items if item.live]
