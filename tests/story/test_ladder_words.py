"""What the ladder says is true when it is read, and stands no longer than it is true; and who is told at all."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from care.domain.items import Action, State
from care.domain.policy import QUARREL_POLICY
from tests.harness import IN_GRID_2, Town, photo
from tests.harness import town as make_town


async def test_who_is_asked_in_private_can_answer_there(town: Town) -> None:
    """He took it in the group and has no card of his own: words, ✅ 办结 and the photo count all the same."""
    await town.reports(town.ma, category="安全隐患")
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.forward(minutes=30)
    question = next(m for m in town.told(town.li) if "处理得怎么样了" in m.text)
    town.li.send_text("等电工，下午来", reply_to=question)
    await town.settle()
    assert "李娟：“等电工，下午来”" in town.card(town.grid, 1).text
    await town.forward(minutes=30)
    question = next(m for m in town.told(town.li) if "处理得怎么样了" in m.text)
    await town.press(town.li, question, "✅ 办结")
    town.li.send_photo(photo("green"))
    await town.settle()
    assert (await town.item(1)).state is State.RESOLVED


async def test_a_report_that_moves_takes_its_reminder_along(town: Town) -> None:
    await town.reports(town.ma)
    await town.forward(hours=2)
    assert [m for m in town.said_in(town.grid) if "没人接" in m.text]
    town.ma.send_location(*IN_GRID_2, reply_to=town.receipt(town.ma, 1))
    await town.settle()
    assert town.card(town.second_grid, 1)
    assert [m.text for m in town.said_in(town.grid) if "#1" in m.text] == []


async def test_a_report_that_moves_takes_its_call_along(town: Town) -> None:
    await town.reports(town.ma)
    await town.press(town.ma, town.receipt(town.ma, 1), "🆘 紧急")
    assert [m for m in town.said_in(town.grid) if "🆘" in m.text]
    town.ma.send_location(*IN_GRID_2, reply_to=town.receipt(town.ma, 1))
    await town.settle()
    assert [m.text for m in town.said_in(town.grid) if "#1" in m.text] == []


async def test_what_turns_out_a_quarrel_is_struck_from_the_groups_list(town: Town) -> None:
    """The list of several speaks of places in people's own words: of a quarrel nothing of that stays."""
    town.ma.send_text("楼上夜里太吵，两家人吵起来了")
    await town.settle()
    first = town.told(town.ma)[-1]
    await town.forward(minutes=3)
    await town.reports(town.ma, "路灯不亮")
    await town.forward(minutes=1)
    await town.reports(town.ma, "垃圾没倒")
    await town.forward(hours=2)
    assert any("#1" in m.text and "#2" in m.text for m in town.said_in(town.grid) if "没人接" in m.text)
    await town.press(town.ma, first, "矛盾纠纷")
    assert [m.text for m in town.said_in(town.grid) if "没人接" in m.text and "#1" in m.text] == []
    assert (await town.item(1)).policy == QUARREL_POLICY
    await town.forward(hours=20)
    assert len(town.times(town.wang, "#1")) == 1  # whoever mediates is reminded daily, not every few hours


async def test_the_group_hears_that_what_somebody_has_is_urgent_now(town: Town) -> None:
    """The question to its claimer, which goes out at the same moment, does not take the group's call away."""
    await town.reports(town.ma)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    town.ma.send_text("着火了", reply_to=town.receipt(town.ma, 1))
    await town.settle()
    assert [m.text for m in town.told(town.li) if "处理得怎么样了" in m.text]
    assert [m.text for m in town.said_in(town.grid) if m.text.startswith("🆘")]


async def test_of_what_somebody_has_nobody_says_that_nobody_has_it(town: Town) -> None:
    town.ma.send_text("3号楼着火")
    await town.forward(minutes=16)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.forward(minutes=31)
    calls = [line for line in town.heard(town.community, only="⬆️") if line >= "02 10:40"]
    assert calls
    assert not any("没有人接" in line for line in calls)
    assert any("李娟" in line for line in calls)


async def test_the_word_on_what_waits_for_leave_stands_once_and_goes_with_it(town: Town) -> None:
    for words in ("井盖坏了", "路灯不亮", "垃圾没倒", "水管漏水"):
        town.guest.send_text(words)
        await town.forward(minutes=11)
    await town.forward(days=2)
    waiting = [m for m in town.told(town.wang) if "还在等您放行" in m.text]
    assert len(waiting) == 1  # yesterday's gave way to today's
    await town.press(town.wang, next(m for m in town.told(town.wang) if "✅ 放行" in m.labels), "✅ 放行")
    assert [m for m in town.told(town.wang) if "还在等您放行" in m.text] == []


