"""Time does its work: who is reminded when, what climbs where, who is asked, and that nobody is told twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from care.domain.items import State
from tests.harness import LANZHOU, Town, again
from tests.harness import town as make_town


async def test_an_item_that_nobody_takes_for_a_week(town: Town) -> None:
    """Monday 10:00 until Monday 10:00: reminders, a night, the climb after a day, then one list a day."""
    await town.reports(town.ma)
    await town.forward(days=7)
    assert town.times(town.grid, "起还没人接") == [
        "02 12:00",
        "02 16:00",
        "02 20:00",
        "03 08:00",  # due at midnight, held until the quiet hours end
        "03 14:00",  # the climb at 10:00 counted as one
        "03 18:00",
        "04 08:00",
    ]
    days = [f"{day:02} 09:00" for day in range(5, 10)]
    assert town.times(town.grid, "仍未处理") == days
    assert town.times(town.community, "仍未处理") == days
    assert town.heard(town.community)[0].startswith("03 10:00 🟢 <b>#1</b>")  # it rings there, as a card
    standing = [m.text for m in town.said_in(town.grid) if "仍未处理" in m.text or "没人接" in m.text]
    assert len(standing) == 1  # one reminder lives
    assert (await town.item(1)).state is State.OPEN


async def test_claiming_takes_the_reminder_away_and_ends_the_nagging(town: Town) -> None:
    await town.reports(town.ma)
    await town.forward(hours=2)
    reminder = next(m for m in town.said_in(town.grid) if "起还没人接" in m.text)
    assert reminder.reply_to == town.card(town.grid, 1).id
    answer = await town.press(town.li, reminder, "🙋 我来处理")
    assert "#1 归您了" in answer.text
    assert [m.text for m in town.said_in(town.grid) if "没人接" in m.text] == []
    await town.forward(hours=20)
    assert town.times(town.grid, "没人接") == ["02 12:00"]


async def test_three_due_in_one_minute_are_one_message_and_each_can_be_taken_from_it(town: Town) -> None:
    for words in ("井盖坏了", "路灯不亮", "垃圾没倒"):
        await town.reports(town.ma, words)
        await town.forward(seconds=15)
    await town.forward(hours=2)
    merged = [m for m in town.said_in(town.grid) if "还有 3 件没人接" in m.text]
    assert len(merged) == 1
    assert all(f"#{number}" in merged[0].text for number in (1, 2, 3))
    assert len(town.times(town.grid, "没人接")) == 1
    await town.press(town.li, merged[0], "🙋 #2")
    now = next(m for m in town.said_in(town.grid) if "没人接" in m.text)
    assert now.id == merged[0].id  # edited, which rings nobody
    assert "#2" not in now.text
    await town.press(town.zhao, now, "🙋 #1")
    await town.press(town.zhao, next(m for m in town.said_in(town.grid) if "没人接" in m.text), "🙋 我来处理")
    assert [m.text for m in town.said_in(town.grid) if "没人接" in m.text] == []


async def test_a_claim_that_lapses(town: Town) -> None:
    """安全隐患: asked after 30 and 60 minutes, given up at 90; the silence since the claim climbs at two hours."""
    await town.reports(town.ma, category="安全隐患")
    await town.forward(minutes=5)
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.forward(minutes=80)
    assert town.times(town.li, "处理得怎么样了") == ["02 10:35", "02 11:05"]
    assert len([m for m in town.told(town.li) if "处理得怎么样了" in m.text]) == 1  # the first gave way to the second
    assert (await town.item(1)).state is State.CLAIMED
    await town.forward(minutes=11)
    assert (await town.item(1)).state is State.OPEN
    assert [m.text for m in town.said_in(town.grid) if "再来一位" in m.text] == ["#1 请再来一位帮忙（李娟可能正忙着）"]
    assert [m for m in town.told(town.li) if "处理得怎么样了" in m.text] == []
    assert "待认领（11:35 起）" in town.card(town.grid, 1).text
    await town.forward(minutes=35)
    assert town.times(town.grid, "还没人接，请来一位") == ["02 11:45", "02 11:55"]
    assert town.times(town.community, "#1") == ["02 12:05"]


async def test_an_answer_counts_and_the_clocks_start_anew(town: Town) -> None:
    await town.reports(town.ma, category="安全隐患")
    await town.press(town.li, town.card(town.grid, 1), "🙋 我来处理")
    await town.forward(minutes=30)
    question = next(m for m in town.told(town.li) if "处理得怎么样了" in m.text)
    answer = await town.press(town.li, question, "⏳ 还在处理")
    assert answer.text == "好的，辛苦啦！"
    assert [m for m in town.told(town.li) if "处理得怎么样了" in m.text] == []
    await town.forward(minutes=29)
    assert town.times(town.li, "处理得怎么样了") == ["02 10:30"]
    town.li.send_text("等电工，下午来", chat=town.grid, reply_to=town.card(town.grid, 1))
    await town.forward(minutes=29)
    assert town.times(town.li, "处理得怎么样了") == ["02 10:30"]  # a reply to the card is an answer, too
    await town.forward(minutes=2)
    assert town.times(town.li, "处理得怎么样了") == ["02 10:30", "02 11:29"]
    late = await town.press(town.zhao, town.card(town.grid, 1), "✅ 办结")
    assert late.text


async def test_a_claimer_who_never_pressed_start_is_asked_by_a_reply_with_his_name(town: Town) -> None:
    town.sun.started = False
    await town.reports(town.ma, category="安全隐患")
    await town.press(town.sun, town.card(town.grid, 1), "🙋 我来处理")
    await town.forward(minutes=30)
    asked = [m for m in town.said_in(town.grid) if "处理得怎么样了" in m.text]
    assert len(asked) == 1
    assert asked[0].reply_to == town.card(town.grid, 1).id
    assert any(entity["type"] == "text_mention" for entity in asked[0].entities)
    somebody_else = await town.press(town.zhao, asked[0], "⏳ 还在处理")
    assert "孙强" in somebody_else.text
    await town.press(town.sun, asked[0], "⏳ 还在处理")
    assert [m for m in town.said_in(town.grid) if "处理得怎么样了" in m.text] == []


async def test_a_report_at_half_past_ten_at_night_waits_for_the_morning(town: Town) -> None:
    await town.forward(hours=12, minutes=30)
    await town.reports(town.ma, category="安全隐患")
    card = town.card(town.grid, 1)
    assert card.silent
    assert "⏰ 11月3日 08:00 将提醒，11月3日 08:30 将上报社区" in card.text
    await town.forward(hours=9, minutes=29)
    assert len(town.heard(town.grid)) == 1
    await town.forward(hours=1)
    assert town.times(town.grid, "还没人接") == ["03 08:00", "03 08:10", "03 08:20", "03 08:40"]
    assert town.times(town.community, "📍") == ["03 08:30"]
    assert not any("🔇" in line for line in town.heard(town.grid)[1:])


async def test_an_urgent_report_at_night_rings_and_climbs_to_everybody(town: Town) -> None:
    await town.forward(hours=12, minutes=30)
    town.ma.send_text("3号楼着火")
    await town.settle()
    await town.forward(minutes=30)
    assert town.times(town.grid, "还没人接")[:5] == ["02 22:32", "02 22:34", "02 22:37", "02 22:39", "02 22:41"]
    assert town.heard(town.community)[0].startswith("02 22:35 🔴")
    assert any("🔴" in m.text for m in town.told(town.wang))  # the last climb: coordinators and admins too
    assert town.times(town.wang, "#1")[0] == "02 22:45"
    mentions = next(m for m in town.said_in(town.grid) if "还没人接" in m.text).entities
    assert [entity["user"]["first_name"] for entity in mentions if entity["type"] == "text_mention"] == ["李娟", "赵敏"]
    await town.forward(hours=5)
    late = [datetime.strptime(time, "%d %H:%M").replace(tzinfo=LANZHOU) for time in town.times(town.grid, "还没人接")]
    ten_minutes = timedelta(minutes=10)
    assert {after - before for before, after in pairwise(late[-20:])} == {ten_minutes}  # until somebody has it
    assert town.times(town.wang, "还没人接")[-1] == f"{late[-1]:%d %H:%M}"


async def test_after_an_outage_a_step_fires_once_at_its_present_rung(tmp_path: Path) -> None:
    """Down from 10:01 to 15:01: not one word for each step that was missed, but the climb that is due by now."""
    async with make_town(tmp_path) as town:
        await town.reports(town.ma, category="安全隐患")
        await town.forward(minutes=1)
    town.clock.move_to(town.clock.now() + timedelta(hours=5))
    async with again(town):
        await town.forward(minutes=2)  # at most so long it waits until it has read what people sent meanwhile
        assert [line[9:] for line in town.heard(town.community)] == ["🟠 <b>#1</b> 随手拍 · 安全隐患 · 重要"]
        assert town.times(town.grid, "没人接") == []
        await town.forward(minutes=11)
        assert len(town.times(town.grid, "没人接")) == 1
