"""A silent morning as the family lives it: told at 08:45, its word counts, and it hears how it ended."""

from __future__ import annotations

from bot.sandbox.people import Phone
from bot.sandbox.views import MessageView
from care.domain.items import State
from tests.families import last
from tests.grannies import DAUGHTER, a_relative, an_elder
from tests.harness import Town

WELL, NO_ANSWER = "✅ 联系上了，平安", "☎️ 打不通"


async def answers(town: Town, elder: Phone, days: float = 0) -> None:
    """Tuesday at 08:12 she says that all is well; the next day she is silent until 08:50."""
    await town.forward(hours=22, minutes=12)
    elder.send_text("早上好")
    await town.forward(days=days, minutes=38)


async def test_the_family_is_told_before_anybody_walks_and_its_word_ends_it(town: Town) -> None:
    wang = await an_elder(town)
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    await answers(town, wang, days=1)  # Wednesday, 08:50
    alarm = last(town, son)
    assert alarm.text == (
        "王奶奶今早还没报平安（上次：昨天 08:12）。多半是没看手机，请您先打个电话。"
        "09:30 还没消息，网格员会上门看看，结果马上告诉您。"
    )
    assert town.times(son, "还没报平安") == town.times(daughter, "还没报平安") == ["04 08:45"]
    heard = len(town.said_in(town.grid))
    await town.press(daughter, last(town, daughter), WELL)
    assert last(town, son).text.endswith("\n李梅 08:50 联系上了，平安")
    await town.forward(hours=3)
    assert len(town.said_in(town.grid)) == heard  # nobody walks there for nothing
    assert len(town.told(son)) == len(town.told(daughter)) == 1


async def test_what_the_family_cannot_reach_somebody_goes_and_sees_at_once(town: Town) -> None:
    wang = await an_elder(town)
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    await answers(town, wang, days=1)
    answer = await town.press(son, last(town, son), NO_ANSWER)
    assert answer.text == "好，网格员现在就去看看，有消息马上告诉您。"
    assert "已经请网格员上门看看" in last(town, daughter).text
    listed = next(m for m in town.said_in(town.grid) if "没报平安" in m.text)
    await town.press(town.li, listed, next(label for label in listed.labels if label.startswith("🙋")))
    await town.settle()
    sheet = sheet_of(town, town.li)
    await town.press(town.li, sheet, "🚪 上门已见平安")
    assert len(town.told(daughter)) == 1
    await town.forward(seconds=40)
    for relative in (son, daughter):
        assert last(town, relative).text == "王奶奶平安！李娟 08:50 上门见到她了，您放心。"
        assert len(town.told(relative)) == 2
    assert (await town.item(1)).state is State.RESOLVED


async def test_the_family_that_reaches_her_later_ends_what_has_become_an_item(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await answers(town, wang, days=1)
    await town.forward(minutes=45)  # 09:35
    assert (await town.item(1)).live
    alarm = last(town, son)
    assert "已经请网格员上门看看" in alarm.text  # it no longer speaks of half past nine as if that were to come
    await town.press(son, alarm, WELL)
    item = await town.item(1)
    assert (item.state, item.ending) == (State.RESOLVED, "family")
    assert last(town, son).id == alarm.id
    assert last(town, son).labels == []
    await town.forward(hours=1)
    assert len(town.told(son)) == 1


async def test_her_own_late_answer_is_told_to_exactly_those_who_worried(town: Town) -> None:
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await answers(town, wang, days=1)
    wang.send_text("我在呢，手机没听见")
    await town.forward(minutes=2)
    assert [m.text for m in town.told(son)][-1] == "王奶奶 08:50 自己报平安了，您放心。"
    await town.forward(hours=2)
    assert len(town.told(son)) == 2


def sheet_of(town: Town, phone: Phone) -> MessageView:
    return next(m for m in reversed(town.told(phone)) if m.has_button("🚪 上门已见平安"))
