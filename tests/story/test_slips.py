"""↶ and 🔄 of an elder's matter, and what they leave of her check-in: nobody is called silent by a slip of a thumb."""

from __future__ import annotations

from bot.sandbox.people import Phone
from care.domain.checkins import Outcome, Why
from care.domain.elders import PauseWhy
from care.domain.items import Item, Kind, Severity, State
from care.services import pausing
from tests.families import raised, record_of, rules_of
from tests.grannies import a_relative, an_elder
from tests.greeted import missing, outcome, until
from tests.harness import Town
from tests.story.test_sheet import CLAIM, known, sheets
from tests.story.test_sos import cries

SEEN, AWAY, UNDO, REOPEN = "🚪 上门已见平安", "🧳 外出", "↶ 撤销", "🔄 重新打开"


async def her(town: Town) -> Phone:
    """王奶奶, greeted at eight on the third and silent until twenty past."""
    await known(town, town.li)
    wang = await an_elder(town)
    await until(town, 3, 8, 20)
    return wang


async def ends(town: Town, wang: Phone, label: str) -> Item:
    """Somebody sees that she needs a hand, 李娟 goes and says what she found."""
    item = await raised(town, wang, Kind.HELP, Severity.HIGH)
    await town.press(town.li, town.card(town.grid, item.number), CLAIM)
    await town.press(town.li, sheets(town.li)[-1], label)
    return await town.item(item.number)


async def takes_back(town: Town) -> None:
    await town.press(town.li, next(m for m in reversed(town.told(town.li)) if m.has_button(UNDO)), UNDO)


async def test_who_is_away_is_not_missed_by_a_slip(town: Town) -> None:
    wang = await her(town)
    async with town.app.parts.db.write() as uow:
        elder = await record_of(uow, wang)
        await pausing.pause(uow, elder, None, PauseWhy.LATER, None, town.clock.now(), rules_of(town))
    await ends(town, wang, SEEN)
    await takes_back(town)
    assert (await outcome(town, wang, 3))[0] is Outcome.PAUSED
    await until(town, 3, 10)
    assert await missing(town, wang) == []


async def test_who_was_seen_before_stays_seen(town: Town) -> None:
    wang = await her(town)
    await ends(town, wang, SEEN)
    await town.forward(minutes=2)
    second = await ends(town, wang, SEEN)
    await takes_back(town)
    assert (await town.item(second.number)).state is State.CLAIMED
    assert await outcome(town, wang, 3) == (Outcome.OK, Why.SEEN)
    await until(town, 3, 10)
    assert await missing(town, wang) == []


async def test_her_familys_word_outlives_a_workers_slip(town: Town) -> None:
    await known(town, town.li)
    wang = await an_elder(town)
    son = await a_relative(town, wang)
    await until(town, 3, 8, 46)
    await town.press(son, town.told(son)[-1], "✅ 联系上了，平安")
    await ends(town, wang, SEEN)
    await takes_back(town)
    assert await outcome(town, wang, 3) == (Outcome.OK, Why.FAMILY)
    await until(town, 3, 10)
    assert await missing(town, wang) == []


async def test_that_something_is_still_to_be_done_does_not_make_her_missing(town: Town) -> None:
    """🔄 is no slip: 李娟 has seen her, today and for good."""
    wang = await her(town)
    son = await a_relative(town, wang)
    item = await ends(town, wang, SEEN)
    await until(town, 3, 14)
    await town.press(town.li, town.card(town.grid, item.number), REOPEN)
    await town.forward(minutes=5)
    assert (await town.item(item.number)).live
    assert await outcome(town, wang, 3) == (Outcome.OK, Why.SEEN)
    assert await missing(town, wang) == []
    assert not any("没报平安" in line for line in town.heard(son))


async def test_that_she_is_away_was_a_slip_and_her_silence_goes_on(town: Town) -> None:
    wang = await her(town)
    son = await a_relative(town, wang)
    await ends(town, wang, AWAY)
    assert (await outcome(town, wang, 3))[0] is Outcome.PAUSED
    await takes_back(town)
    assert await outcome(town, wang, 3) == (Outcome.MISSED, Why.SILENT)
    await until(town, 3, 9, 35)
    assert town.times(son, "还没报平安") == ["03 08:45"]
    assert len(await missing(town, wang)) == 1


async def test_whom_the_family_had_been_told_of_before_the_slip_they_hear_of_again(town: Town) -> None:
    wang = await her(town)
    son = await a_relative(town, wang)
    await until(town, 3, 8, 50)
    await ends(town, wang, AWAY)
    await town.forward(seconds=40)
    assert town.told(son)[-1].text == "王奶奶出门了，人没事。"
    await takes_back(town)
    assert town.told(son)[-1].text == "刚才那条按错了，我们还在找王奶奶，有消息马上告诉您。"
    wang.send_text("我在家呢")
    await town.forward(minutes=1)
    assert town.told(son)[-1].text == "王奶奶 08:50 自己报平安了，您放心。"


async def test_a_cry_that_goes_on_can_be_called_off_again(town: Town) -> None:
    wang = await an_elder(town)
    calling = await cries(town, wang)
    await known(town, town.li)
    await town.press(town.li, town.card(town.grid, 1), CLAIM)
    await town.press(town.li, sheets(town.li)[-1], SEEN)
    await takes_back(town)
    again = wang.see(calling)
    assert again is not None
    assert again.labels == calling.labels != []
