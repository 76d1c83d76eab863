"""What a relative hears beside alarms: by default nothing; by his choice a line each day, or each week."""

from __future__ import annotations

from datetime import timedelta

from care.services.kin import Trouble
from handlers.callback_data import Button, Press
from tests.families import last, record_of, told, was_well
from tests.grannies import DAUGHTER, LI, a_relative, an_elder
from tests.harness import Town

ONLY, DAILY, WEEKLY = "只在没报平安时告诉我", "每天告诉我", "每周一次"


async def asks_for_help(town: Town, who: object) -> None:
    who.send_text("/help")  # type: ignore[attr-defined]
    await town.settle()


async def test_a_relative_is_told_whom_he_watches_and_what_to_do(town: Town) -> None:
    wang = await an_elder(town, mode="visit")
    son = await a_relative(town, wang)
    son.start()
    await town.settle()
    assert last(town, son).text == (
        "李强您好！我是海关社区的小助手。\n您关心的是王奶奶。哪天没报平安，我先告诉您，请您打个电话，"
        "再按一下“✅ 联系上了，平安”或“☎️ 打不通”。平时不打扰您。"
    )
    await asks_for_help(town, son)
    assert last(town, son).labels == [f"✓ {ONLY}", DAILY, WEEKLY, "🧳 暂停问候"]
    await town.press(son, last(town, son), "🧳 暂停问候")
    assert last(town, son).text == "王奶奶 3号楼的问候停几天？"


async def test_each_day_one_line_for_all_his_elders_and_nothing_of_who_was_silent(town: Town) -> None:
    wang, li = await an_elder(town, mode="visit"), await an_elder(town, LI, "李建国", ref="E2", sex="m", mode="visit")
    son = await a_relative(town, wang, li)
    await asks_for_help(town, son)
    menu = last(town, son)
    assert menu.labels == ["王奶奶：告诉我什么", "李爷爷：告诉我什么"]
    for label in menu.labels:
        await town.press(son, menu, label)
        chosen = await town.press(son, last(town, son), DAILY)
        assert chosen.text == "好，每天告诉您"
    assert last(town, son).labels == [ONLY, f"✓ {DAILY}", WEEKLY, "🧳 暂停问候"]
    heard = len(town.told(son))
    eight = town.clock.now() + timedelta(hours=22)  # tomorrow
    await was_well(town, wang, eight + timedelta(minutes=3))
    await was_well(town, li, eight + timedelta(minutes=9))
    await town.forward(hours=23)
    [line] = town.told(son)[heard:]
    assert line.text == "王奶奶今天 08:03 报平安了。\n李爷爷今天 08:09 报平安了。"
    assert line.silent
    assert town.times(son, "报平安了") == ["03 08:45"]  # when the family of who is silent would be told

    # the day after she was silent, and reached by her family: they have heard that already
    silence = await was_well(town, wang, eight + timedelta(days=1, hours=1), by=son)
    await told(town, wang, Trouble.SILENT, checkin=silence)
    alarms = len(town.told(son))
    await town.forward(days=1)
    assert len(town.told(son)) == alarms


async def test_the_week_on_sunday_evening(town: Town) -> None:
    wang = await an_elder(town, mode="visit")
    son, daughter = await a_relative(town, wang), await a_relative(town, wang, user=DAUGHTER, name="李梅", ref="F2")
    await asks_for_help(town, son)
    await town.press(son, last(town, son), WEEKLY)
    monday = town.clock.now()
    for day in range(4):
        await was_well(town, wang, monday + timedelta(days=day))
    await was_well(town, wang, monday + timedelta(days=4), by=daughter)
    await was_well(town, wang, monday + timedelta(days=5), outcome="paused")
    await was_well(town, wang, monday + timedelta(days=6), outcome="paused")
    await town.forward(days=6, hours=10)
    assert last(town, son).text == "王奶奶这一周有 4 天自己报了平安，1 天是家里人或网格员问到的平安，2 天出门没问候。"
    assert town.times(son, "这一周") == ["08 18:00"]
    assert town.told(daughter) == []  # by default alarms only
    await town.press(son, next(m for m in town.told(son) if m.has_button(ONLY)), ONLY)
    await town.forward(days=14)
    assert len(town.heard(son, only="这一周")) == 1


async def test_nobody_chooses_for_an_elder_who_is_not_his(town: Town) -> None:
    wang = await an_elder(town, mode="visit")
    await a_relative(town, wang)
    async with town.app.parts.db.read() as uow:
        her = (await record_of(uow, wang)).id
    answer = await town.guest.forge_press(1, Press(Button.GOOD_NEWS, her, "daily").pack())
    assert answer.text.startswith("您现在不在这位老人的家人名单里了")
    bad = await town.guest.forge_press(1, Press(Button.GOOD_NEWS, her, "hourly").pack())
    assert bad.text.startswith("这个按钮太旧了")
    assert (await town.guest.forge_press(1, Press(Button.FAMILY_SETTINGS, her).pack())).text == ""
    assert town.told(town.guest) == []