async def test_what_is_listed_at_nine_is_not_told_half_a_minute_before_as_well(town: Town) -> None:
    await town.reports(town.ma)
    await town.forward(days=3, hours=22, minutes=57, seconds=30)  # Friday 08:57:30: by now it is listed daily at nine
    town.ma.send_text("3号楼着火")
    await town.forward(minutes=10)
    async with town.app.parts.db.read() as uow:
        history = await uow.items.history(1)
    friday = town.clock.now() - timedelta(hours=1)
    assert len([event for event in history if event.action is Action.REMIND and event.at > friday]) == 1
    assert town.times(town.grid, "仍未处理")[-1] == "06 09:00"


async def test_a_claim_made_while_the_reminder_is_on_its_way(town: Town) -> None:
    """Telegram is slow to answer: who reads the reminder can take the item before we know that it stands there."""
    await town.reports(town.ma)
    await town.forward(minutes=119)
    town.world.faults.slow_answer("sendMessage", 1.0, when=lambda params: "没人接" in str(params.get("text")))
    town.clock.move_to(town.clock.now() + timedelta(minutes=2))
    found = [m for m in town.said_in(town.grid) if "没人接" in m.text]
    for _ in range(200):
        if found:
            break
        await asyncio.sleep(0.02)
        found = [m for m in town.said_in(town.grid) if "没人接" in m.text]
    town.li.press_nowait(found[0], "🙋 我来处理")
    await town.settle()
    assert (await town.item(1)).state is State.CLAIMED
    assert [m.text for m in town.said_in(town.grid) if "没人接" in m.text] == []


async def test_what_comes_next_on_the_card_lies_ahead(town: Town) -> None:
    await town.reports(town.ma, category="安全隐患")
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    assert "10:30 问进展" in town.card(town.grid, 1).text
    await town.forward(minutes=31)
    assert "11:00 问进展" in town.card(town.grid, 1).text
    question = next(m for m in town.told(town.li) if "处理得怎么样了" in m.text)
    await town.press(town.li, question, "⏳ 还在处理")
    assert "11:01 问进展" in town.card(town.grid, 1).text


async def test_a_reminder_touches_only_what_it_changes(town: Town) -> None:
    """The reporter's receipt says nothing of reminders, and the reminder of another matter is not about this one."""
    await town.reports(town.ma)
    await town.forward(minutes=10)
    await town.reports(town.ma, "路灯不亮")
    calls = len(town.world.calls)
    await town.forward(hours=2, minutes=30)
    assert len(town.times(town.grid, "没人接")) == 2
    edits = [call for call in town.world.calls[calls:] if call.method == "editMessageText"]
    assert [call for call in edits if int(call.params["chat_id"]) == town.ma.id] == []
    calls = len(town.world.calls)
    await town.press(town.li, town.card(town.grid, 2), "🙋 我来处理")
    edits = [call for call in town.world.calls[calls:] if call.method == "editMessageText"]
    assert len([call for call in edits if int(call.params["chat_id"]) == town.grid.id]) == 1  # the card


async def test_a_climb_past_the_last_rung_is_a_reminder_and_not_silence(tmp_path: Path) -> None:
    async with make_town(tmp_path, policy={"high": {"climb_unclaimed": ["30m", "1h", "2h", "3h"]}}) as town:
        await town.reports(town.ma, category="安全隐患")
        await town.forward(hours=2, minutes=1)
        assert town.times(town.wang, "#1")[-1] == "02 12:00"


async def test_where_a_second_reopening_brings_it_its_new_card_is_word_enough(town: Town) -> None:
    await town.reports(town.ma)
    for _ in range(2):
        await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
        await town.press(town.li, town.card(town.grid, 1), "✅ 办结")
        town.li.send_text("好了", chat=town.grid, reply_to=town.card(town.grid, 1))
        await town.settle()
        await town.press(town.zhao, town.card(town.grid, 1), "🔄 重新打开")
    assert len(town.heard(town.community)) == 1


async def test_what_was_held_up_until_the_night_comes_without_sound(town: Town) -> None:
    """Telegram says 502 from 20:30 to 21:05: the reminder of 20:30 is told then, and wakes nobody."""
    await town.forward(hours=8, minutes=30)
    await town.reports(town.ma)
    await town.forward(hours=1, minutes=59)
    town.world.faults.fail("sendMessage", 502, times=10**6, when=lambda params: "没人接" in str(params.get("text")))
    await town.forward(minutes=36)
    town.world.faults.clear()
    await town.forward(minutes=5)
    assert [line[:2] + line[8:9] for line in town.heard(town.grid, only="没人接")] == ["02🔇"]
