"""An elder's morning by the clock: asked, asked again, her family told, somebody goes; and what stops it."""

from __future__ import annotations

from datetime import datetime

from bot.sandbox.people import Phone
from care.domain.checkins import CheckIn, How, Outcome, Why
from care.domain.items import Item, Kind, State
from care.services import checkins
from tests.families import record_of, rules_of
from tests.grannies import LI, a_relative, an_elder
from tests.harness import LANZHOU, Town

ASKED = "一切都好吗"


async def until(town: Town, day: int, hour: int, minute: int = 0) -> None:
    """Let time pass until then, of November 2026."""
    target = datetime(2026, 11, day, hour, minute, tzinfo=LANZHOU)
    await town.forward(seconds=(target - town.clock.now()).total_seconds())


async def is_well(town: Town, elder: Phone, how: How = How.KEY, sent_at: datetime | None = None, **more: int) -> bool:
    """She gives a sign of life, as of then (now)."""
    now = town.clock.now()
    async with town.app.parts.db.write() as uow:
        her = await record_of(uow, elder)
        settled = await checkins.sign_of_life(uow, her, sent_at or now, how, now, rules_of(town), **more)
    await town.settle()
    return settled


async def of_day(town: Town, elder: Phone, day: int) -> list[CheckIn]:
    """Her check-ins of that day."""
    async with town.app.parts.db.read() as uow:
        her = await record_of(uow, elder)
        found = await uow.checkins.since([her.id], datetime(2026, 11, day, tzinfo=LANZHOU).date())
    return [one for one in found if one.day.day == day]


async def outcome(town: Town, elder: Phone, day: int) -> tuple[Outcome, Why]:
    """Of her only check-in of that day."""
    [only] = await of_day(town, elder, day)
    return only.outcome, only.why


async def missing(town: Town, elder: Phone, kind: Kind = Kind.MISSED_CHECKIN) -> list[Item]:
    """What is, or was, open about her, oldest first."""
    async with town.app.parts.db.read() as uow:
        her = await record_of(uow, elder)
        numbers = range(1, 20)
        return [
            item for item in (await uow.items.several(numbers)).values() if (item.about, item.kind) == (her.id, kind)
        ]


async def test_a_silent_morning_is_two_questions_the_family_and_then_an_item(town: Town) -> None:
    wang, li = await an_elder(town), await an_elder(town, LI, "李大爷", ref="E2", sex="m")
    son = await a_relative(town, wang)
    await until(town, 3, 7, 59)
    assert town.heard(wang) == []
    await until(town, 3, 8, 10)
    assert await is_well(town, li)
    await until(town, 3, 9, 31)
    assert town.heard(wang) == [
        "03 08:00 王奶奶早上好！今天一切都好吗？",
        "03 08:30 王奶奶，早饭吃了吗？看见了就按一下“我很好”，我们就放心啦。",
    ]
    assert town.heard(li) == ["03 08:00 李爷爷早上好！今天一切都好吗？"]
    assert [line[:8] for line in town.heard(son)] == ["03 08:45"]
    [item] = await missing(town, wang)
    assert (item.state, item.severity, item.area, item.opened_at) == (
        State.OPEN, "high", "g3", datetime(2026, 11, 3, 9, 30, tzinfo=LANZHOU)
    )  # fmt: skip
    assert await missing(town, li) == []
    assert await outcome(town, wang, 3) == (Outcome.MISSED, Why.SILENT)
    assert await outcome(town, li, 3) == (Outcome.OK, Why.ANSWERED)
    [kept] = await of_day(town, wang, 3)
    assert kept.item == item.number
